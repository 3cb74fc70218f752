"""Answer a question that an import asked."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import add_actor, add_log, by
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.events import answer_data, answer_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Answer what an import asked about a response, because no rule can know it. The report of the import
prints this command with every answer that fits. The answer is recorded, and the next import of any
export that holds the row acts on it; another answer later replaces it.

example:
  mentorcore settle my-program response:0198c1d2e3f40516273849505a6b7c8d take_it
  mentorcore settle my-program response:0198… is_edit_of response:0197…
"""


def arguments(verb: ArgumentParser) -> None:
    """What is answered, about which response."""
    add_log(verb)
    verb.add_argument("response", metavar="RESPONSE", help="the id that the report names")
    verb.add_argument("answer", metavar="ANSWER", help="such as take_it; the report names them")
    verb.add_argument(
        "other", nargs="?", metavar="OTHER", help="the response or person named beside it"
    )
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Record the answer."""
    with opened(asked) as engine:
        done = engine.settle(asked.response, asked.answer, asked.other, **by(engine, asked))
    answer(asked, answer_lines(done), answer_data(done))
    return ExitCode.DONE
