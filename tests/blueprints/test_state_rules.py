"""Whether every promise was kept in the years of four states, as their rules' sentences say.

Each expected state and figure is reckoned by hand from the files and the sentence that stands above
it; see `years_by_hand`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from blueprints.living import Lived, content
from blueprints.years_by_hand import WEEK, Pair, Year, day, weeks

import mentorcore as mc

NJ = Year(
    content("new_teacher_induction_nj"), ("meetings-january", "meetings-june"), "Novice teacher"
)
TX = Year(
    content("new_teacher_induction_tx"), ("meetings-december", "meetings-may"), "Beginning teacher"
)
MA = Year(content("new_teacher_induction_ma"), ("meetings-february", "meetings-june"), "Teacher")
IL = Year(content("new_teacher_induction_il"), ("meetings-december", "meetings-may"), "New teacher")
IN = {"nj": NJ, "tx": TX, "ma": MA, "il": IL}

FORBIDDEN = {"nj": (5,), "tx": (5, 6)}
"""By state the pairings that a rule of its pack forbids, by their numbers in the list."""

Kept = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture(scope="session")
def kept(lived: Callable[[str], Lived]) -> Kept:
    """The state and what was measured of a rule, by the names of whom it is about."""

    def of(state: str, rule: str, *, as_of: date | None = None, **known: Any) -> Any:
        year = lived(f"new_teacher_induction_{state}")
        with mc.open(year.folder / "program.db", create=False) as engine:
            told = engine.compliance(
                viewer=mc.Viewer.coordinator(),
                as_of=as_of or year.blueprint.as_of,
                rule=rule,
                **known,
            )
        return {
            " & ".join(str(who.name) for who in row.people): (row.state, row.measured)
            for row in told.rows
        }

    return of


def before(lived: Lived, step: str) -> int:
    """The position of the log before a step of the year."""
    return min(int(event["position"]) for event in lived.told[step]["events"]) - 1


@pytest.mark.parametrize(
    ("state", "number", "rule"), [("nj", 5, "NJ-5a"), ("tx", 5, "TX-4c"), ("tx", 6, "TX-3")]
)
def test_what_a_rule_forbids_is_refused_with_the_rule_and_where_it_stands(
    state: str, number: int, rule: str, lived: Callable[[str], Lived]
) -> None:
    listed = [int(row["No."]) for row in IN[state].sheet("pairings")]
    told = lived(f"new_teacher_induction_{state}").told["exports/pairings.csv"]

    refused = {
        listed[found["record"] - 2]: found["reason"]
        for found in told["findings"]
        if found["outcome"] == "refused"
    }

    assert refused.keys() == set(FORBIDDEN[state])
    assert refused[number].startswith(f"{rule} (us-{state}-")


# ------------------------------------------------------------------------------------- New Jersey

NJ_DAY = date(2026, 6, 18)


def mentored(lessons: Any, pairs: list[Pair], until: date) -> set[date]:
    """The weeks in session, by their Mondays, in which somebody had one of these mentors."""
    found: set[date] = set()
    for pair in pairs:
        assert pair.started is not None
        for week in weeks(lessons, pair.started, until):
            monday = week[0] - timedelta(days=week[0].weekday())
            if pair.ended is None or monday <= pair.ended:
                found.add(monday)
    return found


def served(name: str, *, snow: bool = True) -> int | None:
    """The weeks in session that are over since somebody has a mentor; nothing without one."""
    mine = [p for p in NJ.pairs(*FORBIDDEN["nj"]) if p.mentee == name]
    return len(mentored(NJ.lessons(snow=snow), mine, NJ_DAY)) if mine else None


@pytest.mark.parametrize(
    "snow", [True, False], ids=["as known in June", "before the snow was known"]
)
def test_thirty_weeks_in_session_less_those_that_another_district_confirmed(
    snow: bool, kept: Kept, lived: Callable[[str], Lived]
) -> None:
    """NJ-1: a week that was closed for snow does not count, once that is known.

    Whoever works part-time needs proportionally longer, and whoever has no mentor is mentored for
    no week at all.
    """
    credited = {
        one["participant_id"]: one["amount"]
        for one in NJ.records("credit-service")
        if one["verified"]
    }
    left = {one["participant_id"] for one in NJ.records("end-enrolment")}
    waived = {one["participant_id"] for one in NJ.records("waive-requirement")}
    year, known = lived("new_teacher_induction_nj"), {}
    if not snow:
        known = {"as_known": before(year, "records/january.json")}
        credited, left, waived = {}, set(), set()

    told = kept("nj", "NJ-1", **known)

    expected = {}
    for name in NJ.mentees("Novice teacher"):
        done = served(name, snow=snow)
        longer = ceil(Fraction(30 * 100, int(NJ.people[name]["Working time in percent"])))
        enough = done is not None and done >= longer - credited.get(name, 0)
        state = "waived" if name in waived else "met" if enough else "not_yet_due"
        over = name in left or done is None
        expected[name] = ("not_applicable", "") if over else (state, f"{done} in session weeks")
    assert told == expected
    assert told["Eli Jung"][0] == "not_yet_due"


@pytest.mark.parametrize(
    ("rule", "certificate", "span"), [("NJ-2a", "CEAS", 4), ("NJ-2b", "CE", 8)]
)
def test_a_meeting_in_each_of_the_first_weeks(
    rule: str, certificate: str, span: int, kept: Kept
) -> None:
    """NJ-2: four weeks for a CEAS, eight for a CE; a week that was missed stays missed."""
    held = NJ.meetings(*FORBIDDEN["nj"])
    expected = {}
    for name, first in NJ.mentees("Novice teacher").items():
        if NJ.facts("certificate")[name] != certificate:
            continue
        windows = weeks(NJ.lessons(), first, NJ_DAY)[:span]
        empty = [
            number
            for number, lessons in enumerate(windows, 1)
            for monday in [lessons[0] - timedelta(days=lessons[0].weekday())]
            if not any(m.mentee == name and monday <= m.on < monday + WEEK for m in held)
        ]
        measured = f"0 in window {empty[0]}" if empty else f"{span} of {span} windows"
        expected[name] = ("breached" if empty else "met", measured)

    told = kept("nj", rule)

    assert told == expected
    assert {state for state, _ in told.values()} >= {"breached"}


# ------------------------------------------------------------------------------------------ Texas


def test_a_mentor_by_the_thirtieth_day_the_first_day_counted(kept: Kept) -> None:
    """TX-1: what comes a day late is not in time, and more time that was granted counts."""
    extended = {
        one["participant_id"]: date.fromisoformat(one["new_limit"])
        for one in TX.records("waive-requirement")
    }
    expected = {}
    for name, first in TX.mentees("Beginning teacher").items():
        due = extended.get(name, first + timedelta(days=29))
        formed = [p.formed for p in TX.pairs(*FORBIDDEN["tx"]) if p.mentee == name]
        expected[name] = ("breached", "")
        if formed:
            expected[name] = ("met" if min(formed) <= due else "cured_late", str(min(formed)))

    told = kept("tx", "TX-1a")

    assert told == expected
    assert told["Drew Lopez"] == ("cured_late", "2025-09-03")
    assert told["Fritz Nagy"][0] == "met"
    assert told["Hugo Pike"] == ("breached", "")


def test_twelve_hours_a_semester_for_whoever_joins_later_their_share(kept: Kept) -> None:
    """TX-2: the first semester that fell short is shown, or else the last one."""
    expected = {}
    for name, first in TX.mentees("Beginning teacher").items():
        semesters, before_it = [], date.min
        for since, until in TX.terms():
            whole = [d for d in TX.lessons() if since <= d < until]
            end = until - timedelta(days=1)
            there = len(weeks(whole, max(first, since), end))
            required = Fraction(720 * there, len(weeks(whole, since, end)))
            minutes = TX.minutes(name, before_it, until, *FORBIDDEN["tx"])
            semesters.append((minutes >= required, minutes))
            before_it = until
        short = [minutes for enough, minutes in semesters if not enough]
        measured = short[0] if short else semesters[-1][1]
        expected[name] = ("breached" if short else "met", f"{measured} min")

    told = kept("tx", "TX-2")

    assert told == expected
    assert told["Edna Moss"][0] == "met", "a row that a later export lacks stands as it was taken"


def test_two_to_a_mentor_who_teaches_six_hours_a_day_and_four_to_any_other(kept: Kept) -> None:
    """TX-3"""
    hours = TX.facts("teaching_minutes_per_day")
    expected = {}
    for name in TX.mentees("Mentor"):
        load = sum(p.mentor == name for p in TX.pairs(*FORBIDDEN["tx"]))
        bound = 2 if hours[name] >= 360 else 4
        said = f"{load} mentee{'' if load == 1 else 's'}"
        expected[name] = ("met" if load <= bound else "breached", said)
        if not load:
            expected[name] = ("not_applicable", "")

    told = kept("tx", "TX-3")

    assert told == expected


def test_training_before_the_first_day_with_lessons(kept: Kept) -> None:
    """TX-4: the day before is the last one in time."""
    begins = min(TX.lessons())
    trained = {
        name: day(TX.people[name]["Mentor training completed on"]) for name in TX.mentees("Mentor")
    }

    told = kept("tx", "TX-4a")

    assert told == {
        name: ("met" if on < begins else "cured_late", str(on)) for name, on in trained.items()
    }
    assert told["Dora Engel"] == ("cured_late", "2025-08-15")


# ---------------------------------------------------------------------------------- Massachusetts


@pytest.mark.parametrize(
    ("rule", "role"), [("MA-1a", "Beginning teacher"), ("MA-4a", "New administrator")]
)
def test_a_trained_mentor_within_two_weeks_of_teaching(rule: str, role: str, kept: Kept) -> None:
    """MA-1, MA-4: what counts is the start, which waits for the mentor's training."""
    expected = {}
    for name, first in MA.mentees(role).items():
        started = min(p.started for p in MA.pairs() if p.mentee == name and p.started)
        in_time = started <= first + timedelta(days=14)
        expected[name] = ("met" if in_time else "cured_late", str(started))

    told = kept("ma", rule)

    assert told == expected


