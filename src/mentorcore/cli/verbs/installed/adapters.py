"""List the adapters, or write a start for an adapter of one's own."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli import arguments as shared
from mentorcore.cli.answering import answer
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.adapters import adapters_data, adapters_lines, written_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The adapters that can read survey exports, and those that were left out, with the reason.
With new NAME, a start for an adapter of your own: a package whose tests pass as they are.

example:
  mentorcore adapters
  mentorcore adapters new our-survey    writes mentorcore-our-survey/
"""


def arguments(verb: ArgumentParser) -> None:
    """Whether one that is left out counts, and what is written."""
    verb.add_argument("--strict", action="store_true", help="exit with 1 if one was left out")
    verb.add_argument("doing", nargs="?", choices=("new",), help="write a new adapter")
    verb.add_argument("name", nargs="?", metavar="NAME", help="what the new one is called")
    verb.add_argument("folder", nargs="?", metavar="FOLDER", help="where it is written")


def run(asked: Namespace) -> int:
    """What survey exports can be read; or a start for an adapter of one's own."""
    if asked.doing == "new":
        if asked.name is None:
            raise shared.Usage("adapters new needs a NAME for the adapter, such as our-survey")
        folder = Path(asked.folder or f"mentorcore-{asked.name}")
        written = [str(path) for path in mentorcore.new_adapter(asked.name, folder)]
        answer(asked, written_lines(written, str(folder)), {"written": written})
        return ExitCode.DONE
    listed = shared.adapters().listing()
    answer(asked, adapters_lines(listed), adapters_data(listed))
    left_out = any(line.problem is not None for line in listed)
    return ExitCode.NO if asked.strict and left_out else ExitCode.DONE
