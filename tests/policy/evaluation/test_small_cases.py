"""Small cases of each kind, as jurisdictions have them: what each of them pins down."""

from datetime import date
from typing import Any

import pytest
from policy.small_program import (
    ENROLLED,
    HELD,
    SEMESTERS,
    Told,
    day,
    pack_of,
    year_in_terms,
)

from mentorcore.policy.evaluation.evaluate import Evaluation
from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import (
    Artifact,
    Bound,
    Count,
    Eligibility,
    Predicate,
    Prerequisite,
    ProhibitedRelation,
    ProhibitedUse,
    Ratio,
    Report,
)
from mentorcore.policy.results import Result
from mentorcore.policy.time_kinds import (
    Cadence,
    Deadline,
    Duration,
    SubMinimum,
    TotalDosage,
)

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
MENTEE: dict[str, Any] = {**HEAD, "applies_when": {"role": "mentee"}}
FORMED = Selector(event="pairing.formed")
STARTED = Selector(event="pairing.started")
TRAINED = Selector(event="participant.training-completed")
TERMS = (
    year_in_terms(
        "2025-26",
        ("2025-09-01", "2025-12-19"),
        ("2026-01-05", "2026-03-27"),
        ("2026-04-13", "2026-07-17"),
    ),
    year_in_terms(
        "2026-27",
        ("2026-09-01", "2026-12-18"),
        ("2027-01-04", "2027-03-26"),
        ("2027-04-12", "2027-07-16"),
    ),
    year_in_terms(
        "2027-28",
        ("2027-09-01", "2027-12-17"),
        ("2028-01-03", "2028-03-31"),
        ("2028-04-17", "2028-07-14"),
    ),
)


def pair(told: Told, on: str = "2025-08-18", pairing: str = "p", **more: Any) -> None:
    if "m" not in told.facts().participants:
        told.enrol("m", "2025-08-01", "mentor")
    told.pair(pairing, {"a": "mentee", "m": "mentor"}, on, **more)


def mentee(on: str = "2025-08-18", **more: Any) -> Told:
    told = Told(**more)
    told.enrol("a", on)
    return told


def state(result: Result) -> tuple[str, str]:
    return result.state, result.said


# deadline


@pytest.mark.parametrize(
    ("formed", "expected", "late"),
    [
        ("2025-09-02", "met", None),
        ("2025-09-03", "cured_late", 1),
    ],
)
def test_the_first_day_of_employment_is_day_one_where_the_rule_says_so(
    formed: str, expected: str, late: int | None
) -> None:
    told = mentee("2025-08-04")
    told.say("a", "person.employment-recorded", "2025-08-04")
    pair(told, formed)
    rule = Deadline(
        **MENTEE,
        anchor=Selector(event="person.employment-recorded"),
        limit=30,
        count_from="same_day",
        satisfied_by=FORMED,
    )

    result = told.ask(rule, "a", "2025-10-01")

    assert (result.state, result.days_late) == (expected, late)
    assert result.due_on == day("2025-09-02")


@pytest.mark.parametrize(
    ("formed", "expected", "late"),
    [
        ("2025-09-10", "met", None),
        ("2025-09-11", "cured_late", 1),
    ],
)
def test_two_weeks_from_the_first_day_of_teaching(
    formed: str, expected: str, late: int | None
) -> None:
    told = mentee("2025-08-27")
    pair(told, formed)
    rules = [
        Deadline(**MENTEE, anchor=ENROLLED, limit=14, satisfied_by=FORMED),
        Deadline(**MENTEE, anchor=ENROLLED, limit=2, unit="week", satisfied_by=FORMED),
    ]

    results = [told.ask(rule, "a", "2025-10-01") for rule in rules]

    assert {(r.state, r.days_late) for r in results} == {(expected, late)}
    assert {r.due_on for r in results} == {day("2025-09-10")}


# cadence


