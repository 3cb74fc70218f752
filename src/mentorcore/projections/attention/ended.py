"""Which cohorts are over, and what is left to close there.

A cohort that has ended rings no alarms about silence or waiting any more. Whoever closes it says
what becomes of each pairing; until then what is left is one need, and each pairing that is still
open is one of its own, since somebody has to decide of each (INV-71).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from mentorcore.domain.cohort import Cohort, CohortClosed, CohortOpened
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.program import ProgramClosed
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.attention.needs import Need, tells
from mentorcore.projections.folding.figure import rests_on
from mentorcore.projections.status.status import live_pairings, state_of, unpaired
from mentorcore.projections.summary.event_groups import APPLIED, ENROLLED, PROPOSALS, TURNS
from mentorcore.projections.summary.pairing_on_day import LIVE
from mentorcore.projections.summary.partials import PairingPart
from mentorcore.projections.summary.people import who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence
from mentorcore.projections.summary.proposals import is_open

__all__ = ["has_left", "is_over", "left_open", "remains"]


def is_over(at: ProgramSnapshot, part: PairingPart) -> bool:
    """Whether a pairing rings no alarms: its cohort or the program is over, and it goes not on."""
    if state_of(at) == "closed":
        return True
    return at.is_over(part.cohort_id) and not part.extended


def has_left(at: ProgramSnapshot, stream: str, participant: Participant) -> bool:
    """Whether an enrolment rings no alarms: its cohort is over, and so are all of its pairings."""
    if state_of(at) == "closed":
        return True
    live = [at.pairings[p] for p in live_pairings(at, stream)]
    return at.is_over(participant.cohort_id) and all(is_over(at, p) for p in live)


@tells(
    cohort_ended=rests_on(
        "a cohort has ended and is still to be closed",
        CohortOpened,
        CohortClosed,
        ProgramClosed,
        APPLIED,
        ENROLLED,
        PROPOSALS,
        TURNS,
    )
)
def remains(at: ProgramSnapshot, _seer: Redactor) -> Iterator[Need]:
    """A cohort has ended with pairings or applications still open, or people still waiting."""
    if state_of(at) == "closed":
        return
    waiting = [(p.cohort_id, p.role) for _, p in unpaired(at)]
    for cohort in at.program.cohorts:
        of = cohort.cohort_id
        if not at.is_over(of):
            continue
        parts = [p for p in at.pairings.values() if p.cohort_id == of and p.situation in LIVE]
        still = sum(not p.extended for p in parts)
        roles = Counter(role for cohort_id, role in waiting if cohort_id == of)
        left = [_count(still, "pairing is still open", "pairings are still open")] if still else []
        left += [
            _count(number, f"{role} is waiting", f"{role}s are waiting")
            for role, number in sorted(roles.items())
        ]
        asked = sum(
            p.proposal is not None and p.proposal.cohort_id == of and is_open(p)
            for p in at.proposals.values()
        )
        if asked:
            left.append(_count(asked, "proposal is open", "proposals are open"))
        undone = sum(
            a.cohort_id == of and a.stands not in {"declined", "withdrawn"}
            for a in at.applications.values()
        )
        if undone:
            left.append(_count(undone, "application is open", "applications are open"))
        if not left:
            continue
        since = _over_since(at, cohort)
        yield Need(
            kind="cohort_ended",
            subject=of,
            people=(),
            since=since,
            days=(at.day - since).days,
            why=f"the cohort has ended; {', '.join(left)}",
            amount=still + roles.total() + asked + undone,
            text=cohort.name,
            evidence=evidence(at.program_id, [at.part.refs.get("cohort")]),
        )


@tells(
    pairing_left_open=rests_on(
        "a pairing is still open, and its cohort has ended",
        CohortOpened,
        CohortClosed,
        ProgramClosed,
        TURNS,
    )
)
def left_open(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A pairing of a cohort that has ended is still open: end it, extend it, or let it move on."""
    if state_of(at) == "closed":
        return
    cohorts = {c.cohort_id: c for c in at.program.cohorts if at.is_over(c.cohort_id)}
    for part in at.pairings.values():
        cohort = cohorts.get(part.cohort_id)
        if cohort is None or part.situation not in LIVE or part.extended:
            continue
        since = _over_since(at, cohort)
        yield Need(
            kind="pairing_left_open",
            subject=part.pairing_id,
            people=tuple(who(at, seer, m.participant) for m in part.members),
            since=since,
            days=(at.day - since).days,
            why=f"its cohort ended on {since}: end it, extend it, or let it move to a successor",
            text=cohort.name,
            evidence=evidence(part.pairing_id, part.life),
        )


def _over_since(at: ProgramSnapshot, cohort: Cohort) -> date:
    closing = at.program.closing(cohort.cohort_id)
    return cohort.ends_on if closing is None else min(closing.on, cohort.ends_on)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
