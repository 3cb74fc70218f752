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
    "alternatives",
    "field_types",
    "may_be_empty",
    "type_tree",
]


@attrs.frozen(eq=False)
class TypeTree:
    """A plain type, such as ``int``, ``date`` or ``Any``; every other kind is a class of its own.

    Attributes:
        hint: The type as it was written.
    """

    hint: Any


class Name(TypeTree):
    """A text of a declared form: an id, the name of a stream, a code."""


class Record(TypeTree):
    """A class with fields of its own: those of `field_types`."""


@attrs.frozen(eq=False)
class OneOf(TypeTree):
    """One of some words."""

    words: tuple[str, ...]


@attrs.frozen(eq=False)
class ListOf(TypeTree):
    """A tuple with any number of items of one type."""

    item: TypeTree


@attrs.frozen(eq=False)
class Row(TypeTree):
    """A tuple with a fixed number of items, each of its own type."""

    items: tuple[TypeTree, ...]


@attrs.frozen(eq=False)
class Either(TypeTree):
    """A value of one of several types.

    Attributes:
        parts: The types, apart from nothing and from what is sealed.
        empty: Whether it may be nothing.
        sealed: Whether it may be a sealed value.
    """

    parts: tuple[TypeTree, ...]
    empty: bool
    sealed: bool


@attrs.frozen(eq=False)
class Other(TypeTree):
    """Another container, such as a mapping, of values of some types."""

    container: type
    parts: tuple[TypeTree, ...]


@cache
def field_types(cls: type) -> Mapping[str, TypeTree]:
    """The type of each field of a class, in the order of the fields."""
    return MappingProxyType({n: type_tree(hint) for n, hint in get_type_hints(cls).items()})


def type_tree(hint: Any) -> TypeTree:
    """The tree of one type."""
    origin, args = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType):
        return Name(hint)
    if origin in (Union, types.UnionType):  # one and the same from Python 3.14 on
        rest = tuple(type_tree(a) for a in args if a not in (type(None), Sealed))
        return Either(hint, rest, type(None) in args, Sealed in args)
    if origin is Literal:
        return OneOf(hint, args)
    if origin is tuple and args[-1:] == (...,):
        return ListOf(hint, type_tree(args[0]))
    if origin is tuple:
        return Row(hint, tuple(map(type_tree, args)))
    if origin is not None:
        return Other(hint, origin, tuple(type_tree(a) for a in args if a is not ...))
    return Record(hint) if attrs.has(hint) and hint is not Sealed else TypeTree(hint)


def alternatives(tree: TypeTree) -> tuple[TypeTree, ...]:
    """The types of which a value may be, apart from nothing and from what is sealed."""
    return tree.parts if isinstance(tree, Either) else (tree,)


def may_be_empty(tree: TypeTree) -> bool:
    """Whether a value may be nothing."""
    return isinstance(tree, Either) and tree.empty
