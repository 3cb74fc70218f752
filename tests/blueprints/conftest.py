"""The year of each blueprint, lived once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from blueprints.living import Lived, live


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lived]:
    """Lives the year of a blueprint when it is first asked for."""

    @cache
    def of(name: str) -> Lived:
        return live(name, tmp_path_factory.mktemp(name) / "program")

    return of
