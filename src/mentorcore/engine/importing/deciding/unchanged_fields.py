"""An amendment changes what a record says; a field that says the same already is left out.

Texts are sealed, so an equal one would be sealed anew and told as a correction of nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.corrections.commands import AmendRecord, RetractRecord
from mentorcore.domain.declarations import evolve
from mentorcore.domain.values import Sealed
from mentorcore.errors import KeyMissing, MalformedEvent
from mentorcore.intake.amendments import Standing, Step

__all__ = ["differing"]


def differing(
    steps: Sequence[Step],
    standing: Sequence[Standing],
    opened: Callable[[Sealed], Any],
    why: str | None,
) -> Iterator[Step]:
    """Steps without what stands in the log already.

    Args:
        steps: The steps of an amendment.
        standing: The records that it is about, as they stand.
        opened: Opens a sealed value.
        why: What is to be said as the reason of every correction, if anything is.
    """
    events = {(item.stream, item.version): item.event for item in standing}
    for step in steps:
        command = step.command
        if isinstance(command, AmendRecord):
            event = events.get((command.stream, command.target))
            changes = {
                name: value
                for name, value in command.changes.items()
                if _plain(_open(getattr(event, name, _ABSENT), opened)) != _plain(value)
            }
            if not changes:
                continue
            yield attrs.evolve(step, command=evolve(command, changes=changes, reason=why))
        elif isinstance(command, RetractRecord) and why is not None:
            yield attrs.evolve(step, command=evolve(command, reason=why))
        else:
            yield step


_ABSENT = object()


def _open(value: Any, opened: Callable[[Sealed], Any]) -> Any:
    try:
        return opened(value) if isinstance(value, Sealed) else value
    except (KeyMissing, MalformedEvent):
        return _ABSENT


def _plain(value: Any) -> Any:
    """A value in a form in which what was sealed compares with what was not."""
    if attrs.has(type(value)):
        parts = ((f.name, getattr(value, f.name)) for f in attrs.fields(type(value)))
        return {name: _plain(part) for name, part in parts if part is not None}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
