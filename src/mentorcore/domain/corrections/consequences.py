"""What a correction does to the streams it touches, and when that cannot be.

A correction that changes a state is decided like the command with that effect (INV-65): taking
back an end needs the place that the end had freed, like reopening. So the corrected streams are
folded as they would be, and held against the rules that span records.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from mentorcore.domain.aggregate import Decision, Situation
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective, valid_time
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused

__all__ = ["check_consequences"]


def check_consequences(
    now: Situation, then: Situation, corrected: Stream, answer: Decision
) -> None:
    """Refuse a correction whose outcome the rules do not allow.

    Args:
        now: The situation before it.
        then: The situation after it.
        corrected: The stream of the corrected record.
        answer: The correction with what goes along on other streams.

    Raises:
        Refused: Some rule would be broken; the code is that of the rule.
    """
    for stream in dict.fromkeys(s for s, _ in answer):
        placed = then.history[stream]
        now.rules_of(stream).consistent(now, corrected, stream, placed)
        _check_rests(effective(placed))


def _check_rests(facts: Sequence[VersionedEvent]) -> None:
    """Refuse when an event stands without, or before, the one that it is declared to rest on."""
    wanted = {rests_on for p in facts if (rests_on := event_info(type(p.event)).rests_on)}
    since: dict[tuple[type, Any], date] = {}
    for of, name in wanted:
        for placed in facts:
            if type(placed.event) is of:
                since.setdefault((of, getattr(placed.event, name)), _day(placed))
    for placed in facts:
        rests_on = event_info(type(placed.event)).rests_on
        if rests_on is None:
            continue
        opened = since.get((rests_on[0], getattr(placed.event, rests_on[1])))
        if opened is None or opened > _day(placed):
            raise Refused(
                "a later record rests on this one; correct or retract the later one first",
                "others_rest_on_it",
            )


def _day(placed: VersionedEvent) -> date:
    return valid_time(placed.event, placed.recorded_at)[0]
