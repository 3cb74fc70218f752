"""What a stream tells, fact by fact, with what was corrected: the fold behind every history.

Import batches and raw responses are no part of anybody's story; companions are left out, since
the event they accompany is told on its own stream.
"""

from typing import Any

import attrs

from mentorcore.domain.marks import event_info
from mentorcore.domain.rules import CORE_MODEL
from mentorcore.log.recorded import Recorded
from mentorcore.projections.projection import Projection

__all__ = ["STORY", "Story"]

_KINDS = ("person", "program", "participant", "pairing")


@attrs.define
class Story:
    """The standing facts of a stream, its corrections, and what they corrected.

    Attributes:
        facts: By version, the facts that stand, with corrected fields in place.
        corrections: Each correction, with the event that it corrects as first recorded.
    """

    facts: dict[int, Recorded[Any]] = attrs.Factory(dict)
    corrections: list[tuple[Recorded[Any], Recorded[Any]]] = attrs.Factory(list)


def _apply(story: Story, told: Recorded[Any]) -> Story:
    story.facts[told.version] = told
    return story


def _corrected(story: Story, correction: Recorded[Any], target: Recorded[Any]) -> Story:
    story.corrections.append((correction, target))
    return story


STORY: Projection[Story] = Projection(
    name="story",
    version=1,
    initial=dict.fromkeys(_KINDS, Story),
    apply=_apply,
    corrected=_corrected,
    combine=lambda story: story,
    events=frozenset(
        event
        for kind in _KINDS
        for event in CORE_MODEL.aggregates[kind].events
        if not event_info(event).companion
    ),
)
"""One stream's story; `history.tell` combines several into a `History`."""
