"""Which command would have led to a recorded fact, so that a correction can be decided like it.

A corrected record has to pass the guards of the original (INV-65). So the command behind the
record is rebuilt with the corrected fields and decided again, as if the record were not there.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from mentorcore.domain.aggregate import Situation
from mentorcore.domain.declarations import event_info, made_unchecked
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.values import Stream

__all__ = ["after", "principal_of", "rebuild", "together_with"]


def rebuild(
    now: Situation,
    stream: Stream,
    placed: VersionedEvent,
    changes: Mapping[str, Any],
    to: Stream | None = None,
) -> Any:
    """The command that would lead to a record with *changes* in place, or ``None`` for no such.

    Its sealed texts stay sealed: nothing is read for a correction.

    Args:
        now: The situation.
        stream: The stream of the record.
        placed: The record.
        changes: New values by field.
        to: The stream of the same kind on which it is to be recorded, if not on its own.
    """
    event, rules = placed.event, now.rules_of(stream)
    command_class: Any = rules.command_behind.get(type(event))
    if command_class is None:
        return None
    to = stream if to is None else to
    names = {f.name for f in attrs.fields(command_class)}
    stated = {f.name: getattr(event, f.name) for f in attrs.fields(type(event))} | {**changes}
    fields = {n: v for n, v in stated.items() if n in names}
    if rules.id_field in names:  # a merge names both persons
        fields[rules.id_field] = to
    fields.update(rules.restate(now, stream, to, placed, changes))
    return made_unchecked(command_class, **fields)


def principal_of(event: Any) -> tuple[Stream, int] | None:
    """The stream and version of a companion's principal event, ``None`` for other events."""
    if not event_info(type(event)).companion:
        return None
    return event.principal_stream, event.principal


def together_with(now: Situation, stream: Stream, target: int) -> dict[Stream, frozenset[int]]:
    """The record and its companions on the streams read, as versions by stream."""
    found: dict[Stream, set[int]] = {stream: {target}}
    for other, placed in now.history.items():
        for item in placed:
            if principal_of(item.event) == (stream, target):
                found.setdefault(other, set()).add(item.version)
    return {s: frozenset(v) for s, v in found.items()}


def after(now: Situation, stream: Stream, target: int) -> dict[Stream, frozenset[int]]:
    """A record that moves its stream on, all that moved it later, and all their companions."""
    later = [
        item.version
        for item in now.history[stream]
        if item.version > target and event_info(type(item.event)).transition
    ]
    merged: dict[Stream, frozenset[int]] = {}
    for version in (target, *later):
        for other, versions in together_with(now, stream, version).items():
            merged[other] = merged.get(other, frozenset()) | versions
    return merged
