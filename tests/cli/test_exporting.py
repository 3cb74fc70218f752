"""What an operator and an auditor say and hear when a log is handed over, on the command line."""

from __future__ import annotations

import base64
import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from cli.asking import Run

import mentorcore
from mentorcore.audit import standalone
from mentorcore.render.proving.exporting import verdict_lines
from mentorcore.render.text import WIDTH

ORIGIN = "mentoring.example.edu/log1"
FOR = ("--for", "state-auditor")


@pytest.fixture
def vkey(program: Path, run: Run) -> str:
    """A program with a signing key; its verifier key."""
    made = run("checkpoint", program, "--init-key", ORIGIN, "--json")
    return str(made.data["vkey"])


@pytest.fixture
def held(program: Path, run: Run, vkey: str, tmp_path: Path) -> Path:
    """The checkpoint that an auditor holds."""
    said = run("checkpoint", program, "--json")
    path = tmp_path / "held.txt"
    path.write_text(said.data["note"], encoding="utf-8")
    return path


def test_an_export_tells_what_to_hand_over_with_it(
    program: Path, run: Run, held: Path, tmp_path: Path
) -> None:
    said = run("export", program, tmp_path / "audit", *FOR)

    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == f"5 events are in {tmp_path / 'audit'}."
    assert "by another way than the export" in lines[1]
    assert lines[3] == ORIGIN


def test_an_auditor_verifies_it_against_what_is_held(
    program: Path, run: Run, vkey: str, held: Path, tmp_path: Path
) -> None:
    run("export", program, tmp_path / "audit", "--zip", *FOR)

    alone = run("verify", tmp_path / "audit.zip")
    said = run("verify", tmp_path / "audit.zip", "--vkey", vkey, "--checkpoint", held)
    data = run("verify", program, "--vkey", vkey, "--checkpoint", held, "--json").data

    assert (alone.code, alone.out.partition(":")[0]) == (3, "unanchored")
    assert (said.code, said.out.partition(":")[0]) == (0, "verified")
    assert "4 covered from outside, up to position 4; 5 signed" in said.out
    assert (data["verdict"], data["covered"]) == ("verified", 4)


def test_an_export_for_nobody_named_is_made_and_says_so(
    program: Path, run: Run, tmp_path: Path
) -> None:
    said = run("export", program, tmp_path / "copy")
    lines = (tmp_path / "copy" / "events-000000.jsonl").read_text("utf-8").splitlines()
    exported = json.loads(base64.b64decode(json.loads(lines[-1])[5]))

    assert said.code == 0, said.err
    assert "--for names the office" in said.out
    assert exported["d"]["recipient"] == "unnamed"


def test_every_line_of_a_verdict_fits_and_moves_no_cursor() -> None:
    told = "a fault of a stream \x1b[2J " + "that says much " * 20
    verdict = mentorcore.Verdict(
        "changed",
        "00" * 16,
        faults=(mentorcore.Fault("changed", told, 1, 2, "pairing:\x1b[31m" + "0" * 90, 1, "x"),),
        notices=(told,),
        redacted=tuple(range(1, 90)),
        opened=((4, "text", told),),
    )

    lines = list(verdict_lines(verdict))

    assert all(len(line) <= WIDTH for line in lines)
    assert all(line.isprintable() for line in lines)


def test_a_changed_export_is_an_answer_of_no_and_names_the_event(
    program: Path, run: Run, vkey: str, held: Path, tmp_path: Path
) -> None:
    run("export", program, tmp_path / "audit", *FOR)
    events = tmp_path / "audit" / "events-000000.jsonl"
    events.write_bytes(events.read_bytes().replace(b"program.launched", b"program.launcher"))

    said = run("verify", tmp_path / "audit", "--vkey", vkey, "--checkpoint", held)

    assert said.code == 1
    assert said.out.startswith("changed: something that was signed is not there as it was.")
    assert "position 4, program:" in said.out
    assert "this event was changed" in said.out


@pytest.fixture
def altered(program: Path, run: Run, held: Path) -> Path:
    """A program of which somebody edited the event at position 2 by hand, after it was signed."""
    with closing(sqlite3.connect(program / "program.db")) as file, file:
        [state] = file.execute("SELECT state FROM stored_events WHERE rowid = 2").fetchone()
        changed = state.replace(b'","at":"20', b'","at":"19')
        file.execute("UPDATE stored_events SET state = ? WHERE rowid = 2", (changed,))
    return program


