"""A person as an import knows them: every name and address that their stream tells of."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.effective import (
    VersionedEvent,
    corrections_of,
    effective,
    is_correction,
)
from mentorcore.domain.person.events import (
    Contact,
    EmploymentRecorded,
    ExternalIdentityLinked,
    PersonDetailsChanged,
    PersonRegistered,
)
from mentorcore.domain.values import PersonId
from mentorcore.intake.directory import KnownPerson
from mentorcore.intake.held_names import Held, compared, folded

__all__ = ["known_person", "merged", "schools_of"]

DETAILS = (PersonRegistered, PersonDetailsChanged)
WHO = (*DETAILS, ExternalIdentityLinked)

Open = Callable[[Any], Any]


def known_person(
    person: PersonId, history: Iterable[VersionedEvent], opened: Open
) -> KnownPerson | None:
    """Who a person is; ``None`` for one who is not registered, or not any more.

    Args:
        person: Their id.
        history: Their stream.
        opened: Opens a sealed value.
    """
    told = [p for p in history if isinstance(p.event, WHO) or is_correction(p.event)]
    stands = effective(told)
    if not any(isinstance(p.event, PersonRegistered) for p in stands):
        return None
    details = [p.event for p in stands if isinstance(p.event, DETAILS)]
    names, addresses = _timeline(details, opened)
    links = (p.event for p in stands if isinstance(p.event, ExternalIdentityLinked))
    linked = [(e.scheme, value) for e in links if (value := _text(e.value, opened))]
    reached = {_mail(held.text) for held in addresses}
    mails = [Held(v) for s, v in linked if s == "email" and _mail(v) not in reached]
    addresses = [*mails, *addresses]
    if len(stands) < len(told):  # something was corrected
        fallen = corrections_of(told).fallen
        once = [p.event for p in told if isinstance(p.event, DETAILS) and p.version not in fallen]
        named, told_mails = _timeline(once, opened)
        names = [*_put_aside(named, names, folded), *names]
        addresses = [*_put_aside(told_mails, addresses, _mail), *addresses]
    return KnownPerson(
        person=person,
        name=next((held.text for held in reversed(names) if not held.corrected), ""),
        identities=tuple(linked),
        names=tuple(names),
        addresses=tuple(addresses),
    )


def merged(
    own: KnownPerson | None,
    others: Iterable[KnownPerson | None],
    ids: tuple[PersonId, ...],
    is_locked: Callable[[PersonId], bool],
) -> KnownPerson | None:
    """A person with every name, address and number of those who were merged into them.

    Args:
        own: The survivor, as known under their own id.
        others: The absorbed.
        ids: All ids that lead to the person.
        is_locked: Whether texts of somebody cannot be read.
    """
    if own is None:
        return None
    lives = [*(p for p in others if p is not None), own]  # what the survivor has now comes last
    return attrs.evolve(
        own,
        name=own.name or next((p.name for p in lives if p.name), ""),
        identities=tuple(dict.fromkeys(i for p in lives for i in p.identities)),
        names=tuple(held for p in lives for held in p.names),
        addresses=tuple(held for p in lives for held in p.addresses),
        lives=ids,
        locked=any(map(is_locked, ids)),
    )


def _timeline(details: Iterable[Any], opened: Open) -> tuple[list[Held], list[Held]]:
    """The names and the contact's addresses one after the other, each until the next one."""
    names: list[Held] = []
    addresses: list[Held] = []
    for event in details:
        since = event.since if isinstance(event, PersonDetailsChanged) else None
        if name := _text(event.name, opened):
            _follow(names, name, since)
        if event.contact is not None:
            _follow(addresses, _email(event.contact, opened), since)
    return names, addresses


def _follow(held: list[Held], told: str, since: date | None) -> None:
    if held and held[-1].until is None:
        if held[-1].text == told:
            return
        held[-1] = Held(held[-1].text, held[-1].since, since)
    if told:
        held.append(Held(told, since))


def _put_aside(
    told: Sequence[Held], stands: Sequence[Held], as_compared: Callable[[str], str]
) -> list[Held]:
    """What was told once and other words were put in the place of."""
    there = {as_compared(held.text) for held in stands}
    gone = dict.fromkeys(held.text for held in told if as_compared(held.text) not in there)
    return [Held(text, corrected=True) for text in gone]


def _text(value: Any, opened: Open) -> str:
    found = opened(value)
    return found if isinstance(found, str) else ""


def _email(value: Any, opened: Open) -> str:
    found = opened(value)
    told = found.email if isinstance(found, Contact) else None
    if isinstance(found, dict):
        told = found.get("email")
    return told if isinstance(told, str) else ""


def _mail(text: str) -> str:
    return compared("email", text)


def schools_of(history: Iterable[VersionedEvent], text: Callable[[Any], str]) -> tuple[str, ...]:
    """Where a person works or worked, the latest first, and schools before their districts."""
    posts = [p.event for p in effective(history) if isinstance(p.event, EmploymentRecorded)]
    told = [text(place) for post in reversed(posts) for place in (post.unit, post.institution)]
    return tuple(dict.fromkeys(filter(None, told)))
