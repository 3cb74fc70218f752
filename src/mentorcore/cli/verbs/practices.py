"""List the practices that are installed, and those that a log holds events of."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import add_keys, practices
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.view import practices_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The practices that are installed, with their views, and those that were left out, with the reason.
With a LOG, also how many events it holds of each, and which packages are missing here: what they
recorded is kept and proven, but not shown.

example:
  mentorcore practices
  mentorcore practices my-program
"""


def arguments(verb: ArgumentParser) -> None:
    """Which log, and whether one that is left out counts."""
    verb.add_argument("log", nargs="?", metavar="LOG", help="a log whose events are counted")
    add_keys(verb)
    verb.add_argument("--strict", action="store_true", help="exit with 1 if one is not here")


def run(asked: Namespace) -> int:
    """List the practices."""
    if asked.log is None:
        listed = practices().listing()
    else:
        with opened(asked) as engine:
            listed = engine.practices()
    lines = practices_lines(listed, held=asked.log is not None)
    answer(asked, lines, {"practices": mentorcore.plain(listed)})
    missing = any(not line.here for line in listed)
    return ExitCode.NO if asked.strict and missing else ExitCode.DONE
