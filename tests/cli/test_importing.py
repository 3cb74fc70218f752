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
