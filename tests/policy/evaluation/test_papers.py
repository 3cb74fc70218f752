"""Papers: evidence with its signatures, reports, and what texts were used for."""

from typing import Any

import pytest
from policy.small_program import ENROLLED, SEMESTERS, Told, day, year_in_terms

from mentorcore.policy.grammar import Selector
from mentorcore.policy.other_kinds import Artifact, ProcessExists, ProhibitedUse, Report

HEAD: dict[str, Any] = {"id": "R-1", "title": "A rule", "citation": "§ 1", "mark": "V"}
ATTACHED = "participant.evidence-attached"
AFTER = year_in_terms("2026-27", ("2026-08-17", "2026-12-18"), ("2027-01-04", "2027-05-07"))
THIRDS = year_in_terms(
    "2026-27",
    ("2026-08-17", "2026-11-20"),
    ("2026-11-30", "2027-02-26"),
    ("2027-03-01", "2027-06-04"),
)


@pytest.fixture
def told() -> Told:
    told = Told((SEMESTERS,), ends_on=day("2026-05-09"))
    told.enrol("m", "2025-08-18", "mentor")
    told.enrol("a", "2025-08-18")
    told.pair("p", {"a": "mentee", "m": "mentor"}, "2025-09-01")
    return told


def artifact(**more: Any) -> Artifact:
    return Artifact(**{**HEAD, "artifact_kind": "form", "title_code": "review", **more})


EACH_SEMESTER = artifact(signed_by=("mentee", "chair"), period="semester")


@pytest.mark.parametrize(
    ("kind", "title", "signed", "state"),
    [
        ("form", "review", ("mentee", "chair"), "met"),
        ("form", "review", ("mentee", "chair", "dean"), "met"),
        ("form", "review", ("mentee",), "at_risk"),
        ("form", "review", (), "at_risk"),
        ("form", "other", ("mentee", "chair"), "at_risk"),
        ("paper", "review", ("mentee", "chair"), "at_risk"),
        ("signature", "review", ("mentee", "chair"), "at_risk"),
    ],
)
def test_evidence_is_of_its_kind_and_title_and_signed_by_all(
    told: Told, kind: str, title: str, signed: tuple[str, ...], state: str
) -> None:
    told.say("a", ATTACHED, "2025-10-01", kind=kind, title=title, signed_by=signed)

    assert told.ask(EACH_SEMESTER, "a", "2025-12-19").state == state


def test_signatures_may_follow_the_form_or_come_before_it(told: Told) -> None:
    told.say("a", ATTACHED, "2025-10-01", kind="signature", title="review", signed_by=("chair",))
    told.say("a", ATTACHED, "2025-10-09", kind="form", title="review", signed_by=("mentee",))

    result = told.ask(EACH_SEMESTER, "a", "2025-12-19")

    assert (result.state, result.satisfied_on) == ("met", day("2025-10-09"))
    assert len(result.evidence) == 2


def test_a_signature_counts_for_what_has_its_title_alone(told: Told) -> None:
    told.say("a", ATTACHED, "2025-10-01", kind="form", title="review", signed_by=("mentee",))
    told.say("a", ATTACHED, "2025-10-02", kind="form", title="leave", signed_by=())
    told.say("a", ATTACHED, "2025-10-09", kind="signature", title="leave", signed_by=("chair",))
    any_form = artifact(title_code=None, period="semester", signed_by=("mentee", "chair"))

    before = told.ask(any_form, "a", "2025-10-20")
    told.say("a", ATTACHED, "2025-10-21", kind="signature", title="review", signed_by=("chair",))
    after = told.ask(any_form, "a", "2025-10-21")

    assert (before.state, before.missing) == ("not_yet_due", ("chair",))
    assert (after.state, after.satisfied_on) == ("met", day("2025-10-21"))


def test_a_pairing_has_evidence_of_its_own(told: Told) -> None:
    told.say("p", "pairing.evidence-attached", "2025-10-01", kind="form", title="review")

    assert told.ask(artifact(period="semester"), "a", "2025-10-01").state == "met"
    assert told.ask(artifact(period="semester", scope="pairing"), "p", "2025-10-01").state == "met"


