"""Back up log and keys."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import add_log
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.exporting import backed_up_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Back up the log and people's keys in one step, to two places that are kept apart: together they tell
everything. Recording may go on meanwhile. What was written is read again: the log is verified, and
each key opened. The answer is no (exit code 1) where something is wrong with it.

The signing key and what it remembers are no part of a backup.

example:
  mentorcore backup my-program /backup/2026-11-30.zip /safe/2026-11-30.keys
"""


def arguments(verb: ArgumentParser) -> None:
    """What is backed up, and to where."""
    add_log(verb)
    verb.add_argument("to", metavar="TO", help="the log: a new directory or .zip")
    verb.add_argument("keys_to", metavar="KEYS-TO", help="people's keys: a new .keys file")


def run(asked: Namespace) -> int:
    """Write a backup."""
    with opened(asked) as engine:
        done = engine.backup(asked.to, asked.keys_to)
    answer(asked, backed_up_lines(done), mentorcore.plain(done))
    return ExitCode.DONE if done.sound else ExitCode.NO
