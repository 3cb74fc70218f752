"""A sheet of focus groups: each row is one, with how many brought each theme up.

What its cells say stands in no report: a view tells it from a number of people on.
"""

import re

from mentorcore.practices.community.focus.events import FocusGroupHeld, RecordFocusGroup, Theme
from mentorcore.practices.spec import (
    Code,
    Field,
    FormKind,
    Hint,
    Intents,
    Row,
    mapping_to_edit,
)

__all__ = ["FOCUS_GROUP_SHEET"]

THEME = re.compile(r"(?P<said>[A-Za-z0-9][A-Za-z0-9 ._+/-]{0,63}?)\s*[:=]\s*(?P<mentions>\d{1,6})")
"""A theme in words of which a code is made, and how many brought it up."""

_REST = """
[fields]
on = "Date"
attendees = "How many were there?"
themes = "What came up?"             # such as late stipends: 4; time to meet: 11
"""


def read(row: Row) -> Intents:
    """A focus group that was held."""
    on = row.must("on", row.day("on"))
    attendees = row.must("attendees", row.whole("attendees"))
    parts = (part for said in row.texts("themes") for part in re.split(r"[;\n]", said))
    themes = [_theme(row, part.strip()) for part in parts if part.strip()]
    row.check()
    row.say(
        "group",
        RecordFocusGroup,
        group_id=row.ids("focus"),
        program_id=row.known.program.program_id,
        on=on,
        attendees=attendees,
        themes=tuple(themes),
    )
    return row.done()


def _theme(row: Row, said: str) -> Theme | None:
    """A theme with how many brought it up; noted as wrong where it is not written so."""
    found = THEME.fullmatch(said)
    if found is None:
        row.wrong("themes", "is told as late stipends: 4; time to meet: 11")
        return None
    code = Code("_".join(found["said"].casefold().split()))
    return Theme(code=code, mentions=int(found["mentions"]))


FOCUS_GROUP_SHEET = FormKind(
    name="focus-group-sheet",
    fields=(
        Field("on", "day", "the day on which it was held", needed=True),
        Field("attendees", "whole", "how many were there", needed=True),
        Field("themes", "text", "what came up, each with how many brought it up"),
    ),
    read=read,
    tells={FocusGroupHeld: {"on": ("on",), "attendees": ("attendees",), "themes": ("themes",)}},
    hints={
        "attendees": Hint("attendees", weight=2, words=r"how many (were there|attended)|attendees"),
        "themes": Hint("themes", weight=2, words=r"what came up|themes"),
    },
    template=mapping_to_edit("focus-group-sheet", "focus-groups", _REST),
    confidential=True,
)
