"""Propose a mapping for a form."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, adapters, practices
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.progress import Progress

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Propose a mapping for an export, or for a form of a survey service. Settle the lines marked NEEDED,
check the others, and import.

example:
  mentorcore discover exports/meetings.csv > my-program/mappings/meetings.toml
  mentorcore discover --source my-program/check-in.toml
"""


def arguments(verb: ArgumentParser) -> None:
    """What is looked at."""
    verb.add_argument("export", nargs="?", metavar="EXPORT", help="an exported file")
    verb.add_argument("--source", metavar="FILE", help="or which form of which service")
    verb.add_argument("--adapter", metavar="NAME", help="who reads it; else found out by itself")
    verb.add_argument("--name", help="what the form is to be called")


def run(asked: Namespace) -> int:
    """Propose a mapping for an export, or for a form of a service."""
    if (asked.export is None) == (asked.source is None):
        raise Usage("discover takes an export, or --source with a source file")
    if asked.source is not None:
        source = mentorcore.read_source(asked.source)
        with Progress(f"Looking at {source.name}"):
            text = mentorcore.discover_service(
                source.adapter,
                source.account(),
                adapters=adapters(),
                name=asked.name,
                kinds=practices().forms,
            )
    else:
        text = mentorcore.discover(
            Path(asked.export),
            adapters=adapters(),
            adapter=asked.adapter,
            name=asked.name,
            kinds=practices().forms,
        )
    answer(asked, text.splitlines(), {"mapping": text})
    return ExitCode.DONE
