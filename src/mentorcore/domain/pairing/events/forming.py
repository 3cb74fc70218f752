"""A pairing is formed, signed and started: what can happen, and what one can ask for."""

from datetime import date
from typing import Literal

from mentorcore.domain.declarations import command, event, fresh, personal, public, value
from mentorcore.domain.pairing.events.ending import PairingEnded
from mentorcore.domain.pairing.events.members import EndReason
from mentorcore.domain.participant.events import PairingJoined, PairingLeft
from mentorcore.domain.settings import Cadence, Shape, StartNeed
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
from mentorcore.domain.visibility import REASON, WORK

Basis = Literal["assigned", "self_selected", "round", "import"]


@value
class Member:
    """A participant in a pairing, in a role; ``primary`` marks the one who answers for a mentee."""

    participant: ParticipantId
    role: Code
    primary: bool = False


@value
class Unmet:
    """A wish of the program that a pairing does not meet, and why that is acceptable."""

    criterion: Code
    reason: str


@value
class Terms:
    """What the members agreed on; free text is sealed with the event that holds it."""

    purpose: str | None = None
    duration: str | None = None
    confidentiality: str | None = None
    parting: str | None = None


@event("pairing.formed", occurred="on", founding=True)
class PairingFormed:
    """Members were brought together; ``subjects`` are their persons in the same order.

    Attributes:
        basis: How they came together.
    """

    pairing_id: PairingId
    program_id: ProgramId
    cohort_id: CohortId
    shape: Shape
    members: tuple[Member, ...] = public(fixed=True)
    subjects: tuple[PersonId, ...]
    on: date
    basis: Basis
    start_needs: tuple[StartNeed, ...] = ()
    planned_end: date | None = None
    unmet_soft: tuple[Unmet, ...] | Sealed | None = personal(
        "free_text", default=None, readers=REASON
    )
    override_reason: Text | None = personal("free_text", default=None, readers=REASON)


@value
class Ending:
    """How a pairing ended that is recorded only afterwards.

    Attributes:
        waited: Whether it had waited for what its program wants before a start, and its start, if
            it had one, is told apart; else it counts as active since it was formed.
    """

    on: date
    reason: EndReason
    initiated_by: ParticipantId | Literal["program"] = "program"
    closing_conversation: bool = False
    successor: PairingId | None = None
    waited: bool = False


@command(leads_to=PairingFormed, also=(PairingJoined, PairingEnded, PairingLeft))
class FormPairing:
    """Bring members together; ``ended`` records a pairing of the past, which takes no place.

    ``shape`` is one that the program has; nothing said, it is the program's usual one.
    """

    program_id: ProgramId
    cohort_id: CohortId
    members: tuple[Member, ...]
    on: date
    basis: Basis = "assigned"
    shape: Shape | None = None
    unmet_soft: tuple[Unmet, ...] | Sealed = ()
    planned_end: date | None = None
    override_reason: str | None = None
    ended: Ending | None = None
    pairing_id: PairingId | None = fresh("pairing", default=None)


@event("pairing.agreement-signed", occurred="on")
class AgreementSigned:
    """A member signed the terms at a revision."""

    revision: int
    signer: ParticipantId
    on: date
    subjects: tuple[PersonId, ...]
    cadence: Cadence | None = None
    terms: Terms | Sealed | None = personal("free_text", default=None, readers=WORK)


@command(leads_to=AgreementSigned)
class SignAgreement:
    """Record that a member signed the terms."""

    pairing_id: PairingId
    signer: ParticipantId
    on: date
    revision: int = 1
    cadence: Cadence | None = None
    terms: Terms | None = None


@event("pairing.started", occurred="on", transition=True)
class PairingStarted:
    """The pairing became active."""

    on: date
    planned_end: date | None = None


@command(leads_to=PairingStarted)
class StartPairing:
    """Make a formed pairing active."""

    pairing_id: PairingId
    on: date
    authorized: bool = False
    planned_end: date | None = None
