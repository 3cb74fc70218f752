"""A cohort is closed with all that is still open in it, in one append or not at all.

The domain says of one pairing and of one enrolment how it ends; here it is looked up which there
are, as the log stands. Whoever is in a pairing that goes on stays enrolled.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from mentorcore.domain.cohort import CloseCohort, Remaining
from mentorcore.domain.pairing.events.ending import ContinuePairing, EndPairing
from mentorcore.domain.pairing.events.members import EndReason
from mentorcore.domain.participant.events import EndEnrolment
from mentorcore.domain.values import PairingId, ParticipantId
from mentorcore.errors import Refused
from mentorcore.projections.summary.pairing_on_day import LIVE
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["closing"]


def closing(asked: CloseCohort, at: ProgramSnapshot) -> Iterator[Any]:
    """The commands that end what is open in a cohort that is closed.

    Args:
        asked: What becomes of it.
        at: The program with its pairings and people, as the log knows them.

    Raises:
        Refused: A pairing is named that is none of this cohort.
    """
    is_open = {
        stream
        for stream, part in at.pairings.items()
        if part.cohort_id == asked.cohort_id and part.situation in LIVE
    }
    # Asked again, a pairing that was named has ended by now, or has moved.
    here = {asked.cohort_id, asked.successor}
    for named in asked.pairings:
        found = at.pairings.get(named.pairing_id)
        if found is None or found.cohort_id not in here:
            raise Refused(f"{named.pairing_id} is no pairing of this cohort", "no_such_pairing")
    going_on: set[str] = set()
    ended_on: dict[str, date] = {}
    for stream in sorted(is_open):
        part = at.pairings[stream]
        remaining = asked.remaining(stream)
        if part.extended and not any(r.pairing_id == stream for r in asked.pairings):
            remaining = Remaining(pairing_id=PairingId(stream), then="extend")
        if remaining.then != "end":
            going_on.update(m.participant for m in part.members)
        # Whoever met after that day has ended with the last meeting, and not before it.
        last = max(d for d in (asked.on, part.since, part.last and part.last.on) if d)
        for member in part.members:
            ended_on[member.participant] = max(last, ended_on.get(member.participant, last))
        yield _command(asked, remaining, last)
    for stream, participant in sorted(at.participants.items()):
        mine = participant.cohort_id == asked.cohort_id and participant.ended_on is None
        elsewhere = any(
            at.pairings[p].situation in LIVE and p not in is_open for p in at.joined.get(stream, ())
        )
        if mine and not elsewhere and stream not in going_on:
            left = [j.until for j in participant.pairings if j.until is not None]
            yield EndEnrolment(
                participant_id=ParticipantId(stream),
                on=max((asked.on, participant.since, ended_on.get(stream, asked.on), *left)),
                outcome=asked.enrolments
                or ("completed" if asked.outcome == "completed" else "removed"),
            )


def _command(asked: CloseCohort, remaining: Remaining, on: date) -> EndPairing | ContinuePairing:
    if remaining.then == "end":
        usual: EndReason = "completed" if asked.outcome == "completed" else "administrative"
        return EndPairing(
            pairing_id=remaining.pairing_id,
            on=on,
            reason=remaining.reason or asked.reason or usual,
            initiated_by="program",
        )
    return ContinuePairing(
        pairing_id=remaining.pairing_id,
        on=asked.on,
        cohort_id=asked.successor if remaining.then == "move" else None,
        planned_end=remaining.planned_end,
    )
