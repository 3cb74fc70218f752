"""A survey service is synced from the command line, through a plugin, over a connection."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run, Said

PLUGIN = Path(__file__).parent.parent.parent / "plugins" / "mentorcore-qualtrics"
INTAKE = Path(__file__).parent.parent / "fixtures" / "intake"

pytestmark = pytest.mark.skipif(not PLUGIN.exists(), reason="the plugins are not in this folder")

MAPPING = """
form = "sign-up"
kind = "enrolment"

[source]
values = "codes"

[fields]
name = "QID1_TEXT"
email = "QID2_TEXT"
role = "QID3"

[values.role]
"1" = "mentor"
"2" = "mentee"

[defaults]
since = 2026-09-01
"""
SOURCE = """
adapter = "qualtrics"
form = "SV_1"
mapping = "sign-up-mapping.toml"

[settings]
base_url = "{base}"

[secrets]
token = {{ env = "SURVEY_TOKEN" }}
"""


def record(number: int, name: str, role: int) -> dict[str, Any]:
    key = f"R_{number:015d}"
    values = {
        "endDate": "2026-09-10T17:00:05Z", "recordedDate": "2026-09-10T17:00:05.123Z", "status": 0,
        "finished": 1, "progress": 100, "_recordId": key, "QID1_TEXT": name,
        "QID2_TEXT": f"p{number}@example.org", "QID3": role,
    }  # fmt: skip
    shown = ["QID1_TEXT", "QID2_TEXT", "QID3"]
    return {"responseId": key, "values": values, "labels": {}, "displayedFields": shown}


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The service on this computer, with the plugin installed and its token in the environment."""
    for folder in ("tests", "src"):
        monkeypatch.syspath_prepend(str(PLUGIN / folder))
    server = import_module("qualtrics_server")
    entry = EntryPoint("qualtrics", "mentorcore_qualtrics", "mentorcore.adapters")
    monkeypatch.setattr("mentorcore.plugins.entry_points", lambda group: [entry])
    monkeypatch.setenv("SURVEY_TOKEN", server.TOKEN)
    with server.serving() as found:
        found.progress = found.progress[-1:]
        found.token = server.TOKEN
        put(found, record(1, "Ada Byron", 1), record(2, "Lin Wu", 2))
        yield found


def put(play: Any, *records: dict[str, Any], at: str = "2026-03-10T00:00:00Z") -> None:
    play.records, play.modified = list(records), [at] * len(records)


@pytest.fixture
def source(play: Any, tmp_path: Path, run: Run) -> Path:
    """A program without people, and the source file of its sign-up form."""
    (tmp_path / "blueprint.toml").write_text((INTAKE / "program.toml").read_text())
    assert run("init", tmp_path).code == 0
    (tmp_path / "sign-up-mapping.toml").write_text(MAPPING)
    path = tmp_path / "sign-up.toml"
    path.write_text(SOURCE.format(base=play.base))
    return path


def asked(run: Run, source: Path, *words: str) -> Said:
    return run("sync", source.parent, "--source", source, *words)


def test_a_survey_is_synced_over_a_connection_and_then_by_its_changes(
    run: Run, source: Path, play: Any
) -> None:
    first = asked(run, source)
    idle = asked(run, source, "--json")
    play.records[1]["values"]["QID1_TEXT"] = "Lin Wu-Marsh"
    play.modified[1] = "2026-03-20T12:00:00Z"
    play.date = play.date.replace(day=21)
    changed = asked(run, source, "--json")

    assert (first.code, first.out) == (0, "sign-up: 2 taken.\n")
    assert (idle.data["events"], idle.data["counts"]["taken"]) == (0, 0)
    assert changed.data["summary"] == "1 amended."
    assert "Lin Wu-Marsh" in run("history", source.parent, "Lin Wu-Marsh").out
    starts = [body for method, _, body in play.seen if method == "POST"]
    assert ["startDate" in body for body in starts] == [False, True, True]


