"""What changed between two moments: which rows, in which fields, and what did it."""

from datetime import date, datetime

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.log.recorded import Actor
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.folding.lacking import Lacking
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.people import Who

__all__ = ["ChangeCause", "Diff", "Difference", "FieldChange", "ViewDifference"]


@attrs.frozen
class FieldChange:
    """A field of a row at both moments; ``None`` where there is nothing.

    Attributes:
        field: Its path, such as ``minutes`` or ``goals.goal:0198….status``.
    """

    field: str
    before: Shown = attrs.field(repr=without_text)
    after: Shown = attrs.field(repr=without_text)


@attrs.frozen
class ChangeCause:
    """An event that changed a row.

    Attributes:
        name: The stored name, such as ``pairing.meeting-held`` or ``record.retracted``.
        on: The day on which it was true; for a correction, when what it corrects was true.
        recorded_at: When the log learned of it.
        actor: Who recorded it.
        how: ``recorded`` between the two moments, or known at both and ``became_true`` between.
    """

    evidence: Evidence
    name: str
    on: date
    recorded_at: datetime
    actor: Actor | Withheld | None
    how: str


@attrs.frozen
class Difference:
    """A row that is not the same at both moments.

    Attributes:
        kind: ``program``, ``participant``, ``pairing`` or ``proposal``; of a row of a practice's
            view what its first member names.
        subject: Its id.
        people: Who is in it.
        standing: ``new``, ``gone`` or ``changed``.
        changes: Its fields that changed.
        deeds: The events that did it, in the order in which they were recorded.
    """

    kind: str
    subject: str
    people: tuple[Who, ...]
    standing: str
    changes: tuple[FieldChange, ...]
    deeds: tuple[ChangeCause, ...]


@attrs.frozen
class ViewDifference:
    """A practice's view that is not the same at both moments.

    Attributes:
        name: The view's name.
        totals: Its totals that changed; they follow from the rows.
        rows: Its rows that changed; the subject of each is its first member.
    """

    name: str
    totals: tuple[FieldChange, ...]
    rows: tuple[Difference, ...]


@attrs.frozen
class Diff:
    """What changed in a program between two moments.

    Both are looked at with the eyes of one day, so that nothing changes because days went by: a
    goal that is overdue by now changed nothing, and is no difference.

    Attributes:
        positions: The positions of the log at both moments.
        numbers: The program's figures that changed; they follow from the rows.
        rows: The rows that changed: the program, its participants, its pairings.
        views: The views of practices that changed.
        lacking: The events that may have changed more, where states were left out of the export
            that this is told from.
    """

    program: str
    then: Moment
    now: Moment
    positions: tuple[int, int]
    viewer: str
    numbers: tuple[FieldChange, ...]
    rows: tuple[Difference, ...]
    views: tuple[ViewDifference, ...] = ()
    lacking: tuple[Lacking, ...] = ()

    def row(self, subject: str) -> Difference | None:
        """The difference of a program, participant or pairing, ``None`` for no difference."""
        return next((row for row in self.rows if row.subject == subject), None)

    def view(self, name: str) -> ViewDifference | None:
        """The difference of a practice's view, ``None`` for no difference."""
        return next((view for view in self.views if view.name == name), None)

    def deeds(self) -> tuple[ChangeCause, ...]:
        """All events that did it, each once, in the order in which they were recorded."""
        rows = (*self.rows, *(row for view in self.views for row in view.rows))
        found = {deed.evidence.position: deed for row in rows for deed in row.deeds}
        return tuple(found[position] for position in sorted(found))
