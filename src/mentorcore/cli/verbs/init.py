"""Begin a program from its blueprint, or write a blueprint to begin with."""

from __future__ import annotations

import tomllib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import DATABASE, Usage, add_keys, practices, readable
from mentorcore.cli.beginning import BLUEPRINT, begin, shipped
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.blueprints import next_lines, readme

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Begin a program. Without a blueprint in the folder, one is written there with every setting
explained, and mappings for survey forms beside it; edit them and run init again to make the log.
--blueprint NAME writes one of those that mentorcore blueprints lists.

example:
  mentorcore init my-program            writes my-program/blueprint.toml
  mentorcore init my-program            makes my-program/program.db from it
  mentorcore init my-program --blueprint new_teacher_induction_ca
                                        writes that blueprint and its mappings
  mentorcore init my-program --blueprint circle.toml
                                        begins another program in the same log
"""


README = "README.md"


def arguments(verb: ArgumentParser) -> None:
    """Where the program is kept, and its blueprint."""
    verb.add_argument("folder", nargs="?", default=".", metavar="FOLDER")
    verb.add_argument(
        "--blueprint",
        metavar="FILE|NAME",
        help="the blueprint, if it stands elsewhere; or one that ships, by its name",
    )
    verb.add_argument(
        "--year", action="store_true", help="with NAME: write its made-up year of exports as well"
    )
    add_keys(verb)


def run(asked: Namespace) -> int:
    """Begin a program, or write what it begins with."""
    folder = Path(asked.folder)
    if _is_name(asked.blueprint):
        return _write_shipped(asked, folder)
    if asked.year:
        raise Usage("--year goes with the NAME of a blueprint that ships: --blueprint NAME --year")
    blueprint = Path(asked.blueprint) if asked.blueprint else folder / BLUEPRINT
    if not asked.blueprint and not blueprint.exists():
        written = list(_write_templates(folder))
        answer(asked, _to_edit(written, asked.folder), {"written": written})
        return ExitCode.DONE
    log = folder / DATABASE
    name, others = begin(blueprint, log, asked.keys, another=bool(asked.blueprint))
    which = f' --program "{name}"' if others else ""
    keys = Path(asked.keys or log.with_suffix(".keys"))
    lines = (
        f"{name} has begun; its events are kept in {log}.",
        f"Names and texts are sealed under keys in {keys} and {keys.with_suffix('.kek')}.",
        "Back all three up, apart from each other.",
        f"Next: mentorcore import {asked.folder} EXPORT --mapping MAPPING{which}",
    )
    answer(asked, lines, {"program": name, "log": str(log)})
    return ExitCode.DONE


def _is_name(said: str | None) -> bool:
    """Whether it names a blueprint that ships, and no file."""
    return said is not None and said.replace("_", "").isalnum() and not Path(said).exists()


def _write_shipped(asked: Namespace, folder: Path) -> int:
    """Write the files of a blueprint that ships; none that is there is touched.

    Raises:
        Usage: There is no such blueprint, or the folder holds another one.
    """
    one = shipped(asked.blueprint)
    files = {**one.files(year=asked.year), README: readme(one, year=asked.year).encode()}
    there = folder / BLUEPRINT
    if there.exists() and one.name != _template(there):
        raise Usage(
            f"{there} is there already and is not from {one.name}; choose a new folder, or move it "
            "away"
        )
    written = []
    for path, content in sorted(files.items()):
        target = folder / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written.append(str(target))
    lines = chain(
        (f"{one.title}:",),
        (f"  {path}" for path in written or ("all of it is there already",)),
        next_lines(one, asked.folder, year=asked.year),
    )
    answer(asked, lines, {"blueprint": one.name, "written": written})
    return ExitCode.DONE


def _template(blueprint: Path) -> str | None:
    """The blueprint that ships and that a file was begun from, as far as it says so."""
    try:
        return str(tomllib.loads(readable(blueprint, "the blueprint"))["program"]["template"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return None


def _write_templates(folder: Path) -> Iterator[str]:
    kinds = {kind.name: kind.template for kind in practices().forms if kind.template}
    kinds = {**mentorcore.MAPPING_TEMPLATES, **kinds}
    texts = {f"mappings/{kind}.toml": text for kind, text in kinds.items()}
    for path, text in {**texts, BLUEPRINT: mentorcore.BLUEPRINT_TEMPLATE}.items():
        target = folder / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            yield str(target)


def _to_edit(written: list[str], folder: str) -> Iterator[str]:
    yield "No program yet, so these were written to begin with:"
    yield from (f"  {path}" for path in sorted(written))
    yield f"Edit {BLUEPRINT}, then run again: mentorcore init {folder}"
