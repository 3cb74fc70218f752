"""A year whose exports are all sent a second time, the last one first, is the year it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from blueprints.living import REFUSED, Lived, said

BESIDE = {"import", "response"}
"""Streams that tell of files and rows, and of nothing that happened."""


@pytest.mark.parametrize(
    "name", ["k12_urban_mentoring", "peer_observation", "new_teacher_induction_tx"]
)
@pytest.mark.parametrize("backwards", [True, False], ids=["last-first", "in-order"])
def test_exports_that_come_a_second_time_change_nothing(
    name: str, backwards: bool, lived: Callable[[str], Lived], tmp_path: Path
) -> None:
    """Older exports behind newer ones, applications behind enrolments, uses before what they use."""
    year = lived(name)
    folder = tmp_path / "program"
    shutil.copytree(year.folder, folder)
    before = figures(folder, year)
    steps = [step for step in year.blueprint.year if step.mapping is not None]

    for step in reversed(steps) if backwards else steps:
        came = said(
            *("import", folder, folder / step.file, "--mapping", folder / str(step.mapping)),
            ends=1 if step.file in REFUSED else 0,
        )
        assert (came["counts"]["taken"], came["counts"]["amended"]) == (0, 0)

    assert figures(folder, year) == before


def figures(folder: Path, year: Lived) -> list[Any]:
    """What is told of the year, and every event that is more than a note of a file."""
    asked = ("--as-of", year.blueprint.as_of)
    told = [said(verb, folder, *asked) for verb in ("status", "attention", "compliance")]
    events = said("log", folder, "--limit", "100000")
    happened = [e["name"] for e in events if e["stream"].partition(":")[0] not in BESIDE]
    return [*map(without_position, told), happened]


def without_position(told: Any) -> Any:
    """An answer without the position that it is at, which notes of files move."""
    if isinstance(told, dict):
        return {n: without_position(t) for n, t in told.items() if n != "position"}
    return [without_position(t) for t in told] if isinstance(told, list) else told
