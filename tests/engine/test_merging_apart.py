"""Merging and taking apart again leaves every answer as it was, and the past as it was known."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import attrs
import pytest
from engine.world import SETTINGS, STARTED, World, engine, mc

from mentorcore.errors import Refused
from mentorcore.projections.plain import plain

NAMES = ("Ada Byron", "Lin Wu", "Lin Woo", "Sol Diaz", "Kim Park", "Noor Haddad", "Ada King")
DAYS = tuple(STARTED + timedelta(days=7 * n) for n in range(12))
COORDINATOR = mc.Viewer.coordinator()


class Town:
    """People at random, some of whom take part, are paired and meet; any two may be merged."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        settings = attrs.evolve(SETTINGS, both_roles=True)
        self.world = World(engine(), settings)
        self.engine = self.world.engine
        self.told: list[str] = []
        self.people = [self._person(name) for name in NAMES]
        self.enrolled: dict[str, list[str]] = {"mentor": [], "mentee": []}
        self.pairings: list[str] = []
        for person in self.chance.sample(self.people, 5):
            self._enrol(person, self.chance.choice(["mentor", "mentee"]))
        for _ in range(20):
            self.happen()

    def _person(self, name: str) -> str:
        number = self.chance.randrange(10**6)
        self.told += [f"{number}@x.example", f"HR-{number}"]
        contact = mc.Contact(email=f"{number}@x.example") if self.chance.random() < 0.6 else None
        person = self.world.person(name=name, contact=contact)
        if self.chance.random() < 0.5:
            self.ask(
                mc.LinkExternalIdentity(person_id=person, scheme="payroll", value=f"HR-{number}")
            )
        return person

    def _enrol(self, person: str, role: str) -> None:
        with contextlib.suppress(Refused):
            self.enrolled[role].append(self.world.enrol(role, person, since=STARTED))

    def ask(self, command: Any) -> bool:
        """Whether the rules allow it."""
        try:
            self.world.ask(command)
        except Refused:
            return False
        return True

    def happen(self) -> None:
        """Something happens to somebody, if the rules allow it."""
        chance, day = self.chance, self.chance.choice(DAYS)
        mentors, mentees = self.enrolled["mentor"], self.enrolled["mentee"]
        what = chance.randrange(6)
        if what == 0:
            self._enrol(chance.choice(self.people), chance.choice(["mentor", "mentee"]))
        elif what == 1 and mentors and mentees:
            with contextlib.suppress(Refused):
                self.pairings.append(
                    self.world.pair(chance.choice(mentors), chance.choice(mentees))
                )
        elif what == 2 and self.pairings:
            pairing = chance.choice(self.pairings)
            self.ask(mc.HoldMeeting(pairing_id=pairing, minutes=30, held_on=day))
        elif what == 3 and self.pairings:
            pairing = chance.choice(self.pairings)
            self.ask(mc.SetGoal(pairing_id=pairing, statement="Plan a lesson", on=day))
        elif what == 4 and mentors:
            places = mc.SetMentorCapacity(
                participant_id=chance.choice(mentors), places=2, since=day
            )
            self.ask(places)
        else:
            person = chance.choice(self.people)
            name = f"{chance.choice(NAMES)} Jr."
            self.ask(mc.ChangePersonDetails(person_id=person, since=day, name=name))

    def merge(self) -> Any:
        """Merge two people, if the rules allow it; how to take them apart again."""
        one, other = self.chance.sample(self.people, 2)
        if not self.ask(mc.MergePersons(survivor=one, absorbed=other)):
            return None
        *_, merged = self.engine.events(stream=one)
        return mc.RetractRecord(stream=one, target=merged.version)

    def answers(self, *, past: int | None = None) -> dict[str, Any]:
        """What everybody is told, now or as it was known at a position."""
        told: dict[str, Any] = {}
        viewers = (COORDINATOR, *map(mc.Viewer.member, self.people))
        asked: Any = {} if past is None else {"as_known": past}
        for viewer in viewers:
            for day in (None, DAYS[4]):
                moment = asked if day is None else {**asked, "as_of": day}
                for name in ("status", "attention"):
                    found = getattr(self.engine, name)(viewer=viewer, **moment)
                    told[f"{name} {viewer} {day}"] = found
        for word in (*NAMES, *(f"{n} Jr." for n in NAMES), *self.told):
            told[f"find {word}"] = list(self.engine.find(word, viewer=COORDINATOR, **asked))
            found = self.engine.find_people(word, viewer=COORDINATOR, **asked)
            told[f"people {word}"] = list(found)
        return {key: without_moment(plain(said)) for key, said in told.items()}


def without_moment(said: Any) -> Any:
    """An answer without what names the position it was given at, and corrections."""
    if isinstance(said, dict):
        return {
            key: without_moment(value)
            for key, value in said.items()
            if key not in {"position", "as_known", "evidence", "known_at", "corrections"}
        }
    return [without_moment(one) for one in said] if isinstance(said, list) else said


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Where two answers differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from differences(before.get(key), after.get(key), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path}.{n}")
    elif before != after:
        yield f"{path}: {before!r} became {after!r}"


@pytest.mark.parametrize("seed", range(6))
def test_merging_and_taking_apart_leaves_every_answer_as_it_was(seed: int) -> None:
    town = Town(seed)
    position, before = town.engine.position, town.answers()

    merges: list[Any] = []
    while len(merges) < 1 + seed % 2:
        merges.extend(filter(None, [town.merge()]))

    during, merged = town.answers(), town.engine.position
    assert during != before
    assert list(differences(before, town.answers(past=position))) == []
    for apart in reversed(merges):
        town.world.ask(apart)
    assert list(differences(before, town.answers())) == []
    assert list(differences(before, town.answers(past=position))) == []
    assert list(differences(during, town.answers(past=merged))) == []
