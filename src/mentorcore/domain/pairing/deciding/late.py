"""A step in a pairing's life that is recorded after later ones (INV-98).

A list may say only in June that a pairing that ended in May had paused in March. Such a step is
decided on the pairing as it stood on that day, and everything that is recorded of later days has to
fit behind it.
"""

from datetime import date
from typing import Any

from mentorcore.domain.aggregate import Situation, fold
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective, valid_time
from mentorcore.domain.pairing.deciding.standing import check_standing
from mentorcore.domain.pairing.state import NotFormed, Pairing
from mentorcore.domain.values import Stream

__all__ = ["as_it_stood", "check_fits"]


def as_it_stood(now: Situation, state: Pairing, day: date) -> Pairing:
    """The pairing as it stood on *day*: the same unless a later step is recorded already."""
    assert not isinstance(state, NotFormed)
    stream = Stream(state.facts.pairing_id)
    facts = effective(now.history[stream])
    if not any(event_info(type(p.event)).transition and _day(p) > day for p in facts):
        return state
    earlier = [p for p in facts if event_info(type(p.event)).founding or _day(p) <= day]
    stood: Pairing = fold(now.rules_of(stream), earlier)
    return stood


def check_fits(now: Situation, stream: Stream, event: Any) -> None:
    """Refuse a step that what is recorded of later days does not fit behind.

    Raises:
        Refused: The code is that of the rule that would be broken.
    """
    added = VersionedEvent(now.next_version(stream), now.now, event)
    check_standing(now, stream, stream, (*now.history[stream], added))


def _day(placed: VersionedEvent) -> date:
    return valid_time(placed.event, placed.recorded_at)[0]
