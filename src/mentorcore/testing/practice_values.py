"""What stands in values of any shape: texts, ids, and the classes that they are made of."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_type_hints

import attrs

from mentorcore.domain.values import Sealed

__all__ = ["ids_in", "texts_in", "values_inside"]

_ID = re.compile("[a-z][a-z0-9-]*:[0-9a-f]{32}")


def texts_in(told: Any) -> set[str]:
    """Every text in a value, however deep."""
    return set(_texts(told))


def ids_in(told: Any) -> set[str]:
    """Every id in a value, however deep."""
    return {text for text in _texts(told) if _ID.fullmatch(text)}


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for key, value in told.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(told, list | tuple | set | frozenset):
        for item in told:
            yield from _texts(item)
    elif attrs.has(type(told)):
        for field in attrs.fields(type(told)):
            yield from _texts(getattr(told, field.name))


def values_inside(hint: Any) -> Iterator[type]:
    """A class and the classes of values in its fields."""
    if isinstance(hint, type) and attrs.has(hint) and hint is not Sealed:
        yield hint
        for inner in get_type_hints(hint).values():
            yield from values_inside(inner)
    for part in get_args(hint):
        yield from values_inside(part)
