"""What the events of a voice add up to, and when they fit together."""

from datetime import date
from typing import Any

import attrs

from mentorcore.practices.community.voice.events import (
    TestimonialCollected,
    TestimonialPublished,
    TestimonialTakenDown,
)
from mentorcore.practices.spec import Refused, replaced

__all__ = ["Voice", "check_voice", "evolve"]


@attrs.frozen(slots=False)
class Voice:
    """Something that somebody said, or nothing yet.

    Attributes:
        told: Where it was published and taken down, in the order of the days.
    """

    collected: TestimonialCollected | None = None
    told: tuple[TestimonialPublished | TestimonialTakenDown, ...] = ()

    def stood(self, day: date) -> frozenset[str]:
        """The channels in which it stood at the end of a day."""
        found: set[str] = set()
        for told in self.told:
            if told.on > day:
                break
            if isinstance(told, TestimonialPublished):
                found |= {*told.channels}
            else:
                found -= {*told.channels}
        return frozenset(found)


def evolve(state: Voice, event: Any) -> Voice:
    """Fold one event into the voice."""
    match event:
        case TestimonialCollected():
            return replaced(state, collected=event)
        case TestimonialPublished() | TestimonialTakenDown():
            return replaced(state, told=(*state.told, event))
        case _:
            return state


def check_voice(state: Voice) -> None:
    """Refuse a voice whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    collected = state.collected
    if collected is None:  # nothing stands before what founds it, as the core sees to
        return
    if any(told.on < collected.on for told in state.told):
        raise Refused(f"this was said on {collected.on} only", "before_it_was_said")
    for told in state.told:
        if not told.channels:
            raise Refused("say in which channels", "no_channel")
        if len({*told.channels}) < len(told.channels):
            raise Refused("a channel is named twice", "channel_twice")
