"""What was recorded for others because of a record is corrected with it, in the same append.

A companion that is not there any more is taken back, one that is there again is put back, and one
that says something else is amended.
"""

from typing import Any

import attrs

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.corrections.command_behind import principal_of
from mentorcore.domain.corrections.events import Cause, RecordAmended, RecordRetracted
from mentorcore.domain.declarations import event_info, evolve
from mentorcore.domain.effective import VersionedEvent, corrections_of, effective
from mentorcore.domain.values import Stream

__all__ = [
    "Versions",
    "amendments",
    "brought_along",
    "companions_of",
    "places",
    "standing_along",
    "taken_back",
]

Versions = dict[Stream, frozenset[int]]
"""Versions by stream."""
New = dict[tuple[Stream, type], Any]
"""Companions by the place where each belongs."""


def taken_back(placed: VersionedEvent, cause: Cause) -> RecordRetracted:
    """The retraction of a record that is corrected because another one is."""
    return RecordRetracted(
        target=placed.version,
        target_name=event_info(type(placed.event)).name,
        cause=cause,
        subjects=(),
    )


def companions_of(decided: Decision, principal: tuple[Stream, int]) -> New:
    """The companions of one decided record, by its stream and version."""
    return {
        (stream, type(event)): event
        for stream, event in decided
        if principal_of(event) == principal
    }


def standing_along(
    now: Situation, stream: Stream, together: Versions
) -> list[tuple[Stream, VersionedEvent]]:
    """The companions that stand, each with its stream.

    Args:
        now: The situation.
        stream: The stream of their principal.
        together: The principal and all its companions, standing or not.
    """
    return [
        (other, placed)
        for other, versions in together.items()
        if other != stream
        for placed in effective(now.history[other])
        if placed.version in versions
    ]


def places(now: Situation, stream: Stream, together: Versions) -> set[tuple[Stream, type]]:
    """The places of the companions that stand."""
    return {(other, type(p.event)) for other, p in standing_along(now, stream, together)}


def brought_along(
    now: Situation, stream: Stream, principal: int, together: Versions, new: New
) -> Decision:
    """Companions amended, taken back and put back, so that they say what their principal says.

    Args:
        now: The situation.
        stream: The stream of the principal.
        principal: Its version.
        together: The principal and all its companions, standing or not.
        new: The companions that there are to be.
    """
    old = {(s, type(p.event)): p for s, p in standing_along(now, stream, together)}
    answer: list[tuple[Stream, Any]] = []
    for place, placed in old.items():
        if place in new:
            answer.extend(_amended(place[0], placed, new[place], principal))
        else:
            answer.append((place[0], taken_back(placed, "entered_in_error")))
    for place, event in new.items():
        if place not in old:
            answer.extend(_put_back(now, place, event, principal, together))
    return tuple(answer)


def _amended(stream: Stream, placed: VersionedEvent, event: Any, principal: int) -> Decision:
    told = evolve(event, principal=principal)
    return tuple((stream, amendment) for amendment in amendments(placed, told))


def amendments(placed: VersionedEvent, told: Any) -> tuple[RecordAmended, ...]:
    """The amendment of a companion so that it says what *told* says; none where it does."""
    different = tuple(
        (f.name, getattr(told, f.name))
        for f in attrs.fields(type(told))
        if getattr(told, f.name) != getattr(placed.event, f.name)
    )
    if not different:
        return ()
    info = event_info(type(told))
    amendment = RecordAmended(
        target=placed.version,
        target_name=info.name,
        target_version=info.version,
        public_changes=different,
        subjects=(),
    )
    return (amendment,)


def _put_back(
    now: Situation, place: tuple[Stream, type], event: Any, principal: int, together: Versions
) -> Decision:
    """A companion that stands again, or for the first time."""
    stream, companion = place
    versions = together.get(stream, frozenset())
    earlier = [
        p for p in now.history[stream] if p.version in versions and type(p.event) is companion
    ]
    if not earlier:
        return ((stream, evolve(event, principal=principal)),)
    corrections = corrections_of(now.history[stream])
    felled_by = [
        p
        for p in now.history[stream]
        if isinstance(p.event, RecordRetracted)
        and p.event.target == earlier[-1].version
        and p.version not in corrections.fallen
    ]
    back = tuple((stream, taken_back(p, "entered_in_error")) for p in felled_by)
    return (*back, *_amended(stream, corrections.shape(earlier[-1]), event, principal))
