"""What is asked arrives whole: ids are filled in, and plain data becomes a command.

A command may leave the id of what it makes open; the engine supplies one. A host or the command
line may state a command as plain data; all its problems come back at once. What is asked wrongly
is refused here, before anything is read.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any

import attrs
import msgspec

from mentorcore.domain.corrections.commands import AmendRecord, MoveRecord
from mentorcore.domain.declarations import (
    command_info,
    event_info,
    evolve,
    fresh_kinds,
    made_unchecked,
)
from mentorcore.domain.model import CORE_MODEL, Model, command_name
from mentorcore.domain.type_tree import field_types
from mentorcore.engine.commands.id_policy import id_problems, misnamed_changes
from mentorcore.errors import Invalid, Problem, Refused, practice_missing
from mentorcore.log.recorded import Actor, Envelope, Provenance
from mentorcore.log.serialization.converter import problems, stating

__all__ = [
    "as_recorded",
    "checked_key",
    "command_from",
    "command_name",
    "enveloped",
    "filled",
    "listed",
    "said",
]


class PlainChanges(dict[str, Any]):
    """Corrected fields as plain data; they get their types once the corrected record is read."""


_name: Callable[[Any], str] = cache(command_name)


def listed(commands: Iterable[Any]) -> tuple[Any, ...]:
    """The commands of a batch.

    Raises:
        Invalid: It is no list of them, but one command by itself, say.
    """
    stated: object = commands
    if not isinstance(stated, Iterable):
        problem = Problem(
            "commands", f"is a {type(stated).__name__}", "a list of commands; `handle` takes one"
        )
        raise Invalid("this is no batch", [problem])
    return tuple(commands)


@cache
def _fresh(command_class: type) -> tuple[tuple[str, str], ...]:
    return tuple(fresh_kinds(command_class).items())


def filled(
    command: Any,
    ids: Callable[[], str],
    model: Model = CORE_MODEL,
    missing: Callable[[str], Refused] = practice_missing,
) -> Any:
    """*command* with new ids where it left them open.

    Raises:
        Invalid: It is no command, or it names somebody or something by more than a random id.
        Refused: It is a command of a practice that is not here (``practice_missing``).
    """
    command_class: Any = type(command)
    if not model.knows(command_class):
        kind = _kind_asked_for(command_class)
        if kind is not None and kind not in model.aggregates:
            raise missing(kind)
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
    if problems := id_problems(whole):
        raise Invalid(f"{_name(command_class)} is malformed", problems)
    return whole


def _kind_asked_for(command_class: Any) -> str | None:
    """The kind of stream that a class of commands is about; ``None`` for no command."""
    if "__command_info__" not in command_class.__dict__:
        return None
    leads_to = command_info(command_class).leads_to
    return None if leads_to is None else event_info(leads_to).name.partition(".")[0]


def _with(command: Any, more: Mapping[str, str]) -> Any:
    # What was stated was checked when the command was made, and ids are looked at right after.
    command_class: Any = type(command)
    stated = {name: getattr(command, name) for name in _field_names(command_class)}
    return made_unchecked(command_class, **{**stated, **more})


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
    if source is not None and not isinstance(source, Provenance):
        expected = "a Source made of random ids, or None"
        raise Invalid("its origin is malformed", [Problem("source", "is no Source", expected)])
    return Envelope(
        actor=actor,
        correlation=correlation,
        causation=_name(type(command)) if causation is None else causation,
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


def command_from(name: str, fields: Mapping[str, Any], model: Model = CORE_MODEL) -> Any:
    """The command *name* with *fields* as plain data, as they stand in JSON.

    Raises:
        Invalid: No such command, or fields that do not fit; with all problems.
    """
    known_names = model.commands_by_name
    command_class: Any = known_names.get(name)
    if command_class is None:
        near = get_close_matches(name, known_names, n=3)
        hint = f"perhaps {', '.join(near)}" if near else f"one of {', '.join(known_names)}"
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
    if isinstance(made, AmendRecord | MoveRecord):
        return evolve(made, changes=PlainChanges(made.changes))
    return made


def as_recorded(command: AmendRecord | MoveRecord, event_class: type) -> Any:
    """*command* with its changes as they would stand in a record of this class.

    What is no field stays as it is, and is refused by the rules.

    Raises:
        Invalid: A value fits no field, or no random id stands where an id belongs.
    """
    if isinstance(command.changes, PlainChanges):
        types, made = field_types(event_class), stating()
        changes, wrong = dict(command.changes), list[Problem]()
        for name in changes.keys() & types.keys():
            try:
                changes[name] = made.structure(changes[name], types[name].hint)
            except Exception as error:  # noqa: BLE001 - cattrs raises groups of many kinds
                found = [_placed(problem) for problem in problems(error)]
                wrong += (attrs.evolve(p, path=f"{name}{p.path}") for p in found)
        if wrong:
            raise Invalid(f"the changes do not fit {event_info(event_class).name}", wrong)
        command = evolve(command, changes=changes)
    if misnamed := misnamed_changes(command.changes, event_class):
        raise Invalid(f"{_name(type(command))} is malformed", misnamed)
    return command


def _placed(problem: str) -> Problem:
    text, _, path = problem.rpartition(" @ $")
    field = path.rpartition(".")[2]
    text = "is missing" if text == f"{field!r} is missing" else text
    return Problem(path.removeprefix("."), text) if text else Problem("", problem)
