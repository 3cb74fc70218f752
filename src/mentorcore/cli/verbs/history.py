"""Show all about one participant or pairing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer, opened, subject
from mentorcore.cli.arguments import add_log, add_viewing, viewing
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.history import history_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Everything recorded about one participant or pairing, in the order in which it happened.

example:
  mentorcore history my-program "Amara Okonkwo"
  mentorcore history my-program pairing:0198c1d2e3f40516273849505a6b7c8d
"""


def arguments(verb: ArgumentParser) -> None:
    """About whom, for whom and when."""
    add_log(verb)
    add_viewing(verb)
    verb.add_argument(
        "--ids", action="store_true", help="stream#version of each record, for corrections"
    )
    verb.add_argument("subject", metavar="WHO", help="a name, an e-mail address or an id")


def run(asked: Namespace) -> int:
    """Show the history."""
    given = viewing(asked)
    with opened(asked) as engine:
        found = engine.history(subject(engine, asked.subject, given["viewer"]), **given)
    answer(asked, history_lines(found, ids=asked.ids), mentorcore.plain(found))
    return ExitCode.DONE
