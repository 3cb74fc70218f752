"""What a field can hold, in words: a day, a whole number, a list of members."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from mentorcore.domain.type_tree import Either, ListOf, OneOf, Row, TypeTree
from mentorcore.domain.values import Code, Stream, identified_by

__all__ = ["type_words"]

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


def type_words(tree: TypeTree) -> str:
    """A type in words; that a value may be left empty is not part of them."""
    match tree:
        case OneOf():
            return " · ".join(f"`{word}`" for word in tree.words)
        case Either():
            return " or ".join(dict.fromkeys(map(type_words, tree.parts)))
        case ListOf(parts=(one,)):
            item = type_words(one) + (" or nothing" if one.empty else "")
            counted = item in _COUNTED or item.endswith(" id")
            return f"list of {item}{'s' if counted else ''}"
        case Row():
            return " and ".join(map(type_words, tree.parts))
    if (named := identified_by(tree.hint)) is not None:
        return f"{named.kind} id"
    return _PLAIN.get(tree.hint) or str(tree.hint.__name__)
