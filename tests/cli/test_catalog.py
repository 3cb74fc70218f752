"""`mentorcore catalog` and `mentorcore compat` say what can be read, and answer with their codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.asking import Run

import mentorcore as mc
from mentorcore.render.text import WIDTH


def test_the_catalogue_lists_every_event(run: Run) -> None:
    said = run("catalog")

    assert said.code == 0
    for event in mc.catalog().events:
        assert f"\n{event.name} " in said.out
    assert f"{len(mc.catalog().events)} events of mentorcore {mc.__version__}" in said.out


@pytest.mark.parametrize("event", mc.catalog().events, ids=lambda event: event.name)
def test_one_event_is_told_in_full_and_fits_a_terminal(run: Run, event: mc.CatalogEvent) -> None:
    said = run("catalog", event.name)

    assert said.code == 0
    assert all(len(line) <= WIDTH for line in said.out.splitlines())
    assert all(f"{field.name}: " in said.out for field in event.fields)
    assert "caused by" in said.out
    assert "`" not in said.out


def test_a_sealed_field_is_told_as_such(run: Run) -> None:
    said = run("catalog", "pairing.note-written").out

    assert "body: text, or nothing, sealed (free_text) for all subjects" in said
    assert "visibility: public" in said
    assert "who        Whoever may record in this log" in said


def test_an_unknown_event_is_wrong_usage(run: Run) -> None:
    said = run("catalog", "pairing.form")

    assert said.code == 2
    assert "perhaps pairing.formed" in said.err


def test_the_catalogue_as_data_is_what_compat_compares(run: Run, tmp_path: Path) -> None:
    written = run("catalog", "--json")
    (tmp_path / "old.json").write_text(written.out, encoding="utf-8")

    said = run("compat", tmp_path / "old.json")

    assert written.data == json.loads(json.dumps(mc.plain(mc.catalog())))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Everything is read: the catalogue of mentorcore")
    assert run("catalog", "pairing.formed", "--json").data["schema"]["title"] == "pairing.formed"


def test_what_is_not_read_is_an_answer_of_no(run: Run, tmp_path: Path) -> None:
    body = run("catalog", "--json").data
    formed = next(event for event in body["events"] if event["name"] == "pairing.formed")
    formed["schema"]["properties"]["d"]["properties"]["budget"] = {"$ref": "#/$defs/whole"}
    (tmp_path / "old.json").write_text(json.dumps(body), encoding="utf-8")

    said = run("compat", tmp_path / "old.json")
    data = run("compat", tmp_path / "old.json", "--json")

    assert (said.code, data.code) == (1, 1)
    assert "pairing.formed, version 1\n  The field budget is gone.\n" in said.out
    assert said.out.endswith("Until then, use the version that wrote it.\n")
    assert data.data["reads_all"] is False
    assert [p["field"] for p in data.data["problems"]] == ["budget"]


def test_a_log_is_counted(run: Run, program: Path) -> None:
    said = run("compat", program)

    assert said.code == 0
    held = run("compat", program, "--json").data["held"]
    counted = f"{len(held)} kinds of events, {sum(h['count'] for h in held)} events."
    assert counted in " ".join(said.out.split())


def test_what_is_no_log_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert run("compat", tmp_path / "nowhere.db").code == 2
    assert run("compat", tmp_path).code == 2
    assert "neither a log" in " ".join(run("compat", tmp_path).err.split())
