"""The words of the command line: every verb with its options, its help and an example."""

import argparse
from collections.abc import Callable
from typing import NoReturn

import mentorcore
from mentorcore.cli import (
    options,
    words_catalog,
    words_exporting,
    words_proving,
    words_time,
    words_why,
)

__all__ = ["Usage", "parser"]

TOP = """\
The system of record of peer-mentoring programs. Everything that happens in a program is an event
in one log; every list and figure is read from it.

first steps:
  mentorcore demo                       a complete example program, made up and taken in
  mentorcore init my-program            begin a program of your own
  mentorcore import my-program people.csv --mapping my-program/mappings/enrolment.toml
  mentorcore attention my-program       which pairs need help this morning
"""
ENDING = """\
A LOG is a file (program.db), a folder that holds one, or postgresql://user@host/database.
Exit codes: 0 done, 1 refused, 2 wrong usage or environment.
"""

DEMO = """\
Write a complete example program into a folder, take in its survey exports, and show what a
coordinator sees: a school year of forty people with the blemishes of real life.
Running it again changes nothing.

example:
  mentorcore demo
  mentorcore demo /tmp/example --json
"""
INIT = """\
Begin a program. Without a blueprint in the folder, one is written there with every setting
explained, and mappings for survey forms beside it; edit them and run init again to make the log.

example:
  mentorcore init my-program            writes my-program/blueprint.toml
  mentorcore init my-program            makes my-program/program.db from it
"""
IMPORT = """\
Take in an export of a survey form. What was taken before is recognised: the same file again adds
nothing, a changed answer becomes a correction, a vanished one is reported. Rows that cannot be
taken go to a rejects file, which can be corrected and imported in the same way.

example:
  mentorcore import my-program exports/meetings.csv --mapping my-program/mappings/meeting-log.toml
"""
SYNC = """\
Take in a form of a survey service: all of it at first, then what is new or changed. A source file
names the adapter, the form, the mapping, and where the secrets are. What was broken off goes on
where it was; responses that were refused are read again the next time.

example:
  mentorcore sync my-program --source my-program/check-in.toml --check
  mentorcore sync my-program --source my-program/check-in.toml --dry-run
  mentorcore sync my-program --source my-program/check-in.toml
"""
DISCOVER = """\
Propose a mapping for an export, or for a form of a survey service. Settle the lines marked NEEDED,
check the others, and import.

example:
  mentorcore discover exports/meetings.csv > my-program/mappings/meetings.toml
  mentorcore discover --source my-program/check-in.toml
"""
STATUS = """\
A program in numbers, then each pairing with its meetings and goals, and who is in it.

example:
  mentorcore status my-program
  mentorcore status my-program --as-of 2026-10-15 --as-known 2026-11-01
"""
ATTENTION = """\
What needs a person today, and why: silence, overdue goals, low feedback, people without a partner.

example:
  mentorcore attention my-program
"""
HISTORY = """\
Everything recorded about one participant or pairing, in the order in which it happened.

example:
  mentorcore history my-program "Amara Okonkwo"
  mentorcore history my-program pairing:0198c1d2e3f40516273849505a6b7c8d
"""
RECORD = """\
Ask for one thing to be recorded. A field is given as name=value; say it several times for a list,
and with dots for its parts (contact.email=…). Times need an offset: 2026-10-01T15:30-05:00.

example:
  mentorcore record --commands                    all commands
  mentorcore record --commands hold-meeting       the fields of one
  mentorcore record my-program hold-meeting pairing_id=pairing:0198… minutes=45 held_on=2026-10-01
  mentorcore record my-program --from commands.json
"""
LOG = """\
The events of the log in the order in which they were recorded. Names and texts of people are
sealed in the log and are not shown.

example:
  mentorcore log my-program --name pairing.ended
  mentorcore log my-program --stream pairing:0198c1d2e3f40516273849505a6b7c8d --json
"""
ADAPTERS = """\
The adapters that can read survey exports, and those that were left out, with the reason.
With new NAME, a start for an adapter of your own: a package whose tests pass as they are.

example:
  mentorcore adapters
  mentorcore adapters new our-survey    writes mentorcore-our-survey/
"""


class Usage(Exception):  # noqa: N818 - how the words were used, which is no failure of ours
    """The words on the command line make no sense; carries how to use them."""

    def __init__(self, message: str, usage: str = "") -> None:
        super().__init__(message)
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """A parser that raises `Usage` instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words.

        Raises:
            Usage: Always.
        """
        raise Usage(message, self.format_usage().rstrip())


