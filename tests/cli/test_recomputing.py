"""A published report is held against an export on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run
from projections.town import BOSS, Town

from mentorcore.log.sealing.key_places import keys_beside, open_keys
from mentorcore.log.stores.opening import open_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log, and an export of it that an auditor was given."""
    folder = tmp_path_factory.mktemp("reports")
    path = str(folder / "program.db")
    store = open_store(path)
    keys = open_keys(keys_beside(path), store.log_id, create=True, log=path, patience=5)
    town = Town(store, keys=keys)
    with town.engine as engine:
        pairing = town.pair(town.enrol("mentor", "Ada Byron"), town.enrol("mentee", "Lin Wu"))
        town.to("2026-09-20")
        for day in (2, 9, 16):
            town.meet(pairing, f"2026-09-{day:02}", minutes=30)
        engine.export(folder / "june.zip", recipient="auditor", actor=BOSS)
    return folder


def report(run: Run, folder: Path, *words: object) -> Any:
    return run(*words[:1], folder / "program.db", *words[1:], "--json").data


def written(folder: Path, told: Any) -> Path:
    (folder / "april.json").write_text(json.dumps(told), "utf-8")
    return folder / "april.json"


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--as", "auditor"),
        ("status", "--as-of", "2026-09-10", "--as", "auditor"),
        ("status", "--as-known", 10, "--as", "auditor"),
        ("attention", "--as", "auditor"),
        ("view", "observation.matrix"),
    ],
    ids=str,
)
def test_a_report_that_is_right_is_equal_in_every_figure(
    folder: Path, words: tuple[object, ...], run: Run
) -> None:
    april = written(folder, report(run, folder, *words))

    said = run("recompute", folder / "june.zip", "--report", april)

    assert said.code == 0
    assert "Every figure is equal." in said.out
    assert " 0 different, 0 cannot be known from here." in " ".join(said.out.split())


def test_names_cannot_be_known_and_every_figure_is_equal(folder: Path, run: Run) -> None:
    april = written(folder, report(run, folder, "status"))

    said = run("recompute", folder / "june.zip", "--report", april)

    assert said.code == 0
    assert 'who.name: published "Ada Byron"; sealed, and no keys are here' in said.out
    assert "names and texts cannot be known from here." in " ".join(said.out.split())


def test_a_report_that_is_wrong_is_told_with_both_values_and_the_events(
    folder: Path, run: Run
) -> None:
    told = report(run, folder, "status", "--as", "auditor")
    told["numbers"]["minutes"] = 120
    april = written(folder, told)

    said = run("recompute", folder / "june.zip", "--report", april)
    as_data = run("recompute", folder / "june.zip", "--report", april, "--json")

    assert (said.code, as_data.code) == (1, 1)
    assert "numbers.minutes: published 120, the log says 90" in said.out
    assert said.out.count("pairing.meeting-held") == 3
    assert "THE REPORT DIFFERS" in said.out
    (figure,) = [f for f in as_data.data["figures"] if f["verdict"] == "different"]
    assert (figure["published"], figure["again"]) == (120, 90)
    assert len(figure["events"]) >= 3
    assert as_data.data["different"] == 1


def test_equal_figures_are_listed_and_explained_if_asked_for(folder: Path, run: Run) -> None:
    april = written(folder, report(run, folder, "status", "--as", "auditor"))

    said = run("recompute", folder / "june.zip", "--report", april, "--all", "--why")

    assert "numbers.minutes = 90" in said.out
    assert "Worked out again from these" in said.out


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"verdict": "verified"}'])
def test_what_is_no_report_is_told_and_proves_nothing(folder: Path, text: str, run: Run) -> None:
    (folder / "april.json").write_text(text, "utf-8")

    said = run("recompute", folder / "june.zip", "--report", folder / "april.json")

    assert said.code == 2
    assert "this report cannot be worked out again" in said.err


def test_a_report_of_more_than_the_export_holds_is_told(folder: Path, run: Run) -> None:
    told = report(run, folder, "status", "--as", "auditor")
    april = written(folder, {**told, "position": told["position"] + 5})

    said = run("recompute", folder / "june.zip", "--report", april)

    assert said.code == 2
    assert "the log ends at" in said.err


def test_an_operator_asks_the_log_itself(folder: Path, run: Run) -> None:
    april = written(folder, report(run, folder, "status"))

    said = run("recompute", folder / "program.db", "--report", april)

    assert said.code == 0
    assert "Every figure is equal." in said.out
