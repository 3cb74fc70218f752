"""Text that serves growth or the pair alone is evidence of no evaluation (INV-28).

Unless an exception was invoked on a ground that an adopted pack names, which opens the notes that
it names and no others.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.requirements.case_events import NotesOpenedForCase
from mentorcore.domain.requirements.evidence_events import ConfidentialityExceptionInvoked
from mentorcore.domain.values import CaseId, NoteId, Visibility
from mentorcore.errors import Refused

__all__ = [
    "CONFIDENTIAL",
    "EVALUATIVE",
    "check_use",
    "opened",
    "opened_for_cases",
    "opened_to_coordinator",
]

CONFIDENTIAL: frozenset[Visibility] = frozenset({"growth_only", "pair_private", "author_private"})
"""Classes of text that enter no evaluative record."""

EVALUATIVE = frozenset({"evaluation", "discipline"})
"""Uses of evidence that judge somebody."""


def opened(events: Iterable[Any]) -> Mapping[NoteId, date]:
    """The notes that exceptions opened, each with the first day on which it was."""
    found: dict[NoteId, date] = {}
    for event in events:
        if isinstance(event, ConfidentialityExceptionInvoked | NotesOpenedForCase):
            for note in event.material:
                found[note] = min(event.on, found.get(note, event.on))
    return found


def opened_to_coordinator(events: Iterable[Any]) -> frozenset[NoteId]:
    """The notes that exceptions opened to the coordinator."""
    told = (e for e in events if isinstance(e, ConfidentialityExceptionInvoked))
    return frozenset(note for event in told for note in event.material)


def opened_for_cases(events: Iterable[Any]) -> Mapping[NoteId, frozenset[CaseId]]:
    """The notes that exceptions opened to those who handle cases, each with these cases."""
    found: dict[NoteId, frozenset[CaseId]] = {}
    for event in events:
        if isinstance(event, NotesOpenedForCase):
            for note in event.material:
                found[note] = found.get(note, frozenset()) | {event.case_id}
    return found


def check_use(
    evidence: Any, notes: Mapping[NoteId, NoteWritten], open_since: Mapping[NoteId, date]
) -> None:
    """Refuse evidence that cites what there is not, or judges by what is confidential.

    Args:
        evidence: The event, or the command that leads to it.
        notes: The notes that it may cite.
        open_since: Those that an exception opened, with the day.

    Raises:
        Refused: ``no_such_note`` or ``confidential_material``.
    """
    if any(note not in notes for note in evidence.cites):
        raise Refused("the evidence cites a note that there is not", "no_such_note")
    if evidence.purpose not in EVALUATIVE and evidence.visibility != "evaluative":
        return
    closed = [
        note
        for note in evidence.cites
        if notes[note].visibility in CONFIDENTIAL
        and not open_since.get(note, date.max) <= evidence.on
    ]
    if closed or evidence.visibility in CONFIDENTIAL:
        said = f"the use {evidence.purpose}" if evidence.purpose in EVALUATIVE else "this class"
        raise Refused(
            "what serves growth or the pair alone is evidence of no evaluation, and "
            f"{said} is one; an exception on a named ground has to be invoked first",
            "confidential_material",
            notes=closed,
        )
