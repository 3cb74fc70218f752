"""The program as rules look at it: who is whose mentor when, under which id, and how much they work."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from practices.compliance.worked_example import SEE, Clock, Example, california, day, end_of, mc
from practices.stranger import VISITS
from practices.stranger.events import MakeVisit

import mentorcore
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.policy.facts import Facts, PairingFacts
from mentorcore.practices.compliance.program_facts import FactsOfProgram


@pytest.fixture
def small() -> Iterator[Example]:
    """The program of California with two mentors and a mentee, and no pairing yet."""
    clock = Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock) as engine:
        made = Example(engine, clock, california())
        made.registered("A", "subject-a", grade="grade A", on="2025-08-01")
        made.registered("Mentor A", "subject-a", grade="grade A", on="2025-08-01")
        made.registered("Mentor B", on="2025-08-01")
        made.enrol("A", "mentee", "2025-08-18")
        for name in "AB":
            made.enrol(f"Mentor {name}", "mentor", "2025-08-18")
        yield made


def facts(made: Example, as_of: str, viewer: Any = SEE) -> Facts:
    """What rules look at on a day."""
    views = made.engine._views
    asked = made.engine._at(day(as_of), None)
    at = views._snapshots.gather(made.program, made.engine.now(), asked)
    parts = views._practices.parts(views._practices.named("compliance.results"), at)
    return FactsOfProgram(parts, at, views.seer(viewer, asked), made.engine._model).facts


def the_pairing(made: Example, as_of: str) -> PairingFacts:
    return facts(made, as_of).pairings[made.pairings["A"]]


def test_members_are_told_with_their_days(small: Example) -> None:
    """Another mentor joins, and the first one leaves: its last day is one in the pairing."""
    small.pair("A", "2025-09-01")
    small.clock.to("2025-11-01")
    second = small.enrolled["Mentor B"]
    small.ask(
        mc.AddMember(
            pairing_id=small.pairings["A"],
            participant=second,
            role="mentor",
            since=day("2025-10-01"),
        )
    )
    small.ask(
        mc.RemoveMember(
            pairing_id=small.pairings["A"],
            participant=small.enrolled["Mentor A"],
            on=day("2025-10-15"),
            reason="left_role",
        )
    )

    members = {m.participant: m for m in the_pairing(small, "2025-11-01").members}

    first = members[small.enrolled["Mentor A"]]
    assert (first.since, first.until, first.primary) == (day("2025-09-01"), day("2025-10-16"), True)
    assert (members[second].since, members[second].until) == (day("2025-10-01"), None)
    assert len(the_pairing(small, "2025-09-30").members) == 2


def test_whoever_comes_back_as_no_primary_mentor_was_one_before(small: Example) -> None:
    """The mentee had a primary mentor in time, whatever that mentor is now."""
    small.pair("A", "2025-09-01")
    small.clock.to("2025-11-01")
    pairing, first, second = (
        small.pairings["A"],
        small.enrolled["Mentor A"],
        small.enrolled["Mentor B"],
    )
    for who, since in ((second, "2025-09-10"), (first, "2025-10-01")):
        if who == first:
            leaving = {"participant": first, "on": day("2025-09-20"), "reason": "left_role"}
            small.ask(mc.RemoveMember(pairing_id=pairing, **leaving))
        joining = {"participant": who, "role": "mentor", "since": day(since)}
        small.ask(mc.AddMember(pairing_id=pairing, **joining))

    stays = [m for m in the_pairing(small, "2025-11-01").members if m.participant == first]

    assert sorted((m.since, m.until, m.primary) for m in stays if m.until) == [
        (day("2025-09-01"), day("2025-09-21"), True)
    ]
    assert [(m.since, m.primary) for m in stays if not m.until] == [(day("2025-10-01"), False)]
    assert small.result("CA-2a", "A", "2025-11-01").state == "met"


def test_a_pairing_that_waits_for_nothing_started_on_the_day_it_was_formed(small: Example) -> None:
    small.pair("A", "2025-09-01")

    began = [f for f in the_pairing(small, "2025-09-01").facts if f.name == "pairing.started"]

    assert [(f.on, f.cited.version) for f in began] == [(day("2025-09-01"), 1)]


def test_what_has_not_come_yet_is_not_there_and_a_calendar_is(small: Example) -> None:
    small.pair("A", "2025-09-01")

    seen = facts(small, "2025-08-10")

    assert not seen.pairings
    assert not seen.participants
    [cohort] = [c for c in seen.cohorts.values() if c.id == small.cohort]
    assert [year.school_year for year in cohort.calendars] == ["2025-26"]
    assert cohort.school_time.in_session(day("2025-08-18"))


def test_working_time_is_that_of_the_enrolment_until_a_post_changes_it(small: Example) -> None:
    small.clock.to("2026-02-01")
    small.ask(
        mc.RecordEmployment(
            person_id=small.people["A"], since=day("2026-02-01"), fte_percent=60, unit="School of A"
        )
    )

    found = facts(small, "2026-02-01").participants[small.enrolled["A"]]

    assert found.fte == ((day("2025-08-18"), 100), (day("2026-02-01"), 60))
    assert facts(small, "2026-01-31").participants[small.enrolled["A"]].fte[-1][1] == 100


def test_what_was_recorded_of_a_merged_person_is_told_of_the_survivor(small: Example) -> None:
    other = str(small.ask(mc.RegisterPerson(name="A again"), "2025-09-01").stream)
    small.ask(
        mc.RecordCredential(
            person_id=other, kind="credential", area="music", issued_on=day("2025-09-01")
        )
    )
    small.ask(mc.MergePersons(survivor=small.people["A"], absorbed=other, basis="One person"))

    seen = facts(small, "2025-09-01")

    areas = seen.attribute(small.enrolled["A"], "credential_area", day("2025-09-01"))
    assert areas == ("music", "subject-a")


def test_what_is_sealed_is_told_to_those_who_may_read_it(small: Example) -> None:
    who, on = small.enrolled["A"], day("2025-09-01")

    told = facts(small, "2025-09-01").attribute(who, "subjects", on)
    hidden = facts(small, "2025-09-01", mc.Viewer.auditor()).attribute(who, "subjects", on)
    place = facts(small, "2025-09-01", mc.Viewer.site_administrator()).attribute(who, "unit", on)

    assert (told, hidden, place) == (("subject-a",), None, ("School of A",))


def test_the_criteria_of_a_reason_are_told_to_those_who_may_read_it(small: Example) -> None:
    reason = mc.Unmet(criterion="subjects", reason="The only one")
    small.pair("A", "2025-09-01", unmet_soft=(reason,))

    told = the_pairing(small, "2025-09-01").reasons
    hidden = facts(small, "2025-09-01", mc.Viewer.auditor()).pairings[small.pairings["A"]].reasons

    assert (told, hidden) == (("subjects",), ("*",))


def test_a_credential_counts_until_it_expires(small: Example) -> None:
    small.ask(
        mc.RecordCredential(
            person_id=small.people["Mentor B"],
            kind="license",
            area="art",
            issued_on=day("2025-09-01"),
            expires_on=day("2025-10-01"),
        ),
        "2025-09-01",
    )
    mentor = small.enrolled["Mentor B"]

    def area(on: date) -> Any:
        return facts(small, "2025-12-01").attribute(mentor, "credential_area", on)

    small.clock.to("2025-12-01")
    assert area(day("2025-10-01")) == ("art",)
    assert area(day("2025-10-02")) is None


RELATION = """
[pack]
id = "district-induction"
version = "1"
title = "A district of tests"
jurisdiction = "US"
authority = "Its board"
citation = "Policy 1"
effective_from = 2020-01-01
reviewed_on = 2026-01-01
notice = "Made up."