@pytest.mark.parametrize(
    ("as_of", "open_year"), [(date(2026, 6, 17), True), (date(2026, 6, 30), False)]
)
def test_fifty_hours_beyond_the_induction_year(as_of: date, open_year: bool, kept: Kept) -> None:
    """MA-3: short is at risk while the program lasts, and breached once it is over."""
    expected = {}
    for name in MA.mentees("Second-year teacher"):
        minutes = MA.minutes(name)
        short = "at_risk" if open_year else "breached"
        expected[name] = ("met" if minutes >= 3000 else short, f"{minutes:,} min")

    told = kept("ma", "MA-3", as_of=as_of)

    assert told == expected
    assert len({state for state, _ in told.values()}) == 2


@pytest.mark.parametrize(
    ("rule", "process"),
    [("MA-1b", "support_team"), ("MA-1c", "release_time"), ("MA-4b", "administrator_support_team")],
)
def test_a_process_is_there_if_a_document_describes_it(rule: str, process: str, kept: Kept) -> None:
    documents = {one["process"] for one in MA.records("reference-document")}

    told = kept("ma", rule)

    assert told == {"": ("met" if process in documents else "breached", "")}


# --------------------------------------------------------------------------------------- Illinois


def test_a_cohort_of_less_than_ten_is_waived_by_the_reason_that_is_recorded(kept: Kept) -> None:
    """IL-2"""
    size = len(IL.mentees("New teacher"))
    (reason,) = IL.records("justify-requirement")

    late = kept("il", "IL-2a")
    early = kept("il", "IL-2a", as_of=date.fromisoformat(reason["on"]) - timedelta(days=1))

    assert size < 10
    assert late == {"": ("waived", f"{size} mentees")}
    assert early == {"": ("breached", f"{size - 1} mentees")}, "one of them joined in January"


