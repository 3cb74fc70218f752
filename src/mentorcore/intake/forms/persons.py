"""Whom a row about a person means, which is decided before anything that it says of them.

A row means the person of the log who has its address or number, if it bears one of that person's
names, in whatever order its words. Under another name nothing is taken from it, since a slip in an
address looks the same as a new name: somebody says whether they are one or two (INV-90). Only the
row by which a person came to be known changes the name itself. Where nobody has the address or
number, it means who bears the name, where people are told apart by name; otherwise somebody new.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date

import attrs

from mentorcore.domain.person.events import Scheme
from mentorcore.domain.values import Code, CohortId, PersonId
from mentorcore.errors import Refused
from mentorcore.intake.directory import KnownPerson, Without
from mentorcore.intake.held_names import Held, address, compared, folded, is_address, words
from mentorcore.intake.intents import Claimed, Reason
from mentorcore.intake.lookup import SeveralFit
from mentorcore.intake.namesakes import described, merging, nearest
from mentorcore.intake.row import Row

__all__ = ["Meant", "Stated", "person_meant", "stated_identities"]

Identity = tuple[Scheme, str]
CORRECTED = Held("", corrected=True).distance(None)
CORRECT_OR_SAY = (
    "correct the row, or say whether that is one person (same_person) or somebody else "
    "(another_person)"
)


@attrs.frozen
class Stated:
    """What a row says about who it means."""

    name: str
    identities: tuple[Identity, ...]
    day: date
    role: Code
    cohort: CohortId


@attrs.frozen
class Meant:
    """Whom a row means.

    Attributes:
        known: The person; ``None`` for somebody new.
        links: What is to be linked.
        renamed: Whether the row gives a known person another name.
    """

    known: KnownPerson | None
    links: tuple[Identity, ...]
    renamed: bool = False


def stated_identities(row: Row, name: str | None) -> tuple[Identity, ...]:
    """The identities that a row states; the one by which people are told apart is needed."""
    email, number = row.text("email"), row.text("external_id")
    if row.mapping.by == "email":
        row.must("email", email)
    if row.mapping.by == "external_id":
        row.must("external_id", number)
    if row.mapping.by == "name":
        row.must("name", name)
    stated: list[Identity] = []
    if email is not None:
        if not is_address(email):
            row.wrong("email", f"{email!r} is not an e-mail address")
        stated.append(("email", address(email)))
    if number is not None:
        stated.append((row.mapping.scheme, number.strip()))
    return tuple(stated)


def person_meant(row: Row, stated: Stated) -> Meant:
    """Whom a row means; noted as wrong where that is unclear.

    Raises:
        Claimed: What it states belongs to another person under another name.
    """
    mine: dict[PersonId, KnownPerson] = {}
    free: list[Identity] = []
    for scheme, value in stated.identities:
        owners = row.known.identified(scheme, value)
        own = [p for p in owners if _is_meant(row, p, stated.name)]
        mine.update((p.person, p) for p in nearest(own, scheme, value, stated.day))
        others = [] if own else _others(row, owners, (scheme, value), stated)
        linked = any(_linked(p, (scheme, value)) for p in owners)
        if not others and not linked:
            free.append((scheme, value))
    if len(mine) > 1:
        _note_several(row, stated, mine.values())
        return Meant(None, ())
    known = next(iter(mine.values()), None) or _by_name(row, stated)
    if known is not None and _own_life(row, known):
        return Meant(None, tuple(free))
    if known is None:
        _note_namesakes(row, stated)
        return Meant(None, tuple(free))
    links = tuple(i for i in free if known.distance(*i) != CORRECTED)
    return Meant(known, links, not known.names or not _bears(known, stated.name))


def _is_meant(row: Row, person: KnownPerson, name: str) -> bool:
    """Whether a row means a person who has its address or number, as far as that is known."""
    said = _said(row, person)
    if said is not None:
        return said == "same_person"
    return _bears(person, name) or not set(row.meant).isdisjoint(person.lives)


def _own_life(row: Row, known: KnownPerson) -> bool:
    """Whether the row itself made one of the records that were merged into a person's."""
    made = row.known.hidden if isinstance(row.known, Without) else frozenset()
    return not made.isdisjoint(known.lives)


def _said(row: Row, person: KnownPerson) -> str | None:
    """What somebody said of the row and a person, under whichever of the person's ids."""
    return next((row.settled[one] for one in person.lives if one in row.settled), None)


