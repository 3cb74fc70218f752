"""What is asked arrives whole: ids are filled in, and plain data becomes a command.

A command may leave the id of what it makes open; the engine supplies one. A host or the command
line may state a command as plain data; all its problems come back at once. What is asked wrongly
is refused here, before anything is read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, get_type_hints

import attrs
import msgspec

from mentorcore.domain.corrections.commands import AmendRecord, AttributeRecord
from mentorcore.domain.marks import changed, fresh_kinds, unchecked
from mentorcore.domain.rules import COMMANDS, EVENTS
from mentorcore.engine.naming import misnamed
from mentorcore.errors import Invalid, Problem
from mentorcore.log.recorded import Actor, Envelope, Source
from mentorcore.log.structuring import problems, stating

__all__ = [
    "COMMAND_NAMES",
    "checked_key",
    "command_from",
    "command_name",
    "enveloped",
    "filled",
    "said",
]


def command_name(command_class: type) -> str:
    """The name of a command in words: ``hold-meeting`` for `HoldMeeting`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", command_class.__name__).lower()


COMMAND_NAMES: Mapping[str, type] = {command_name(c): c for c in COMMANDS}
"""Every command by its name in words."""


_NAMES = {command_class: name for name, command_class in COMMAND_NAMES.items()}


@cache
def _fresh(command_class: type) -> tuple[tuple[str, str], ...]:
    return tuple(fresh_kinds(command_class).items())


def filled(command: Any, ids: Callable[[], str]) -> Any:
    """*command* with new ids where it left them open.

    Raises:
        Invalid: It is no command, or it names somebody or something by more than a random id.
    """
    command_class: Any = type(command)
    if command_class not in _NAMES:
        raise Invalid(
            "this is no command",
            [Problem("", f"{command_class.__name__} cannot be asked for", "such as HoldMeeting")],
        )
    open_fields = {
        name: f"{kind}:{ids()}"
        for name, kind in _fresh(command_class)
        if getattr(command, name) is None
    }
    whole = _with(command, open_fields) if open_fields else command
    if problems := misnamed(whole):
        raise Invalid(f"{_NAMES[command_class]} is malformed", problems)
    return whole


def _with(command: Any, more: Mapping[str, str]) -> Any:
    # What was stated was checked when the command was made, and ids are looked at right after.
    command_class: Any = type(command)
    stated = {name: getattr(command, name) for name in _field_names(command_class)}
    return unchecked(command_class, **{**stated, **more})


@cache
def _field_names(command_class: type) -> tuple[str, ...]:
    return tuple(f.name for f in attrs.fields(command_class))


def enveloped(
    command: Any,
    *,
    actor: object,
    correlation: str | None,
    causation: str | None,
    source: object,
    asked_by: str | None = None,
) -> Envelope:
    """What accompanies the events of *command*; its name is what led to them, unless said.

    Raises:
        Invalid: Something here may not stand in the clear.
    """
    if not isinstance(actor, Actor):
        expected = "an Actor with id, role and kind"
        raise Invalid("nobody asks for this", [Problem("actor", "is no Actor", expected)])
    if source is not None and not isinstance(source, Source):
        expected = "a Source made of random ids, or None"
        raise Invalid("its origin is malformed", [Problem("source", "is no Source", expected)])
    return Envelope(
        actor=actor,
        correlation=correlation,
        causation=_NAMES.get(type(command)) if causation is None else causation,
        source=source,
        asked_by=asked_by,
    )


def checked_key(key: str) -> str:
    """An idempotency key that can be told from others.

    Raises:
        Invalid: It is empty or no text.
    """
    if not isinstance(key, str) or not key.strip() or not _encodes(key):
        expected = "a text that is new for every request, such as a random number"
        raise Invalid("this idempotency key is malformed", [Problem("key", "is empty", expected)])
    return key


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def said(command: Any) -> bytes:
    """A command's content as bytes, equal for equal commands."""
    stated = {f.name: _stated(getattr(command, f.name)) for f in attrs.fields(type(command))}
    body: bytes = msgspec.json.encode(stated, order="deterministic")
    return command_name(type(command)).encode() + b" " + body


def _stated(value: Any) -> Any:
    # One instant can be stated in many zones, and is the same instant in all of them.
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, Mapping):
        return {name: _stated(part) for name, part in value.items()}
    return value


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
    if isinstance(made, AmendRecord | AttributeRecord):
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
