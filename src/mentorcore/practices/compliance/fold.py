"""What rules look at, folded from the streams of a program: each fact with its day, in the clear.

The fold reads any event, of the core or of a practice, by what its class declares and lists none,
so that a selector can name whatever is recorded. Facts keep their own day, hence their order does
not matter, and the same partials tell every day that is asked about.
"""

from datetime import date, datetime
from typing import Any, NamedTuple
from zlib import crc32

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORE, Model
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.person.events import EmploymentRecorded
from mentorcore.domain.program import AcademicCalendarSet
from mentorcore.policy.event_facts import clear_values, fact_day
from mentorcore.practices.spec import (
    AcademicCalendar,
    Projection,
    Recorded,
    Sealed,
    recorded_as,
)

__all__ = ["Post", "StoredFact", "StoredFacts", "folding"]

KINDS = ("person", "program", "participant", "pairing")

Stored = str | int | bool | tuple[str, ...]
"""A value as it is stored; a day as its text, since JSON has none."""


class StoredFact(NamedTuple):
    """An event in force.

    Attributes:
        name: Its stored name.
        on: The day since which it is true.
        at: The instant of which that day is taken, where the day depends on the zone.
        version: Its version in its stream.
        position: Its position in the log.
        values: Its fields that stand in the clear.
    """

    name: str
    on: date
    at: datetime | None
    version: int
    position: int
    values: dict[str, Stored]


class Post(NamedTuple):
    """Where a person works, half-open, and what they teach there; all of it stays sealed."""

    since: date
    until: date | None
    institution: Sealed | str | None
    unit: Sealed | str | None
    post: Sealed | str | None
    subjects: Sealed | tuple[str, ...] | None
    grade_levels: Sealed | tuple[str, ...] | None
    version: int
    position: int


@attrs.define
class StoredFacts:
    """The facts of one stream.

    Attributes:
        facts: Its events in force, in the order of their versions.
        posts: Of a person: where they work or worked.
        calendars: Of a program: each calendar that was set, with its version.
        reasons: Of a pairing: why it does not meet what is wished for, sealed.
        primary: Of a pairing: the primary mentor with whom it was formed.
    """

    facts: list[StoredFact] = attrs.Factory(list)
    posts: list[Post] = attrs.Factory(list)
    calendars: list[tuple[int, AcademicCalendar]] = attrs.Factory(list)
    reasons: Sealed | str | None = None
    primary: str | None = None


def apply(part: StoredFacts, told: Recorded[Any]) -> StoredFacts:
    """Fold one event."""
    event = told.event
    on, at = fact_day(event, told.recorded_at)
    values: dict[str, Stored] = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in clear_values(event).items()
        if value is not None
    }
    part.facts.append(
        StoredFact(event_info(type(event)).name, on, at, told.version, told.position, values)
    )
    if isinstance(event, EmploymentRecorded):
        part.posts.append(_post(event, told))
    elif isinstance(event, AcademicCalendarSet):
        part.calendars.append((told.version, recorded_as(AcademicCalendar, event)))
    elif isinstance(event, PairingFormed):
        part.primary = next((m.participant for m in event.members if m.primary), None)
        if isinstance(event.unmet_soft, Sealed):
            part.reasons = event.unmet_soft
    return part


def _post(event: EmploymentRecorded, told: Recorded[Any]) -> Post:
    return Post(
        event.since,
        event.until,
        event.institution,
        event.unit,
        event.post,
        event.teaches,
        event.grade_levels,
        told.version,
        told.position,
    )


def folding(model: Model) -> Projection[Any]:
    """The fold of everything that rules of packs can look at in a log.

    Beside the streams of the core these are those of practices, whose events a selector may name.
    Events that only accompany others are left out: they say the same twice. The version follows
    from the events that are folded and from what is kept of them: where anything is new, all is
    folded again.

    Args:
        model: The rules that the log is kept by.
    """
    unseen = {aggregate.kind for aggregate in CORE} - {*KINDS}
    seen = [a for a in model.aggregates.values() if a.kind not in unseen]
    events = [e for a in seen for e in a.events if not event_info(e).companion]
    told = sorted((event_info(e).name, event_info(e).version) for e in events)
    return Projection(
        name="compliance",
        version=crc32(repr((told, [field.name for field in attrs.fields(StoredFacts)])).encode()),
        initial={a.kind: StoredFacts for a in seen},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset(events),
        unordered=frozenset(e for e in events if not event_info(e).founding),
        fixed_groups={"person": ""},
    )