def test_less_than_two_years_of_experience_and_nothing_is_guessed(kept: Kept) -> None:
    """IL-2"""
    years = IL.facts("experience_years")
    expected = {}
    for pair in IL.pairs():
        known = years.get(pair.mentee)
        state = "insufficient_data" if known is None else "met" if known < 2 else "breached"
        expected[f"{pair.mentor} & {pair.mentee}"] = state

    told = kept("il", "IL-2b")

    assert {names: state for names, (state, _) in told.items()} == expected
    assert "insufficient_data" in expected.values()


def test_two_school_years_are_not_served_in_the_first(kept: Kept) -> None:
    """IL-1: a year counts for whoever had a mentor for half of its weeks in session."""
    until = IL.terms()[-1][1] - timedelta(days=1)
    every = len(weeks(IL.lessons(), min(IL.lessons()), until))
    expected = dict.fromkeys(IL.mentees("New teacher"), ("not_applicable", ""))
    for name in {pair.mentee for pair in IL.pairs()}:
        mine = [pair for pair in IL.pairs() if pair.mentee == name]
        years = len(mentored(IL.lessons(), mine, until)) >= ceil(every / 2)
        expected[name] = ("not_yet_due", f"{int(years)} school year{'' if years else 's'}")

    told = kept("il", "IL-1a")

    assert told == expected


def test_what_is_asked_of_mentors_is_counted_as_theirs(lived: Callable[[str], Lived]) -> None:
    year = lived("new_teacher_induction_tx")
    with mc.open(year.folder / "program.db", create=False) as engine:
        told = engine.compliance(
            viewer=mc.Viewer.coordinator(), as_of=year.blueprint.as_of, rule="TX-4a", by="mentor"
        )

    assert {str(group.label) for group in told.groups} == {
        str(who.name) for row in told.rows for who in row.people
    }
    assert told.total.met + told.total.cured_late == 4
