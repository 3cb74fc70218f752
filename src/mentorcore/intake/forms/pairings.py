"""What the forms about pairings have in common: whose pairing a row means, and who is in it."""

from collections.abc import Iterator, Sequence
from datetime import date

from mentorcore.domain.settings import ADVISING, SUPPORTED
from mentorcore.domain.values import ParticipantId, Visibility
from mentorcore.domain.visibility import READERS
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.form_kind import Declared, Field, Lack
from mentorcore.intake.lookup import (
    NamedPerson,
    NotFound,
    SeveralFit,
    SeveralPairings,
    find_pairing,
)
from mentorcore.intake.namesakes import on_the_day, only
from mentorcore.intake.row import Row

__all__ = [
    "MEMBERS",
    "WHO",
    "check_there",
    "hidden_enough",
    "member",
    "nobody",
    "paired",
    "pairing_of",
]

EVERYBODY = ADVISING | SUPPORTED

MEMBERS = (
    Field("mentor", "person", "the mentor, facilitator or first peer"),
    Field("mentee", "persons", "the mentee, or all mentees of a group"),
    Field("members", "persons", "all members in one cell, for groups of peers"),
)
"""The fields that name the members of a pairing."""

WHO = tuple(field.name for field in MEMBERS)


def nobody(declared: Declared) -> Iterator[Lack]:
    """What a mapping lacks that names no member, so that nothing tells whose pairing it is."""
    if not declared.names(*WHO):
        yield Lack("mentor", "nothing tells whose pairing it is", "mentor, mentee or members")


def paired(row: Row) -> tuple[NamedPerson, ...]:
    """Everybody whom the columns for members name, each once."""
    named = [row.person("mentor", ADVISING)] if "mentor" in row.mapping.fields else []
    people = [s for s in named if s is not None]
    people += row.people("mentee", SUPPORTED)
    people += row.people("members", EVERYBODY)
    return tuple({said.person.person: said for said in people}.values())


def pairing_of(row: Row, people: Sequence[NamedPerson], day: date) -> KnownPairing | None:
    """The pairing of these people that a day belongs to; noted as wrong when there is none.

    It tells which one of several people of one name is meant, too.
    """
    if not people:
        row.wrong("", "nobody is named, so nothing tells whose pairing this is")
        return None
    try:
        pairing = _found(row, people, day)
    except NotFound as problem:
        row.wrong("", str(problem))
        return None
    for said in people:
        if said.namesakes:
            _in(row, "", said, pairing)
    return pairing


def _found(row: Row, people: Sequence[NamedPerson], day: date) -> KnownPairing:
    """The pairing of some people, of whom namesakes may be among.

    An address is that of whoever has it on the day; of a name that is preferred.

    Raises:
        NotFound: They have none, or several on that day.
    """
    if not any(said.namesakes for said in people):
        return find_pairing(row.known, people, day)
    strictly = [on_the_day(said, day) for said in people]
    liked = [on_the_day(said, day, names=True) for said in people]
    found: list[KnownPairing] = []
    problem: NotFound | None = None
    for tried in (liked, strictly):
        try:
            pairing = find_pairing(row.known, tried, day)
        except SeveralPairings:
            unclear = next(s for s in tried if s.namesakes) if _unclear(tried) else None
            if unclear is None:
                raise
            raise SeveralFit(row.known, unclear.text, unclear.namesakes) from None
        except NotFound as none:
            problem = problem or none
            continue
        if pairing.lived_on(day):
            return pairing
        found.append(pairing)
    if not found:
        assert problem is not None
        raise problem
    return found[0]


def _unclear(people: Sequence[NamedPerson]) -> bool:
    return any(said.namesakes for said in people)


def _in(
    row: Row, field: str, said: NamedPerson, pairing: KnownPairing, day: date | None = None
) -> ParticipantId | None:
    """The place of one of several namesakes in a pairing; noted as wrong where two are in it."""
    there = pairing.members if day is None else pairing.members_on(day)
    members = [e for e in said.enrolments if e.participant in there]
    if not members:
        earlier = any(e.participant in pairing.members for e in said.enrolments)
        when = f"was not a member of this pairing on {day}"
        row.wrong(field, f"{said.text!r} {when if earlier else 'is not a member of this pairing'}")
        return None
    if len({e.person for e in members}) > 1:
        row.wrong(field, str(SeveralFit(row.known, said.text, said.namesakes)))
        return None
    if said.namesakes:
        which = next(p for p in said.namesakes if p.person == members[0].person)
        row.means(said, only(said, which))
    return members[0].participant


def member(
    row: Row,
    field: str,
    said: NamedPerson | None,
    pairing: KnownPairing,
    day: date | None = None,
) -> ParticipantId | None:
    """Somebody's place in a pairing; noted as wrong for somebody who is not in it, or was not."""
    return None if said is None else _in(row, field, said, pairing, day)


def check_there(row: Row, people: Sequence[NamedPerson], pairing: KnownPairing, day: date) -> None:
    """Note as wrong whoever is named in the columns for members and was none on a day."""
    for said in people:
        member(row, "", said, pairing, day)


def hidden_enough(row: Row, field: str) -> Visibility | None:
    """Who may read a text, as the row says; in a confidential form nobody but the program."""
    visibility: Visibility | None = row.must(field, row.choice(field) or None)
    confidential = row.mapping.mode == "confidential"
    if visibility and confidential and READERS[visibility] & {"member", "auditor"}:
        row.wrong(field, f"{visibility!r} would show what is confidential to others")
    return visibility
