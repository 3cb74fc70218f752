"""Compare a program at two moments."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, datetime

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import VIEWERS, Usage, add_asked, add_program, day, known, viewer
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.render.diff import diff_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
What changed in a program between two moments, row by row, and which events did it. --from and --to
are about what was true; --known-from and --known-to about what the log knew. What is left out means
all of it: now. Only events make a difference, never days that went by.

example:
  mentorcore diff my-program --from 2026-10-01 --to 2026-11-01
  mentorcore diff my-program --known-from 2026-10-01           what was recorded since
  mentorcore diff my-program --from 2026-10-01 --known-from 120 --to 2026-10-01
"""


def arguments(verb: ArgumentParser) -> None:
    """Of which program, for whom, and the two moments."""
    add_asked(verb)
    add_program(verb)
    verb.add_argument("--as", dest="viewer", metavar="WHO", help=VIEWERS)
    days = "a day of the program, or a time with its offset"
    positions = "a position, a time with its offset, or a day (in UTC)"
    verb.add_argument("--from", dest="since", metavar="WHEN", help=f"what was true then: {days}")
    verb.add_argument("--to", dest="until", metavar="WHEN", help="the same for the other moment")
    verb.add_argument("--known-from", metavar="WHEN", help=f"what the log knew then: {positions}")
    verb.add_argument("--known-to", metavar="WHEN", help="the same for the other moment")
    verb.add_argument("--ids", action="store_true", help="stream#version of each event")


def run(asked: Namespace) -> int:
    """What changed between two moments, and which events did it."""
    if asked.since is None and asked.known_from is None:
        raise Usage("diff needs a moment to begin with: --from, --known-from, or both")
    then = _moment(asked.since, "--from", asked.known_from, "--known-from")
    now = _moment(asked.until, "--to", asked.known_to, "--known-to")
    with asking(asked) as engine:
        found = engine.diff(
            then, now, program=program(engine, asked.program), viewer=viewer(asked.viewer)
        )
    answer(asked, diff_lines(found, ids=asked.ids), mentorcore.plain(found))
    return ExitCode.DONE


def _moment(
    true: str | None, true_option: str, learned: str | None, learned_option: str
) -> mentorcore.Moment:
    return mentorcore.Moment(
        as_of=None if true is None else _day_or_time(true, true_option),
        as_known=None if learned is None else known(learned, learned_option),
    )


def _day_or_time(text: str, option: str) -> date | datetime:
    """A day of the program, or an instant with its offset."""
    if len(text) <= len("2026-10-15"):
        return day(text, option)
    at = known(text, option)
    if not isinstance(at, datetime):
        raise Usage(f"{option} takes a day such as 2026-10-15, not {text!r}")
    return at
