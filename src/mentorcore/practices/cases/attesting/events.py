"""What happens to an attestation: an officer makes it, and may withdraw it (INV-80).

It is bound to both of its times: the day that was looked at, and the position of the log up to
which everything was known. Results as of both come out alike for ever; what was recorded later
changes those of today, and never what was stated.
"""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from mentorcore.practices.spec import (
    REASON,
    Code,
    CohortId,
    PairingId,
    ParticipantId,
    PersonId,
    PracticeCommand,
    ProgramId,
    Text,
    command,
    event,
    fresh,
    identifier,
    personal,
    public,
)

if TYPE_CHECKING:
    AttestationId: TypeAlias = str
else:
    AttestationId = identifier("AttestationId", "attestation")


@event("attestation.made", occurred="on", founding=True, author="officer")
class ComplianceAttested:
    """An officer stated that results are complete and correct as of two dates.

    Attributes:
        attestation_id: The attestation.
        pack_id: The policy pack whose results they are.
        version: Its version.
        rule: The only rule whose results they are; all of the pack, if it is left out.
        cohort_id: The only cohort that they are about; with nobody named, the whole program.
        participant_id: The only participant that they are about.
        pairing_id: The only pairing that they are about.
        as_of: The day that was looked at.
        as_known: The position of the log up to which everything was known.
        officer: The person who states it.
        role: In which office, such as ``superintendent``.
        results: How many results there are.
        digest: SHA-256 of them. It stays sealed, since whoever has it can try out what a few
            results were.
    """

    attestation_id: AttestationId
    program_id: ProgramId
    pack_id: Code = public(fixed=True)
    version: Code = public(fixed=True)
    as_of: date = public(fixed=True)
    as_known: int = public(fixed=True)
    officer: PersonId
    role: Code
    on: date
    results: int = public(fixed=True)
    subjects: tuple[PersonId, ...]
    digest: Text = personal("free_text", readers=REASON, fixed=True)
    rule: Code | None = public(default=None, fixed=True)
    cohort_id: CohortId | None = None
    participant_id: ParticipantId | None = None
    pairing_id: PairingId | None = None


@command(leads_to=ComplianceAttested)
class AttestCompliance(PracticeCommand):
    """State that results are complete and correct as of two dates.

    `Engine.statement` works the results out, and fills in all but who states them. What does not
    come out so is refused.

    Attributes:
        digest: SHA-256 of the results, in hexadecimal digits.
    """

    program_id: ProgramId
    pack_id: Code
    version: Code
    as_of: date
    as_known: int
    officer: PersonId
    role: Code
    on: date
    results: int
    digest: str
    rule: Code | None = None
    cohort_id: CohortId | None = None
    participant_id: ParticipantId | None = None
    pairing_id: PairingId | None = None
    attestation_id: AttestationId | None = fresh("attestation", default=None)


@event("attestation.withdrawn", occurred="on", transition=True, once=True)
class AttestationWithdrawn:
    """The officer, or whoever followed them, does not stand by it any more.

    Attributes:
        ground: On what ground, by the program's own word.
    """

    on: date
    ground: Code | None = None


@command(leads_to=AttestationWithdrawn)
class WithdrawAttestation(PracticeCommand):
    """Withdraw an attestation; that it was made stays told."""

    attestation_id: AttestationId
    on: date
    ground: Code | None = None
