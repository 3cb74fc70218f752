"""Institutions that agree on what they share, on a real engine."""

from collections.abc import Generator
from contextlib import suppress
from datetime import date
from typing import Any

from engine.world import COORDINATOR, SETTINGS, STARTED, World, mc

from mentorcore.engine.engine import Engine
from mentorcore.practices.networks.events import (
    ConsentToPairingAcross,
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
    DraftDataSharingAgreement,
    EndDataSharingAgreement,
    PairingAcrossConsented,
    PairingAcrossConsentWithdrawn,
    SignDataSharingAgreement,
    WithdrawConsentToPairingAcross,
)
from mentorcore.practices.networks.pooling import (
    FiguresShared,
    PoolReleased,
    RecordSharedDataRemoval,
    ReleasePool,
    SharedDataRemoved,
    ShareFigures,
)

SIDES = ("north-high", "south-high")
POOLED = ("east-high", *SIDES)
AUTUMN: Any = {"measure": "minutes", "since": date(2026, 9, 1), "until": date(2026, 11, 1)}
SHARED = date(2026, 11, 9)
UNTIL, ENDED = date(2027, 8, 1), date(2026, 9, 22)
SOON = date(2026, 12, 15)
"""Less than a month after the day on which the tests look at it."""

PAIRING, ANOTHER = f"pairing:{0xAC:032x}", f"pairing:{0xAB:032x}"


def drafted(**changed: Any) -> DraftDataSharingAgreement:
    """Two institutions that let people be paired and records travel for a year."""
    stated: dict[str, Any] = {
        "institutions": SIDES,
        "purposes": ("pairing", "record"),
        "fields": ("dates", "hours", "identity", "roles"),
        "on": STARTED,
        "since": STARTED,
        "until": UNTIL,
        "retention_days": 365,
    }
    return DraftDataSharingAgreement(**stated | changed)


class Network(World):
    """A program of north-high, and short ways to let people of other institutions take part."""

    def __init__(self, opened: Engine, settings: Any = SETTINGS) -> None:
        super().__init__(opened, settings, owner=SIDES[0])

    def agree(self, *signers: str, **changed: Any) -> str:
        """An agreement that these have signed; both of its sides where nobody is named."""
        agreement = self.do(drafted(**changed))
        for side in signers or SIDES:
            self.do(signed(agreement, side))
        return agreement

    def admitting(self, participant: str, agreement: str, **more: Any) -> Any:
        stated = {"institution": SIDES[1], "since": STARTED, **more}
        return mc.AdmitVisitor(participant_id=participant, agreement=agreement, **stated)

    def visitor(self, agreement: str, role: str = "mentor") -> str:
        """A participant of the other institution."""
        visitor = self.enrol(role)
        self.do(self.admitting(visitor, agreement))
        return visitor

    def consents(
        self, agreement: str, visitor: str, pairing: str = PAIRING, sides: tuple[str, ...] = SIDES
    ) -> None:
        """The coordinators of these institutions agree to a pairing."""
        for side in sides:
            self.do(consenting(agreement, visitor, pairing, side))


def signed(agreement: str, side: str, **changed: Any) -> SignDataSharingAgreement:
    stated = {"office": "superintendent", "on": STARTED, **changed}
    return SignDataSharingAgreement(agreement_id=agreement, institution=side, **stated)


def consenting(
    agreement: str, visitor: str, pairing: str = PAIRING, side: str = SIDES[0], on: date = STARTED
) -> ConsentToPairingAcross:
    return ConsentToPairingAcross(
        agreement_id=agreement, pairing_id=pairing, participant=visitor, institution=side, on=on
    )


def world(engine: Engine) -> Generator[Any, Any, Network]:
    """Everything that can be asked of an agreement, in order; each command gets its answer.

    An agreement ends with a pairing under it; another is in force, soon to end, and one consent
    to its pairing is withdrawn; a third waits for its signatures.
    """
    here = Network(engine)
    over = yield from _crossed(here, PAIRING)
    yield EndDataSharingAgreement(agreement_id=over, on=ENDED, cause="terminated")
    yield RecordSharedDataRemoval(agreement_id=over, office="registrar", on=SHARED)
    yield from _crossed(here, ANOTHER)
    yield drafted()
    yield from _pooled()
    return here


def lived(engine: Engine) -> None:
    """The same, asked for by the coordinator."""
    commands = world(engine)
    asked = next(commands)
    with suppress(StopIteration):
        while True:
            asked = commands.send(engine.handle(asked, actor=COORDINATOR))


def _crossed(here: Network, pairing: str) -> Generator[Any, Any, str]:
    """An agreement with a pairing under it, to which one side consents no longer."""
    mentor = here.enrol("mentor")
    answer = yield drafted(until=SOON, retention_days=30)
    agreement: str = answer.stream
    for side in SIDES:
        known = here.persons[mentor] if side == SIDES[0] else None
        yield signed(agreement, side, signed_by=known)
    here.do(here.admitting(mentor, agreement))
    for side in SIDES:
        yield consenting(agreement, mentor, pairing, side)
    here.do(here.forming(mentor, here.mentee(), pairing_id=pairing))
    yield WithdrawConsentToPairingAcross(
        agreement_id=agreement,
        pairing_id=pairing,
        participant=mentor,
        institution=SIDES[0],
        on=ENDED,
    )
    return agreement


def for_pools(**changed: Any) -> DraftDataSharingAgreement:
    """Three institutions that put figures together."""
    stated = {"institutions": POOLED, "purposes": ("pool",), "fields": ("hours",), **changed}
    return drafted(**stated)


def sharing(agreement: str, side: str, persons: int = 12, amount: int = 600, **more: Any) -> Any:
    stated = {**AUTUMN, "on": SHARED, **more}
    return ShareFigures(
        agreement_id=agreement, institution=side, persons=persons, amount=amount, **stated
    )


def releasing(agreement: str, **more: Any) -> ReleasePool:
    return ReleasePool(agreement_id=agreement, **{**AUTUMN, "on": SHARED, **more})


def _pooled() -> Generator[Any, Any, None]:
    answer = yield for_pools()
    for side in POOLED:
        yield signed(answer.stream, side)
    for side in POOLED:
        yield sharing(answer.stream, side)
    yield releasing(answer.stream)


EXAMPLES: tuple[Any, ...] = (
    DataSharingAgreementDrafted(
        agreement_id=f"agreement:{1:032x}",
        institutions=SIDES,
        purposes=("pairing",),
        fields=("identity",),
        on=STARTED,
        since=STARTED,
        until=UNTIL,
        retention_days=365,
    ),
    DataSharingAgreementSigned(
        institution=SIDES[0],
        office="superintendent",
        on=STARTED,
        signed_by=f"person:{1:032x}",
    ),
    DataSharingAgreementEnded(on=ENDED, cause="terminated"),
    PairingAcrossConsented(
        pairing_id=PAIRING, participant=f"participant:{1:032x}", institution=SIDES[0], on=STARTED
    ),
    PairingAcrossConsentWithdrawn(
        pairing_id=PAIRING, participant=f"participant:{1:032x}", institution=SIDES[0], on=ENDED
    ),
    FiguresShared(institution=SIDES[0], persons=12, amount=600, on=SHARED, **AUTUMN),
    PoolReleased(institutions=POOLED, persons=36, amount=1800, on=SHARED, **AUTUMN),
    SharedDataRemoved(office="registrar", on=SHARED),
)
"""One event of each class, as the rules make them."""
