"""What recognition was given in a program: counted by kind, and never ranked (INV-78).

There is no count by person, and the rows are told in the order of their ids, in which nobody is in
front of another for being recognised often. A member is shown what was given to them, and that they
gave something.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.practices.community.recognition.events import CITATION, RecognitionAwarded
from mentorcore.practices.community.recognition.rows import RecognitionRow, RecognitionTotals
from mentorcore.practices.spec import (
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    Sealed,
    who,
)

__all__ = ["GIVEN"]


@attrs.define
class RecognitionPart:
    """A recognition, as it is folded; what it says stays sealed."""

    recognition: str = ""
    kind: str = ""
    participant: str = ""
    on: date | None = None
    by: str | None = None
    office: str | None = None
    subjects: tuple[str, ...] = ()
    citation: Sealed | str | None = None


def apply(part: RecognitionPart, told: Any) -> RecognitionPart:
    """Keep what was awarded."""
    awarded: RecognitionAwarded = told.event
    part.recognition, part.kind, part.on = awarded.recognition_id, awarded.kind, awarded.on
    part.participant, part.by, part.office = awarded.to, awarded.by, awarded.office
    part.subjects, part.citation = awarded.subjects, awarded.citation
    return part


def rows(part: RecognitionPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[RecognitionRow]:
    """The recognition, if it stands."""
    if part.on is None:
        return
    yield RecognitionRow(
        recognition=part.recognition,
        kind=part.kind,
        participant=part.participant,
        who=who(at, seer, part.participant),
        on=part.on,
        by=part.by,
        office=part.office,
        citation=seer.show(part.citation, CITATION, "free_text", subjects=part.subjects),
    )


def combine(parts: Mapping[str, Any], _at: ProgramSnapshot) -> RecognitionTotals:
    """All recognition in a program together."""
    kinds = Counter(part.kind for part in parts.values() if part.on is not None)
    return RecognitionTotals(given=kinds.total(), by_kind=dict(sorted(kinds.items())))


GIVEN = ProgramView(
    name="community.recognition",
    projection=Projection(
        name="recognition",
        version=1,
        initial={"recognition": RecognitionPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({RecognitionAwarded}),
    ),
    rows=rows,
    combine=combine,
)
