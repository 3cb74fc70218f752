"""What people type as fields of a command becomes plain data of the types that the command has."""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

import mentorcore
from mentorcore.cli.arguments import Usage

__all__ = ["stated", "typed"]

_YES = {"yes": True, "true": True, "no": False, "false": False}


def stated(command: type, words: Iterable[str]) -> dict[str, Any]:
    """Fields such as ``minutes=45`` as data; what fits no type stays a text and is refused later.

    Args:
        command: The command's class.
        words: Each a field, a path with dots or an item of a list, with its value.

    Raises:
        Usage: A word is no field with a value.
    """
    data: dict[str, Any] = {}
    hints = get_type_hints(command)
    for word in words:
        path, found, text = word.partition("=")
        if not found or not path:
            raise Usage(f"{word!r} is no field with a value, such as minutes=45")
        field, *parts = path.split(".")
        thing = _objects_of(hints.get(field, str)) if parts else None
        if thing is not None:
            _put(_object(data, field, parts[0], thing), parts, text)
        else:
            _put(data, [field, *parts], text)
    if {"stream", "target"} <= hints.keys() and "stream" not in data:
        # A record is named by both at once, as lists of records print it.
        stream, mark, version = str(data.get("target", "")).rpartition("#")
        if mark:
            data |= {"stream": stream, "target": version}
    return {name: typed(value, hints.get(name, str)) for name, value in data.items()}


def _objects_of(hint: Any) -> type | None:
    """The class of the things in a list, where it is a list of things with parts."""
    kind = _kinds(hint)[0]
    items = get_args(kind) if get_origin(kind) is tuple else ()
    if items[-1:] != (...,) or not isinstance(items[0], type) or not attrs.has(items[0]):
        return None
    found: type = items[0]
    return found


def _object(data: dict[str, Any], field: str, part: str, of: type) -> dict[str, Any]:
    """The thing of a list that a part belongs to: a part that is said again begins the next one."""
    listed = data.setdefault(field, [{}])
    if not isinstance(listed, list) or not isinstance(listed[-1], dict):
        raise Usage(f"{field!r} was given a value of its own already")
    is_list = get_origin(_kinds(get_type_hints(of).get(part, str))[0]) is tuple
    if part in listed[-1] and not is_list:
        listed.append({})
    last: dict[str, Any] = listed[-1]
    return last


def _put(data: dict[str, Any], path: list[str], text: str) -> None:
    *parents, name = path
    for parent in parents:
        inner = data.setdefault(parent, {})
        if not isinstance(inner, dict):
            raise Usage(f"{'.'.join(path)!r}: {parent!r} was given a value of its own already")
        data = inner
    if name not in data:
        data[name] = text
    elif isinstance(data[name], list):
        data[name].append(text)
    else:
        data[name] = [data[name], text]


def typed(value: Any, hint: Any) -> Any:
    """*value* as *hint* wants it, as far as can be told; without a hint it stays as it is."""
    kinds = _kinds(hint)
    if len(kinds) > 1:
        return value
    kind = kinds[0]
    if get_origin(kind) is tuple:
        return _listed(value, get_args(kind))
    if isinstance(value, dict):
        inner = get_type_hints(kind) if isinstance(kind, type) else {}
        return {name: typed(part, inner.get(name, Any)) for name, part in value.items()}
    if not isinstance(value, str):
        return value
    if kind is bool:
        return _YES.get(value.lower(), value)
    if kind is int:
        return int(value) if value.lstrip("-").isdecimal() else value
    return _json(value) if value.startswith("{") and not _is_text(kind) else value


def _listed(value: Any, items: tuple[Any, ...]) -> Any:
    if isinstance(value, str) and value.startswith("["):
        return _json(value)
    if ... not in items:
        return _parts(value, items)
    if isinstance(value, str | dict):
        value = [value]
    if items[-1:] == (...,) or len(items) != len(value):
        items = (items[0],) * len(value)
    return [typed(item, kind) for item, kind in zip(value, items, strict=True)]


def _parts(value: Any, items: tuple[Any, ...]) -> Any:
    """A record such as ``pairing:0198…#9``, or its parts one by one."""
    if isinstance(value, str) and "#" in value:
        value = value.rsplit("#", 1)
    if not isinstance(value, list) or len(value) != len(items):
        return value
    return [typed(part, item) for part, item in zip(value, items, strict=True)]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Usage(f"{text!r} begins like JSON, but is none") from None


def _kinds(hint: Any) -> list[Any]:
    """The types that a hint allows, apart from nothing and what only the log holds."""
    if get_origin(hint) not in (Union, UnionType):
        return [hint]
    return [k for k in get_args(hint) if k not in (NoneType, mentorcore.Sealed)]


def _is_text(kind: Any) -> bool:
    return kind is str or hasattr(kind, "__supertype__")
