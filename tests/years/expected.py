"""What must be true after some exports were imported, worked out from the files alone.

Nothing here knows the engine. The sentences are those that a coordinator is told: who is meant,
which export is an older one, when a pairing and a meeting can be taken, and what an edit changes.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from years.district import COHORTS, DAYS_OFF, TERMS
from years.sheets import Export, Form, read, text_of, written

__all__ = ["CLOSES", "Cells", "Expected", "in_school", "instant", "rows_of"]

Cells = dict[str, str]
Said = frozenset[tuple[tuple[str, str], ...]]
"""All rows of an export, whatever their order."""

LONGEST = 480
"""Minutes of the longest meeting."""

PLACES = 2
"""Mentees whom a mentor takes at once."""

ALLOWED = 14
"""Days of school without a meeting that the rhythm allows."""

ALONE = ("one id", "days turned", "rounded")
"""What shows in a file without anything beside it."""

ONCE = "Video call", "Online"
"""What a choice was called, and what it is called since a day."""

CLOSES = date(2026, 7, 1)
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str
    since: date
    cohort: str


@dataclass(frozen=True)
class Pair:
    mentor: str
    mentee: str
    on: date
    paused: date | None
    resumed: date | None
    ended: date | None

    def situation(self, day: date) -> str:
        """Where it stands on a day after it was formed."""
        if self.ended is not None and self.ended <= day:
            return "ended"
        away = self.paused is not None and self.paused <= day
        back = self.resumed is not None and self.resumed <= day
        return "paused" if away and not back else "active"

    def lives(self, day: date) -> bool:
        """Whether it is there on a day, a leave included."""
        return self.on <= day and (self.ended is None or self.ended > day)

    def meets(self, other: "Pair") -> bool:
        """Whether there is a day on which both are there."""
        mine, others = self.ended or date.max, other.ended or date.max
        return self.on < others and other.on < mine


@dataclass(frozen=True)
class Meeting:
    pair: str
    day: date
    minutes: int
    how: str


@dataclass(frozen=True)
class CheckIn:
    pair: str
    mentee: str
    goal: str
    status: str
    on: date


@dataclass
class Expected:
    """The record as it must be, by the keys of the rows."""

    people: dict[str, Person] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    goals: dict[str, CheckIn] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)
    addressed: dict[str, set[str]] = field(default_factory=dict)
    once: dict[str, set[str]] = field(default_factory=dict)
    cells: dict[str, Cells] = field(default_factory=dict)
    offered: dict[str, Cells] = field(default_factory=dict)
    renamed: bool = False
    taken: int = 0
    amended: int = 0
    newest: dict[Form, datetime] = field(default_factory=dict)
    readings: dict[Form, list[Said]] = field(default_factory=dict)

    def notices(self, export: Export) -> bool:
        """Whether one can see that a file is spoilt: by itself, or beside what was taken."""
        if export.spoilt in ALONE:
            return True
        known = self._known(export.form).keys() & export.keys
        if export.spoilt == "new ids":  # only that the same rows stand there again tells it
            said = [_but_id(row) for row in rows_of(export.content, export.form)]
            return len(known) >= 2 and all(_but_id(self.cells[k]) in said for k in known)
        return len(known) >= 2

    def _known(self, form: Form) -> dict[str, Any]:
        known: dict[Form, dict[str, Any]] = {
            "people": self.people,
            "pairs": self.pairs,
            "goals": self.goals,
        }
        return known.get(form) or {k: m for k, m in self.meetings.items() if _log(k) == form}

    def take(self, export: Export) -> int:
        """Import an export; answers how many rows that stand in the record it must call missing."""
        self.taken = self.amended = 0
        if export.spoilt:
            return 0
        rows = rows_of(export.content, export.form)
        said = frozenset(tuple(sorted(row.items())) for row in rows)
        older = self._is_older(export.form, rows, said)
        known = set(self._known(export.form))
        if older:  # of use is only what the newest export says as well, and could not be taken
            rows = [r for r in rows if r["Id"] not in known and self.offered.get(r["Id"]) == r]
        else:
            self.readings.setdefault(export.form, []).append(said)
        self._take(export, rows)
        if older:
            return 0
        known = set(self._known(export.form))
        self.offered |= {row["Id"]: row for row in rows if row["Id"] not in known}
        return len(known - {row["Id"] for row in rows}) if rows else 0

    def _take(self, export: Export, rows: list[Cells]) -> None:
        today = export.at.date()
        match export.form:
            case "people":
                self._people(rows)
            case "pairs":
                self._each(rows, lambda row: self._pair(row, today), by="On")
            case "goals":
                self._each(rows, lambda row: self._check_in(row, today), by="On")
            case _:
                if export.form == "voices":
                    self._moved(rows)
                if export.form == "survey":
                    self.renamed = self._is_rename(rows)
                self._each(rows, lambda row: self._meeting(row, today))

    def _is_older(self, form: Form, rows: list[Cells], said: Said) -> bool:
        """Whether it lacks the newest row that was read, or was read before a newer one."""
        before = self.readings.get(form, [])
        if said in before[:-1]:
            return said != before[-1]
        sent = [instant(row["Sent"]) for row in rows if row.get("Sent")]
        if not sent:
            return False
        newest = self.newest.get(form)
        if newest is not None and max(sent) < newest:
            return True
        self.newest[form] = max(sent)
        return False

    def _each(self, rows: Iterable[Cells], take: Callable[[Cells], bool], by: str = "") -> None:
        """Take what can be taken; what depends on other rows of the file gets another turn."""
        left = sorted(rows, key=lambda row: read(row[by])) if by else list(rows)
        while True:
            refused = []
            for row in left:
                if take(row):
                    self._count(row)
                else:
                    refused.append(row)
            if len(refused) == len(left):
                return
            left = refused

    def _count(self, row: Cells) -> None:
        """Count a row that was taken for the first time, or says something else than before."""
        before = self.cells.get(row["Id"])
        self.taken += before is None
        changed = before is not None and _answers(before) != _answers(row)
        if before is not None and self.renamed and (before.get("How"), row.get("How")) == ONCE:
            changed = _answers(before | {"How": row["How"]}) != _answers(row)
        self.amended += changed
        self.cells[row["Id"]] = row

    def _is_rename(self, rows: list[Cells]) -> bool:
        """Whether a choice is called otherwise: many who had it have the new words, none the old.

        What was found once stays so; fewer than three may as well be edits.
        """
        before = [self.cells[row["Id"]]["How"] for row in rows if row["Id"] in self.cells]
        now = [row["How"] for row in rows if row["Id"] in self.cells]
        changed = sum(pair == ONCE for pair in zip(before, now, strict=True))
        return self.renamed or changed >= 3

    def _moved(self, rows: list[Cells]) -> None:
        """One answer that vanished and one that was sent since, about the same, are one answer."""
        held = {r["Id"] for r in rows}
        gone = [self.cells[k] for k in self._known("voices").keys() - held]
        new = [row for row in rows if row["Id"] not in self.meetings]
        for row in new:
            fits = [r for r in gone if _about(r) == _about(row)]
            if len(fits) == 1 and sum(_about(r) == _about(row) for r in new) == 1:
                self.meetings[row["Id"]] = self.meetings.pop(fits[0]["Id"])
                self.cells[row["Id"]] = self.cells.pop(fits[0]["Id"])

    # -------------------------------------------------------------------- people

    def _people(self, rows: list[Cells]) -> None:
        """Who has an address keeps it, unless their own row of this file gives it up."""
        left = {row["Id"]: row for row in rows}
        while claims := [row for row in left.values() if self._is_others(row, left)]:
            for row in claims:
                del left[row["Id"]]
        given: dict[str, Cells] = {}
        for row in left.values():
            if given.setdefault(row["Email"], row)["Name"] == row["Name"]:
                self._person(row)

    def _is_others(self, row: Cells, file: dict[str, Cells]) -> bool:
        for key in self.addressed.get(row["Email"], set()) - {row["Id"]}:
            gives_up = key in file and file[key]["Email"] != row["Email"]
            if self.people[key].name != row["Name"] and not gives_up:
                return True
        return False

    def _person(self, row: Cells) -> None:
        key = row["Id"]
        self._count(row)
        self.people[key] = Person(
            row["Name"], row["Email"], row["Role"], read(row["Since"]), row["Cohort"]
        )
        self.named.setdefault(row["Name"], set()).add(key)
        for keys in self.addressed.values():
            keys.discard(key)
        self.addressed.setdefault(row["Email"], set()).add(key)
        self.once.setdefault(row["Email"], set()).add(key)

    def _called(self, cell: str, role: str) -> set[str]:
        """Who can be meant by a cell: everybody who bears or bore the name, or has the address."""
        name, _, rest = cell.partition(" <")
        found = self.named.get(name, set()) if name else set(self.people)
        if rest:
            address = rest.rstrip(">")
            found = found & (self.addressed.get(address) or self.once.get(address, set()))
        return {k for k in found if self.people[k].role == role}

    def _both(self, row: Cells) -> tuple[set[str], set[str]]:
        return self._called(row["Mentor"], "mentor"), self._called(row["Mentee"], "mentee")

    # -------------------------------------------------------------------- pairs

    def _pair(self, row: Cells, today: date) -> bool:
        mentors, mentees = self._both(row)
        if len(mentors) != 1 or len(mentees) != 1:
            return False
        (mentor,), (mentee,) = mentors, mentees
        days = [read(row[w]) if row[w] else None for w in ("On", "Paused", "Resumed", "Ended")]
        known = [day for day in days if day is not None]
        if known != sorted(known) or known[-1] > today:
            return False
        on, *others = days
        assert on is not None
        pair = Pair(mentor, mentee, on, *others)
        if on < max(self.people[mentor].since, self.people[mentee].since):
            return False
        besides = [p for k, p in self.pairs.items() if k != row["Id"] and pair.meets(p)]
        if any(p.mentee == mentee for p in besides):
            return False  # a mentee has one mentor at a time
        same = [p for p in besides if p.mentor == mentor]
        if any(sum(p.lives(d) for p in same) >= PLACES for d in (on, *(p.on for p in same))):
            return False
        mine = [m.day for m in self.meetings.values() if m.pair == row["Id"]]
        mine += [c.on for c in self.goals.values() if c.pair == row["Id"]]
        if mine and (min(mine) < on or (pair.ended is not None and max(mine) > pair.ended)):
            return False
        self.pairs[row["Id"]] = pair
        return True

    def _pairing(self, row: Cells, day: date) -> str | None:
        """The pairing that a row means by its two people and its day."""
        mentors, mentees = self._both(row)
        fits = [
            key
            for key, p in self.pairs.items()
            if p.mentor in mentors
            and p.mentee in mentees
            and p.on <= day
            and (p.ended is None or day <= p.ended)
        ]
        return fits[0] if len(fits) == 1 else None

    # -------------------------------------------------------------------- meetings and goals

    def _meeting(self, row: Cells, today: date) -> bool:
        day, minutes = read(row["Day"]), int(row["Minutes"])
        pair = self._pairing(row, day)
        if pair is None or not 0 < minutes <= LONGEST or day > today:
            return False
        self.meetings[row["Id"]] = Meeting(pair, day, minutes, row["How"])
        return True

    def _check_in(self, row: Cells, today: date) -> bool:
        on, goal = read(row["On"]), " ".join(row["Goal"].casefold().split())
        pair = self._pairing(row, on)
        if pair is None or on > today:
            return False
        mentee = self.pairs[pair].mentee
        if row["Status"] != "set" and not any(
            g.mentee == mentee and g.goal == goal and g.status == "set" for g in self.goals.values()
        ):
            return False
        self.goals[row["Id"]] = CheckIn(pair, mentee, goal, row["Status"], on)
        return True

    # -------------------------------------------------------------------- what can be asked

    def participants(self) -> list[tuple[str, ...]]:
        """Everybody as the status shows them."""
        return sorted(
            (p.name, p.email, p.role, str(p.since), p.cohort) for p in self.people.values()
        )

    def told(self, day: date) -> list[tuple[object, ...]]:
        """Every pairing as it stood on a day: who, since when, ended when, meetings and minutes."""
        rows: list[tuple[object, ...]] = []
        for key, pair in self.pairs.items():
            if pair.on > day:
                continue
            held = [m for m in self.meetings.values() if m.pair == key and m.day <= day]
            situation = pair.situation(day)
            names = self.people[pair.mentor].name, self.people[pair.mentee].name
            stands = situation, str(pair.ended) if situation == "ended" else ""
            cohort = self.people[pair.mentee].cohort
            rows.append(
                (*names, str(pair.on), cohort, *stands, len(held), sum(m.minutes for m in held))
            )
        return sorted(rows)

    def held(self) -> list[list[tuple[str, int]]]:
        """The meetings of each pairing, day by day."""
        by_pair: dict[str, list[tuple[str, int]]] = {key: [] for key in self.pairs}
        for m in self.meetings.values():
            by_pair[m.pair].append((str(m.day), m.minutes))
        return sorted(sorted(days) for days in by_pair.values())

    def reached(self, day: date) -> dict[str, int]:
        """How many goals stand at which status on a day; a goal is the mentee's, once."""
        goals: dict[tuple[str, str], CheckIn] = {}
        for check in sorted(self.goals.values(), key=lambda g: g.on):
            if check.on <= day:
                goals[check.mentee, check.goal] = check
        return dict(Counter(g.status for g in goals.values()))

    def silent(self, day: date) -> list[str]:
        """The mentees of pairings under way that did not meet for longer than agreed."""
        names = []
        for key, pair in self.pairs.items():
            if not pair.lives(day) or pair.situation(day) != "active" or day >= CLOSES:
                continue
            began = [d for d in (pair.on, pair.resumed) if d is not None and d <= day]
            last = max(
                [m.day for m in self.meetings.values() if m.pair == key and m.day <= day] + began
            )
            if sum(in_school(last + n * ONE) for n in range(1, (day - last).days + 1)) > ALLOWED:
                names.append(self.people[pair.mentee].name)
        return sorted(names)

    def waiting(self, day: date) -> list[str]:
        """The mentees who have nobody on a day; in a break those who had nobody before it."""
        names = []
        before = day
        while not in_school(before):
            before -= ONE
        for key, person in self.people.items():
            mine = [p for p in self.pairs.values() if p.mentee == key]
            if person.role != "mentee" or any(p.lives(day) for p in mine) or day >= CLOSES:
                continue
            since = [person.since, *(p.ended for p in mine if p.ended and p.ended <= day)]
            if max(since) <= before:
                names.append(person.name)
        return sorted(names)

    def close(self) -> None:
        """Both cohorts are closed: what is open ends on their last day."""
        for key, pair in self.pairs.items():
            self.pairs[key] = replace(pair, ended=pair.ended or CLOSES)

    def left_to_close(self) -> list[tuple[str, int]]:
        """By cohort, the pairings that are open after the last day and the mentees who wait."""
        left: Counter[str] = Counter()
        paired = {p.mentee for p in self.pairs.values() if p.ended is None}
        left.update(
            self.people[mentee].cohort
            for p in self.pairs.values()
            if p.ended is None
            for mentee in (p.mentee,)
        )
        left.update(
            p.cohort for k, p in self.people.items() if p.role == "mentee" and k not in paired
        )
        return sorted(left.items())


