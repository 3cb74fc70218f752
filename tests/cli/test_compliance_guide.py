"""The page about compliance is carried out as it stands, and every output is compared.

Where what is printed changes for a good reason, ``cd tests && python -m cli.test_compliance_guide``
writes it into the page. Look at the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import tempfile
from pathlib import Path
from typing import get_args

import pytest
from cli.asking import Run
from cli.test_year_guide import _run, lived, written

from mentorcore.policy.results import State

GUIDE = Path(__file__).parents[2] / "docs/how-to/show-compliance.md"
BEGIN = ("demo", "induction", "--blueprint", "new_teacher_induction_ca")


@pytest.fixture
def induction(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up year of the blueprint, in the current folder."""
    monkeypatch.chdir(tmp_path)
    said = run(*BEGIN)
    assert said.code == 0, said.err
    return tmp_path / "induction"


def test_the_page_prints_what_it_says(run: Run, induction: Path) -> None:
    assert induction.exists()
    page = GUIDE.read_text("utf-8")

    outputs = list(lived(page, run))

    assert len(outputs) > 4
    for told, said in outputs:
        assert said == told
    [python] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(python, {})


def test_a_file_of_what_is_missing_has_a_row_for_each_result(run: Run, induction: Path) -> None:
    said = run("compliance", induction, "--missing", "--csv", "--as-of", "2026-06-05")

    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert said.code == 0
    assert {row["state"] for row in rows} <= {"breached", "at_risk", "insufficient_data"}
    assert all(row["citation"] and row["as_of"] == "2026-06-05" for row in rows)
    assert "Dev Patel" in {row["people"] for row in rows}
    assert "Dev Patel credential_area" in {row["missing"] for row in rows}


def test_what_no_result_is_about_is_said_to_be_so(run: Run, induction: Path) -> None:
    cohorts = run("compliance", induction, "--by", "cohort", "--as-of", "2026-06-05")
    elsewhere = run("compliance", induction, "--as", "site-administrator=Nowhere")
    unsaid = run("compliance", induction, "--as", "site-administrator=")

    assert re.search(r"^2025-27 ", cohorts.out, re.MULTILINE)
    assert "No result is about a school that is called 'Nowhere'." in elsewhere.out
    assert "Nothing is missing" not in elsewhere.out
    assert unsaid.code == 2
    assert "site-administrator=SCHOOL" in unsaid.err


def test_compliance_is_told_as_data(run: Run, induction: Path) -> None:
    said = run("compliance", induction, "--json", "--by", "school", "--as-of", "2026-06-05")

    assert said.data["packs"][0]["pack"] == "us-ca-teacher-induction"
    assert {group["group"] for group in said.data["groups"]} > {"Egret Middle"}


def test_whoever_administers_a_school_asks_about_somebody_there(run: Run, induction: Path) -> None:
    who = ("--as", "site-administrator=Egret Middle", "--as-of", "2026-06-05")

    own = run("compliance", induction, "--person", "esi mensah", "--json", *who)
    everybody = run("compliance", induction, "--json", "--as-of", "2026-06-05").data["rows"]
    elsewhere = next(r for r in everybody if r["school"] not in (None, "Egret Middle"))
    other = run("compliance", induction, "--person", elsewhere["people"][0]["name"], *who)
    status = run("status", induction, *who)

    assert {row["school"] for row in own.data["rows"]} == {"Egret Middle"}
    assert (other.code, status.code) == (2, 1)
    assert "nobody" in " ".join(other.err.split())


def test_two_forms_at_once_are_refused(run: Run, tmp_path: Path) -> None:
    said = run("compliance", tmp_path, "--json", "--csv")

    assert said.code == 2
    assert "say one of them" in said.out


def test_a_program_without_packs_says_so(run: Run, tmp_path: Path) -> None:
    run("demo", tmp_path / "mine")

    said = run("compliance", tmp_path / "mine")

    assert said.code == 0
    assert "No policy pack is in force there" in said.out


def test_the_page_tells_every_state() -> None:
    told = re.findall(r"^\| `(\w+)` \|", GUIDE.read_text("utf-8"), re.MULTILINE)

    assert sorted(told) == sorted(get_args(State))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        _run(*BEGIN)
        now = GUIDE.read_text("utf-8")
        GUIDE.write_text(written(now, lived(now, _run)), "utf-8")
