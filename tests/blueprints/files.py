"""The files of a blueprint as plain Python reads them: rows of exports in the words of a mapping.

Nothing here knows mentorcore. A mapping says which column tells which field; a cell is a text, a
day, a number of minutes or a word, and a cell that cannot be read as what it should be is `BAD`.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

BAD = object()
"""What stands for a cell that makes no sense."""

DAYS = {
    "on", "since", "ended_on", "signed_on", "started_on", "joined_on", "left_on", "due_on",
    "planned_end", "waitlisted_on", "decided_on", "screened", "debrief_on", "conversation_on", "next_on", "action_due", "employed_since",
}  # fmt: skip
MINUTES = {"minutes", "debrief_minutes"}
LISTS = {"mentee", "members", "co_mentors", "absent", "attendees", "shared_by", "others", "topics"}


@dataclass(frozen=True)
class Answer:
    """A row of an export.

    Attributes:
        key: What it is known by in every export of the form.
        sent: When it was sent; nothing in a list.
        said: Its fields.
    """

    key: tuple[str, ...]
    sent: datetime | None
    said: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Form:
    """A mapping: what the form is and what its columns tell."""

    name: str
    kind: str
    head: dict[str, Any] = field(hash=False)

    def people_by(self, field_: str) -> str:
        """How people are named in a field."""
        people = self.head["people"]
        return str(people.get(field_, people["by"]))

    @property
    def repeats(self) -> timedelta:
        """Within how much time the same answers count as one."""
        return timedelta(minutes=self.head.get("answers", {}).get("repeats_within", 10))


def form(path: Path) -> Form:
    """The mapping in a file."""
    head = tomllib.loads(path.read_text("utf-8"))
    return Form(head["form"], head["kind"], head)


def answers(export: Path, mapping: Form) -> list[Answer]:
    """The rows of an export."""
    text = export.read_text("utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") > 2 else ","
    source = mapping.head["source"]
    made = []
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
        keys = source.get("keys") or [source["timestamp"], source["respondent"]]
        stamp = source.get("timestamp")
        sent = moment(row[stamp], source["date_order"]) if stamp else None
        made.append(Answer(tuple(row[k] for k in keys), sent, _said(row, mapping, sent)))
    return made


def _said(row: dict[str, str], mapping: Form, sent: datetime | None) -> dict[str, Any]:
    head = mapping.head
    found: dict[str, Any] = {}
    for name, column in head["fields"].items():
        if isinstance(column, dict):
            inner = {k: _cell(mapping, name, row[c]) for k, c in column.items()}
            found[name] = {k: v for k, v in inner.items() if v is not None}
        else:
            found[name] = _cell(mapping, name, row[column])
    for name, value in head.get("defaults", {}).items():
        if found.get(name) is None:
            found[name] = sent.date() if value == "submitted" and sent else value
    return found


def _cell(mapping: Form, name: str, text: str) -> Any:
    told = mapping.head.get("answers", {})
    order = told.get("date_order", mapping.head["source"].get("date_order"))
    text = text.strip()
    if not text or text in told.get("missing", ()):
        return None
    words = {k.casefold(): v for k, v in mapping.head.get("values", {}).get(name, {}).items()}
    if name in DAYS or name == "training":
        return day(text, order)
    if name in MINUTES:
        return minutes(text, told.get("durations", "minutes"))
    if name in {"ratings", "places"}:
        return int(text)
    if name in LISTS:
        return [part.strip() for part in text.split(told.get("separator", "\n"))]
    if name == "authorized":
        return text == "yes"
    if words:
        return words.get(text.casefold(), BAD)
    return text


def day(text: str, order: str) -> Any:
    """A day that is written in an order of day, month and year."""
    numbers = [int(part) for part in re.split(r"[/.-]", text)]
    if len(str(numbers[0])) == 4:
        order = "ymd"
    told = dict(zip(order, numbers, strict=True))
    try:
        return date(told["y"], told["m"], told["d"])
    except ValueError:
        return BAD


def moment(text: str, order: str) -> datetime:
    """A time of sending."""
    on, at = text.split(" ")
    found = day(on, order)
    assert isinstance(found, date)
    return datetime.combine(found, time.fromisoformat(at.zfill(8)))


def minutes(text: str, unit: str) -> int:
    """A duration: a bare number in the unit, or hours and minutes with their words."""
    if re.fullmatch(r"[0-9.]+", text):
        return round(float(text) * (60 if unit == "hours" else 1))
    hours = re.search(r"(\d+) h", text)
    rest = re.search(r"(\d+) min", text)
    return (int(hours[1]) * 60 if hours else 0) + (int(rest[1]) if rest else 0)
