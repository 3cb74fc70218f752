"""The words of the command line: every verb, and the options of the one that was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

import mentorcore
from mentorcore.cli.arguments import Usage
from mentorcore.cli.verbs import VERBS, module_of

__all__ = ["parsed"]

TOP = """\
The system of record of peer-mentoring programs. Everything that happens in a program is an event
in one log; every list and figure is read from it.

first steps:
  mentorcore demo                       build a complete example program and import its surveys
  mentorcore blueprints                 kinds of program that you can begin with
  mentorcore init my-program            begin a program of your own
  mentorcore import my-program people.csv --mapping my-program/mappings/enrolment.toml
  mentorcore attention my-program       which pairs need help this morning
"""
ENDING = """\
A LOG is a file (program.db), a folder that holds one, or postgresql://user@host/database; for
questions, also an export (a folder or a .zip).
Exit codes: 0 done, 1 an answer of no, 2 wrong usage or environment, 3 unanchored (verify)
or not told whole (recompute).
"""


class Parser(argparse.ArgumentParser):
    """A parser that raises `Usage` instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words.

        Raises:
            Usage: Always.
        """
        raise Usage(message, self.format_usage().rstrip())


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """What was asked; what carries it out stands there as ``run``.

    Every verb is known by name, and only the module of the one that is asked for is imported.

    Raises:
        Usage: The words make no sense.
        SystemExit: Help or the version was asked for, and was told.
    """
    top = _made(Parser, prog="mentorcore", description=TOP, epilog=ENDING)
    said = f"mentorcore {mentorcore.__version__}"
    if "--version" in words:  # the tables of zones are looked for on the disk
        said += f"\ntime zones: {mentorcore.zone_tables()}"
    top.add_argument(
        "--version", action="version", version=said, help="the version, and that of the time zones"
    )
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    asked = next((word for word in words if not word.startswith("-")), None)
    for name, about in VERBS.items():
        verb = _made(verbs.add_parser, name, help=about, epilog=ENDING)
        if name == asked:
            module = module_of(name)
            verb.description = module.HELP
            verb.set_defaults(run=module.run)
            verb.add_argument("--json", action="store_true", help="answer with one JSON document")
            verb.add_argument("--debug", action="store_true", help="show where an error arose")
            module.arguments(verb)
    found, rest = top.parse_known_args(words)
    if rest and (not hasattr(found, "rest") or any(word.startswith("-") for word in rest)):
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    for word in rest:  # what stands behind an option that was put between
        found.rest(found, word)
    return found


def _made(make: Callable[..., argparse.ArgumentParser], *args: str, **given: str) -> Parser:
    made = make(*args, formatter_class=_Layout, allow_abbrev=False, **given)
    assert isinstance(made, Parser)
    return made


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Help that fits every terminal, with room for the longest verb beside its help."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=96)
        self._action_max_length = len("    receive-record")
