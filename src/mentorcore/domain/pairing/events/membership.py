"""A member joins a pairing that is there already, or leaves one that goes on: what can be asked."""

from datetime import date

from mentorcore.domain.declarations import command
from mentorcore.domain.pairing.events.members import (
    EndReason,
    MemberJoined,
    MemberLeft,
    SubstituteNamed,
)
from mentorcore.domain.participant.events import PairingJoined, PairingLeft, PlaceChanged
from mentorcore.domain.values import Code, PairingId, ParticipantId


@command(leads_to=MemberJoined, also=(PairingJoined, PlaceChanged, PairingLeft, SubstituteNamed))
class AddMember:
    """Let somebody join a pairing; the role is the enrolled one where none is said.

    Attributes:
        primary: Whether this is the mentor who answers for the mentees from then on.
        substitute_until: Of somebody who stands in for a while, the last day for which that is
            agreed.
    """

    pairing_id: PairingId
    participant: ParticipantId
    since: date
    role: Code | None = None
    primary: bool = False
    substitute_until: date | None = None


@command(leads_to=SubstituteNamed)
class NameSubstitute:
    """Say that a member who joined later stands in for a while, or until a later day than was said.

    Attributes:
        until: The last day for which that is agreed.
    """

    pairing_id: PairingId
    participant: ParticipantId
    since: date
    until: date


@command(leads_to=MemberLeft, also=(PairingLeft, PlaceChanged))
class RemoveMember:
    """Let somebody leave a pairing that keeps the members which its shape needs."""

    pairing_id: PairingId
    participant: ParticipantId
    on: date
    reason: EndReason = "left_role"
