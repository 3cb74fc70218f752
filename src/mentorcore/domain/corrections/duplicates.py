"""A record that repeats another one says which; the other one is there, and stands."""

from collections.abc import Iterator
from typing import Any

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.corrections.commands import AmendRecord, CorrectionCommand, MoveRecord
from mentorcore.domain.corrections.events import RecordRetracted
from mentorcore.domain.corrections.targets import Target, found, recorded
from mentorcore.domain.values import Stream
from mentorcore.errors import Refused

__all__ = ["check_duplicate", "check_repeats", "repeated"]

Reference = tuple[Stream, int]


def repeated(target: Target) -> Iterator[Reference]:
    """What the record is said to repeat, by the retractions of it that stand."""
    for placed in target.history:
        event = placed.event
        stands = placed.version not in target.corrections.fallen
        if (
            isinstance(event, RecordRetracted)
            and stands
            and event.target == target.record.version
            and (of := target.corrections.shape(placed).event.duplicate_of) is not None
        ):
            yield of


def named(command: CorrectionCommand) -> Any:
    """What a command says that the record repeats."""
    match command:
        case MoveRecord():
            return None
        case AmendRecord():
            return command.changes.get("duplicate_of")
        case _:
            return command.duplicate_of


def check_repeats(now: Situation, stream: Stream, target: Target) -> None:
    """Look at everything that a record is said to repeat; see `check_duplicate`."""
    for of in repeated(target):
        check_duplicate(now, (stream, target.record.version), of)


def check_duplicate(now: Situation, record: Reference, of: Reference) -> None:
    """Refuse a duplicate of what is not there, or is a duplicate itself: there are no circles.

    Raises:
        Refused: ``no_such_record``, ``not_a_duplicate`` or ``duplicate_of_nothing``.
    """
    if of == record:
        raise Refused("a record does not repeat itself", "not_a_duplicate")
    mine, other = recorded(now, *record), recorded(now, *of)
    if other is None:
        raise Refused(f"there is no record {of[1]} on {of[0]}", "no_such_record")
    assert mine is not None
    if type(other.event) is not type(mine.event):
        raise Refused("a record repeats one of its own kind only", "not_a_duplicate")
    if found(now.history[of[0]], of[1]) is None:
        raise Refused(
            "the record that this one is said to repeat is retracted itself", "duplicate_of_nothing"
        )
