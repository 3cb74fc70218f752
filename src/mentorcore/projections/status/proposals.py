"""The proposals that wait for answers: who was asked, who has accepted, and until when."""

from collections.abc import Iterator
from datetime import date

from attrs import field, frozen

from mentorcore.projections.access.redactor import METADATA, Redactor
from mentorcore.projections.folding.figure import figure
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.event_groups import NAMES, PROPOSALS
from mentorcore.projections.summary.partials import PairingPart
from mentorcore.projections.summary.people import Who, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence
from mentorcore.projections.summary.proposals import is_open, missing

__all__ = ["ProposalRow", "asked", "proposal_row", "proposals", "shown_proposal"]


@frozen
class ProposalRow:
    """A pairing that is proposed and neither formed nor declined.

    Attributes:
        pairing: The id of the pairing that it would be.
        members: Who was asked.
        answer_by: The last day on which it can be accepted.
        accepted: The participants who have accepted.
        missing: The participants who have to accept, and have not.
        expired: Whether that day has passed; it stays here until somebody says what comes of it.
        open_days: For how many days it has waited, in the days that the program counts.
    """

    pairing: str = field(metadata=figure("the id of the pairing that it would be"))
    cohort: str = field(metadata=figure("the cohort"))
    shape: str = field(metadata=figure("its shape"))
    members: tuple[Who, ...] = field(metadata=figure("who was asked", NAMES, PROPOSALS))
    proposed_on: date = field(metadata=figure("when it was proposed"))
    answer_by: date | None = field(metadata=figure("the last day on which it can be accepted"))
    accepted: tuple[str, ...] = field(metadata=figure("who has accepted", PROPOSALS))
    missing: tuple[str, ...] = field(metadata=figure("who has not answered", PROPOSALS))
    expired: bool = field(metadata=figure("whether its last day has passed"))
    open_days: int = field(metadata=figure("for how many days it has waited"))
    evidence: tuple[Evidence, ...] = field(metadata=figure("the events behind it", PROPOSALS))


def proposals(at: ProgramSnapshot, seer: Redactor) -> Iterator[ProposalRow]:
    """The proposals that wait for answers, as far as the viewer is shown them."""
    for part in at.proposals.values():
        if is_open(part) and shown_proposal(seer, part):
            yield proposal_row(at, seer, part)


def shown_proposal(seer: Redactor, part: PairingPart) -> bool:
    """Whether the viewer is shown a proposal: members see those that they are named in."""
    made = part.proposal
    return made is not None and seer.may(METADATA, members=[m.person for m in made.members])


def asked(at: ProgramSnapshot, seer: Redactor, part: PairingPart) -> tuple[Who, ...]:
    """Who is named in a proposal, whoever has not answered first; each sees who the others are."""
    assert part.proposal is not None
    waits, together = missing(part), [m.person for m in part.proposal.members]
    members = sorted(part.proposal.members, key=lambda m: m.participant not in waits)
    return tuple(who(at, seer, m.participant, together) for m in members)


def proposal_row(at: ProgramSnapshot, seer: Redactor, part: PairingPart) -> ProposalRow:
    """A proposal as the viewer may see it."""
    made = part.proposal
    assert made is not None
    together = [m.person for m in made.members]
    refs = (made.ref, *part.accepted.values(), *part.corrections)
    return ProposalRow(
        pairing=made.pairing_id,
        cohort=made.cohort_id,
        shape=made.shape,
        members=tuple(who(at, seer, m.participant, together) for m in made.members),
        proposed_on=made.on,
        answer_by=made.answer_by,
        accepted=tuple(part.accepted),
        missing=missing(part),
        expired=made.answer_by is not None and made.answer_by < at.day,
        open_days=max(0, at.time(made.cohort_id).elapsed(made.on, at.day)),
        evidence=evidence(made.pairing_id, refs),
    )
