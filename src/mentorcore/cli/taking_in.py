"""The verb that takes in an export of a survey form."""

from argparse import Namespace
from itertools import chain
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import actor, answer, opened, program, readable
from mentorcore.cli.explaining import reasons
from mentorcore.cli.progress import Progress
from mentorcore.render.imports import report_lines
from mentorcore.render.why import reasons_data, rejected_lines

__all__ = ["mapping", "rejects_beside", "take_in"]

REFUSED = 1


def take_in(asked: Namespace) -> int:
    """Take in an export of a survey form."""
    export = Path(asked.export)
    adapters = mentorcore.Registry()
    adapters.load_plugins()
    form = mapping(asked.mapping)
    with opened(asked) as engine, Progress(f"Taking in {export}") as progress:
        report = engine.take_in(
            export,
            form,
            actor=actor(asked),
            program=program(engine, asked.program),
            adapters=adapters,
            adapter=asked.adapter,
            rejects=asked.rejects or rejects_beside(export),
            progress=progress,
        )
        told = reasons(engine, asked, *report.rejects)
    lines = chain(report_lines(report), rejected_lines(report.rejects, told))
    answer(asked, lines, report.plain() | reasons_data(told))
    return REFUSED if asked.strict and not report.sound else 0


def mapping(path: str | Path) -> mentorcore.FormMapping:
    """The mapping in a file."""
    return mentorcore.read_mapping(readable(path, "the mapping"), str(path))


def rejects_beside(export: Path) -> Path:
    """Where the refused rows of an export are written; those of a rejects file replace it."""
    if export.name.startswith("rejects-"):
        return export
    return export.with_name(f"rejects-{export.stem}.csv")
