"""What an officer attests: the results of a pack as of two dates, and the digest of them.

The digest covers what every later version of this program is to find again: of each result the
rule, whom it is about, its state and its days. Words and figures for people are not in it.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import attrs

from mentorcore.projections.compliance.rows import RequirementRow, StateCounts, state_counts
from mentorcore.projections.program_view import View

__all__ = ["Statement", "digest_of", "drawn_up", "stated_by"]

FORM = "mentorcore statement v1"


@attrs.frozen(kw_only=True)
class Statement:
    """The results of a pack as of two dates, for an officer who attests them.

    Attributes:
        program_id: The program's id.
        pack_id: The policy pack whose results they are.
        version: Its version.
        rule: The only rule whose results they are; nothing for all of the pack.
        about: The only cohort, participant or pairing that they are about; nothing for the whole
            program.
        as_of: The day that is looked at.
        as_known: The position of the log up to which everything is known.
        results: How many results there are.
        digest: SHA-256 of them, in hexadecimal digits.
        total: How many of them there are of each state.
    """

    program_id: str
    pack_id: str
    version: str
    rule: str | None
    about: str | None
    as_of: date
    as_known: int
    results: int
    digest: str
    total: StateCounts

    def fields(self) -> dict[str, Any]:
        """The fields of ``attest-compliance``, as plain data; who attests it, and when, is left."""
        told: dict[str, Any] = {
            "program_id": self.program_id,
            "pack_id": self.pack_id,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "as_known": self.as_known,
            "results": self.results,
            "digest": self.digest,
        }
        if self.rule is not None:
            told["rule"] = self.rule
        if self.about is not None:
            told[f"{self.about.partition(':')[0]}_id"] = self.about
        return told


def stated_by(
    rows: Iterable[RequirementRow], pack: str, version: str, rule: str | None, about: str | None
) -> dict[str, RequirementRow]:
    """The results of a statement, by their ids.

    Args:
        rows: All results of the program.
        pack: Only those of this pack.
        version: Only those of this version of it.
        rule: Only those of this rule.
        about: Only those about this cohort and who is in it, or this participant or pairing.
    """
    return {
        row.result: row
        for row in rows
        if (row.pack, row.pack_version) == (pack, version)
        and rule in (None, row.rule)
        and about in (None, row.subject, row.cohort)
    }


def digest_of(rows: Iterable[RequirementRow]) -> str:
    """SHA-256 of results, in whatever order they come, in hexadecimal digits."""
    told = sorted(
        [
            row.rule,
            row.subject,
            row.state,
            *(str(day) if day else "" for day in (row.due_on, row.satisfied_on)),
            "" if row.days_late is None else str(row.days_late),
        ]
        for row in rows
    )
    written = json.dumps([FORM, *told], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def drawn_up(
    told: View, *, pack: str, version: str, rule: str | None, about: str | None
) -> Statement:
    """The statement of some results, as known at the position of a view.

    Args:
        told: All results of the program.
        pack: As for `stated_by`, like the others.
        version: The version of the pack.
        rule: The only rule.
        about: The only cohort, participant or pairing.
    """
    rows = stated_by(told.rows, pack, version, rule, about).values()
    return Statement(
        program_id=told.program,
        pack_id=pack,
        version=version,
        rule=rule,
        about=about,
        as_of=told.day,
        as_known=told.position,
        results=len(rows),
        digest=digest_of(rows),
        total=state_counts(rows),
    )
