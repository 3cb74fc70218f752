"""What rules see of an event: the fields that stand in the clear, by name.

Personal fields are not among them, and neither are those that only some may read. So what a rule
says of a fact can be shown to everybody who sees that there is one.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import attrs

from mentorcore.domain.declarations import event_info, field_readers, personal_fields
from mentorcore.domain.effective import valid_time
from mentorcore.domain.type_tree import Either, ListOf, Record, TypeTree, field_types
from mentorcore.policy.facts import Fact, Plain
from mentorcore.policy.results import Cited

__all__ = ["clear_values", "day_fields", "fact_day", "fact_of", "field_names"]

PERSONS = "subjects"
"""Persons under whose keys something is sealed; rules name participants."""

Found = dict[str, Plain]
Read = Callable[[Any, Found], None]


def clear_values(event: Any) -> Found:
    """The fields of an event that stand in the clear; what is not said is left out.

    Fields of a value inside are named ``field.inner``; those of several values are told together,
    as a tuple. What is so of one of them is told by its own name as well, as ``primary`` is of the
    members of a pairing. Instants are left out: rules count in days.
    """
    found: Found = {}
    kind: Any = type(event)
    for read in _readers(kind):
        read(event, found)
    return found


def fact_of(stream: str, version: int, event: Any, recorded_at: datetime) -> Fact:
    """An event as rules see it.

    Args:
        stream: Where it stands.
        version: Its version there.
        event: The event, with its corrections applied.
        recorded_at: When it was recorded, in the zone of the program: the day of what declares
            none.
    """
    day, instant = fact_day(event, recorded_at)
    if instant is not None:
        day = instant.astimezone(recorded_at.tzinfo).date()
    return Fact(event_info(type(event)).name, day, Cited(stream, version), clear_values(event))


def fact_day(event: Any, recorded_at: datetime) -> tuple[date, datetime | None]:
    """The day since which an event is true; and the instant, where the day depends on the zone."""
    day, instant = valid_time(event, recorded_at)
    stated = any(_is_day(getattr(event, name)) for name in event_info(type(event)).occurred)
    return day, None if stated else instant


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


@cache
def field_names(event_class: Any) -> frozenset[str]:
    """The names under which `clear_values` may tell something of such an event."""
    names: set[str] = set()
    for name, tree in _clear(event_class).items():
        plain = _plain(tree)
        inner = _plain(plain.parts[0]) if isinstance(plain, ListOf) else plain
        if not isinstance(inner, Record):
            names.add(name)
            continue
        parts = field_types(inner.hint)
        names.update(f"{name}.{part}" for part in parts)
        if inner is not plain:
            names.update(part for part, said in parts.items() if _plain(said).hint is bool)
    return frozenset(names)


def day_fields(event_class: Any) -> tuple[str, ...]:
    """The names under which `clear_values` tells days."""
    return _days(event_class)


@cache
def _days(event_class: Any) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name, tree in _clear(event_class).items():
        if _plain(tree).hint is date:
            found[name] = None
        elif isinstance(_plain(tree), Record):
            inner = field_types(_plain(tree).hint)
            found.update((f"{name}.{n}", None) for n, t in inner.items() if _plain(t).hint is date)
    return tuple(found)


def _clear(event_class: Any) -> Mapping[str, TypeTree]:
    """The fields that everybody reads who sees the event."""
    hidden = {*personal_fields(event_class), *field_readers(event_class), PERSONS}
    return {n: tree for n, tree in field_types(event_class).items() if n not in hidden}


@cache
def _readers(event_class: Any) -> tuple[Read, ...]:
    clear = _clear(event_class)
    return tuple(_reading(name, _plain(tree), clear) for name, tree in clear.items())


def _plain(tree: TypeTree) -> TypeTree:
    """The type of a field that may be left out."""
    while isinstance(tree, Either) and len(tree.parts) == 1:
        tree = tree.parts[0]
    return tree


def _reading(name: str, tree: TypeTree, beside: Collection[str]) -> Read:
    if isinstance(tree, Record):
        return _inside(name, tree.hint)
    if isinstance(tree, ListOf) and isinstance(_plain(tree.parts[0]), Record):
        return _among(name, _plain(tree.parts[0]).hint, beside)

    def read(event: Any, found: Found) -> None:
        value = getattr(event, name)
        if isinstance(value, str | int | tuple) or _is_day(value):
            found[name] = value

    return read


def _inside(name: str, value_class: Any) -> Read:
    fields = [field.name for field in attrs.fields(value_class)]

    def read(event: Any, found: Found) -> None:
        value = getattr(event, name)
        for field in fields if value is not None else ():
            inner = getattr(value, field)
            if isinstance(inner, str | int) or _is_day(inner):
                found[f"{name}.{field}"] = inner

    return read


def _among(name: str, value_class: Any, beside: Collection[str]) -> Read:
    """Of several values, what each says in words, and what is so of any."""
    fields = [field.name for field in attrs.fields(value_class)]

    def read(event: Any, found: Found) -> None:
        values = getattr(event, name) or ()
        for field in fields if values else ():
            inner = [getattr(value, field) for value in values]
            if all(isinstance(v, bool) for v in inner):
                found[f"{name}.{field}"] = any(inner)
                if field not in beside:
                    found[field] = any(inner)
            elif all(isinstance(v, str) for v in inner):
                found[f"{name}.{field}"] = tuple(inner)

    return read
