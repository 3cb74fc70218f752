"""The blueprints that ship, as folders of ordinary files beside this module.

A folder is a blueprint when it holds `about.toml`, and its name is the blueprint's. Beside that
stand `blueprint.toml` and `mappings/`, from which somebody begins a program of their own, and the
files of a made-up year: `exports/` of survey forms and lists, and `records/`, lists of commands for
what no form tells. `about.toml` says in which order the year is lived.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import attrs

__all__ = ["BlueprintStep", "ShippedBlueprint", "shipped_blueprints"]

ABOUT = "about.toml"
YEAR = ("exports", "records")
"""The folders that hold the made-up year."""


@attrs.frozen
class BlueprintStep:
    """A step of the made-up year: an export that is imported, or commands that are recorded.

    Attributes:
        file: The export, or a list of commands as JSON, relative to the folder.
        about: What it is, in a few words.
        mapping: The mapping with which an export is read; nothing for commands.
    """

    file: str
    about: str
    mapping: str | None = None


@attrs.frozen
class ShippedBlueprint:
    """A blueprint that ships.

    Attributes:
        name: What it is called, which is also the ``template`` of its blueprint.
        title: The kind of program, in a few words.
        purpose: What it is for, in a sentence or two.
        leaves_out: What such programs do as well and this one does not record, a sentence each.
        packs: The policy packs that it adopts, by their ids.
        year: The steps of the made-up year, in order.
        as_of: The day on which the made-up year is looked at.
    """

    name: str
    title: str
    purpose: str
    leaves_out: tuple[str, ...]
    packs: tuple[str, ...]
    year: tuple[BlueprintStep, ...]
    as_of: date

    def files(self, *, year: bool = False) -> Mapping[str, bytes]:
        """The blueprint's files by their paths in a program's folder.

        Args:
            year: Whether those of the made-up year are among them.
        """
        found = dict(_files(_home().joinpath(self.name), ""))
        return {
            path: content
            for path, content in found.items()
            if path != ABOUT and (year or not path.startswith(tuple(f"{y}/" for y in YEAR)))
        }


def shipped_blueprints() -> tuple[ShippedBlueprint, ...]:
    """The blueprints that ship, by name."""
    folders = sorted((f for f in _home().iterdir() if f.is_dir()), key=lambda f: f.name)
    return tuple(_read(f) for f in folders if f.joinpath(ABOUT).is_file())


def _home() -> Traversable:
    return resources.files("mentorcore.blueprints")


def _read(folder: Traversable) -> ShippedBlueprint:
    said = tomllib.loads(folder.joinpath(ABOUT).read_text(encoding="utf-8"))
    return ShippedBlueprint(
        name=folder.name,
        title=said["title"],
        purpose=" ".join(said["purpose"].split()),
        leaves_out=tuple(said["leaves_out"]),
        packs=tuple(_packs(folder)),
        year=tuple(map(_step, said["year"])),
        as_of=said["as_of"],
    )


def _packs(folder: Traversable) -> Iterator[str]:
    """The packs that the blueprint names, each in short or as a table."""
    plan = tomllib.loads(folder.joinpath("blueprint.toml").read_text(encoding="utf-8"))
    for said in plan.get("packs", ()):
        yield said if isinstance(said, str) else said["pack"]


def _step(said: Mapping[str, Any]) -> BlueprintStep:
    return BlueprintStep(file=said["file"], about=said["about"], mapping=said.get("mapping"))


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _files(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry.read_bytes()
