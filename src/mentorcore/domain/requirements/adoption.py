"""A program goes by a policy pack from a day on, until a later version takes its place.

A pack is named by id, version and the digest of its file, so that years later it can be said which
text somebody was measured by (INV-59). What the pack asks for is not known here.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.declarations import command, event, public
from mentorcore.domain.values import Code, ProgramId
from mentorcore.errors import Refused

__all__ = [
    "AdoptPolicyPack",
    "AdoptedPack",
    "AppliesTo",
    "PolicyPackAdopted",
    "check_adoption",
    "out_of_line",
]

AppliesTo = Literal["all", "new_enrolments"]


@event("program.policy-pack-adopted", occurred="effective_from")
class PolicyPackAdopted:
    """The program goes by a policy pack from a day on.

    Attributes:
        pack_id: The pack by its own id, such as us-ca-teacher-induction.
        version: The version of the pack.
        digest: SHA-256 of the bytes of its file, in hexadecimal digits.
        effective_from: The first day on which the program goes by it.
        applies_to: Everybody, or only those who enrol from that day on.
        replaces: The version that it takes the place of; nothing for the first.
    """

    pack_id: Code = public(fixed=True)
    version: Code = public(fixed=True)
    digest: Code = public(fixed=True)
    effective_from: date
    applies_to: AppliesTo = "all"
    replaces: Code | None = None


@command(leads_to=PolicyPackAdopted)
class AdoptPolicyPack:
    """Go by a policy pack from a day on, not before today once the program is launched.

    Attributes:
        digest: SHA-256 of the bytes of its file, in hexadecimal digits.
        replaces: The version that it takes the place of.
    """

    program_id: ProgramId
    pack_id: Code
    version: Code
    digest: Code
    effective_from: date
    applies_to: AppliesTo = "all"
    replaces: Code | None = None


@attrs.frozen(slots=False)
class AdoptedPack:
    """A policy pack that a program goes by.

    Attributes:
        pack_id: The pack.
        version: Its version.
        digest: SHA-256 of the bytes of its file.
        effective_from: The first day on which the program goes by it.
        applies_to: Everybody, or only those who enrol from that day on.
        replaces: The version that it takes the place of.
    """

    pack_id: str
    version: str
    digest: str
    effective_from: date
    applies_to: AppliesTo
    replaces: str | None


def check_adoption(asked: AdoptedPack, adopted: Iterable[AdoptedPack]) -> None:
    """Whether a pack can be adopted beside those that a program goes by.

    Versions of one pack follow each other in one line, so that on every day one is in force for
    each person (INV-59). Packs of different ids stand side by side.

    Raises:
        Refused: It is adopted already, or what it replaces is not the version in force.
    """
    versions = {a.version: a for a in adopted if a.pack_id == asked.pack_id}
    if (there := versions.get(asked.version)) is not None:
        since = there.effective_from
        way = "amend that record to change it"
        if there.digest != asked.digest:
            way = "what it says is another file, so give this one a version of its own"
        raise Refused(
            f"version {asked.version} of {asked.pack_id} is adopted since {since}; {way}",
            "pack_adopted",
            effective_from=since,
        )
    replaced = {a.replaces for a in versions.values()}
    latest = next((a for a in versions.values() if a.version not in replaced), None)
    if asked.replaces != (latest and latest.version):
        raise Refused(
            f"the program goes by version {latest.version} of {asked.pack_id}; say that it is "
            f"replaced: {latest.version}"
            if latest
            else f"the program goes by no version {asked.replaces} of {asked.pack_id} that could "
            "be replaced",
            "not_the_version_in_force",
            version=latest and latest.version,
        )
    if latest is not None and asked.effective_from <= latest.effective_from:
        raise Refused(
            f"version {asked.version} cannot take the place of {latest.version} on "
            f"{asked.effective_from}, which is in force from {latest.effective_from} on",
            "not_the_version_in_force",
            version=latest.version,
        )


def out_of_line(adopted: Iterable[AdoptedPack]) -> Iterator[AdoptedPack]:
    """Adoptions that do not follow the one before in the line of their pack (INV-59)."""
    known: dict[tuple[str, str | None], AdoptedPack] = {}
    followed: set[tuple[str, str | None]] = set()
    for adoption in sorted(adopted, key=lambda a: a.effective_from):
        here, before = (adoption.pack_id, adoption.version), (adoption.pack_id, adoption.replaces)
        in_line = adoption.replaces is None or (
            before in known and known[before].effective_from < adoption.effective_from
        )
        if here in known or before in followed or not in_line:
            yield adoption
        known[here] = adoption
        followed.add(before)
