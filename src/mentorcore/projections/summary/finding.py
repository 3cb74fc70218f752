"""People are found by every name and address that they have or ever had.

A name that somebody bore last year stands in last year's papers, and whoever looks them up has only
that. So `as_of` narrows nothing about names; what the log did not know at `as_known` finds nobody.
Where a word fits several, each is shown with what tells them apart.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.participant.applying import Application
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.values import Sealed
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import CONTACT, METADATA, NAME, OWN, Redactor, Shown
from mentorcore.projections.summary.partials import PersonPart, Post
from mentorcore.projections.summary.people import Who, applicant, as_contact, contact_of, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = [
    "Found",
    "FoundPairing",
    "Sought",
    "found_in",
    "found_participant",
    "found_person",
    "together",
    "whole",
    "whole_person",
]

Fold = Callable[[str], str]
"""How names are compared: small letters and single spaces, `mentorcore.intake.directory.folded`."""

_BOTH = re.compile(r"(?P<name>[^<>]+)<(?P<address>[^<>]+)>")
_PART = re.compile(r"(?P<name>[^()]+)\((?P<role>[^()]+)\)")


@attrs.frozen
class Found(Who):
    """Somebody who was found, with what tells them apart from others of the same name.

    Attributes:
        program: The program that they take part in; empty for a person who does not.
        program_name: Its name.
        cohort: The name of the cohort.
        institution: Where they work.
        unit: Their school, department or campus.
        email: Their address.
    """

    program: str = ""
    program_name: str = ""
    cohort: str = ""
    institution: Shown = attrs.field(default=None, repr=without_text)
    unit: Shown = attrs.field(default=None, repr=without_text)
    email: Shown = attrs.field(default=None, repr=without_text)


@attrs.frozen
class FoundPairing:
    """A pairing that was found by the people in it."""

    pairing: str
    program: str
    cohort: str
    people: tuple[Who, ...]
    formed_on: date | None
    situation: str


@attrs.frozen
class Sought:
    """What is looked for: a name or an address, or both as ``NAME <address>``.

    Attributes:
        role: The role, where it was said as ``NAME (role)``.
    """

    fold: Fold
    words: frozenset[str]
    role: str | None = None

    @classmethod
    def read(cls, text: str, fold: Fold) -> "Sought":
        """What somebody typed."""
        part = _PART.fullmatch(text.strip())
        text = part["name"] if part else text
        both = _BOTH.fullmatch(text.strip())
        words = [both["name"], both["address"]] if both else [text]
        role = fold(part["role"]) if part else None
        return cls(fold, frozenset(filter(None, map(fold, words))), role)

    def fits(self, names: Iterable[str], others: Iterable[str]) -> bool:
        """Whether somebody who is known by these names, and by other words, is meant.

        A part of a name will do; of an address or a number it will not.
        """
        folded = {self.fold(name) for name in names}
        parts = {part for name in folded for part in name.split()}
        known = folded | parts | {self.fold(word) for word in others}
        return bool(self.words) and self.words <= known


def found_in(
    at: ProgramSnapshot,
    ever: ProgramSnapshot,
    seer: Redactor,
    sought: Sought,
    *,
    applied: bool = False,
) -> Iterator[Found]:
    """Those of a program who are meant, as far as the viewer is shown them.

    Args:
        at: The program at the moment that is asked about.
        ever: The program with all that the log knew by then.
        seer: Who is asking.
        sought: What is looked for.
        applied: Whether among those who applied, and not among those who take part.
    """
    for participant in at.applications if applied else at.participants:
        if seer.may(METADATA, members=at.circle(at.person(participant))):
            found = found_participant(at, ever, seer, participant, sought)
            if found is not None:
                yield found


def found_participant(
    at: ProgramSnapshot, ever: ProgramSnapshot, seer: Redactor, participant: str, sought: Sought
) -> Found | None:
    """A participant, or somebody who applied, if they are meant.

    Args:
        at: The program at the moment that is asked about.
        ever: The program with all that the log knew by then, whatever was true when.
        seer: Who is asking.
        participant: Whose enrolment.
        sought: What is looked for.
    """
    state: Participant | Application
    if participant in at.participants:
        state, shown = at.participants[participant], who(at, seer, participant)
    else:
        state = at.applications[participant]
        shown = applicant(at, seer, participant, state)
    part = whole_person(ever.lives(state.person_id))
    if sought.role not in (None, sought.fold(shown.role)):
        return None
    names = _names(part, seer, at.circle(state.person_id))
    printed = f"{shown.role} …{participant[-8:]}"  # as somebody without a name is printed
    if not sought.fits(names, (*_elsewhere(part, seer, state.person_id), printed)):
        return None
    cohorts = {c.cohort_id: c.name for c in at.program.cohorts}
    return Found(
        **{f.name: getattr(shown, f.name) for f in attrs.fields(Who)},
        program=at.program_id,
        program_name=at.program.name,
        cohort=cohorts.get(state.cohort_id) or "",
        email=getattr(contact_of(at, seer, state.person_id), "email", None)
        or _address(part, seer, state.person_id),
        **_work(part, seer, state.person_id),
    )


def whole_person(parts: Iterable[PersonPart]) -> PersonPart:
    """A person with the names, addresses and posts of all who were merged into them."""
    first, *others = [*parts] or [PersonPart()]
    if not others:
        return first
    every = (first, *others)
    return attrs.evolve(
        first,
        names=[name for p in every for name in p.names],
        contacts=[contact for p in every for contact in p.contacts],
        identities=[identity for p in every for identity in p.identities],
        posts=[post for p in every for post in p.posts],
    )


def found_person(person: str, part: PersonPart, seer: Redactor, sought: Sought) -> Found | None:
    """A person whom the log knows, if they are meant; they need not take part in anything."""
    names = _names(part, seer, frozenset({person}))
    if part.registered is None or not sought.fits(names, _elsewhere(part, seer, person)):
        return None
    return Found(
        participant="",
        person=person,
        role="",
        name=seer.show(part.name, NAME, "name", members={person}),
        email=_address(part, seer, person),
        **_work(part, seer, person),
    )


def _names(part: PersonPart, seer: Redactor, circle: frozenset[str]) -> Iterator[str]:
    """Every name of a person that the viewer may see."""
    for name in part.names:
        yield from _text(seer.show(name, NAME, "name", members=circle))


def _elsewhere(part: PersonPart, seer: Redactor, person: str) -> Iterator[str]:
    """Every address and number of a person that the viewer may see."""
    for contact in part.contacts:
        opened = as_contact(seer.show(contact, CONTACT, "contact", author=person))
        yield from _text(getattr(opened, "email", None))
        yield from _text(getattr(opened, "phone", None))
    for identity in part.identities:
        yield from _text(seer.show(identity.value, CONTACT, "contact", author=person))


def _text(shown: Shown) -> Iterator[str]:
    if isinstance(shown, str):
        yield shown


def _address(part: PersonPart, seer: Redactor, person: str) -> Shown:
    """The address of a person: that of the contact, or the one linked last."""
    opened = as_contact(seer.show(part.contact, CONTACT, "contact", author=person))
    if address := getattr(opened, "email", None):
        return address
    linked = [i.value for i in part.identities if i.scheme == "email"]
    return seer.show(linked[-1], CONTACT, "contact", author=person) if linked else None


def _work(part: PersonPart, seer: Redactor, person: str) -> dict[str, Any]:
    """Where a person works, by the post that began last."""
    if not part.posts:
        return {}
    post: Post = max(part.posts, key=lambda p: (p.since, p.ref))

    def shown(value: Sealed | str | None) -> Shown:
        return seer.show(value, OWN, "identity", author=person)

    return {"institution": shown(post.institution), "unit": shown(post.unit)}


def together(
    at: ProgramSnapshot, seer: Redactor, named: Sequence[frozenset[str]]
) -> Iterator[FoundPairing]:
    """The pairings in which all who were named are, each of them somebody else.

    Args:
        at: The program.
        seer: Who is asking.
        named: By name, the participants whom it may mean.
    """
    cohorts = {c.cohort_id: c.name for c in at.program.cohorts}
    for stream, part in at.pairings.items():
        members = [m.participant for m in part.members]
        if len(members) < len(named) or not _seated(named, members):
            continue
        yield FoundPairing(
            pairing=stream,
            program=at.program_id,
            cohort=cohorts.get(part.cohort_id) or "",  # ids are texts
            people=tuple(who(at, seer, m) for m in members),
            formed_on=part.formed_on,
            situation=part.situation,
        )


def _seated(named: Sequence[frozenset[str]], members: Sequence[str]) -> bool:
    """Whether every name finds a member of its own."""
    if not named:
        return True
    first, *rest = named
    return any(
        m in first and _seated(rest, [o for o in members if o != m]) for m in members
    )  # fmt: skip


def whole(found: Sequence[FoundPairing], number: int) -> Sequence[FoundPairing]:
    """Of some pairings, those of exactly so many people, where there are any."""
    exact = [f for f in found if len(f.people) == number]
    return exact or found
