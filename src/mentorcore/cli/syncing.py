"""The verbs that talk to survey services, and the one that proposes a mapping."""

from argparse import Namespace
from itertools import chain
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import actor, answer, opened, program
from mentorcore.cli.explaining import reasons
from mentorcore.cli.progress import Progress
from mentorcore.cli.taking_in import mapping
from mentorcore.cli.words import Usage
from mentorcore.render.imports import report_lines
from mentorcore.render.services import checked_data, checked_lines
from mentorcore.render.why import reasons_data, rejected_lines

__all__ = ["discover", "sync"]

REFUSED = 1


def sync(asked: Namespace) -> int:
    """Take in a form of a survey service."""
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
            actor=actor(asked),
            program=program(engine, asked.program),
            adapters=_adapters(),
            full=asked.full,
            dry_run=asked.dry_run,
            rejects=asked.rejects or beside.with_name(f"rejects-{beside.stem}.csv"),
            progress=progress,
        )
        told = reasons(engine, asked, *report.rejects)
    lines = chain(report_lines(report), rejected_lines(report.rejects, told))
    answer(asked, lines, report.plain() | reasons_data(told))
    return REFUSED if asked.strict and not report.sound else 0


def discover(asked: Namespace) -> int:
    """Propose a mapping for an export, or for a form of a service."""
    if (asked.export is None) == (asked.source is None):
        raise Usage("discover takes an export, or --source with a source file")
    if asked.source is not None:
        source = mentorcore.read_source(asked.source)
        with Progress(f"Looking at {source.name}"):
            text = mentorcore.discover_service(
                source.adapter, source.account(), adapters=_adapters(), name=asked.name
            )
    else:
        text = mentorcore.discover(
            Path(asked.export), adapters=_adapters(), adapter=asked.adapter, name=asked.name
        )
    answer(asked, text.splitlines(), {"mapping": text})
    return 0


def _check(asked: Namespace, source: mentorcore.ServiceSource) -> int:
    form = None if source.mapping is None else mapping(source.mapping)
    found = mentorcore.check_service(source.adapter, source.account(), form, adapters=_adapters())
    answer(asked, checked_lines(source.name, found), checked_data(source.name, found))
    return REFUSED if found else 0


def _adapters() -> mentorcore.Registry:
    adapters = mentorcore.Registry()
    adapters.load_plugins()
    return adapters
