"""What came up in focus groups, shown from a number of people on (INV-78).

A theme is shown where at least ten were there and at least ten of them brought it up; of all others
it is said that there are some. A smaller group is said to have been held. To nobody more is told,
be it the coordinator; and nothing is added up over groups, so that no sum gives a hidden number
away. How many did not bring a theme up follows from what is shown, and says nothing of anybody:
nobody was asked about it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.practices.community.focus.events import FocusGroupHeld
from mentorcore.practices.community.focus.rows import FocusRow, FocusTotals, ThemeRow
from mentorcore.practices.spec import ProgramSnapshot, ProgramView, Projection, Redactor

__all__ = ["FOCUS_GROUPS"]

SHOWN_FROM = 10
"""The people behind a theme from which on it is shown."""
FEWER = f"< {SHOWN_FROM}"


@attrs.define
class FocusPart:
    """A focus group, as it is folded."""

    group: str = ""
    on: date | None = None
    attendees: int = 0
    themes: dict[str, int] = attrs.Factory(dict)


def apply(part: FocusPart, told: Any) -> FocusPart:
    """Keep what was recorded."""
    held: FocusGroupHeld = told.event
    part.group, part.on, part.attendees = held.group_id, held.on, held.attendees
    part.themes = {theme.code: theme.mentions for theme in held.themes}
    return part


def rows(part: FocusPart, _at: ProgramSnapshot, _seer: Redactor) -> Iterator[FocusRow]:
    """The focus group, with what is shown of it."""
    if part.on is None:
        return
    shown = {code: said for code, said in sorted(part.themes.items()) if said >= SHOWN_FROM}
    yield FocusRow(
        group=part.group,
        on=part.on,
        attendees=part.attendees if part.attendees >= SHOWN_FROM else FEWER,
        themes=tuple(ThemeRow(code, said) for code, said in shown.items()),
        others=FEWER if len(shown) < len(part.themes) else None,
    )


def combine(parts: Mapping[str, Any], _at: ProgramSnapshot) -> FocusTotals:
    """All focus groups of a program together."""
    return FocusTotals(groups=sum(part.on is not None for part in parts.values()))


FOCUS_GROUPS = ProgramView(
    name="community.focus-groups",
    projection=Projection(
        name="focus",
        version=1,
        initial={"focus": FocusPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({FocusGroupHeld}),
    ),
    rows=rows,
    combine=combine,
)
