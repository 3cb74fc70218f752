"""What the commands behind the records of a pairing say beyond the fields of their events."""

from collections.abc import Mapping
from typing import Any

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.pairing.events.ending import PairingEnded
from mentorcore.domain.pairing.events.forming import Ending, PairingFormed, PairingStarted
from mentorcore.domain.pairing.events.meetings import MeetingHeld, MeetingScheduled
from mentorcore.domain.pairing.events.proposals import PairingProposed
from mentorcore.domain.pairing.events.work import GoalSet
from mentorcore.domain.pairing.state import NotFormed
from mentorcore.domain.values import ParticipantId, PersonId, Stream

__all__ = ["restate"]


def restate(
    now: Situation, stream: Stream, to: Stream, placed: VersionedEvent, changes: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the command behind a record says otherwise than its event; see `Aggregate`."""
    event = placed.event
    match event:
        case MeetingHeld():
            everybody = _attendees(now, stream, to, event, changes)
            return everybody | _moved("held_at", "held_on", changes)
        case MeetingScheduled():
            everybody = _attendees(now, stream, to, event, changes)
            return everybody | _moved("starts_at", "starts_on", changes)
        case GoalSet():
            seats = _seats(now, to).items()
            return {"owner": next((m for m, person in seats if person in event.subjects), None)}
        case PairingStarted():
            return {"authorized": True}
        case PairingFormed():
            unmet = changes.get("unmet_soft", event.unmet_soft)
            ended = _ended_with(now, stream, placed)
            reason = changes.get("override_reason", event.override_reason)
            return {
                "ended": ended,
                "unmet_soft": unmet or (),
                "shape": event.shape,
                "override_reason": reason or _reason_proposed(now, stream),
            }
        case PairingProposed():
            unmet = changes.get("unmet_soft", event.unmet_soft)
            return {"unmet_soft": unmet or (), "shape": event.shape}
        case _:
            return {}


def _attendees(
    now: Situation,
    stream: Stream,
    to: Stream,
    event: MeetingHeld | MeetingScheduled,
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    """A meeting of all members is one of all members wherever it belongs."""
    if to == stream or "attendees" in changes:
        return {}
    state = now.state(stream)
    on = event.held_on if isinstance(event, MeetingHeld) else event.starts_on
    there = () if isinstance(state, NotFormed) else state.facts.members_on(on)
    return {"attendees": ()} if set(event.attendees) == set(there) else {}


def _moved(at: str, on: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The day follows from the instant: whichever of the two is corrected decides."""
    if changes.get(at) is not None:
        return {on: changes.get(on)}
    return {at: None} if on in changes else {}


def _seats(now: Situation, stream: Stream) -> Mapping[ParticipantId, PersonId]:
    state = now.state(stream)
    return {} if isinstance(state, NotFormed) else state.facts.seats


def _reason_proposed(now: Situation, stream: Stream) -> Any:
    """Why members who had parted for mismatch were proposed again (INV-16)."""
    state = now.state(stream)
    proposal = None if isinstance(state, NotFormed) else state.facts.proposal
    return None if proposal is None else proposal.made.override_reason


def _ended_with(now: Situation, stream: Stream, formed: VersionedEvent) -> Ending | None:
    """The end that was recorded together with the forming: the pairing lay in the past."""
    for item in effective(now.history[stream]):
        together = item.version == formed.version + 1 and item.recorded_at == formed.recorded_at
        if together and isinstance(item.event, PairingEnded):
            return recorded_as(Ending, item.event, waited=bool(formed.event.start_needs))
    return None
