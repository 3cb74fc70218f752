"""Compliance as it is asked for: counted, narrowed, explained, for whom, and of an export."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from practices.compliance.worked_example import (
    BOSS,
    SEE,
    Clock,
    Example,
    california,
    day,
    end_of,
    mc,
    told,
)

import mentorcore
from mentorcore.errors import Invalid, Refused
from mentorcore.log.sealing.keys import MemoryKeys

WINTER = date(2025, 12, 19)


@pytest.fixture(scope="module")
def example() -> Iterator[Example]:
    """The worked example in memory; a test only asks it."""
    clock = Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock) as engine:
        yield told(engine, clock, california())


def asked(example: Example, **more: Any) -> mentorcore.Compliance:
    return example.engine.compliance(**{"viewer": SEE, "as_of": WINTER, **more})


def test_results_are_counted_by_rule(example: Example) -> None:
    found = asked(example, by="rule")

    counts = {group.group: group for group in found.groups}
    deadline = counts["us-ca-teacher-induction/CA-2a"]
    assert (deadline.met, deadline.cured_late, deadline.breached) == (3, 1, 1)
    assert deadline.not_applicable == 1
    assert found.total.breached == sum(group.breached for group in found.groups)


def test_results_are_counted_by_mentor_whoever_has_several(example: Example) -> None:
    found = asked(example, by="mentor", rule="CA-2a")

    assert {group.label: group.cured_late for group in found.groups} == {
        "Mentor A": 0,
        "Mentor B": 1,
        "Mentor C": 0,
        "Mentor G": 0,
        "nobody": 0,
    }


def test_results_are_counted_by_school_and_by_cohort(example: Example) -> None:
    schools = asked(example, by="school", rule="CA-4").groups
    cohorts = asked(example, by="cohort", rule="CA-4").groups

    assert {g.group: g.breached for g in schools}["School of C"] == 1
    assert [(g.group, g.label) for g in cohorts] == [(example.cohort, "2025")]


def test_only_what_is_missing_is_told_where_that_is_asked(example: Example) -> None:
    found = asked(example, missing=True)

    assert {row.state for row in found.rows} == {"breached", "at_risk", "insufficient_data"}
    assert found.rows[0].state == "breached"


def test_only_one_person_is_told_of_by_enrolment_or_person(example: Example) -> None:
    by_enrolment = asked(example, about=example.enrolled["B"]).rows
    by_person = asked(example, about=example.people["B"]).rows

    assert by_enrolment == by_person
    assert {row.rule for row in by_enrolment} == {"CA-1", "CA-2a", "CA-2b", "CA-3", "CA-4", "CA-5"}


def test_whoever_is_not_there_is_refused_and_not_told_of_as_if_nothing_were_missing(
    example: Example,
) -> None:
    with pytest.raises(Refused, match="nothing is recorded about participant:0"):
        asked(example, about=f"participant:{'0' * 32}")
    with pytest.raises(Refused, match="nothing is recorded about Mentee B"):
        asked(example, about="Mentee B")

    assert asked(example, about=example.cohort, rule="CA-4").rows == ()


def test_a_person_is_told_of_by_every_id_that_led_to_them() -> None:
    clock = Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock) as engine:
        mine = told(engine, clock, california())
        twin = mine.ask(mc.RegisterPerson(name="Mentee B")).stream
        mine.ask(mc.MergePersons(survivor=mine.people["B"], absorbed=twin, basis="the same"))

        by_either = [asked(mine, about=person).rows for person in (mine.people["B"], twin)]

    assert by_either[0] == by_either[1] != ()


def test_a_rule_may_be_named_with_its_pack(example: Example) -> None:
    found = asked(example, rule="us-ca-teacher-induction/CA-4")

    assert {row.rule for row in found.rows} == {"CA-4"}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (
            "ca-2a",
            "no policy pack that the program goes by has a rule ca-2a; did you mean 'CA-2a'?",
        ),
        (
            "us-tx-mentor/CA-4",
            "no policy pack that the program goes by has a rule us-tx-mentor/CA-4",
        ),
        ("CA-6b", "CA-6b says which reliefs may be granted, and of that there are no results"),
    ],
)
def test_a_rule_of_which_there_can_be_no_result_is_refused(
    example: Example, rule: str, why: str
) -> None:
    with pytest.raises(Refused) as refused:
        asked(example, rule=rule)

    assert refused.value.code == "no_such_rule"
    assert refused.value.reason.startswith(why)


def test_a_rule_may_be_asked_for_before_its_pack_was_in_force(example: Example) -> None:
    found = asked(example, rule="CA-4", as_of=date(2025, 6, 30))

    assert (found.packs, found.rows) == ((), ())


def test_results_are_counted_by_nothing_else(example: Example) -> None:
    with pytest.raises(Invalid, match="cannot be counted by that"):
        asked(example, by="weather")


def test_the_packs_in_force_are_told_with_their_notices(example: Example) -> None:
    [pack] = asked(example).packs

    assert (pack.version, pack.effective_from) == ("1", day("2025-07-01"))
    assert "not legal advice" in pack.notice


def test_a_result_is_explained_by_the_events_without_which_it_is_another(
    example: Example,
) -> None:
    why = example.engine.explain(example.enrolled["B"], "CA-2a", viewer=SEE, as_of=WINTER)

    decisive = {g.record.name for g in why.grounds if g.decisive}
    assert (why.value, why.again) == ("cured_late", "cured_late")
    assert {"participant.enrolled", "pairing.formed"} <= decisive
    assert "pairing.meeting-held" not in decisive


def test_a_member_of_a_result_is_explained_by_its_name(example: Example) -> None:
    subject = example.enrolled["B"]

    why = example.engine.explain(
        subject, "us-ca-teacher-induction/CA-3.measured", viewer=SEE, as_of=WINTER
    )

    assert why.value == "720 min"
    assert sum(g.record.name == "pairing.meeting-held" for g in why.grounds) == 12


def test_results_are_among_the_figures_that_can_be_explained(example: Example) -> None:
    figures = example.engine.figures(example.enrolled["A"], viewer=SEE, as_of=WINTER)

    named = {f.name: f.value for f in figures}
    assert named["compliance.results.CA-2a"] == "met"


def test_what_is_breached_or_at_risk_needs_somebody(example: Example) -> None:
    found = example.engine.attention(viewer=SEE, as_of=day("2025-09-18"))

    [late] = [n for n in found.of("requirement_breached") if n.subject == example.enrolled["B"]]
    assert (late.code, late.due_on, late.days) == ("CA-2a", day("2025-09-17"), 1)
    assert "due on 2025-09-17" in late.why
    assert example.enrolled["E"] not in {n.subject for n in found.needs}


def test_a_need_is_explained_by_what_it_rests_on(example: Example) -> None:
    found = example.engine.attention(viewer=SEE, as_of=day("2025-09-18"))
    [late] = [n for n in found.of("requirement_breached") if n.subject == example.enrolled["B"]]

    why = example.engine.explain(late, viewer=SEE, as_of=day("2025-09-18"))

    assert why.holds
    assert "participant.enrolled" in {g.record.name for g in why.grounds}


def test_a_mentee_and_their_mentor_see_what_names_them_and_no_more(example: Example) -> None:
    mentee = mc.Viewer.member(example.people["B"])
    mentor = mc.Viewer.member(example.people["Mentor B"])

    own, guided = asked(example, viewer=mentee), asked(example, viewer=mentor)

    assert own.row("CA-2a", example.enrolled["B"]) is not None
    assert guided.row("CA-2a", example.enrolled["B"]) is not None
    assert own.row("CA-2a", example.enrolled["A"]) is None
    assert own.others is not None


def test_an_auditor_sees_verdicts_and_neither_names_nor_what_is_sealed(example: Example) -> None:
    auditor = mc.Viewer.auditor()

    found = asked(example, viewer=auditor)

    row = found.row("CA-2a", example.enrolled["B"])
    assert row is not None
    assert row.state == "cured_late"
    assert isinstance(row.people[0].name, mentorcore.Withheld)
    assert isinstance(row.school, mentorcore.Withheld)
    matched = found.row("CA-2b", example.pairings["A"])
    assert matched is not None
    assert matched.state == "met"  # by the area of the credentials, which stands in the clear
    unmatched = found.row("CA-2b", example.pairings["C"])
    assert unmatched is not None
    assert (unmatched.state, unmatched.code) == ("insufficient_data", "withheld")


def test_a_published_report_is_worked_out_again(example: Example) -> None:
    report = json.dumps(mentorcore.plain(asked(example, by="rule", missing=True)))

    again = example.engine.recompute(report)

    assert (again.report, again.holds, again.is_whole) == ("compliance", True, True)


def test_a_report_that_was_altered_is_found_out_and_explained(example: Example) -> None:
    report: Any = mentorcore.plain(asked(example, rule="CA-2a"))
    altered = next(r for r in report["rows"] if r["state"] == "cured_late")
    altered["state"] = "met"

    again = example.engine.recompute(json.dumps(report))

    [figure] = again.of("different")
    assert (figure.figure, figure.published) == ("us-ca-teacher-induction/CA-2a.state", "met")
    assert figure.again == "cured_late"
    assert figure.explanation is not None


@pytest.mark.parametrize("by", ["rule", "school", "cohort", "mentor"])
@pytest.mark.parametrize("missing", [False, True])
def test_what_rests_on_sealed_facts_is_not_called_different_without_keys(
    example: Example, tmp_path: Path, by: str, *, missing: bool
) -> None:
    bundle = tmp_path / "audit"
    example.engine.export(bundle, recipient="audit-office", actor=BOSS)
    report = mentorcore.plain(asked(example, by=by, missing=missing))
    altered = json.loads(json.dumps(report))
    late = next(row for row in altered["rows"] if row["rule"] == "CA-2a")
    late["state"] = "waived"

    with mentorcore.open_export(bundle) as exported:
        whole, forged = exported.recompute(report), exported.recompute(altered)

    assert whole.holds
    assert not whole.is_whole
    assert {f.figure for f in whole.of("unknown")} >= {"total.insufficient_data"}
    assert [f.figure for f in forged.of("different")] == ["us-ca-teacher-induction/CA-2a.state"]


def test_needs_that_rest_on_sealed_facts_are_not_called_different_without_keys(
    example: Example, tmp_path: Path
) -> None:
    bundle = tmp_path / "audit"
    example.engine.export(bundle, recipient="audit-office", actor=BOSS)
    report = mentorcore.plain(example.engine.attention(viewer=SEE, as_of=WINTER))

    with mentorcore.open_export(bundle) as exported:
        found = exported.recompute(report)

    assert found.holds


def test_an_export_without_keys_tells_all_that_is_not_sealed(
    example: Example, tmp_path: Path
) -> None:
    auditor = mc.Viewer.auditor()
    bundle = tmp_path / "audit"
    example.engine.export(bundle, recipient="audit-office", actor=BOSS)

    with mentorcore.open_export(bundle) as exported:
        found = exported.compliance(viewer=auditor, as_of=WINTER, as_known=end_of(WINTER))

    here = asked(example, viewer=auditor, as_known=end_of(WINTER))
    assert [(r.result, r.state) for r in found.rows] == [(r.result, r.state) for r in here.rows]


def test_what_changed_between_two_days_is_told_of_each_result_with_what_did_it(
    example: Example,
) -> None:
    then, now = (mc.Moment(as_of=day(on)) for on in ("2025-12-17", "2025-12-19"))

    [view] = example.engine.diff(then, now, viewer=SEE).views

    told = {(row.kind, row.subject): row for row in view.rows}
    changed = told["CA-3 of participant", example.enrolled["A"]].changes
    assert [(c.before, c.after) for c in changed if c.field == "measured"] == [
        ("880 min", "960 min")
    ]
    assert {subject for _, subject in told} == {example.enrolled["A"], example.enrolled["B"]}


def test_a_program_without_a_pack_has_nothing_to_show() -> None:
    clock = Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock) as engine:
        goal = mc.ProgramGoal(goal_id=f"goal:{1:032x}", statement="Stay")
        role = mc.Role(code="peer", part="peer")
        settings = mc.Settings(roles=(role,), shape="reciprocal")
        design = mc.DesignProgram(time_zone="UTC", settings=settings, name="Peers", goals=(goal,))
        engine.handle(design, actor=mc.Actor("test", "coordinator", "system"))

        found = engine.compliance(viewer=SEE)

    assert (found.rows, found.packs, found.total.met) == ((), (), 0)


def test_whoever_administers_a_school_sees_what_was_completed_there(example: Example) -> None:
    principal = mc.Viewer.site_administrator("school of b")

    found = asked(example, viewer=principal)

    assert {row.school for row in found.rows} == {"School of B"}
    row = found.row("CA-2a", example.enrolled["B"])
    assert row is not None
    assert (row.people[0].name, row.state) == ("B", "cured_late")
    assert found.others is not None
    assert found.total.cured_late == 1


def test_whoever_administers_schools_is_told_of_all_by_school(example: Example) -> None:
    found = asked(example, viewer=mc.Viewer.site_administrator(), by="school", rule="CA-4")

    assert "School of C" in {group.group for group in found.groups}


@pytest.mark.parametrize(
    "question",
    [
        lambda engine, who, _pairing: engine.status(viewer=who),
        lambda engine, who, _pairing: engine.attention(viewer=who),
        lambda engine, who, pairing: engine.history(pairing, viewer=who),
        lambda engine, who, pairing: engine.explain(pairing, "minutes", viewer=who),
        lambda engine, who, _pairing: engine.view("compliance.results", viewer=who),
        lambda engine, who, _pairing: engine.feed(who),
    ],
    ids=("status", "attention", "history", "explain", "view", "feed"),
)
def test_whoever_administers_a_school_is_shown_nothing_else(
    example: Example, question: Any
) -> None:
    principal = mc.Viewer.site_administrator("School of B")

    with pytest.raises(Refused) as refused:
        question(example.engine, principal, example.pairings["B"])

    assert refused.value.code == "completion_only"


@pytest.mark.parametrize("school", ["School of B", None])
def test_the_report_for_who_administers_a_school_is_worked_out_again_as_it_was_told(
    example: Example, school: str | None
) -> None:
    principal = mc.Viewer.site_administrator(school)
    report = mc.plain(asked(example, viewer=principal, rule="CA-2a"))

    for viewer in (None, principal):
        again = example.engine.recompute(json.dumps(report), viewer=viewer, why=school is not None)

        assert (again.viewer, again.holds, again.of("unknown")) == (principal.kind, True, ())
        assert not any(figure.explanation for figure in again.figures)


def test_a_report_for_one_school_is_worked_out_for_no_other(example: Example) -> None:
    principal = mc.Viewer.site_administrator("School of B")
    report = mc.plain(asked(example, viewer=principal))

    for school in (None, "School of C"):
        with pytest.raises(Invalid, match="school: is another one"):
            example.engine.recompute({**report, "school": school}, viewer=principal)


@pytest.mark.parametrize(
    "told",
    [
        lambda engine: engine.status(viewer=SEE),
        lambda engine: engine.attention(viewer=SEE),
        lambda engine: engine.view("compliance.results", viewer=SEE),
    ],
    ids=("status", "attention", "view"),
)
def test_no_report_of_something_else_is_worked_out_for_who_administers_a_school(
    example: Example, told: Any
) -> None:
    principal = mc.Viewer.site_administrator()
    report = {**mc.plain(told(example.engine)), "viewer": principal.kind, "school": None}

    for viewer in (None, principal):
        with pytest.raises(Refused) as refused:
            example.engine.recompute(report, viewer=viewer)

        assert refused.value.code == "completion_only"


def test_whoever_is_shown_less_is_told_what_is_so_or_that_it_cannot_be_told(
    example: Example,
) -> None:
    told = {row.result: row.state for row in asked(example).rows}
    members = (mc.Viewer.member(person) for person in example.people.values())

    for viewer in (mc.Viewer.auditor(), mc.Viewer.site_administrator(), *members):
        for row in asked(example, viewer=viewer).rows:
            assert row.state in (told[row.result], "insufficient_data")


def test_whoever_administers_a_school_is_shown_no_event(example: Example) -> None:
    events = list(example.engine.events(stream=example.people["B"]))

    with pytest.raises(Refused) as refused:
        mc.plain(events, viewer=mc.Viewer.site_administrator("School of B"))

    assert refused.value.code == "completion_only"


def test_only_a_site_administrator_has_a_school() -> None:
    with pytest.raises(Invalid, match="malformed"):
        mentorcore.Viewer("coordinator", school="School of B")