def test_what_comes_late_makes_up_for_the_first_period_that_lacks_it(told: Told) -> None:
    told.say("a", ATTACHED, "2026-02-02", kind="form", title="review")
    rule = artifact(period="semester")

    early, late = told.ask(rule, "a", "2026-02-02"), told.ask(rule, "a", "2026-05-10")

    assert (early.state, early.days_late) == ("cured_late", 45)
    assert "term 1 of 2025-26: cured late, satisfied on 2026-02-02, 45 days after" in early.said
    assert late.state == "breached"
    assert late.due_on == day("2026-05-08")


@pytest.mark.parametrize(
    ("state", "on", "code"),
    [
        ("met", "2025-09-17", None),
        ("cured_late", "2025-09-18", None),
    ],
)
def test_evidence_may_be_due_so_long_after_something(
    told: Told, state: str, on: str, code: str | None
) -> None:
    told.say("a", ATTACHED, on, kind="form", title="review")

    result = told.ask(artifact(anchor=ENROLLED, limit=30), "a", "2025-10-01")

    assert (result.state, result.code) == (state, code)


def test_evidence_after_something_that_has_not_happened_is_not_asked_for(told: Told) -> None:
    rule = artifact(anchor=Selector(event="pairing.ended"), limit=30)

    result = told.ask(rule, "a", "2025-10-01")

    assert (result.state, result.code) == ("not_applicable", "no_anchor")


def test_evidence_in_school_time_needs_a_calendar(told: Told) -> None:
    told.enrol("z", "2026-08-17")
    within = artifact(anchor=ENROLLED, limit=3, unit="in_session_week")
    yearly = artifact(period="school_year")

    results = [told.ask(rule, "z", "2026-08-17") for rule in (within, yearly)]

    assert {(r.state, r.code) for r in results} == {("insufficient_data", "no_calendar")}


def test_who_ends_in_time_owes_no_evidence(told: Told) -> None:
    told.leave("a", "2025-12-01", "completed")

    result = told.ask(artifact(period="semester"), "a", "2026-02-01")

    assert (result.state, result.code) == ("not_applicable", "obligation_ended")


def test_an_extension_moves_the_day_on_which_evidence_is_due(told: Told) -> None:
    told.say(
        "a",
        "participant.requirement-waived",
        "2025-09-10",
        rule_id="R-1",
        relief="extension",
        new_limit=day("2025-11-30"),
        granted_by="coordinator",
    )
    allowed = ("extension",)
    within = artifact(anchor=ENROLLED, limit=30, relief_allowed=allowed)
    yearly = artifact(period="semester", relief_allowed=allowed)
    not_allowed = artifact(anchor=ENROLLED, limit=30)

    results = [told.ask(rule, "a", "2025-12-10") for rule in (within, yearly, not_allowed)]

    assert [str(r.due_on) for r in results] == ["2025-11-30", "2025-11-30", "2025-09-17"]
    assert [r.relief is not None for r in results] == [True, True, False]


def test_an_extension_from_before_the_first_period_moves_none(told: Told) -> None:
    told.say(
        "a",
        "participant.requirement-waived",
        "2025-08-01",
        rule_id="R-1",
        relief="extension",
        new_limit=day("2026-01-31"),
        granted_by="coordinator",
    )

    result = told.ask(artifact(period="semester", relief_allowed=("extension",)), "a", "2025-10-01")

    assert (result.due_on, result.relief) == (day("2025-12-19"), None)


