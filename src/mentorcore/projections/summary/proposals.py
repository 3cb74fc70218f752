"""What was proposed and answered, and where a proposal stands on a day."""

from typing import Any

from mentorcore.domain.pairing.events.proposals import (
    PairingAccepted,
    PairingDeclined,
    PairingProposed,
)
from mentorcore.log.recorded import Recorded
from mentorcore.projections.summary.partials import (
    Closure,
    PairingPart,
    PairMember,
    Proposed,
    Ref,
)

__all__ = ["PROPOSING", "is_open", "missing"]


def _proposed(part: PairingPart, told: Recorded[PairingProposed]) -> None:
    e = told.event
    members = tuple(
        PairMember(m.participant, m.role, m.primary, person)
        for m, person in zip(e.members, e.subjects, strict=False)
    )
    ref = Ref(told.version, told.position)
    part.proposal = Proposed(
        *(e.pairing_id, e.cohort_id, e.shape, members), *(e.on, e.answer_by, e.must_accept, ref)
    )


def _accepted(part: PairingPart, told: Recorded[PairingAccepted]) -> None:
    part.accepted[told.event.participant] = Ref(told.version, told.position)


def _declined(part: PairingPart, told: Recorded[PairingDeclined]) -> None:
    ref = Ref(told.version, told.position)
    part.declined = Closure(told.event.on, told.event.cause, ref)


PROPOSING: dict[type, Any] = {
    PairingProposed: _proposed,
    PairingAccepted: _accepted,
    PairingDeclined: _declined,
}
"""What leads up to a pairing, in the order in which it was true."""


def is_open(part: PairingPart) -> bool:
    """Whether a proposal waits for answers: it is neither declined nor a pairing by now."""
    return part.proposal is not None and part.formed_on is None and part.declined is None


def missing(part: PairingPart) -> tuple[str, ...]:
    """Who has to accept a proposal, and has not."""
    asked = () if part.proposal is None else part.proposal.must_accept
    return tuple(participant for participant in asked if participant not in part.accepted)
