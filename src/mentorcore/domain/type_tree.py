"""What kind of value each field of a class takes, as a tree that is read from its annotations once.

Whoever has to go through the types of fields, to check values, to describe them or to make some,
goes through these trees, so that no two of them read an annotation in different ways. They are
read when a class is first used; the order within a union is that of its declaration.
"""

import types
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import attrs

from mentorcore.domain.values import Sealed

__all__ = [
    "Either",
    "ListOf",
    "Name",
    "OneOf",
    "Other",
    "Record",
    "Row",
    "TypeTree",
    "field_types",
    "type_tree",
]


@attrs.frozen(eq=False)
class TypeTree:
    """A plain type, such as ``int``, ``date`` or ``Any``; every other kind is a class of its own.

    Attributes:
        hint: The type as it was written.
        parts: The types that it is made of.
        empty: Whether a value may also be nothing.
        sealed: Whether it may also be a sealed value.
    """

    hint: Any
    parts: tuple["TypeTree", ...] = ()
    empty: bool = False
    sealed: bool = False

    @property
    def alternatives(self) -> tuple["TypeTree", ...]:
        """The types of which a value may be, when it is neither nothing nor sealed."""
        return self.parts if isinstance(self, Either) else (self,)


class Name(TypeTree):
    """A text of a declared form: an id, the name of a stream, a code."""


class Record(TypeTree):
    """A class with fields of its own: those of `field_types`."""


class ListOf(TypeTree):
    """A tuple with any number of items of one type."""


class Row(TypeTree):
    """A tuple with a fixed number of items, each of its own type."""


class Either(TypeTree):
    """A value of one of several types, or of a single one that may be left out or sealed."""


@attrs.frozen(eq=False)
class OneOf(TypeTree):
    """One of some words."""

    words: tuple[str, ...] = attrs.field(kw_only=True)


@attrs.frozen(eq=False)
class Other(TypeTree):
    """Another container, such as a mapping.

    Attributes:
        container: What it is, whatever it holds.
    """

    container: type = attrs.field(kw_only=True)


@cache
def field_types(cls: type) -> Mapping[str, TypeTree]:
    """The type of each field of a class, in the order of the fields."""
    return MappingProxyType({n: type_tree(hint) for n, hint in get_type_hints(cls).items()})


def type_tree(hint: Any) -> TypeTree:
    """The tree of one type."""
    origin, args = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType):
        return Name(hint)
    if origin is Literal:
        return OneOf(hint, words=args)
    parts = tuple(type_tree(a) for a in args if a is not ...)
    if origin in (Union, types.UnionType):  # one and the same from Python 3.14 on
        rest = tuple(p for p in parts if p.hint not in (type(None), Sealed))
        return Either(hint, rest, empty=type(None) in args, sealed=Sealed in args)
    if origin is tuple:
        return ListOf(hint, parts) if ... in args else Row(hint, parts)
    if origin is not None:
        return Other(hint, parts, container=origin)
    return Record(hint) if attrs.has(hint) and hint is not Sealed else TypeTree(hint)
