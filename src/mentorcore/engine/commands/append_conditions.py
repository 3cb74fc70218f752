"""What must still hold when a decision is stored, although it is not written to."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.effective import VersionedEvent, is_correction
from mentorcore.domain.model import Model
from mentorcore.domain.values import Stream

__all__ = ["rests_on"]

PEOPLE = ("person:", "participant:")
"""The streams on which rival decisions meet."""


class _Read(Protocol):
    @property
    def placed(self) -> tuple[VersionedEvent, ...]: ...


class _Decided(Protocol):
    @property
    def stream(self) -> Stream: ...

    @property
    def event(self) -> Any: ...


def rests_on(
    model: Model, decided: Sequence[_Decided], read: Mapping[str, _Read]
) -> dict[str, int]:
    """The streams that were read and are not written to, with their last versions.

    Rival decisions meet on the streams of people (docs/explanation/concurrency.md), and a decision
    that only reads there, such as taking back the end of an enrolment, has to meet them too.
    A practice says what else its decisions rest on. A duplicate meets whoever retracts the record
    that it repeats, and evidence meets whoever corrects the notes that it cites.

    Args:
        model: The rules that decided.
        decided: The events decided, each with its stream.
        read: What was read, as it stands in the log.
    """
    written = {item.stream for item in decided}
    kinds: tuple[str, ...] = PEOPLE
    if model.rests_on:
        more = (model.rests_on.get(kind_of(stream), ()) for stream in written)
        kinds = (*PEOPLE, *(f"{kind}:" for resting in more for kind in resting))
    if any(getattr(item.event, "cites", ()) for item in decided):
        kinds = (*kinds, "pairing:")
    corrections = [item for item in decided if is_correction(item.event)]
    repeated = {
        of[0]
        for item in corrections
        for told in (item.event, *(p.event for p in read[item.stream].placed))
        if (of := _repeated(told)) is not None
    }
    return {
        stream: known.placed[-1].version if known.placed else 0
        for stream, known in read.items()
        if stream not in written and (stream in repeated or stream.startswith(kinds))
    }


def _repeated(event: Any) -> tuple[str, int] | None:
    """The record that another one is said to repeat, if a correction says so."""
    match event:
        case RecordRetracted():
            return event.duplicate_of
        case RecordAmended():
            of: tuple[str, int] | None = dict(event.public_changes).get("duplicate_of")
            return of
        case _:
            return None
