"""Several people of one name, and what tells them apart, in a cell and in a sentence."""

import shlex
from collections.abc import Collection, Iterable
from datetime import date

import attrs

from mentorcore.domain.person.events import Scheme
from mentorcore.domain.values import ParticipantId, PersonId
from mentorcore.intake.directory import Directory, KnownParticipant, KnownPerson
from mentorcore.intake.held_names import cell, folded

__all__ = ["NamedPerson", "added", "among", "described", "merging", "nearest", "on_the_day", "only"]


@attrs.frozen
class NamedPerson:
    """Somebody as a row names them, and the enrolments that this can mean.

    Attributes:
        namesakes: The people among whom nothing has told yet which one is meant; the enrolments
            are those of all of them.
    """

    text: str
    person: KnownPerson
    enrolments: tuple[KnownParticipant, ...]
    namesakes: tuple[KnownPerson, ...] = ()

    def enrolment_on(self, day: date) -> ParticipantId:
        """The enrolment of a day, or else the last one; nobody is named without any."""
        there = [e for e in self.enrolments if e.ran_on(day)] or self.enrolments[-1:]
        return there[0].participant


def only(said: NamedPerson, person: KnownPerson) -> NamedPerson:
    """The cell, read as one of the people whom it can mean."""
    mine = tuple(e for e in said.enrolments if e.person == person.person)
    return NamedPerson(said.text, person, mine)


def nearest(
    people: Iterable[KnownPerson], scheme: Scheme | None, text: str, day: date | None = None
) -> tuple[KnownPerson, ...]:
    """Those of some people who are nearest to having a name or an identity.

    Without a day, who has it and who once had it are equally near; only who never truly had it,
    since it was corrected, stands behind.

    Args:
        people: The people.
        scheme: Of which scheme the identity is; ``None`` for a name.
        text: The name or identity.
        day: The day on which it is to be had.
    """
    apart = [(p, p.distance(scheme, text, day)) for p in people]
    found = [(p, d if day is not None else max(d, 1)) for p, d in apart if d is not None]
    least = min((d for _, d in found), default=0)
    return tuple(p for p, d in found if d == least)


def on_the_day(said: NamedPerson, day: date, *, names: bool = False) -> NamedPerson:
    """A cell, read as those of whom an address, or with *names* a name too, is on a day."""
    if not said.namesakes:
        return said
    stated = cell(said.text)
    left = said.namesakes
    if stated.address:
        left = nearest(left, "email", stated.address, day)
    elif names:
        left = nearest(left, None, said.text, day) or nearest(left, None, stated.name, day)
    return among(said, {p.person for p in left})


def among(said: NamedPerson, persons: Collection[PersonId]) -> NamedPerson:
    """A cell, read as those of some persons; as before where it can mean none of them."""
    left = tuple(p for p in said.namesakes if p.person in persons)
    if not left:
        return said
    if len(left) == 1:
        return only(said, left[0])
    mine = tuple(e for e in said.enrolments if e.person in persons)
    return NamedPerson(said.text, left[0], mine, left)


def added(known: Directory, person: KnownPerson, addition: str) -> bool:
    """Whether what a cell adds to a name, such as a school, is true of a person."""
    wanted = folded(addition)
    enrolments = known.enrolments(person.person)
    cohorts = {c.cohort_id: c.name for c in known.program.cohorts}
    told = [*known.schools(person.person), *(value for _, value in person.identities)]
    told += [e.role for e in enrolments] + [cohorts.get(e.cohort, "") for e in enrolments]
    return wanted in map(folded, told)


def described(known: Directory, person: KnownPerson) -> str:
    """A person with what tells them apart from a namesake: address or number, role, school."""
    which = person.address or next((value for _, value in person.identities), "")
    cohorts = {c.cohort_id: c.name for c in known.program.cohorts}
    roles = [f"{e.role} in {cohorts.get(e.cohort, '')}" for e in known.enrolments(person.person)]
    told = [which or person.name, *roles, *known.schools(person.person)[:1]]
    return ", ".join(filter(None, told))


def merging(survivor: str, absorbed: str) -> str:
    """The command that merges two records of one person, each named as a person can be named."""
    named = (shlex.quote(f"survivor={survivor}"), shlex.quote(f"absorbed={absorbed}"))
    return f"mentorcore record LOG merge-persons {' '.join(named)}"
