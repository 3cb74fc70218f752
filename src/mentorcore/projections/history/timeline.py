"""What a stream tells, fact by fact, with what was corrected: the fold behind every history.

Import batches and raw responses are no part of anybody's story; companions are left out, since
the event they accompany is told on its own stream.
"""

from typing import Any

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.log.recorded import Recorded
from mentorcore.projections.folding.projection import Projection

__all__ = ["UNTOLD", "StreamTimeline", "story_of"]

UNTOLD = frozenset({"import", "response", "audit"})
"""Kinds of streams that are about the log and not about anybody."""


@attrs.define
class StreamTimeline:
    """The standing facts of a stream, its corrections, and what they corrected.

    Attributes:
        facts: By version, the facts that stand, with corrected fields in place.
        corrections: Each correction, with the event that it corrects as first recorded.
    """

    facts: dict[int, Recorded[Any]] = attrs.Factory(dict)
    corrections: list[tuple[Recorded[Any], Recorded[Any]]] = attrs.Factory(list)


def _apply(story: StreamTimeline, told: Recorded[Any]) -> StreamTimeline:
    story.facts[told.version] = told
    return story


def _corrected(
    story: StreamTimeline, correction: Recorded[Any], target: Recorded[Any]
) -> StreamTimeline:
    story.corrections.append((correction, target))
    return story


def story_of(model: Model) -> Projection[StreamTimeline]:
    """One stream's story, of any kind that tells one under these rules."""
    kinds = [kind for kind in model.aggregates if kind not in UNTOLD]
    return Projection(
        name="story",
        version=1,
        initial=dict.fromkeys(kinds, StreamTimeline),
        apply=_apply,
        corrected=_corrected,
        combine=lambda story: story,
        events=frozenset(
            event
            for kind in kinds
            for event in model.aggregates[kind].events
            if not event_info(event).companion
        ),
    )
