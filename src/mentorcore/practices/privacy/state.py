"""What the events of a consent add up to, and when they fit together."""

from datetime import date
from typing import Any

import attrs

from mentorcore.practices.privacy.events import ConsentGiven, ConsentWithdrawn
from mentorcore.practices.spec import Refused, replaced

__all__ = ["Consent", "check_consent", "evolve"]


@attrs.frozen(slots=False)
class Consent:
    """A consent, or nothing yet."""

    given: ConsentGiven | None = None
    withdrawn: ConsentWithdrawn | None = None

    @property
    def withdrawn_on(self) -> date | None:
        """The first day on which it holds no longer."""
        return None if self.withdrawn is None else self.withdrawn.on


def evolve(state: Consent, event: Any) -> Consent:
    """Fold one event into the consent."""
    match event:
        case ConsentGiven():
            return replaced(state, given=event)
        case ConsentWithdrawn():
            return replaced(state, withdrawn=event)
        case _:
            return state


def check_consent(state: Consent) -> None:
    """Refuse a consent that ends before it begins, or names a channel twice.

    One that is withdrawn on a day before it was given never held, and that is not refused.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    given = state.given
    if given is None:  # nothing stands before what founds it, as the core sees to
        return
    if given.until is not None and given.until < given.on:
        raise Refused("a consent does not end before it is given", "ends_before_start")
    if len({*given.channels}) < len(given.channels):
        raise Refused("a channel is named twice", "channel_twice")
