"""What is asked arrives whole: ids are filled in, and plain data becomes a command.

A command may leave the id of what it makes open; the engine supplies one. A host or the command
line may state a command as plain data; all its problems come back at once.
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import attrs
import msgspec

from mentorcore.domain.marks import changed, event_info, fresh_kinds
from mentorcore.domain.rules import COMMANDS, EVENTS
from mentorcore.errors import Invalid, Problem
from mentorcore.log.structuring import converter, problems

__all__ = ["COMMAND_NAMES", "command_from", "command_name", "filled", "said"]


def command_name(command_class: type) -> str:
    """The name of a command in words: ``hold-meeting`` for `HoldMeeting`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", command_class.__name__).lower()


COMMAND_NAMES: Mapping[str, type] = {command_name(c): c for c in COMMANDS}
"""Every command by its name in words."""

_EVENTS = {event_info(e).name: e for e in EVENTS}


def filled(command: Any, ids: Callable[[], str]) -> Any:
    """*command* with new ids where it left them open."""
    open_fields = {
        name: f"{kind}:{ids()}"
        for name, kind in fresh_kinds(type(command)).items()
        if getattr(command, name) is None
    }
    return changed(command, **open_fields) if open_fields else command


def said(command: Any) -> bytes:
    """A command's content as bytes, equal for equal commands."""
    body: bytes = msgspec.json.encode(command, order="deterministic")
    return command_name(type(command)).encode() + b" " + body


def command_from(name: str, fields: Mapping[str, Any]) -> Any:
    """The command *name* with *fields* as plain data, as they stand in JSON.

    Raises:
        Invalid: No such command, or fields that do not fit; with all problems.
    """
    command_class = COMMAND_NAMES.get(name)
    if command_class is None:
        near = get_close_matches(name, COMMAND_NAMES, n=3)
        hint = f"perhaps {', '.join(near)}" if near else f"one of {', '.join(COMMAND_NAMES)}"
        raise Invalid("there is no such command", [Problem("", f"{name!r} is unknown", hint)])
    known = {f.name for f in attrs.fields(command_class)}
    unknown = [
        Problem(f, f"{name} has no such field", ", ".join(sorted(known)))
        for f in fields
        if f not in known
    ]
    if unknown:
        raise Invalid(f"{name} is malformed", unknown)
    try:
        return converter().structure(dict(fields), command_class)
    except Invalid:
        raise
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of many kinds; all are told
        raise Invalid(f"{name} is malformed", (Problem("", p) for p in problems(error))) from None
