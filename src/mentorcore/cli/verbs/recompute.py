"""Hold a report that was published against an export, or against the log itself."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import add_asked, readable, viewer
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.recomputing import recomputed_data, recomputed_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Whether every figure of a published report is what the log says: equal, different (with both values
and the events behind it), or not to be known from here, such as the names in an export. The report
is what `status`, `attention`, `compliance` or `view` answered with --json; it says itself for which
day, at which position and for whom. Verify the export first: this does not tell whether it is
unaltered.
Ends with 0 when no figure differs, 1 when one does, and 3 when none does and some cannot be told,
because states were left out of the export or nothing here tells such a figure.

example:
  mentorcore recompute june.zip --report april.json
  mentorcore recompute june.zip --report april.json --all --why
"""


def arguments(verb: ArgumentParser) -> None:
    """Which report, and how much is told of it."""
    add_asked(verb)
    verb.add_argument(
        "--report", required=True, metavar="FILE", help="the report in JSON; - reads standard input"
    )
    verb.add_argument(
        "--as", dest="viewer", metavar="PERSON", help="the person's id, of a report for a member"
    )
    verb.add_argument("--all", action="store_true", help="list the equal figures, too")
    verb.add_argument("--why", action="store_true", help="the events behind every figure")


def run(asked: Namespace) -> int:
    """Compare, figure by figure."""
    report = readable(asked.report, "the report")
    member = None if asked.viewer is None else viewer(asked.viewer)
    with asking(asked) as engine:
        found = engine.recompute(report, viewer=member, why=asked.why)
    answer(asked, recomputed_lines(found, every=asked.all, why=asked.why), recomputed_data(found))
    if not found.holds:
        return ExitCode.NO
    return ExitCode.DONE if found.is_whole else ExitCode.UNANCHORED
