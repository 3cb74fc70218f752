"""What forms have in common by which somebody becomes known: who it is, as what, and where."""

from collections.abc import Iterator, Mapping
from datetime import date

from mentorcore.domain.person.events import (
    ChangePersonDetails,
    Contact,
    ExternalIdentityLinked,
    LinkExternalIdentity,
    PersonDetailsChanged,
    PersonRegistered,
    RegisterPerson,
)
from mentorcore.domain.values import Code, CohortId, PersonId
from mentorcore.intake.form_kind import Declared, Field, Lack
from mentorcore.intake.forms.persons import Stated, person_meant
from mentorcore.intake.held_names import folded
from mentorcore.intake.lookup import NotFound, find_cohort
from mentorcore.intake.row import Row

__all__ = [
    "PERSON",
    "PERSON_FIELDS",
    "cohort_stated",
    "known_person",
    "lacks_of_person",
    "name_stated",
    "role_stated",
    "tells_of_person",
]

PERSON = ("email", "external_id", "name", "family_name")
"""The fields that say who it is."""

PERSON_FIELDS = (
    Field("name", "text", "the person's name", needed=True, own=True),
    Field("family_name", "text", "the family name, where the form asks for it apart"),
    Field("email", "text", "the person's e-mail address"),
    Field("external_id", "text", "the person's number in another system"),
    Field("phone", "text", "the person's telephone number"),
    Field("locale", "code", "the language the person prefers"),
    Field("time_zone", "code", "the person's time zone"),
)


def tells_of_person(since: str) -> Mapping[type | str, Mapping[str, tuple[str, ...]]]:
    """By record about a person, the fields that tell it; a new name holds since the day *since*."""
    return {
        PersonRegistered: {
            "name": ("name", "family_name"),
            "contact": ("email", "phone"),
            "locale": ("locale",),
            "time_zone": ("time_zone",),
        },
        PersonDetailsChanged: {"name": ("name", "family_name"), "since": (since,)},
        ExternalIdentityLinked: {"value": ("email", "external_id")},
    }


def lacks_of_person(declared: Declared) -> Iterator[Lack]:
    """What a mapping lacks to tell people apart."""
    if declared.by != "name" and not declared.tells(declared.by):
        yield Lack(declared.by, "is missing: people are told apart by it")


def name_stated(row: Row) -> str | None:
    """The whole name; many forms ask for the given and the family name apart."""
    given, family = row.text("name"), row.text("family_name")
    return given if given is None or family is None else f"{given} {family}"


def role_stated(row: Row) -> Code | None:
    """The role, one that the program has."""
    word = row.must("role", row.word("role"))
    if word is None:
        return None
    roles = [r.code for r in row.known.program.settings.roles]
    for role in roles:
        if folded(role) == folded(word):
            return role
    there = ", ".join(roles)
    told = f"the program has no role {word!r}; it has {there}; declare what it means under [values]"
    row.wrong("role", told)
    return None


def cohort_stated(row: Row) -> CohortId | None:
    """The cohort, the only one where none is named."""
    try:
        return find_cohort(row.known, row.word("cohort"))
    except NotFound as problem:
        row.wrong("cohort", str(problem))
        return None


def known_person(row: Row, stated: Stated, since: date) -> PersonId:
    """The person whom a row means, with what it tells of who that is.

    Args:
        row: The row; whoever is new is registered by it.
        stated: What it states of the person.
        since: The day from which a new name holds.

    Raises:
        Rejected: It is unclear whom it means.
        Claimed: What it states belongs to another person under another name.
    """
    locale, zone = row.code("locale"), row.code("time_zone")
    whom = person_meant(row, stated)
    row.check()
    known = whom.known
    person = PersonId(row.ids("person")) if known is None else known.person
    row.concerns(person)
    if known is None:
        email = next((v for scheme, v in stated.identities if scheme == "email"), None)
        phone = row.text("phone")
        contact = Contact(email=email, phone=phone) if email or phone else None
        row.say(
            "person",
            RegisterPerson,
            person_id=person,
            name=stated.name,
            contact=contact,
            locale=locale,
            time_zone=zone,
        )
    elif whom.renamed:
        row.say("details", ChangePersonDetails, person_id=person, since=since, name=stated.name)
    for scheme, value in whom.links:
        code = "email" if scheme == "email" else "number"
        row.say(code, LinkExternalIdentity, person_id=person, scheme=scheme, value=value)
    return person