[[rule]]
id = "D-1"
kind = "prohibited_relation"
title = "The mentor evaluates nobody whom they mentor"
citation = "Policy 1.1"
mark = "P"
scope = "pairing"
relations = ["evaluator"]
between = ["mentor", "mentee"]
"""


def district(engine: Any, clock: Clock, file: Path) -> Example:
    """A mentee and a mentor of whom the pack forbids that the one evaluates the other."""
    made = Example(engine, clock, mc.read_pack(file))
    for name, role in (("A", "mentee"), ("Mentor A", "mentor")):
        made.registered(name, "music", grade="9", on="2025-08-01")
        made.enrol(name, role, "2025-08-18")
    made.pair("A", "2025-09-01")
    return made


@pytest.mark.parametrize("twin_of", ["A", "Mentor A"])
def test_a_relation_under_another_id_of_the_same_person_is_one(
    tmp_path: Path, twin_of: str
) -> None:
    """It is told from the day on which the two ids proved to be one person."""
    file, clock = tmp_path / "district.toml", Clock()
    file.write_text(RELATION, encoding="utf-8")
    with mentorcore.open(keys=MemoryKeys(), clock=clock, packs=[file]) as engine:
        made = district(engine, clock, file)
        twin = str(made.ask(mc.RegisterPerson(name="Again"), "2025-09-15").stream)
        people = {**made.people, twin_of: twin}
        made.ask(
            mc.RecordReportingLine(
                person_id=people["A"],
                superior=people["Mentor A"],
                kind="evaluator",
                since=day("2025-09-15"),
            )
        )
        same = mc.MergePersons(survivor=made.people[twin_of], absorbed=twin, basis="One person")
        made.ask(same, "2025-09-20")

        before = engine.compliance(viewer=SEE, as_known=end_of(day("2025-09-19")))
        after = engine.compliance(viewer=SEE)
        needs = [need.kind for need in engine.attention(viewer=SEE).needs]

    assert [row.state for row in (*before.rows, *after.rows)] == ["met", "breached"]
    assert sorted(needs) == ["reporting_line", "requirement_breached"]


def test_a_relation_that_arises_later_needs_somebody_and_leaves_the_pairing_as_it_is(
    tmp_path: Path,
) -> None:
    """INV-03: what is recorded later is a fact; the pack reports it from its day on."""
    file, clock = tmp_path / "district.toml", Clock()
    file.write_text(RELATION, encoding="utf-8")
    with mentorcore.open(keys=MemoryKeys(), clock=clock, packs=[file]) as engine:
        made = district(engine, clock, file)
        made.ask(
            mc.RecordReportingLine(
                person_id=made.people["A"],
                superior=made.people["Mentor A"],
                kind="evaluator",
                since=day("2025-09-15"),
            ),
            "2025-09-15",
        )

        before = engine.compliance(viewer=SEE, as_of=day("2025-09-14"))
        after = engine.compliance(viewer=SEE, as_of=day("2025-09-15"))
        needs = engine.attention(viewer=SEE).of("requirement_breached")
        [pairing] = engine.status(viewer=SEE).pairings

    assert [row.state for row in before.rows] == ["met"]
    assert [row.state for row in after.rows] == ["breached"]
    assert [(need.subject, need.code) for need in needs] == [(made.pairings["A"], "D-1")]
    assert pairing.situation == "active"


VISITS_ASKED = """
[[rule]]
id = "D-2"
kind = "deadline"
title = "A coach visits within 30 days"
citation = "Policy 1.2"
mark = "P"
scope = "participant"
applies_when = { role = "mentee" }
anchor = "ParticipantEnrolled"
limit = 30
unit = "calendar_day"
count_from = "day_after"
satisfied_by = { event = "acme-visit.made" }
"""


def test_a_rule_may_ask_for_an_event_of_a_practice(tmp_path: Path) -> None:
    file, clock = tmp_path / "district.toml", Clock()
    file.write_text(RELATION + VISITS_ASKED, encoding="utf-8")
    with mentorcore.open(
        keys=MemoryKeys(), clock=clock, packs=[file], practices=[VISITS]
    ) as engine:
        made = Example(engine, clock, mc.read_pack(file))
        for name, role in (("A", "mentee"), ("Mentor A", "mentor")):
            made.registered(name, "music", grade="9", on="2025-08-01")
            made.enrol(name, role, "2025-08-18")
        made.pair("A", "2025-09-01")
        visit = MakeVisit(
            pairing_id=made.pairings["A"],
            visited=made.enrolled["A"],
            on=day("2025-09-10"),
            minutes=30,
        )
        made.ask(visit, "2025-09-10")

        before = made.result("D-2", "A", "2025-09-09")
        after = made.result("D-2", "A", "2025-09-10")
        why = engine.explain(made.enrolled["A"], "D-2", viewer=SEE)

    assert (before.state, after.state) == ("not_yet_due", "met")
    assert after.satisfied_on == day("2025-09-10")
    assert "acme-visit.made" in {g.record.name for g in why.grounds if g.decisive}


def test_a_rule_that_asks_for_events_nobody_here_can_read_is_not_decided(tmp_path: Path) -> None:
    file, clock = tmp_path / "district.toml", Clock()
    file.write_text(RELATION + VISITS_ASKED, encoding="utf-8")
    with mentorcore.open(keys=MemoryKeys(), clock=clock, packs=[file]) as engine:
        made = Example(engine, clock, mc.read_pack(file))
        made.registered("A", "music", grade="9", on="2025-08-01")
        made.enrol("A", "mentee", "2025-08-18")

        made.clock.to("2025-12-01")
        found = made.result("D-2", "A", "2025-12-01")

    assert (found.state, found.code) == ("insufficient_data", "unknown_event")
    assert found.missing == ("acme-visit.made",)
