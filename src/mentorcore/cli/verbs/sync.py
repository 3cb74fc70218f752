"""Import a form from a survey service."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import chain
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer, opened, reasons
from mentorcore.cli.arguments import (
    Usage,
    adapters,
    add_actor,
    add_log,
    add_program,
    add_refusals,
    by,
    mapping,
)
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program
from mentorcore.cli.progress import Progress
from mentorcore.render.imports import report_lines
from mentorcore.render.services import checked_data, checked_lines
from mentorcore.render.why import reasons_data, rejected_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Import a form from a survey service: all of it at first, then what is new or changed. A source file
names the adapter, the form, the mapping, and where the secrets are. A sync that was interrupted
goes on where it stopped; responses that were refused are read again the next time.

example:
  mentorcore sync my-program --source my-program/check-in.toml --check
  mentorcore sync my-program --source my-program/check-in.toml --dry-run
  mentorcore sync my-program --source my-program/check-in.toml
"""


def arguments(verb: ArgumentParser) -> None:
    """Which form of which service, and how much of it."""
    add_log(verb)
    verb.add_argument("--source", metavar="FILE", required=True, help="which form of which service")
    verb.add_argument("--check", action="store_true", help="only ask if credentials are right")
    verb.add_argument("--dry-run", action="store_true", help="say what it would do, record nothing")
    verb.add_argument("--full", action="store_true", help="read everything, to find what is gone")
    add_program(verb)
    add_refusals(verb)
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Sync the form, and report what came of it."""
    source = mentorcore.read_source(asked.source)
    if asked.check:
        return _check(asked, source)
    if source.mapping is None:
        raise Usage(
            f"{source.file} names no mapping; mentorcore discover --source {source.file} proposes "
            "one"
        )
    form = mapping(source.mapping)
    account = source.account()
    beside = Path(asked.source)
    with opened(asked) as engine, Progress(f"Syncing {source.name}") as progress:
        report = engine.sync(
            source.adapter,
            account,
            form,
            **by(engine, asked),
            program=program(engine, asked.program),
            adapters=adapters(),
            full=asked.full,
            dry_run=asked.dry_run,
            rejects=asked.rejects or beside.with_name(f"rejects-{beside.stem}.csv"),
            progress=progress,
        )
        told = reasons(engine, asked, *report.rejects)
    lines = chain(report_lines(report, asked.log), rejected_lines(report.rejects, told))
    answer(asked, lines, report.plain() | reasons_data(told))
    return ExitCode.NO if asked.strict and not report.sound else ExitCode.DONE


def _check(asked: Namespace, source: mentorcore.ServiceSource) -> int:
    form = None if source.mapping is None else mapping(source.mapping)
    found = mentorcore.check_service(source.adapter, source.account(), form, adapters=adapters())
    answer(asked, checked_lines(source.name, found), checked_data(source.name, found))
    return ExitCode.NO if found else ExitCode.DONE
