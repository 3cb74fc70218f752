"""The verb that compares a program at two moments."""

from argparse import Namespace
from datetime import date, datetime

import mentorcore
from mentorcore.cli.answering import answer, day, known, opened, program
from mentorcore.cli.reading import viewer
from mentorcore.cli.words import Usage
from mentorcore.render.diff import diff_lines

__all__ = ["diff"]


def diff(asked: Namespace) -> int:
    """What changed between two moments, and which events did it."""
    if asked.since is None and asked.known_from is None:
        raise Usage("diff needs a moment to begin with: --from, --known-from, or both")
    then = _moment(asked.since, "--from", asked.known_from, "--known-from")
    now = _moment(asked.until, "--to", asked.known_to, "--known-to")
    with opened(asked) as engine:
        found = engine.diff(
            then, now, program=program(engine, asked.program), viewer=viewer(asked.viewer)
        )
    answer(asked, diff_lines(found, ids=asked.ids), mentorcore.plain(found))
    return 0


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
