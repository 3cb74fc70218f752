"""The rows of `community.focus-groups`: what came up, as far as it is told."""

from datetime import date

import attrs
from attrs import field

from mentorcore.practices.community.focus.events import FocusGroupHeld
from mentorcore.practices.spec import figure

__all__ = ["FocusRow", "FocusTotals", "ThemeRow"]


@attrs.frozen
class ThemeRow:
    """A theme that enough people brought up.

    Attributes:
        mentions: How many did.
    """

    code: str = field(metadata=figure("what it was about", FocusGroupHeld))
    mentions: int = field(metadata=figure("how many brought it up", FocusGroupHeld))


@attrs.frozen
class FocusRow:
    """A focus group as it is shown.

    Attributes:
        attendees: How many were there, or ``< 10``.
        themes: What ten of them or more brought up, in the order of the alphabet.
        others: ``< 10`` where something came up that fewer brought up, or there were fewer; it is
            not told what it was, nor how many things there were.
    """

    group: str = field(metadata=figure("the focus group's id"))
    on: date = field(metadata=figure("the day it was held", FocusGroupHeld))
    attendees: int | str = field(metadata=figure("how many were there", FocusGroupHeld))
    themes: tuple[ThemeRow, ...] = field(metadata=figure("what came up", FocusGroupHeld))
    others: str | None = field(metadata=figure("whether more came up", FocusGroupHeld))


@attrs.frozen
class FocusTotals:
    """All focus groups of a program together.

    People and mentions are not added up: what the groups that are shown leave of a sum would tell
    of those that are not.

    Attributes:
        groups: How many were held.
    """

    groups: int = field(metadata=figure("focus groups", FocusGroupHeld))
