"""People and things are named by random ids, never by what somebody calls them.

An id stands in the clear for ever, in the name of a stream or inside an event. A host that uses an
e-mail as an id would put it there, so every id of a command is looked at before anything is done
(AUDIT section 8.5).
"""

import re
import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import attrs

from mentorcore.domain import values
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
    for name, hint in get_type_hints(declared).items():
        fine = _fine(hint)
        if fine is not None:
            found.append((name, fine, f"{_kind(hint)}: and 32 hex digits"))
    return tuple(found)


def _kind(hint: Any) -> str:
    if hint is values.Stream:
        return "the kind of stream"
    if (named := values.identified_by(hint)) is not None:
        return named.kind
    return next((kind for arg in get_args(hint) if (kind := _kind(arg)) != "a kind"), "a kind")


def _fine(hint: Any) -> Fine | None:
    """What looks at the ids inside values of this type, ``None`` for a type that has none."""
    if hint is values.Stream:
        return _random("[a-z][a-z0-9-]*")
    if isinstance(hint, NewType):
        named = values.identified_by(hint)
        return None if named is None else _random(named.kind)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _either(args)
    if origin is tuple:
        return _each(args)
    if isinstance(hint, type) and attrs.has(hint):
        parts = _named(hint)
        return (lambda v: all(fine(getattr(v, n)) for n, fine, _ in parts)) if parts else None
    return None


def _random(kind: str) -> Fine:
    match = re.compile(f"(?:{kind}):[0-9a-f]{{32}}").fullmatch
    return lambda v: match(v) is not None


def _each(args: tuple[Any, ...]) -> Fine | None:
    if args[-1] is ...:
        item = _fine(args[0])
        return None if item is None else lambda v: all(map(item, v))
    items = [(i, f) for i, a in enumerate(args) if (f := _fine(a)) is not None]
    return (lambda v: all(f(v[i]) for i, f in items)) if items else None


def _either(args: tuple[Any, ...]) -> Fine | None:
    fine = [f for a in args if (f := _fine(a)) is not None]
    if not fine:
        return None
    words = frozenset(w for a in args if get_origin(a) is Literal for w in get_args(a))
    return lambda v: v is None or v in words or any(f(v) for f in fine)


def _tried(fine: Fine, value: Any) -> bool:
    try:
        return fine(value)
    except (TypeError, AttributeError):  # a value of another type; the correction says so itself
        return True
