"""Whether a stream says something already that is about to be recorded."""

from typing import Any

import attrs

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.declarations import personal_fields
from mentorcore.domain.effective import effective
from mentorcore.domain.values import Stream

__all__ = ["is_recorded"]


def is_recorded(now: Situation, stream: Stream, event: Any) -> bool:
    """Whether an event that is in force says the same in all fields that stand in the clear.

    Sealed texts are not opened for that, so another wording alone says nothing new.
    """
    sealed = personal_fields(type(event))
    clear = [f.name for f in attrs.fields(type(event)) if f.name not in sealed]
    return any(
        type(placed.event) is type(event)
        and all(getattr(placed.event, name) == getattr(event, name) for name in clear)
        for placed in effective(now.history[stream])
    )
