"""What goes wrong in every year: five mishaps in the meeting logs of the example.

A log sent twice, one put right afterwards, a date with the day first, a meeting of a pairing that
had ended, and a name that nobody bears.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from mentorcore.demo.year import PARTED, Calendar, Meeting, Pair, meetings

__all__ = ["exported"]

TWICE, CORRECTED, DAY_FIRST, MISSPELT = 2, 5, 7, 17
"""Whose logs they are in, by place in the coordinator's list."""

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
    parted = listed[PARTED]
    assert parted.ended is not None
    too_late = parted.ended + timedelta(days=11)
    logs = _with(logs, day_first, replace(day_first, day_first=True))
    logs = _with(logs, misspelt, replace(misspelt, named="Siobahn Gallager"))
    sent = datetime.combine(too_late, time(17, 3, 41))
    logs += [
        replace(twice, sent=twice.sent + timedelta(seconds=38)),
        replace(_of(early, parted), on=too_late, sent=sent, note=""),
    ]
    logs.sort(key=lambda m: m.sent)
    first = [m for m in logs if m.sent.date() <= calendar.earlier]
    return _with(first, corrected, replace(corrected, minutes=6)), _with(
        logs, corrected, replace(corrected, minutes=60)
    )


def _of(logs: Sequence[Meeting], pair: Pair) -> Meeting:
    """A log of a pair that is neither its first nor its last."""
    return [m for m in logs if m.pair == pair][-2]


def _with(logs: Sequence[Meeting], old: Meeting, new: Meeting) -> list[Meeting]:
    return [new if m == old else m for m in logs]
