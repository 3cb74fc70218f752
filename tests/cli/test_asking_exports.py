"""The questions that are put to a log on the command line are put to an export in the same way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from cli.asking import Run
from projections.town import BOSS, Town

import mentorcore
from mentorcore.log.sealing.key_places import keys_beside, open_keys
from mentorcore.log.stores.opening import open_store

FORMS = ("bundle", "june.zip", "copy.db")


@attrs.frozen
class Made:
    """A log on a file, exports of it, and who is in it."""

    folder: Path
    program: str
    pairing: str
    mentor: str
    size: int

    @property
    def log(self) -> Path:
        return self.folder / "program.db"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("exports")
    path = str(folder / "program.db")
    store = open_store(path)
    keys = open_keys(keys_beside(path), store.log_id, create=True, log=path, patience=5)
    town = Town(store, keys=keys)
    with town.engine as engine:
        mentor = town.enrol("mentor", "Ada Byron")
        pairing = town.pair(mentor, town.enrol("mentee", "Lin Wu"))
        town.to("2026-09-20")
        for day in (2, 9, 16):
            town.meet(pairing, f"2026-09-{day:02}", minutes=30)
        size = engine.position
        for form in FORMS:
            engine.export(folder / form, recipient="auditor", actor=BOSS)
        yield Made(folder, town.program, pairing, mentor, size)


def questions(made: Made) -> list[list[object]]:
    """Each verb with what it needs; the log stands first behind the verb."""
    return [
        ["status"],
        ["status", "--as-of", "2026-09-10"],
        ["attention"],
        ["history", made.pairing],
        ["history", made.mentor],
        ["why", made.pairing, "minutes"],
        ["why", "program", "mentor_minutes"],
        ["why", made.pairing],
        ["view", "observation.matrix"],
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_question_is_answered_as_the_log_answers_an_auditor(
    made: Made, form: str, run: Run
) -> None:
    at = ["--as-known", made.size, "--json"]

    for verb, *words in questions(made):
        told = run(verb, made.folder / form, *words, *at)
        by_the_log = run(verb, made.log, *words, *at, "--as", "auditor")

        assert (told.code, told.err) == (0, "")
        assert told.data == by_the_log.data


@pytest.mark.parametrize("form", FORMS)
def test_the_events_are_listed_and_compared_as_those_of_the_log(
    made: Made, form: str, run: Run
) -> None:
    for verb, *words in (
        ["log", "--limit", made.size],
        ["log", "--limit", made.size, "--json"],
        ["diff", "--known-from", 5, "--known-to", made.size, "--as", "auditor"],
    ):
        told = run(verb, made.folder / form, *words)

        assert (told.code, told.out) == (0, run(verb, made.log, *words).out)


def test_figures_are_whole_and_names_withheld(made: Made, run: Run) -> None:
    by_the_auditor = run("status", made.folder / "june.zip")
    as_coordinator = run("status", made.folder / "june.zip", "--as", "coordinator")

    for told in (by_the_auditor, as_coordinator):
        assert "3 held, 1 h 30 min together" in told.out
        assert "Ada" not in told.out


@pytest.mark.parametrize("who", ["Ada Byron", "Ada Byron & Lin Wu"])
@pytest.mark.parametrize("viewer", [[], ["--as", "coordinator"]])
def test_a_name_is_refused_with_the_way_to_name_people(
    made: Made, who: str, viewer: list[str], run: Run
) -> None:
    for verb in ("history", "why"):
        said = run(verb, made.folder / "bundle", who, *viewer)

        assert said.code == 2
        assert "by their ids, which `mentorcore status LOG --ids` lists" in " ".join(
            said.err.split()
        )


@pytest.mark.parametrize("withheld", [(), ("states",), ("person.registered",), ("person.*",)])
def test_nobody_is_said_not_to_be_there_where_no_name_can_be_read(
    made: Made, withheld: tuple[str, ...], tmp_path: Path, run: Run
) -> None:
    export = tmp_path / "less.zip"
    options = [word for kind in withheld for word in ("--withhold", kind)]
    assert run("export", made.log, export, "--for", "auditor", *options).code == 0

    for words in (("log", "--about"), ("history",), ("why",)):
        said = run(words[0], export, *words[1:], "Ada Byron")

        assert (said.code, said.out) == (2, "")
        assert "names are withheld here" in " ".join(said.err.split())
    with mentorcore.open_export(export) as engine:
        for look in (engine.find, engine.find_people, engine.find_pairings):
            with pytest.raises(mentorcore.Refused, match="names are withheld") as refused:
                look("Ada Byron", viewer=mentorcore.Viewer.coordinator())
            assert refused.value.code == "names_sealed"


def test_the_ids_by_which_they_are_named_are_listed(made: Made, run: Run) -> None:
    said = run("status", made.folder / "bundle", "--ids")

    assert made.pairing in said.out
    assert made.mentor in said.out


@pytest.mark.parametrize("form", FORMS[:2])
@pytest.mark.parametrize(
    "typed",
    [
        "record EXPORT pause-pairing pairing=PAIRING since=2026-09-20",
        "record EXPORT record-challenge nonce=abcdefghijklmnop",
        "import EXPORT people.csv --check",
        "export EXPORT again.zip --for somebody",
        "checkpoint EXPORT",
        "prove EXPORT 1",
        "rebuild EXPORT",
    ],
)
def test_nothing_is_recorded_signed_or_proven_from_an_export(
    made: Made, form: str, typed: str, run: Run
) -> None:
    named = {"EXPORT": made.folder / form, "pairing=PAIRING": f"pairing={made.pairing}"}

    said = run(*(named.get(word, word) for word in typed.split()))

    assert said.code == 2
    assert "is an export: it is asked and verified" in " ".join(said.err.split())


def test_whoever_opens_an_export_as_a_log_is_told_how_it_is_asked(made: Made, run: Run) -> None:
    with pytest.raises(mentorcore.NotALog, match="open_export"):
        mentorcore.open(made.folder / "june.zip")

    assert "open_export" in run("doctor", made.folder / "june.zip").out


def test_a_bundle_takes_no_keys(made: Made, run: Run) -> None:
    said = run("status", made.folder / "june.zip", "--keys", made.folder / "program.keys")

    assert said.code == 2
    assert "a bundle is asked without keys" in said.err


def test_a_copy_with_its_keys_beside_it_is_read_with_names(
    made: Made, tmp_path: Path, run: Run
) -> None:
    shutil.copy(made.folder / "copy.db", tmp_path / "copy.db")
    for suffix in ("keys", "kek"):
        shutil.copy(made.folder / f"program.{suffix}", tmp_path / f"copy.{suffix}")

    said = run("status", tmp_path / "copy.db")

    assert "Ada Byron & Lin Wu" in said.out


def test_a_file_that_was_copied_by_hand_is_read_without_names_and_says_so(
    made: Made, tmp_path: Path, run: Run
) -> None:
    for suffix in ("db", "db-wal"):
        shutil.copy(made.folder / f"program.{suffix}", tmp_path / f"program.{suffix}")

    said = run("status", tmp_path)

    assert said.code == 0
    assert "3 held" in said.out
    assert "Names and texts are shown as withheld." in said.err


def test_a_folder_that_holds_a_copy_stands_for_it(made: Made, tmp_path: Path, run: Run) -> None:
    shutil.copy(made.folder / "copy.db", tmp_path / "program.db")

    said = run("status", tmp_path)

    assert (said.code, said.err) == (0, "")
    assert "3 held" in said.out
    assert [file.name for file in tmp_path.iterdir()] == ["program.db"]


@pytest.fixture(scope="module")
def less(made: Made) -> Path:
    """An export without the states of all that holds something personal."""
    with mentorcore.open(made.log) as engine:
        engine.export(
            made.folder / "less.zip", recipient="auditor", actor=BOSS, withhold=["states"]
        )
    return made.folder / "less.zip"


def test_what_figures_lack_stands_beside_them(less: Path, run: Run) -> None:
    said = run("status", less)
    data = run("status", less, "--json").data

    assert said.code == 0
    assert "0 held, 0 h 00 min together  [not whole]" in said.out
    assert "NOT WHOLE: states were left out of this export" in said.out
    meetings = [one for one in data["lacking"] if one["figure"] == "numbers.meetings"]
    assert ["pairing.meeting-held", 3] in meetings[0]["events"]


@pytest.mark.parametrize(
    "words", [["attention"], ["diff", "--known-from", 5], ["why", "program", "minutes"]], ids=str
)
def test_every_question_says_that_it_is_not_whole(
    less: Path, words: list[object], run: Run
) -> None:
    said = run(words[0], less, *words[1:])

    assert said.code == 0
    assert "NOT WHOLE" in said.out


def test_events_that_were_left_out_are_listed_as_such(less: Path, run: Run) -> None:
    said = run("log", less, "--name", "pairing.meeting-held")
    data = run("log", less, "--name", "pairing.meeting-held", "--json").data

    assert said.out.count("[left out of the export]") == 3
    assert [event["fields"] for event in data] == [None] * 3


def test_a_report_that_rests_on_what_was_left_out_cannot_be_known(
    made: Made, less: Path, tmp_path: Path, run: Run
) -> None:
    april = tmp_path / "april.json"
    told = run("status", made.log, "--as", "auditor", "--as-known", made.size, "--json")
    april.write_text(told.out, "utf-8")

    said = run("recompute", less, "--report", april)

    assert said.code == 3
    assert "numbers.meetings: published 3; events on which it can rest were left out" in said.out
    assert "No figure differs that can be told" in said.out
