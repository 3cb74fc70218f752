"""Somebody from another institution takes part here, under an agreement between the two (INV-58).

Whether the agreement says so is decided where agreements are kept, by a guard of the practice
`networks`; here it is said who is a guest.
"""

from datetime import date

from mentorcore.domain.declarations import command, event
from mentorcore.domain.values import Code, ParticipantId, Stream


@event("participant.visitor-admitted", occurred="since")
class VisitorAdmitted:
    """The participant belongs to another institution, and is here under an agreement with it.

    Attributes:
        institution: The institution that the participant belongs to, by its own short word.
        agreement: The agreement, by its stream.
        record: What the participant carried along, by the stream under which it was received.
        since: The first day on which the participant is here as a visitor.
    """

    institution: Code
    agreement: Stream
    since: date
    record: Stream | None = None


@command(leads_to=VisitorAdmitted)
class AdmitVisitor:
    """Say that a participant belongs to another institution, and under which agreement they come.

    It is said before they are paired: a pairing across the border needs it (INV-58).
    """

    participant_id: ParticipantId
    institution: Code
    agreement: Stream
    since: date
    record: Stream | None = None
