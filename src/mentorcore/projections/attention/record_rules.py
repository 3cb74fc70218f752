"""Which records need a person: one that may be there twice, is disputed, or was told too late."""

from collections.abc import Iterator
from datetime import date

from mentorcore.domain.pairing.events.meetings import (
    DuplicatesRuledOut,
    MeetingHeld,
    MeetingVerified,
)
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.attention.ended import has_left
from mentorcore.projections.attention.needs import Need, in_days, tells
from mentorcore.projections.attention.pairing_rules import live, people_of
from mentorcore.projections.folding.figure import rests_on
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.event_groups import ENROLLED, EVERYTHING, TURNS
from mentorcore.projections.summary.partials import Ref
from mentorcore.projections.summary.people import who
from mentorcore.projections.summary.program_snapshot import LateFact, ProgramSnapshot, evidence

__all__ = ["RECORD_RULES"]


@tells(meeting_disputed=rests_on("a logged meeting is disputed", MeetingVerified, TURNS))
def disputed(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A logged meeting was disputed."""
    for part in live(at):
        if not part.disputed:
            continue
        count = len(part.disputed)
        meetings = "a logged meeting is" if count == 1 else f"{count} logged meetings are"
        yield Need(
            kind="meeting_disputed",
            subject=part.pairing_id,
            people=people_of(at, seer, part),
            since=None,
            days=0,
            why=f"{meetings} disputed",
            amount=count,
            evidence=evidence(part.pairing_id, part.disputed.values()),
        )


@tells(
    probable_duplicate=rests_on(
        "a meeting may be recorded twice", MeetingHeld, DuplicatesRuledOut, TURNS
    )
)
def duplicates(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """Two meetings of a pairing fall on one day, and no time tells them apart (INV-89).

    The figures of a cohort that has ended count both, too, so it is told until somebody settles it.
    """
    for part in at.pairings.values():
        doubted: dict[date, list[Ref]] = {}
        for meeting, found in part.doubled.items():
            if meeting not in part.ruled_out:
                doubted.setdefault(found.on, []).append(found.ref)
        for on, refs in sorted(doubted.items()):
            yield Need(
                kind="probable_duplicate",
                subject=part.pairing_id,
                people=people_of(at, seer, part),
                since=on,
                days=0,
                why=f"a meeting on {on} may be recorded twice",
                amount=len(refs) + 1,
                records=_of_that_day(at, part.pairing_id, refs),
                evidence=evidence(part.pairing_id, refs),
            )


def _of_that_day(at: ProgramSnapshot, stream: str, refs: list[Ref]) -> tuple[Evidence, ...]:
    """All meetings of the day of these."""
    wanted = {ref.version for ref in refs}
    days = at.repeats.get(stream, ())
    return next((day for day in days if wanted <= {e.version for e in day}), ())


@tells(enrolled_twice=rests_on("somebody is enrolled twice in the same part", ENROLLED))
def enrolled_twice(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A person has two live enrolments in one part of the program (INV-01); they count once."""
    found: dict[tuple[str, str], list[str]] = {}
    for stream, participant in at.participants.items():
        if participant.enrolled_on(at.day) and not has_left(at, stream, participant):
            part = at.settings.part(participant.role)
            key = participant.role if part in (None, "none") else str(part)
            found.setdefault((participant.person_id, key), []).append(stream)
    for streams in found.values():
        if len(streams) < 2:  # noqa: PLR2004 - one and another
            continue
        latest = max(streams, key=lambda s: (at.participants[s].since, s))
        behind = [e for s in streams for e in evidence(s, [at.enrolments[s].refs.get("enrolled")])]
        yield Need(
            kind="enrolled_twice",
            subject=at.program_id,
            people=tuple(who(at, seer, s) for s in streams),
            since=at.participants[latest].since,
            days=0,
            why=f"{len(streams)} enrolments of one person as {at.participants[latest].role}, "
            "counted as one: end one of them",
            amount=len(streams),
            records=tuple(behind),
            evidence=tuple(behind),
        )


@tells(logged_after_close=rests_on("facts were sent after the program closed", EVERYTHING))
def logged_late(at: ProgramSnapshot, _seer: Redactor) -> Iterator[Need]:
    """Facts about days before the program closed were sent and recorded after it (INV-69)."""
    by_stream: dict[str, list[LateFact]] = {}
    for late in at.after_close:
        by_stream.setdefault(late.evidence.stream, []).append(late)
    for stream, facts in sorted(by_stream.items()):
        longest = max((f.told_on - f.on).days for f in facts)
        count = "1 fact was" if len(facts) == 1 else f"{len(facts)} facts were"
        yield Need(
            kind="logged_after_close",
            subject=stream,
            people=(),
            since=min(f.told_on for f in facts),
            days=longest,
            why=f"{count} logged after the program closed, up to {in_days(longest)} late",
            amount=len(facts),
            evidence=tuple(f.evidence for f in facts),
        )


RECORD_RULES = (disputed, duplicates, enrolled_twice, logged_late)
