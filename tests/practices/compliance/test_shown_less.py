"""Whoever is shown less of a program is told what is so, or that it cannot be told; nothing else."""

from importlib.resources import files
from typing import Any

import pytest
from practices.compliance.worked_example import PACK, SEE, Clock, Example, california, day, mc

import mentorcore
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.policy.reading.pack_reader import read_pack

ELSEWHERE = mc.Unmet(criterion="schedule", reason="They teach at the same hours")
AUDITOR, PRINCIPAL = mc.Viewer.auditor(), mc.Viewer.site_administrator("School of A")


def matched(attributes: str, criterion: str = "", teaches: str = "subject-a") -> dict[str, str]:
    """By viewer, what is told of a match for which a reason for another wish is recorded."""
    text = files("mentorcore.policy").joinpath("packs", f"{PACK}.toml").read_text()
    text = text.replace(f'"{PACK}"', '"of-our-own"', 1)
    text = text.replace('["credential_area", "grade_levels", "subjects"]', attributes)
    if criterion:
        text = text.replace(
            'kind = "soft_match"', f'kind = "soft_match"\ncriterion = "{criterion}"'
        )
    pack, clock = read_pack(text.encode(), "of-our-own.toml"), Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock, packs=[pack]) as engine:
        made = Example(engine, clock, pack)
        made.registered("A", "subject-a", on="2025-08-01")
        made.registered("Mentor A", "other", teaches, on="2025-08-01")
        for name, role in (("A", "mentee"), ("Mentor A", "mentor")):
            made.enrol(name, role, "2025-08-18")
        made.pair("A", "2025-09-01", unmet_soft=(ELSEWHERE,))
        viewers = (SEE, AUDITOR, PRINCIPAL, mc.Viewer.member(made.people["A"]))
        return {viewer.kind: state(made, viewer) for viewer in viewers}


def state(made: Example, viewer: Any) -> str:
    told = made.engine.compliance(viewer=viewer, as_of=day("2025-10-01"), rule="CA-2b")
    return str(told.rows[0].state)


def test_what_is_met_is_called_excused_for_nobody_who_is_not_shown_that_it_is_met() -> None:
    told = matched('["subjects"]')

    assert told.pop("coordinator") == "met"
    assert set(told.values()) == {"insufficient_data"}


def test_a_reason_for_another_wish_excuses_nothing_whoever_is_asking() -> None:
    told = matched('["credential_area"]', criterion="same-area")

    assert told.pop("coordinator") == "breached"
    assert set(told.values()) == {"insufficient_data"}


@pytest.mark.parametrize("attributes", ['["credential_area"]', '["credential_area", "subjects"]'])
def test_what_anybody_may_know_is_told_to_everybody(attributes: str) -> None:
    told = matched(attributes, teaches="nothing shared")

    assert told["coordinator"] == "waived"
    shown = "waived" if "subjects" not in attributes else "insufficient_data"
    assert {told[kind] for kind in ("auditor", "site_administrator", "member")} == {shown}


def test_what_papers_say_of_a_participant_is_told_to_them_and_to_no_mentor() -> None:
    text = files("mentorcore.policy").joinpath("packs", f"{PACK}.toml").read_text()
    text = text.replace(f'"{PACK}"', '"of-our-own"', 1)
    text = text.replace(
        'satisfied_by = { event = "GoalSet" }',
        'satisfied_by = { event = "participant.evidence-attached" }',
    )
    pack, clock = read_pack(text.encode(), "of-our-own.toml"), Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock, packs=[pack]) as engine:
        made = Example(engine, clock, pack)
        for name, role in (("A", "mentee"), ("Mentor A", "mentor")):
            made.registered(name, on="2025-08-01")
            made.enrol(name, role, "2025-08-18")
        made.pair("A", "2025-09-01")

        def told(viewer: Any) -> list[str]:
            when = {"viewer": viewer, "as_of": day("2025-12-01")}
            needs = engine.attention(**when).of("requirement_breached")
            rows = engine.compliance(**when, rule="CA-4").of(made.enrolled["A"])
            return [row.state for row in rows] + [
                need.code for need in needs if need.code == "CA-4"
            ]

        viewers = (SEE, *(mc.Viewer.member(made.people[name]) for name in ("A", "Mentor A")))
        coordinator, mentee, mentor = map(told, viewers)

    assert coordinator == mentee == ["breached", "CA-4"]
    assert mentor == []


def test_whoever_works_at_two_schools_is_shown_to_those_who_administer_either() -> None:
    pack, clock = california(), Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock) as engine:
        made = Example(engine, clock, pack)
        made.registered("A", "subject-a", on="2025-08-01")
        here = {"person_id": made.people["A"], "since": day("2025-08-01")}
        made.ask(mc.RecordEmployment(**here, unit="Lincoln, East"))
        made.enrol("A", "mentee", "2025-08-18")

        shown = {
            school: engine.compliance(viewer=mc.Viewer.site_administrator(school)).rows
            for school in ("School of A", "lincoln, east", "East", "School of B")
        }

    assert {school for school, rows in shown.items() if rows} == {"School of A", "lincoln, east"}
    assert {row.school for row in shown["lincoln, east"]} == {"Lincoln, East"}