def parser(runs: dict[str, Callable[[argparse.Namespace], int]]) -> argparse.ArgumentParser:
    """The words that are understood.

    Args:
        runs: What carries out each verb; the chosen one stands in the result as ``run``.
    """
    top = _made(Parser, prog="mentorcore", description=TOP, epilog=ENDING)
    top.add_argument("--version", action="version", version=f"mentorcore {mentorcore.__version__}")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)

    def verb(name: str, about: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = _made(
            verbs.add_parser, name, help=about, description=text, epilog=ENDING
        )
        made.set_defaults(run=runs[name], verb=name)
        made.add_argument("--json", action="store_true", help="answer with one JSON document")
        made.add_argument("--debug", action="store_true", help="show where an error arose")
        return made

    demo = verb("demo", "write, take in and show an example program", DEMO)
    demo.add_argument("folder", nargs="?", default="mentorcore-demo", metavar="FOLDER")
    demo.add_argument(
        "--today", metavar="DAY", help="build the school year around this day, not today"
    )
    init = verb("init", "begin a program from a blueprint", INIT)
    init.add_argument("folder", nargs="?", default=".", metavar="FOLDER")
    init.add_argument("--blueprint", metavar="FILE", help="the blueprint, if it stands elsewhere")
    options.keys(init)
    take = verb("import", "take in an export of a survey form", IMPORT)
    options.log(take)
    take.add_argument("export", metavar="EXPORT", help="the exported file")
    take.add_argument(
        "--mapping", metavar="FILE", required=True, help="what the form's columns tell"
    )
    take.add_argument("--adapter", metavar="NAME", help="who reads it; else found out by itself")
    options.program(take)
    options.refusals(take)
    options.actor(take)
    _syncing(verb("sync", "take in a form of a survey service", SYNC))
    discover = verb("discover", "propose a mapping for a form", DISCOVER)
    discover.add_argument("export", nargs="?", metavar="EXPORT", help="an exported file")
    discover.add_argument("--source", metavar="FILE", help="or which form of which service")
    discover.add_argument(
        "--adapter", metavar="NAME", help="who reads it; else found out by itself"
    )
    discover.add_argument("--name", help="what the form is to be called")
    status = verb("status", "the program in numbers, pair by pair", STATUS)
    attention = verb("attention", "what needs a person today, and why", ATTENTION)
    history = verb("history", "all about one participant or pairing", HISTORY)
    for reading in (status, attention, history):
        options.log(reading)
        options.viewing(reading)
    status.add_argument(
        "--ids", action="store_true", help="the ids of pairings and participants, for record"
    )
    history.add_argument(
        "--ids", action="store_true", help="stream#version of each record, for corrections"
    )
    history.add_argument("subject", metavar="WHO", help="a name, an e-mail address or an id")
    words_time.add(verb)
    words_why.add(verb)
    words_proving.add(verb)
    words_exporting.add(verb)
    _record(verb("record", "record one thing by hand", RECORD))
    _narrowed(verb("log", "the recorded events", LOG))
    adapters = verb("adapters", "what survey exports can be read", ADAPTERS)
    adapters.add_argument("--strict", action="store_true", help="exit with 1 if one was left out")
    adapters.add_argument("doing", nargs="?", choices=("new",), help="write a new adapter")
    adapters.add_argument("name", nargs="?", metavar="NAME", help="what the new one is called")
    adapters.add_argument("folder", nargs="?", metavar="FOLDER", help="where it is written")
    words_catalog.add(verb)
    return top


def _made(make: Callable[..., argparse.ArgumentParser], *args: str, **given: str) -> Parser:
    made = make(*args, formatter_class=_Layout, allow_abbrev=False, **given)
    assert isinstance(made, Parser)
    return made


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Help that fits every terminal, with room for the longest verb beside its help."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=96)
        self._action_max_length = len("    verify-proof")


def _syncing(verb: argparse.ArgumentParser) -> None:
    options.log(verb)
    verb.add_argument("--source", metavar="FILE", required=True, help="which form of which service")
    verb.add_argument("--check", action="store_true", help="only ask if credentials are right")
    verb.add_argument(
        "--dry-run", action="store_true", help="tell what it would do, record nothing"
    )
    verb.add_argument("--full", action="store_true", help="read everything, to find what vanished")
    options.program(verb)
    options.refusals(verb)
    options.actor(verb)


def _record(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("log", nargs="?", metavar="LOG", help="where the events are")
    options.keys(verb)
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
    options.why(verb)
    verb.add_argument(
        "--commands", nargs="?", const="", metavar="COMMAND", help="list commands, or one's fields"
    )
    options.actor(verb)


def _narrowed(verb: argparse.ArgumentParser) -> None:
    options.log(verb)
    verb.add_argument("--stream", metavar="ID", help="only the events of this stream")
    verb.add_argument(
        "--name", action="append", default=[], help="only these events; may be given several times"
    )
    verb.add_argument(
        "--after", type=int, default=0, metavar="POSITION", help="only events behind this position"
    )
    verb.add_argument("--limit", type=int, metavar="COUNT", help="at most so many")
    verb.add_argument("--long", action="store_true", help="ids in full length")
