"""The log as the witness of what writers did at the same time: it is folded after every position.

Loads are counted from the pairings themselves, not from the companions on the members' streams, so
that companions which are left out are found out.
"""

from collections.abc import Iterable
from itertools import pairwise, permutations
from typing import Any

import attrs
from engine.world import World

from mentorcore.domain.aggregate import fold, kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.pairing.events.ending import PairingEnded, PairingReopened
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft
from mentorcore.domain.pairing.events.proposals import PairingProposed
from mentorcore.domain.pairing.state import EndedPairing, NotFormed, PausedPairing
from mentorcore.domain.participant.applying import ApplicationSubmitted
from mentorcore.domain.participant.events import (
    PairingJoined,
    PairingLeft,
    PairingOffered,
    ParticipantEnrolled,
    ParticipantReassigned,
    PlaceChanged,
)
from mentorcore.domain.participant.state import NotEnrolled, Participant
from mentorcore.domain.person.events import MeetingAttended, PersonApplied, PersonEnrolled
from mentorcore.domain.person.merge_events import PersonAbsorbed, PersonsMerged
from mentorcore.log.recorded import Recorded

COMPANIONS: dict[type, type] = {
    PairingProposed: PairingOffered,
    PairingFormed: PairingJoined,
    PairingReopened: PairingJoined,
    PairingEnded: PairingLeft,
    MemberJoined: PairingJoined,
    MemberLeft: PairingLeft,
    ApplicationSubmitted: PersonApplied,
    ParticipantEnrolled: PersonEnrolled,
    PersonsMerged: PersonAbsorbed,
}


