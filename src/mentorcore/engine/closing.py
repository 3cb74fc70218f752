"""A cohort is closed with all that is still open in it, in one append or not at all.

The domain says of one pairing and of one enrolment how it ends; here it is looked up which there
are, as the log stands. Whoever is in a pairing that goes on stays enrolled.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from mentorcore.domain.cohort import CloseCohort, Remaining
from mentorcore.domain.pairing.deciding.life import last_day
from mentorcore.domain.pairing.events.ending import ContinuePairing, EndPairing
from mentorcore.domain.pairing.events.members import EndReason
from mentorcore.domain.pairing.state import EndedPairing
from mentorcore.domain.participant.events import EndEnrolment
from mentorcore.domain.values import PairingId, ParticipantId
from mentorcore.errors import Refused
from mentorcore.projections.summary.pairing_on_day import LIVE
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["closing"]


def closing(asked: CloseCohort, at: ProgramSnapshot, state: Callable[[str], Any]) -> Iterator[Any]:
    """The commands that end what is open in a cohort that is closed.

    Args:
        asked: What becomes of it.
        at: The program with its pairings and people, as the log knows them.
        state: Gives the state of a stream, with what is decided together with the closing.

    Raises:
        Refused: A pairing is named that is none of this cohort.
    """
    live = {
        stream
        for stream, part in at.pairings.items()
        if part.situation in LIVE and not isinstance(state(stream), EndedPairing)
    }
    is_open = {stream for stream in live if at.pairings[stream].cohort_id == asked.cohort_id}
    # Asked again, a pairing that was named has ended by now, or has moved.
    here = {asked.cohort_id, asked.successor}
    for named in asked.pairings:
        found = at.pairings.get(named.pairing_id)
        if found is None or found.cohort_id not in here:
            raise Refused(f"{named.pairing_id} is no pairing of this cohort", "no_such_pairing")
    going_on: set[str] = set()
    ended_on: dict[str, date] = {}
    program = state(asked.program_id)
    for stream in sorted(is_open):
        part = at.pairings[stream]
        remaining = asked.remaining(stream)
        if part.extended and not any(r.pairing_id == stream for r in asked.pairings):
            remaining = Remaining(pairing_id=PairingId(stream), then="extend")
        if remaining.then != "end":
            going_on.update(m.participant for m in part.members)
        # A pairing in which something happened after that day has ended then, and not before it.
        last = max(asked.on, last_day(state(stream)))
        for member in part.members:
            ended_on[member.participant] = max(last, ended_on.get(member.participant, last))
        yield _command(asked, remaining, last)
    for stream, participant in sorted(at.participants.items()):
        if state(stream).ended_on is not None:
            continue
        # Whose own cohort was closed before stayed for the pairing that ends here.
        stayed = stream in ended_on and program.closing(participant.cohort_id) is not None
        mine = participant.cohort_id == asked.cohort_id or stayed
        elsewhere = any(p in live and p not in is_open for p in at.joined.get(stream, ()))
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
