"""Rows of a pairing list that tell who joined a group, or left it, while it went on."""

from datetime import date

from mentorcore.domain.pairing.events.membership import AddMember, RemoveMember
from mentorcore.domain.settings import ADVISING, SUPPORTED
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.intents import Intents
from mentorcore.intake.lookup import NamedPerson, NotFound, one_enrolment
from mentorcore.intake.row import Row

__all__ = ["moves", "read_moves"]


def moves(row: Row) -> bool:
    """Whether a row is about members who joined or left, and not about a pairing as a whole."""
    return row.text("joined_on") is not None or row.text("left_on") is not None


def read_moves(row: Row) -> Intents:
    """Whoever the row names beside the leader joined the leader's group, left it, or both."""
    on, joined, left = (row.day(field) for field in ("on", "joined_on", "left_on"))
    reason = row.choice("left_reason", "left_role")
    leader = row.must("mentor", row.person("mentor", ADVISING))
    people = (*row.people("mentee", SUPPORTED), *row.people("members", ADVISING | SUPPORTED))
    day = row.must("on", on)
    row.check()
    if not people:
        row.wrong("", "nobody is named who joined or left")
    group = None if leader is None or day is None else _group(row, leader, day)
    row.check()
    assert group is not None
    for number, said in enumerate({p.person.person: p for p in people}.values(), 1):
        _move(row, group, said, number, joined=joined, left=left, reason=reason)
    return row.done()


def _move(
    row: Row,
    group: KnownPairing,
    said: NamedPerson,
    number: int,
    *,
    joined: date | None,
    left: date | None,
    reason: str,
) -> None:
    day = joined or left
    assert day is not None
    own = [e for e in said.enrolments if e.participant in group.members]
    try:
        enrolment = own[0] if own else one_enrolment(said, day, None)
    except NotFound as problem:
        row.wrong("", str(problem))
        row.check()
        return
    pairing, participant = group.pairing, enrolment.participant
    if joined is not None:
        fields = {"pairing_id": pairing, "participant": participant, "since": joined}
        row.say(f"joined.{number}", AddMember, **fields)
    if left is not None:
        fields = {"pairing_id": pairing, "participant": participant, "on": left, "reason": reason}
        row.say(f"left.{number}", RemoveMember, **fields)


def _group(row: Row, leader: NamedPerson, on: date) -> KnownPairing | None:
    """The group that somebody leads since a day."""
    found = [p for e in leader.enrolments for p in row.known.pairings(e.participant)]
    since = [p for p in found if p.since == on]
    groups = [p for p in since if p.shape != "one_to_one"] or since
    if len(groups) == 1:
        return groups[0]
    if not groups:
        days = ", ".join(sorted({str(p.since) for p in found if p.shape != "one_to_one"}))
        hint = f"; groups of theirs were formed on {days}" if days else ""
        row.wrong("on", f"{leader.text!r} leads no group that was formed on {on}{hint}")
    else:
        row.wrong("on", f"{leader.text!r} leads {len(groups)} groups that were formed on {on}")
    return None
