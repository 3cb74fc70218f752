"""What can be asked for by hand: commands and their fields, explained."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

import mentorcore
from mentorcore.render.text import paragraph, table

__all__ = ["command_data", "command_lines", "list_data", "list_lines"]

_WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    bool: "yes or no",
    date: "day, such as 2026-10-01",
    datetime: "time with offset, such as 2026-10-01T15:30-05:00",
}


def list_lines(commands: Mapping[str, type]) -> Iterator[str]:
    """All commands, each with what it does."""
    yield from table(("", ""), [(n, _about(c)) for n, c in commands.items()], firm=("",))


def list_data(commands: Mapping[str, type]) -> dict[str, Any]:
    """All commands as data."""
    return {"commands": [{"name": n, "about": _about(c)} for n, c in commands.items()]}


def command_lines(name: str, command: type) -> Iterator[str]:
    """One command with its fields."""
    yield from paragraph(f"{name}: {_about(command)}")
    rows = [(f["name"], "needed" if f["needed"] else "", f["holds"]) for f in _fields(command)]
    yield from table(("", "", ""), rows, firm=("",), indent="  ")


def command_data(name: str, command: type) -> dict[str, Any]:
    """One command with its fields, as data."""
    return {"name": name, "about": _about(command), "fields": list(_fields(command))}


def _about(command: type) -> str:
    return (inspect.getdoc(command) or "").partition("\n\n")[0].replace("\n", " ").replace("``", "")


def _fields(command: type) -> Iterator[dict[str, Any]]:
    hints = get_type_hints(command)
    for field in attrs.fields(command):
        needed = field.default is attrs.NOTHING
        yield {"name": field.name, "needed": needed, "holds": _holds(hints[field.name])}


def _holds(hint: Any) -> str:
    """What a field takes, in words."""
    if hasattr(hint, "__supertype__"):
        name = str(hint.__name__)
        if name.endswith("Id"):
            return f"{name.removesuffix('Id').lower()}'s id"
        return {"Code": "code word", "Stream": "stream's id"}.get(name, "text")
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(map(str, args))
    if origin in (Union, UnionType):
        return " or ".join(_holds(a) for a in args if a not in (NoneType, mentorcore.Sealed))
    if origin is tuple:
        if args[-1:] == (...,):
            return f"list of: {_holds(args[0])}"
        return "list of two: " + ", ".join(map(_holds, args))
    if attrs.has(hint):
        inner = get_type_hints(hint)
        parts = (f"{f.name} ({_holds(inner[f.name])})" for f in attrs.fields(hint))
        return "object with " + ", ".join(parts)
    return _WORDS.get(hint, "field=value pairs" if origin else "value")
