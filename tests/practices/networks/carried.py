"""Records that people carry to a program, as commands and events."""

from collections.abc import Generator
from datetime import date
from typing import Any

from engine.world import STARTED, TODAY
from practices.networks.world import SIDES, Network

from mentorcore.domain.participant.carried import brought_stream, origin_stream
from mentorcore.practices.networks.carrying.events import (
    CheckpointHeld,
    HoldCheckpoint,
    IssueServiceRecord,
    LogKeyTrusted,
    LogNamed,
    NameLog,
    OwnerRecognised,
    ReceiveServiceRecord,
    RecogniseOwner,
    ServiceRecordIssued,
    ServiceRecordReceived,
    TrustLogKey,
)

THERE = "south-high.example/log"
"""The name of the log of the other institution."""

OWNER, VKEY = f"person:{0x0E:032x}", f"{THERE}+00000001+AAAA"
ISSUED, SINCE = date(2026, 9, 1), date(2024, 9, 2)


BROUGHT = brought_stream(THERE, OWNER)


def naming(agreement: str, **changed: Any) -> NameLog:
    stated = {"origin": THERE, "institution": SIDES[1], "on": STARTED, **changed}
    return NameLog(**{"origin_id": origin_stream(THERE), "agreement_id": agreement, **stated})


def trusting(vkey: str = VKEY, on: date = STARTED) -> TrustLogKey:
    return TrustLogKey(origin_id=origin_stream(THERE), vkey=vkey, on=on)


def holding(note: str = "a checkpoint", on: date = STARTED) -> HoldCheckpoint:
    return HoldCheckpoint(origin_id=origin_stream(THERE), note=note, on=on)


def issuing(person: str, number: int = 1, on: date = TODAY) -> IssueServiceRecord:
    return IssueServiceRecord(carried_id=f"carried:{number:032x}", person_id=person, on=on)


def recognising(person: str, on: date = TODAY, **changed: Any) -> RecogniseOwner:
    stated = {"brought_id": BROUGHT, "origin": THERE, "owner": OWNER, **changed}
    return RecogniseOwner(person_id=person, on=on, **stated)


def receiving(participant: str, agreement: str, **changed: Any) -> ReceiveServiceRecord:
    """Two years of somebody's service elsewhere."""
    index = changed.get("index", 7)
    stated: dict[str, Any] = {
        "brought_id": BROUGHT,
        "institution": SIDES[1],
        "record": f"carried:{index:032x}",
        "index": index,
        "issued_on": ISSUED,
        "on": TODAY,
        "verified": True,
        "since": SINCE,
        "meetings": 12,
        "minutes": 540,
        "roles": ("mentor",),
    }
    return ReceiveServiceRecord(
        **{"participant_id": participant, "agreement_id": agreement, **stated, **changed}
    )


def world(here: Network) -> Generator[Any, Any, None]:
    """A log is known by its key and a checkpoint; records are issued and received."""
    mentor = here.enrol("mentor")
    agreement = here.agree()
    yield naming(agreement)
    yield trusting()
    yield holding()
    yield issuing(here.persons[mentor])
    yield recognising(here.persons[mentor])
    yield receiving(mentor, agreement, verified=False)


EXAMPLES: tuple[Any, ...] = (
    LogNamed(
        origin_id=origin_stream(THERE),
        agreement_id=f"agreement:{1:032x}",
        institution=SIDES[1],
        origin=THERE,
        on=STARTED,
    ),
    LogKeyTrusted(vkey=VKEY, on=STARTED),
    CheckpointHeld(note="a checkpoint", on=STARTED),
    ServiceRecordIssued(carried_id=f"carried:{1:032x}", person_id=f"person:{1:032x}", on=TODAY),
    OwnerRecognised(
        brought_id=BROUGHT, origin=THERE, owner=OWNER, person_id=f"person:{1:032x}", on=TODAY
    ),
    ServiceRecordReceived(
        program_id=f"program:{1:032x}",
        participant_id=f"participant:{1:032x}",
        agreement_id=f"agreement:{1:032x}",
        institution=SIDES[1],
        record=f"carried:{7:032x}",
        index=7,
        issued_on=ISSUED,
        on=TODAY,
        verified=True,
        since=SINCE,
        meetings=12,
        minutes=540,
        roles=("mentor",),
        completions=("mentor-basics",),
    ),
)
"""One event of each class, as the rules make them."""