def test_the_operator_of_an_altered_log_is_the_first_to_learn_it(
    altered: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    memory = altered / "program.signing-key.checkpoints"
    signed = memory.read_bytes()

    made = run("checkpoint", altered, "--out", tmp_path / "may.txt")
    rotated = run("checkpoint", altered, "--rotate-key")
    handed = [
        run("export", altered, tmp_path / "audit", *how, *FOR)
        for how in ((), ("--zip",), ("--sqlite",), ("--withhold", "sealed"), ("--move",))
    ]
    data = run("export", altered, tmp_path / "audit", *FOR, "--json").data

    for said in (made, rotated, *handed):
        assert (said.code, said.out) == (1, "")
        assert "at position 2 (program:" in " ".join(said.err.split())
    assert all("--as-it-is" in said.err for said in handed)
    assert (data["error"]["kind"], data["error"]["position"]) == ("events-differ", 2)
    assert memory.read_bytes() == signed
    assert not [*tmp_path.glob("audit*"), *tmp_path.glob("may.txt")]
    assert len(run("log", altered, "--json").data) == 4


def test_an_altered_log_is_handed_out_as_it_is_when_that_is_asked_for(
    altered: Path, run: Run, vkey: str, held: Path, tmp_path: Path
) -> None:
    said = run("export", altered, tmp_path / "audit.zip", "--as-it-is", *FOR)
    checked = run("verify", tmp_path / "audit.zip", "--vkey", vkey, "--checkpoint", held)

    assert said.code == 1
    assert "handed out as it is: the log is not what was signed" in " ".join(said.out.split())
    assert "This checkpoint covers it" not in said.out
    assert (checked.code, checked.out.partition(":")[0]) == (1, "changed")
    assert "position 2, program:" in checked.out


@pytest.mark.parametrize(
    "spoils",
    [
        "body = CAST(replace(CAST(body AS TEXT), 'Minutes', 'Hours') AS BLOB)",
        "body = CAST('no TOML' AS BLOB)",
        "digest = CAST(x'00' || substr(digest, 2) AS BLOB)",
    ],
)
def test_an_export_brings_no_mapping_but_the_one_that_read_the_responses(
    program: Path, run: Run, tmp_path: Path, spoils: str
) -> None:
    for form in ("people", "pairings", "meetings"):
        mapping = program / f"mappings/{form}.toml"
        run("import", program, program / f"exports/{form}.csv", "--mapping", mapping)
    before = run("export", program, tmp_path / "before", *FOR)
    with closing(sqlite3.connect(program / "program.db")) as file, file:
        minutes = "instr(CAST(body AS TEXT), 'Minutes') > 0"
        file.execute(f"UPDATE log_index SET {spoils} WHERE kind = 'mapping' AND {minutes}")

    said = run("export", program, tmp_path / "audit", *FOR)
    given = run("export", program, tmp_path / "audit", *FOR, "--as-it-is")

    assert before.code == 0, before.err
    assert (said.code, said.out) == (1, "")
    assert "is not the one by which responses were read" in " ".join(said.err.split())
    assert "verify --mappings" in " ".join(said.err.split())
    assert given.code == 1
    assert "handed out as it is" in given.out


@pytest.mark.parametrize("elsewhere", [True, False], ids=["key elsewhere", "key beside the log"])
def test_an_export_is_covered_by_a_checkpoint_wherever_the_key_is(
    program: Path, run: Run, vkey: str, held: Path, elsewhere: bool
) -> None:
    tmp_path = held.parent
    safe = tmp_path / "safe"
    safe.mkdir()
    if elsewhere:
        for name in ("program.signing-key", "program.signing-key.checkpoints", "program.keys"):
            (program / name).rename(safe / name)
    key = ("--signing-key", safe / "program.signing-key") if elsewhere else ()

    bare = run("export", program, tmp_path / "bare", *FOR)
    done = run("export", program, tmp_path / "audit", *key, *FOR)
    checked = run("verify", tmp_path / "audit", "--vkey", vkey, "--checkpoint", held)

    assert (done.code, "This checkpoint covers it" in done.out) == (0, True)
    assert "signed" in checked.out
    assert checked.code == 0
    if elsewhere:
        assert (bare.code, bare.out, (tmp_path / "bare").exists()) == (1, "", False)
        assert "--signing-key FILE" in " ".join(bare.err.split())
        given = run("export", program, tmp_path / "bare", "--as-it-is", *FOR)
        assert (given.code, "no checkpoint would cover" in " ".join(given.out.split())) == (1, True)


def test_the_schemas_of_an_export_hold_what_is_read(
    program: Path, run: Run, tmp_path: Path
) -> None:
    run("export", program, tmp_path / "audit", *FOR, "--zip")

    said = run("compat", tmp_path / "audit.zip").out

    assert "audit.zip hold " in " ".join(said.split())


def test_what_cannot_be_read_proves_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "audit.zip").write_bytes(b"PK")

    said = run("verify", tmp_path / "audit.zip")

    assert (said.code, said.out.partition(":")[0]) == (2, "unreadable")
    assert run("verify", tmp_path / "missing.db").code == 2


