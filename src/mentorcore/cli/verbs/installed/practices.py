"""List the practices that are installed and those that a log holds events of, or begin one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, add_keys, practices
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.view import practices_lines, written_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The practices that are installed, with their views, and those that were left out, with the reason.
With a LOG, also how many events it holds of each, and which packages are missing here: what they
recorded is kept and proven, but not shown.
With new NAME, a start for a practice of your own: a package whose tests pass as they are. (A log
that is called new is given as ./new.)

example:
  mentorcore practices
  mentorcore practices my-program
  mentorcore practices new acme-visit   writes acme-visit/
"""


NEW = "new"


def arguments(verb: ArgumentParser) -> None:
    """Which log, and whether one that is left out counts; or what is written."""
    verb.add_argument("log", nargs="?", metavar="LOG", help="a log whose events are counted")
    verb.add_argument("name", nargs="?", metavar="NAME", help="after new: what it is called")
    verb.add_argument("folder", nargs="?", metavar="FOLDER", help="after new: where it is written")
    add_keys(verb)
    verb.add_argument("--strict", action="store_true", help="exit with 1 if one is not here")


def run(asked: Namespace) -> int:
    """List the practices; or write a start for one."""
    if asked.log == NEW:
        return _new(asked)
    if asked.name is not None:
        raise Usage(f"practices takes one LOG, or new and a NAME; {asked.name!r} is too much")
    if asked.log is None:
        listed = practices().listing()
    else:
        with asking(asked) as engine:
            listed = engine.practices()
    lines = practices_lines(listed, held=asked.log is not None)
    answer(asked, lines, {"practices": mentorcore.plain(listed)})
    missing = any(not line.here for line in listed)
    return ExitCode.NO if asked.strict and missing else ExitCode.DONE


def _new(asked: Namespace) -> int:
    if asked.name is None:
        raise Usage("practices new needs a NAME for the practice, such as acme-visit")
    folder = Path(asked.folder or asked.name)
    written = [str(path) for path in mentorcore.new_practice(asked.name, folder)]
    answer(asked, written_lines(written, str(folder)), {"written": written})
    return ExitCode.DONE
