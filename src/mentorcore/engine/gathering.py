"""Who and what the log knows of a program, as an import finds it.

What is kept, also from one import to the next, is who may be meant: ids, and keyed digests of
names. What is true of each is read from its stream when a row asks, with what was decided in the
meantime. So nothing is found that was rolled back, taken back or erased, and no name is held open.
A directory begins with the stored summary of its program and follows the log from there.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.decider import kind_of
from mentorcore.domain.effective import Placed, effective, is_correction
from mentorcore.domain.marks import event_info
from mentorcore.domain.pairing.events import PairingFormed
from mentorcore.domain.pairing.state import EndedPairing, FormedPairing, Goal, NotFormed, Pairing
from mentorcore.domain.participant.events import EnrolmentEnded, ParticipantEnrolled
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.events import (
    ExternalIdentityLinked,
    PersonDetailsChanged,
    PersonRegistered,
    Scheme,
)
from mentorcore.domain.program import Program
from mentorcore.domain.values import GoalId, PairingId, ParticipantId, PersonId, Sealed
from mentorcore.engine.session import Decided, Desk, Session
from mentorcore.errors import Refused
from mentorcore.intake.directory import (
    KnownGoal,
    KnownPairing,
    KnownParticipant,
    KnownPerson,
    folded,
    next_revision,
)
from mentorcore.projections.partials import PairingPart, ParticipantPart, PersonPart
from mentorcore.projections.views import Views

__all__ = ["Gathered", "Shelf"]

_PERSON = (PersonRegistered, PersonDetailsChanged, ExternalIdentityLinked)
_NOTED = (
    *_PERSON,
    ParticipantEnrolled,
    EnrolmentEnded,
    PairingFormed,
    RecordAmended,
    RecordRetracted,
)
_NAMES = tuple(event_info(e).name for e in _NOTED)
_PAGE, _TOGETHER = 5_000, 500
_KEPT = 32
"""Of how many programs the directories are kept."""


class Gathered:
    """The directory of a program.

    Args:
        desk: Where the log is read.
        views: Where the summary of the program is.
        program: The program that the form belongs to.

    Attributes:
        revision: A number that no directory has had before, whenever somebody may have changed.
    """

    def __init__(self, desk: Desk, views: Views, program: str) -> None:
        self.program = program
        self.revision = next_revision()
        self.texts: dict[Any, Any] = {}
        self._desk = desk
        self._secret = os.urandom(32)
        self._named: dict[bytes, tuple[PersonId, ...]] = {}
        self._unread: dict[PersonId, Any] = {}
        self._enrolments: dict[PersonId, tuple[ParticipantId, ...]] = {}
        self._pairings: dict[ParticipantId, tuple[PairingId, ...]] = {}
        self._learned = False
        parts, self._position = views.parts(program)
        for stream, part in parts.items():
            match part:
                case ParticipantPart(state=Participant() as state):
                    self._enrolled(ParticipantId(stream), state.person_id)
                case PairingPart():
                    self._formed(PairingId(stream), (m.participant for m in part.members))
        for stream, part in parts.items():
            if isinstance(part, PersonPart) and stream in self._unread:
                self._unread[PersonId(stream)] = "" if part.name is None else part.name

    def seen_in(self, session: Session) -> "Seen":
        """The directory as one session sees it, up to date with the log."""
        if self._learned:  # what another session decided and did not record is not true
            self._changed()
            self._learned = False
        tail = self._desk.streams.position
        while self._position < tail:
            page = self._desk.store.page(self._position, _PAGE, _NAMES)
            for told in map(self._desk.codec.recorded, page):
                self._note(told.stream, told.event, session)
            self._position = page[-1].position if len(page) == _PAGE else tail
        return Seen(self, session, self._desk)

    def learn(self, decided: Iterable[Decided], session: Session) -> None:
        """Take into account what was decided in a session."""
        for item in decided:
            if isinstance(item.event, _NOTED):
                self._learned = True
                self._note(item.stream, item.event, session)

    def recorded(self, first: int, last: int) -> None:
        """Go past what was learned and has been recorded now, at these positions."""
        self._learned = False
        if first == self._position + 1:
            self._position = last

    def persons(self) -> Collection[PersonId]:
        """Everybody who may take part in the program."""
        return self._enrolments.keys()

    def named(self, name: str, seen: "Seen") -> tuple[PersonId, ...]:
        """Who may bear a name."""
        for person, sealed in self._unread.items():
            if known := seen.name(person) if sealed is None else seen.text(sealed):
                _add(self._named, self._digest(known), person)
        self._unread.clear()
        return self._named.get(self._digest(name), ())

    def enrolments(self, person: PersonId) -> tuple[ParticipantId, ...]:
        """Which may be a person's enrolments in the program."""
        return self._enrolments.get(person, ())

    def pairings(self, participant: ParticipantId) -> tuple[PairingId, ...]:
        """Which may be a participant's pairings."""
        return self._pairings.get(participant, ())

    def _note(self, stream: str, event: Any, session: Session) -> None:
        match event:
            case ParticipantEnrolled() if event.program_id == self.program:
                self._enrolled(ParticipantId(stream), event.person_id)
            case PairingFormed() if event.program_id == self.program:
                self._formed(PairingId(stream), (m.participant for m in event.members))
                return  # nothing else of anybody changes by it
            case PersonRegistered() | PersonDetailsChanged() if stream in self._enrolments:
                self._unread[PersonId(stream)] = None
            case RecordAmended() | RecordRetracted() if kind_of(stream) == "person":
                self._unread[PersonId(stream)] = None
            case RecordAmended() | RecordRetracted() if kind_of(stream) in _FOUNDED:
                for placed in effective(session.history(stream)):
                    if isinstance(placed.event, _FOUNDED[kind_of(stream)]):
                        self._note(stream, placed.event, session)
        self._changed()

    def _enrolled(self, participant: ParticipantId, person: PersonId) -> None:
        _add(self._enrolments, person, participant)
        self._unread[person] = None

    def _formed(self, pairing: PairingId, members: Iterable[Any]) -> None:
        for member in members:
            _add(self._pairings, member, pairing)

    def _changed(self) -> None:
        self.revision = next_revision()
        self.texts.clear()

    def _digest(self, name: str) -> bytes:
        return blake2b(folded(name).encode(), key=self._secret, digest_size=16).digest()


