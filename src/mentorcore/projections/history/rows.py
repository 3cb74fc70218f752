"""A timeline's entries: what was said, when it was true and when recorded, what became of it."""

from collections.abc import Iterator
from datetime import date, datetime

import attrs

from mentorcore.domain.values import Withheld
from mentorcore.log.recorded import Actor, Provenance
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import Shown
from mentorcore.projections.folding.lacking import Lacking
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.people import Who

__all__ = ["Change", "Corrected", "Entry", "History", "Said"]


@attrs.frozen
class Said:
    """A field of what was said; fields that were left empty are not listed."""

    field: str
    value: Shown = attrs.field(repr=without_text)


@attrs.frozen
class Change:
    """A field before and after an amendment."""

    field: str
    before: Shown = attrs.field(repr=without_text)
    after: Shown = attrs.field(repr=without_text)


@attrs.frozen
class Corrected:
    """A correction of a record.

    Attributes:
        kind: ``amended`` or ``retracted``.
        actor: Who corrected it, as was claimed.
        reason: Why, in words.
        authority: Who allowed it, as a word of the program's own, such as an office.
        cause: Of a retraction, why it was never true.
        duplicate_of: Of a repeated record, stream and version of the one that stands.
        standing: ``stands``, ``amended`` or ``retracted``: corrections are corrected, too.
        corrections: What was corrected of the correction since, in order.
        asked_by: Who asked the host that recorded it; apart from whom it names as the author.
        source: The survey response that was answered anew, where that is behind it.
    """

    kind: str
    evidence: Evidence
    recorded_at: datetime
    actor: Actor | Withheld | None
    changes: tuple[Change, ...]
    reason: Shown = attrs.field(repr=without_text)
    authority: str | None
    cause: str | None
    duplicate_of: tuple[str, int] | None
    standing: str = "stands"
    corrections: "tuple[Corrected, ...]" = ()
    asked_by: str | Withheld | None = None
    source: Provenance | Withheld | None = None


@attrs.frozen
class Entry:
    """A recorded happening.

    Attributes:
        name: The stored name, such as ``pairing.meeting-held``.
        on: The day on which it was true, with corrections applied, in the program's zone.
        at: The instant, where it is known.
        recorded_at: When the log learned of it.
        delay_days: Days between the two; 0 for what was logged at once.
        actor: Who recorded it, as was claimed.
        source: The survey response behind it.
        standing: ``stands``, ``amended`` or ``retracted``.
        said: What was said first.
        corrections: What was corrected since, in order.
        counted_minutes: Of a held meeting, the minutes of it that count as it stands now: those
            that the figure ``minutes`` of the status is made of, 0 of a retracted record. ``None``
            for everything else.
        asked_by: Who asked the host that recorded it; apart from whom it names as the author.
    """

    evidence: Evidence
    name: str
    on: date
    at: datetime | None
    recorded_at: datetime
    delay_days: int
    actor: Actor | Withheld | None
    on_behalf_of: str | Withheld | None
    source: Provenance | Withheld | None
    standing: str
    said: tuple[Said, ...]
    corrections: tuple[Corrected, ...]
    counted_minutes: int | None = None
    asked_by: str | Withheld | None = None

    @property
    def now(self) -> tuple[Said, ...]:
        """What the record says with its corrections; nothing once it was retracted."""
        if self.standing == "retracted":
            return ()
        fields = {s.field: s.value for s in self.said}
        fields.update(_said_since(self.corrections))
        return tuple(Said(f, v) for f, v in fields.items() if v is not None)

    @property
    def all_corrections(self) -> tuple[Corrected, ...]:
        """Its corrections, each followed by those of the correction itself."""
        return tuple(_flat(self.corrections))

    def value(self, field: str) -> Shown:
        """A field as it stands now, ``None`` when it was left empty."""
        return next((s.value for s in self.now if s.field == field), None)


def _flat(corrections: tuple[Corrected, ...]) -> Iterator[Corrected]:
    for correction in corrections:
        yield correction
        yield from _flat(correction.corrections)


def _said_since(corrections: tuple[Corrected, ...]) -> dict[str, Shown]:
    """The fields that the amendments that stand have changed."""
    fields: dict[str, Shown] = {}
    for correction in corrections:
        if correction.kind == "amended" and correction.standing != "retracted":
            fields.update((c.field, c.after) for c in correction.changes)
            fields.update(_said_since(correction.corrections))
    return fields


@attrs.frozen
class History:
    """A timeline in the order of valid time.

    Attributes:
        subject: Whose it is: a participant, pairing, person or program.
        position: The position of the log it is at.
        people: The participants who appear in it.
        others: Stands for what the viewer is not shown.
        unknown: Of a program's history, kinds of streams that the log holds, of practices that
            are not installed here; nothing is told of them.
        lacking: The events that are missing in it or may be, where states were left out of the
            export that it is told from.
    """

    subject: str
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: str
    people: tuple[Who, ...]
    entries: tuple[Entry, ...]
    others: Withheld | None
    unknown: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()

    def of(self, name: str) -> tuple[Entry, ...]:
        """The entries with one stored name."""
        return tuple(e for e in self.entries if e.name == name)

    def corrected(self) -> tuple[Entry, ...]:
        """The entries that were amended or retracted."""
        return tuple(e for e in self.entries if e.corrections)
