"""A directory as one session sees it: who may be meant, held against the streams.

So what the session has decided counts, and what was rolled back, taken back or erased does not.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter, is_
from typing import Any

from mentorcore.domain.aggregate import Aggregate, fold, kind_of
from mentorcore.domain.corrections.events import CORRECTIONS
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.pairing.goals import Goal
from mentorcore.domain.pairing.state import (
    EndedPairing,
    FormedPairing,
    NotFormed,
    Pairing,
    proposal_of,
)
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.events import Scheme
from mentorcore.domain.program import Program
from mentorcore.domain.values import Code, GoalId, PairingId, ParticipantId, PersonId, Sealed
from mentorcore.engine.commands.unit_of_work import CommandContext, PendingEvent, UnitOfWork
from mentorcore.engine.importing.import_directory import PERSON, ImportDirectory
from mentorcore.engine.importing.known_person import known_person, merged, schools_of
from mentorcore.errors import KeyMissing, MalformedEvent, Refused
from mentorcore.intake.directory import (
    NO_VERSIONS,
    NOTHING_LEFT_OUT,
    KnownGoal,
    KnownPairing,
    KnownParticipant,
    KnownPerson,
    KnownProposal,
)

__all__ = ["SessionDirectory"]

_TOGETHER = 500
"""How many streams are read at once."""
_TELLING = frozenset(event_info(e).name for e in (*PERSON, *CORRECTIONS))


class SessionDirectory:
    """A directory as one session sees it: what may be there, held against the streams."""

    def __init__(
        self, gathered: ImportDirectory, session: UnitOfWork, desk: CommandContext
    ) -> None:
        gathered.catch_up(session)
        self._gathered = gathered
        self._session = session
        self._desk = desk
        self._pairings: dict[PairingId, tuple[Pairing, KnownPairing]] = {}
        self._persons: dict[PersonId, tuple[Any, KnownPerson | None]] = {}
        self._founded: dict[str, dict[str, None]] = {}
        state = session.state(gathered.program)
        if not isinstance(state, Program):
            raise Refused(f"there is no program {gathered.program}", "no_such_program")
        self.program: Program = state

    @property
    def revision(self) -> int | None:
        """A number that no directory has had before, whenever somebody may have changed."""
        return self._gathered.revision

    def learn(self, decided: Sequence[PendingEvent]) -> None:
        """Take into account what was decided in the session."""
        self._gathered.learn(decided, self._session)
        for item in decided:
            if event_info(type(item.event)).founding and self._gathered.is_here(item.event):
                self._founded.setdefault(kind_of(item.stream), {})[item.stream] = None

    def identified(self, scheme: Scheme, value: str) -> tuple[KnownPerson, ...]:
        """Everybody in the log who has or had this identity."""
        owner = self._session.owner(scheme, value)
        found = {} if owner is None else {owner: None}
        if scheme == "email":
            found.update(dict.fromkeys(self._session.reached(value)))
        # What was taken back or erased leads to nobody; where a key is missing, what the index
        # says is all there is to go by.
        return self._whole(
            person
            for person in map(PersonId, found)
            if (one := self._life(person))
            and (one.distance(scheme, value) is not None or self._is_locked(person))
        )

    def named(self, name: str) -> tuple[KnownPerson, ...]:
        """Participants of the program who have or had this name.

        Raises:
            Refused: Nobody is known by it, but there are people whose names cannot be read.
        """
        ids = sorted(self._gathered.named(name, self._names, self._text))
        bearing = (
            p for p in ids if (one := self._life(p)) and one.distance(None, name) is not None
        )
        found = tuple(p for p in self._whole(bearing) if self.enrolments(p.person))
        if not found and (lost := self._unread()):
            # Whoever is meant may be one of them, and would be recorded a second time.
            raise Refused(
                f"nobody is known by the name {name!r}, and {len(lost)} of this program cannot be "
                f"read, since their keys are missing ({', '.join(lost)}): put the newest copy of "
                "the key file back",
                "key_missing",
            )
        return found

    def person(
        self, person: PersonId, without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT
    ) -> KnownPerson | None:
        """A person by id, or whom that id leads to."""
        survivor = self._survivor(person)
        ids = tuple(self._lives(survivor))
        own, *others = (self._life(one, without.get(one, NO_VERSIONS)) for one in ids)
        if not others:
            return own
        return merged(own, others, ids, self._is_locked)

    def schools(self, person: PersonId) -> tuple[str, ...]:
        """Where a person works or worked, the latest first."""
        told = (schools_of(self._session.history(one), self.text) for one in self._lives(person))
        return tuple(dict.fromkeys(school for schools in told for school in schools))

    def _whole(self, lives: Iterable[PersonId]) -> tuple[KnownPerson, ...]:
        """The persons to whom some ids lead."""
        meant = dict.fromkeys(map(self._survivor, lives))
        return tuple(p for p in map(self.person, meant) if p is not None)

    def _survivor(self, person: PersonId) -> PersonId:
        """The person to whom an id leads that was merged into another."""
        while (into := self._session.state(person).merged_into) is not None:
            person = into
        return person

    def _lives(self, person: PersonId) -> Iterator[PersonId]:
        """A person, and all who were merged into them."""
        waiting = [person]
        for one in waiting:
            yield one
            waiting.extend(self._session.state(one).absorbed)

    def _life(self, person: PersonId, without: frozenset[int] = NO_VERSIONS) -> KnownPerson | None:
        """What is known of a person under one id, whatever they were merged with."""
        history = self._session.history(person)
        if without:
            return known_person(person, [p for p in history if p.version not in without], self.open)
        before = self._persons.get(person)
        if before is None or before[0] is not history:
            before = self._persons[person] = history, known_person(person, history, self.open)
        return before[1]

    def _names(self, person: PersonId) -> Iterable[str] | None:
        known = self._life(person)
        if known is None:
            return ()
        names = [held.text for held in known.names]
        return None if not names and self._is_locked(person) else names

    def _unread(self) -> list[PersonId]:
        """Participants of whom some names cannot be read."""
        return [p for p in self._gathered.unread if self.enrolments(self._survivor(p))]

    def _is_locked(self, person: PersonId) -> bool:
        """Whether texts of somebody do not open because their key is missing."""
        told = (p.event for p in self._session.history(person) if isinstance(p.event, PERSON))
        return any(
            isinstance(value, Sealed) and self._text(value) is None
            for event in told
            for value in (getattr(event, "value", None), getattr(event, "name", None))
        )

    def enrolments(self, person: PersonId) -> tuple[KnownParticipant, ...]:
        """A person's enrolments in the program."""
        mine = (p for one in self._lives(person) for p in self._gathered.enrolments(one))
        found = map(self.enrolment, dict.fromkeys(mine))
        there = [e for e in found if e is not None and e.person == person]
        return tuple(sorted(there, key=lambda e: (e.since, e.participant)))

    def enrolment(self, participant: ParticipantId) -> KnownParticipant | None:
        """An enrolment by id."""
        state = self._session.state(participant)
        if not isinstance(state, Participant) or state.program_id != self.program.program_id:
            return None
        return KnownParticipant(
            participant=participant,
            person=state.person_id,
            cohort=state.cohort_id,
            role=state.role,
            since=state.since,
            until=state.ended_on,
        )

    def application(
        self,
        person: PersonId,
        role: Code,
        without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT,
    ) -> ParticipantId | None:
        """What a person applied for and waits for; see `Directory.application`."""
        for one in self._lives(person):
            for participant in self._session.state(one).applications:
                rules = self._session.rules_of(participant)
                state = self._state(participant, rules, without.get(participant))
                applied = None if isinstance(state, Participant) else state.application
                if applied is None or (applied.program_id, applied.role) != (
                    self.program.program_id,
                    role,
                ):
                    continue
                if applied.waits:
                    return ParticipantId(participant)
        return None

    def pairings(self, participant: ParticipantId) -> tuple[KnownPairing, ...]:
        """The pairings of a participant."""
        found = (self.pairing(p) for p in self._gathered.pairings(participant))
        there = [p for p in found if p is not None and participant in p.members]
        if len(there) > 1:
            there.sort(key=lambda p: (p.since, p.pairing))
        return tuple(there)

    def proposals(
        self,
        participant: ParticipantId,
        without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT,
    ) -> tuple[KnownProposal, ...]:
        """What was proposed to a participant; see `Directory.proposals`."""
        enrolled = self._session.state(participant)
        streams = enrolled.proposals if isinstance(enrolled, Participant) else ()
        found = []
        for stream in streams:
            rules = self._session.rules_of(stream)
            state: Pairing = self._state(stream, rules, without.get(stream))
            if (proposal := proposal_of(state)) is None:
                continue
            found.append(
                KnownProposal(
                    pairing=stream,
                    members=frozenset(m.participant for m in proposal.made.members),
                    on=proposal.made.on,
                    waits_for=frozenset(proposal.missing),
                    is_open=isinstance(state, NotFormed) and proposal.declined is None,
                )
            )
        return tuple(sorted(found, key=lambda p: (p.on, p.pairing)))

    def pairing(self, pairing: PairingId) -> KnownPairing | None:
        """A pairing by id."""
        state: Pairing = self._session.state(pairing)
        before = self._pairings.get(pairing)
        if before is not None and (before[0] is state or _alike(before[0], state)):
            self._pairings[pairing] = state, before[1]
            return before[1]
        if isinstance(state, NotFormed) or state.facts.program_id != self.program.program_id:
            return None
        facts = state.facts
        known = KnownPairing(
            pairing=pairing,
            members=frozenset(facts.seats),
            since=facts.formed_on,
            until=state.on if isinstance(state, EndedPairing) else None,
            waiting=isinstance(state, FormedPairing),
            planned=tuple(facts.planned.items()),
            shape=facts.shape,
            stays=tuple((s.member.participant, s.since, s.until) for s in facts.changes),
        )
        self._pairings[pairing] = state, known
        return known

    def goals(self, pairing: PairingId) -> tuple[KnownGoal, ...]:
        """The goals of a pairing."""
        state: Pairing = self._session.state(pairing)
        if isinstance(state, NotFormed):
            return ()
        return tuple(self._goal(pairing, goal, found) for goal, found in state.facts.goals.items())

    def states(
        self, kind: str, without: Mapping[str, frozenset[int]] = NOTHING_LEFT_OUT
    ) -> Mapping[str, Any]:
        """The streams of a kind in the program, each as it stands; see `Directory.states`."""
        rules = self._session.rules_of(f"{kind}:")
        streams = [*self._gathered.streams(rules), *self._founded.get(kind, ())]
        self._session.read_ahead(streams)
        found = {stream: self._state(stream, rules, without.get(stream)) for stream in streams}
        return {stream: state for stream, state in found.items() if state != rules.initial}

    def _state(self, stream: str, rules: Aggregate[Any], without: frozenset[int] | None) -> Any:
        if not without:
            return self._session.state(stream)
        left = [p for p in self._session.history(stream) if p.version not in without]
        founded = bool(left) and event_info(type(left[0].event)).founding
        return fold(rules, left) if founded else rules.initial  # nothing is there that none began

    def names(self) -> Collection[str]:
        """The names of all participants."""
        return [held.text for person in self._everybody() for held in person.names]

    def values(self, scheme: Scheme) -> Collection[str]:
        """All identities of a scheme that participants have."""
        people = self._everybody()
        if scheme == "email":
            return [held.text for person in people for held in person.addresses]
        return [v for person in people for of, v in person.identities if of == scheme]

    def open(self, value: Any) -> Any:
        """A value in the open; ``None`` where it does not open."""
        try:
            return self._desk.sealing.open(value) if isinstance(value, Sealed) else value
        except (KeyMissing, MalformedEvent):
            return None

    def text(self, text: Any) -> str:
        """A text in the open; empty where it was erased or does not open."""
        return self._text(text) or ""

    def _text(self, text: Any) -> str | None:
        """A text in the open, empty where it was erased; ``None`` where the key is missing."""
        opened = self.open(text)
        if opened is None and isinstance(text, Sealed):
            return None
        return opened if isinstance(opened, str) else ""

    def _goal(self, pairing: PairingId, goal: GoalId, found: Goal) -> KnownGoal:
        texts = self._gathered.texts
        event, statement = texts.get(goal, (None, ""))
        if event is not found.set:
            statement = self.text(found.set.statement)
            texts[goal] = found.set, statement
        on = found.steps[-1][0] if found.steps else found.set.on
        return KnownGoal(
            goal=goal,
            pairing=pairing,
            statement=statement,
            status=found.status,
            on=on,
            owners=frozenset(map(self._survivor, found.set.subjects)),
            set_on=found.set.on,
            gone=found.replaced or found.handed_over is not None,
        )

    def _everybody(self) -> list[KnownPerson]:
        """All participants; read once an import, since they are asked for whoever is not found."""
        texts = self._gathered.texts
        if "everybody" not in texts:
            texts["everybody"] = list(self._read())
        everybody: list[KnownPerson] = texts["everybody"]
        return everybody

    def _takes_part(self, person: PersonId) -> bool:
        """Whether somebody is enrolled; of those of whom nothing was taken back, that is known."""
        known, doubtful = self._gathered.enrolments(person), self._gathered.doubtful
        return not doubtful.issuperset(known) or bool(self.enrolments(person))

    def _read(self) -> Iterator[KnownPerson]:
        read = self._desk.codec.recorded
        persons = (p for p in self._gathered.persons() if self._takes_part(p))
        while some := list(islice(persons, _TOGETHER)):
            for stream, rows in self._desk.store.streams(some).items():
                told = [read(row) for row in rows if row.name in _TELLING]
                placed = (VersionedEvent(t.version, t.recorded_at, t.event) for t in told)
                person = PersonId(stream)
                known = known_person(person, placed, self.open) if rows else self.person(person)
                if known:
                    yield known


_KNOWN_BY = attrgetter("seats", "planned", "changes", "formed_on", "shape", "program_id")


def _alike(one: Pairing, other: Pairing) -> bool:
    """Whether a form can know nothing else of a pairing, as after a meeting that was held."""
    if type(one) is not type(other) or isinstance(one, NotFormed | EndedPairing):
        return False
    assert not isinstance(other, NotFormed)
    return all(map(is_, _KNOWN_BY(one.facts), _KNOWN_BY(other.facts)))
