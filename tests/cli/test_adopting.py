"""A program that begins with policy packs: those that come along, and files beside its blueprint."""

from datetime import date
from pathlib import Path

import pytest

import mentorcore as mc
from mentorcore.cli.main import main

PACK = """
[pack]
id = "us-xx-mine"
version = "1"
title = "Mine"
jurisdiction = "US-XX"
authority = "We"
citation = "Our rules"
effective_from = 2026-01-01
reviewed_on = 2026-11-23
notice = "Ours."

[[rule]]
id = "X-1"
kind = "process_exists"
title = "There is a handbook"
citation = "Our rules"
mark = "P"
scope = "program"
process = "staff_handbook"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a blueprint that adopts a pack, which stands in a file beside it."""
    blueprint = f'packs = ["us-xx-mine"]\n{mc.BLUEPRINT_TEMPLATE}'
    (tmp_path / "blueprint.toml").write_text(blueprint, "utf-8")
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mine.toml").write_text(PACK, "utf-8")
    return tmp_path


def test_a_pack_beside_the_blueprint_is_adopted_and_kept_with_the_log(folder: Path) -> None:
    code = main(["init", str(folder)])
    (folder / "packs" / "mine.toml").unlink()

    with mc.open(folder / "program.db", create=False) as engine:
        (row,) = engine.compliance(viewer=mc.Viewer.coordinator(), as_of=date(2026, 11, 1)).rows

    assert code == 0
    assert (row.pack, row.rule, row.state) == ("us-xx-mine", "X-1", "breached")


def test_what_the_sentence_says_is_not_said_to_be_missing_as_well(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", str(folder)])

    main(["compliance", str(folder), "--as-of", "2026-11-01"])

    told = " ".join(capsys.readouterr().out.split())
    assert "does not reference a document on staff handbook." in told
    assert "Missing:" not in told


def test_a_pack_that_is_nowhere_stops_the_beginning_and_leaves_no_log(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "packs" / "mine.toml").unlink()

    code = main(["init", str(folder)])

    told = " ".join(capsys.readouterr().err.split())
    assert code == 2
    assert "packs[1].pack: no policy pack 'us-xx-mine' is here" in told
    assert not (folder / "program.db").exists()


def test_a_pack_that_needs_correction_is_told_with_its_file_and_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = PACK.replace('mark = "P"', 'mark = "U"')
    line = wrong.splitlines().index('mark = "U"') + 1
    (folder / "packs" / "mine.toml").write_text(wrong, "utf-8")

    code = main(["init", str(folder)])

    told = " ".join(capsys.readouterr().err.split())
    assert code == 2
    assert "mine.toml needs correction" in told
    assert f"line {line}, rule[1].mark" in told
    assert not (folder / "program.db").exists()