@pytest.fixture
def weekly() -> Told:
    """Weeks 1 to 4 with 1, 1, 0 and 2 meetings; week 3 has no lessons on Monday."""
    told = mentee()
    pair(told)
    for on in ("2025-08-20", "2025-08-27", "2025-09-09", "2025-09-11"):
        told.meet("p", on, 45)
    return told


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-08-20", "not_yet_due"),
        ("2025-09-04", "not_yet_due"),
        ("2025-09-05", "breached"),
        ("2025-09-12", "breached"),
        ("2026-03-01", "breached"),
    ],
)
def test_a_missed_week_cannot_be_made_up(weekly: Told, as_of: str, expected: str) -> None:
    rule = Cadence(**MENTEE, anchor=ENROLLED, last=4, window="in_session_week", counts=HELD)

    result = weekly.ask(rule, "a", as_of)

    assert result.state == expected, result.said
    assert ("window 3" in result.said) is (as_of > "2025-09-01")


# total


@pytest.mark.parametrize(
    ("as_of", "total", "in_person", "expected", "said"),
    [
        ("2026-06-05", 2460, 1700, "breached", "total reached, in person short by 100 min"),
        ("2026-06-05", 2460, 1800, "met", ""),
        ("2026-01-16", 1100, 1100, "not_yet_due", ""),
        ("2026-01-16", 900, 900, "at_risk", ""),
    ],
)
def test_forty_hours_of_which_thirty_in_person(
    as_of: str, total: int, in_person: int, expected: str, said: str
) -> None:
    told = mentee()
    pair(told)
    told.meet("p", "2025-09-02", in_person, modality="in_person")
    told.meet("p", "2025-09-03", total - in_person, modality="video")
    rule = TotalDosage(
        **MENTEE,
        minutes=2400,
        counts=HELD,
        sub_minimum=(SubMinimum(minutes=1800, modality="in_person"),),
    )

    result = told.ask(rule, "a", as_of)

    assert result.state == expected, result.said
    assert said in result.said
    assert result.measured == f"{total:,} min"


@pytest.mark.parametrize(("minutes", "expected"), [(359, "breached"), (360, "met")])
def test_who_joins_with_half_of_the_semester_left_owes_half(minutes: int, expected: str) -> None:
    told = mentee("2025-10-20", calendars=(SEMESTERS,))
    pair(told, "2025-10-20")
    told.meet("p", "2025-10-21", minutes)
    rule = TotalDosage(
        **MENTEE, minutes=720, period="semester", counts=HELD, prorate="enrolled_share"
    )

    result = told.ask(rule, "a", "2025-12-19")

    assert (result.state, result.threshold) == (expected, "360 min")


def test_only_what_was_confirmed_last_counts_where_time_has_to_be_verified() -> None:
    told = mentee(calendars=(SEMESTERS,))
    pair(told)
    for on, minutes, verdicts in (
        ("2025-09-02", 600, ("confirmed",)),
        ("2025-09-09", 40, ("disputed", "confirmed")),
        ("2025-09-16", 60, ("confirmed", "disputed")),
        ("2025-09-23", 90, ()),
    ):
        told.meet("p", on, minutes, meeting_id=on)
        for n, verdict in enumerate(verdicts, 1):
            told.say(
                "p", "pairing.meeting-verified", f"2025-10-0{n}", meeting_id=on, verdict=verdict
            )
    rule = TotalDosage(**MENTEE, minutes=720, period="semester", counts=HELD, verified_only=True)

    result = told.ask(rule, "a", "2025-10-10")

    assert result.measured == "640 min"


def test_a_meeting_stays_confirmed_for_whoever_left_before_it_was_confirmed() -> None:
    told = mentee(calendars=(SEMESTERS,))
    told.enrol("b", "2025-08-18")
    told.pair("p", {"a": "mentee", "b": "mentee", "m": "mentor"}, "2025-08-20", shape="group")
    told.meet("p", "2025-10-28", 720, meeting_id="last")
    told.go("p", "a", "2025-11-01")
    told.say("p", "pairing.meeting-verified", "2025-11-03", meeting_id="last", verdict="confirmed")
    rule = TotalDosage(**MENTEE, minutes=720, period="semester", counts=HELD, verified_only=True)

    before, after = (told.ask(rule, "a", on) for on in ("2025-11-02", "2025-11-03"))

    assert (before.measured, after.measured) == ("0 min", "720 min")


# duration


