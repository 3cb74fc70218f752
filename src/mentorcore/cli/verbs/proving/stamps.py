"""Show the time stamps that a log or an export holds, and check them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, place
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.proving import stamp_lines, stamps_data

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Show the time stamps of checkpoints that a log or an export holds: each proves that its checkpoint
existed not later than the authority says. With the root certificates that you trust for the
authorities each is checked. It ends with 0 when all hold, with 1 when one does not, and with 3 when
none was checked, or none is there.

example:
  mentorcore stamps my-program
  mentorcore stamps june.zip --roots roots.pem
"""


def arguments(verb: ArgumentParser) -> None:
    """Where they are, and whom one trusts."""
    verb.add_argument("log", metavar="LOG", help="a log, a copy of its file, or an export")
    verb.add_argument(
        "--roots", metavar="FILE", help="the root certificates (PEM) trusted for the authorities"
    )


def run(asked: Namespace) -> int:
    """Show them."""
    is_export = (Path(asked.log) / "manifest.json").exists()
    where = asked.log if is_export else place(asked.log)
    try:
        found = mentorcore.time_stamps(where, roots=asked.roots)
    except mentorcore.ExportInvalid as error:
        raise Usage(str(error)) from error
    answer(asked, stamp_lines(found), stamps_data(found))
    if any(stamp.problem for stamp in found):
        return ExitCode.NO
    return ExitCode.DONE if found and asked.roots else ExitCode.UNANCHORED
