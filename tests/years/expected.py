"""What must be true after some exports were imported, worked out from the files alone.

Nothing here knows the engine. The sentences are those that a coordinator is told: who is meant,
which export is an older one, when a pairing and a meeting can be taken, and what an edit changes.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from years.district import Export, Form

__all__ = ["Expected", "Meeting", "Pair", "Person"]

Said = frozenset[tuple[tuple[str, str], ...]]
"""All rows of an export, whatever their order."""

LONGEST = 480
"""Minutes of the longest meeting."""


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str
    since: date


@dataclass(frozen=True)
class Pair:
    mentor: str
    mentee: str
    on: date
    ended: date | None
    why: str


@dataclass(frozen=True)
class Meeting:
    pair: str
    day: date
    minutes: int
    how: str


@dataclass
class Expected:
    """The record as it must be, by the keys of the rows."""

    people: dict[str, Person] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)
    addressed: dict[str, set[str]] = field(default_factory=dict)
    newest: dict[Form, datetime] = field(default_factory=dict)
    readings: dict[Form, list[Said]] = field(default_factory=dict)

    def take(self, export: Export) -> int:
        """Import an export; answers how many rows that stand in the record it must call missing."""
        if export.spoilt:
            return 0
        rows = _rows(export.content)
        said = frozenset(tuple(sorted(row.items())) for row in rows)
        if self._is_older(export.form, rows, said):
            return 0
        self.readings.setdefault(export.form, []).append(said)
        today = export.at.date()
        match export.form:
            case "people":
                self._each(rows, self._person)
                known: Mapping[str, object] = self.people
            case "pairs":
                self._each(rows, lambda row: self._pair(row, today), by=lambda row: _day(row["On"]))
                known = self.pairs
            case _:
                self._each(rows, lambda row: self._meeting(row, today))
                known = self.meetings
        return len(known.keys() - {row["Id"] for row in rows})

    def _is_older(self, form: Form, rows: list[dict[str, str]], said: Said) -> bool:
        """Whether it lacks the newest row that was read, or was read before a newer one."""
        before = self.readings.get(form, [])
        if said in before[:-1]:
            return said != before[-1]
        sent = [_instant(row["Sent"]) for row in rows if row.get("Sent")]
        if not sent:
            return False
        newest = self.newest.get(form)
        if newest is not None and max(sent) < newest:
            return True
        self.newest[form] = max(sent)
        return False

    def _each(
        self,
        rows: Iterable[dict[str, str]],
        take: Callable[[dict[str, str]], bool],
        by: Callable[[dict[str, str]], date] | None = None,
    ) -> None:
        """Take what can be taken; what depends on other rows of the file gets another turn."""
        left = sorted(rows, key=by) if by is not None else list(rows)
        while True:
            refused = [row for row in left if not take(row)]
            if len(refused) == len(left):
                return
            left = refused

    # -------------------------------------------------------------------- people

    def _person(self, row: dict[str, str]) -> bool:
        key = row["Id"]
        owner = self.addressed.get(row["Email"], set()) - {key}
        if any(self.people[k].name != row["Name"] for k in owner):
            return False  # somebody else's address
        self.people[key] = Person(row["Name"], row["Email"], row["Role"], _day(row["Since"]))
        self.named.setdefault(row["Name"], set()).add(key)
        for keys in self.addressed.values():
            keys.discard(key)
        self.addressed.setdefault(row["Email"], set()).add(key)
        return True

    def _meant(self, name: str, role: str) -> str | None:
        found = [k for k in self.named.get(name, ()) if self.people[k].role == role]
        return found[0] if len(found) == 1 else None

    # -------------------------------------------------------------------- pairs

    def _pair(self, row: dict[str, str], today: date) -> bool:
        mentor, mentee = self._meant(row["Mentor"], "mentor"), self._meant(row["Mentee"], "mentee")
        if mentor is None or mentee is None:
            return False
        on = _day(row["On"])
        ended = _day(row["Ended"]) if row["Ended"] else None
        if on < max(self.people[mentor].since, self.people[mentee].since) or on > today:
            return False
        for key, other in self.pairs.items():
            if key == row["Id"] or other.mentee != mentee:
                continue  # a mentee has one mentor at a time
            if (other.ended is None or on < other.ended) and (ended is None or other.on < ended):
                return False
        mine = [m.day for m in self.meetings.values() if m.pair == row["Id"]]
        if mine and (min(mine) < on or (ended is not None and max(mine) > ended)):
            return False
        self.pairs[row["Id"]] = Pair(mentor, mentee, on, ended, row["Why"])
        return True

    # -------------------------------------------------------------------- meetings

    def _meeting(self, row: dict[str, str], today: date) -> bool:
        mentor, mentee = self._meant(row["Mentor"], "mentor"), self._meant(row["Mentee"], "mentee")
        day, minutes = _day(row["Day"]), int(row["Minutes"])
        if mentor is None or mentee is None or not 0 < minutes <= LONGEST or day > today:
            return False
        fits = [
            key
            for key, p in self.pairs.items()
            if (p.mentor, p.mentee) == (mentor, mentee)
            and p.on <= day
            and (p.ended is None or day <= p.ended)
        ]
        if len(fits) != 1:
            return False
        self.meetings[row["Id"]] = Meeting(fits[0], day, minutes, row["How"])
        return True

    # -------------------------------------------------------------------- questions

    def participants(self) -> list[tuple[str, str, str, str]]:
        """Everybody as the status shows them."""
        return sorted((p.name, p.email, p.role, str(p.since)) for p in self.people.values())

    def told(self, day: date) -> list[tuple[object, ...]]:
        """Every pairing as it stood on a day: who, since when, ended when, meetings and minutes."""
        rows: list[tuple[object, ...]] = []
        for key, pair in self.pairs.items():
            if pair.on > day:
                continue
            held = [m for m in self.meetings.values() if m.pair == key and m.day <= day]
            ended = pair.ended if pair.ended is not None and pair.ended <= day else None
            names = self.people[pair.mentor].name, self.people[pair.mentee].name
            rows.append(
                (*names, str(pair.on), str(ended or ""), len(held), sum(m.minutes for m in held))
            )
        return sorted(rows)

    def held(self) -> list[list[tuple[str, int]]]:
        """The meetings of each pairing, day by day."""
        by_pair: dict[str, list[tuple[str, int]]] = {key: [] for key in self.pairs}
        for m in self.meetings.values():
            by_pair[m.pair].append((str(m.day), m.minutes))
        return sorted(sorted(days) for days in by_pair.values())

    def silent(self, day: date, counts: Callable[[date], bool], allowed: int) -> list[str]:
        """The mentees of live pairings that did not meet for longer than agreed."""
        names = []
        for key, pair in self.pairs.items():
            if pair.on > day or (pair.ended is not None and pair.ended <= day):
                continue
            last = max([m.day for m in self.meetings.values() if m.pair == key], default=pair.on)
            days = sum(counts(last + timedelta(days=n + 1)) for n in range((day - last).days))
            if days > allowed:
                names.append(self.people[pair.mentee].name)
        return sorted(names)

    def waiting(self, day: date) -> list[str]:
        """The mentees who have nobody on a day."""
        paired = {
            p.mentee
            for p in self.pairs.values()
            if p.on <= day and (p.ended is None or p.ended > day)
        }
        return sorted(
            person.name
            for key, person in self.people.items()
            if person.role == "mentee" and person.since <= day and key not in paired
        )


def _rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [{k: v for k, v in row.items() if k != "Remarks"} for row in rows]


def _day(cell: str) -> date:
    month, day, year = map(int, cell.split("/"))
    return date(year, month, day)


def _instant(cell: str) -> datetime:
    return datetime.strptime(cell, "%m/%d/%Y %H:%M:%S")  # noqa: DTZ007 - all in one zone
