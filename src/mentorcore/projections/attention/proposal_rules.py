"""Which proposals need a person: those that nobody answered in time, and those that wait."""

from collections.abc import Iterator

from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.attention.needs import Need, in_days, tells
from mentorcore.projections.folding.figure import rests_on
from mentorcore.projections.status.proposals import asked, proposal_row
from mentorcore.projections.status.status import state_of
from mentorcore.projections.summary.event_groups import PROPOSALS
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot
from mentorcore.projections.summary.proposals import is_open

__all__ = ["PROPOSAL_RULES"]


@tells(
    proposal_overdue=rests_on("a proposal was not answered in time", PROPOSALS),
    proposal_open=rests_on("a proposal waits for answers", PROPOSALS),
)
def unanswered(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A proposal waits for answers, perhaps past its last day; nothing expires by itself."""
    if state_of(at) == "closed":
        return
    for part in at.proposals.values():
        made = part.proposal
        if made is None or not is_open(part) or at.is_over(made.cohort_id):
            continue
        row = proposal_row(at, seer, part)
        since = made.answer_by if row.expired else made.on
        days = max(0, at.time(made.cohort_id).elapsed(since or made.on, at.day))
        yield Need(
            kind="proposal_overdue" if row.expired else "proposal_open",
            subject=row.pairing,
            people=asked(at, seer, part),
            since=since,
            days=days,
            why=_why(row.expired, len(row.missing), len(made.must_accept), since, row.open_days),
            due_on=made.answer_by,
            amount=len(row.missing),
            limit=len(made.must_accept),
            evidence=row.evidence,
        )


def _why(expired: bool, missing: int, asked: int, since: object, waited: int) -> str:
    if not missing:
        return "everybody has accepted and the pairing is not formed; accept once more to form it"
    lacks = f"{missing} of {asked} {'has' if missing == 1 else 'have'} not accepted"
    if expired:
        return f"{lacks} by {since}: decline it as expired, or give it a later day"
    return f"proposed {in_days(waited)} ago; {lacks} yet"


PROPOSAL_RULES = (unanswered,)
