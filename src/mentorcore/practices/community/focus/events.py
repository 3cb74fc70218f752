"""What came up in a focus group: themes, and how many brought each up; nobody is named.

How many there were and what they said is told by `community.focus-groups` alone, and only from a
number of people on, so that nobody reads these fields one by one.
"""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from mentorcore.practices.spec import (
    NOBODY,
    Code,
    PracticeCommand,
    ProgramId,
    command,
    event,
    fresh,
    identifier,
    public,
    value,
)

if TYPE_CHECKING:
    FocusGroupId: TypeAlias = str
else:
    FocusGroupId = identifier("FocusGroupId", "focus")


@value
class Theme:
    """Something that came up in a focus group.

    Attributes:
        code: What it was about, by the program's own word.
        mentions: How many of those who were there brought it up.
    """

    code: Code
    mentions: int


@event("focus.group-held", occurred="on", founding=True)
class FocusGroupHeld:
    """People of the program talked about it together.

    Attributes:
        group_id: The focus group.
        attendees: How many were there.
        themes: What came up, each theme once.
    """

    group_id: FocusGroupId
    program_id: ProgramId
    on: date
    attendees: int = public(readers=NOBODY)
    themes: tuple[Theme, ...] = public(default=(), readers=NOBODY)


@command(leads_to=FocusGroupHeld)
class RecordFocusGroup(PracticeCommand):
    """Record that a focus group was held: how many were there, and which themes came up."""

    program_id: ProgramId
    on: date
    attendees: int
    themes: tuple[Theme, ...] = ()
    group_id: FocusGroupId | None = fresh("focus", default=None)
