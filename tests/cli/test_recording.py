"""A program is begun and things are recorded by hand."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from platform import node

import pytest
from cli.asking import Run

import mentorcore


def register(run: Run, program: Path, name: str) -> str:
    said = run("record", program, "register-person", f"name={name}", "--json")
    assert said.code == 0
    return str(said.data["events"][0]["stream"])


# ------------------------------------------------------------------------------------- begin


def test_without_a_blueprint_one_is_written_to_begin_with(run: Run, tmp_path: Path) -> None:
    said = run("init", tmp_path / "mine")

    assert said.code == 0
    assert (tmp_path / "mine" / "blueprint.toml").exists()
    assert (tmp_path / "mine" / "mappings" / "meeting-log.toml").exists()
    assert not (tmp_path / "mine" / "program.db").exists()
    assert "mentorcore init" in said.out


def test_the_template_becomes_a_program_as_it_stands(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path)

    said = run("init", tmp_path)

    assert said.code == 0
    assert "has begun" in said.out
    assert (tmp_path / "program.db").exists()


def test_templates_never_overwrite_what_is_there(run: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "mappings" / "feedback.toml"
    mapping.parent.mkdir()
    mapping.write_text("mine")

    said = run("init", tmp_path, "--json")

    assert mapping.read_text() == "mine"
    assert str(mapping) not in said.data["written"]


def test_a_program_begins_once(run: Run, program: Path) -> None:
    again = run("init", program)

    assert again.code == 1
    assert "has begun" in again.err


def test_another_program_begins_in_a_log_that_has_one(run: Run, program: Path) -> None:
    text = (program / "blueprint.toml").read_text()
    other = program / "circle.toml"
    other.write_text(text.replace('name = "', 'name = "Circle of ', 1))

    said = run("init", program, "--blueprint", other)

    assert (said.code, "Circle of" in said.out, "--program" in said.out) == (0, True, True)
    asked = run("status", program)
    assert (asked.code, "several programs" in asked.err) == (1, True)
    one = run("status", program, "--program", said.out.partition(" has begun")[0])
    assert one.code == 0
    assert "Circle of" in one.out


def test_a_program_of_a_name_begins_once_in_a_log(run: Run, program: Path) -> None:
    again = run("init", program, "--blueprint", program / "blueprint.toml")

    assert again.code == 1
    assert "another name in its blueprint" in again.err


def test_a_blueprint_is_answered_with_all_its_problems(run: Run, tmp_path: Path) -> None:
    blueprint = tmp_path / "blueprint.toml"
    blueprint.write_text("[program]\nname = 'x'\ntime_zone = 'Mars/Base'\n")

    said = run("init", tmp_path)
    asked = run("init", tmp_path, "--json")

    assert said.code == 2
    assert "time_zone" in said.err
    assert "goals" in said.err
    assert not (tmp_path / "program.db").exists()
    assert {p["path"] for p in asked.data["error"]["problems"]} > {"goals", "cohorts"}


def test_a_blueprint_may_stand_elsewhere(run: Run, files: Path, tmp_path: Path) -> None:
    said = run("init", tmp_path / "other", "--blueprint", files / "blueprint.toml", "--json")

    assert said.code == 0
    assert said.data["log"] == str(tmp_path / "other" / "program.db")


def test_a_blueprint_that_is_no_text_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "blueprint.toml").write_bytes(b"\xff\xfe\x00name")

    said = run("init", tmp_path)

    assert said.code == 2
    assert "UTF-8" in said.err


# ------------------------------------------------------------------------------------ record


def test_what_is_recorded_is_told(run: Run, program: Path) -> None:
    said = run("record", program, "register-person", "name=Ada", "contact.email=ada@example.org")

    assert said.code == 0
    assert "Recorded 1 event" in said.out
    assert "person.registered" in said.out


def test_fields_become_the_types_of_the_command(run: Run, program: Path) -> None:
    person = register(run, program, "Ada")

    said = run(
        "record",
        program,
        "record-employment",
        f"person_id={person}",
        "since=2026-01-01",
        "fte_percent=50",
        "teaches=Art",
        "teaches=Music",
        "--json",
    )

    fields = said.data["events"][0]["fields"]
    assert said.code == 0
    assert fields["fte_percent"] == 50
    assert fields["since"] == "2026-01-01"
    assert fields["teaches"] == {"sealed": "identity"}


def test_a_refusal_is_a_sentence_and_exit_code_1(run: Run, program: Path) -> None:
    nobody = "person:" + "0" * 32

    words = ("record", program, "record-employment", f"person_id={nobody}", "since=2026-01-01")
    said, asked = run(*words), run(*words, "--json")

    assert said.code == asked.code == 1
    assert said.out == ""
    assert said.err.startswith("Refused: nobody is registered")
    assert asked.data["error"]["kind"] == "refused"
    assert asked.data["error"]["code"] == "no_such_person"


def test_an_unknown_command_is_answered_with_near_ones(run: Run, program: Path) -> None:
    said = run("record", program, "hold-meting")

    assert said.code == 2
    assert "hold-meeting" in said.err


def test_every_wrong_field_is_told(run: Run, program: Path) -> None:
    said = run("record", program, "hold-meeting", "minutes=long", "held_on=soon")

    assert said.code == 2
    assert "minutes" in said.err
    assert "held_on: 'soon' is no day" in said.err
    assert "pairing_id: is missing" in said.err


@pytest.mark.parametrize("word", ["minutes", "=45", "contact=x contact.email=y"])
def test_a_word_that_is_no_field_is_refused(run: Run, program: Path, word: str) -> None:
    said = run("record", program, "register-person", *word.split())

    assert said.code == 2


def test_a_key_makes_asking_twice_harmless(run: Run, program: Path) -> None:
    words = ("record", program, "register-person", "name=Ada", "--key", "form-17", "--json")
    first = run(*words)

    second = run(*words)

    assert not first.data["replayed"]
    assert second.data["replayed"]
    assert second.data["events"] == first.data["events"]
    assert "before" in run(*words[:-1]).out


def test_a_key_belongs_to_one_command(run: Run, program: Path) -> None:
    run("record", program, "register-person", "name=Ada", "--key", "form-17")

    said = run("record", program, "register-person", "name=Ben", "--key", "form-17")

    assert said.code == 2
    assert "key" in said.err


def test_the_actor_is_the_person_named(run: Run, program: Path) -> None:
    person = register(run, program, "Yolanda")

    said = run("record", program, "register-person", "name=Ada", "--actor", person, "--json")

    actor = said.data["events"][0]["actor"]
    assert actor == {"id": person, "role": "coordinator", "kind": "person"}


def test_an_actor_is_never_a_name(run: Run, program: Path) -> None:
    said = run("record", program, "register-person", "name=Ada", "--actor", "Yolanda")

    assert said.code == 2
    assert "--actor" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("record", "LOG", "register-person", "name=Ada"),
        ("record", "LOG", "--from", "people.json"),
        ("import", "LOG", "people.csv", "--mapping", "people.toml"),
        ("settle", "LOG", f"response:{5:032x}", "take_it"),
        ("export", "LOG", "out.zip", "--for", "auditor"),
    ],
    ids=lambda words: words[0],
)
def test_nobody_is_no_author(
    run: Run, program: Path, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("Id,Name\n1,Ada\n")
    Path("people.json").write_text('[{"command": "register-person", "name": "Ada"}]')
    Path("people.toml").write_text(
        'form = "people"\nkind = "enrolment"\n[people]\nby = "name"\n[source]\nkeys = ["Id"]\n'
        '[fields]\nname = "Name"\n[defaults]\nrole = "mentee"\nsince = 2025-09-01\n'
    )
    before = len(run("log", program, "--json").data)

    said = run(*(program if w == "LOG" else w for w in words), "--actor", f"person:{9:032x}")

    assert (said.code, "somebody whom the log knows" in " ".join(said.err.split())) == (2, True)
    assert len(run("log", program, "--json").data) == before
    assert not Path("out.zip").exists()


def test_who_asked_is_recorded_apart_from_the_author(run: Run, program: Path) -> None:
    author, asker = register(run, program, "Yolanda"), register(run, program, "Sam")
    linked = ("link-external-identity", f"person_id={asker}", "scheme=sso", "value=sam@s.example")
    assert run("record", program, *linked, "assurance=verified").code == 0
    login = "login:" + "5" * 32

    told = [
        run("record", program, "register-person", "name=Ada", *words, "--json").data["events"][0]
        for words in (
            ("--actor", author, "--asked-by", asker),
            ("--actor", author, "--asked-by", "sso=sam@s.example"),
            ("--asked-by", login),
            ("--actor", author),
        )
    ]

    *stated, mine = [e["asked_by"] for e in told]
    assert stated == [asker, asker, login]
    with mentorcore.open(program / "program.db") as engine:
        assert mine == engine.account_id(f"{getuser()}@{node()}")
        assert mine != engine.account_id(f"another@{node()}")
    assert [e["actor"]["id"] for e in told] == [author, author, "command-line", author]


def test_where_no_author_is_claimed_the_command_line_is_the_author(run: Run, program: Path) -> None:
    told = run("record", program, "register-person", "name=Ada", "--json").data["events"][0]

    assert (told["actor"]["id"], told["asked_by"]) == ("command-line", None)


def test_whoever_asks_again_on_that_account_is_shown_it(run: Run, program: Path) -> None:
    author = register(run, program, "Yolanda")
    ada = register(run, program, "Ada")
    amend = ("amend-record", f"stream={ada}", "target=1", 'changes={"name": "Ida"}', "reason=slip")
    assert run("record", program, *amend, "--actor", author).code == 0

    said = " ".join(run("history", program, ada).out.split())

    assert f"by Yolanda as coordinator, asked by {getuser()}@{node()} (this account)" in said
    with mentorcore.open(program / "program.db", keys=mentorcore.NoKeys()) as engine:
        stored = [event.asked_by for event in engine.events()]
    assert not any(getuser() in str(one) for one in stored)


def test_of_an_import_it_stands_on_every_event(run: Run, program: Path) -> None:
    asker = register(run, program, "Sam")
    before = len(run("log", program, "--json").data)
    people = (program / "exports/people.csv", "--mapping", program / "mappings/people.toml")

    done = run("import", program, *people, "--asked-by", asker)

    events = run("log", program, "--json").data[before:]
    assert (done.code, len(events) > 9) == (0, True)
    assert {e["asked_by"] for e in events} == {asker}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (f"person:{9:032x}", "--asked-by has to be somebody whom the log knows"),
        ("sso=nobody@s.example", "is linked to nobody in the log"),
        ("crm=7", "there is no such kind of identity"),
        ("Yolanda", "asked_by"),
        ("", "asked_by"),
    ],
)
def test_nobody_asks_for_anything(run: Run, program: Path, who: str, said: str) -> None:
    before = len(run("log", program, "--json").data)

    told = run("record", program, "register-person", "name=Ada", "--asked-by", who)

    assert (told.code, said in " ".join(told.err.split())) == (2, True), told.err
    assert len(run("log", program, "--json").data) == before


def test_fields_may_come_from_a_file(run: Run, program: Path, tmp_path: Path) -> None:
    source = tmp_path / "fields.json"
    source.write_text(json.dumps({"name": "Ada", "locale": "en"}))

    said = run("record", program, "register-person", "locale=de", "--from", source, "--json")

    assert said.data["events"][0]["fields"]["locale"] == "de"


def test_a_list_is_recorded_whole_or_not_at_all(
    run: Run, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = "person:" + "1" * 32
    good = {"command": "register-person", "person_id": person, "name": "Ada"}
    bad = {"command": "record-employment", "person_id": "person:" + "2" * 32, "since": "2026-01-01"}
    also = {"command": "record-employment", "person_id": person, "since": "2026-01-01"}
    before = run("log", program, "--json").data

    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps([good, bad])))
    refused = run("record", program, "--from", "-")
    between = run("log", program, "--json").data
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps([good, also])))
    taken = run("record", program, "--from", "-", "--json")

    assert refused.code == 1
    assert between == before
    assert [e["name"] for e in taken.data["events"]] == [
        "person.registered",
        "person.employment-recorded",
    ]


@pytest.mark.parametrize("text", ["{", "3", '[{"name": "no command"}]', "[3]"])
def test_a_source_that_holds_no_commands_is_refused(
    run: Run, program: Path, tmp_path: Path, text: str
) -> None:
    source = tmp_path / "source.json"
    source.write_text(text)

    said = run("record", program, "--from", source)

    assert said.code == 2
    assert said.err


def test_a_list_and_a_command_contradict_each_other(
    run: Run, program: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source.json"
    source.write_text("[]")

    said = run("record", program, "register-person", "--from", source)

    assert said.code == 2


def test_a_file_that_is_not_there_is_named(run: Run, program: Path) -> None:
    said = run("record", program, "register-person", "--from", "nowhere.json")

    assert said.code == 2
    assert said.err.startswith("nowhere.json: no such file")


@pytest.mark.parametrize("words", [(), ("LOG",)])
def test_record_says_what_it_needs(run: Run, program: Path, words: tuple[str, ...]) -> None:
    said = run("record", *[program for _ in words])

    assert said.code == 2
    assert "--commands" in said.err


def test_commands_are_listed_and_explained(run: Run) -> None:
    every = run("record", "--commands")
    one = run("record", "--commands", "hold-meeting")

    assert "hold-meeting" in every.out
    assert "pairing_id" in one.out
    assert "needed" in one.out
    assert max(map(len, (every.out + one.out).splitlines())) <= 100


def test_commands_are_data_too(run: Run) -> None:
    every = run("record", "--commands", "--json").data
    one = run("record", "--commands", "hold-meeting", "--json").data

    assert "hold-meeting" in {c["name"] for c in every["commands"]}
    assert {"name": "minutes", "needed": True, "holds": "whole number"} in one["fields"]


def test_an_unknown_command_cannot_be_explained(run: Run) -> None:
    said = run("record", "--commands", "hold-meting")

    assert said.code == 2
    assert "hold-meeting" in said.err


# --------------------------------------------------------------------------------------- log


def test_the_log_shows_positions_times_streams_and_actors(run: Run, program: Path) -> None:
    register(run, program, "Ada Byron")

    said = run("log", program)

    lines = said.out.splitlines()
    assert "recorded (UTC)" in lines[0]
    assert "person.registered" in lines[-1]
    assert "command-line" in lines[-1]
    assert max(map(len, lines)) <= 100


def test_the_log_shows_nothing_personal(run: Run, program: Path) -> None:
    run("record", program, "register-person", "name=Ada Byron", "contact.email=ada@example.org")

    said = run("log", program).out + run("log", program, "--json", "--long").out

    assert "Ada" not in said
    assert "ada@" not in said
    assert '"sealed": "identity"' in said


def test_the_log_can_be_narrowed(run: Run, program: Path) -> None:
    ada, ben = register(run, program, "Ada"), register(run, program, "Ben")

    one = run("log", program, "--stream", ada, "--json").data
    named = run("log", program, "--name", "person.registered", "--json").data
    later = run("log", program, "--after", named[0]["position"], "--json").data
    first = run("log", program, "--limit", 1, "--json").data

    assert [e["stream"] for e in one] == [ada]
    assert [e["stream"] for e in named] == [ada, ben]
    assert [e["stream"] for e in later] == [ben]
    assert [e["position"] for e in first] == [1]


def test_an_event_keeps_its_keys_in_json(run: Run, program: Path) -> None:
    register(run, program, "Ada")

    event = run("log", program, "--name", "person.registered", "--json").data[0]

    assert list(event) == [
        "position",
        "recorded_at",
        "stream",
        "version",
        "name",
        "actor",
        "on_behalf_of",
        "asked_by",
        "correlation",
        "causation",
        "source",
        "fields",
    ]


def test_no_events_are_said_to_be_none(run: Run, program: Path) -> None:
    said = run("log", program, "--name", "pairing.ended")
    asked = run("log", program, "--name", "pairing.ended", "--json")

    assert said.out == "No events.\n"
    assert asked.data == []


def test_ids_in_full_are_what_other_verbs_take(run: Run, program: Path) -> None:
    ada = register(run, program, "Ada")

    brief = run("log", program, "--stream", ada)
    full = run("log", program, "--stream", ada, "--long")

    assert ada not in brief.out
    assert ada[-8:] in brief.out
    assert ada in full.out


def test_a_limit_is_a_count(run: Run, program: Path) -> None:
    assert run("log", program, "--limit", "-1").code == 2


def test_keys_may_stand_elsewhere(run: Run, files: Path, tmp_path: Path) -> None:
    keys = tmp_path / "apart" / "people.keys"
    keys.parent.mkdir()

    run("init", files, "--keys", keys)
    lost = run("record", files, "register-person", "name=Ada")
    asked = run("log", files)
    found = run("log", files, "--keys", keys)

    assert keys.exists()
    assert lost.code == 2
    assert "keys" in lost.err
    assert "Names and texts are shown as withheld" in asked.err
    assert (asked.code, asked.out) == (found.code, found.out)
    assert (found.code, found.err) == (0, "")


def test_the_bytes_of_the_log_hold_no_name(run: Run, program: Path) -> None:
    register(run, program, "Ada Byron")

    with closing(sqlite3.connect(program / "program.db")) as database:
        dump = "\n".join(database.iterdump())

    assert "Byron" not in dump


def test_a_program_that_rested_for_years_goes_on_once_the_clock_is_confirmed(
    run: Run, tmp_path: Path
) -> None:
    log = tmp_path / "program.db"
    with mentorcore.open(log, clock=lambda: datetime(2020, 9, 1, tzinfo=UTC)) as engine:
        actor = mentorcore.Actor("host", "coordinator", "system")
        engine.handle(mentorcore.RegisterPerson(name="Ada"), actor=actor)

    refused = run("record", log, "register-person", "name=Ben")
    said = run("record", log, "register-person", "name=Ben", "--clock-is-right")

    assert (refused.code, said.code) == (1, 0)
    assert "2020-09-01" in refused.err
    assert run("record", log, "register-person", "name=Cem").code == 0