# reliefs


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "waived"),
        ({"granted_by": "mentor"}, "breached"),
        ({"rule_id": "R-9"}, "breached"),
        ({"pack_id": "example"}, "waived"),
        ({"pack_id": "another"}, "breached"),
        ({"relief": "early_completion"}, "breached"),
        ({"until": day("2025-12-20")}, "breached"),
        ({"until": day("2025-12-21")}, "waived"),
    ],
)
def test_a_relief_counts_as_the_pack_allows_it(
    told: Told, change: dict[str, Any], state: str
) -> None:
    granted = {"rule_id": "R-1", "relief": "waiver", "granted_by": "coordinator", **change}
    told.say("a", "participant.requirement-waived", "2025-10-01", **granted)
    rule = artifact(period="semester", relief_allowed=("waiver",))

    assert told.ask(rule, "a", "2025-12-20").state == state


# uses


def test_what_serves_growth_is_used_for_growth(told: Told) -> None:
    told.say("p", "pairing.note-written", "2025-09-01", note_id="n", visibility="growth_only")
    told.say("p", "pairing.note-written", "2025-09-01", note_id="o", visibility="evaluative")
    rule = ProhibitedUse(**HEAD, visibility=("growth_only",), purposes=("evaluation",))
    used = "pairing.evidence-attached"

    told.say("p", used, "2025-09-02", purpose="growth", cites=("n",))
    told.say("p", used, "2025-09-03", purpose="evaluation", cites=("o",))
    told.say("p", used, "2025-09-04", purpose="evaluation")
    fair = told.ask(rule, "a", "2025-10-01")
    told.say("a", ATTACHED, "2025-09-05", purpose="evaluation", cites=("o", "n"))
    unfair = told.ask(rule, "a", "2025-10-01")

    assert (fair.state, unfair.state) == ("met", "breached")
    assert unfair.measured == "2025-09-05"


# documents and reports


@pytest.mark.parametrize(
    ("published", "wanted", "state"),
    [(True, True, "met"), (False, True, "breached"), (False, False, "met")],
)
def test_a_document_is_published_where_that_is_asked(
    told: Told, published: bool, wanted: bool, state: str
) -> None:
    told.say(
        "program:1",
        "program.document-referenced",
        "2025-09-01",
        process="selection",
        published=published,
    )
    rule = ProcessExists(**HEAD, scope="program", process="selection", published=wanted)

    assert told.ask(rule, "program:1", "2025-10-01").state == state


def test_more_missing_fields_than_one_reads_are_counted() -> None:
    told = Told()
    for n in range(7):
        told.enrol(f"a{n}", "2025-08-18")

    result = told.ask(Report(**HEAD, scope="program", fields=("rank",)), "program:1", "2025-10-01")

    assert len(result.missing) == 7
    assert result.said.endswith("a4 rank and 2 more")


@pytest.mark.parametrize(
    ("period", "as_of", "missing"),
    [
        (None, "2026-09-01", ("b rank", "c rank", "d rank")),
        ("school_year", "2026-06-05", ("b rank", "c rank", "d rank")),
        ("school_year", "2026-08-16", ("b rank", "c rank", "d rank")),
        ("school_year", "2026-08-17", ("d rank",)),
        ("semester", "2025-12-19", ("b rank", "c rank", "d rank")),
        ("semester", "2026-01-05", ("c rank", "d rank")),
    ],
)
def test_a_report_is_about_the_people_of_its_period(
    period: str | None, as_of: str, missing: tuple[str, ...]
) -> None:
    """Nothing is known of one who left in the autumn, one in the summer, and one who is there."""
    told = Told((SEMESTERS, AFTER), ends_on=day("2027-05-08"))
    for who in "abcd":
        told.enrol(who, "2025-08-18")
    told.say("a", "participant.fact-stated", "2025-09-01", fact="rank", word="dean")
    told.leave("b", "2025-10-01")
    told.leave("c", "2026-05-20", "completed")
    rule = Report(**HEAD, scope="program", fields=("rank",), period=period)

    result = told.ask(rule, "program:1", as_of)

    assert (result.state, result.missing) == ("insufficient_data", missing)


