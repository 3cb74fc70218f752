"""Show what all this is, on a complete example."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import DATABASE, Usage, command_line, day, mapping, practices
from mentorcore.cli.beginning import BLUEPRINT, begin
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.progress import Progress
from mentorcore.demo.folder import IMPORTS, Import, write
from mentorcore.render.demo import Changed, Shown, Taken, demo_lines
from mentorcore.render.errors import error_data

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Write a complete example program into a folder, import its survey exports, and show what a
coordinator sees: a school year of forty people with the blemishes of real life.
Running it again changes nothing.

example:
  mentorcore demo
  mentorcore demo /tmp/example --json
"""


def arguments(verb: ArgumentParser) -> None:
    """Where it is written, and around which day."""
    verb.add_argument("folder", nargs="?", default="mentorcore-demo", metavar="FOLDER")
    verb.add_argument(
        "--today", metavar="DAY", help="build the school year around this day, not today"
    )


def run(asked: Namespace) -> int:
    """Write an example program, import its exports and show it."""
    today = now = datetime.now(UTC).date()
    if asked.today:
        today = day(asked.today, "--today")
    if today > now:
        raise Usage("--today cannot lie in the future: nothing is recorded before it happened")
    folder = Path(asked.folder)
    _check(folder)
    new = write(folder, today)
    log = folder / DATABASE
    known = not _begun(folder / BLUEPRINT, log)
    with mentorcore.open(log, create=False, practices=practices()) as engine:
        before = 0 if not known else engine.position
        taken = tuple(_taken(engine, folder, IMPORTS))
        coordinator = mentorcore.Viewer.coordinator()
        shown = Shown(
            folder=asked.folder,
            log=str(log),
            new=new,
            recorded=engine.position - before,
            taken=taken,
            changed=tuple(_changed(engine, before, coordinator)),
            status=engine.status(viewer=coordinator),
            attention=engine.attention(viewer=coordinator),
        )
    answer(asked, demo_lines(shown), _data(shown))
    return ExitCode.DONE


def _begun(blueprint: Path, log: Path) -> bool:
    """Make the log, unless an earlier run has; says whether it is new."""
    try:
        begin(blueprint, log)
    except mentorcore.Refused as refused:
        if refused.code != "already_begun":
            raise
        return False
    return True


def _check(folder: Path) -> None:
    """Refuse a folder that holds something else.

    Raises:
        Usage: It does.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    ours = (folder / BLUEPRINT, *(folder / one.export for one in IMPORTS))
    if not all(path.exists() for path in ours):
        raise Usage(f"{folder} holds something else; choose a new folder for the example")


def _taken(engine: mentorcore.Engine, folder: Path, chosen: Iterable[Import]) -> Iterator[Taken]:
    for one in chosen:
        form = str(folder / one.mapping)
        with Progress(f"Importing {one.export}") as progress:
            try:
                report = engine.take_in(
                    folder / one.export,
                    mapping(form),
                    actor=command_line(),
                    rejects=folder / one.rejects,
                    progress=progress,
                )
            except mentorcore.SourceRefused as refused:
                yield Taken(one.about, form, refused)
            else:
                yield Taken(one.about, form, report)


def _changed(engine: mentorcore.Engine, after: int, viewer: mentorcore.Viewer) -> Iterator[Changed]:
    """What the exports corrected in records of their own."""
    for event in engine.events(after, names=["record.amended"]):
        found = engine.history(event.stream, viewer=viewer)
        for entry in found.corrected():
            for correction in entry.corrections:
                if correction.evidence.position == event.position:
                    yield Changed(found.people, entry, correction)


def _data(shown: Shown) -> dict[str, Any]:
    return {
        "folder": shown.folder,
        "new": shown.new,
        "recorded": shown.recorded,
        "imports": [_import(taken) for taken in shown.taken],
        "corrections": [mentorcore.plain(c.correction) for c in shown.changed],
        "status": mentorcore.plain(shown.status),
        "attention": mentorcore.plain(shown.attention),
    }


def _import(taken: Taken) -> dict[str, Any]:
    if isinstance(taken.came, mentorcore.SourceRefused):
        return {**error_data(taken.came), "mapping": taken.mapping}
    return {**taken.came.plain(), "mapping": taken.mapping, "rejects": taken.rejects}
