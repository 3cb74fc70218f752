"""Look whether a log and its surroundings are in order."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import add_log, place, practices
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.doctor import diagnosis_data, diagnosis_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Whether a log and what it needs are in order: its format, the order of its events, views,
checkpoints, the keys of its people, the connection and a pooler on the way, the clock, the tables
of time zones, adapters and practices. The whole log is read, and nothing is written.
Exit code 1 means that something is broken; with --strict also that something is worth a look.

example:
  mentorcore doctor my-program
  mentorcore doctor postgresql://mentor@host/programs --keys program.keys --json
"""


def arguments(verb: ArgumentParser) -> None:
    """Which log, and how strict the answer is."""
    add_log(verb)
    verb.add_argument(
        "--strict", action="store_true", help="exit with 1 also if something is worth a look"
    )


def run(asked: Namespace) -> int:
    """Look at everything, and tell it line by line."""
    found = mentorcore.diagnose(place(asked.log), keys=asked.keys, practices=practices())
    answer(asked, diagnosis_lines(found), diagnosis_data(found))
    wrong = found.broken or (asked.strict and not found.in_order)
    return ExitCode.NO if wrong else ExitCode.DONE
