"""A directory in memory, for tests of what reads rows."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from mentorcore.domain.person.events import Scheme
from mentorcore.domain.program import Program
from mentorcore.domain.values import Code, GoalId, PairingId, ParticipantId, PersonId
from mentorcore.intake.directory import (
    NO_VERSIONS,
    NOTHING_LEFT_OUT,
    KnownGoal,
    KnownPairing,
    KnownParticipant,
    KnownPerson,
    KnownProposal,
    next_revision,
)
from mentorcore.intake.held_names import compared, folded


class People:
    """A directory in memory.

    Args:
        program: The program that the form belongs to.
        people: Everybody in the log.
        enrolments: The enrolments in the program.
        pairings: The program's pairings.
        goals: Their goals.
    """

    def __init__(
        self,
        program: Program,
        people: Iterable[KnownPerson] = (),
        enrolments: Iterable[KnownParticipant] = (),
        pairings: Iterable[KnownPairing] = (),
        goals: Iterable[KnownGoal] = (),
    ) -> None:
        self._program = program
        self._revision = next_revision()
        self._people: dict[PersonId, KnownPerson] = {}
        self._by_identity: dict[tuple[str, str], set[PersonId]] = {}
        self._by_name: dict[str, set[PersonId]] = {}
        self._enrolments: dict[ParticipantId, KnownParticipant] = {}
        self._of_person: dict[PersonId, dict[ParticipantId, None]] = {}
        self._pairings: dict[PairingId, KnownPairing] = {}
        self._of_participant: dict[ParticipantId, dict[PairingId, None]] = {}
        self._goals: dict[PairingId, dict[GoalId, KnownGoal]] = {}
        self.proposed: dict[ParticipantId, list[KnownProposal]] = {}
        self.applied: dict[tuple[PersonId, str], ParticipantId] = {}
        self.works_at: dict[PersonId, tuple[str, ...]] = {}
        for group in (people, enrolments, pairings, goals):
            for known in group:
                self.put(known)

    @property
    def revision(self) -> int | None:
        """A number that no directory has had before, whenever something has changed."""
        return self._revision

    @property
    def program(self) -> Program:
        """The program that the form belongs to."""
        return self._program

    def put(self, known: KnownPerson | KnownParticipant | KnownPairing | KnownGoal) -> None:
        """Add something, or replace what was known under its id."""
        self._revision = next_revision()
        match known:
            case KnownPerson():
                self.drop(known.person, keep_enrolments=True)
                self._people[known.person] = known
                for key in _identities(known):
                    self._by_identity.setdefault(key, set()).add(known.person)
                for held in known.names:
                    self._by_name.setdefault(folded(held.text), set()).add(known.person)
            case KnownParticipant():
                self.drop(known.participant)
                self._enrolments[known.participant] = known
                self._of_person.setdefault(known.person, {})[known.participant] = None
            case KnownPairing():
                self.drop(known.pairing, keep_goals=True)
                self._pairings[known.pairing] = known
                for member in known.members:
                    self._of_participant.setdefault(member, {})[known.pairing] = None
            case KnownGoal():
                self._goals.setdefault(known.pairing, {})[known.goal] = known

    def drop(self, known: str, *, keep_enrolments: bool = False, keep_goals: bool = False) -> None:
        """Forget a person, an enrolment, a pairing or a goal by id."""
        self._revision = next_revision()
        if person := self._people.pop(PersonId(known), None):
            for key in _identities(person):
                self._by_identity[key].discard(person.person)
            for held in person.names:
                self._by_name[folded(held.text)].discard(person.person)
            if not keep_enrolments:
                for participant in tuple(self._of_person.get(person.person, ())):
                    self.drop(participant)
        if enrolment := self._enrolments.pop(ParticipantId(known), None):
            self._of_person[enrolment.person].pop(enrolment.participant)
        if pairing := self._pairings.pop(PairingId(known), None):
            for member in pairing.members:
                self._of_participant[member].pop(pairing.pairing)
            if not keep_goals:
                self._goals.pop(pairing.pairing, None)
        for goals in self._goals.values() if known.startswith("goal:") else ():
            goals.pop(GoalId(known), None)

    def identified(self, scheme: Scheme, value: str) -> tuple[KnownPerson, ...]:
        """Everybody in the log with this identity."""
        found = self._by_identity.get((scheme, compared(scheme, value)), ())
        return tuple([self._people[p] for p in sorted(found)])

    def named(self, name: str) -> tuple[KnownPerson, ...]:
        """Participants of the program with this name."""
        found = self._by_name.get(folded(name), ())
        return tuple(self._people[p] for p in sorted(found) if self._of_person.get(p))

    def person(self, person: PersonId, without: Any = NO_VERSIONS) -> KnownPerson | None:
        """A person by id."""
        return self._people.get(person)

    def schools(self, person: PersonId) -> tuple[str, ...]:
        """Where a person works or worked."""
        return tuple(self.works_at.get(person, ()))

    def enrolments(self, person: PersonId) -> tuple[KnownParticipant, ...]:
        """A person's enrolments in the program."""
        found = [self._enrolments[p] for p in self._of_person.get(person, ())]
        if len(found) > 1:
            found.sort(key=lambda e: (e.since, e.participant))
        return tuple(found)

    def enrolment(self, participant: ParticipantId) -> KnownParticipant | None:
        """An enrolment by id."""
        return self._enrolments.get(participant)

    def application(
        self, person: PersonId, role: Code, without: Any = NO_VERSIONS
    ) -> ParticipantId | None:
        """What a person applied for and waits for."""
        return self.applied.get((person, role))

    def propose(self, pairing: PairingId, *members: ParticipantId) -> None:
        """Ask these, since the middle of September; nobody has answered."""
        asked = KnownProposal(
            pairing=pairing,
            members=frozenset(members),
            on=date(2026, 9, 15),
            waits_for=frozenset(members),
            is_open=True,
        )
        for participant in members:
            self.proposed.setdefault(participant, []).append(asked)

    def proposals(
        self, participant: ParticipantId, without: Any = NO_VERSIONS
    ) -> tuple[KnownProposal, ...]:
        """What was proposed to a participant."""
        return tuple(self.proposed.get(participant, ()))

    def pairings(self, participant: ParticipantId) -> tuple[KnownPairing, ...]:
        """The pairings of a participant."""
        found = [self._pairings[p] for p in self._of_participant.get(participant, ())]
        if len(found) > 1:
            found.sort(key=lambda p: (p.since, p.pairing))
        return tuple(found)

    def goals(self, pairing: PairingId) -> tuple[KnownGoal, ...]:
        """The goals of a pairing."""
        return tuple(self._goals.get(pairing, {}).values())

    def goal(self, pairing: PairingId, goal: GoalId) -> KnownGoal | None:
        """A goal by id."""
        return self._goals.get(pairing, {}).get(goal)

    def pairing(self, pairing: PairingId) -> KnownPairing | None:
        """A pairing by id."""
        return self._pairings.get(pairing)

    def states(
        self, kind: str, without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT
    ) -> Mapping[str, Any]:
        """No streams of practices."""
        return {}

    def names(self) -> Collection[str]:
        """The names of all participants."""
        return [p.name for p in self._people.values() if p.name and self._of_person.get(p.person)]

    def values(self, scheme: Scheme) -> Collection[str]:
        """All identities of a scheme that participants have."""
        return [
            stated
            for p in self._people.values()
            if self._of_person.get(p.person)
            for known, stated in p.identities
            if known == scheme
        ]


def _identities(known: KnownPerson) -> set[tuple[str, str]]:
    stated = [*known.identities, *(("email", held.text) for held in known.addresses)]
    return {(scheme, compared(scheme, value)) for scheme, value in stated}
