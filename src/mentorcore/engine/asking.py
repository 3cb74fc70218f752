"""What is asked arrives whole: ids are filled in, and plain data becomes a command.

A command may leave the id of what it makes open; the engine supplies one. A host or the command
line may state a command as plain data; all its problems come back at once.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from typing import Any, get_type_hints

import attrs
import msgspec

from mentorcore.domain.corrections.commands import AmendRecord
from mentorcore.domain.marks import changed, fresh_kinds
from mentorcore.domain.rules import COMMANDS, EVENTS
from mentorcore.errors import Invalid, Problem
from mentorcore.log.structuring import problems, stating

__all__ = ["COMMAND_NAMES", "command_from", "command_name", "filled", "said"]


def command_name(command_class: type) -> str:
    """The name of a command in words: ``hold-meeting`` for `HoldMeeting`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", command_class.__name__).lower()


COMMAND_NAMES: Mapping[str, type] = {command_name(c): c for c in COMMANDS}
"""Every command by its name in words."""


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
        made: Any = stating().structure(dict(fields), command_class)
    except Invalid:
        raise
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of many kinds; all are told
        raise Invalid(f"{name} is malformed", map(_placed, problems(error))) from None
    if isinstance(made, AmendRecord):
        return changed(made, changes={n: _as_recorded(n, v) for n, v in made.changes.items()})
    return made


def _placed(problem: str) -> Problem:
    text, _, path = problem.rpartition(" @ $")
    field = path.rpartition(".")[2]
    text = "is missing" if text == f"{field!r} is missing" else text
    return Problem(path.removeprefix("."), text) if text else Problem("", problem)


@cache
def _hints() -> Mapping[str, Sequence[Any]]:
    """The types that a field's name has in any event."""
    found: dict[str, list[Any]] = {}
    for event_class in EVENTS:
        for field, hint in get_type_hints(event_class).items():
            if hint not in found.setdefault(field, []):
                found[field].append(hint)
    return found


def _as_recorded(field: str, value: Any) -> Any:
    """A corrected value, which has the type of a field of that name in some event.

    What fits no such field stays as it is, and is refused with the event it was meant for.
    """
    made = stating()
    for hint in _hints().get(field, ()):
        with suppress(Exception):  # cattrs raises groups of many kinds; the next type may fit
            return made.structure(value, hint)
    return value
