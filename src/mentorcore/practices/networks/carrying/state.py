"""What the streams of carried records and of other logs add up to."""

from collections.abc import Mapping
from typing import Any

import attrs

from mentorcore.practices.networks.carrying.events import (
    CheckpointHeld,
    LogKeyTrusted,
    LogNamed,
    OwnerRecognised,
    ServiceRecordIssued,
    ServiceRecordReceived,
)
from mentorcore.practices.spec import replaced

__all__ = [
    "Brought",
    "Carried",
    "Origin",
    "evolve_brought",
    "evolve_carried",
    "evolve_origin",
]


@attrs.frozen(slots=False)
class Origin:
    """Another log, as far as it is known here."""

    named: LogNamed | None = None
    keys: tuple[LogKeyTrusted, ...] = ()
    held: tuple[CheckpointHeld, ...] = ()


@attrs.frozen(slots=False)
class Carried:
    """A record that was issued, or nothing yet."""

    issued: ServiceRecordIssued | None = None


@attrs.frozen(slots=False)
class Brought:
    """What somebody brought here of one log.

    Attributes:
        received: All records that were received, in the order of their days.
        standing: By participant, the one of the latest place in the other log.
    """

    owner: OwnerRecognised | None = None
    received: tuple[ServiceRecordReceived, ...] = ()
    standing: Mapping[str, ServiceRecordReceived] = attrs.field(factory=dict)


def evolve_origin(state: Origin, event: Any) -> Origin:
    """Fold one event into what is known of another log."""
    match event:
        case LogNamed():
            return replaced(state, named=event)
        case LogKeyTrusted():
            return replaced(state, keys=(*state.keys, event))
        case CheckpointHeld():
            return replaced(state, held=(*state.held, event))
        case _:
            return state


def evolve_carried(state: Carried, event: Any) -> Carried:
    """Fold one event into a record that was issued."""
    return replaced(state, issued=event) if isinstance(event, ServiceRecordIssued) else state


def evolve_brought(state: Brought, event: Any) -> Brought:
    """Fold one event into what somebody brought."""
    match event:
        case OwnerRecognised():
            return replaced(state, owner=event)
        case ServiceRecordReceived():
            before = state.standing.get(event.participant_id)
            later = before is None or before.index <= event.index
            standing = {**state.standing, event.participant_id: event} if later else state.standing
            return replaced(state, received=(*state.received, event), standing=standing)
        case _:
            return state
