"""The exports of the example: people, pairings, meetings, goals and feedback, as tables."""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mentorcore.demo.cast import MENTORS, NAMESAKES, NOVICES, OFFICE, Person
from mentorcore.demo.mishaps import MARRIED, MISTYPED, NEW_NAME, exported, mistyped
from mentorcore.demo.words import COMPLAINT, FEEDBACK, GOALS
from mentorcore.demo.year import UNPAIRED, Calendar, Meeting, Pair, pairs

__all__ = ["Sheet", "sheets"]

EXPIRING = MENTORS[3]
"""The mentor whose training expires soon."""

UNHAPPY = 15
"""The novice whose ratings fall."""

OVERDUE = {1, 6}
"""The novices who have not reached their goals in time."""


Rows = list[tuple[datetime, tuple[str, ...]]]
"""Rows with the time at which each was sent."""


@dataclass(frozen=True)
class Sheet:
    """A table as it would be downloaded."""

    name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """The table as CSV, quoted where it has to be."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.titles)
        writer.writerows(self.rows)
        return out.getvalue()


def sheets(calendar: Calendar) -> tuple[Sheet, ...]:
    """Every export of the example, in the order in which they are taken in."""
    listed = pairs(calendar)
    first, later = exported(listed, calendar)
    return (
        _people(calendar),
        _pairings("pairings", listed, "{:03}"),
        _meetings("meetings", first),
        _goals(listed, calendar),
        _feedback(listed, calendar),
        _meetings("meetings-later", later),
        # A spreadsheet has taken the numbers of the list for numbers.
        _pairings("pairings-saved", listed, "{}"),
    )


def _people(calendar: Calendar) -> Sheet:
    chance = random.Random("people")  # noqa: S311 - an example, no secret
    opened = calendar.start - timedelta(days=12)
    rows: Rows = []
    everybody = [*((p, "New teacher") for p in NOVICES), *((p, "Mentor") for p in MENTORS)]
    chance.shuffle(everybody)
    office = list(zip(OFFICE, ("Program coordinator", "Principal"), strict=True))
    for number, (person, role) in enumerate([*office, *everybody]):
        first = calendar.start
        sent = datetime.combine(opened + timedelta(days=number // 4), time(8 + 3 * (number % 4)))
        if person == NOVICES[UNPAIRED]:
            first = calendar.last - timedelta(days=20)
            sent = datetime.combine(first, time(9))
        sent += timedelta(seconds=chance.randrange(3600))
        trained = ""
        if role == "Mentor":
            day = calendar.start - timedelta(days=chance.randrange(8, 40))
            trained = _day(calendar.today - timedelta(days=350) if person == EXPIRING else day)
        about = (person.school, person.teaches, _day(first), trained)
        rows.append((sent, (person.email, person.name, role, *about)))
        if person == MARRIED:
            again = datetime.combine(calendar.day(12, 1), time(16, 20, 5))
            rows.append((again, (person.email, NEW_NAME, role, *about)))
    titles = (
        "Timestamp",
        "Email Address",
        "Your name",
        "I take part as",
        "School",
        "I teach",
        "First day in the program",
        "Mentor training completed on",
    )
    return Sheet("people", titles, _in_order(rows))


def _pairings(name: str, listed: Sequence[Pair], number: str) -> Sheet:
    rows = tuple(
        (
            number.format(pair.number),
            pair.mentor.name,
            _told_apart(pair.novice),
            _day(pair.formed),
            _day(pair.signed),
            _day(pair.started),
            _day(pair.ended) if pair.ended else "",
            "Timetables never matched" if pair.ended else "",
        )
        for pair in listed
    )
    titles = (
        "No.",
        "Mentor",
        "New teacher",
        "Matched on",
        "Agreement signed on",
        "Started on",
        "Ended on",
        "Why it ended",
    )
    return Sheet(name, titles, rows)


def _told_apart(person: Person) -> str:
    """How a list that names people by name names one of two of that name."""
    return f"{person.name} ({person.school})" if person.name in NAMESAKES else person.name


def _meetings(name: str, logs: Sequence[Meeting]) -> Sheet:
    rows: Rows = [
        (
            m.sent,
            (
                m.pair.mentor.email,
                m.named,
                m.stated_on,
                _clock(m.at),
                str(m.minutes),
                m.how,
                m.topics,
                m.note,
            ),
        )
        for m in logs
    ]
    titles = (
        "Timestamp",
        "Email Address",
        "Which new teacher did you meet?",
        "Date of the meeting",
        "Started at",
        "Minutes",
        "How did you meet?",
        "What was it about?",
        "Anything to remember? (only the two of you can read this)",
    )
    return Sheet(name, titles, _in_order(rows))


def _goals(listed: Sequence[Pair], calendar: Calendar) -> Sheet:
    rows: Rows = []
    for pair in listed:
        index = NOVICES.index(pair.novice)
        if pair.ended or index == UNPAIRED:
            continue
        chance = random.Random(f"goals of {index}")  # noqa: S311 - an example, no secret
        goal, sign = GOALS[index % len(GOALS)]
        set_on = max(pair.started, calendar.day(3)) + timedelta(days=chance.randrange(12))
        due = calendar.last - timedelta(days=9) if index in OVERDUE else calendar.day(22, 4)
        checks = [(set_on, "New goal", "")]
        checks.append((calendar.day(10, chance.randrange(5)), "Working on it", ""))
        if index not in OVERDUE and chance.random() < 0.45:  # noqa: PLR2004 - nearly half
            checks.append(
                (calendar.day(15, chance.randrange(3)), "Reached", "It has become a habit.")
            )
        for turn, (on, status, remark) in enumerate(checks):
            words = mistyped(goal) if (index, turn) == (MISTYPED, 1) else goal
            sent = datetime.combine(on, time(16, chance.randrange(60), chance.randrange(60)))
            if on <= calendar.last:
                rows.append((sent, (pair.novice.email, words, status, _day(due), sign, remark)))
    titles = (
        "Timestamp",
        "Email Address",
        "My goal",
        "Where does it stand?",
        "I want to reach it by",
        "How would one see it?",
        "Remark",
    )
    return Sheet("goals", titles, _in_order(rows))


def _feedback(listed: Sequence[Pair], calendar: Calendar) -> Sheet:
    rows: Rows = []
    for pair in listed:
        index = NOVICES.index(pair.novice)
        if pair.ended:
            continue
        chance = random.Random(f"feedback of {index}")  # noqa: S311 - an example, no secret
        # Satisfaction grows, but for the one whose ratings fall.
        ratings = [sorted(chance.choices((4, 4, 5), k=3)), sorted(chance.choices((4, 5, 5), k=3))]
        texts = chance.choices(FEEDBACK, k=3)
        if index == UNHAPPY:
            ratings, texts = [[4, 3, 2], [4, 4, 3]], ["", "", COMPLAINT]
        for turn, week in enumerate((5, 10, 15)):
            on = calendar.day(week, chance.randrange(5))
            support, fit, text = ratings[0][turn], ratings[1][turn], texts[turn]
            if pair.started < on <= calendar.last:
                sent = datetime.combine(on, time(12, chance.randrange(60), chance.randrange(60)))
                row = (pair.novice.email, pair.mentor.name, str(support), str(fit), text)
                rows.append((sent, row))
    titles = (
        "Timestamp",
        "Email Address",
        "My mentor",
        "My mentor's support helps me (1 to 5)",
        "We work well together (1 to 5)",
        "What should the coordinator know?",
    )
    return Sheet("feedback", titles, _in_order(rows))


def _in_order(rows: Rows) -> tuple[tuple[str, ...], ...]:
    return tuple((_stamp(sent), *cells) for sent, cells in sorted(rows))


def _day(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _clock(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02}:00 {'AM' if at.hour < 12 else 'PM'}"  # noqa: PLR2004 - noon


def _stamp(sent: datetime) -> str:
    return f"{_day(sent.date())} {sent.hour}:{sent.minute:02}:{sent.second:02}"