@pytest.mark.parametrize(
    ("as_of", "verified", "expected", "required"),
    [
        ("2026-01-09", True, "not_yet_due", "19 weeks"),
        ("2026-01-16", True, "met", "19 weeks"),
        ("2026-01-16", False, "not_yet_due", "30 weeks"),
    ],
)
def test_verified_weeks_of_an_earlier_district_are_credited(
    as_of: str, verified: bool, expected: str, required: str
) -> None:
    told = mentee()
    told.say(
        "a",
        "participant.service-credited",
        "2025-08-20",
        amount=11,
        unit="week",
        verified=verified,
    )
    rule = Duration(
        **MENTEE, anchor=ENROLLED, limit=30, unit="in_session_week", prorate=("minus_credit",)
    )

    result = told.ask(rule, "a", as_of)

    assert (result.state, result.threshold) == (
        expected,
        f"{required.split(maxsplit=1)[0]} in session weeks",
    )
    assert ("nobody verified" in result.said) is not verified


def test_two_years_at_four_fifths_take_eight_terms() -> None:
    told = Told(TERMS, day("2025-09-01"), day("2028-07-15"))
    told.enrol("a", "2025-09-01", fte=80)
    in_years = Duration(
        **MENTEE, anchor=ENROLLED, limit=2, unit="school_year", prorate=("fte_extend",)
    )
    in_terms = Duration(**MENTEE, anchor=ENROLLED, limit=6, unit="term", prorate=("fte_extend",))

    early = [told.ask(rule, "a", "2028-03-30") for rule in (in_years, in_terms)]
    done = [told.ask(rule, "a", "2028-03-31") for rule in (in_years, in_terms)]

    assert [(r.state, r.threshold) for r in early] == [("not_yet_due", "8 terms")] * 2
    assert [(r.state, r.measured) for r in done] == [("met", "8 terms")] * 2


# ratio


def with_mentees(number: int, told: Told | None = None) -> Told:
    told = told or Told()
    told.enrol("m", "2025-08-01", "mentor")
    for n in range(number):
        told.enrol(f"e{n}", "2025-08-18")
        told.pair(f"p{n}", {f"e{n}": "mentee", "m": "mentor"}, f"2025-09-{n + 1:02d}")
    return told


TEACHING = Ratio(
    **HEAD,
    scope="mentor",
    measure="mentees_per_mentor",
    max=4,
    when=(Bound(fact="teaching_minutes_per_day", op=">=", value=360, max=2),),
    hard=True,
)


@pytest.mark.parametrize(
    ("teaches", "load", "expected"),
    [
        (360, 2, "met"),
        (360, 3, "breached"),
        (330, 3, "met"),
        (330, 4, "met"),
        (330, 5, "breached"),
        (None, 2, "met"),
        (None, 3, "insufficient_data"),
        (None, 5, "breached"),
    ],
)
def test_who_teaches_most_of_the_day_has_two_mentees(
    teaches: int | None, load: int, expected: str
) -> None:
    told = with_mentees(load)
    if teaches is not None:
        told.say(
            "m",
            "participant.fact-stated",
            "2025-08-01",
            fact="teaching_minutes_per_day",
            number=teaches,
        )

    result = told.ask(TEACHING, "m", "2025-12-01")

    assert result.state == expected, result.said
    assert (result.code == "teaching_minutes_per_day") is (expected == "insufficient_data")


@pytest.mark.parametrize(
    ("load", "reason", "expected"),
    [
        (15, False, "met"),
        (16, False, "breached"),
        (16, True, "waived"),
    ],
)
def test_more_than_fifteen_mentees_need_a_reason(load: int, reason: bool, expected: str) -> None:
    told = with_mentees(load)
    if reason:
        told.say("program:1", "program.requirement-justified", "2025-09-16", rule_id="R-1")
    rule = Ratio(**HEAD, scope="mentor", measure="mentees_per_mentor", max=15)

    result = told.ask(rule, "m", "2025-10-01")

    assert result.state == expected, result.said


# eligibility


ELIGIBLE = Eligibility(
    **HEAD,
    scope="pairing",
    all=(
        Predicate(fact="experience_years", op=">=", value=3),
        Predicate(fact="rating", op="in", value=("effective", "highly_effective")),
    ),
)


