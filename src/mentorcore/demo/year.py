"""One school year of the example, made up anew for the day on which it is first needed.

Chance is seeded, so that the same day gives the same year. Everything that people did lies before
that day, because nothing can be recorded before it happened.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from mentorcore.demo.cast import MENTORS, NOVICES, Person
from mentorcore.demo.words import NOTES, TOPICS

__all__ = ["PARTED", "UNPAIRED", "Calendar", "Meeting", "Pair", "meetings", "pairs", "year"]

WEEKS = 17
"""How long the school year has been under way on the day of the example."""

EXPORTED_EARLIER = timedelta(days=8)
"""How long before the latest export the earlier one was made."""

BREAK = 13
"""The week of the break, counted from 0."""

FREQUENT = {0, 5, 12}
"""Pairs that meet twice a week."""

SILENT = {4: 37, 10: 24}
"""Pairs that stopped meeting, with the days since then."""

PARTED, SUCCESSOR, UNPAIRED = 13, 16, 19
"""The pair that ended, the mentor who took over, and the novice who joined too late."""


@dataclass(frozen=True)
class Calendar:
    """The days that matter.

    Attributes:
        today: The day around which the year is built.
        start: The Monday on which the program began.
    """

    today: date
    start: date

    @property
    def last(self) -> date:
        """The last day on which anybody did anything."""
        return self.today - timedelta(days=2)

    @property
    def earlier(self) -> date:
        """The last day that the earlier export of a form holds."""
        return self.last - EXPORTED_EARLIER

    @property
    def pause(self) -> tuple[date, date]:
        """The break, and the first day of lessons after it."""
        return self.day(BREAK), self.day(BREAK + 1)

    def day(self, week: int, weekday: int = 0) -> date:
        """A day by week of the year and weekday, both counted from 0."""
        return self.start + timedelta(weeks=week, days=weekday)


@dataclass(frozen=True)
class Pair:
    """A pairing of the example.

    Attributes:
        number: Its number in the coordinator's list, counted from 1.
        slot: Weekday (Monday is 0) and time of its weekly meeting.
    """

    number: int
    mentor: Person
    novice: Person
    formed: date
    slot: tuple[int, time]
    ended: date | None = None

    @property
    def signed(self) -> date:
        """The day on which both had signed the agreement."""
        return self.formed + timedelta(days=2)

    @property
    def started(self) -> date:
        """The first day on which they could meet."""
        return self.formed + timedelta(days=3)


@dataclass(frozen=True)
class Meeting:
    """A meeting as a mentor logs it."""

    pair: Pair
    on: date
    at: time
    minutes: int
    how: str
    topics: str
    note: str
    sent: datetime
    named: str
    day_first: bool = False

    @property
    def stated_on(self) -> str:
        """The day as it was typed; month first, if nothing went wrong."""
        month, day = self.on.month, self.on.day
        return (
            f"{day}/{month}/{self.on.year}" if self.day_first else f"{month}/{day}/{self.on.year}"
        )


def year(today: date) -> Calendar:
    """The school year that is under way on *today*."""
    begun = today - timedelta(weeks=WEEKS)
    return Calendar(today, begun - timedelta(days=begun.weekday()))


def pairs(calendar: Calendar) -> tuple[Pair, ...]:
    """The coordinator's list: eighteen first pairs, one rematch and one second mentee."""
    chance = random.Random("pairs")  # noqa: S311 - an example, no secret
    made = []
    for number, mentor in enumerate(MENTORS, 1):
        formed = calendar.day(1, chance.randrange(2))
        slot = (number % 4, time(15, chance.choice((0, 15, 30, 45))))
        made.append(Pair(number, mentor, NOVICES[number - 1], formed, slot))
    made[PARTED] = replace(made[PARTED], ended=calendar.day(6, 4))
    again = Pair(
        number=19,
        mentor=MENTORS[SUCCESSOR],
        novice=NOVICES[PARTED],
        formed=calendar.day(7),
        slot=(4, time(14, 30)),
    )
    second = Pair(
        number=20,
        mentor=MENTORS[8],
        novice=NOVICES[18],
        formed=calendar.day(2),
        slot=(4, time(15, 15)),
    )
    return (*made, again, second)


def meetings(listed: Sequence[Pair], calendar: Calendar) -> list[Meeting]:
    """Every meeting that was held and logged, in the order in which the logs were sent."""
    held = [m for pair in listed for m in _of(pair, calendar)]
    return sorted(held, key=lambda m: m.sent)


def _of(pair: Pair, calendar: Calendar) -> Iterator[Meeting]:
    index = pair.number - 1
    chance = random.Random(f"meetings of pair {index}")  # noqa: S311 - an example, no secret
    last = pair.ended or calendar.last - timedelta(days=SILENT.get(index, 1))
    weekday, at = pair.slot
    week = 1
    while (day := calendar.day(week, weekday)) <= last:
        days = [day] if chance.random() > 0.12 else []  # noqa: PLR2004 - a meeting in eight fails
        if index in FREQUENT and chance.random() > 0.2:  # noqa: PLR2004 - and one in five here
            days.append(day + timedelta(days=1))
        for on in days:
            if pair.started <= on <= last and not calendar.pause[0] <= on < calendar.pause[1]:
                yield _meeting(pair, on, at, chance)
        week += 1


def _meeting(pair: Pair, on: date, at: time, chance: random.Random) -> Meeting:
    minutes = chance.choice((30, 45, 45, 50, 60, 60, 75))
    wait = timedelta(minutes=chance.randrange(5, 150), seconds=chance.randrange(60))
    return Meeting(
        pair=pair,
        on=on,
        at=at,
        minutes=minutes,
        how=chance.choice(("In person", "In person", "In person", "Video call", "Phone")),
        topics=", ".join(sorted(chance.sample(TOPICS, chance.choice((1, 1, 2))))),
        note=chance.choice(NOTES) if chance.random() < 0.25 else "",  # noqa: PLR2004 - a quarter
        sent=datetime.combine(on, at) + timedelta(minutes=minutes) + wait,
        named=pair.novice.name,
    )
