"""How partials are stored and read again, and which classes of partials cannot be."""

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import attrs
import msgspec

from mentorcore.domain.effective import OrderKey
from mentorcore.domain.type_tree import Name, OneOf, TypeTree, field_types, type_tree
from mentorcore.projections.folding.day_set import DaySet, days_from, days_to

__all__ = ["partial_codec", "unfit_for_storing"]


def partial_codec(made: Any) -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
    """What writes and reads the stored rows of one class of partials."""

    def written(value: Any) -> str:
        if isinstance(value, DaySet):
            return days_to(value)
        raise NotImplementedError(f"{value!r} cannot be stored")

    def read(kind: type, text: Any) -> Any:
        if kind is DaySet:
            return days_from(text)
        raise NotImplementedError(f"{kind!r} cannot be read")

    encoder = msgspec.json.Encoder(enc_hook=written, order="deterministic")
    decoder = msgspec.json.Decoder(tuple[int, OrderKey | None, made], dec_hook=read)
    return encoder.encode, decoder.decode


@cache
def unfit_for_storing(made: Any) -> tuple[str, ...]:
    """Why partials of this class would not come back as they were stored; nothing where they do.

    What a field takes has to be said to the end: of ``Any``, of an ``object`` or of a ``list`` of
    anything only plain JSON would come back, and a view would tell something else tomorrow.
    """
    found = [
        f"{path} may hold anything" for path in _loose(type_tree(made), made.__name__, frozenset())
    ]
    if not found:
        try:
            made()
            partial_codec(made)
        except TypeError as error:
            found.append(f"{made.__name__} cannot be stored: {error}")
    return tuple(found)


def _loose(tree: TypeTree, path: str, inside: frozenset[Any]) -> Iterator[str]:
    """The places in a type that do not say what stands there."""
    hint = tree.hint
    if tree.parts:
        for part in tree.parts:
            yield from _loose(part, path, inside)
    elif isinstance(tree, Name):
        yield from _loose(type_tree(hint.__supertype__), path, inside)
    elif isinstance(tree, OneOf) or hint is DaySet or hint in inside:
        return
    elif _has_members(hint):
        for name, member in field_types(hint).items():
            yield from _loose(member, f"{path}.{name}", inside | {hint})
    elif not inspect.isclass(hint) or hint in ANYTHING:
        yield path


ANYTHING = (Any, object, list, dict, set, frozenset, tuple)


def _has_members(hint: Any) -> bool:
    if not inspect.isclass(hint):
        return False
    return attrs.has(hint) or hasattr(hint, "_fields") or hasattr(hint, "__struct_fields__")
