"""What institutions agree on before anything crosses a border between them (INV-58).

Each of them keeps its own copy in its own log, under the same id. The events say who signed for
whom by institution and office, and nothing else about people.
"""

from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from mentorcore.practices.spec import (
    Code,
    PairingId,
    ParticipantId,
    PersonId,
    PracticeCommand,
    command,
    event,
    fresh,
    identifier,
    public,
)

if TYPE_CHECKING:
    AgreementId: TypeAlias = str
else:
    AgreementId = identifier("AgreementId", "agreement")

PURPOSES: tuple[str, ...] = ("pairing", "pool", "record")
"""What an agreement may be for: a pairing across the border, a pool of figures, carried records."""

FIELDS: tuple[str, ...] = ("completions", "dates", "hours", "identity", "roles")
"""What an agreement may let across: what people did, when, for how long, who they are, and as what.

Nothing else crosses: there is no word for what somebody wrote or said.
"""

EndCause = Literal["expired", "terminated", "breached", "replaced"]


@event("agreement.drafted", occurred="on", founding=True)
class DataSharingAgreementDrafted:
    """Institutions agreed on what they share; nobody has signed yet.

    Attributes:
        agreement_id: The agreement; the same in the log of each institution.
        institutions: Between whom it is, each by its own short word, as programs name their owner.
        purposes: What it is for.
        fields: What may cross for these purposes.
        on: The day on which the terms were settled.
        since: The first day on which it may be in force.
        until: The first day on which it is not in force any more.
        retention_days: How many days after its end what came under it may be kept.
    """

    agreement_id: AgreementId
    institutions: tuple[Code, ...]
    purposes: tuple[Code, ...]
    fields: tuple[Code, ...]
    on: date
    since: date
    until: date
    retention_days: int


@command(leads_to=DataSharingAgreementDrafted)
class DraftDataSharingAgreement(PracticeCommand):
    """Write down what institutions agree to share, for each of them to sign."""

    institutions: tuple[Code, ...]
    purposes: tuple[Code, ...]
    fields: tuple[Code, ...]
    on: date
    since: date
    until: date
    retention_days: int
    agreement_id: AgreementId | None = fresh("agreement", default=None)


@event("agreement.signed", occurred="on", order_free=True)
class DataSharingAgreementSigned:
    """An institution signed; once all have, the agreement is in force.

    Attributes:
        institution: Which.
        office: The office that signed for it, such as `superintendent`.
        signed_by: Who holds that office, where this log knows the person.
    """

    institution: Code = public(fixed=True)
    office: Code
    on: date
    signed_by: PersonId | None = None


@command(leads_to=DataSharingAgreementSigned)
class SignDataSharingAgreement(PracticeCommand):
    """Record that an institution signed."""

    agreement_id: AgreementId
    institution: Code
    office: Code
    on: date
    signed_by: PersonId | None = None


@event("agreement.ended", occurred="on", transition=True, once=True)
class DataSharingAgreementEnded:
    """The agreement ended before its day, or on it.

    Attributes:
        on: The first day on which it was not in force any more.
        cause: Why.
    """

    on: date
    cause: EndCause


@command(leads_to=DataSharingAgreementEnded)
class EndDataSharingAgreement(PracticeCommand):
    """End an agreement; what rests on it ends by nobody's hand but a coordinator's."""

    agreement_id: AgreementId
    on: date
    cause: EndCause


@event("agreement.pairing-consented", occurred="on")
class PairingAcrossConsented:
    """The coordinator of one of the institutions agreed to a visitor's part in a pairing.

    Attributes:
        pairing_id: The pairing; it may be formed only once both have consented.
        participant: The visitor.
        institution: Whose coordinator consented.
        on: The first day on which the consent holds.
    """

    pairing_id: PairingId
    participant: ParticipantId
    institution: Code = public(fixed=True)
    on: date


@command(leads_to=PairingAcrossConsented)
class ConsentToPairingAcross(PracticeCommand):
    """Record that an institution's coordinator agrees to a visitor's part in a pairing.

    The pairing's id is given to the command that proposes or forms it, too.
    """

    agreement_id: AgreementId
    pairing_id: PairingId
    participant: ParticipantId
    institution: Code
    on: date


@event("agreement.pairing-consent-withdrawn", occurred="on")
class PairingAcrossConsentWithdrawn:
    """The coordinator of one of the institutions agrees no longer to a visitor's part in a pairing.

    Attributes:
        pairing_id: The pairing.
        participant: The visitor.
        institution: Whose coordinator withdrew the consent.
        on: The first day on which the consent holds no more.
    """

    pairing_id: PairingId
    participant: ParticipantId
    institution: Code = public(fixed=True)
    on: date


@command(leads_to=PairingAcrossConsentWithdrawn)
class WithdrawConsentToPairingAcross(PracticeCommand):
    """Record that an institution's coordinator withdrew the consent; the pairing does not end."""

    agreement_id: AgreementId
    pairing_id: PairingId
    participant: ParticipantId
    institution: Code
    on: date