def _others(
    row: Row, owners: Iterable[KnownPerson], identity: Identity, stated: Stated
) -> list[KnownPerson]:
    """To whom an identity belongs that a row states of somebody else, as somebody said.

    Raises:
        Claimed: Nobody said so yet.
    """
    scheme, value = identity
    # What somebody had before the day of the row may have passed on.
    having = [p for p in owners if p.distance(scheme, value, stated.day) == 0]
    asked = [p for p in having if _said(row, p) is None]
    if asked:
        field = "email" if scheme == "email" else "external_id"
        column = row.mapping.fields.get(field, "")
        raise Claimed(
            Reason(
                column,
                f"{value!r} belongs to {asked[0].name!r}, and this row says {stated.name!r}; "
                + CORRECT_OR_SAY,
            ),
            field,
            value,
            [p.person for p in asked],
        )
    return having


def _by_name(row: Row, stated: Stated) -> KnownPerson | None:
    """Who bears the name, where people are told apart by it; else whom the row meant before.

    Raises:
        Claimed: Who bears it is known under another address.
    """
    before = [row.known.person(p) for p in row.meant]
    was = [p for p in before if p is not None and _bears(p, stated.name)]
    if was:
        return was[0]  # with another address than before
    if row.mapping.by != "name":
        return None
    found = [p for p in row.known.named(stated.name) if _said(row, p) != "another_person"]
    left = _narrowed(row, nearest(found, None, stated.name), stated)
    if len(left) > 1:
        row.wrong("name", str(SeveralFit(row.known, stated.name, left)))
    if len(left) != 1:
        return None
    (known,) = left
    for scheme, value in stated.identities:
        had = _values(known, scheme)
        if had and not _has(known, (scheme, value)) and _said(row, known) is None:
            field = "email" if scheme == "email" else "external_id"
            raise Claimed(
                Reason(
                    row.mapping.fields.get(field, ""),
                    f"{known.name!r} is known under another one than {value!r}, "
                    f"{had[-1]!r}; {CORRECT_OR_SAY}",
                ),
                field,
                value,
                [known.person],
            )
    return known


def _narrowed(row: Row, people: tuple[KnownPerson, ...], stated: Stated) -> tuple[KnownPerson, ...]:
    """Of several people of one name those whom the rest of the row fits: address, school, part."""
    if len(people) < 2:  # noqa: PLR2004 - nothing to tell apart
        return people
    schools = {folded(t) for t in (row.text("unit"), row.text("institution")) if t}
    stages: tuple[Callable[[KnownPerson], bool], ...] = (
        lambda p: any(_has(p, identity) for identity in stated.identities),
        lambda p: not schools.isdisjoint(map(folded, row.known.schools(p.person))),
        lambda p: any(
            (e.role, e.cohort) == (stated.role, stated.cohort)
            for e in row.known.enrolments(p.person)
        ),
        lambda p: any(e.role == stated.role for e in row.known.enrolments(p.person)),
    )
    for fits in stages:
        people = tuple(p for p in people if fits(p)) or people
    return people


def _note_several(row: Row, stated: Stated, people: Iterable[KnownPerson]) -> None:
    """Note that a row states the address of one person and the number of another one."""
    who = "; ".join(described(row.known, p) for p in people)
    row.wrong("", f"it states what belongs to different people called {stated.name!r}: {who}")


def _note_namesakes(row: Row, stated: Stated) -> None:
    """Say that a new person bears a name that is known, as after a slip in an address."""
    if row.mapping.by == "name":
        return
    namesakes: tuple[KnownPerson, ...] = ()
    with suppress(Refused):  # somebody's name cannot be read
        namesakes = row.known.named(stated.name)
    for known in namesakes:
        if _bears(known, stated.name):
            news = [value for _, value in stated.identities]
            held = (known.address, *(value for _, value in known.identities), known.person)
            command = merging(next(filter(None, held)), news[0])
            row.note(
                f"{stated.name!r} ({' and '.join(news)}) is a second person of this name beside "
                f"{described(row.known, known)}; if they are one person, merge them: {command}"
            )


def _bears(person: KnownPerson, name: str) -> bool:
    wanted = words(name)
    unknown = person.locked or not person.names
    return unknown or any(words(held.text) == wanted for held in person.names)


def _has(person: KnownPerson, identity: Identity) -> bool:
    return person.distance(*identity) is not None


def _values(person: KnownPerson, scheme: Scheme) -> list[str]:
    if scheme == "email":
        return [held.text for held in person.addresses if not held.corrected]
    return [value for of, value in person.identities if of == scheme]


def _linked(person: KnownPerson, identity: Identity) -> bool:
    scheme, value = identity
    wanted = compared(scheme, value)
    return any(of == scheme and compared(of, text) == wanted for of, text in person.identities)
