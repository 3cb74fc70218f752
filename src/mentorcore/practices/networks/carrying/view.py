"""What people brought from other institutions: what it says, and whether it counts.

Of each log and owner the latest record stands for a participant; earlier ones are in the history.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs
from attrs import field

from mentorcore.practices.networks.carrying.events import (
    OwnerRecognised,
    ServiceRecordReceived,
)
from mentorcore.practices.spec import (
    LOG,
    Evidence,
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Recorded,
    Redactor,
    Who,
    figure,
    who,
)

__all__ = ["RECORDS", "RecordRow", "RecordTotals"]

Received = ServiceRecordReceived


@attrs.define
class StandingPart:
    """The latest record for a participant, as it is folded."""

    index: int
    institution: str
    issued_on: date
    on: date
    verified: bool
    since: date
    until: date | None
    meetings: int
    minutes: int
    roles: tuple[str, ...]
    completions: tuple[str, ...]
    refs: list[tuple[int, int]]


@attrs.define
class BroughtPart:
    """What one owner brought of one log, as it is folded, by participant."""

    brought: str = ""
    origin: str = ""
    standing: dict[str, StandingPart] = attrs.Factory(dict)
    refs: list[tuple[int, int]] = attrs.Factory(list)


@attrs.frozen
class RecordRow:
    """What a participant brought of one log.

    Attributes:
        brought: Everything that they brought of it, by its stream.
        counts: Whether it is verified, and so counts; else it is shown only, unless a policy pack
            allows more.
        until: The first day on which the service there did not go on; nothing while it does.
    """

    brought: str = field(metadata=figure("what they brought, by its stream"))
    participant: str = field(metadata=figure("the enrolment's id"))
    who: Who = field(metadata=figure("who it is"))
    institution: str = field(metadata=figure("where it was issued", Received))
    origin: str = field(metadata=figure("the log that issued it", OwnerRecognised))
    counts: bool = field(metadata=figure("whether it is verified", Received))
    issued_on: date = field(metadata=figure("when it was issued", Received))
    received_on: date = field(metadata=figure("when it was received", Received))
    since: date = field(metadata=figure("the first day of the service", Received))
    until: date | None = field(metadata=figure("the day on which the service ended", Received))
    meetings: int = field(metadata=figure("meetings there", Received))
    minutes: int = field(metadata=figure("minutes there", Received))
    roles: tuple[str, ...] = field(metadata=figure("as what they took part there", Received))
    completions: tuple[str, ...] = field(metadata=figure("what they completed there", Received))
    evidence: tuple[Evidence, ...] = ()


@attrs.frozen
class RecordTotals:
    """All records that stand in a program."""

    records: int = field(metadata=figure("records that were brought", Received))
    verified: int = field(metadata=figure("records that are verified", Received))


def apply(part: BroughtPart, told: Recorded[Any]) -> BroughtPart:
    """Fold one event into what somebody brought."""
    event, ref = told.event, (told.version, told.position)
    if isinstance(event, OwnerRecognised):
        part.brought, part.origin = event.brought_id, event.origin
        part.refs.append(ref)
        return part
    before = part.standing.get(event.participant_id)
    if before is not None and event.index < before.index:
        return part
    part.standing[event.participant_id] = StandingPart(
        index=event.index,
        institution=event.institution,
        issued_on=event.issued_on,
        on=event.on,
        verified=event.verified,
        since=event.since,
        until=event.until,
        meetings=event.meetings,
        minutes=event.minutes,
        roles=event.roles,
        completions=event.completions,
        refs=[ref],
    )
    return part


def record_rows(part: BroughtPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[RecordRow]:
    """The records that stand for participants of a program."""
    for participant, found in sorted(part.standing.items()):
        if participant not in at.participants:
            continue  # of another program of this log
        yield RecordRow(
            brought=part.brought,
            participant=participant,
            who=who(at, seer, participant),
            institution=found.institution,
            origin=part.origin,
            counts=found.verified,
            issued_on=found.issued_on,
            received_on=found.on,
            since=found.since,
            until=found.until,
            meetings=found.meetings,
            minutes=found.minutes,
            roles=found.roles,
            completions=found.completions,
            evidence=_behind(part, found),
        )


def _behind(part: BroughtPart, found: StandingPart) -> tuple[Evidence, ...]:
    return tuple(Evidence(part.brought, *ref) for ref in sorted([*part.refs, *found.refs]))


def record_needs(part: BroughtPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """Records that are shown and not counted, because nothing vouches for them."""
    for participant, found in sorted(part.standing.items()):
        if found.verified or participant not in at.participants:
            continue
        yield Need(
            kind="record_unverified",
            subject=participant,
            people=(who(at, seer, participant),),
            since=found.on,
            days=(at.day - found.on).days,
            why=(
                f"a record that {found.institution} issued on {found.issued_on} is not verified; "
                "have it issued again with a proof from a checkpoint that is held here"
            ),
            evidence=_behind(part, found),
        )


def record_totals(parts: Mapping[str, Any], at: ProgramSnapshot) -> RecordTotals:
    """All records that stand in a program."""
    found = [
        one
        for part in parts.values()
        for participant, one in part.standing.items()
        if participant in at.participants
    ]
    return RecordTotals(records=len(found), verified=sum(one.verified for one in found))


BROUGHT_RECORDS: Projection[Any] = Projection(
    name="carried",
    version=1,
    initial={"brought": BroughtPart},
    apply=apply,
    corrected=lambda part, _correction, _target: part,
    combine=lambda parts: parts,
    events=frozenset({OwnerRecognised, ServiceRecordReceived}),
    group=lambda event: LOG if isinstance(event, OwnerRecognised) else None,
)

RECORDS = ProgramView(
    name="networks.records",
    projection=BROUGHT_RECORDS,
    rows=record_rows,
    needs=record_needs,
    combine=record_totals,
    kinds={"record_unverified": "past_planned_end"},
    about={"record_unverified": "a record that somebody brought is shown and not counted"},
    prompted_by=frozenset({ServiceRecordReceived}),
)
