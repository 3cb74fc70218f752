"""Record by hand: one thing, or several together."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer, opened, reasons, signed
from mentorcore.cli.arguments import (
    Usage,
    add_actor,
    add_keys,
    add_program,
    add_why,
    by,
    practices,
    readable,
)
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.fields import stated
from mentorcore.cli.stated_names import with_ids
from mentorcore.render.commands import command_data, command_lines, list_data, list_lines
from mentorcore.render.errors import error_data, error_lines
from mentorcore.render.events import answer_data, answer_lines
from mentorcore.render.why import reasons_data, why_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Ask for one thing to be recorded. A field is given as name=value; say it several times for a list,
and with dots for its parts (contact.email=…). In a list of things with parts, a part that is said
again begins the next one (terms.name=autumn terms.since=… terms.name=spring terms.since=…). Times
need an offset: 2026-10-01T15:30-05:00. Where an id is wanted a name or an address will do, for a
pairing its people with & between, and for what was recorded in a pairing its day or its words.
Where several fit they are listed; say NAME <ADDRESS>, NAME (ROLE) or --program.

example:
  mentorcore record --commands                    all commands
  mentorcore record --commands hold-meeting       the fields of one
  mentorcore record my-program hold-meeting "pairing_id=Amara Okonkwo & Lin Wu" minutes=45 \\
      held_on=2026-10-01
  mentorcore record my-program --from commands.json
"""

CHALLENGE = "record-challenge"
"""What an auditor asks for; it is typed as the guide says, wherever people's keys are kept."""


def arguments(verb: ArgumentParser) -> None:
    """What is recorded, and by whom."""
    verb.add_argument("log", nargs="?", metavar="LOG", help="where the events are")
    add_keys(verb)
    verb.add_argument("command", nargs="?", metavar="COMMAND", help="such as hold-meeting")
    verb.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help="such as minutes=45")
    verb.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="fields as a JSON object, or a list of objects with a command each; - is standard "
        "input. A list is recorded whole or not at all",
    )
    verb.add_argument("--key", help="an idempotency key: asking twice with it records once")
    add_program(verb)
    add_why(verb)
    verb.add_argument(
        "--commands", nargs="?", const="", metavar="COMMAND", help="list commands, or one's fields"
    )
    add_actor(verb)
    verb.set_defaults(rest=_also)


def _also(asked: Namespace, word: str) -> None:
    """Takes a word that stands behind an option, as what comes next."""
    if asked.log is None:
        asked.log = word
    elif asked.command is None:
        asked.command = word
    else:
        asked.fields.append(word)


def run(asked: Namespace) -> int:
    """Record one thing, or several together."""
    if asked.commands is not None:
        return _explain(asked)
    if asked.log is None:
        raise Usage("record needs a LOG and a COMMAND; mentorcore record --commands lists them")
    listed = list(_asked_for(asked))
    keyless = [name for name, _ in listed] == [CHALLENGE] and not asked.clock_is_right
    with signed(asked, None) if keyless else opened(asked) as engine:
        known = engine.commands
        commands = [
            engine.command(
                name,
                with_ids(engine, known[name], fields, asked.program) if name in known else fields,
            )
            for name, fields in listed
        ]
        try:
            done = engine.batch(commands, **by(engine, asked), key=asked.key)
        except mentorcore.Refused as refused:
            if not (told := reasons(engine, asked, refused)):
                raise
            lines = chain(error_lines(refused), [""], *map(why_lines, told))
            answer(asked, lines, error_data(refused) | reasons_data(told))
            return ExitCode.NO
    answer(asked, answer_lines(done), answer_data(done))
    return ExitCode.DONE


def _explain(asked: Namespace) -> int:
    commands = practices().model.commands_by_name
    if not asked.commands:
        answer(asked, list_lines(commands), list_data(commands))
        return ExitCode.DONE
    name = asked.commands
    if name in commands:
        answer(asked, command_lines(name, commands[name]), command_data(name, commands[name]))
    else:
        with mentorcore.open(":memory:", practices=practices()) as engine:
            engine.command(name, {})  # says what is near
    return ExitCode.DONE


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
    known = practices().model.commands_by_name.get(asked.command)
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
