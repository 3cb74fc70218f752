"""Bring an older log up to date."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import place
from mentorcore.cli.exit_codes import ExitCode

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Bring a log of an older format up to that of this version. Opening a log never does it by itself.
Back it up first, and stop recording. People's keys are not needed.

example:
  mentorcore migrate my-program
"""


def arguments(verb: ArgumentParser) -> None:
    """Which log."""
    verb.add_argument("log", metavar="LOG", help="where the events are")


def run(asked: Namespace) -> int:
    """Bring a log up to date."""
    done = mentorcore.migrate(place(asked.log))
    answer(asked, [f"{done.log} has format {done.format}: {done.done}."], mentorcore.plain(done))
    return ExitCode.DONE
