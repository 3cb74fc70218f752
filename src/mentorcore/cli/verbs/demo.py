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
from mentorcore.cli.beginning import BLUEPRINT, begin, shipped
from mentorcore.cli.examples import Example, Records, example_of, usual_example
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.progress import Progress
from mentorcore.demo.folder import Import
from mentorcore.render.demo import Changed, Shown, Taken, demo_lines
from mentorcore.render.errors import error_data

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Write a complete example program into a folder, import its survey exports, and show what a
coordinator sees: a school year of forty people with the blemishes of real life. With --blueprint it
is the made-up year of a blueprint that ships, on the day on which that year is looked at.
Running it again changes nothing.

example:
  mentorcore demo
  mentorcore demo /tmp/example --json
  mentorcore demo circle --blueprint peer_observation
"""


def arguments(verb: ArgumentParser) -> None:
    """Where it is written, and around which day."""
    verb.add_argument("folder", nargs="?", default="mentorcore-demo", metavar="FOLDER")
    verb.add_argument("--blueprint", metavar="NAME", help="one that mentorcore blueprints lists")
    verb.add_argument(
        "--today", metavar="DAY", help="build the school year around this day, not today"
    )


def run(asked: Namespace) -> int:
    """Write an example program, import its exports and show it."""
    example = _example(asked)
    folder = Path(asked.folder)
    _check(folder, example)
    new = example.write(folder)
    log = folder / DATABASE
    known = not _begun(folder / BLUEPRINT, log)
    with mentorcore.open(log, create=False, practices=practices()) as engine:
        before = 0 if not known else engine.position
        taken = tuple(_taken(engine, folder, example.steps))
        coordinator = mentorcore.Viewer.coordinator()
        shown = Shown(
            folder=asked.folder,
            blueprint=asked.blueprint,
            introduction=example.introduction.format(folder=asked.folder),
            as_of=example.as_of,
            log=str(log),
            new=new,
            recorded=engine.position - before,
            taken=taken,
            changed=tuple(_changed(engine, before, coordinator)),
            status=engine.status(viewer=coordinator, as_of=example.as_of),
            attention=engine.attention(viewer=coordinator, as_of=example.as_of),
            compliance=engine.compliance(viewer=coordinator, as_of=example.as_of, by="rule"),
        )
    answer(asked, demo_lines(shown), _data(shown))
    return ExitCode.DONE


def _example(asked: Namespace) -> Example:
    """The example that is asked for.

    Raises:
        Usage: There is none of that name, or its day makes no sense.
    """
    if asked.blueprint is not None:
        if asked.today:
            raise Usage("the year of a blueprint stands in its files; --today is for the other one")
        return example_of(shipped(asked.blueprint))
    today = now = datetime.now(UTC).date()
    if asked.today:
        today = day(asked.today, "--today")
    if today > now:
        raise Usage("--today cannot lie in the future: nothing is recorded before it happened")
    return usual_example(today)


def _begun(blueprint: Path, log: Path) -> bool:
    """Make the log, unless an earlier run has; says whether it is new."""
    try:
        begin(blueprint, log)
    except mentorcore.Refused as refused:
        if refused.code != "already_begun":
            raise
        return False
    return True


def _check(folder: Path, example: Example) -> None:
    """Refuse a folder that holds something else.

    Raises:
        Usage: It does.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not all((folder / file).exists() for file in example.files):
        raise Usage(f"{folder} holds something else; choose a new folder for the example")


def _taken(
    engine: mentorcore.Engine, folder: Path, steps: Iterable[Import | Records]
) -> Iterator[Taken]:
    for one in steps:
        if isinstance(one, Records):
            one.record(engine, folder)
            continue
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
    told = shown.compliance
    return {
        "folder": shown.folder,
        "new": shown.new,
        "recorded": shown.recorded,
        "imports": [_import(taken) for taken in shown.taken],
        "corrections": [mentorcore.plain(c.correction) for c in shown.changed],
        "status": mentorcore.plain(shown.status),
        "attention": mentorcore.plain(shown.attention),
        **({"compliance": mentorcore.plain(told)} if told.packs else {}),
    }


def _import(taken: Taken) -> dict[str, Any]:
    if isinstance(taken.came, mentorcore.SourceRefused):
        return {**error_data(taken.came), "mapping": taken.mapping}
    return {**taken.came.plain(), "mapping": taken.mapping, "rejects": taken.rejects}
