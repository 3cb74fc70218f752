"""Verbs that record by hand: begin a program, and ask for single things."""

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import mentorcore
from mentorcore.cli.answering import DATABASE, actor, answer, opened, readable
from mentorcore.cli.explaining import reasons
from mentorcore.cli.fields import stated
from mentorcore.cli.words import Usage
from mentorcore.render.commands import command_data, command_lines, list_data, list_lines
from mentorcore.render.errors import error_data, error_lines
from mentorcore.render.events import answer_data, answer_lines
from mentorcore.render.why import reasons_data, why_lines

__all__ = ["begin", "init", "record"]

BLUEPRINT = "blueprint.toml"
REFUSED = 1


def init(asked: Namespace) -> int:
    """Begin a program from its blueprint, or write a blueprint to begin with."""
    folder = Path(asked.folder)
    blueprint = Path(asked.blueprint) if asked.blueprint else folder / BLUEPRINT
    if not asked.blueprint and not blueprint.exists():
        written = list(_write_templates(folder))
        answer(asked, _to_edit(written, asked.folder), {"written": written})
        return 0
    log = folder / DATABASE
    name = begin(blueprint, log, asked.keys)
    keys = Path(asked.keys or log.with_suffix(".keys"))
    lines = (
        f"{name} has begun; its events are kept in {log}.",
        f"Names and texts are sealed under keys in {keys} and {keys.with_suffix('.kek')}.",
        "Back all three up, apart from each other.",
        f"Next: mentorcore import {asked.folder} EXPORT --mapping MAPPING",
    )
    answer(asked, lines, {"program": name, "log": str(log)})
    return 0


def begin(blueprint: Path, log: Path, keys: str | None = None) -> str:
    """Make a program's log from its blueprint; returns the program's name.

    Raises:
        Refused: A program has begun in this log already.
        Invalid: The blueprint needs correction.
    """
    plan = mentorcore.read_blueprint(readable(blueprint, "the blueprint"), str(blueprint))
    log.parent.mkdir(parents=True, exist_ok=True)
    by = mentorcore.Actor(id="command-line", role="coordinator", kind="system")
    with mentorcore.open(log, keys=keys, create=True) as engine:
        if engine.position:
            raise mentorcore.Refused(f"a program has begun in {log} already", "already_begun")
        engine.batch(plan.commands(engine.new_id), actor=by)
    return str(plan.name)


def _write_templates(folder: Path) -> Iterator[str]:
    texts = {f"mappings/{kind}.toml": text for kind, text in mentorcore.MAPPING_TEMPLATES.items()}
    for path, text in {**texts, BLUEPRINT: mentorcore.BLUEPRINT_TEMPLATE}.items():
        target = folder / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            yield str(target)


def _to_edit(written: list[str], folder: str) -> Iterator[str]:
    yield "No program yet, so these were written to begin with:"
    yield from (f"  {path}" for path in sorted(written))
    yield f"Edit {BLUEPRINT}, then run again: mentorcore init {folder}"


def record(asked: Namespace) -> int:
    """Record one thing, or several together."""
    if asked.commands is not None:
        return _explain(asked)
    if asked.log is None:
        raise Usage("record needs a LOG and a COMMAND; mentorcore record --commands lists them")
    commands = [mentorcore.command_from(name, fields) for name, fields in _asked_for(asked)]
    with opened(asked) as engine:
        try:
            done = engine.batch(commands, actor=actor(asked), key=asked.key)
        except mentorcore.Refused as refused:
            if not (told := reasons(engine, asked, refused)):
                raise
            lines = chain(error_lines(refused), [""], *map(why_lines, told))
            answer(asked, lines, error_data(refused) | reasons_data(told))
            return REFUSED
    answer(asked, answer_lines(done), answer_data(done))
    return 0


def _explain(asked: Namespace) -> int:
    if not asked.commands:
        commands = mentorcore.COMMAND_NAMES
        answer(asked, list_lines(commands), list_data(commands))
        return 0
    command = mentorcore.COMMAND_NAMES.get(asked.commands)
    if command is None:
        mentorcore.command_from(asked.commands, {})  # says what is near
    else:
        name = asked.commands
        answer(asked, command_lines(name, command), command_data(name, command))
    return 0


def _asked_for(asked: Namespace) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The commands by name, with their fields as plain data."""
    listed = _read(asked.source) if asked.source else {}
    if isinstance(listed, list):
        if asked.command:
            raise Usage("a list holds its commands itself; leave out COMMAND and fields")
        for number, item in enumerate(listed, 1):
            if not isinstance(item, dict) or not isinstance(item.get("command"), str):
                raise Usage(f'item {number} of the list is no object with a "command"')
            yield item["command"], {k: v for k, v in item.items() if k != "command"}
        return
    if not asked.command:
        raise Usage("say which COMMAND; mentorcore record --commands lists them")
    known = mentorcore.COMMAND_NAMES.get(asked.command)
    typed = stated(known, asked.fields) if known else {}
    yield asked.command, {**listed, **typed}


def _read(source: str) -> Any:
    try:
        found = json.loads(readable(source, "the file"))
    except json.JSONDecodeError as error:
        raise Usage(f"{source} is no JSON: {error}") from None
    if not isinstance(found, dict | list):
        raise Usage(f"{source} holds neither an object of fields nor a list of commands")
    return found
