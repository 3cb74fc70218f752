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
        status: The program on the day on which the year is looked at.
        attention: What needs a person on that day.
    """

    blueprint: mc.ShippedBlueprint
    folder: Path
    told: dict[str, Any]
    status: mc.Status
    attention: mc.Attention


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
    with mc.open(folder / "program.db", create=False) as engine:
        asked: dict[str, Any] = {"viewer": mc.Viewer.coordinator(), "as_of": one.as_of}
        status, attention = engine.status(**asked), engine.attention(**asked)
    return Lived(one, folder, told, status, attention)


@cache
def content(name: str) -> dict[str, bytes]:
    """All files of a blueprint, by path."""
    return dict(SHIPPED[name].files(year=True))
