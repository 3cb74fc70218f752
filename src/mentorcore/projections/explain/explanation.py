"""Why a figure is what it is: the events it rests on, and for imported ones the answer behind them.

An explanation tells the figure, and the same figure worked out anew from the listed events alone.
Both have to be equal; whoever doubts it can fold the events themself.
"""

from collections.abc import Mapping
from datetime import date, datetime

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.log.recorded import Provenance
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.folding.lacking import Lacking
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.history.rows import Entry
from mentorcore.projections.summary.people import Who

__all__ = ["Explanation", "Figure", "Ground", "Origin", "ReadAnswer"]


@attrs.frozen
class Figure:
    """A figure that can be asked about.

    Attributes:
        name: What to ask for, such as ``minutes`` or ``goal_counts.overdue``.
        about: What it says, in a few words.
        value: What it says now, as the viewer may see it.
        lacks: The names of events on which it can rest and whose contents were left out of the
            export that it is told from, each with how many there are; nothing of a whole figure.
    """

    name: str
    about: str
    value: Shown = attrs.field(repr=without_text)
    lacks: tuple[tuple[str, int], ...] = ()


@attrs.frozen
class ReadAnswer:
    """How a field of a record was read out of a survey response.

    Attributes:
        field: The field of the record, such as ``minutes``.
        told_by: The mapping's name for what tells it, such as ``until``.
        column: The column or question that the mapping names for it; ``None`` for a default.
        question: The identity of the question in the response.
        label: How the question was worded.
        raw: The answer as it was delivered; or why it is not shown.
        rule: How the mapping reads it, as a sentence.
    """

    field: str
    told_by: str
    column: str | None
    question: Shown = attrs.field(repr=without_text)
    label: Shown = attrs.field(repr=without_text)
    raw: Shown = attrs.field(repr=without_text)
    rule: str


@attrs.frozen
class Origin:
    """The survey response that a record came from.

    Attributes:
        source: Adapter, its version, import, form and the response's stream.
        taken: The event that holds the response's raw answers.
        recorded_at: When it was taken in.
        submitted_at: When it was sent, if that is known.
        fact: Which of the response's facts the record is, such as ``meeting``.
        mapping: The digest of the mapping that read it.
        mapping_text: The mapping itself, as far as it was kept.
        answers: Field by field, the answers behind the record.
        note: What cannot be told, and why.
    """

    source: Provenance
    taken: Evidence | None
    recorded_at: datetime | None = None
    submitted_at: datetime | None = None
    fact: str | None = None
    mapping: str | None = None
    mapping_text: str | None = attrs.field(default=None, repr=without_text)
    answers: tuple[ReadAnswer, ...] = ()
    note: str | None = None


@attrs.frozen
class Ground:
    """An event on which a figure rests.

    Attributes:
        record: What was recorded, when, by whom, and what became of it. Its corrections belong to
            the events on which the figure rests.
        part: ``fact`` for what makes the figure, ``founding`` for what has to be there for it,
            ``correction`` for the correction of a correction.
        decisive: Whether the figure would be another without this event.
        effect: What it does to the figure, in words; empty where that was not worked out.
        correlation: The random id that all events of one piece of work share.
        causation: What led to it: a command's name, or another event.
        origin: Of what was imported, the response it came from.
        corrected_by: The responses behind its corrections, by ``stream#version`` of those.
    """

    record: Entry
    part: str
    decisive: bool
    effect: str = attrs.field(repr=without_text)
    correlation: str | Withheld | None
    causation: str | Withheld | None
    origin: Origin | None = None
    corrected_by: Mapping[str, Origin] = attrs.Factory(dict)

    @property
    def events(self) -> tuple[Evidence, ...]:
        """The event, and its corrections in order, those of the corrections among them."""
        return (self.record.evidence, *(c.evidence for c in self.record.all_corrections))


@attrs.frozen
class Explanation:
    """A figure with everything it rests on.

    Attributes:
        subject: What it is about: a program, cohort, pairing or participant.
        figure: Its name.
        about: What it says, in a few words.
        value: The figure, as the viewer may see it.
        again: The same figure worked out from the listed events alone.
        day: The day for which it is told.
        position: The position of the log it is at.
        people: The participants who appear.
        grounds: The events, those that make the figure first, each in order of position.
        others: Stands for events that the viewer is not shown.
        note: What has to be said beside the events.
        lacking: What the figure lacks, where states were left out of the export that it is told
            from.
    """

    subject: str
    figure: str
    about: str
    value: Shown = attrs.field(repr=without_text)
    again: Shown = attrs.field(repr=without_text)
    day: date | None
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: str
    people: tuple[Who, ...] = ()
    grounds: tuple[Ground, ...] = ()
    others: Withheld | None = None
    note: str | None = None
    lacking: tuple[Lacking, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the listed events alone give the same figure."""
        return bool(self.value == self.again)

    @property
    def events(self) -> tuple[Evidence, ...]:
        """Every event listed, corrections included, in order of position."""
        found = {e for ground in self.grounds for e in ground.events}
        return tuple(sorted(found, key=lambda e: e.position))
