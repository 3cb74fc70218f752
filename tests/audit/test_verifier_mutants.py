"""No verifier with a fault passes all the vectors, wherever the fault is."""

from __future__ import annotations

import re
import shutil

import pytest
from audit.mutants import Mutant, living

EQUIVALENT: dict[str, list[tuple[str, str]]] = {
    "python": [],
    "javascript": [],
}
"""Mutants that no input tells from the original: a pattern of what changed, and why."""


def unexplained(language: str, lives: list[Mutant]) -> list[str]:
    known = EQUIVALENT[language]
    return [str(m) for m in lives if not any(re.search(pattern, str(m)) for pattern, _ in known)]


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("language", ["python", "javascript"])
def test_every_mutant_answers_some_case_otherwise(language: str) -> None:
    if language == "javascript" and shutil.which("node") is None:
        pytest.skip("needs node")

    mutants = list(living(language))

    assert unexplained(language, [mutant for mutant, lives in mutants if lives]) == []
    assert len(mutants) > 500
