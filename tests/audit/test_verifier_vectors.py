"""Every verifier answers every case of the folder of vectors as it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import Any

import pytest
from audit.answers import CASES, FOLDER, JAVASCRIPT, RUNNER, by_the_stand_alone_file, differing

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])


@each_case
def test_the_stand_alone_verifier_answers_as_it_should(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "now" in case:
        monkeypatch.setattr(time, "time", lambda: case["now"])

    report = by_the_stand_alone_file(case)

    assert differing(case["expect"], report) == {}, (case, report)


@pytest.fixture(scope="module")
def javascript() -> dict[str, Any]:
    """What the verifier in JavaScript reports, by the name of the case."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    words = [node, str(RUNNER), str(JAVASCRIPT), str(FOLDER)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    told = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    return {case["name"]: report for case, report in zip(CASES, told, strict=True)}


@pytest.mark.processes
@each_case
def test_the_verifier_in_javascript_answers_as_it_should(
    case: dict[str, Any], javascript: dict[str, Any]
) -> None:
    report = javascript[case["name"]]

    if case["log"].endswith(".db"):
        assert report is None  # it reads no SQLite files
    else:
        assert differing(case["expect"], report) == {}, (case, report)