@pytest.mark.parametrize(
    ("years", "rating", "expected", "code"),
    [
        (2, "effective", "breached", None),
        (3, "effective", "met", None),
        (4, "highly_effective", "met", None),
        (4, "ineffective", "breached", None),
        (None, "effective", "insufficient_data", "experience_years"),
        (3, None, "insufficient_data", "rating"),
        (None, "ineffective", "breached", None),
    ],
)
def test_a_mentor_has_experience_and_a_good_rating(
    years: int | None, rating: str | None, expected: str, code: str | None
) -> None:
    told = mentee()
    pair(told, "2025-09-01")
    if years is not None:
        told.say(
            "m", "participant.fact-stated", "2025-08-01", fact="experience_years", number=years
        )
    if rating is not None:
        told.say(
            "m", "person.credential-recorded", "2025-06-01", kind="rating", area="t", level=rating
        )

    result = told.ask(ELIGIBLE, "p", "2025-10-01")

    assert (result.state, result.code) == (expected, code), result.said


@pytest.mark.parametrize(("at", "expected"), [("continuous", "breached"), ("assignment", "met")])
def test_a_rating_that_falls_breaches_a_lasting_requirement_from_that_day(
    at: Any, expected: str
) -> None:
    told = mentee()
    pair(told, "2025-09-01")
    for on, level in (("2025-06-01", "proficient"), ("2026-01-12", "developing")):
        told.say("m", "person.credential-recorded", on, kind="rating", area="t", level=level)
    rule = Eligibility(
        **HEAD,
        scope="pairing",
        all=(Predicate(fact="rating", op="==", value="proficient"),),
        at=at,
    )

    before, after = told.ask(rule, "p", "2026-01-11"), told.ask(rule, "p", "2026-01-12")

    assert (before.state, after.state) == ("met", expected)
    assert ("2026-01-12" in after.said) is (expected == "breached")


# prerequisite


@pytest.mark.parametrize(
    ("trained", "expected", "late"),
    [
        ("2025-08-12", "met", None),
        ("2025-08-13", "cured_late", 1),
        ("2025-08-15", "cured_late", 3),
    ],
)
def test_training_comes_before_the_school_year(
    trained: str, expected: str, late: int | None
) -> None:
    told = Told((year_in_terms("2025-26", ("2025-08-13", "2026-06-05")),), day("2025-08-01"))
    told.enrol("m", "2025-08-01", "mentor")
    told.say("m", "participant.training-completed", trained, training_kind="mentor")
    rule = Prerequisite(**HEAD, scope="mentor", requires=TRAINED, before="school_year_start")

    result = told.ask(rule, "m", "2025-09-01")

    assert (result.state, result.days_late) == (expected, late)
    assert result.due_on == day("2025-08-12")


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        ("2025-06-29", "met"),
        ("2025-06-30", "breached"),
    ],
)
def test_a_certificate_counts_for_three_years(started: str, expected: str) -> None:
    told = Told()
    told.enrol("m", "2025-06-01", "mentor")
    told.enrol("a", "2025-06-01")
    told.say("m", "person.credential-recorded", "2022-06-30", kind="credential", area="mentor")
    told.pair("p", {"a": "mentee", "m": "mentor"}, started)
    rule = Prerequisite(
        **HEAD,
        scope="pairing",
        requires=Selector(event="person.credential-recorded", where={"area": "mentor"}),
        before=STARTED,
        valid_for_months=36,
    )

    result = told.ask(rule, "p", "2025-07-30")

    assert result.state == expected, result.said
    assert ("2025-06-29" in result.said) is (expected == "breached")


# relations and uses


@pytest.mark.parametrize(("as_of", "expected"), [("2025-09-14", "met"), ("2025-09-15", "breached")])
def test_a_line_that_arises_later_breaches_from_its_own_day(as_of: str, expected: str) -> None:
    told = mentee()
    pair(told, "2025-09-01")
    told.say(
        "a",
        "person.reporting-line-recorded",
        "2025-09-15",
        kind="evaluator",
        superior="person:m",
    )
    rule = ProhibitedRelation(**HEAD, scope="pairing", relations=("supervisor", "evaluator"))

    result = told.ask(rule, "p", as_of, "2025-12-01")

    assert result.state == expected
    assert ("2025-09-15" in result.said) is (expected == "breached")


