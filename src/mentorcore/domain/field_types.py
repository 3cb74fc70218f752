"""Which values fit a declared type: exactly, without turning one kind of value into another.

A number in quotes is no number, a day is no instant, and an instant says its offset. Fields of
commands, events and values are held against these checks whenever one is made.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import cache
from typing import Any

from mentorcore.domain.type_tree import (
    Either,
    ListOf,
    Name,
    OneOf,
    Other,
    Record,
    Row,
    TypeTree,
    field_types,
    type_tree,
)
from mentorcore.domain.values import Code, Made, Sealed, Stream, identified_by, is_correctable

__all__ = ["CODE", "Check", "checks", "fits", "holds_one_id", "holds_text", "misdated", "said"]

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]{0,63}")
LARGEST = 2**53
Check = Callable[[Any], bool]

_CODES: set[str] = set()
_MANY = 10_000


@cache
def checks(cls: type) -> Mapping[str, Check]:
    """What each field of a declared class is held against.

    What is asked for is looked at more strictly than what was recorded: an id in a command has to
    name a stream of its own kind, and an instant has to have a date in every zone, which in the
    first and the last year is not certain. What is no event may name what is not made yet.
    """
    asked, happened = hasattr(cls, "__command_info__"), hasattr(cls, "__event_info__")
    return {
        name: _check(tree, asked=asked) if happened else _or_made(tree, _check(tree, asked=asked))
        for name, tree in field_types(cls).items()
    }


def _or_made(tree: TypeTree, check: Check) -> Check:
    """A check that lets pass the id of what is not made yet as well, where an id belongs."""
    if isinstance(tree, ListOf) and _holds_id(tree.parts[0]):
        item = _or_made(tree.parts[0], _check(tree.parts[0], asked=False))
        return lambda v: (
            check(v) or (type(v) is tuple and any(type(i) is Made for i in v) and all(map(item, v)))
        )
    return (lambda v: check(v) or type(v) is Made) if _holds_id(tree) else check


def _holds_id(tree: TypeTree) -> bool:
    return any(one.hint is Stream or identified_by(one.hint) for one in tree.alternatives)


def fits(hint: Any) -> Check:
    """A predicate that tells whether a value is of the type *hint*."""
    return _check(type_tree(hint), asked=False)


def said(tree: TypeTree) -> str:
    """A type in short words, for a message."""
    text = getattr(tree.hint, "__name__", None) if type(tree) in (TypeTree, Name, Record) else None
    return text or str(tree.hint).replace("typing.", "").replace("mentorcore.domain.", "")


def misdated(stated: Any, tree: TypeTree) -> tuple[str, str] | None:
    """What is wrong with a day or an instant, and what would be right; nothing for other values."""
    kinds = {one.hint for one in tree.alternatives}
    if isinstance(stated, datetime) and datetime in kinds:
        wrong = "has no time zone" if stated.utcoffset() is None else "lies beyond the calendar"
        return wrong, "an instant with its offset, such as 2026-10-01T15:00-08:00"
    if isinstance(stated, datetime) and date in kinds:
        return "is an instant and no day", "a day such as 2026-10-01"
    if isinstance(stated, date) and datetime in kinds:
        return "is a day and no instant", "an instant with its offset, 2026-10-01T15:00-08:00"
    return None


def holds_one_id(tree: TypeTree) -> bool:
    """Whether a value of this type is an id, or nothing."""
    return any(identified_by(one.hint) for one in tree.alternatives)


def holds_text(tree: TypeTree) -> bool:
    """Whether a value of this type can hold free text."""
    if isinstance(tree, Record):
        return "__texts_marked__" not in tree.hint.__dict__
    return tree.sealed or tree.hint in (str, Any, Sealed) or any(map(holds_text, tree.parts))


def _check(tree: TypeTree, *, asked: bool) -> Check:
    match tree:
        case Name():
            return _names(tree.hint, asked=asked)
        case Either():
            return _either(tree, asked=asked)
        case OneOf():
            allowed = frozenset(tree.words)
            return lambda v: type(v) is str and v in allowed
        case ListOf(parts=(Record() as record,)):
            made, item = frozenset({record.hint}), _check(record, asked=asked)
            return lambda v: (
                type(v) is tuple and (made.issuperset(map(type, v)) or all(map(item, v)))
            )
        case ListOf():
            item = _check(tree.parts[0], asked=asked)
            return lambda v: type(v) is tuple and all(map(item, v))
        case Row():
            items = tuple(_check(i, asked=asked) for i in tree.parts)
            return lambda v: (
                type(v) is tuple
                and len(v) == len(items)
                and all(c(i) for c, i in zip(items, v, strict=True))
            )
        case Other():
            container = tree.container
            return lambda v: isinstance(v, container)
    hint = tree.hint
    if hint is datetime and asked:
        return lambda v: _is_instant(v) and MINYEAR < v.year < MAXYEAR
    return _PLAIN.get(hint) or (lambda v: isinstance(v, hint))


def _either(tree: Either, *, asked: bool) -> Check:
    each = [_check(part, asked=asked) for part in tree.parts]
    if tree.sealed:
        each.append(lambda v: isinstance(v, Sealed))
    one = _any_of(each)
    return (lambda v: v is None or one(v)) if tree.empty else one


def _any_of(each: Sequence[Check]) -> Check:
    """What one of several checks lets pass."""
    first, *others = each
    if not others:
        return first
    rest = _any_of(others)
    return lambda v: first(v) or rest(v)


def _names(hint: Any, *, asked: bool) -> Check:
    if hint is Code:
        return _is_code
    if asked and hint is Stream:
        return lambda v: _is_text(v) and ":" in v and is_correctable(v.partition(":")[0])
    named = identified_by(hint)
    if asked and named is not None and named.stream:
        kind = f"{named.kind}:"
        return lambda v: _is_text(v) and v.startswith(kind)
    return _is_text


def _is_code(stated: Any) -> bool:
    # The words met are remembered, for there are few.
    if type(stated) is not str:
        return False
    if stated in _CODES:
        return True
    if not CODE.fullmatch(stated):
        return False
    if len(_CODES) < _MANY:
        _CODES.add(stated)
    return True


def _is_text(stated: Any) -> bool:
    if type(stated) is not str or "\0" in stated:
        return False
    if stated.isascii():
        return True
    try:
        stated.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_instant(stated: Any) -> bool:
    return isinstance(stated, datetime) and stated.utcoffset() is not None


_PLAIN: Mapping[Any, Check] = {
    Any: lambda _v: True,
    None: lambda v: v is None,
    type(None): lambda v: v is None,
    int: lambda v: type(v) is int and -LARGEST < v < LARGEST,
    date: lambda v: type(v) is date,
    datetime: _is_instant,
    str: _is_text,
}
