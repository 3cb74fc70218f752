"""Say whether this version reads everything that an older one holds."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.catalog import compat_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Whether this version reads everything that an older one holds: a log, an export with its schemas,
or a catalogue that was written then. Nothing is changed, and nothing sealed is opened.
Exit code 1 means that something is not read.

example:
  mentorcore compat archive/program.db
  mentorcore compat catalog-0.1.0.json
  mentorcore compat export-2026.zip
"""


def arguments(verb: ArgumentParser) -> None:
    """What is older."""
    verb.add_argument("old", metavar="OLD", help="a log, an export, or an older catalogue")


def run(asked: Namespace) -> int:
    """Compare what the older one holds with what this version reads."""
    found = mentorcore.compat(asked.old)
    answer(asked, compat_lines(found), mentorcore.plain(found))
    return ExitCode.DONE if found.reads_all else ExitCode.NO
