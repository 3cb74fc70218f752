"""A blueprint's made-up year, lived on the command line as its coordinator lives it."""

from __future__ import annotations

import contextlib
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import attrs

import mentorcore as mc
from mentorcore.cli.main import main

SHIPPED = {one.name: one for one in mc.shipped_blueprints()}

REFUSED = {"exports/pairings-february-saved.csv"}
"""Files that are refused as a whole: a spreadsheet took the zeros from their numbers."""


@attrs.frozen
class Lived:
    """A year that was lived.

    Attributes:
        told: What each step answered, by its file.
    """

    blueprint: mc.ShippedBlueprint
    folder: Path
    told: dict[str, Any]

    @property
    def status(self) -> mc.Status:
        """The program on the day on which the year is looked at."""
        with mc.open(self.folder / "program.db", create=False) as engine:
            return engine.status(viewer=mc.Viewer.coordinator(), as_of=self.blueprint.as_of)

    @property
    def attention(self) -> mc.Attention:
        """What needs a person on that day."""
        with mc.open(self.folder / "program.db", create=False) as engine:
            return engine.attention(viewer=mc.Viewer.coordinator(), as_of=self.blueprint.as_of)


def said(*words: object, ends: int = 0) -> Any:
    """What a command line answers, as data.

    Args:
        words: Its words.
        ends: The exit code that is expected of it.
    """
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*map(str, words), "--json"])
    assert code == ends, f"{words}: {out.getvalue()}{err.getvalue()}"
    return json.loads(out.getvalue())


def live(name: str, folder: Path) -> Lived:
    """Begin with a blueprint in an empty folder, and live its year."""
    one = SHIPPED[name]
    said("init", folder, "--blueprint", name, "--year")
    said("init", folder)
    told = {}
    for step in one.year:
        if step.mapping is None:
            told[step.file] = said("record", folder, "--from", folder / step.file)
        else:
            mapping = folder / step.mapping
            ends = 1 if step.file in REFUSED else 0
            told[step.file] = said(
                "import", folder, folder / step.file, "--mapping", mapping, ends=ends
            )
    return Lived(one, folder, told)


@cache
def content(name: str) -> dict[str, bytes]:
    """All files of a blueprint, by path."""
    return dict(SHIPPED[name].files(year=True))
