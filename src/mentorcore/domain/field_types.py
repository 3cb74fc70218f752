"""Which values fit a declared type: exactly, without turning one kind of value into another.

A number in quotes is no number, a day is no instant, and an instant says its offset. Fields of
commands, events and values are held against these checks whenever one is made.
"""

import re
import types
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any, Literal, NewType, Union, get_args, get_origin

import attrs

from mentorcore.domain.values import Code, Stream, identified_by, is_correctable

__all__ = ["CODE", "Check", "fits", "fits_command", "holds_one_id", "holds_text", "said"]

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]{0,63}")
LARGEST = 2**53
Check = Callable[[Any], bool]

_CODES: set[str] = set()
_MANY = 10_000


def fits(hint: Any) -> Check:
    """A predicate that tells whether a value is of the type *hint*."""
    return _check(hint, asked=False)


def fits_command(hint: Any) -> Check:
    """The same for what is asked, and more strictly.

    An id has to name a stream of its own kind, and an instant has to have a date in every zone,
    which in the first and the last year is not certain.
    """
    return _check(hint, asked=True)


def said(hint: Any) -> str:
    """The type *hint* in short words, for a message."""
    text = getattr(hint, "__name__", None) if not get_args(hint) else None
    return text or str(hint).replace("typing.", "").replace("mentorcore.domain.", "")


def holds_one_id(hint: Any) -> bool:
    """Whether a value of this type is an id, or nothing."""
    one = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return any(map(identified_by, one))


def holds_text(hint: Any) -> bool:
    """Whether a value of this type can hold free text."""
    if hint is str or hint is Any:
        return True
    if isinstance(hint, NewType) or get_origin(hint) is Literal:
        return False
    if attrs.has(hint) and "__texts_marked__" not in hint.__dict__:
        return True
    return any(holds_text(a) for a in get_args(hint))


def _check(hint: Any, *, asked: bool) -> Check:
    origin, args = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType):
        return _names(hint, asked=asked)
    if origin in (Union, types.UnionType):
        return _either(args, asked=asked)
    if origin is Literal:
        allowed = frozenset(args)
        return lambda v: type(v) is str and v in allowed
    if origin is tuple:
        return _sequence(args, asked=asked)
    if origin is Mapping:
        return lambda v: isinstance(v, Mapping)
    if hint is datetime and asked:
        return lambda v: _is_instant(v) and MINYEAR < v.year < MAXYEAR
    return _PLAIN.get(hint) or (lambda v: isinstance(v, hint))


def _either(args: tuple[Any, ...], *, asked: bool) -> Check:
    checks = tuple(_check(a, asked=asked) for a in args if a is not type(None))
    if len(checks) == len(args):
        return lambda v: any(c(v) for c in checks)
    if len(checks) == 1:
        only = checks[0]
        return lambda v: v is None or only(v)
    return lambda v: v is None or any(c(v) for c in checks)


def _sequence(args: tuple[Any, ...], *, asked: bool) -> Check:
    if args[-1] is ...:
        item = _check(args[0], asked=asked)
        return lambda v: type(v) is tuple and all(map(item, v))
    items = tuple(_check(a, asked=asked) for a in args)
    return lambda v: (
        type(v) is tuple
        and len(v) == len(items)
        and all(c(i) for c, i in zip(items, v, strict=True))
    )


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
