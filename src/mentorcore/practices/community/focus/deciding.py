"""The rules of a focus group: who was there, and what came up, add up."""

from typing import Any

import attrs

from mentorcore.practices.community.focus.events import FocusGroupHeld, RecordFocusGroup
from mentorcore.practices.spec import (
    Aggregate,
    Decision,
    Refused,
    Situation,
    Stream,
    VersionedEvent,
    check_past,
    decides,
    fold,
    program_of,
    recorded_as,
    rules_in,
)

__all__ = ["FOCUS", "FocusGroup"]


@attrs.frozen
class FocusGroup:
    """A focus group, or nothing yet."""

    held: FocusGroupHeld | None = None


def evolve(state: FocusGroup, event: Any) -> FocusGroup:
    """Fold one event into the focus group."""
    return FocusGroup(event) if isinstance(event, FocusGroupHeld) else state


def reads(command: Any, _seen: Situation) -> tuple[Stream, ...]:
    """The streams that the record of a focus group needs to see."""
    return (Stream(command.group_id), Stream(command.program_id))


@decides(RecordFocusGroup)
def decide(now: Situation, command: Any) -> Decision:
    """Record a focus group, once."""
    if now.state(stream := Stream(command.group_id)).held is not None:
        raise Refused("this focus group is recorded already; amend it instead", "already_recorded")
    check_past(now, program_of(now, command.program_id), command.on)
    held = recorded_as(FocusGroupHeld, command)
    check_group(held)
    return ((stream, held),)


def check_group(held: FocusGroupHeld | None) -> None:
    """Refuse what does not add up. No number is repeated: a refusal may be read by others.

    Raises:
        Refused: ``nobody_there``, ``theme_twice`` or ``too_many_mentions``.
    """
    if held is None:
        return
    if held.attendees < 1:
        raise Refused("a focus group has at least one person in it", "nobody_there")
    codes = [theme.code for theme in held.themes]
    if len(set(codes)) < len(codes):
        raise Refused("a theme of a focus group is named twice; add them up", "theme_twice")
    if any(not 1 <= theme.mentions <= held.attendees for theme in held.themes):
        raise Refused(
            "a theme was brought up by one at least, and by no more than were there",
            "too_many_mentions",
        )


def check_standing(
    _now: Situation, _corrected: Stream, _stream: Stream, placed: tuple[VersionedEvent, ...]
) -> None:
    """Refuse a correction after which a focus group does not add up (INV-65)."""
    check_group(fold(FOCUS, placed).held)


FOCUS: Aggregate[FocusGroup] = Aggregate(
    kind="focus",
    initial=FocusGroup(),
    evolve=evolve,
    events=(FocusGroupHeld,),
    commands=tuple(rules_in(globals())),
    id_field="group_id",
    reads=reads,
    decide=decide,
    consistent=check_standing,
)