def test_a_dry_run_records_nothing(run: Run, source: Path) -> None:
    before = run("log", source.parent, "--json").data

    said = asked(run, source, "--dry-run")
    told = asked(run, source, "--dry-run", "--json").data

    assert "sign-up: 2 taken." in said.out
    assert f"This was a dry run: {told['events']} events would have been recorded." in said.out
    assert (told["dry_run"], told["batch"]) == (True, None)
    assert run("log", source.parent, "--json").data == before


def test_everything_is_read_again_to_find_what_vanished(run: Run, source: Path, play: Any) -> None:
    asked(run, source)
    put(play, play.records[0])

    said = asked(run, source, "--full", "--json")

    assert said.data["summary"] == "1 unchanged, 1 missing from this export."
    assert said.data["missing"][0]["newly"] is True


def test_refused_responses_wait_in_a_file_beside_the_source(
    run: Run, source: Path, play: Any
) -> None:
    put(play, record(1, "Ada Byron", 7))

    said = asked(run, source, "--strict")

    assert said.code == 1
    assert (source.parent / "rejects-sign-up.csv").exists()
    assert "the next sync" in said.out


def test_credentials_are_checked_without_syncing(
    run: Run, source: Path, play: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = asked(run, source, "--check")
    monkeypatch.setenv("SURVEY_TOKEN", "another-token-of-nobody")
    wrong = asked(run, source, "--check", "--json")

    assert (right.code, right.out) == (0, "sign-up: credentials and access are right.\n")
    assert wrong.code == 1
    assert wrong.data["problems"][0]["code"] == "credentials"
    assert "another-token" not in wrong.out + wrong.err


@pytest.mark.parametrize("words", [(), ("--json",), ("--debug",), ("--debug", "--json")])
def test_secrets_stand_nowhere(
    run: Run,
    source: Path,
    play: Any,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = sys.modules["qualtrics_server"]
    fine = asked(run, source, *words)
    play.failures = [server.problem(403, f"who is {play.token}?")] * 20
    denied = asked(run, source, *words)
    monkeypatch.setenv("SURVEY_TOKEN", "wrong " + play.token)  # no token, with one inside
    odd = asked(run, source, *words)

    assert (fine.code, denied.code, odd.code) == (0, 2, 2)
    for said in (fine, denied, odd):
        assert play.token not in said.out + said.err
    for path in source.parent.rglob("*"):
        assert not path.is_file() or play.token.encode() not in path.read_bytes(), path


def test_a_token_that_is_not_there_is_asked_for(
    run: Run, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SURVEY_TOKEN")

    said = asked(run, source)

    assert said.code == 2
    assert "secrets.token: its environment variable is not set, or empty" in said.err


def test_a_mapping_is_proposed_for_a_form_of_a_service(run: Run, source: Path, play: Any) -> None:
    source.write_text(source.read_text().replace("mapping =", "# mapping ="))

    said = run("discover", "--source", source, "--name", "Sign up")
    without = asked(run, source)

    assert said.code == 0
    assert 'form = "sign-up"' in said.out
    assert '"QID1_TEXT"' in said.out
    assert "coverage" not in said.out
    assert "discover --source" in " ".join(without.err.split())


def test_a_mapping_is_proposed_for_an_export(run: Run) -> None:
    said = run("discover", INTAKE / "people.csv")
    told = run("discover", INTAKE / "people.csv", "--json")

    assert 'form = "people"' in said.out
    assert "# NEEDED:" in said.out
    assert told.data["mapping"] == said.out


@pytest.mark.parametrize("words", [("discover",), ("discover", "x.csv", "--source", "y.toml")])
def test_discover_takes_one_thing(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).code == 2


def test_a_source_file_that_is_not_there_is_told(run: Run, source: Path) -> None:
    said = asked(run, source.with_name("other.toml"))

    assert said.code == 2
    assert "other.toml: no such file or directory" in " ".join(said.err.split())
