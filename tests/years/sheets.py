"""Sheets as people keep them all year, and the exports that are made of them."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

__all__ = ["EXPORTED", "HEADS", "Export", "Form", "Row", "Year", "read", "text_of", "written"]

Form = Literal["people", "pairs", "meetings", "goals", "voices", "survey"]

EXPORTED = (
    date(2025, 9, 26),
    date(2025, 11, 7),
    date(2025, 12, 19),
    date(2026, 2, 13),
    date(2026, 4, 24),
    date(2026, 6, 19),
)
"""The days on which every sheet is exported; one generation each."""

HEADS: dict[Form, tuple[str, ...]] = {
    "people": ("Id", "Sent", "Name", "Email", "Role", "Since", "Cohort"),
    "pairs": ("Id", "Mentor", "Mentee", "On", "Paused", "Resumed", "Ended", "Why"),
    "meetings": ("Id", "Sent", "Mentor", "Mentee", "Day", "Minutes", "How"),
    "goals": ("Id", "Sent", "Mentor", "Mentee", "Goal", "Status", "On"),
    "voices": ("Timestamp", "Email Address", "Mentee", "Day", "Minutes"),
    "survey": ("ResponseId", "EndDate", "Mentor", "Mentee", "Day", "Minutes", "How"),
}


@dataclass(frozen=True)
class Row:
    """A row of a sheet: since when it stands there, until when, and what it says from which day."""

    key: str
    appears: date
    cells: tuple[tuple[date, tuple[str, ...]], ...]
    deleted: date | None = None
    again: date | None = None

    def on(self, day: date) -> tuple[str, ...] | None:
        """What it says on a day; nothing before it was written and while it was deleted."""
        if day < self.appears:
            return None
        if self.deleted is not None and self.deleted <= day < (self.again or date.max):
            return None
        said = [cells for since, cells in self.cells if since <= day]
        return (self.key, *said[-1]) if said else None

    def edited(self, day: date, place: int, word: str) -> "Row":
        """The row after a cell was changed on a day."""
        before = [cells for since, cells in self.cells if since <= day][-1]
        after = (*before[:place], word, *before[place + 1 :])
        kept = tuple((since, cells) for since, cells in self.cells if since < day)
        return replace(self, cells=(*kept, (day, after)))


@dataclass(frozen=True)
class Export:
    """A file that is imported at an instant.

    Attributes:
        generation: Which export of the sheet it is, from 0.
        content: The file.
        spoilt: What destroyed it, so that it must be refused; nothing for a sound one.
        keys: The ids of its rows, as they were before that.
        undone: Whether its import is taken back, and the file imported again.
        part: Whether somebody left rows out.
    """

    form: Form
    generation: int
    at: datetime
    name: str
    content: bytes
    spoilt: str = ""
    keys: frozenset[str] = frozenset()
    undone: bool = False
    part: bool = False


@dataclass
class Year:
    """A year: its sheets, and the exports in the order in which somebody imports them."""

    seed: int
    sheets: dict[Form, list[Row]] = field(default_factory=dict)
    imports: list[Export] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"seed {self.seed}"]
        for one in self.imports:
            lines += [
                f"--- {one.at:%Y-%m-%d %H:%M} {one.name} {one.spoilt}{' undone' * one.undone}"
            ]
            lines += [text_of(one.content).rstrip()]
        return "\n".join(lines)


def text_of(content: bytes) -> str:
    """What is written in a file; its first bytes say how it is encoded."""
    utf_16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if utf_16 else "utf-8-sig")


def written(day: date) -> str:
    """A day as these sheets write it, month first."""
    return f"{day.month}/{day.day}/{day.year}"


def read(cell: str) -> date:
    """The day that a cell of these sheets means."""
    month, day, year = map(int, cell.split("/"))
    return date(year, month, day)
