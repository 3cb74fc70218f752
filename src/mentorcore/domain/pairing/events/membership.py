"""A member joins a pairing that is there already, or leaves one that goes on: what can be asked."""

from datetime import date

from mentorcore.domain.declarations import command
from mentorcore.domain.pairing.events.members import EndReason, MemberJoined, MemberLeft
from mentorcore.domain.participant.events import PairingJoined, PairingLeft, PlaceChanged
from mentorcore.domain.values import Code, PairingId, ParticipantId


@command(leads_to=MemberJoined, also=(PairingJoined, PlaceChanged, PairingLeft))
class AddMember:
    """Let somebody join a pairing; the role is the enrolled one where none is said."""

    pairing_id: PairingId
    participant: ParticipantId
    since: date
    role: Code | None = None
    primary: bool = False


@command(leads_to=MemberLeft, also=(PairingLeft, PlaceChanged))
class RemoveMember:
    """Let somebody leave a pairing that keeps the members which its shape needs."""

    pairing_id: PairingId
    participant: ParticipantId
    on: date
    reason: EndReason = "left_role"
