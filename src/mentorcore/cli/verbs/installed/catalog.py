"""Describe every event that a log can hold, or one of them in full."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.catalog import catalog_lines, event_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Every event that can stand in a log: what it means, its fields, which of them are sealed and under
whose keys, when it was true, and which commands lead to it. As JSON, with the JSON Schema of what
is stored.

example:
  mentorcore catalog
  mentorcore catalog pairing.meeting-held
  mentorcore catalog --json > catalog-0.1.0.json
"""


def arguments(verb: ArgumentParser) -> None:
    """Which event."""
    verb.add_argument("name", nargs="?", metavar="NAME", help="one of them, in full")


def run(asked: Namespace) -> int:
    """Describe the events."""
    found = mentorcore.catalog()
    if asked.name is None:
        answer(asked, catalog_lines(found), mentorcore.plain(found))
    else:
        event = found.event(asked.name)
        answer(asked, event_lines(event), mentorcore.plain(event))
    return ExitCode.DONE
