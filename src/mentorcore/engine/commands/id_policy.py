"""People and things are named by random ids, never by what somebody calls them.

An id stands in the clear for ever, in the name of a stream or inside an event. A host that uses an
e-mail as an id would put it there, so every id of a command is looked at before anything is done
(docs/explanation/sealing.md).
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from mentorcore.domain.type_tree import Either, ListOf, OneOf, Record, Row, TypeTree, field_types
from mentorcore.domain.values import Stream, identified_by
from mentorcore.errors import Problem

__all__ = ["id_problems", "misnamed_changes"]

NO_ID = "this is no id, and an id stands in the clear for ever"

Fine = Callable[[Any], bool]
"""Tells whether the ids inside a value are random ones, whatever else it holds."""


def id_problems(command: Any) -> list[Problem]:
    """The fields of *command* in which something else than a random id stands.

    What stands there is not repeated: it may be the very name that must not be kept.
    """
    command_class: Any = type(command)
    return [
        Problem(name, NO_ID, expected)
        for name, fine, expected in _named(command_class)
        if not fine(getattr(command, name))
    ]


def misnamed_changes(changes: Mapping[str, Any], event_class: type) -> list[Problem]:
    """The same of corrected fields, by the class of the record that they correct."""
    return [
        Problem(f"changes.{name}", NO_ID, expected)
        for name, fine, expected in _named(event_class)
        if name in changes and not _tried(fine, changes[name])
    ]


@cache
def _named(declared: type) -> tuple[tuple[str, Fine, str], ...]:
    """The fields of a class that hold ids."""
    found = []
    for name, tree in field_types(declared).items():
        fine = _fine(tree)
        if fine is not None:
            found.append((name, fine, f"{_kind(tree) or 'a kind'}: and 32 hex digits"))
    return tuple(found)


def _kind(tree: TypeTree) -> str | None:
    """The kind of the first id inside values of this type, apart from those in other classes."""
    if tree.hint is Stream:
        return "the kind of stream"
    if (named := identified_by(tree.hint)) is not None:
        return named.kind
    return next(filter(None, map(_kind, tree.parts)), None)


def _fine(tree: TypeTree) -> Fine | None:
    """What looks at the ids inside values of this type, ``None`` for a type that has none."""
    match tree:
        case Either():
            fine = [f for part in tree.parts if (f := _fine(part)) is not None]
            words = {None, *(w for p in tree.parts if isinstance(p, OneOf) for w in p.words)}
            return (lambda v: v in words or any(f(v) for f in fine)) if fine else None
        case ListOf():
            item = _fine(tree.parts[0])
            return None if item is None else lambda v: all(map(item, v))
        case Row():
            items = [(i, f) for i, t in enumerate(tree.parts) if (f := _fine(t)) is not None]
            return (lambda v: all(f(v[i]) for i, f in items)) if items else None
        case Record():
            parts = _named(tree.hint)
            return (lambda v: all(fine(getattr(v, n)) for n, fine, _ in parts)) if parts else None
    if tree.hint is Stream:
        return _random("[a-z][a-z0-9-]*")
    named = identified_by(tree.hint)
    return None if named is None else _random(named.kind)


def _random(kind: str) -> Fine:
    match = re.compile(f"(?:{kind}):[0-9a-f]{{32}}").fullmatch
    return lambda v: match(v) is not None


def _tried(fine: Fine, value: Any) -> bool:
    try:
        return fine(value)
    except (TypeError, AttributeError):  # a value of another type; the correction says so itself
        return True