@pytest.mark.parametrize(
    ("period", "calendars", "code"),
    [
        ("school_year", (), "no_calendar"),
        ("school_year", (SEMESTERS,), "no_calendar"),
        ("semester", (THIRDS,), "no_semester"),
    ],
)
def test_a_report_on_a_period_needs_its_calendar(period: str, calendars: Any, code: str) -> None:
    told = Told(calendars)
    rule = Report(**HEAD, scope="program", fields=("enrolled_on",), period=period)

    result = told.ask(rule, "program:1", "2027-01-01")

    assert (result.state, result.code) == ("insufficient_data", code)


def attest(told: Told, on: str) -> None:
    told.say("program:1", "program.document-referenced", on, process="R-1")


NAMES: dict[str, Any] = {"scope": "program", "fields": ("enrolled_on",), "attested_by": "dean"}


def test_a_report_that_nobody_attested_is_not_yet_there(told: Told) -> None:
    rule = Report(**HEAD, **NAMES)

    before = told.ask(rule, "program:1", "2025-10-01")
    attest(told, "2025-10-02")
    after = told.ask(rule, "program:1", "2025-10-02")

    assert (before.state, after.state) == ("not_yet_due", "met")
    assert "by the dean" in before.said


@pytest.mark.parametrize(
    ("attested", "as_of", "state", "due"),
    [
        ((), "2026-05-24", "not_yet_due", "2026-06-01"),
        ((), "2026-05-25", "at_risk", "2026-06-01"),
        ((), "2026-06-01", "at_risk", "2026-06-01"),
        ((), "2026-06-02", "breached", "2026-06-01"),
        (("2026-06-01",), "2026-06-01", "met", "2026-06-01"),
        (("2026-06-02",), "2026-06-03", "cured_late", "2026-06-01"),
        (("2026-06-01",), "2026-12-01", "not_yet_due", "2027-06-01"),
        (("2026-06-01",), "2027-06-02", "breached", "2027-06-01"),
        (("2026-06-01", "2027-05-01"), "2027-05-02", "met", "2027-06-01"),
    ],
)
def test_a_report_is_attested_by_its_day_every_year(
    told: Told, attested: tuple[str, ...], as_of: str, state: str, due: str
) -> None:
    for on in attested:
        attest(told, on)
    rule = Report(**HEAD, **NAMES, due_on="06-01", at_risk_days=7)

    result = told.ask(rule, "program:1", as_of)

    assert (result.state, str(result.due_on)) == (state, due), result.said


def test_a_report_may_be_due_in_the_year_in_which_the_program_begins(told: Told) -> None:
    rule = Report(**HEAD, **NAMES, due_on="12-30")

    assert told.ask(rule, "program:1", "2025-10-01").due_on == day("2025-12-30")


def by_officer(told: Told, on: str, **other: Any) -> None:
    stated = {"pack_id": "example", "version": "1", "role": "dean"}
    told.say("program:1", "attestation.made", on, **stated | other)


@pytest.mark.parametrize("stated", [{}, {"rule": "R-1"}])
def test_a_report_is_attested_by_an_officer_in_its_role(told: Told, stated: Any) -> None:
    rule = Report(**HEAD, **NAMES, due_on="06-01")

    by_officer(told, "2026-06-01", **stated)

    assert told.ask(rule, "program:1", "2026-05-31").state != "met"
    assert told.ask(rule, "program:1", "2026-06-01").state == "met"


@pytest.mark.parametrize(
    "stated", [{"rule": "R-2"}, {"role": "mentor"}, {"pack_id": "another-pack"}]
)
def test_what_an_officer_attests_of_something_else_attests_no_report(
    told: Told, stated: Any
) -> None:
    rule = Report(**HEAD, **NAMES)

    by_officer(told, "2026-06-01", **stated)

    assert told.ask(rule, "program:1", "2026-06-02").state == "not_yet_due"


def test_a_year_is_attested_by_a_document_and_the_next_by_an_officer(told: Told) -> None:
    rule = Report(**HEAD, **NAMES, due_on="06-01")
    attest(told, "2026-05-30")
    by_officer(told, "2027-05-30")

    result = told.ask(rule, "program:1", "2027-06-01")

    assert (result.state, str(result.satisfied_on)) == ("met", "2027-05-30")
