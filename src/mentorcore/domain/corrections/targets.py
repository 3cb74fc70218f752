"""What a correction is about: its target, the record behind it, and how that record stands.

The target of a correction is earlier in the same stream, so there are no cycles, and whoever
follows targets comes to a fact in the end (INV-50).
"""

from collections.abc import Iterable
from typing import Any

import attrs

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.corrections.commands import CorrectionCommand
from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import (
    Corrections,
    VersionedEvent,
    corrections_of,
    effective,
    is_correction,
)
from mentorcore.domain.values import PersonId, Stream
from mentorcore.errors import Refused

__all__ = ["Target", "found", "recorded", "subjects_of", "target_at", "target_of"]


@attrs.frozen
class Target:
    """The target of a correction.

    Attributes:
        placed: The target as it was recorded.
        record: The fact in the end behind it, as it was recorded; the target itself unless that
            is a correction.
        history: The events of its stream.
        corrections: What the corrections of the stream come to.
    """

    placed: VersionedEvent
    record: VersionedEvent
    history: tuple[VersionedEvent, ...]
    corrections: Corrections

    @property
    def corrects(self) -> bool:
        """Whether the target is a correction itself."""
        return is_correction(self.placed.event)

    @property
    def fallen(self) -> bool:
        """Whether the target is retracted."""
        return self.placed.version in self.corrections.fallen

    @property
    def standing(self) -> VersionedEvent | None:
        """The record with its corrections, ``None`` when it is retracted."""
        return None if self.record.version in self.corrections.fallen else self.shape

    @property
    def shape(self) -> VersionedEvent:
        """The record with its amendments, whether it stands or not."""
        return self.corrections.shape(self.record)

    @property
    def amended(self) -> VersionedEvent:
        """The record whose fields an amendment of the target changes: a fact or a retraction."""
        placed = self.placed
        while isinstance(placed.event, RecordAmended):
            placed = next(p for p in self.history if p.version == placed.event.target)
        return placed

    def with_(self, correction: Any) -> "Target":
        """The same target after one more correction."""
        last = self.history[-1]
        item = VersionedEvent(last.version + 1, last.recorded_at, correction)
        history = (*self.history, item)
        return Target(self.placed, self.record, history, corrections_of(history))


def recorded(now: Situation, stream: Stream, version: int) -> VersionedEvent | None:
    """A record of a stream that was read, as it was recorded."""
    return next((p for p in now.history[stream] if p.version == version), None)


def found(history: Iterable[VersionedEvent], version: int) -> VersionedEvent | None:
    """A fact as it stands, ``None`` when it is retracted or there is none."""
    return next((p for p in effective(history) if p.version == version), None)


def target_of(now: Situation, command: CorrectionCommand) -> Target:
    """The target of a correction.

    Raises:
        Refused: ``no_such_record`` or ``companion``.
    """
    placed = recorded(now, command.stream, command.target)
    if placed is None:
        raise Refused(f"there is no record {command.target} on {command.stream}", "no_such_record")
    target = target_at(now.history[command.stream], placed)
    if event_info(type(target.record.event)).companion:
        raise Refused("this record is corrected together with its principal", "companion")
    return target


def target_at(history: tuple[VersionedEvent, ...], placed: VersionedEvent) -> Target:
    """A record of a stream as the target of a correction.

    Raises:
        Refused: It is a correction of nothing that is there, which no decision leads to.
    """
    by_version = {p.version: p for p in history}
    record = placed
    while is_correction(record.event):
        behind = by_version.get(record.event.target)
        if behind is None or behind.version >= record.version:
            raise Refused("this correction corrects nothing that is there", "no_such_record")
        record = behind
    return Target(placed, record, history, corrections_of(history))


def subjects_of(now: Situation, command: CorrectionCommand, event: Any) -> tuple[PersonId, ...]:
    """Under whose keys a correction's texts are sealed: those of its target, or of its stream.

    Raises:
        Refused: ``reason_not_kept``.
    """
    stated: tuple[PersonId, ...] = getattr(event, "subjects", ())
    if stated:
        return stated
    state = now.state(command.stream)
    kept_under = now.rules_of(command.stream).subjects(command.stream, state, event)
    if kept_under:
        return kept_under
    if command.reason is not None:
        raise Refused(
            "no person's key could seal the reason for this correction; give an authority instead",
            "reason_not_kept",
        )
    return ()
