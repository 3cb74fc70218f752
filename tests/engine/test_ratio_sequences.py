"""Whatever happens in whatever order, no mentor has more mentees than a hard ratio allows."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from engine.test_joining_guards import School
from engine.world import TODAY, engine, folded, mc

BOUNDS = {360: 2, 300: 4}
"""By minutes of teaching a day, how many mentees there may be at once."""


def mentees_of(school: School) -> dict[str, set[str]]:
    """Whom each mentor mentors now, as the streams of the pairings tell."""
    found: dict[str, set[str]] = {}
    for record in school.engine.events():
        if record.name != "pairing.formed":
            continue
        state = folded(school.engine, record.stream)
        there = type(state).__name__ in {"FormedPairing", "ActivePairing", "PausedPairing"}
        if not there or getattr(state, "frees_place", False):
            continue
        members = state.facts.members
        mentees = {m.participant for m in members if m.role == "mentee"}
        for member in members:
            if member.role == "mentor":
                found.setdefault(member.participant, set()).update(mentees)
    return found


class Year:
    """What can be asked for, drawn by dice; most of it is refused for one reason or another."""

    def __init__(self, school: School, dice: random.Random) -> None:
        self.school, self.dice = school, dice
        self.mentors = {school.teacher(minutes): most for minutes, most in BOUNDS.items()}
        self.mentees = [school.mentee() for _ in range(8)]
        self.pairings: list[str] = []
        self.ways: tuple[Callable[[str], Any], ...] = (
            lambda p: mc.EndPairing(
                pairing_id=p, on=TODAY, reason="completed", initiated_by="program"
            ),
            lambda p: mc.PausePairing(pairing_id=p, since=TODAY, frees_place=dice.random() < 0.7),
            lambda p: mc.ResumePairing(pairing_id=p, on=TODAY),
            lambda p: mc.ReopenPairing(pairing_id=p, on=TODAY, reason="asked", authority="dean"),
            lambda p: mc.AddMember(pairing_id=p, participant=self.anybody(), since=TODAY),
            lambda p: mc.RemoveMember(pairing_id=p, participant=self.anybody(), on=TODAY),
            self.retracting,
            self.retracting,
            self.amending,
        )

    def anybody(self) -> str:
        return self.dice.choice([*self.mentors, *self.mentees])

    def version(self, pairing: str) -> Any:
        return self.dice.choice(list(self.school.engine.events(stream=pairing)))

    def retracting(self, pairing: str) -> Any:
        return mc.RetractRecord(stream=pairing, target=self.version(pairing).version)

    def amending(self, pairing: str) -> Any:
        record = self.version(pairing)
        changes = {"frees_place": False} if record.name == "pairing.paused" else {}
        return mc.AmendRecord(stream=pairing, target=record.version, changes=changes)

    def forming(self) -> Any:
        mentees = self.dice.sample(self.mentees, self.dice.choice([1, 1, 2, 3]))
        members = [mc.Member(participant=mentee, role="mentee") for mentee in mentees]
        over = mc.Ending(on=TODAY, reason="completed", initiated_by="program")
        return mc.FormPairing(
            program_id=self.school.program,
            cohort_id=self.school.cohort,
            members=(
                mc.Member(participant=self.dice.choice([*self.mentors]), role="mentor"),
                *members,
            ),
            on=TODAY,
            shape="one_to_one" if len(members) == 1 else "group",
            override_reason="whoever parted comes together",
            ended=over if self.dice.random() < 0.3 else None,
        )

    def step(self) -> None:
        if not self.pairings or self.dice.random() < 0.35:
            command = self.forming()
        else:
            command = self.dice.choice(self.ways)(self.dice.choice(self.pairings))
        try:
            asked = self.school.ask(command)
        except (mc.Refused, mc.Invalid):
            return
        if isinstance(command, mc.FormPairing):
            self.pairings.append(asked.stream)


@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_things_leads_above_a_hard_ratio(seed: int) -> None:
    """INV-06, INV-65."""
    with engine() as opened:
        year = Year(School(opened), random.Random(seed))

        for _ in range(60):
            year.step()
            for mentor, mentees in mentees_of(year.school).items():
                assert len(mentees) <= year.mentors[mentor]
