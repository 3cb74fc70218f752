"""Practices on the command line: listed, asked for by their views, and recorded in."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import attrs
import pytest
from cli.asking import Run
from engine.world import Clock, World, mc
from practices.conftest import DAY
from practices.stranger import VISITS
from practices.stranger.events import MakeVisit

from mentorcore.practices.registry import GROUP

Install = Any
NAME = "Mia Berg"


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Lets distributions be installed, each by the module of its practice."""

    def installed(*modules: str) -> None:
        found = [EntryPoint(module.rpartition(".")[2], module, GROUP) for module in modules]

        def of_group(group: str) -> Sequence[EntryPoint]:
            return found if group == GROUP else []

        monkeypatch.setattr("mentorcore.plugins.entry_points", of_group)

    return installed


@attrs.frozen
class Held:
    """A log that holds a visit."""

    place: Path
    visit: str
    pairing: str
    mentee: str


@pytest.fixture
def held(tmp_path: Path) -> Held:
    """A program in which somebody was visited."""
    place = tmp_path / "program.db"
    with mc.open(place, practices=[VISITS], clock=Clock()) as engine:
        world = World(engine)
        mentee = world.enrol("mentee", world.person(name=NAME))
        pairing = world.pair(mentee=mentee)
        visit = world.do(MakeVisit(pairing_id=pairing, visited=mentee, on=DAY, minutes=30))
    return Held(place, visit, pairing, mentee)


def test_practices_are_listed_with_their_views(run: Run, install: Install) -> None:
    install("practices.stranger")

    said, data = run("practices"), run("practices", "--json").data

    listed = {line["name"]: line for line in data["practices"]}
    assert said.code == 0
    assert "visits.list" in said.out
    assert listed["visits"]["views"] == ["visits.list"]
    assert listed["visits"]["kinds"] == ["acme-visit"]
    assert listed["visits"]["here"] is True


def test_a_practice_that_is_left_out_is_named_and_fails_a_strict_listing(
    run: Run, install: Install
) -> None:
    install("no_such_module_at_all")

    said, strict = run("practices"), run("practices", "--strict")

    assert (said.code, strict.code) == (0, 1)
    assert "1 practice left out:" in said.out
    assert "No module named 'no_such_module_at_all'" in said.out


def test_where_there_are_none_it_is_said(
    run: Run, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    monkeypatch.setattr("mentorcore.practices.registry.BUILT_IN", ())

    said = run("practices")

    assert said.out == "No practices beside the core are installed.\n"


def test_the_events_that_a_log_holds_of_a_practice_are_counted(
    run: Run, install: Install, held: Held
) -> None:
    install("practices.stranger")

    said = run("practices", held.place)
    data = run("practices", held.place, "--json").data

    listed = {line["name"]: line for line in data["practices"]}
    assert listed["visits"]["events"] == 1
    assert said.out.splitlines()[0].split() == ["practice", "events", "from", "views"]


def test_a_log_says_which_practices_are_missing_here(
    run: Run, install: Install, held: Held
) -> None:
    install()

    said, strict = run("practices", held.place), run("practices", held.place, "--strict")

    assert (said.code, strict.code) == (0, 1)
    assert "visits (acme-visit): 1 event; install" in said.out


def test_what_is_unknown_here_is_said_to_be_so(run: Run, install: Install, held: Held) -> None:
    install()

    log, data = run("log", held.place), run("log", held.place, "--json").data
    told = [
        run(*words)
        for words in (
            ("status", held.place),
            ("attention", held.place),
            ("view", held.place, "observation.matrix"),
        )
    ]

    (made,) = [line for line in log.out.splitlines() if "acme-visit.made" in line]
    assert made.endswith("  [unknown here]")
    assert "acme-visit:…" in made
    assert log.out.count("[unknown here]") == 1
    assert [event["fields"] for event in data if event["name"] == "acme-visit.made"] == [None]
    assert {said.out.splitlines()[-1] for said in told} == {
        "The log also holds acme-visit, of practices that are not here; nothing of them is told."
    }


def test_the_stream_of_a_practice_is_asked_about_by_its_id(
    run: Run, install: Install, held: Held
) -> None:
    install("practices.stranger")
    here = run("history", held.place, held.visit)
    why = run("why", held.place, held.visit, "minutes")
    install()

    away = run("history", held.place, held.visit, "--json")

    assert (here.code, why.code) == (0, 0), (here.err, why.err)
    assert here.out.startswith("History of acme-visit:…")
    assert (away.code, away.data["error"]["code"]) == (1, "practice_missing")


def test_a_view_is_shown_with_people_by_their_names(run: Run, install: Install, held: Held) -> None:
    install("practices.stranger")

    said = run("view", held.place, "visits.list")
    data = run("view", held.place, "visits.list", "--json").data

    titles, row = said.out.splitlines()[2:4]
    assert said.code == 0
    assert said.out.startswith("visits.list, as of ")
    assert titles.split() == ["visit", "visited", "on", "minutes"]
    assert NAME in row
    assert data["rows"] == [
        {"visit": held.visit, "visited": held.mentee, "on": "2026-11-02", "minutes": 30}
    ]


def test_a_view_is_told_of_an_earlier_day(run: Run, install: Install, held: Held) -> None:
    install("practices.stranger")

    said = run("view", held.place, "visits.list", "--as-of", "2026-11-01")

    assert said.out.splitlines()[2] == "No rows."


def test_a_view_that_nobody_brings_is_refused(run: Run, install: Install, held: Held) -> None:
    install()

    unknown = run("view", held.place, "nobody.list", "--json")
    away = run("view", held.place, "visits.list", "--json")

    assert (unknown.code, unknown.data["error"]["code"]) == (2, "no_such_view")
    assert (away.code, away.data["error"]["code"]) == (1, "practice_missing")


def test_commands_of_a_practice_are_listed_and_recorded(
    run: Run, install: Install, held: Held
) -> None:
    install("practices.stranger")
    fields = (f"pairing_id={held.pairing}", f"visited={held.mentee}", "on=2026-11-03", "minutes=20")

    listed = run("record", "--commands")
    one = run("record", "--commands", "make-visit")
    done = run("record", held.place, "make-visit", *fields)

    assert "make-visit" in listed.out
    assert "minutes" in one.out
    assert done.code == 0, done.err
    assert len(run("view", held.place, "visits.list", "--json").data["rows"]) == 2


def test_a_new_practice_is_written_to_begin_with(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"

    said = run("practices", "new", "acme-visit", folder)
    again = run("practices", "new", "acme-visit", folder)

    assert said.code == 0
    assert (folder / "src" / "acme_visit" / "events.py").exists()
    assert "pytest" in said.out
    assert again.code == 2
    assert "a new practice overwrites nothing" in again.err


def test_a_new_practice_needs_a_name_and_a_log_takes_none(run: Run, held: Held) -> None:
    without, too_many = run("practices", "new"), run("practices", held.place, "acme-visit")

    assert (without.code, too_many.code) == (2, 2)
    assert "practices new needs a NAME" in without.err
    assert "'acme-visit' is too much" in too_many.err


def test_a_log_that_is_called_new_is_told_from_the_word(
    run: Run, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    monkeypatch.chdir(tmp_path)
    mc.open("new").close()

    said = run("practices", "./new", "--json")

    assert said.code == 0
    assert "practices" in said.data
