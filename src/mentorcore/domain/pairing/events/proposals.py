"""Members are asked whether they want to be paired, and answer: what can happen and be asked.

What is proposed is no pairing: it takes no place, and no figure counts it. The pairing is formed
when the last of those who were asked has accepted.
"""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import command, event, fresh, personal, public
from mentorcore.domain.pairing.events.forming import Member, PairingFormed, Unmet
from mentorcore.domain.participant.events import PairingJoined, PairingOffered
from mentorcore.domain.settings import Shape
from mentorcore.domain.values import (
    Code,
    CohortId,
    PairingId,
    ParticipantId,
    PersonId,
    ProgramId,
    Sealed,
    Text,
)
from mentorcore.domain.visibility import METADATA, MISMATCH, REASON

ProposalBasis = Literal["assigned", "self_selected", "round"]

DeclineCause = Literal[
    "declined", "expired", "other_accepted", "no_place", "ineligible", "withdrawn"
]


@event("pairing.proposed", occurred="on", founding=True)
class PairingProposed:
    """Members were asked to be paired; ``subjects`` are their persons in the same order.

    Attributes:
        basis: How the proposal came about.
        must_accept: Who has to accept before the pairing is formed.
        exclusive: Whether the pairing, once it is formed, declines the other exclusive proposals
            of those whom it supports.
        answer_by: The last day on which it can be accepted; nothing where there is none.
        criteria_version: The version of the criteria by which these members were found.
        score: How well they fit by those criteria.
    """

    pairing_id: PairingId
    program_id: ProgramId
    cohort_id: CohortId
    shape: Shape
    members: tuple[Member, ...] = public(fixed=True)
    subjects: tuple[PersonId, ...]
    on: date
    basis: ProposalBasis
    must_accept: tuple[ParticipantId, ...] = public(fixed=True)
    exclusive: bool = public(fixed=True)
    answer_by: date | None = None
    planned_end: date | None = None
    criteria_version: Code | None = None
    score: int | None = public(default=None, readers=METADATA - {"member"})
    unmet_soft: tuple[Unmet, ...] | Sealed | None = personal(
        "free_text", default=None, readers=REASON
    )
    override_reason: Text | None = personal("free_text", default=None, readers=REASON)


@command(leads_to=PairingProposed, also=(PairingOffered,))
class ProposePairing:
    """Ask members whether they want to be paired; it reserves no place.

    Attributes:
        must_accept: Who has to accept; nobody said, it is all members.
        exclusive: Whether the pairing, once it is formed, declines the other exclusive proposals
            of those whom it supports.
        answer_by: The last day on which it can be accepted.
        criteria_version: The version of the criteria by which these members were found.
        score: How well they fit by those criteria.
    """

    program_id: ProgramId
    cohort_id: CohortId
    members: tuple[Member, ...]
    on: date
    basis: ProposalBasis = "assigned"
    must_accept: tuple[ParticipantId, ...] = ()
    exclusive: bool = True
    answer_by: date | None = None
    shape: Shape | None = None
    planned_end: date | None = None
    criteria_version: Code | None = None
    score: int | None = None
    unmet_soft: tuple[Unmet, ...] | Sealed = ()
    override_reason: str | None = None
    pairing_id: PairingId | None = fresh("pairing", default=None)


@event("pairing.accepted", occurred="on", foremost=True)
class PairingAccepted:
    """A member accepted what was proposed."""

    participant: ParticipantId
    on: date


@event("pairing.declined", occurred="on", foremost=True, transition=True, author="by")
class PairingDeclined:
    """What was proposed will be no pairing.

    Attributes:
        cause: Why: somebody declined, the last day passed, another proposal was accepted, there
            was no place, somebody may not be paired, or it was withdrawn.
        by: The member who declined, or the program.
        in_favour_of: The pairing that was formed instead.
    """

    cause: DeclineCause
    on: date
    by: ParticipantId | Literal["program"] = public(readers=METADATA - {"member"}, fixed=False)
    subjects: tuple[PersonId, ...]
    in_favour_of: PairingId | None = None
    reason: Text | None = personal("free_text", default=None, readers=MISMATCH)


@command(leads_to=PairingAccepted, also=(PairingFormed, PairingJoined, PairingDeclined))
class AcceptPairing:
    """Accept what was proposed; the last acceptance forms the pairing, as `FormPairing` would."""

    pairing_id: PairingId
    participant: ParticipantId
    on: date


@command(leads_to=PairingDeclined)
class DeclinePairing:
    """Decline what was proposed, or withdraw it."""

    pairing_id: PairingId
    on: date
    by: ParticipantId | Literal["program"]
    cause: Literal["declined", "expired", "no_place", "ineligible", "withdrawn"] = "declined"
    reason: str | None = None
