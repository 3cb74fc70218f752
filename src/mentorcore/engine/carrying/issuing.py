"""What somebody did in the programs of a log, as the sections of a record that they carry away.

Everything is a figure of the log, as its views tell it today; nobody else is named.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mentorcore.audit.carrying.carried_file import CarriedFile, EarlierCheckpoint, write_carried
from mentorcore.audit.carrying.record import (
    CarriedCompletion,
    CarriedRecord,
    CarriedSection,
    parsed,
)
from mentorcore.audit.notes.verifier_keys import Signer
from mentorcore.errors import NoteInvalid, Refused
from mentorcore.log.recorded import Actor
from mentorcore.projections.access.redactor import Viewer

if TYPE_CHECKING:
    from mentorcore.projections.status.rows import ParticipantRow, Status

__all__ = ["issue"]

SEES = Viewer.coordinator()
MEETINGS = ("pairing.meeting-held",)


def issue(
    engine: Any,
    signer: Signer,
    person: str,
    *,
    actor: Actor,
    on: date | None,
    held: Sequence[str],
) -> CarriedFile:
    """See `Engine.issue_record`."""
    origin = signer.key.name
    name, sections = name_of(engine, person), sections_of(engine, person, origin)
    day = on or max(engine.status(p.program, viewer=SEES).day for p in engine.programs())
    record = CarriedRecord(secrets.token_hex(32), origin, person, name, day, sections)
    try:
        parsed(record.plain)
    except ValueError as error:
        raise NoteInvalid(f"no record is issued: {error}") from error
    newest = engine.checkpoint(compare=False).checkpoint.note
    for note in held:  # a wrong one is met before anything is recorded
        engine.consistency(note, newest)
    asked = {"carried_id": record.stream, "person_id": person, "on": day.isoformat()}
    done = engine.handle(engine.command("issue-service-record", asked), actor=actor)
    receipt = engine.receipt(done.events[0].position)
    earlier = [_earlier(engine, note, receipt.note) for note in (*held, newest)]
    return write_carried(record, receipt, sorted(earlier, key=lambda e: e.size), signer)


def _earlier(engine: Any, held: str, newest: str) -> EarlierCheckpoint:
    proof = engine.consistency(held, newest)
    return EarlierCheckpoint(proof.earlier.size, proof.earlier.root, tuple(proof.proof))


def name_of(engine: Any, person: str) -> str:
    """The name of somebody who takes part, or took part, in a program of the log.

    Raises:
        Refused: They did in none (``nothing_to_issue``), or their name cannot be read.
    """
    rows = [row for _, row in _rows(engine, person)]
    if not rows:
        raise Refused(
            "this person takes part in no program of this log, so there is nothing to issue",
            "nothing_to_issue",
        )
    name = rows[0].who.name
    if not isinstance(name, str):
        raise Refused("the name of this person cannot be read here", "nothing_to_issue")
    return name


def sections_of(engine: Any, person: str, origin: str) -> tuple[CarriedSection, ...]:
    """What somebody did, by program and enrolment, in the order of the first days.

    Args:
        engine: The open log.
        person: Whose record it is.
        origin: The name of the log.
    """
    found = [_section(engine, status, row, origin) for status, row in _rows(engine, person)]
    return tuple(sorted(found, key=lambda one: (one.since, one.program)))


def _rows(engine: Any, person: str) -> Iterator[tuple[Status, ParticipantRow]]:
    for line in engine.programs():
        status = engine.status(line.program, viewer=SEES)
        for row in status.of_person(person):
            yield status, row


def _section(engine: Any, status: Status, row: ParticipantRow, origin: str) -> CarriedSection:
    designed = next(engine.effective(stream=status.program, names=("program.designed",)))
    if designed.event.owner is None:
        raise Refused(
            "a program in which this person takes part does not say which institution runs it",
            "no_owner",
        )
    days = dict(_meetings(engine, row.participant))
    units = {
        "minute": row.own_minutes,
        "week": len({day.isocalendar()[:2] for day in days.values()}),
    }
    completed = sorted((t.on, t.kind) for t in row.trainings if t.on <= status.day)
    return CarriedSection(
        origin=origin,
        owner=row.who.person,
        index=None,
        institution=designed.event.owner,
        program=status.program,
        title=status.name,
        part=row.who.role,
        since=row.since,
        until=row.ended_on,
        meetings=len(days),
        minutes=row.own_minutes,
        completions=tuple(CarriedCompletion(kind, on) for on, kind in completed),
        units=MappingProxyType({unit: count for unit, count in units.items() if count}),
    )


def _meetings(engine: Any, participant: str) -> Iterator[tuple[str, Any]]:
    """The meetings that counted and that a participant came to, with their days.

    One of several pairings at once is one.
    """
    for joined in engine.effective(stream=participant, names=("participant.pairing-joined",)):
        for held in engine.effective(stream=joined.event.pairing_id, names=MEETINGS):
            if held.counted_minutes and participant in held.event.attendees:
                yield held.event.joint_id or held.event.meeting_id, held.event.held_on
