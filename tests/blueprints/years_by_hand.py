"""What the files of a made-up year come to, reckoned with plain Python and nothing of mentorcore.

It knows what a person knows who has the exports, the lists of records and the sentences of the
rules before them: a calendar, who was paired with whom, and which rows of a log of meetings stand
in the end.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

WEEK = timedelta(days=7)


def day(said: str) -> date:
    """A day as the exports write it: month, day, year."""
    month, of_month, year = said.split("/")
    return date(int(year), int(month), int(of_month))


@dataclass(frozen=True)
class Pair:
    """A row of the list of pairings."""

    mentor: str
    mentee: str
    formed: date
    started: date | None
    ended: date | None


@dataclass(frozen=True)
class Meeting:
    """A row of the log of meetings, as it stands in the end."""

    mentor: str
    mentee: str
    on: date
    minutes: int
    sent: datetime
    how: str


class Year:
    """The files of a year.

    Args:
        files: By path, what stands in each.
        logs: The exports of the log of meetings, the earlier one first.
        mentee: The title of the column with the mentee.
    """

    def __init__(self, files: Mapping[str, bytes], logs: tuple[str, ...], mentee: str) -> None:
        self.files = files
        self.logs = logs
        self.mentee = mentee

    def sheet(self, name: str) -> list[dict[str, str]]:
        """The rows of an export."""
        text = self.files[f"exports/{name}.csv"].decode()
        return list(csv.DictReader(io.StringIO(text)))

    def records(self, command: str) -> list[dict[str, Any]]:
        """The commands of that name in all lists of records."""
        lists = [
            json.loads(text) for path, text in self.files.items() if path.startswith("records/")
        ]
        return [one for every in lists for one in every if one["command"] == command]

    def facts(self, fact: str) -> dict[str, Any]:
        """What is stated of a fact, by name."""
        stated = self.records("state-fact")
        return {
            one["participant_id"]: one.get("number", one.get("word"))
            for one in stated
            if one["fact"] == fact
        }

    @property
    def people(self) -> dict[str, dict[str, str]]:
        """Everybody's row, by name."""
        return {row["Name"]: row for row in self.sheet("people")}

    @property
    def names(self) -> dict[str, str]:
        """Everybody's name, by address."""
        return {row["Email Address"]: name for name, row in self.people.items()}

    def pairs(self, *refused: int) -> list[Pair]:
        """The rows of the list of pairings, but for those that a rule forbids, by their numbers."""
        return [
            Pair(
                row["Mentor"],
                row[self.mentee],
                day(row["Assigned on"]),
                day(row["Started on"]) if row["Started on"] else None,
                day(row["Ended on"]) if row["Ended on"] else None,
            )
            for row in self.sheet("pairings")
            if int(row["No."]) not in refused
        ]

    def meetings(self, *refused: int) -> list[Meeting]:
        """The rows of the log that stand in the end.

        A row of a later export takes the place of that of an earlier one by the same sender at the
        same second, and one that the later export lacks stands as it was. The same answers within
        ten minutes were sent twice. A row about nobody, or about two who were not a pair on its
        day, is refused.
        """
        rows: dict[tuple[str, str], dict[str, str]] = {}
        for log in self.logs:
            for row in self.sheet(log):
                key = row["Timestamp"], row["Email Address"]
                if row[self.mentee] in self.people or key not in rows:
                    rows[key] = row
        told = [Meeting(**found) for found in map(self._meeting, rows.values())]
        told.sort(key=lambda m: m.sent)
        pairs = self.pairs(*refused)
        return [m for n, m in enumerate(told) if _paired(m, pairs) and not _twice(m, told[:n])]

    def _meeting(self, row: dict[str, str]) -> dict[str, Any]:
        return {
            "mentor": self.names[row["Email Address"]],
            "mentee": row[self.mentee],
            "on": day(row["Date"]),
            "minutes": int(row["Minutes"]),
            "sent": datetime.strptime(row["Timestamp"], "%m/%d/%Y %H:%M:%S").replace(tzinfo=UTC),
            "how": row["How"],
        }

    def minutes(
        self, mentee: str, since: date = date.min, until: date = date.max, *refused: int
    ) -> int:
        """The minutes of a mentee's meetings from a day on, before another."""
        found = self.meetings(*refused)
        return sum(m.minutes for m in found if m.mentee == mentee and since <= m.on < until)

    def mentees(self, *words: str) -> dict[str, date]:
        """Whoever enrolled under one of these words for a role, with the first day."""
        role = next(column for column in self.sheet("people")[0] if column in ("Role", "I am a"))
        first = next(column for column in self.sheet("people")[0] if column.startswith("First day"))
        return {n: day(row[first]) for n, row in self.people.items() if row[role] in words}

    def terms(self) -> list[tuple[date, date]]:
        """The terms of the year, half-open."""
        (said,) = tomllib.loads(self.files["blueprint.toml"].decode())["calendar"]
        return [(_date(t["since"]), _date(t["until"])) for t in said["terms"]]

    def lessons(self, *, snow: bool = True) -> list[date]:
        """The days with lessons.

        Args:
            snow: Whether as the calendar was corrected, or as the blueprint has it.
        """
        if snow:
            (said,) = self.records("set-academic-calendar")
        else:
            (said,) = tomllib.loads(self.files["blueprint.toml"].decode())["calendar"]
        closed = [
            (_date(off["since"]), _date(off["until"]) if "until" in off else None)
            for off in said["non_instructional"]
        ]
        return [
            d
            for since, until in self.terms()
            for d in _days(since, until)
            if d.weekday() < 5 and not any(a <= d < (b or a + timedelta(days=1)) for a, b in closed)
        ]


def weeks(lessons: list[date], since: date, by: date) -> list[list[date]]:
    """The weeks in session from a day on that are over by another, each as its days with lessons.

    A week goes from Monday to Sunday, and is over on its last day with lessons.
    """
    found: dict[date, list[date]] = {}
    for lesson in sorted(lessons):
        if since <= lesson:
            found.setdefault(lesson - timedelta(days=lesson.weekday()), []).append(lesson)
    return [days for days in found.values() if days[-1] <= by]


def _date(said: date | str) -> date:
    return said if isinstance(said, date) else date.fromisoformat(said)


def _days(since: date, until: date) -> Iterator[date]:
    for number in range((until - since).days):
        yield since + timedelta(days=number)


def _paired(meeting: Meeting, pairs: list[Pair]) -> bool:
    return any(
        (p.mentor, p.mentee) == (meeting.mentor, meeting.mentee)
        and p.started is not None
        and p.started <= meeting.on
        and (p.ended is None or meeting.on <= p.ended)
        for p in pairs
    )


def _twice(meeting: Meeting, before: list[Meeting]) -> bool:
    same = (meeting.mentor, meeting.mentee, meeting.on, meeting.minutes, meeting.how)
    return any(
        (m.mentor, m.mentee, m.on, m.minutes, m.how) == same
        and meeting.sent - m.sent <= timedelta(minutes=10)
        for m in before
    )
