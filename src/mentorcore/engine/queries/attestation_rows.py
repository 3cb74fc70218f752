"""What is told of an attestation: who made it, of what, and whether it still comes out so."""

from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.diff.rows import ChangeCause, FieldChange
from mentorcore.projections.summary.people import Who

__all__ = ["AttestationCheck", "AttestationState", "ChangedResult"]

AttestationState = Literal["stands", "before_a_correction", "not_reproduced", "withdrawn"]


@attrs.frozen(kw_only=True)
class ChangedResult:
    """A result that is another one now than it was when it was attested.

    Attributes:
        rule: The rule's id in its pack.
        subject: The id of what it is about.
        people: The participants whom it is about.
        standing: ``new``, ``gone`` or ``changed``.
        changes: What of it is another: its state, its days, what was measured.
        causes: What was recorded since in the streams that it rests on, about days up to the one
            that was looked at.
    """

    rule: str
    subject: str
    people: tuple[Who, ...]
    standing: str
    changes: tuple[FieldChange, ...]
    causes: tuple[ChangeCause, ...]


@attrs.frozen(kw_only=True)
class AttestationCheck:
    """An attestation, and whether the results that it states still come out so.

    Attributes:
        attestation: Its id.
        pack: The policy pack whose results were attested.
        rule: The only rule whose results they are; nothing for all of the pack.
        about: The only cohort, participant or pairing that they are about; nothing for the whole
            program.
        as_of: The day that was looked at.
        as_known: The position of the log up to which everything was known.
        officer: Who attested them, by the person's id.
        role: In which office.
        results: How many results there were.
        digest: SHA-256 of the results, as it was stated.
        state: ``stands`` while the same comes out as is known now; ``before_a_correction`` where
            what was recorded later changes it; ``not_reproduced`` where what was stated does not
            come out here any more as it was known then; or ``withdrawn``.
        verified: Whether the digest was held against what comes out as it was known then; not
            where it was erased with the officer, or no keys are here.
        said: The state in a sentence.
        changed: The results that are others now, as far as the viewer is shown them.
        others: Stands for those that the viewer is not shown.
    """

    attestation: str
    pack: str
    version: str
    rule: str | None
    about: str | None
    as_of: date
    as_known: int
    officer: str
    role: str
    on: date
    results: int
    digest: Shown = attrs.field(repr=without_text)
    withdrawn_on: date | None
    ground: str | None
    state: AttestationState
    verified: bool
    said: str
    changed: tuple[ChangedResult, ...] = ()
    others: Withheld | None = None
