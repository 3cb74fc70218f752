"""Show all about one participant or pairing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import add_log, add_viewing, viewing
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program, subject
from mentorcore.render.history import history_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Everything recorded about one participant or pairing, in the order in which it happened. A name is
one that somebody has or ever had; where two fit, say NAME <ADDRESS>, NAME (ROLE) or --program.

example:
  mentorcore history my-program "Amara Okonkwo"
  mentorcore history my-program "Amara Okonkwo & Lin Wu"
  mentorcore history my-program pairing:0198c1d2e3f40516273849505a6b7c8d
"""


def arguments(verb: ArgumentParser) -> None:
    """About whom, for whom and when."""
    add_log(verb)
    add_viewing(verb)
    verb.add_argument(
        "--ids", action="store_true", help="stream#version of each record, for corrections"
    )
    verb.add_argument("subject", metavar="WHO", help="a name, an address, an id, or A & B")


def run(asked: Namespace) -> int:
    """Show the history."""
    given = viewing(asked)
    with opened(asked) as engine:
        about = subject(
            engine,
            asked.subject,
            given["viewer"],
            among=program(engine, asked.program),
            as_known=given.get("as_known"),
            alone=True,
        )
        found = engine.history(about, **given)
    answer(asked, history_lines(found, ids=asked.ids), mentorcore.plain(found))
    return ExitCode.DONE