_FOUNDED = {"participant": ParticipantEnrolled, "pairing": PairingFormed}


class Seen:
    """A directory as one session sees it: what may be there, held against the streams."""

    def __init__(self, gathered: Gathered, session: Session, desk: Desk) -> None:
        self._gathered = gathered
        self._session = session
        self._desk = desk
        self._pairings: dict[PairingId, tuple[Pairing, KnownPairing]] = {}
        state = session.state(gathered.program)
        if not isinstance(state, Program):
            raise Refused(f"there is no program {gathered.program}", "no_such_program")
        self.program: Program = state
        self._zone = ZoneInfo(state.time_zone)

    @property
    def revision(self) -> int | None:
        """A number that no directory has had before, whenever somebody may have changed."""
        return self._gathered.revision

    def learn(self, decided: Iterable[Decided]) -> None:
        """Take into account what was decided in the session."""
        self._gathered.learn(decided, self._session)

    def identified(self, scheme: Scheme, value: str) -> tuple[KnownPerson, ...]:
        """Everybody in the log with this identity."""
        owner = self._session.owner(scheme, value)
        known = None if owner is None else self.person(PersonId(owner))
        if known is None or (scheme, folded(value)) not in (
            (of, folded(stated)) for of, stated in known.identities
        ):
            return ()  # taken back, or erased
        return (known,)

    def named(self, name: str) -> tuple[KnownPerson, ...]:
        """Participants of the program with this name."""
        found = (self.person(p) for p in sorted(self._gathered.named(name, self)))
        wanted = folded(name)
        return tuple(
            p for p in found if p and folded(p.name) == wanted and self.enrolments(p.person)
        )

    def person(self, person: PersonId) -> KnownPerson | None:
        """A person by id."""
        return self._known(person, self._session.history(person))

    def name(self, person: PersonId) -> str:
        """A person's name; empty where there is none."""
        known = self.person(person)
        return "" if known is None else known.name

    def enrolments(self, person: PersonId) -> tuple[KnownParticipant, ...]:
        """A person's enrolments in the program."""
        found = (self.enrolment(p) for p in self._gathered.enrolments(person))
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

    def pairings(self, participant: ParticipantId) -> tuple[KnownPairing, ...]:
        """The pairings of a participant."""
        found = (self.pairing(p) for p in self._gathered.pairings(participant))
        there = [p for p in found if p is not None and participant in p.members]
        if len(there) > 1:
            there.sort(key=lambda p: (p.since, p.pairing))
        return tuple(there)

    def pairing(self, pairing: PairingId) -> KnownPairing | None:
        """A pairing by id."""
        state: Pairing = self._session.state(pairing)
        before = self._pairings.get(pairing)
        if before is not None and before[0] is state:
            return before[1]
        if isinstance(state, NotFormed) or state.facts.program_id != self.program.program_id:
            return None
        facts = state.facts
        planned = (
            (meeting, met.scheduled.starts_at.astimezone(self._zone).date())
            for meeting, met in facts.meetings.items()
            if met.scheduled is not None and met.held is None and met.cancelled is None
        )
        known = KnownPairing(
            pairing=pairing,
            members=frozenset(m.participant for m in facts.members),
            since=facts.formed_on,
            until=state.on if isinstance(state, EndedPairing) else None,
            waiting=isinstance(state, FormedPairing),
            planned=tuple(planned),
        )
        self._pairings[pairing] = state, known
        return known

    def goals(self, pairing: PairingId) -> tuple[KnownGoal, ...]:
        """The goals of a pairing."""
        state: Pairing = self._session.state(pairing)
        if isinstance(state, NotFormed):
            return ()
        return tuple(self._goal(pairing, goal, found) for goal, found in state.facts.goals.items())

    def names(self) -> Collection[str]:
        """The names of all participants."""
        return [person.name for person in self._everybody() if person.name]

    def values(self, scheme: Scheme) -> Collection[str]:
        """All identities of a scheme that participants have."""
        return [v for person in self._everybody() for of, v in person.identities if of == scheme]

    def text(self, text: Any) -> str:
        """A text in the open; empty where it was erased."""
        opened = self._desk.sealing.open(text) if isinstance(text, Sealed) else text
        return opened if isinstance(opened, str) else ""

    def _goal(self, pairing: PairingId, goal: GoalId, found: Goal) -> KnownGoal:
        texts = self._gathered.texts
        event, statement = texts.get(goal, (None, ""))
        if event is not found.set:
            statement = self.text(found.set.statement)
            texts[goal] = found.set, statement
        on = found.set.on if found.status_on is None else found.status_on
        return KnownGoal(
            goal=goal, pairing=pairing, statement=statement, status=found.status, on=on
        )

    def _known(self, person: PersonId, history: Iterable[Placed]) -> KnownPerson | None:
        registered, name = False, None
        identities: list[tuple[Scheme, str]] = []
        told = (p for p in history if isinstance(p.event, _PERSON) or is_correction(p.event))
        for event in (p.event for p in effective(told)):
            if isinstance(event, ExternalIdentityLinked):
                if stated := self.text(event.value):
                    identities.append((event.scheme, stated))
            else:
                registered = registered or isinstance(event, PersonRegistered)
                name = name if event.name is None else event.name
        if not registered:
            return None
        return KnownPerson(person=person, name=self.text(name), identities=tuple(identities))

    def _everybody(self) -> list[KnownPerson]:
        """All participants; read once an import, since they are asked for whoever is not found."""
        texts = self._gathered.texts
        if "everybody" not in texts:
            texts["everybody"] = list(self._read())
        everybody: list[KnownPerson] = texts["everybody"]
        return everybody

    def _read(self) -> Iterator[KnownPerson]:
        read = self._desk.codec.recorded
        persons = iter(self._gathered.persons())
        while some := list(islice(persons, _TOGETHER)):
            for stream, rows in self._desk.store.streams(some).items():
                told = [read(row) for row in rows if row.name in _NAMES]
                placed = (Placed(t.version, t.recorded_at, t.event) for t in told)
                if known := self._known(PersonId(stream), placed):
                    yield known


@attrs.frozen
class Shelf:
    """The directories that are kept between imports; each is in use by one of them at most."""

    _desk: Desk
    _views: Views
    _kept: dict[str, Gathered] = attrs.field(factory=dict, init=False)

    def take(self, program: str) -> Gathered:
        """The directory of a program."""
        return self._kept.pop(program, None) or Gathered(self._desk, self._views, program)

    def put(self, gathered: Gathered) -> None:
        """Keep a directory for the next import, without anything in the open."""
        gathered.texts.clear()
        self._kept[gathered.program] = gathered
        while len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)))


def _add(known: dict[Any, tuple[Any, ...]], key: Any, one: Any) -> None:
    there = known.get(key, ())
    if one not in there:
        known[key] = (*there, one)
