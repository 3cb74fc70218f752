"""Load an export into a new log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.exporting import loaded_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Load an export with all states into a new log: the same events byte for byte at the same positions,
and the same root. The copy is read-only, unless --original-retired says that the log it was made
from is not used any more: then the log goes on here, and answers requests and knows responses and
identities as it did there. That takes an export that was made with --move.

example:
  mentorcore load audit-2026.zip copy.db
  mentorcore load moving.zip postgresql://localhost/mentoring --original-retired
"""


def arguments(verb: ArgumentParser) -> None:
    """What is loaded, and where."""
    verb.add_argument("bundle", metavar="BUNDLE", help="an export: a directory or a .zip")
    verb.add_argument("log", metavar="LOG", help="where the new log is made")
    verb.add_argument(
        "--original-retired",
        dest="retired",
        action="store_true",
        help="the original is used no more, and this log goes on in its place",
    )


def run(asked: Namespace) -> int:
    """Load an export into a new log."""
    done = mentorcore.load(asked.bundle, asked.log, original_retired=asked.retired)
    answer(asked, loaded_lines(done), mentorcore.plain(done))
    return ExitCode.DONE