@attrs.define
class Witness:
    """Reads the log from its beginning and collects what should never have been."""

    default_places: int
    found: list[str] = attrs.field(factory=list)
    history: dict[str, list[VersionedEvent]] = attrs.field(factory=dict)
    pairings: dict[str, Any] = attrs.field(factory=dict)
    loads: dict[str, int] = attrs.field(factory=dict)
    correlations: set[str | None] = attrs.field(factory=set)

    def read(self, log: Iterable[Recorded[Any]]) -> "Witness":
        rows = list(log)
        for before, after in pairwise(rows):
            if not before.position < after.position or before.recorded_at > after.recorded_at:
                self.found.append(f"{after.position} does not follow {before.position}")
        for row in rows:
            self.correlations.add(row.correlation)
            placed = self.history.setdefault(row.stream, [])
            if row.version != len(placed) + 1:
                self.found.append(f"{row.stream} goes from {len(placed)} to {row.version}")
            placed.append(VersionedEvent(row.version, row.recorded_at, row.event))
            if kind_of(row.stream) == "pairing":
                self._pairing(row)
        self._companions(rows)
        self._people()
        self._applicants()
        return self

    def state(self, stream: str) -> Any:
        return fold(CORE_MODEL.aggregates[kind_of(stream)], self.history.get(stream, ()))

    def _pairing(self, row: Recorded[Any]) -> None:
        """After a position at which a pairing takes a place, nobody may have given too many."""
        before = self.pairings.get(row.stream)
        after = self.pairings[row.stream] = self.state(row.stream)
        given, gives = _places(before), _places(after)
        for participant in {**given, **gives}:
            taken = gives.get(participant, 0) - given.get(participant, 0)
            if not taken:
                continue
            load = self.loads.get(participant, 0) + taken
            self.loads[participant] = load
            mentor = self.state(participant)
            bound = mentor.places_on(row.recorded_at.date(), self.default_places)
            if taken > 0 and load > bound:
                self.found.append(
                    f"position {row.position}: load {load} of {bound} places of {participant}"
                )

    def _companions(self, rows: list[Recorded[Any]]) -> None:
        """No principal without its companions in the same append, and none without a principal."""
        at = {(row.stream, row.version): row for row in rows}
        claimed: set[tuple[str, int]] = set()
        for number, row in enumerate(rows):
            event = row.event
            companion = COMPANIONS.get(type(event))
            if isinstance(event, MeetingHeld) and event.held_at is not None:
                companion = MeetingAttended
            if companion is None:
                continue
            whom = self._whom(row)
            for i, stream in enumerate(whom, 1):
                near = (r for r in rows[number + 1 : number + 8] if r.stream == stream)
                beside = next((r for r in near if isinstance(r.event, companion)), None)
                if beside is None or beside.recorded_at != row.recorded_at:
                    self.found.append(f"position {row.position} lacks companion {i} on {stream}")
                elif (beside.event.principal_stream, beside.event.principal) != (
                    row.stream,
                    row.version,
                ) or beside.correlation != row.correlation:
                    self.found.append(f"position {beside.position} names another principal")
                else:
                    claimed.add((beside.stream, beside.version))
        for key, row in at.items():
            info = event_info(type(row.event))
            paused = isinstance(
                row.event, PairingJoined | PairingLeft | PlaceChanged | ParticipantReassigned
            )
            if info.companion and key not in claimed and not paused:
                self.found.append(f"position {row.position} accompanies nothing")

    def _whom(self, row: Recorded[Any]) -> list[str]:
        match row.event:
            case MeetingHeld() as held:
                return list(held.subjects)
            case PersonsMerged() as merged:
                return [merged.absorbed]
            case ParticipantEnrolled() | ApplicationSubmitted() as entering:
                return [entering.person_id]
            case MemberJoined() | MemberLeft() as moved:
                return [moved.participant]
            case PairingFormed() | PairingProposed() as together:
                return [m.participant for m in together.members]
            case _:
                return [m.participant for m in self.pairings[row.stream].facts.members]

    def _people(self) -> None:
        for stream, placed in self.history.items():
            state = self.state(stream)
            if isinstance(state, Participant):
                self._participant(stream, state)
            if kind_of(stream) == "person":
                self._person(stream, placed, state)

    def _applicants(self) -> None:
        """Nobody waits for the same twice."""
        waiting: list[tuple[str, str, str]] = []
        for stream in self.history:
            state = self.state(stream) if kind_of(stream) == "participant" else None
            if isinstance(state, NotEnrolled) and (found := state.application) and found.waits:
                waiting.append((found.person_id, found.program_id, found.role))
        twice = {one for one in waiting if waiting.count(one) > 1}
        self.found.extend(f"{person} has applied twice as {role}" for person, _, role in twice)

    def _participant(self, stream: str, state: Participant) -> None:
        if state.role == "mentor" and state.load() != self.loads.get(stream, 0):
            self.found.append(f"{stream} says load {state.load()}, not {self.loads.get(stream, 0)}")
        lasting = [j for j in state.pairings if j.until is None or j.until > j.since]
        primaries = [j for j in lasting if j.primary and state.role == "mentee"]
        for one, other in permutations(primaries, 2):
            together = one.until is None or other.since < one.until
            if one.pairing_id != other.pairing_id and one.since <= other.since and together:
                self.found.append(f"{stream} has two primary mentors, {one} and {other}")

    def _person(self, stream: str, placed: list[VersionedEvent], state: Any) -> None:
        meetings = sorted(
            (e.held_at, e.minutes)
            for e in (p.event for p in effective(placed))
            if isinstance(e, MeetingAttended)
        )
        for (begins, minutes), (then, _) in pairwise(meetings):
            if (then - begins).total_seconds() < minutes * 60:
                self.found.append(f"{stream} sits in two meetings at {then}")
        live = [
            (e.cohort_id, e.role)
            for e in state.enrolments.values()
            if self.state(e.participant_id).ended_on is None
        ]
        if len(set(live)) < len(live):
            self.found.append(f"{stream} is enrolled twice as {live}")


def _places(state: Any) -> dict[str, int]:
    """The places that a pairing takes of each of its mentors now."""
    if state is None or isinstance(state, NotFormed | EndedPairing):
        return {}
    if isinstance(state, PausedPairing) and state.frees_place:
        return {}
    mentees = sum(m.role == "mentee" for m in state.facts.members)
    return {m.participant: mentees for m in state.facts.members if m.role == "mentor"}


def witness(world: World, default_places: int = 2) -> Witness:
    """What the log of this world has to say."""
    return Witness(default_places).read(world.engine.events())
