"""What stands beside the events of a log is held against them, on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli.asking import Run
from projections.forging import forge

from mentorcore.log.stores.opening import open_store
from mentorcore.projections.summary.summary import SUMMARY


@pytest.fixture
def lived(program: Path, run: Run) -> Path:
    """A program with pairings that met, whose views are stored."""
    for form in ("people", "pairings", "meetings"):
        export, mapping = program / f"exports/{form}.csv", program / f"mappings/{form}.toml"
        assert run("import", program, export, "--mapping", mapping).code == 0
    assert run("status", program).code == 0
    return program


def minutes(run: Run, program: Path) -> int:
    return int(run("status", program, "--json").data["numbers"]["minutes"])


def changed(program: Path, statement: str, *values: object) -> int:
    """How many rows a statement changes behind everybody's back."""
    with closing(sqlite3.connect(program / "program.db")) as db, db:
        return db.execute(statement, values).rowcount


def forged(program: Path) -> str:
    """The pairing that is said to have met for longer than it did."""
    store = open_store(str(program / "program.db"))
    try:
        rows = [r for r in store.page(0, 10_000) if r.name == "pairing.meeting-held"]
        pairing = rows[0].stream
        forge(store, SUMMARY, pairing, lambda part: setattr(part, "minutes", 9_000))
    finally:
        store.close()
    return pairing


def test_views_that_nobody_touched_change_no_verdict(lived: Path, run: Run) -> None:
    said = run("verify", lived, "--views", "--mappings")
    data = run("verify", lived, "--views", "--mappings", "--json").data

    assert said.code == 3
    assert data["verdict"] == "unanchored"
    assert "views: as the events say" in said.out
    assert "mappings: the texts that are kept are those that imports name" in said.out
    assert (data["views"], data["mappings"]) == ([], [])


def test_a_forged_view_is_named_and_made_anew(lived: Path, run: Run) -> None:
    before = minutes(run, lived)
    pairing = forged(lived)
    assert minutes(run, lived) > before

    said = run("verify", lived, "--views")
    data = run("verify", lived, "--views", "--json").data
    made = run("rebuild", lived)

    assert said.code == 1
    assert pairing in said.out
    assert "minutes" in said.out
    assert data["views"][0]["stream"] == pairing
    assert made.code == 0, made.err
    assert f"{SUMMARY.view} is folded anew, up to position" in made.out
    assert "observation@1: there is nothing to store" in made.out
    assert minutes(run, lived) == before
    assert run("verify", lived, "--views").code == 3


def test_without_being_asked_verify_looks_at_no_view(lived: Path, run: Run) -> None:
    forged(lived)

    said = run("verify", lived)

    assert (said.code, "views" in said.out) == (3, False)


def test_a_row_that_is_edited_by_hand_is_named_and_believed_by_nobody(
    lived: Path, run: Run
) -> None:
    before = minutes(run, lived)
    assert changed(
        lived,
        "UPDATE view_row SET data = CAST(replace(CAST(data AS TEXT), ':45', ':90') AS BLOB) "
        "WHERE stream LIKE 'pairing:%'",  # others say when they were recorded, too: by chance at :45
    )

    said = run("verify", lived, "--views")
    told = minutes(run, lived)

    assert said.code == 1
    assert "pairing:" in said.out
    assert told == before


def test_nobody_needs_the_keys_of_people_to_compare_or_rebuild(lived: Path, run: Run) -> None:
    for name in ("program.keys", "program.kek"):
        if (lived / name).exists():
            (lived / name).rename(lived / f"{name}.elsewhere")

    assert run("verify", lived, "--views", "--mappings").code == 3
    assert run("rebuild", lived).code == 0
    assert run("verify", lived, "--views").code == 3


@pytest.mark.parametrize("asked", [(), ("--mappings",)])
def test_a_mapping_that_was_edited_is_among_the_faults(
    asked: tuple[str, ...], lived: Path, run: Run
) -> None:
    assert changed(
        lived,
        "UPDATE log_index SET body = CAST(replace(CAST(body AS TEXT), 'Minutes', 'Hours') AS BLOB) "
        "WHERE kind = 'mapping' AND instr(CAST(body AS TEXT), 'Minutes') > 0",
    )

    said = run("verify", lived, *asked)
    data = run("verify", lived, *asked, "--json").data

    assert said.code == 1
    assert data["verdict"] == "changed"
    assert data["mappings"][0]["form"] in said.out
    assert data["faults"][-1]["verdict"] == "changed"
    assert data["faults"][-1]["position"] == data["mappings"][0]["position"]


def test_a_mapping_of_which_nothing_is_kept_is_told_and_is_no_fault(lived: Path, run: Run) -> None:
    assert changed(lived, "DELETE FROM log_index WHERE kind = 'mapping'") == 3

    said = run("verify", lived, "--mappings")

    assert said.code == 3
    assert said.out.count("no text of it is kept") == 3


def test_a_mapping_put_under_another_digest_is_named_at_both(lived: Path, run: Run) -> None:
    assert changed(
        lived,
        "UPDATE log_index SET digest = CAST(x'00' || substr(digest, 2) AS BLOB) WHERE kind = 'mapping'",
    )

    said = run("verify", lived, "--mappings", "--json")

    assert said.code == 1
    assert [m["is_kept"] for m in said.data["mappings"]] == [False] * 3 + [True] * 3


def test_a_mapping_that_is_written_otherwise_and_says_the_same_is_no_other(
    lived: Path, run: Run
) -> None:
    assert (
        changed(
            lived, "UPDATE log_index SET body = CAST(x'0a' || body AS BLOB) WHERE kind = 'mapping'"
        )
        == 3
    )

    assert run("verify", lived, "--mappings").code == 3


@pytest.mark.parametrize(("asked", "code"), [((), 3), (("--views",), 2), (("--mappings",), 2)])
def test_a_log_that_is_not_opened_is_verified_all_the_same(
    asked: tuple[str, ...], code: int, lived: Path, run: Run
) -> None:
    assert changed(lived, "UPDATE log_meta SET format = 7") == 1

    said = run("verify", lived, *asked)

    assert said.code == code
    assert said.out.startswith("unanchored")
    assert ("format 7" in " ".join(said.out.split())) is bool(asked)


def test_an_export_holds_no_views(lived: Path, run: Run) -> None:
    assert run("export", lived, lived / "made.zip", "--for", "auditor").code == 0

    said = run("verify", lived / "made.zip", "--views")

    assert said.code == 2
    assert "an export holds no views" in " ".join(said.err.split())


def test_a_log_that_is_not_there_is_not_made_by_rebuilding_it(tmp_path: Path, run: Run) -> None:
    said = run("rebuild", tmp_path / "none.db")

    assert said.code == 2
    assert not (tmp_path / "none.db").exists()
