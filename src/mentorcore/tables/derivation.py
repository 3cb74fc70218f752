"""From the events of a stream to the rows that it owns in the tables.

Corrections are applied by the fold that every view uses, so that tables and views cannot differ in
what a correction means. What is sealed is never opened here, and no row is made of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.effective import VersionedEvent, effective, is_correction
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft
from mentorcore.domain.settings import Settings
from mentorcore.log.recorded import Recorded
from mentorcore.projections.folding.projection import fact_behind
from mentorcore.projections.summary.pairing_on_day import goals
from mentorcore.projections.summary.partials import PairingPart, ParticipantPart, ProgramPart
from mentorcore.tables.columns import Row

__all__ = ["InForce", "Rows", "rows_of", "settings_in_force"]

Rows = dict[str, list[Row]]
"""Rows by the name of their table."""

InForce = Sequence[tuple[date | None, date | None, Settings]]
"""The settings of a program in order, each with the days on which it is in force, half-open."""


def rows_of(
    stream: str,
    part: Any,
    told: Sequence[Recorded[Any]],
    counted: frozenset[type],
    in_force: Callable[[str], InForce],
) -> Rows:
    """All rows that a stream owns.

    Args:
        stream: Its id.
        part: Its partial of the summary.
        told: Its events that the summary is made of.
        counted: The classes of events whose corrections are told.
        in_force: The settings of a program.
    """
    match part:
        case ProgramPart():
            rows = _program(stream, part)
        case ParticipantPart():
            rows = _participant(stream, part)
        case PairingPart():
            rows = _pairing(stream, part, told, in_force)
        case _:
            rows = {}
    rows["corrections"] = list(_corrections(stream, told, counted))
    return rows


def settings_in_force(part: Any) -> InForce:
    """The settings of a program; none where there is no such program."""
    if not isinstance(part, ProgramPart) or part.state is None:
        return ()
    program = part.state
    begins: list[tuple[date | None, Settings]] = [(None, program.settings), *program.revisions]
    ends = [*(since for since, _ in begins[1:]), None]
    return [(since, until, said) for (since, said), until in zip(begins, ends, strict=True)]


def _program(stream: str, part: ProgramPart) -> Rows:
    program = part.state
    if program is None:
        return {}
    rows: Rows = {
        "programs": [
            (stream, program.name, program.time_zone, program.launched_on, program.closed_on)
        ],
        "cohorts": [],
        "settings": [],
        "roles": [],
    }
    for c in program.cohorts:
        closing = program.closing(c.cohort_id)
        ended = (None, None) if closing is None else (closing.on, closing.outcome)
        rows["cohorts"].append(
            (stream, c.cohort_id, c.name, c.starts_on, c.ends_on, c.places, *ended)
        )
    for nth, (since, until, settings) in enumerate(settings_in_force(part), 1):
        rows["settings"].append((stream, nth, since, until, settings.contact_limit))
        rows["roles"] += [(stream, nth, role.code, role.part) for role in settings.roles]
    return rows


def _participant(stream: str, part: ParticipantPart) -> Rows:
    p = part.state
    if p is None:
        return {}
    row = (stream, p.person_id, p.program_id, p.cohort_id, p.role, p.since, p.ended_on, p.outcome)
    return {"participants": [row]}


def _pairing(
    stream: str,
    part: PairingPart,
    told: Sequence[Recorded[Any]],
    in_force: Callable[[str], InForce],
) -> Rows:
    if part.formed_on is None:
        return {}
    end = part.ended
    ended: Row = (
        (None,) * 5
        if end is None
        else (end.on, end.reason, end.initiated_by, end.closing_conversation, end.successor)
    )
    facts = effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in told)
    stays = list(_stays(facts))
    rows: Rows = {
        "pairings": [
            (
                *(stream, part.program_id, part.cohort_id, part.shape, part.basis),
                *(part.formed_on, part.active_from, part.planned_end),
                *(part.situation, part.since, *ended),
            )
        ],
        "members": [(stream, *stay) for stay in stays],
        "meetings": [],
        "counted_minutes": [],
        "attendances": [],
        "goals": list(_goals(stream, part)),
    }
    first: dict[str, date] = {}
    for participant, since, *_ in stays:
        first[participant] = min(since, first.get(participant, since))
    origin = {r.version: r for r in told}
    settings = in_force(part.program_id)
    for fact in facts:
        held = fact.event
        if not isinstance(held, MeetingHeld):
            continue
        row = _meeting(origin[fact.version], fact, disputed=held.meeting_id in part.disputed)
        rows["meetings"].append(row)
        name, begins = row[0], max(held.held_on, part.formed_on)
        for span in _counted(held, begins, settings):
            rows["counted_minutes"].append((name, stream, *span))
        for participant in held.attendees:
            since = max(begins, first[participant]) if participant in first else None
            rows["attendances"].append((name, stream, participant, since))
    return rows


def _meeting(record: Recorded[Any], fact: VersionedEvent, *, disputed: bool) -> Row:
    held: MeetingHeld = fact.event
    return (
        *(f"{record.stream}#{record.version}", record.stream, held.meeting_id, held.joint_id),
        *(held.held_on, f"{held.held_on:%Y-%m}", _utc(held.held_at)),
        *(held.minutes, held.modality, held.kind, held.logged_by, disputed),
        *(_utc(record.told_at), _utc(record.recorded_at), record.position, len(fact.rests_on)),
    )


def _counted(
    held: MeetingHeld, begins: date, in_force: InForce
) -> Iterator[tuple[date, date | None, int]]:
    """From when until when how many minutes of a meeting count."""
    last: tuple[date, date | None, int] | None = None
    for since, until, settings in in_force:
        start = begins if since is None else max(since, begins)
        if until is not None and until <= start:
            continue
        minutes = settings.counted_minutes(held.modality, held.minutes)
        if last is not None and last[2] != minutes:
            yield last
            last = None
        last = (start if last is None else last[0], until, minutes)
    if last is not None:
        yield last


def _stays(facts: Iterable[VersionedEvent]) -> Iterator[tuple[Any, ...]]:
    """Who was a member from when to when, in the order in which they came."""
    stays: list[list[Any]] = []
    for fact in facts:
        e = fact.event
        match e:
            case PairingFormed():
                stays += [[m.participant, e.on, None, m.role, m.primary] for m in e.members]
            case MemberJoined():
                stays.append([e.participant, e.since, None, e.role, e.primary])
            case MemberLeft():
                for stay in stays:
                    if stay[0] == e.participant and stay[2] is None:
                        stay[2] = e.on
    for stay in stays:
        yield tuple(stay)


def _goals(stream: str, part: PairingPart) -> Iterator[Row]:
    for stands in goals(part, date.min):  # only what is overdue depends on the day
        goal = stands.goal
        yield (
            *(stream, stands.goal_id, goal.area, goal.on, goal.due_on),
            *(stands.status, stands.status_on, goal.revises, stands.replaced),
        )


def _corrections(
    stream: str, told: Sequence[Recorded[Any]], counted: frozenset[type]
) -> Iterator[Row]:
    origin = {r.version: r for r in told}
    # What founded the stream names its program, also where that was taken back.
    program = next((p for r in told if (p := getattr(r.event, "program_id", None))), None)
    for record in told:
        if not is_correction(record.event):
            continue
        fact = fact_behind(origin, record)
        if fact is None or type(fact.event) not in counted:
            continue
        e = record.event
        fields: str | None = None
        cause: str | None = None
        if isinstance(e, RecordAmended):
            kind = "amended"
            fields = ", ".join(sorted({*(name for name, _ in e.public_changes), *e.personal_names}))
        else:
            kind, cause = "retracted", e.cause
        yield (
            *(stream, record.version, program, kind, e.target, e.target_name),
            *(fields, cause, _utc(record.recorded_at), record.position),
        )


def _utc(moment: datetime | None) -> datetime | None:
    """An instant in UTC, however it was stated."""
    return None if moment is None else moment.astimezone(UTC)
