"""Import an export of a survey form."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import chain
from pathlib import Path

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
from mentorcore.render.files import file_data, file_lines
from mentorcore.render.imports import report_lines
from mentorcore.render.why import reasons_data, rejected_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Import an export of a survey form. What was imported before is recognised: the same file again adds
nothing, a changed answer becomes a correction, a missing one is reported. Rows that are refused go
to a rejects file, which can be corrected and imported in the same way. A dry run says all of this
beforehand, row by row with --rows, and records nothing. --check says whether just these bytes were
imported before, and ends with 1 if they were not.

example:
  mentorcore import my-program meetings.csv --mapping meeting-log.toml --dry-run --rows
  mentorcore import my-program exports/meetings.csv --mapping my-program/mappings/meeting-log.toml
  mentorcore import my-program exports/meetings.csv --check
"""


def arguments(verb: ArgumentParser) -> None:
    """What is imported, and how it is read."""
    add_log(verb)
    verb.add_argument("export", metavar="EXPORT", help="the exported file")
    verb.add_argument(
        "--mapping", metavar="FILE", help="what the form's columns hold; not needed with --check"
    )
    verb.add_argument(
        "--check", action="store_true", help="say whether this very file was imported, and when"
    )
    verb.add_argument("--adapter", metavar="NAME", help="who reads it; else found out by itself")
    verb.add_argument("--dry-run", action="store_true", help="say what it would do, record nothing")
    verb.add_argument(
        "--again", action="store_true", help="read what an earlier mapping took under this one"
    )
    verb.add_argument("--rows", action="store_true", help="say of each row what it leads to")
    add_program(verb)
    add_refusals(verb)
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Import the export, and report what came of it."""
    export = Path(asked.export)
    if asked.check:
        with opened(asked) as engine:
            found = engine.check_file(export)
        answer(asked, file_lines(found), file_data(found))
        return ExitCode.DONE if found.is_known else ExitCode.NO
    if asked.mapping is None:
        raise Usage("import needs --mapping FILE, which says what the form's columns hold")
    form = mapping(asked.mapping)
    with opened(asked) as engine, Progress(f"Importing {export}") as progress:
        report = engine.take_in(
            export,
            form,
            **by(engine, asked),
            program=program(engine, asked.program),
            adapters=adapters(),
            adapter=asked.adapter,
            dry_run=asked.dry_run,
            rows=asked.rows,
            reread=asked.again,
            rejects=asked.rejects or _beside(export),
            progress=progress,
        )
        told = reasons(engine, asked, *report.rejects)
    lines = chain(report_lines(report, asked.log), rejected_lines(report.rejects, told))
    answer(asked, lines, report.plain() | reasons_data(told))
    return ExitCode.NO if asked.strict and not report.sound else ExitCode.DONE


def _beside(export: Path) -> Path:
    """Where the refused rows of an export are written; those of a rejects file replace it."""
    if export.name.startswith("rejects-"):
        return export
    return export.with_name(f"rejects-{export.stem}.csv")
