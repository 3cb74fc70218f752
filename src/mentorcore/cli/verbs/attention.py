"""Show what needs a person today, and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import add_asked, add_viewing, viewing
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.render.attention import attention_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
What needs a person today, and why: silence, overdue goals, low feedback, people without a partner.

example:
  mentorcore attention my-program
"""


def arguments(verb: ArgumentParser) -> None:
    """Of which program, for whom and when."""
    add_asked(verb)
    add_viewing(verb)


def run(asked: Namespace) -> int:
    """Show what needs a person."""
    with asking(asked) as engine:
        found = engine.attention(program(engine, asked.program), **viewing(asked))
    answer(asked, attention_lines(found, asked.log), mentorcore.plain(found))
    return ExitCode.DONE
