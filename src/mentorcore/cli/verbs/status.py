"""Show a program in numbers, pair by pair."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import add_log, add_viewing, viewing
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.render.status import status_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
A program in numbers, then each pairing with its meetings and goals, and who is in it.

example:
  mentorcore status my-program
  mentorcore status my-program --as-of 2026-10-15 --as-known 2026-11-01
"""


def arguments(verb: ArgumentParser) -> None:
    """Of which program, for whom and when."""
    add_log(verb)
    add_viewing(verb)
    verb.add_argument(
        "--ids", action="store_true", help="the ids of pairings and participants, for record"
    )


def run(asked: Namespace) -> int:
    """Show the status."""
    with opened(asked) as engine:
        found = engine.status(program(engine, asked.program), **viewing(asked))
    answer(asked, status_lines(found, ids=asked.ids), mentorcore.plain(found))
    return ExitCode.DONE
