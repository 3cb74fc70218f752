"""Show a program in numbers, pair by pair."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import chain

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import add_asked, add_viewing, viewing
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.render.attention import settling_lines
from mentorcore.render.status import late_lines, status_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
A program in numbers, then each pairing with its meetings and goals, and who is in it.

example:
  mentorcore status my-program
  mentorcore status my-program --late
  mentorcore status my-program --as-of 2026-10-15 --as-known 2026-11-01
"""


def arguments(verb: ArgumentParser) -> None:
    """Of which program, for whom and when."""
    add_asked(verb)
    add_viewing(verb)
    verb.add_argument(
        "--late", action="store_true", help="only the meetings that were sent late, by pair"
    )
    verb.add_argument(
        "--ids", action="store_true", help="the ids of pairings and participants, for record"
    )


def run(asked: Namespace) -> int:
    """Show the status."""
    doubted: tuple[mentorcore.Need, ...] = ()
    with asking(asked) as engine:
        about = program(engine, asked.program)
        found = engine.status(about, **viewing(asked))
        if not asked.is_export and any(row.mark("probable_duplicate") for row in found.pairings):
            doubted = engine.attention(about, **viewing(asked)).of("probable_duplicate")
    lines = late_lines(found) if asked.late else status_lines(found, ids=asked.ids)
    if doubted and not asked.late:
        lines = chain(lines, settling_lines(doubted, asked.log))
    answer(asked, lines, mentorcore.plain(found))
    return ExitCode.DONE
