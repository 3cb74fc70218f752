"""What was proposed and what was said to it: part of a pairing's state."""

from collections.abc import Mapping
from datetime import date

import attrs

from mentorcore.domain.aggregate import replaced
from mentorcore.domain.pairing.events.proposals import (
    PairingAccepted,
    PairingDeclined,
    PairingProposed,
)
from mentorcore.domain.values import ParticipantId

__all__ = ["Proposal", "answered"]


@attrs.frozen(slots=False)
class Proposal:
    """A proposal with the answers to it.

    Attributes:
        accepted: On which day each member accepted.
    """

    made: PairingProposed
    accepted: Mapping[ParticipantId, date] = attrs.field(factory=dict)
    declined: PairingDeclined | None = None

    @property
    def missing(self) -> tuple[ParticipantId, ...]:
        """Who has to accept, and has not."""
        return tuple(p for p in self.made.must_accept if p not in self.accepted)

    @property
    def accepted_on(self) -> date:
        """The day of the last acceptance so far; that of the proposal before there is one."""
        return max((self.made.on, *self.accepted.values()))


def answered(proposal: Proposal, event: PairingAccepted | PairingDeclined) -> Proposal:
    """The proposal with one more answer."""
    if isinstance(event, PairingDeclined):
        return replaced(proposal, declined=event)
    return replaced(proposal, accepted={**proposal.accepted, event.participant: event.on})
