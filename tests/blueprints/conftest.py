"""The year of each blueprint, lived once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from blueprints.living import Lived, live
from blueprints.reckoning import Year


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lived]:
    """Lives the year of a blueprint when it is first asked for."""

    @cache
    def of(name: str) -> Lived:
        return live(name, tmp_path_factory.mktemp(name) / "program")

    return of


@pytest.fixture(scope="session")
def reckoned(lived: Callable[[str], Lived]) -> Callable[[str], tuple[Lived, Year, dict[str, Any]]]:
    """A year as it was lived, and as it is reckoned from the same files."""
    known: dict[str, tuple[Lived, Year, dict[str, Any]]] = {}

    def of(name: str) -> tuple[Lived, Year, dict[str, Any]]:
        if name not in known:
            year = lived(name)
            plain = Year(year.folder)
            came = {}
            for step in year.blueprint.year:
                if step.mapping is None:
                    plain.recorded(step.file)
                else:
                    came[step.file] = dict(plain.imported(step.file, step.mapping))
            known[name] = year, plain, came
        return known[name]

    return of
