"""What a place outside answered that holds another history of a log, kept with both checkpoints.

Whoever publishes in the background would never hear of it otherwise.
"""

import json
from typing import TYPE_CHECKING

import attrs

from mentorcore.log.storage.audit_tables import ALARM, SinkRow

if TYPE_CHECKING:
    from mentorcore.log.storage.audit_tables import AuditTransaction

__all__ = ["Alarm", "alarms", "keep_alarm"]


@attrs.frozen
class Alarm:
    """A place outside holds another history of this log, or more of it than is here.

    Attributes:
        sink: The name of the place.
        size: How many events the checkpoint covered that it was shown.
        at: When it was shown, as text (ISO 8601).
        problem: What it said.
        note: The checkpoint that it was shown,
        other: and that of the other history which it shows; empty where it shows none.
    """

    sink: str
    size: int
    at: str
    problem: str
    note: str
    other: str


def keep_alarm(tables: "AuditTransaction", alarm: Alarm) -> None:
    """Keep the first alarm of a place, unless a later one brings the checkpoint that it lacked."""
    before = next((one for one in alarms(tables) if one.sink == alarm.sink), None)
    if before is None or (alarm.other and not before.other):
        told = json.dumps([alarm.problem, alarm.note, alarm.other], ensure_ascii=False)
        tables.put_sink(SinkRow(ALARM + alarm.sink, alarm.size, alarm.at, told))


def alarms(tables: "AuditTransaction") -> tuple[Alarm, ...]:
    """The alarms that are kept beside a log; what cannot be read any more is told as it stands."""
    return tuple(_read(row) for row in tables.sinks(ALARM).values())


def _read(row: SinkRow) -> Alarm:
    detail = row.detail or ""
    try:
        problem, note, other = map(str, json.loads(detail))
    except (ValueError, TypeError):
        problem, note, other = detail, "", ""
    return Alarm(row.name.removeprefix(ALARM), row.size, row.at, problem, note, other)
