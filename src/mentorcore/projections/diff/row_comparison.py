"""Two views of a program side by side, field by field.

What follows from the day on which somebody looks, or from other fields of the same row, is left
out: it would say the same thing twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.person.events import Contact
from mentorcore.domain.values import Erased, Sealed, Withheld
from mentorcore.projections.diff.rows import FieldChange
from mentorcore.projections.program_view import Together, key_of
from mentorcore.projections.status.applications import ApplicationRow
from mentorcore.projections.status.pairing_figures import Mark, MismatchRow, PairingRow
from mentorcore.projections.status.proposals import ProposalRow
from mentorcore.projections.status.rows import ParticipantRow, Status
from mentorcore.projections.summary.people import Who

__all__ = ["Compared", "changes", "figures", "rows", "rows_of_view", "totals_of_view"]

FOLLOWING = frozenset(
    {
        "evidence",
        "quiet_days",
        "goal_counts",
        "overdue",
        "status_on",
        "validity",
        "corrections",
        "own_minutes",
        "as_known",
        "expired",
        "open_days",
        "waiting_days",
    }
)
"""Fields that follow from others, from the day, or from records that changed nothing."""
PAIR = 2
WHOLE = (Withheld, Erased, Sealed, Contact)
"""Values that are compared as one."""
OWN = frozenset({"name", "state", "time_zone", "cohorts"})
"""What the row of a program says of itself."""


@attrs.frozen
class Compared:
    """A row at one moment.

    Attributes:
        kind: ``program``, ``participant``, ``pairing`` or ``proposal``.
        fields: Its fields by path.
        people: Who is in it.
        streams: By the first part of a path, the streams besides its own that it comes from.
        stream: Its own stream, where that is another than the subject's.
    """

    kind: str
    subject: str
    fields: Mapping[str, Any]
    people: tuple[Who, ...]
    streams: Mapping[str, tuple[str, ...]]
    stream: str | None = None

    @property
    def own(self) -> str:
        """The stream that it comes from."""
        return self.subject if self.stream is None else self.stream


def rows(status: Status | None) -> dict[str, Compared]:
    """The rows of a status by subject; none where there was no program yet."""
    if status is None:
        return {}
    program = status.program
    found = {program: Compared("program", program, dict(_program(status)), (), {})}
    for enrolment in status.participants:
        found[enrolment.participant] = _participant(enrolment, program)
    for applied in status.applications:
        found[applied.participant] = _participant(applied, program)
    for pairing in status.pairings:
        found[pairing.pairing] = _pairing(pairing, program)
    for proposal in status.proposals:
        found[f"{proposal.pairing}.proposed"] = _proposal(proposal)
    return found


def rows_of_view(
    told: Iterable[tuple[str, Any]], together: Together | None = None
) -> dict[str, Compared]:
    """The rows of a practice's view by what they are about, each with the stream it comes from.

    Where several rows are about the same, the later ones are numbered; those that rest on several
    streams are told by their names.
    """
    found: dict[str, Compared] = {}
    for stream, row in told:
        subject = key = key_of(row)
        if together is not None:
            kind = f"{getattr(row, together.named[-1])} of {kind_of(row.subject)}"
            fields = dict(_spread("", row))
            found[key] = Compared(kind, row.subject, fields, (), {}, stream)
            continue
        number = 1
        while key in found:
            number += 1
            key = f"{subject}.{number}"
        fields = dict(_spread("", row))
        found[key] = Compared(kind_of(subject), subject, fields, (), {}, stream)
    return found


def totals_of_view(totals: Any) -> dict[str, Any]:
    """The totals of a practice's view by path; nothing where they are withheld."""
    return dict(_spread("", totals)) if attrs.has(type(totals)) and _is_row(totals) else {}


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


def _participant(row: ParticipantRow | ApplicationRow, program: str) -> Compared:
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
            "pairings": row.pairings if isinstance(row, ParticipantRow) else (),
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


def _proposal(row: ProposalRow) -> Compared:
    people = tuple(who.person for who in row.members if isinstance(who.person, str))
    return Compared(
        kind="proposal",
        subject=row.pairing,
        fields=dict(_spread("", row)),
        people=row.members,
        streams={"members": people},
    )


def _spread(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value as fields by path: rows by the name that stands first in each, pairs by theirs."""
    if isinstance(value, tuple) and value and attrs.has(type(value[0])):
        for item in value:
            if not (isinstance(item, Mark) and item.kind == "corrected"):
                key = getattr(item, attrs.fields(type(item))[0].name)
                yield from _spread(f"{path}.{key}", item)
    elif isinstance(value, tuple) and value and all(map(_is_pair, value)):
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


def _is_pair(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == PAIR


def _is_row(value: Any) -> bool:
    """Whether a value has members of its own, and is not what nobody may see or a contact."""
    return attrs.has(type(value)) and not isinstance(value, WHOLE)
