"""Who and what the log knows, gathered for an import, and kept up to date while it runs.

Only what rows of forms refer to is read: names, addresses, enrolments, pairings, planned meetings
and goals. Names and words are opened here and kept in memory for the length of the import.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.decider import kind_of
from mentorcore.domain.effective import Placed, effective
from mentorcore.domain.marks import event_info
from mentorcore.domain.pairing.events import (
    GoalProgressRecorded,
    GoalSet,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    PairingEnded,
    PairingFormed,
    PairingReopened,
    PairingStarted,
)
from mentorcore.domain.participant.events import EnrolmentEnded, ParticipantEnrolled
from mentorcore.domain.person.events import (
    ExternalIdentityLinked,
    PersonDetailsChanged,
    PersonRegistered,
    Scheme,
)
from mentorcore.domain.program import Program
from mentorcore.domain.values import PairingId, ParticipantId, PersonId, Sealed
from mentorcore.engine.session import Decided, Desk
from mentorcore.intake.directory import (
    KnownGoal,
    KnownPairing,
    KnownParticipant,
    KnownPerson,
    People,
)

__all__ = ["Gathered"]

_PERSON = (PersonRegistered, PersonDetailsChanged, ExternalIdentityLinked)
_PARTICIPANT = (ParticipantEnrolled, EnrolmentEnded)
_LIFE = (PairingFormed, PairingStarted, PairingEnded, PairingReopened)
_GOALS = (GoalSet, GoalProgressRecorded)
_MEETINGS = (MeetingHeld, MeetingCancelled)
_CORRECTIONS = (RecordAmended, RecordRetracted)
_RELEVANT = (*_PERSON, *_PARTICIPANT, *_LIFE, *_GOALS, MeetingScheduled, *_CORRECTIONS)
_NAMES = tuple(event_info(e).name for e in _RELEVANT)
_GROWN = (*_NAMES, *(event_info(e).name for e in _MEETINGS))
_KINDS = ("person", "participant", "pairing")
_PAGE = 5_000

History = Callable[[str], Iterable[Placed]]


class Gathered:
    """The directory of a program, as an import needs it.

    Args:
        desk: Where the log is read.
        program: The program that the form belongs to.
    """

    def __init__(self, desk: Desk, program: Program) -> None:
        self._open = desk.sealing.open
        self.people = People(program)
        self._position = desk.store.tail()
        self._fill(desk)

    def refresh(self, desk: Desk) -> None:
        """Take into account what others have recorded since the last look."""
        while page := desk.store.page(self._position, _PAGE, _GROWN):
            for stream in dict.fromkeys(row.stream for row in page):
                if kind_of(stream) in _KINDS:
                    self._put(stream, desk.streams.get([stream])[stream].placed)
            self._position = page[-1].position

    def follow(self, first: int, last: int) -> None:
        """Go past what was learned and has been recorded now, at these positions."""
        if first == self._position + 1:
            self._position = last

    def learn(self, decided: Iterable[Decided], history: History) -> None:
        """Take into account what has just been decided.

        Args:
            decided: The events, in order.
            history: Answers with all events of a stream, those just decided among them.
        """
        again: dict[str, None] = {}
        for item in decided:
            event = item.event
            if isinstance(event, _MEETINGS):
                known = self.people.pairing(PairingId(item.stream))
                if known is not None and known.planned:
                    again[item.stream] = None
            elif isinstance(event, GoalSet):
                self.people.put(self._goal(PairingId(item.stream), event))
            elif isinstance(event, GoalProgressRecorded):
                self._progress(PairingId(item.stream), event)
            elif isinstance(event, _RELEVANT):
                again[item.stream] = None
        for stream in again:
            self._put(stream, tuple(history(stream)))

    def _progress(self, pairing: PairingId, event: GoalProgressRecorded) -> None:
        goal = self.people.goal(pairing, event.goal_id)
        if goal is not None and (goal.on is None or goal.on <= event.on):
            self.people.put(attrs.evolve(goal, status=event.status, on=event.on))

    def _fill(self, desk: Desk) -> None:
        streams: dict[str, list[Placed]] = {}
        after = 0
        while page := desk.store.page(after, _PAGE, _NAMES):
            for row in map(desk.codec.recorded, page):
                found = Placed(row.version, row.recorded_at, row.event)
                streams.setdefault(row.stream, []).append(found)
            after = page[-1].position
        for stream, placed in streams.items():
            if any(isinstance(p.event, MeetingScheduled) for p in placed):
                # Whether a planned meeting took place stands among events not read above.
                self._put(stream, desk.streams.get([stream])[stream].placed)
            else:
                self._put(stream, placed)

    def _put(self, stream: str, placed: Iterable[Placed]) -> None:
        events = [p.event for p in effective(placed)]
        match kind_of(stream):
            case "person":
                self._put_person(PersonId(stream), events)
            case "participant":
                self._put_participant(ParticipantId(stream), events)
            case "pairing":
                self._put_pairing(PairingId(stream), events)

    def _put_person(self, person: PersonId, events: list[Any]) -> None:
        known = KnownPerson(person=person)
        registered = False
        for event in events:
            match event:
                case PersonRegistered() | PersonDetailsChanged():
                    registered = registered or isinstance(event, PersonRegistered)
                    if event.name is not None:
                        known = attrs.evolve(known, name=self._text(event.name))
                case ExternalIdentityLinked():
                    scheme: Scheme = event.scheme
                    if stated := self._text(event.value):
                        identities = (*known.identities, (scheme, stated))
                        known = attrs.evolve(known, identities=identities)
        if registered:
            self.people.put(known)
        else:
            self.people.drop(person)

    def _put_participant(self, participant: ParticipantId, events: list[Any]) -> None:
        known = None
        for event in events:
            match event:
                case ParticipantEnrolled():
                    known = KnownParticipant(
                        participant=participant,
                        person=event.person_id,
                        cohort=event.cohort_id,
                        role=event.role,
                        since=event.since,
                    )
                    if event.program_id != self.people.program.program_id:
                        return
                case EnrolmentEnded() if known is not None:
                    known = attrs.evolve(known, until=event.on)
        if known is None:
            self.people.drop(participant)
        else:
            self.people.put(known)

    def _put_pairing(self, pairing: PairingId, events: list[Any]) -> None:
        known: KnownPairing | None = None
        planned: dict[Any, date] = {}
        goals: dict[Any, KnownGoal] = {}
        for event in events:
            match event:
                case PairingFormed():
                    if event.program_id != self.people.program.program_id:
                        return
                    known = KnownPairing(
                        pairing=pairing,
                        members=frozenset(m.participant for m in event.members),
                        since=event.on,
                        waiting=bool(event.start_needs),
                    )
                case _ if known is None:
                    continue
                case PairingStarted():
                    known = attrs.evolve(known, waiting=False)
                case PairingEnded():
                    known = attrs.evolve(known, until=event.on, waiting=False)
                case PairingReopened():
                    known = attrs.evolve(known, until=None)
                case MeetingScheduled():
                    planned[event.meeting_id] = event.starts_on
                case GoalSet():
                    goals[event.goal_id] = self._goal(pairing, event)
                case GoalProgressRecorded() if event.goal_id in goals:
                    goal = goals[event.goal_id]
                    goals[event.goal_id] = attrs.evolve(goal, status=event.status, on=event.on)
        self.people.drop(pairing)
        if known is None:
            return
        over = {e.meeting_id for e in events if isinstance(e, _MEETINGS)}
        left = tuple((meeting, day) for meeting, day in planned.items() if meeting not in over)
        self.people.put(attrs.evolve(known, planned=left))
        for goal in goals.values():
            self.people.put(goal)

    def _goal(self, pairing: PairingId, event: GoalSet) -> KnownGoal:
        return KnownGoal(
            goal=event.goal_id,
            pairing=pairing,
            statement=self._text(event.statement),
            on=event.on,
        )

    def _text(self, text: Any) -> str:
        opened = self._open(text) if isinstance(text, Sealed) else text
        return opened if isinstance(opened, str) else ""
