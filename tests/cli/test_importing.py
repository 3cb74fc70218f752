"""An import can be looked at first, and read again under a mapping that was put right."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.asking import Run


@pytest.fixture
def taken(program: Path, run: Run) -> Path:
    """The example with its people and pairings."""
    for form in ("people", "pairings"):
        export, mapping = program / f"exports/{form}.csv", program / f"mappings/{form}.toml"
        assert run("import", program, export, "--mapping", mapping).code == 0
    return program


def test_a_dry_run_tells_every_row_and_leaves_no_file(run: Run, taken: Path) -> None:
    export, mapping = taken / "exports/meetings.csv", taken / "mappings/meetings.toml"
    files = sorted(taken.rglob("*"))

    said = run("import", taken, export, "--mapping", mapping, "--dry-run", "--rows")
    data = run("import", taken, export, "--mapping", mapping, "--dry-run", "--rows", "--json").data

    assert said.code == 0
    assert ": meeting held " in said.out
    assert "would have been recorded" in said.out
    assert len(data["rows"]) == sum(data["counts"].values())
    assert sorted(taken.rglob("*")) == files


def test_again_reads_known_rows_under_the_mapping_that_was_put_right(
    run: Run, taken: Path, tmp_path: Path
) -> None:
    export, mapping = taken / "exports/meetings.csv", taken / "mappings/meetings.toml"
    wrong = tmp_path / "meetings.toml"
    wrong.write_text(mapping.read_text().replace('"video"', '"phone"'))
    assert wrong.read_text() != mapping.read_text()
    run("import", taken, export, "--mapping", wrong)

    told = run("import", taken, export, "--mapping", mapping)
    done = run("import", taken, export, "--mapping", mapping, "--again", "--json").data
    more = run("import", taken, export, "--mapping", mapping, "--again", "--json").data

    assert "--again" in " ".join(told.out.split())
    assert done["counts"]["amended"] > 0
    assert more["events"] == 0


def test_whether_a_file_is_the_one_that_was_imported_is_one_command(
    program: Path, run: Run, tmp_path: Path
) -> None:
    people = program / "exports" / "people.csv"
    assert run("import", program, people, "--mapping", program / "mappings/people.toml").code == 0
    other = tmp_path / "people.csv"
    other.write_text(people.read_text() + "\n")

    yes = run("import", program, people, "--check")
    no = run("import", program, other, "--check")
    data = run("import", program, people, "--check", "--json").data
    missing = run("import", program, tmp_path / "nowhere.csv", "--check")
    without = run("import", program, people)

    assert (yes.code, no.code, missing.code, without.code) == (0, 1, 2, 2)
    assert "Just these bytes were imported on" in " ".join(yes.out.split())
    assert "A file people.csv with another content was imported" in " ".join(no.out.split())
    assert (data["known"], data["imports"][0]["form"]) == (True, "people")
    assert "--mapping" in without.err