def in_school(day: date) -> bool:
    """Whether a day counts: one of a term, but for days off and the weekends beside them."""
    if day.weekday() < 5 or _is_off(day):
        return not _is_off(day)
    friday = day - (day.weekday() - 4) * ONE
    return not (_is_off(friday) or _is_off(friday + 3 * ONE))


def _is_off(day: date) -> bool:
    if day < min(COHORTS.values()):
        return False
    in_term = any(first <= day < last for first, last in TERMS)
    return not in_term or any(first <= day < last for first, last in DAYS_OFF)


def rows_of(content: bytes, form: Form) -> list[Cells]:
    """The rows of a file, however it was saved, under the titles of a plain log."""
    text = text_of(content)
    title = text.splitlines()[0]
    delimiter = next((d for d in ";\t" if d in title), ",")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    match form:
        case "voices":
            return [_voice(row) for row in rows]
        case "survey":
            return [_answer(row) for row in rows[2:]]
        case _:
            return [{k: v for k, v in row.items() if k != "Remarks"} for row in rows]


def _voice(row: Cells) -> Cells:
    """The answers of a form are known by who sent them, and when."""
    sent, address = row["Timestamp"], row["Email Address"]
    said = {"Id": f"{sent}|{address}", "Sent": sent, "Mentor": f" <{address}>", "How": ""}
    return said | {title: row[title] for title in ("Mentee", "Day", "Minutes")}


def _answer(row: Cells) -> Cells:
    sent = datetime.fromisoformat(row["EndDate"])
    said = {"Id": row["ResponseId"], "Sent": f"{written(sent)} {sent:%H:%M:%S}", "How": row["How"]}
    day = written(date.fromisoformat(row["Day"]))
    return said | {"Day": day} | {title: row[title] for title in ("Mentor", "Mentee", "Minutes")}


def _log(key: str) -> Form:
    return "voices" if "|" in key else "survey" if key.startswith("R_") else "meetings"


def _about(row: Cells) -> tuple[str, ...]:
    return row["Mentor"], row["Mentee"], row["Day"]


def _answers(row: Cells) -> Cells:
    return {title: cell for title, cell in row.items() if title not in {"Id", "Sent"}}


def _but_id(row: Cells) -> Cells:
    return {title: cell for title, cell in row.items() if title != "Id"}


def instant(cell: str) -> datetime:
    """The moment that a cell with a time of sending means."""
    return datetime.strptime(cell, "%m/%d/%Y %H:%M:%S")  # noqa: DTZ007 - all in one zone
