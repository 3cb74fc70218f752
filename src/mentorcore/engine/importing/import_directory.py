"""Who and what the log knows of a program, as an import finds it.

What is kept, also from one import to the next, is who may be meant: ids, and keyed digests of
names. What is true of each is read from its stream when a row asks, with what was decided in the
meantime. So nothing is found that was rolled back, taken back or erased, and no name is held open.
A directory begins with the stored summary of its program and follows the log from there.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import blake2b
from typing import Any

import attrs

from mentorcore.domain.aggregate import Aggregate, kind_of
from mentorcore.domain.corrections.events import CORRECTIONS, RecordAmended, RecordRetracted
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.members import MemberJoined
from mentorcore.domain.participant.events import (
    EnrolmentEnded,
    ParticipantEnrolled,
    ParticipantReassigned,
)
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person.events import (
    ExternalIdentityLinked,
    PersonDetailsChanged,
    PersonRegistered,
)
from mentorcore.domain.person.merge_events import PersonsMerged
from mentorcore.domain.values import PairingId, ParticipantId, PersonId
from mentorcore.engine.commands.unit_of_work import CommandContext, PendingEvent, UnitOfWork
from mentorcore.intake.directory import next_revision
from mentorcore.intake.held_names import folded
from mentorcore.projections.summary.partials import PairingPart, ParticipantPart, PersonPart
from mentorcore.projections.views import Views

__all__ = ["PERSON", "ImportDirectory", "Shelf"]

PERSON = (PersonRegistered, PersonDetailsChanged, ExternalIdentityLinked)
"""What tells who a person is."""
_NOTED = (
    *PERSON,
    PersonsMerged,
    ParticipantEnrolled,
    ParticipantReassigned,
    EnrolmentEnded,
    PairingFormed,
    MemberJoined,
    *CORRECTIONS,
)
_NOTES = frozenset(_NOTED)
_NAMES = tuple(event_info(e).name for e in _NOTED)
_RENAMED = (event_info(PersonDetailsChanged).name,)
_PAGE = 5_000
_FOUNDED = {"participant": ParticipantEnrolled, "pairing": PairingFormed}
_KEPT = 32
"""Of how many programs the directories are kept."""


class ImportDirectory:
    """The directory of a program.

    Args:
        desk: Where the log is read.
        views: Where the summary of the program is.
        program: The program that the form belongs to.

    Attributes:
        revision: A number that no directory has had before, whenever somebody may have changed.
        doubtful: Streams of which a record was taken back; perhaps they are not there any more.
    """

    def __init__(self, desk: CommandContext, views: Views, program: str) -> None:
        self.program = program
        self.revision = next_revision()
        self.texts: dict[Any, Any] = {}
        self.doubtful: set[str] = set()
        self._desk = desk
        self._secret = os.urandom(32)
        self._named: dict[bytes, tuple[PersonId, ...]] = {}
        self._unread: dict[PersonId, Any] = {}
        self._enrolments: dict[PersonId, tuple[ParticipantId, ...]] = {}
        self._pairings: dict[ParticipantId, tuple[PairingId, ...]] = {}
        self._streams: dict[str, tuple[dict[str, None], int]] = {}
        self._learned: set[str] = set()
        parts, self._position = views.parts(program)
        for stream, part in parts.items():
            match part:
                case ParticipantPart(state=Participant()):
                    for person in part.persons:  # several, where persons were merged
                        self._enrolled(ParticipantId(stream), PersonId(person))
                case PersonPart(merged_into=str()):
                    self._unread[PersonId(stream)] = None
                case PairingPart():
                    self._formed(PairingId(stream), _everybody(part))
        for stream, part in parts.items():
            if isinstance(part, PersonPart) and stream in self._unread and not part.corrections:
                self._unread[PersonId(stream)] = "" if part.name is None else part.name
        self._summed_up = self._position

    def catch_up(self, session: UnitOfWork) -> None:
        """Take into account what others recorded, as far as a session sees the log."""
        if self._learned:  # what another session decided and did not record is not true
            self._changed()
            self._unread.update(
                (PersonId(s), None) for s in self._learned & self._enrolments.keys()
            )
            self._learned.clear()
        tail = self._desk.streams.position
        while self._position < tail:
            page = self._desk.store.page(self._position, _PAGE, _NAMES)
            for told in map(self._desk.codec.recorded, page):
                self._note(told.stream, told.event, session)
            self._position = page[-1].position if len(page) == _PAGE else tail

    def learn(self, decided: Iterable[PendingEvent], session: UnitOfWork) -> None:
        """Take into account what was decided in a session."""
        for item in decided:
            if type(item.event) in _NOTES:
                self._learned.add(item.stream)
                self._note(item.stream, item.event, session)

    def recorded(self, first: int, last: int) -> None:
        """Go past what was learned and has been recorded now, at these positions."""
        self._learned.clear()
        if first == self._position + 1:
            self._position = last

    def persons(self) -> Collection[PersonId]:
        """Everybody who may take part in the program."""
        return self._enrolments.keys()

    def named(
        self,
        name: str,
        names_of: Callable[[PersonId], Iterable[str] | None],
        opened: Callable[[Any], str | None],
    ) -> tuple[PersonId, ...]:
        """Who may bear a name, or have borne it.

        Args:
            name: The name.
            names_of: Answers with every name of a person, ``None`` if none can be opened.
            opened: Opens a sealed text, the same.
        """
        if self._summed_up:
            self._find_renamed()
        for person, sealed in list(self._unread.items()):
            told = None if sealed is None else opened(sealed)
            found = names_of(person) if sealed is None else None if told is None else [told]
            if found is None:
                continue  # the key is missing; it may come back
            for known in filter(None, found):
                _add(self._named, self._digest(known), person)
            del self._unread[person]
        return self._named.get(self._digest(name), ())

    @property
    def unread(self) -> Collection[PersonId]:
        """Whose names were looked at and cannot be opened, since their keys are missing."""
        return self._unread.keys()

    def enrolments(self, person: PersonId) -> tuple[ParticipantId, ...]:
        """Which may be a person's enrolments in the program."""
        return self._enrolments.get(person, ())

    def pairings(self, participant: ParticipantId) -> tuple[PairingId, ...]:
        """Which may be a participant's pairings."""
        return self._pairings.get(participant, ())

    def streams(self, rules: Aggregate[Any]) -> Collection[str]:
        """Which may be the streams of a kind in the program; looked for when first asked."""
        founding = [i.name for i in map(event_info, rules.events) if i.founding]
        known, position = self._streams.get(rules.kind, ({}, 0))
        tail = self._desk.streams.position
        while position < tail:
            page = self._desk.store.page(position, _PAGE, founding)
            for told in map(self._desk.codec.recorded, page):
                if self.is_here(told.event):
                    known[told.stream] = None
            position = page[-1].position if len(page) == _PAGE else tail
        self._streams[rules.kind] = known, position
        return known.keys()

    def is_here(self, founding: Any) -> bool:
        """Whether a stream belongs to the program, or to all, by its founding event."""
        return getattr(founding, "program_id", self.program) == self.program

    def _find_renamed(self) -> None:
        """See to it that all names are read of those of whom the summary knows the last one."""
        after = 0
        while after < self._summed_up:
            page = self._desk.store.page(after, _PAGE, _RENAMED)
            for row in page:
                if row.stream in self._unread:
                    self._unread[PersonId(row.stream)] = None
            after = page[-1].position if len(page) == _PAGE else self._summed_up
        self._summed_up = 0

    def _note(self, stream: str, event: Any, session: UnitOfWork) -> None:
        match event:
            case ParticipantEnrolled() if event.program_id == self.program:
                self._enrolled(ParticipantId(stream), event.person_id)
            case PairingFormed() if event.program_id == self.program:
                self._formed(PairingId(stream), (m.participant for m in event.members))
                return  # nothing else of anybody changes by it
            case MemberJoined():
                # Of which program the pairing is, is looked at where it is asked for.
                self._formed(PairingId(stream), (event.participant,))
                return
            case ParticipantReassigned() if stream in self._participants():
                self._enrolled(ParticipantId(stream), event.person_id)
            case PersonsMerged():
                self._unread.update({event.survivor: None, event.absorbed: None})
            case PersonRegistered() | PersonDetailsChanged() if stream in self._enrolments:
                self._unread[PersonId(stream)] = None
            case RecordAmended() | RecordRetracted() if kind_of(stream) == "person":
                self._unread[PersonId(stream)] = None
            case RecordAmended() | RecordRetracted() if kind_of(stream) in _FOUNDED:
                if isinstance(event, RecordRetracted):
                    self.doubtful.add(stream)
                for placed in effective(session.history(stream)):
                    if isinstance(placed.event, _FOUNDED[kind_of(stream)]):
                        self._note(stream, placed.event, session)
        self._changed()

    def _participants(self) -> set[str]:
        return {participant for held in self._enrolments.values() for participant in held}

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


@attrs.frozen
class Shelf:
    """The directories that are kept between imports; each is in use by one of them at most."""

    _desk: CommandContext
    _views: Views
    _kept: dict[str, ImportDirectory] = attrs.field(factory=dict, init=False)

    def take(self, program: str) -> ImportDirectory:
        """The directory of a program."""
        return self._kept.pop(program, None) or ImportDirectory(self._desk, self._views, program)

    def put(self, gathered: ImportDirectory) -> None:
        """Keep a directory for the next import, without anything in the open."""
        gathered.texts.clear()
        self._kept[gathered.program] = gathered
        while len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)))


def _everybody(part: PairingPart) -> Iterator[str]:
    yield from part.together
    yield from (m.participant for m in (*part.members, *part.former))


def _add(known: dict[Any, tuple[Any, ...]], key: Any, one: Any) -> None:
    there = known.get(key, ())
    if one not in there:
        known[key] = (*there, one)
