"""Restore log and keys from a backup."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import add_keys
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.exporting import restored_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Restore a log and people's keys from a backup, at a new place, once both are found in order. The log
can only be read, unless --original-retired says that the log that was backed up is not used any
more, or is lost: then it goes on here. What was recorded after the backup is not in it.

example:
  mentorcore restore /backup/2026-11-30.zip /safe/2026-11-30.keys program.db --original-retired
  mentorcore restore backup.zip safe.keys postgresql://localhost/mentoring --keys program.keys
"""


def arguments(verb: ArgumentParser) -> None:
    """What is restored, and where."""
    verb.add_argument("backup", metavar="BACKUP", help="the backup of the log")
    verb.add_argument("backed_up_keys", metavar="BACKUP-KEYS", help="the backup of the keys")
    verb.add_argument("log", metavar="LOG", help="where the log is made")
    add_keys(verb)
    verb.add_argument(
        "--original-retired",
        dest="retired",
        action="store_true",
        help="the original is used no more, and this log goes on in its place",
    )


def run(asked: Namespace) -> int:
    """Restore log and keys."""
    done = mentorcore.restore(
        asked.backup,
        asked.backed_up_keys,
        asked.log,
        keys_to=asked.keys,
        original_retired=asked.retired,
    )
    answer(asked, restored_lines(done), mentorcore.plain(done))
    return ExitCode.DONE
