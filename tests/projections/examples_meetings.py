"""An example of every event with which a pairing begins, rests, ends or meets, before every view."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import attrs
from projections.cases import EARLY, LATELY, NOTHING, TODAY, case, held, mentor, p, persons, told
from projections.town import Town

from mentorcore.domain.pairing.events.ending import (
    PairingContinued,
    PairingEnded,
    PairingPaused,
    PairingReopened,
    PairingResumed,
)
from mentorcore.domain.pairing.events.forming import AgreementSigned, PairingFormed, PairingStarted
from mentorcore.domain.pairing.events.meetings import (
    DuplicatesRuledOut,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    MeetingVerified,
)
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft, SubstituteNamed
from mentorcore.domain.settings import Cadence


@case(
    PairingFormed,
    status={"numbers.pairings.active": 2, "pairings.1.situation": "active"},
    attention={"kinds": ["no_meeting", "no_meeting"]},
    history={"names": ["pairing.formed"]},
)
def _(town: Any, pair: str) -> Iterator[None]:
    before = next(iter(town.engine.events(stream=pair))).event
    town.subject = town.engine.new_id("pairing")
    yield
    town.tell(town.subject, attrs.evolve(before, pairing_id=town.subject, on=EARLY))


@case(
    AgreementSigned,
    status={"pairings.0.evidence": NOTHING},
    attention={"needs.0.limit": 7},
    history=told("pairing.agreement-signed"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    yield
    town.tell(
        pair,
        p.AgreementSigned(
            revision=1,
            signer=anna,
            on=EARLY,
            cadence=Cadence(every=1, unit="week", minutes=30),
            subjects=persons(town, pair)[:1],
        ),
    )


@case(
    PairingStarted,
    status={"pairings.0.situation": "active", "pairings.0.waits_for": []},
    attention={"kinds": []},
    history=told("pairing.started"),
    start_needs=("authorization",),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, p.PairingStarted(on=LATELY))


@case(
    MeetingScheduled,
    status={"pairings.0.next_meeting": "2026-09-25T19:00:00Z"},
    attention=NOTHING,
    history=told("pairing.meeting-scheduled"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, scheduled(town, pair))


def scheduled(town: Town, pair: str) -> Any:
    return p.MeetingScheduled(
        meeting_id=f"meeting:{1:032x}",
        sequence=1,
        starts_on=date(2026, 9, 25),
        starts_at=datetime(2026, 9, 25, 19, tzinfo=UTC),
        minutes=45,
        modality="video",
        attendees=tuple(town.members(pair)),
    )


@case(
    MeetingCancelled,
    status={"pairings.0.next_meeting": None, "pairings.0.missed": 1, "numbers.missed": 1},
    attention=NOTHING,
    history={"names": ["pairing.formed", "pairing.meeting-cancelled", "pairing.meeting-scheduled"]},
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, scheduled(town, pair))
    town.subject = pair
    yield
    meeting: Any = f"meeting:{1:032x}"
    town.tell(pair, p.MeetingCancelled(meeting_id=meeting, cause="no_show", on=LATELY))


@case(
    MeetingHeld,
    status={
        "pairings.0.meetings": 1,
        "pairings.0.minutes": 45,
        "pairings.0.last_meeting": "2026-09-10",
        "pairings.0.quiet_days": 10,
        "numbers.minutes": 45,
    },
    attention={"kinds": []},
    history=told("pairing.meeting-held"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, held(town, pair))


@case(
    DuplicatesRuledOut,
    status={"pairings.0.marks": []},
    attention={"kinds": []},
    history=told("pairing.duplicates-ruled-out"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    again: Any = f"meeting:{2:032x}"
    first = attrs.evolve(held(town, pair), held_on=date(2026, 9, 20))
    town.tell(pair, first)
    town.tell(pair, attrs.evolve(first, meeting_id=again))
    yield
    both = (first.meeting_id, again)
    town.tell(pair, p.DuplicatesRuledOut(on=date(2026, 9, 20), meetings=both))


@case(
    MeetingVerified,
    status={"pairings.0.marks.1.kind": "disputed"},
    attention={"kinds": ["meeting_disputed"]},
    history=told("pairing.meeting-verified"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, held(town, pair))
    yield
    meeting: Any = f"meeting:{1:032x}"
    town.tell(pair, p.MeetingVerified(meeting_id=meeting, by=None, verdict="disputed", on=LATELY))


@case(
    PairingPaused,
    status={"pairings.0.situation": "paused", "pairings.0.quiet_days": None},
    attention={"kinds": []},
    history=told("pairing.paused"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, paused(town, pair))


def paused(town: Town, pair: str) -> Any:
    return p.PairingPaused(since=EARLY, frees_place=False, subjects=persons(town, pair))


@case(
    PairingResumed,
    status={"pairings.0.situation": "active", "pairings.0.since": "2026-09-10"},
    attention=NOTHING,
    history=told("pairing.resumed"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, paused(town, pair))
    yield
    town.tell(pair, p.PairingResumed(on=LATELY))


@case(
    PairingEnded,
    status={"pairings.0.situation": "ended", "pairings.0.ended.reason": "no_fault"},
    attention={"kinds": ["unpaired"]},
    history=told("pairing.ended"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, ended())


def ended() -> Any:
    return p.PairingEnded(
        on=LATELY, reason="no_fault", initiated_by="program", closing_conversation=True
    )


@case(
    PairingContinued,
    status={"pairings.0.planned_end": "2027-12-01"},
    attention=NOTHING,
    history=told("pairing.continued"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, p.PairingContinued(on=LATELY, planned_end=date(2027, 12, 1)))


@case(
    PairingReopened,
    status={"pairings.0.situation": "active", "pairings.0.since": "2026-09-20"},
    attention={"kinds": []},
    history=told("pairing.reopened"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, ended())
    yield
    reopened = p.PairingReopened(on=TODAY, authority="coordinator", subjects=persons(town, pair))
    town.tell(pair, reopened)


@case(
    MemberJoined,
    status={"pairings.0.members.2.name": "Cleo", "numbers.unpaired": 0},
    attention={"kinds": []},
    history=told("pairing.member-joined"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    cleo = town.enrol("mentee", "Cleo")
    town.meet(pair, "2026-09-08")
    town.subject = pair
    yield
    town.tell(
        pair,
        p.MemberJoined(
            participant=cleo,
            role="mentee",
            primary=False,
            since=LATELY,
            subjects=(town.persons[cleo],),
        ),
    )


@case(
    SubstituteNamed,
    status={"pairings.0.substitutes.0.until": LATELY.isoformat()},
    attention={"kinds": ["no_meeting", "substitute_over"]},
    history=told("pairing.substitute-named"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    cora = town.enrol("mentor", "Cora")
    joined = p.MemberJoined(
        participant=cora,
        role="mentor",
        primary=False,
        since=EARLY,
        subjects=(town.persons[cora],),
    )
    town.tell(pair, joined)
    town.subject = pair
    yield
    town.tell(pair, p.SubstituteNamed(participant=cora, since=EARLY, until=LATELY))


@case(
    MemberLeft,
    status={"pairings.0.members.1": None, "numbers.unpaired": 1},
    attention={"kinds": ["unpaired"]},
    history=told("pairing.member-left"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.meet(pair, "2026-09-15")
    town.subject = pair
    yield
    ben = town.members(pair)[1]
    town.tell(pair, p.MemberLeft(participant=ben, on=date(2026, 9, 16), reason="left_role"))