@pytest.mark.parametrize(
    ("ground", "expected"),
    [
        ("danger_to_health_or_safety", "met"),
        ("performance", "breached"),
        (None, "breached"),
    ],
)
def test_a_note_is_used_for_discipline_on_a_named_ground_only(
    ground: str | None, expected: str
) -> None:
    told = mentee()
    pair(told)
    told.say("p", "pairing.note-written", "2025-09-01", note_id="n", visibility="pair_private")
    if ground is not None:
        told.say(
            "p",
            "pairing.confidentiality-exception-invoked",
            "2025-10-01",
            ground=ground,
            material=("n",),
        )
    told.say("p", "pairing.evidence-attached", "2025-10-02", purpose="discipline", cites=("n",))
    rule = ProhibitedUse(
        **HEAD,
        scope="pairing",
        visibility=("pair_private", "growth_only"),
        purposes=("evaluation", "discipline"),
        exceptions=("danger_to_health_or_safety", "conviction_of_a_crime"),
    )

    result = told.ask(rule, "p", "2025-11-01")

    assert result.state == expected, result.said


# artifact, count, report


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-05-05", "not_yet_due"),
        ("2026-05-06", "at_risk"),
        ("2026-06-05", "at_risk"),
        ("2026-06-06", "breached"),
        ("2026-06-20", "cured_late"),
    ],
)
def test_a_form_that_one_of_two_signed_is_not_there(as_of: str, expected: str) -> None:
    told = mentee()
    form = {"kind": "form", "title": "counseling_form"}
    told.say("a", "participant.evidence-attached", "2026-03-01", **form, signed_by=("mentee",))
    told.say("a", "participant.evidence-attached", "2026-06-20", **form, signed_by=("chair",))
    rule = Artifact(
        **MENTEE,
        artifact_kind="form",
        title_code="counseling_form",
        signed_by=("mentee", "chair"),
        period="school_year",
        at_risk_days=30,
    )

    result = told.ask(rule, "a", as_of)

    assert result.state == expected, result.said
    assert (result.missing == ("chair",)) is (expected != "cured_late")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-07-17", "not_yet_due"),
        ("2027-03-26", "at_risk"),
        ("2027-07-16", "breached"),
    ],
)
def test_one_of_two_assessments_in_six_terms(as_of: str, expected: str) -> None:
    told = Told(TERMS[:2], day("2025-09-01"), day("2027-07-17"))
    told.enrol("a", "2025-09-01")
    told.say("a", "participant.assessed", "2026-06-01")
    rule = Count(**MENTEE, counts=Selector(event="participant.assessed"), min=2, period="program")

    result = told.ask(rule, "a", as_of)

    assert result.state == expected, result.said


def test_a_report_names_whom_a_field_is_missing_of() -> None:
    told = mentee()
    pair(told)
    told.enrol("n", "2025-08-01", "mentor")
    told.say("m", "participant.training-completed", "2025-08-02", training_kind="mentor")
    rule = Report(**HEAD, scope="program", fields=("enrolled_on", "trained_on"), of=("mentor",))

    result = told.ask(rule, "program:1", "2025-12-01")

    assert (result.state, result.code) == ("insufficient_data", "trained_on")
    assert result.missing == ("n trained_on",)


# versions


def test_who_was_enrolled_before_stays_under_the_earlier_version() -> None:
    deadlines = [
        Deadline(**MENTEE, anchor=ENROLLED, limit=n, satisfied_by=FORMED) for n in (30, 20)
    ]
    first = pack_of(deadlines[0], version="1", digest="1" * 64)
    second = pack_of(deadlines[1], version="2", digest="2" * 64)
    told = Told(starts_on=date(2026, 6, 1), ends_on=date(2027, 6, 1))
    told.adopt(first)
    told.adopt(second, "2026-07-01", "new_enrolments")
    told.enrol("a", "2026-06-20")
    told.enrol("b", "2026-07-05")

    packs = {pack.digest: pack for pack in (first, second)}
    results = Evaluation(told.facts(), day("2026-07-10")).all(packs)

    assert {(r.subject, r.pack_version, str(r.due_on)) for r in results} == {
        ("a", "1", "2026-07-20"),
        ("b", "2", "2026-07-25"),
    }
