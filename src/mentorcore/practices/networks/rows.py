"""The rows of networks: an agreement with what rests on it, and a visitor with their pairings."""

from datetime import date

import attrs
from attrs import field

from mentorcore.domain.participant.visiting import VisitorAdmitted
from mentorcore.practices.networks.events import (
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
    PairingAcrossConsented,
    PairingAcrossConsentWithdrawn,
)
from mentorcore.practices.spec import Evidence, Who, figure

__all__ = ["AgreementRow", "AgreementTotals", "CrossingRow", "VisitorRow", "VisitorTotals"]

Drafted, Signed = DataSharingAgreementDrafted, DataSharingAgreementSigned
TERMS = (Drafted, Signed, DataSharingAgreementEnded)
CONSENTS = (PairingAcrossConsented, PairingAcrossConsentWithdrawn)


@attrs.frozen
class CrossingRow:
    """A pairing across a border that rests on an agreement; who visits is told with the visitors.

    Attributes:
        state: ``to_come`` while it is not formed; else ``live`` or ``ended``.
        missing: The institutions whose consent is not in force.
    """

    pairing: str = field(metadata=figure("the pairing"))
    state: str = field(metadata=figure("whether the pairing lives", *CONSENTS))
    missing: tuple[str, ...] = field(
        metadata=figure("institutions whose consent is missing", Drafted, *CONSENTS)
    )


@attrs.frozen
class AgreementRow:
    """An agreement as it is shown.

    Attributes:
        state: ``unsigned`` while a signature is missing, ``to_come``, ``in_force`` or ``ended``.
        unsigned: The institutions that have not signed.
        begins: The first day on which it is in force; nothing while a signature is missing.
        ends: The first day on which it is not in force any more.
        kept_until: The first day on which what came under it may not be kept any more.
        crossings: The pairings that coordinators consented to under it.
    """

    agreement: str = field(metadata=figure("the agreement's id"))
    state: str = field(metadata=figure("whether it is in force", *TERMS))
    institutions: tuple[str, ...] = field(metadata=figure("between whom it is", Drafted))
    purposes: tuple[str, ...] = field(metadata=figure("what it is for", Drafted))
    fields: tuple[str, ...] = field(metadata=figure("what may cross under it", Drafted))
    unsigned: tuple[str, ...] = field(metadata=figure("who has not signed", Drafted, Signed))
    begins: date | None = field(metadata=figure("since when it is in force", Drafted, Signed))
    ends: date = field(metadata=figure("until before when it is in force", *TERMS))
    cause: str | None = field(metadata=figure("why it ended", *TERMS))
    kept_until: date = field(metadata=figure("until before when things are kept", *TERMS))
    crossings: tuple[CrossingRow, ...] = field(
        metadata=figure("the pairings under it", Drafted, *CONSENTS)
    )
    evidence: tuple[Evidence, ...] = ()


@attrs.frozen
class AgreementTotals:
    """All agreements of the log together."""

    agreements: int = field(metadata=figure("agreements", Drafted))
    in_force: int = field(metadata=figure("agreements in force", *TERMS))
    unsigned: int = field(metadata=figure("agreements that wait for a signature", Drafted, Signed))
    ended: int = field(metadata=figure("agreements that have ended", *TERMS))


@attrs.frozen
class VisitorRow:
    """Somebody who takes part here from another institution.

    Attributes:
        record: What they carried along, by its stream; nothing where they carried nothing.
        pairings: The pairings here that they are in.
        left_on: The day on which their enrolment here ended.
    """

    participant: str = field(metadata=figure("the enrolment's id"))
    who: Who = field(metadata=figure("who it is"))
    institution: str = field(metadata=figure("where they belong", VisitorAdmitted))
    agreement: str = field(metadata=figure("under which agreement they are here", VisitorAdmitted))
    record: str | None = field(metadata=figure("what they carried along", VisitorAdmitted))
    since: date = field(metadata=figure("since when they are here as a visitor", VisitorAdmitted))
    pairings: tuple[str, ...] = field(metadata=figure("the pairings that they are in"))
    left_on: date | None = field(metadata=figure("the day on which their enrolment ended"))
    evidence: tuple[Evidence, ...] = ()


@attrs.frozen
class VisitorTotals:
    """All visitors of a program together."""

    visitors: int = field(metadata=figure("visitors", VisitorAdmitted))
    here: int = field(metadata=figure("visitors whose enrolment goes on", VisitorAdmitted))
    institutions: int = field(metadata=figure("institutions that they come from", VisitorAdmitted))
