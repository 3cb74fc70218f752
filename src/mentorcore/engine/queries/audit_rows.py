"""What is told of records to whoever audits: corrections, late entries, traces, settings by day."""

from datetime import date, datetime
from typing import Any

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.log.recorded import Actor, Recorded
from mentorcore.personal_text import without_text
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.history.rows import Corrected
from mentorcore.projections.summary.people import Who

__all__ = ["CorrectionRow", "LateEntry", "SettingInForce", "Trace"]


@attrs.frozen
class CorrectionRow:
    """A correction beside the record that it corrects.

    Attributes:
        record: Where the corrected record stands; of the correction of a correction the record
            that both are about in the end.
        name: The stored name of the record, such as ``pairing.meeting-held``.
        on: The day on which the record was true as it stands now; ``None`` where it tells of none.
        correction: What was changed from what to what, why, on whose authority, by whom and when.
        people: Who appears in the record's stream.
        accompanies: Of a record that only accompanies another, such as the time that a meeting
            took of somebody: the ``stream#version`` of that other one, which was corrected with it;
            ``None`` for all others.
    """

    record: Evidence
    name: str
    on: date | None
    correction: Corrected
    people: tuple[Who, ...] = ()
    accompanies: str | None = None


@attrs.frozen
class LateEntry:
    """A record that stands and was told later than it was true.

    Attributes:
        record: Where it stands.
        name: Its stored name.
        on: The day on which it was true, in the program's zone.
        told_on: The day on which it was told: sent, where that is known, else recorded.
        days: Whole days between the two.
        sent_at: When it was sent, where that is known.
        recorded_at: When it was recorded.
        actor: Who recorded it, as was claimed.
        asked_by: Who asked the host that recorded it.
        people: Who appears in the record's stream.
    """

    record: Evidence
    name: str
    on: date
    told_on: date
    days: int
    sent_at: datetime | None
    recorded_at: datetime
    actor: Actor | None
    asked_by: str | None
    people: tuple[Who, ...] = ()


@attrs.frozen
class Trace:
    """An event in which somebody appears, and how.

    Attributes:
        how: ``own``: it stands on their own stream, as a person or in an enrolment; ``shared``: on
            that of a pairing or practice of theirs; ``answers``: it is the answered form behind
            such an event; ``named``: another event names them; ``author``: they recorded it.
        told: The event; what is personal in it stays sealed.
    """

    how: str
    told: Recorded[Any]


@attrs.frozen
class SettingInForce:
    """What a setting of a program was, from a day to another.

    Attributes:
        setting: The setting by its name, such as ``meeting_limit``; ``goals`` and
            ``calendar 2026-27`` are told in the same way.
        meaning: What it says, in a sentence; empty where that is not declared.
        value: What it was, as plain data.
        since: The first day on which it held; ``None`` from the beginning.
        until: The first day on which it held no longer; ``None`` where nothing followed.
        set_by: The event that set it.
        recorded_at: When that was recorded.
        actor: Who recorded it, as was claimed.
        reason: Why, where that was said.
        asked_by: Who asked the host that recorded it.
    """

    setting: str
    meaning: str
    value: Any = attrs.field(repr=without_text)
    since: date | None
    until: date | None
    set_by: Evidence
    recorded_at: datetime
    actor: Actor | Withheld | None
    reason: str = attrs.field(default="", repr=without_text)
    asked_by: str | None = None

    def held_on(self, day: date) -> bool:
        """Whether it was in force on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )
