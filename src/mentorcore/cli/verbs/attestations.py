"""Tell whether what officers attested still comes out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import VIEWERS, add_asked, add_program, known, viewer
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.render.attestations import attestation_lines
from mentorcore.render.view import names_in

__all__ = ["HELP", "arguments", "run"]

HELP = """\
What officers attested of a program, and whether the same results come out now as of the same day.
Where they do not, it was attested before a correction: which results are others, and what was
recorded since. For the coordinator and for auditors (--as auditor); an export of the log will do.

example:
  mentorcore attestations my-program
  mentorcore attestations my-program --as auditor
  mentorcore attestations my-program --as-known 2027-06-30
"""


def arguments(verb: ArgumentParser) -> None:
    """Of which program, for whom, and as what was known."""
    add_asked(verb)
    add_program(verb)
    verb.add_argument("--as", dest="viewer", metavar="WHO", help=VIEWERS)
    verb.add_argument(
        "--as-known",
        metavar="WHEN",
        help="what the log knew then: a position, a time with its offset, a day (in UTC), or the "
        "file of a checkpoint",
    )


def run(asked: Namespace) -> int:
    """Tell of each attestation."""
    with asking(asked) as engine:
        who = viewer(asked.viewer)
        moment = None if asked.as_known is None else known(asked.as_known, "--as-known")
        chosen = program(engine, asked.program)
        found = engine.attestations(chosen, viewer=who, as_known=moment)
        status = engine.status(chosen, viewer=who, as_known=moment)
    answer(asked, attestation_lines(found, names_in(status)), mentorcore.plain(list(found)))
    return ExitCode.DONE
