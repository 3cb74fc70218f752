"""Show what a view of a practice tells of a program."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import add_asked, add_viewing, viewing
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.render.view import names_in, view_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
What a practice tells of a program: the rows of one of its views, then what they add up to.
`mentorcore practices` lists the practices that are installed, with their views.

example:
  mentorcore view my-program observation.matrix
  mentorcore view my-program observation.matrix --as-of 2026-10-15
"""


def arguments(verb: ArgumentParser) -> None:
    """Which view, of which program, for whom and when."""
    add_asked(verb)
    verb.add_argument("name", metavar="VIEW", help="such as observation.matrix")
    add_viewing(verb)


def run(asked: Namespace) -> int:
    """Show the view."""
    with asking(asked) as engine:
        given = viewing(asked)
        chosen = program(engine, asked.program)
        found = engine.view(asked.name, chosen, **given)
        names = {} if asked.json else names_in(engine.status(chosen, **given))
    answer(asked, view_lines(found, names), mentorcore.plain(found))
    return ExitCode.DONE
