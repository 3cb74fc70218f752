"""What officers attested of a program, and what of it was withdrawn.

Whether results still come out as they were attested is another question, since it takes working
them out anew: `Engine.attestations` answers it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
from attrs import field

from mentorcore.practices.cases.attesting.events import (
    AttestationWithdrawn,
    ComplianceAttested,
)
from mentorcore.practices.spec import (
    REASON,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    Sealed,
    Shown,
    figure,
    without_text,
)

__all__ = ["ATTESTATIONS", "AttestationRow", "AttestationTotals"]

MADE = ComplianceAttested
BOTH = (ComplianceAttested, AttestationWithdrawn)


@attrs.frozen
class AttestationRow:
    """An attestation as it is shown.

    Attributes:
        state: ``standing`` or ``withdrawn``.
        pack: The policy pack whose results were attested.
        rule: The only rule whose results they are; nothing for all of the pack.
        about: The only cohort, participant or pairing that they are about; nothing for the whole
            program.
        as_of: The day that was looked at.
        as_known: The position of the log up to which everything was known.
        officer: Who attested them, by the person's id.
        role: In which office.
        results: How many results there were.
        digest: SHA-256 of the results.
    """

    attestation: str = field(metadata=figure("the attestation's id"))
    state: str = field(metadata=figure("whether it stands", *BOTH))
    pack: str = field(metadata=figure("whose results were attested", MADE))
    version: str = field(metadata=figure("the version of the pack", MADE))
    rule: str | None = field(metadata=figure("the rule whose results were attested", MADE))
    about: str | None = field(metadata=figure("what they are about", MADE))
    as_of: date = field(metadata=figure("the day that was looked at", MADE))
    as_known: int = field(metadata=figure("the position up to which things were known", MADE))
    officer: str = field(metadata=figure("who attested them", MADE))
    role: str = field(metadata=figure("in which office they did", MADE))
    on: date = field(metadata=figure("the day it was made", MADE))
    results: int = field(metadata=figure("how many results there were", MADE))
    digest: Shown = field(repr=without_text, metadata=figure("the digest of the results", MADE))
    withdrawn_on: date | None = field(metadata=figure("when it was withdrawn", *BOTH))
    ground: str | None = field(metadata=figure("on what ground it was withdrawn", *BOTH))


@attrs.frozen
class AttestationTotals:
    """All attestations of a program together."""

    attestations: int = field(metadata=figure("attestations", MADE))
    withdrawn: int = field(metadata=figure("attestations that were withdrawn", *BOTH))


@attrs.define
class AttestationPart:
    """An attestation, as it is folded; the digest stays sealed."""

    attestation: str = ""
    pack: str = ""
    version: str = ""
    rule: str | None = None
    about: str | None = None
    as_of: date = date.min
    as_known: int = 0
    officer: str = ""
    role: str = ""
    on: date = date.min
    results: int = 0
    digest: Sealed | str | None = None
    withdrawn_on: date | None = None
    ground: str | None = None


def apply(part: AttestationPart, told: Any) -> AttestationPart:
    """Fold one event into the attestation."""
    match told.event:
        case ComplianceAttested() as made:
            about = made.cohort_id or made.participant_id or made.pairing_id
            return AttestationPart(
                attestation=made.attestation_id,
                pack=made.pack_id,
                version=made.version,
                rule=made.rule,
                about=about,
                as_of=made.as_of,
                as_known=made.as_known,
                officer=made.officer,
                role=made.role,
                on=made.on,
                results=made.results,
                digest=made.digest,
            )
        case withdrawn:
            part.withdrawn_on, part.ground = withdrawn.on, withdrawn.ground
    return part


def rows(part: AttestationPart, _at: ProgramSnapshot, seer: Redactor) -> Iterator[AttestationRow]:
    """The attestation."""
    if not part.attestation:
        return
    told = attrs.asdict(part, recurse=False)
    told["digest"] = seer.show(part.digest, REASON, "program_metadata")
    yield AttestationRow(state="standing" if part.withdrawn_on is None else "withdrawn", **told)


def combine(parts: Any, _at: ProgramSnapshot) -> AttestationTotals:
    """All attestations of a program together."""
    made = [part for part in parts.values() if part.attestation]
    withdrawn = sum(part.withdrawn_on is not None for part in made)
    return AttestationTotals(attestations=len(made), withdrawn=withdrawn)


ATTESTATIONS = ProgramView(
    name="cases.attestations",
    projection=Projection(
        name="attestations",
        version=1,
        initial={"attestation": AttestationPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({ComplianceAttested, AttestationWithdrawn}),
    ),
    rows=rows,
    combine=combine,
)
