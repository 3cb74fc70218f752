"""Ids of what a request itself makes: named before they are known, and no part of what it says.

A command of a batch may name what an earlier one is going to make. And a request that comes again
under its key may have been given new ids meanwhile: whoever registers a person twice says the same
both times, and is told of the person that was made the first time.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import attrs

from mentorcore.domain.declarations import evolve, fresh_kinds
from mentorcore.domain.values import Made
from mentorcore.engine.commands.command_parsing import command_name, said
from mentorcore.errors import Invalid, Problem

__all__ = ["Asked", "asked_for", "filled_together", "made_by"]


@attrs.frozen
class Asked:
    """What a request says, so that it is known when it comes again.

    Attributes:
        body: Its content without the ids of what it makes.
        as_before: The same as earlier builds told it, with the ids that were given.
        named: The ids that were given for what it makes, by whoever asks.
    """

    body: bytes
    as_before: Callable[[], bytes]
    named: tuple[str, ...]


@cache
def _fresh(command_class: Any) -> tuple[str, ...]:
    return tuple(fresh_kinds(command_class))


def made_by(command: Any) -> str | None:
    """The id of what a command makes; ``None`` for one that makes nothing with an id."""
    command_class: Any = type(command)
    fields = _fresh(command_class)
    return getattr(command, fields[0]) if fields else None


def filled_together(commands: Sequence[Any], fill: Callable[[Any], Any]) -> list[Any]:
    """Commands with all their ids, those that `made` left open among them.

    Args:
        commands: The commands of a batch.
        fill: Makes one whole that names no other.

    Raises:
        Invalid: One names what no earlier one makes; or as *fill* does.
    """
    whole: list[Any] = []
    for command in commands:
        named = _named(command)
        whole.append(fill(_resolved(command, whole) if named else command))
    return whole


def asked_for(commands: Sequence[Any], whole: Sequence[Any]) -> Asked:
    """What a request says.

    Args:
        commands: The commands as they were asked for.
        whole: The same with all their ids.
    """
    places: dict[bytes, bytes] = {}
    named: list[str] = []
    for place, (asked, command) in enumerate(zip(commands, whole, strict=True)):
        command_class: Any = type(command)
        for field in _fresh(command_class):
            made = getattr(command, field)
            places.setdefault(made.encode(), f"made:{place}:{field}".encode())
            if getattr(asked, field) is not None:
                named.append(made)
    lines = b"\n".join(map(said, whole))
    for known, token in places.items():
        lines = lines.replace(b'"' + known + b'"', b'"' + token + b'"')
    return Asked(lines, lambda: _as_before(commands), tuple(named))


def _as_before(commands: Sequence[Any]) -> bytes:
    # Earlier builds knew nothing of what is not made yet.
    return b"made" if any(map(_named, commands)) else b"\n".join(map(said, commands))


def _named(value: Any) -> bool:
    """Whether something that an earlier command makes is named anywhere inside."""
    if type(value) is Made:
        return True
    if isinstance(value, tuple):
        return any(map(_named, value))
    if isinstance(value, Mapping):
        return any(map(_named, value.values()))
    declared: Any = type(value)
    for name in _field_names(declared):
        part = getattr(value, name)
        kind: Any = type(part)
        # Every field of every command comes by here, and nearly all of them hold one value.
        if kind is not str and not _is_single(kind) and _named(part):
            return True
    return False


@cache
def _field_names(declared: Any) -> tuple[str, ...]:
    """The fields of an attrs class; none of any other."""
    return tuple(f.name for f in attrs.fields(declared)) if attrs.has(declared) else ()


@cache
def _is_single(kind: Any) -> bool:
    """Whether values of a class hold no others, and are no ids that are not known yet."""
    return not (kind is Made or issubclass(kind, tuple | Mapping) or _field_names(kind))


def _resolved(value: Any, whole: Sequence[Any]) -> Any:
    if isinstance(value, str):
        return _made(value, whole) if type(value) is Made else value
    if isinstance(value, tuple):
        return tuple(_resolved(part, whole) for part in value)
    if isinstance(value, Mapping):
        kind: Any = type(value)
        return kind({name: _resolved(part, whole) for name, part in value.items()})
    declared: Any = type(value)
    if not attrs.has(declared) or not _named(value):
        return value
    parts = {name: getattr(value, name) for name in _field_names(declared)}
    return evolve(value, **{n: _resolved(p, whole) for n, p in parts.items() if _named(p)})


def _made(named: Made, whole: Sequence[Any]) -> str:
    if named.place >= len(whole):
        problem = Problem("", f"made({named.place}) names no earlier command", "0 for the first")
        raise Invalid("this batch names what is not made yet", [problem])
    command = whole[named.place]
    found = made_by(command)
    if found is None:
        problem = Problem("", f"{command_name(type(command))} makes nothing that has an id")
        raise Invalid(f"made({named.place}) cannot be named", [problem])
    return found
