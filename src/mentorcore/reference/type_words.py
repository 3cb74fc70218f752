"""What a field can hold, in words: a day, a whole number, a list of members."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, NewType, Union, get_args, get_origin

from mentorcore.domain.values import Code, Sealed, Stream, kind_named_by

__all__ = ["may_be_empty", "type_words"]

_PLAIN: Mapping[Any, str] = {
    str: "text",
    Code: "word",
    Stream: "stream id",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    date: "day",
    datetime: "instant",
    Any: "anything",
}
_COUNTED = frozenset({"text", "word", "whole number", "number", "day", "instant"})


def type_words(hint: Any) -> str:
    """The type *hint* in words; that a value may be left empty is not part of them."""
    if isinstance(hint, NewType) and hint not in _PLAIN:
        return f"{kind_named_by(hint)} id"
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " · ".join(f"`{arg}`" for arg in args)
    if origin in (Union, types.UnionType):
        kinds = [type_words(a) for a in args if a not in (type(None), Sealed)]
        return " or ".join(dict.fromkeys(kinds))
    if origin is tuple and args[-1] is ...:
        item = type_words(args[0]) + (" or nothing" if may_be_empty(args[0]) else "")
        return f"list of {item}s" if item in _COUNTED or item.endswith(" id") else f"list of {item}"
    if origin is tuple:
        return " and ".join(map(type_words, args))
    name: str = hint.__name__
    return name


def may_be_empty(hint: Any) -> bool:
    """Whether a field of this type may hold nothing."""
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)
