"""What goes wrong in every year, in the exports of the example.

In the meeting logs: one sent twice, one put right afterwards, one sent two months late, a date with
the day first, a meeting of a pairing that had ended, a name that nobody bears, and a choice that
was renamed in the survey. Somebody takes a new name, and somebody mistypes a goal.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from mentorcore.demo.cast import NOVICES
from mentorcore.demo.year import PARTED, Calendar, Meeting, Pair, meetings

__all__ = ["MARRIED", "MISTYPED", "NEW_NAME", "exported", "mistyped"]

MARRIED, NEW_NAME = NOVICES[12], "Camila Ibarra"
"""Who fills in the first form once more, under another name."""

MISTYPED = 11
"""The novice whose second check-in names a goal that nobody set."""

TWICE, CORRECTED, DAY_FIRST, LATE, MISSPELT = 2, 5, 8, 9, 17
"""Whose logs they are in, by place in the coordinator's list."""

RENAMED = {"Video call": "Online"}
"""What the survey called it first, and later."""

TWELVE = 12
"""A day above this cannot be a month, so the mishap shows."""


def exported(listed: Sequence[Pair], calendar: Calendar) -> tuple[list[Meeting], list[Meeting]]:
    """The meeting logs as they were exported first, and a week later."""
    logs = meetings(listed, calendar)
    early = [m for m in logs if m.sent.date() <= calendar.earlier]
    twice = _of(early, listed[TWICE])
    corrected = _of(early, listed[CORRECTED])
    day_first = _of([m for m in early if m.on.day > TWELVE], listed[DAY_FIRST])
    misspelt = _of(early, listed[MISSPELT])
    late = next(m for m in early if m.pair == listed[LATE])
    parted = listed[PARTED]
    assert parted.ended is not None
    too_late = parted.ended + timedelta(days=11)
    logs = _with(logs, day_first, replace(day_first, day_first=True))
    logs = _with(logs, misspelt, replace(misspelt, named="Siobahn Gallager"))
    sent_late = datetime.combine(calendar.day(14, 2), time(7, 12, 55))
    logs = _with(logs, late, replace(late, sent=sent_late))
    sent = datetime.combine(too_late, time(17, 3, 41))
    logs += [
        replace(twice, sent=twice.sent + timedelta(seconds=38)),
        replace(_of(early, parted), on=too_late, sent=sent, note=""),
    ]
    logs.sort(key=lambda m: m.sent)
    first = [m for m in logs if m.sent.date() <= calendar.earlier]
    renamed = [replace(m, how=RENAMED.get(m.how, m.how)) for m in logs]
    again = replace(corrected, how=RENAMED.get(corrected.how, corrected.how))
    return _with(first, corrected, replace(corrected, minutes=6)), _with(
        renamed, again, replace(again, minutes=60)
    )


def mistyped(goal: str) -> str:
    """The words of a goal with a letter left out."""
    return goal[:6] + goal[7:]


def _of(logs: Sequence[Meeting], pair: Pair) -> Meeting:
    """A log of a pair that is neither its first nor its last."""
    return [m for m in logs if m.pair == pair][-2]


def _with(logs: Sequence[Meeting], old: Meeting, new: Meeting) -> list[Meeting]:
    return [new if m == old else m for m in logs]
