"""What the views of networks fold: agreements of the whole log, and the visitors of a program."""

from datetime import date, timedelta
from typing import Any

import attrs

from mentorcore.domain.participant.events import ParticipantEnrolled
from mentorcore.domain.participant.visiting import VisitorAdmitted
from mentorcore.practices.networks.events import (
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
    PairingAcrossConsented,
    PairingAcrossConsentWithdrawn,
)
from mentorcore.practices.networks.pooling import FiguresShared, PoolReleased, SharedDataRemoved
from mentorcore.practices.networks.state import begins_on, ends_on
from mentorcore.practices.spec import LOG, Projection, Recorded

__all__ = ["NETWORK", "AgreementPart", "CellPart", "VisitorPart"]


@attrs.define
class CellPart:
    """What an institution shared, or, where that is none, what a pool came to.

    Attributes:
        sides: The institutions whose figures are in it.
    """

    measure: str
    since: date
    until: date
    sides: tuple[str, ...]
    persons: int
    amount: int
    on: date


@attrs.define
class AgreementPart:
    """An agreement, as it is folded.

    Attributes:
        signed: By institution, the day on which it signed.
        consents: By pairing, visitor and institution, the first day of a consent in force.
        shared: What its sides shared in numbers.
        pools: What was put together of that.
        removed_on: The day on which what came under it was gone.
        refs: The version and position of its events.
    """

    agreement: str = ""
    institutions: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    drafted_on: date | None = None
    since: date | None = None
    until: date | None = None
    retention_days: int = 0
    signed: dict[str, date] = attrs.Factory(dict)
    ended_on: date | None = None
    cause: str | None = None
    consents: dict[str, date] = attrs.Factory(dict)
    shared: list[CellPart] = attrs.Factory(list)
    pools: list[CellPart] = attrs.Factory(list)
    removed_on: date | None = None
    refs: list[tuple[int, int]] = attrs.Factory(list)

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The institutions that have not signed."""
        return tuple(i for i in self.institutions if i not in self.signed)

    @property
    def begins(self) -> date | None:
        """The first day on which it is in force; ``None`` while a signature is missing."""
        return begins_on(self.since, self.institutions, self.signed)

    @property
    def ends(self) -> date | None:
        """The first day on which it is not in force any more."""
        return ends_on(self.until, self.ended_on)

    @property
    def kept_until(self) -> date | None:
        """The first day on which what came under it may not be kept any more."""
        return None if self.ends is None else self.ends + timedelta(days=self.retention_days)

    def state(self, day: date) -> str:
        """How far it has come on a day: ``ended``, ``unsigned``, ``to_come`` or ``in_force``."""
        if self.ends is not None and self.ends <= day:
            return "ended"
        if self.begins is None:
            return "unsigned"
        return "to_come" if day < self.begins else "in_force"

    @property
    def crossings(self) -> dict[tuple[str, str], frozenset[str]]:
        """By pairing and visitor, the institutions whose consent is in force."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for key in self.consents:
            pairing, visitor, institution = key.split(" ")
            before = found.get((pairing, visitor), frozenset())
            found[pairing, visitor] = before | {institution}
        return found


@attrs.define
class VisitorPart:
    """A participant, as far as they are here from another institution.

    Attributes:
        institution: Where they belong; nothing for one of our own.
        refs: The version and position of what says so.
    """

    participant: str = ""
    institution: str | None = None
    agreement: str | None = None
    record: str | None = None
    since: date | None = None
    refs: list[tuple[int, int]] = attrs.Factory(list)


def _key(event: Any) -> str:
    return f"{event.pairing_id} {event.participant} {event.institution}"


def apply(part: Any, told: Recorded[Any]) -> Any:
    """Fold one event into an agreement or a visitor; they come in the order of their days."""
    event = told.event
    if isinstance(event, ParticipantEnrolled):
        part.participant = event.participant_id
        return part
    part.refs.append((told.version, told.position))
    match event:
        case DataSharingAgreementDrafted():
            part.agreement, part.institutions = event.agreement_id, event.institutions
            part.purposes, part.fields = event.purposes, event.fields
            part.drafted_on, part.since, part.until = event.on, event.since, event.until
            part.retention_days = event.retention_days
        case DataSharingAgreementSigned():
            part.signed[event.institution] = event.on
        case DataSharingAgreementEnded():
            part.ended_on, part.cause = event.on, event.cause
        case PairingAcrossConsented():
            part.consents[_key(event)] = event.on
        case PairingAcrossConsentWithdrawn():
            part.consents.pop(_key(event), None)
        case FiguresShared():
            part.shared.append(_cell(event, (event.institution,)))
        case PoolReleased():
            part.pools.append(_cell(event, event.institutions))
        case SharedDataRemoved():
            part.removed_on = event.on
        case VisitorAdmitted():
            part.institution, part.agreement = event.institution, event.agreement
            part.record, part.since = event.record, event.since
    return part


def _cell(event: FiguresShared | PoolReleased, sides: tuple[str, ...]) -> CellPart:
    return CellPart(
        event.measure, event.since, event.until, sides, event.persons, event.amount, event.on
    )


def _group(event: Any) -> str | None:
    if isinstance(event, DataSharingAgreementDrafted):
        return LOG
    program: str | None = getattr(event, "program_id", None)
    return program


NETWORK: Projection[Any] = Projection(
    name="networks",
    version=1,
    initial={"agreement": AgreementPart, "participant": VisitorPart},
    apply=apply,
    corrected=lambda part, _correction, _target: part,
    combine=lambda parts: parts,
    events=frozenset(
        {
            DataSharingAgreementDrafted,
            DataSharingAgreementSigned,
            DataSharingAgreementEnded,
            PairingAcrossConsented,
            PairingAcrossConsentWithdrawn,
            ParticipantEnrolled,
            VisitorAdmitted,
            FiguresShared,
            PoolReleased,
            SharedDataRemoved,
        }
    ),
    group=_group,
)