def test_a_checkpoint_without_the_key_that_signed_it_is_a_wrong_call(
    program: Path, run: Run, held: Path
) -> None:
    said = run("verify", program, "--checkpoint", held)

    assert said.code == 2
    assert "verifier key" in said.err


def test_states_are_left_out_and_single_values_opened(
    program: Path, run: Run, vkey: str, held: Path, tmp_path: Path
) -> None:
    done = run("record", program, "register-person", "name=Ada", "--json").data
    position = done["events"][0]["position"]

    part = run("export", program, tmp_path / "part", "--withhold", "person.*", *FOR)
    opened = run("export", program, tmp_path / "open", "--disclose", f"{position}:name", *FOR)

    assert "person.registered" in part.out
    assert "Opened are single values of: identity." in opened.out
    assert "1 state left out" in run("verify", tmp_path / "part").out
    assert f"opened at position {position}: name = 'Ada'" in run("verify", tmp_path / "open").out
    for wrong in (("--disclose", "name"), ("--disclose", "x:name"), ("--zip", "--sqlite")):
        assert run("export", program, tmp_path / "none", *wrong, *FOR).code == 2
    assert run("export", program, tmp_path / "none", "--disclose", "1:name", *FOR).code == 1
    assert run("export", program, tmp_path / "none", "--for", "Ms Field").code == 2


@pytest.mark.processes
def test_a_copy_of_the_file_is_verified_alone(
    program: Path, run: Run, vkey: str, held: Path, tmp_path: Path
) -> None:
    assert run("export", program, tmp_path / "audit.db", *FOR).code == 2
    assert run("export", program, tmp_path / "audit", "--sqlite", *FOR).code == 0
    words = [str(w) for w in (tmp_path / "audit.db", "--vkey", vkey, "--checkpoint", held)]

    alone = subprocess.run([sys.executable, "-I", standalone.__file__, *words], check=False)

    assert alone.returncode == 0
    assert run("verify", *words).code == 0


def test_an_export_is_loaded_and_the_copy_is_read_only(
    program: Path, run: Run, held: Path, tmp_path: Path
) -> None:
    run("export", program, tmp_path / "audit", *FOR)
    moving = run("export", program, tmp_path / "moving", "--move")
    keys = ("--keys", program / "program.keys")

    said = run("load", tmp_path / "moving", tmp_path / "copy.db")
    gone_on = (tmp_path / "moved.db", "--original-retired")
    forgetful = run("load", tmp_path / "audit", *gone_on)
    retired = run("load", tmp_path / "moving", *gone_on, "--json")

    assert "keep it to yourself" in " ".join(moving.out.split())
    assert (forgetful.code, "export --move" in " ".join(forgetful.err.split())) == (2, True)
    assert said.code == 0
    assert "read-only" in said.out
    assert retired.data["read_only"] is False
    assert (
        run("log", tmp_path / "copy.db", *keys).out == run("log", tmp_path / "moved.db", *keys).out
    )
    refused = run("record", tmp_path / "copy.db", "register-person", *keys)
    assert (refused.code, "can only be read" in refused.err) == (1, True)
    assert run("record", tmp_path / "moved.db", "register-person", *keys).code == 0
    assert run("load", tmp_path / "audit", tmp_path / "copy.db").code == 2


