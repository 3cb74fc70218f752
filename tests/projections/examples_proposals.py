"""An example of every event by which members are asked, or share a note, before every view."""

from collections.abc import Iterator
from typing import Any

from projections.cases import EARLY, LATELY, NOTHING, case, mentee, mentor, p, persons, q, told

from mentorcore.domain.pairing.events.proposals import (
    PairingAccepted,
    PairingDeclined,
    PairingProposed,
)
from mentorcore.domain.pairing.events.sharing import NoteShared, NoteSharingEnded
from mentorcore.domain.participant.events import PairingOffered

OVERDUE = {"kinds": ["no_meeting", "proposal_overdue"]}


def proposed(town: Any, pair: str) -> Any:
    """Anna and Ben are asked once more, until 10 September."""
    formed: Any = next(iter(town.engine.events(stream=pair))).event
    more: Any = PairingProposed
    return more(
        pairing_id=town.subject,
        program_id=formed.program_id,
        cohort_id=formed.cohort_id,
        shape=formed.shape,
        members=formed.members,
        subjects=formed.subjects,
        on=EARLY,
        basis="assigned",
        must_accept=tuple(m.participant for m in formed.members),
        exclusive=True,
        answer_by=LATELY,
    )


def asked(town: Any, pair: str) -> None:
    town.subject = town.engine.new_id("pairing")
    town.tell(town.subject, proposed(town, pair))


@case(
    PairingProposed,
    status={"proposals.0.expired": True, "numbers.pairings.active": NOTHING},
    attention=OVERDUE,
    history={"names": ["pairing.proposed"]},
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.subject = town.engine.new_id("pairing")
    yield
    town.tell(town.subject, proposed(town, pair))


@case(
    PairingAccepted,
    status={"proposals.0.missing.1": None},
    attention={"needs.1.amount": 1},
    history={"names": ["pairing.proposed", "pairing.accepted"]},
)
def _(town: Any, pair: str) -> Iterator[None]:
    asked(town, pair)
    yield
    town.tell(town.subject, PairingAccepted(participant=mentee(town, pair), on=LATELY))


@case(
    PairingDeclined,
    status={"proposals": []},
    attention={"kinds": ["no_meeting"]},
    history={"names": ["pairing.proposed", "pairing.declined"]},
)
def _(town: Any, pair: str) -> Iterator[None]:
    asked(town, pair)
    yield
    declined: Any = PairingDeclined
    town.tell(
        town.subject,
        declined(cause="declined", on=LATELY, by=mentor(town, pair), subjects=persons(town, pair)),
    )


@case(PairingOffered, status=NOTHING, attention=NOTHING, history=NOTHING)
def _(town: Any, pair: str) -> Iterator[None]:
    anna = mentor(town, pair)
    yield
    offered: Any = q.PairingOffered
    town.tell(
        anna,
        offered(pairing_id=pair, role="mentor", on=EARLY, principal_stream=pair, principal=1),
    )


NOTE: Any = f"note:{7:032x}"


def noted(town: Any, pair: str) -> Any:
    """What Ben wrote for himself, and what everything about its sharing says."""
    ben = mentee(town, pair)
    town.tell(
        pair,
        p.NoteWritten(
            note_id=NOTE,
            author=ben,
            kind="journal",
            on=EARLY,
            visibility="author_private",
            subjects=persons(town, pair),
            body="I doubt it",
        ),
    )
    town.subject = pair
    return {"note_id": NOTE, "author": ben, "on": LATELY}


@case(NoteShared, status=NOTHING, attention=NOTHING, history=told("pairing.note-shared"))
def _(town: Any, pair: str) -> Iterator[None]:
    shared: Any = NoteShared
    about = noted(town, pair)
    yield
    town.tell(pair, shared(**about, shared_with=(mentor(town, pair),)))


@case(
    NoteSharingEnded, status=NOTHING, attention=NOTHING, history=told("pairing.note-sharing-ended")
)
def _(town: Any, pair: str) -> Iterator[None]:
    shared: Any = NoteShared
    ended: Any = NoteSharingEnded
    about, anna = noted(town, pair), mentor(town, pair)
    town.tell(pair, shared(**about, shared_with=(anna,)))
    yield
    town.tell(pair, ended(**about, ended_for=(anna,)))
