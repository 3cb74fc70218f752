"""Random lives against the sentences of the rules, reckoned day by day without any of the code."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from policy.small_program import ENROLLED, HELD, SEMESTERS, Told, closed, day, year_in_terms

from mentorcore.domain.school_calendar import AcademicCalendar
from mentorcore.policy.time_kinds import AverageDosage, Cadence, SubMinimum, TotalDosage

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
ONE = timedelta(days=1)
FIRST, LAST = day("2025-08-18"), day("2026-05-08")
SNOWY = year_in_terms(
    "2025-26",
    ("2025-08-18", "2025-12-19"),
    ("2026-01-05", "2026-05-08"),
    off=(
        closed("2025-09-01"),
        closed("2025-11-24", "2025-11-28"),
        closed("2026-01-26", "2026-01-29"),
    ),
)
Met = tuple[date, int, str]

now_and_then = st.lists(
    st.tuples(
        st.dates(FIRST, day("2026-05-05")),
        st.sampled_from([20, 60, 240]),
        st.sampled_from(["in_person", "video"]),
    ),
    max_size=40,
)


@st.composite
def weekly(draw: st.DrawFn) -> list[Met]:
    """An hour on a day of each week, or a minute more or less, some of them in person."""
    weekday, minutes = draw(st.integers(0, 6)), draw(st.sampled_from([59, 60, 60, 60, 61]))
    number, own = draw(st.sampled_from([19, 20, 21, 38])), draw(st.sampled_from([4, 5, 6, 38]))
    left_out = draw(st.sets(st.integers(0, 37), max_size=1))
    return [
        (FIRST + (7 * n + weekday) * ONE, minutes, "in_person" if n < own else "video")
        for n in range(number)
        if n not in left_out
    ]


lives = st.fixed_dictionaries(
    {
        "year": st.sampled_from([SEMESTERS, SNOWY]),
        "enrolled": st.one_of(st.just(FIRST), st.dates(FIRST, day("2026-01-15"))),
        "met": st.one_of(weekly(), now_and_then),
        "lasted": st.none() | st.integers(0, 260),
        "outcome": st.sampled_from(["completed", "withdrew", "removed"]),
        "least": st.integers(1, 5),
        "as_of": st.one_of(st.just(LAST - ONE), st.dates(FIRST, LAST)),
    }
)


def weeks(year: AcademicCalendar, since: date, least: int) -> Iterator[tuple[date, date]]:
    """The Monday and the last day with lessons of each week in session, from a day on."""
    monday = since - since.weekday() * ONE
    while monday <= LAST:
        lessons = [d for n in range(7) if year.in_session(d := monday + n * ONE)]
        if len(lessons) >= least and lessons[-1] >= since:
            yield monday, lessons[-1]
        monday += 7 * ONE


def mean(life: dict[str, Any], stop: date, *, ended: bool) -> str:
    """At least 60 minutes for each week that is over, from the second one on."""
    over = sum(last <= stop for _, last in weeks(life["year"], life["enrolled"], life["least"]))
    if over < 2:
        return "not_applicable" if ended and stop < LAST else "not_yet_due"
    if sum(minutes for on, minutes, _ in life["met"] if on <= LAST) >= 60 * over:
        return "met"
    return "breached" if ended or stop >= LAST else "at_risk"


def first_weeks(life: dict[str, Any], stop: date, *, ended: bool) -> str:
    """A meeting in each of the first six weeks, one of which may go without."""
    owed = list(weeks(life["year"], life["enrolled"], life["least"]))[:6]
    over = [monday for monday, last in owed if last <= stop]
    held = {on - on.weekday() * ONE for on, _, _ in life["met"] if on >= life["enrolled"]}
    if len([monday for monday in over if monday not in held]) > 1:
        return "breached"
    if len(over) == 6 or (ended and over):
        return "met"
    return "not_applicable" if ended else "not_yet_due"


def hours(life: dict[str, Any], stop: date, *, ended: bool) -> str:
    """Twenty hours until the end of the year, five of them in person; left, and nothing is owed."""
    met = [m for m in life["met"] if m[0] <= LAST]
    got, own = sum(m[1] for m in met), sum(m[1] for m in met if m[2] == "in_person")
    if got >= 1200 and own >= 300:
        return "met"
    if ended and stop < LAST:
        return "not_applicable" if life["outcome"] == "withdrew" else "breached"
    if stop >= LAST:
        return "breached"
    every = list(weeks(life["year"], life["enrolled"], life["least"]))
    passed = sum(last <= stop for _, last in every)
    behind = min(got * 300, own * 1200) * len(every) < (10 * passed - len(every)) * 1200 * 30
    return "at_risk" if behind else "not_yet_due"


EACH = (
    (
        AverageDosage(
            **HEAD, anchor=ENROLLED, minutes=60, per="in_session_week", counts=HELD, min_weeks=2
        ),
        mean,
    ),
    (
        Cadence(
            **HEAD, anchor=ENROLLED, last=6, window="in_session_week", counts=HELD, tolerance=1,
            at_risk_days=-1,
        ),
        first_weeks,
    ),
    (
        TotalDosage(
            **HEAD,
            minutes=1200,
            counts=HELD,
            sub_minimum=(SubMinimum(minutes=300, modality="in_person"),),
        ),
        hours,
    ),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(life=lives)
def test_every_life_is_judged_as_the_sentences_say(life: dict[str, Any]) -> None:
    enrolled = life["enrolled"]
    ended = None if life["lasted"] is None else enrolled + life["lasted"] * ONE
    as_of = max(life["as_of"], enrolled)
    over = ended is not None and ended <= as_of
    stop = ended if ended is not None and over else as_of
    told = Told((life["year"],), ends_on=LAST + ONE)
    told.enrol("m", str(FIRST), "mentor")
    told.enrol("a", str(enrolled))
    told.pair("p", {"a": "mentee", "m": "mentor"}, str(enrolled))
    kept = [met for met in life["met"] if enrolled <= met[0] and (ended is None or met[0] <= ended)]
    for on, minutes, modality in kept:
        told.meet("p", str(on), minutes, modality=modality)
    if ended is not None:
        told.leave("a", str(ended), life["outcome"])
    seen = {**life, "met": [met for met in kept if met[0] <= as_of]}

    least = life["least"]
    found = [
        told.ask(rule, "a", str(as_of), "2030-01-01", week_in_session_min_days=least).state
        for rule, _ in EACH
    ]

    assert found == [reckoned(seen, stop, ended=over) for _, reckoned in EACH]
