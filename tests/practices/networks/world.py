"""Institutions that agree on what they share, on a real engine."""

from collections.abc import Generator
from datetime import date
from typing import Any

from engine.world import STARTED, World

from mentorcore.engine.engine import Engine
from mentorcore.practices.networks.events import (
    DataSharingAgreementDrafted,
    DataSharingAgreementEnded,
    DataSharingAgreementSigned,
    DraftDataSharingAgreement,
    EndDataSharingAgreement,
    SignDataSharingAgreement,
)

UNTIL, ENDED = date(2027, 8, 1), date(2026, 9, 22)
SIDES = ("north-high", "south-high")


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


def world(engine: Engine) -> Generator[Any, Any, None]:
    """Everything that can be asked of an agreement, in order; each command gets its answer."""
    here = World(engine)
    mentor = here.enrol("mentor")
    answer = yield drafted()
    for side in SIDES:
        yield SignDataSharingAgreement(
            agreement_id=answer.stream,
            institution=side,
            office="superintendent",
            on=STARTED,
            signed_by=here.persons[mentor] if side == SIDES[0] else None,
        )
    yield EndDataSharingAgreement(agreement_id=answer.stream, on=ENDED, cause="terminated")


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
)
"""One event of each class, as the rules make them."""