def test_a_log_is_backed_up_to_two_places_and_restored(
    program: Path, run: Run, tmp_path: Path
) -> None:
    places = (tmp_path / "backup.zip", tmp_path / "safe.keys")
    run("record", program, "register-person", "name=Ada")

    done = run("backup", program, *places)
    again = run("backup", program, *places)
    tried = run("restore", *places, tmp_path / "copy.db")
    restored = run("restore", *places, tmp_path / "again.db", "--original-retired", "--json")

    assert (done.code, "5 events" in done.out, "Keep the two apart" in done.out) == (0, True, True)
    assert (again.code, "stands there already" in " ".join(again.err.split())) == (2, True)
    assert (tried.code, "read-only" in tried.out) == (0, True)
    assert (restored.data["size"], restored.data["people"]) == (5, 1)
    assert run("log", tmp_path / "again.db").out == run("log", program).out
    assert run("record", tmp_path / "again.db", "register-person").code == 0


def test_keys_are_copied_to_another_place(program: Path, run: Run, tmp_path: Path) -> None:
    run("record", program, "register-person", "name=Ada")

    said = run("copy-keys", program, tmp_path / "other.keys")
    again = run("copy-keys", program, tmp_path / "other.keys")
    with mentorcore.open(program / "program.db", keys=tmp_path / "other.keys") as there:
        [person] = there.events(names=["person.registered"])
        shown = mentorcore.plain(person, viewer=mentorcore.Viewer.coordinator())

    assert (said.code, said.out.startswith("1 key ")) == (0, True)
    assert (again.code, "stands there already" in " ".join(again.err.split())) == (2, True)
    assert "Ada" in json.dumps(shown)


def test_people_whose_keys_are_gone_are_an_answer_of_no(
    program: Path, run: Run, tmp_path: Path
) -> None:
    older = (program / "program.keys").read_bytes()
    run("record", program, "register-person", "name=Ada")
    (program / "program.keys").write_bytes(older)

    done = run("backup", program, tmp_path / "backup", tmp_path / "safe.keys")

    assert done.code == 1
    assert "older key file" in done.out


def test_every_verdict_has_a_meaning_in_words() -> None:
    from mentorcore.render.proving.exporting import MEANING

    for word, meaning in MEANING.items():
        assert " ".join(verdict_lines(mentorcore.Verdict(word))) == f"{word}: {meaning}"
    assert json.dumps(mentorcore.plain(mentorcore.Verdict("verified")))


@pytest.mark.processes
def test_the_export_of_a_whole_program_with_its_mappings_is_verified_and_loaded(
    run: Run, tmp_path: Path
) -> None:
    program = tmp_path / "example"
    run("demo", program)
    vkey = run("checkpoint", program, "--init-key", ORIGIN, "--json").data["vkey"]
    note = tmp_path / "held.txt"
    note.write_text(run("checkpoint", program, "--json").data["note"], encoding="utf-8")
    bundle = tmp_path / "audit.zip"
    run("export", program, bundle, *FOR)

    said = run("verify", bundle, "--vkey", vkey, "--checkpoint", note)
    words = [standalone.__file__, bundle, "--vkey", vkey, "--checkpoint", note]
    alone = subprocess.run([sys.executable, *map(str, words)], capture_output=True, check=False)
    loaded = run("load", bundle, tmp_path / "copy.db")

    assert said.out.startswith("verified"), said.err
    assert (said.code, alone.returncode, loaded.code) == (0, 0, 0)
    names = zipfile.ZipFile(bundle).namelist()
    assert sum(name.startswith("mappings/") for name in names) == 5


def test_a_log_is_brought_up_to_date_when_somebody_says_so(
    program: Path, run: Run, tmp_path: Path
) -> None:
    said = run("migrate", program)
    missing = run("migrate", tmp_path / "nothing.db")

    assert (said.code, said.out) == (0, f"{program / 'program.db'} has format 2: nothing to do.\n")
    assert (missing.code, "does not exist" in " ".join(missing.err.split())) == (2, True)
