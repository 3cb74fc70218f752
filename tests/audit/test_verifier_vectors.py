"""Every verifier answers every case of the folder of vectors as it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from audit.answers import (
    CASES,
    FOLDER,
    JAVASCRIPT,
    RUNNER,
    by_the_package,
    by_the_stand_alone_file,
    differing,
)
from audit.vector_cases.folder import Folder

Answer = Callable[[dict[str, Any]], dict[str, Any]]
SECTIONS = sorted({case["section"] for case in CASES})
VERDICTS = {
    "fork", "changed", "truncated", "schema", "bad-signature", "stale", "unreadable", "unanchored",
    "verified",
}  # fmt: skip


def answered_otherwise(section: str, answer: Answer) -> dict[str, Any]:
    """What is not as the cases of a section say, by their names."""
    told = {c["name"]: differing(c["expect"], answer(c)) for c in CASES if c["section"] == section}
    return {name: other for name, other in told.items() if other}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], Answer]:
    """Makes the clock say what a case tells of it."""
    real = time.time

    def told(answer: Answer) -> Answer:
        def asked(case: dict[str, Any]) -> dict[str, Any]:
            monkeypatch.setattr(time, "time", lambda: case.get("now") or real())
            return answer(case)

        return asked

    return told


@pytest.mark.parametrize("section", SECTIONS)
def test_the_stand_alone_verifier_answers_as_it_should(
    section: str, clock: Callable[[Answer], Answer]
) -> None:
    assert answered_otherwise(section, clock(by_the_stand_alone_file)) == {}


@pytest.mark.parametrize("section", SECTIONS)
def test_the_package_answers_as_it_should(section: str, clock: Callable[[Answer], Answer]) -> None:
    assert answered_otherwise(section, clock(by_the_package)) == {}


@pytest.mark.processes
def test_the_verifier_in_javascript_answers_as_it_should() -> None:
    """But for SQLite files and the TOML of mappings, which it does not read."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    words = [node, str(RUNNER), str(JAVASCRIPT), str(FOLDER)]

    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=100)

    reports = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    told = {
        case["name"]: differing(case["expect"], report)
        for case, report in zip(CASES, reports, strict=True)
        if not case["log"].endswith(".db") and "needs" not in case
    }
    assert {name: other for name, other in told.items() if other} == {}
    assert reports.count(None) == len(CASES) - len(told)


def test_every_verdict_is_asked_for_by_many_cases() -> None:
    for verdict in VERDICTS:
        assert sum(case["expect"]["verdict"] == verdict for case in CASES) >= 10, verdict
    assert {case["expect"]["verdict"] for case in CASES} == VERDICTS


def test_the_folder_is_what_its_maker_makes() -> None:
    """So that whoever adds a case changes none."""
    made = Folder()

    assert json.loads(made.index())["cases"] == CASES
    names = {p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*") if p.is_file()}
    assert names == {*made.files, "cases.json", "README.md"}
    for name, data in made.files.items():
        if not name.endswith((".zip", ".db")):  # how those are packed is up to the libraries
            assert (FOLDER / name).read_bytes() == data, name


def test_no_case_depends_on_the_day_on_which_it_is_run() -> None:
    dated = [c for c in CASES if c.get("witnesses") or c.get("max_age") is not None]

    assert [c["name"] for c in dated if "now" not in c and c["expect"]["exit"] == 0] == []
