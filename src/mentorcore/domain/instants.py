"""Instants of a command are brought to UTC once, before anything is decided.

Two equal instants of different zones compare unequal in an hour that is repeated or skipped, and
two different ones of the same zone equal. In UTC there are no such hours.
"""

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

import attrs

from mentorcore.domain.declarations import evolve
from mentorcore.domain.type_tree import Other, TypeTree, field_types

__all__ = ["in_utc"]


def in_utc(command: Any) -> Any:
    """The same command with every instant in it stated in UTC."""
    changed = {}
    for name in _telling(cast("Hashable", type(command))):
        told = getattr(command, name)
        if told is not None and (found := _stated(told)) is not told:
            changed[name] = found
    return evolve(command, **changed) if changed else command


def _stated(value: Any) -> Any:
    """A value with its instants in UTC; the very same one where nothing is otherwise."""
    if isinstance(value, datetime):
        aware = value.utcoffset() is not None and value.tzinfo is not UTC
        return value.astimezone(UTC) if aware else value
    if isinstance(value, Mapping):
        parts = {name: _stated(part) for name, part in value.items()}
        return parts if any(parts[n] is not value[n] for n in parts) else value
    if isinstance(value, tuple):
        items = tuple(map(_stated, value))
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


@cache
def _telling(command_class: Any) -> tuple[str, ...]:
    """The fields of a command that can hold an instant."""
    types = field_types(command_class)
    return tuple(f.name for f in attrs.fields(command_class) if _may_hold(types[f.name]))


def _may_hold(tree: TypeTree) -> bool:
    return tree.hint is datetime or isinstance(tree, Other) or any(map(_may_hold, tree.parts))
