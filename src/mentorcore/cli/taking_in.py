"""The verb that takes in an export of a survey form."""

from argparse import Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import actor, answer, opened, readable
from mentorcore.cli.progress import Progress
from mentorcore.render.imports import report_lines

__all__ = ["read_in", "rejects_beside", "take_in"]

REFUSED = 1


def take_in(asked: Namespace) -> int:
    """Take in an export of a survey form."""
    rejects = Path(asked.rejects) if asked.rejects else rejects_beside(Path(asked.export))
    with opened(asked) as engine:
        report = read_in(engine, asked.export, asked.mapping, actor(asked), rejects)
    answer(asked, report_lines(report), report.plain())
    return REFUSED if asked.strict and not report.sound else 0


def read_in(
    engine: mentorcore.Engine,
    export: str | Path,
    mapping: str | Path,
    by: mentorcore.Actor,
    rejects: Path,
) -> mentorcore.Report:
    """Take in one export, with progress on a terminal."""
    form = mentorcore.read_mapping(readable(mapping, "the mapping"), str(mapping))
    with Progress(f"Taking in {export}") as progress:
        return engine.take_in(export, form, actor=by, rejects=rejects, progress=progress)


def rejects_beside(export: Path) -> Path:
    """Where the refused rows of an export are written; those of a rejects file replace it."""
    if export.name.startswith("rejects-"):
        return export
    return export.with_name(f"rejects-{export.stem}.csv")
