"""Two views of a program side by side, field by field.

What follows from the day on which somebody looks, or from other fields of the same row, is left
out: it would say the same thing twice.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.projections.diff_rows import FieldChange
from mentorcore.projections.figure import figures_of
from mentorcore.projections.pairing_figures import Mark, MismatchRow, PairingRow
from mentorcore.projections.people import Who
from mentorcore.projections.status_rows import ParticipantRow, Status

__all__ = ["Compared", "changes", "figures", "rows"]

FOLLOWING = frozenset(
    {"evidence", "quiet_days", "goal_counts", "overdue", "status_on", "validity", "corrections"}
)
"""Fields that follow from others, from the day, or from records that changed nothing."""
OWN = frozenset({"name", "state", "time_zone", "cohorts"})
"""What the row of a program says of itself."""


@attrs.frozen
class Compared:
    """A row at one moment.

    Attributes:
        kind: ``program``, ``participant`` or ``pairing``.
        fields: Its fields by path.
        people: Who is in it.
        streams: By the first part of a path, the streams besides its own that it comes from.
    """

    kind: str
    subject: str
    fields: Mapping[str, Any]
    people: tuple[Who, ...]
    streams: Mapping[str, tuple[str, ...]]


def rows(status: Status | None) -> dict[str, Compared]:
    """The rows of a status by subject; none where there was no program yet."""
    if status is None:
        return {}
    program = status.program
    found = {program: Compared("program", program, dict(_program(status)), (), {})}
    for enrolment in status.participants:
        found[enrolment.participant] = _participant(enrolment, program)
    for pairing in status.pairings:
        found[pairing.pairing] = _pairing(pairing, program)
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order in which rows have them."""
    paths = dict.fromkeys([*after, *before])
    return tuple(
        FieldChange(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    )


def figures(status: Status | None) -> dict[str, Any]:
    """The program in numbers, and how many are enrolled in each cohort."""
    if status is None or isinstance(status.numbers, Withheld):
        return {}
    found = {path: value for path, value in _spread("", status.numbers) if path != "corrections"}
    return found | {f"cohorts.{c.cohort}.enrolled": c.enrolled for c in status.cohorts}


def _program(status: Status) -> Iterator[tuple[str, Any]]:
    for name in sorted(OWN):
        for path, value in _spread(name, getattr(status, name)):
            if not path.endswith(".enrolled"):
                yield path, value


def _participant(row: ParticipantRow, program: str) -> Compared:
    person = (row.who.person,) if isinstance(row.who.person, str) else ()
    return Compared(
        kind="participant",
        subject=row.participant,
        fields=dict(_spread("", row)),
        people=(row.who,),
        streams={
            "who": person,
            "contact": person,
            "part": (program,),
            "capacity": (program,),
            "pairings": row.pairings,
        },
    )


def _pairing(row: PairingRow, program: str) -> Compared:
    people = tuple(who.person for who in row.members if isinstance(who.person, str))
    return Compared(
        kind="pairing",
        subject=row.pairing,
        fields=dict(_spread("", row)),
        people=row.members,
        streams={"members": people, "minutes": (program,), "feedback": (program,)},
    )


def _spread(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value as fields by path: rows by the name that stands first in each, pairs by theirs."""
    if isinstance(value, tuple) and value and attrs.has(type(value[0])):
        for item in value:
            if not (isinstance(item, Mark) and item.kind == "corrected"):
                key = getattr(item, attrs.fields(type(item))[0].name)
                yield from _spread(f"{path}.{key}", item)
    elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
        for key, counted in value:
            yield f"{path}.{key}", counted
    elif _is_row(value):
        for field in attrs.fields(type(value)):
            due = isinstance(value, MismatchRow) and field.name == "due_on"
            if field.name not in FOLLOWING and not due:
                inner = f"{path}.{field.name}" if path else field.name
                yield from _spread(inner, getattr(value, field.name))
    elif value not in (None, ()):
        yield path, value


def _is_row(value: Any) -> bool:
    """Whether a value is one of ours, and not what somebody may not see or a contact."""
    return bool(figures_of(type(value)))
