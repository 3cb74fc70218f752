"""What the forms about pairings have in common: whose pairing a row means, and who is in it."""

from collections.abc import Iterator, Sequence
from datetime import date

from mentorcore.domain.settings import ADVISING, SUPPORTED
from mentorcore.domain.values import ParticipantId, Visibility
from mentorcore.domain.visibility import READERS
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.form_kind import Declared, Field, Lack
from mentorcore.intake.lookup import NamedPerson, NotFound, find_pairing
from mentorcore.intake.row import Row

__all__ = ["MEMBERS", "WHO", "hidden_enough", "member", "nobody", "paired", "pairing_of"]

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
    """The pairing of these people that a day belongs to; noted as wrong when there is none."""
    if not people:
        row.wrong("", "nobody is named, so nothing tells whose pairing this is")
        return None
    try:
        return find_pairing(row.known, people, day)
    except NotFound as problem:
        row.wrong("", str(problem))
        return None


def member(
    row: Row, field: str, said: NamedPerson | None, pairing: KnownPairing
) -> ParticipantId | None:
    """Somebody's place in a pairing; noted as wrong for somebody who is not in it."""
    if said is None:
        return None
    for enrolment in said.enrolments:
        if enrolment.participant in pairing.members:
            return enrolment.participant
    row.wrong(field, f"{said.text!r} is not a member of this pairing")
    return None


def hidden_enough(row: Row, field: str) -> Visibility | None:
    """Who may read a text, as the row says; in a confidential form nobody but the program."""
    visibility: Visibility | None = row.must(field, row.choice(field) or None)
    confidential = row.mapping.mode == "confidential"
    if visibility and confidential and READERS[visibility] & {"member", "auditor"}:
        row.wrong(field, f"{visibility!r} would show what is confidential to others")
    return visibility
