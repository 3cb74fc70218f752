"""What a coordinator, an auditor and a witness say and hear about proofs, on the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.asking import Run
from processes import PATIENCE, started

import mentorcore
from mentorcore.audit.notes.checkpoint import sign_checkpoint
from mentorcore.render.proving.proving import checkpoint_lines

ORIGIN = "mentoring.example.edu/log1"


@pytest.fixture
def vkey(program: Path, run: Run) -> str:
    """A program with a signing key; its verifier key."""
    made = run("checkpoint", program, "--init-key", ORIGIN, "--json")
    assert made.code == 0, made.err
    return str(made.data["vkey"])


def register(run: Run, program: Path, name: str = "Ada") -> None:
    assert run("record", program, "register-person", f"name={name}").code == 0


def test_without_a_key_it_is_said_how_one_is_made(program: Path, run: Run) -> None:
    said = run("checkpoint", program)

    assert said.code == 2
    assert "--init-key" in said.err


def test_a_new_key_tells_what_to_do_with_it(program: Path, run: Run) -> None:
    said = run("checkpoint", program, "--init-key", ORIGIN)

    assert said.code == 0
    assert f"{ORIGIN}+" in said.out.splitlines()[-1]
    assert "auditors" in said.out
    assert (program / "program.signing-key").stat().st_mode & 0o777 == 0o600
    again = run("checkpoint", program, "--init-key", ORIGIN)
    assert (again.code, "never replaced" in again.err) == (2, True)


def test_a_checkpoint_is_printed_with_the_level_it_stands_on(
    program: Path, run: Run, vkey: str
) -> None:
    said = run("checkpoint", program)
    key = mentorcore.VerifierKey.read(vkey)

    assert said.code == 0
    assert mentorcore.read_checkpoint(said.out, [key]).size == 4
    assert "Level 1: signed, and nobody outside holds it" in said.err
    assert "Exposed: 4 events; no checkpoint was ever accepted outside." in said.err

    handed = run("checkpoint", program, "--handed-to", "the auditor")
    assert "Level 2" in handed.err
    assert "Exposed: 0 events since" in handed.err


def test_a_checkpoint_tells_the_key_that_checks_it(program: Path, run: Run, vkey: str) -> None:
    assert run("checkpoint", program).err.splitlines()[-1] == vkey
    assert run("checkpoint", program, "--json").data["vkey"] == vkey


def test_a_checkpoint_is_written_into_a_file_of_its_own(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    file, other, rotated = (tmp_path / name for name in ("may.txt", "json.txt", "rotated.txt"))
    words = ("checkpoint", program, "--out")

    said = run(*words, file)
    data = run(*words, other, "--json").data
    replaced = run(*words, rotated, "--rotate-key")

    assert (said.code, replaced.code) == (0, 0), said.err + replaced.err
    assert f"of 4 events is in {file}" in " ".join(said.out.split())
    assert file.read_bytes() == data["note"].encode() == other.read_bytes()
    assert data["file"] == str(other)
    assert mentorcore.read_checkpoint(rotated.read_bytes(), [vkey]).size == 5


def test_a_checkpoint_is_not_made_when_its_file_cannot_be(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    (tmp_path / "taken.txt").write_text("mine")
    memory = program / "program.signing-key.checkpoints"
    words = ("checkpoint", program, "--out")

    codes = [
        run(*words, tmp_path / "taken.txt").code,
        run(*words, tmp_path / "missing" / "may.txt").code,
        run(*words, tmp_path / "new.txt", "--rebuild").code,
        run(*words, tmp_path / "new.txt", "--adopt", tmp_path / "taken.txt").code,
        run(*words, tmp_path / "new.txt", "--init-key", ORIGIN).code,
        run(*words, tmp_path / "new.txt", "--signing-key", tmp_path / "none").code,
    ]

    assert codes == [2] * len(codes)
    assert memory.read_bytes() == b""
    assert (tmp_path / "taken.txt").read_text() == "mine"
    assert not (tmp_path / "new.txt").exists()


@pytest.mark.processes
@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_what_is_redirected_into_a_file_can_be_checked(
    program: Path, run: Run, vkey: str, tmp_path: Path, encoding: str
) -> None:
    """Whatever encoding a system has: one that lacks letters, one that writes all otherwise."""
    run("checkpoint", program, "--out", tmp_path / "first.txt")
    register(run, program)
    note, receipt, proof = (tmp_path / name for name in ("may.txt", "a.receipt", "a.proof"))
    asked = {
        note: ["checkpoint", program],
        receipt: ["prove", program, 2],
        proof: ["prove", program, "--from", tmp_path / "first.txt", "--to", note],
    }

    for file, words in asked.items():
        with file.open("wb") as out:
            subprocess.run(
                [sys.executable, "-m", "mentorcore", *map(str, words)],
                stdout=out,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
                check=True,
            )

    assert mentorcore.read_checkpoint(note.read_bytes(), [vkey]).size == 5
    mentorcore.verify_receipt(receipt.read_bytes(), [vkey])
    held = (tmp_path / "first.txt").read_text("utf-8")
    assert mentorcore.verify_continued(proof.read_bytes(), held, [vkey]).later.size == 5


def test_an_alarm_is_followed_by_no_promise() -> None:
    alarmed = mentorcore.Publication("witness w.example/1", 4, problem="another root", alarm=True)
    fine = mentorcore.Publication("witness w.example/2", 4)
    cosigned = mentorcore.Exposure(3, 0, 1.0, 4)
    note = mentorcore.Checkpoint(ORIGIN, 4, bytes(32))

    calm, alarm = (
        " ".join(checkpoint_lines(mentorcore.Checkpointed(note, told, cosigned), "key"))
        for told in ((fine,), (fine, alarmed))
    )

    assert "two auditors cannot be shown two histories" in calm
    assert "ALARM from witness w.example/1: another root" in alarm
    assert "cannot be" not in alarm
    assert "Level" not in alarm
    assert "another history of this log" in alarm


@pytest.mark.parametrize(
    "event", ["0", "99", "9" * 20, "program:x#0", "program:x#" + "9" * 20, "nothing"]
)
def test_a_receipt_of_no_event_is_refused_in_a_sentence(
    program: Path, run: Run, vkey: str, event: str
) -> None:
    run("checkpoint", program)

    said = run("prove", program, event)

    assert (said.code, said.out) == (2, "")
    assert "no event" in said.err
    assert "fault of mentorcore" not in said.err


def test_a_receipt_is_written_and_checked_offline(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    receipt = tmp_path / "opened.receipt"
    written = run("prove", program, 2, "--out", receipt)
    shown = run("prove", program, 2)
    (program / "program.db").rename(tmp_path / "away.db")

    checked = run("verify-proof", receipt, "--vkey", vkey)
    data = run("verify-proof", receipt, "--vkey", vkey, "--json").data

    assert (written.code, shown.code, checked.code) == (0, 0, 0)
    assert shown.out == receipt.read_text()
    assert "Verified" in checked.out
    assert (data["verified"], data["position"], data["checkpoint"]["size"]) == (True, 2, 4)


def test_a_receipt_is_found_by_stream_and_version_too(program: Path, run: Run, vkey: str) -> None:
    first = run("log", program, "--json").data[0]

    said = run("prove", program, f"{first['stream']}#{first['version']}", "--json")

    assert said.data["position"] == 1


def test_a_changed_receipt_is_an_answer_of_no(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    receipt, other = tmp_path / "a.receipt", tmp_path / "b.receipt"
    run("prove", program, 2, "--out", receipt)
    run("prove", program, 3, "--out", other)
    mixed = tmp_path / "mixed.receipt"
    mine, theirs = receipt.read_text().split("\n"), other.read_text().split("\n")
    mixed.write_text("\n".join([*mine[:3], *theirs[3:]]))

    assert run("verify-proof", mixed, "--vkey", vkey).code == 1
    state = tmp_path / "state"
    state.write_bytes(b"{}")
    assert run("verify-proof", receipt, "--vkey", vkey, "--state", state).code == 1


def test_what_is_no_receipt_or_no_key_is_wrong_usage(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    receipt, none = tmp_path / "a.receipt", tmp_path / "none"
    run("prove", program, 2, "--out", receipt)
    none.write_text("nothing")

    for words in (
        (none, "--vkey", vkey),
        (tmp_path / "missing", "--vkey", vkey),
        (receipt, "--vkey", "x"),
        (receipt,),
        (receipt, "--vkey", vkey, "--quorum", 1),
    ):
        assert run("verify-proof", *words).code == 2
    assert run("prove", program, 2, "--out", receipt).code == 2, "no file is written over"
    assert run("prove", program).code == 2
    assert run("prove", program, 2, "--from", none).code == 2
    assert run("prove", program, 99).code == 2


def test_two_held_checkpoints_are_compared(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    notes = []
    for name in ("january", "june"):
        note = tmp_path / f"{name}.txt"
        note.write_text(run("checkpoint", program, "--json").data["note"])
        notes.append(note)
        register(run, program, name)

    said = run("prove", program, "--from", notes[0], "--to", notes[1])

    assert said.code == 0
    proof = tmp_path / "june.proof"
    proof.write_text(said.out)
    held = run("verify-proof", proof, "--from", notes[0], "--vkey", vkey)
    assert (held.code, "The checkpoint of 5 events continues that of 4" in held.out) == (0, True)
    assert run("verify-proof", proof, "--from", notes[1], "--vkey", vkey).code == 1
    alone = run("verify-proof", proof, "--vkey", vkey)
    assert (alone.code, "name yours with --from" in alone.err) == (2, True)
    changed = tmp_path / "changed.proof"
    lines = said.out.split("\n")
    changed.write_text("\n".join([lines[0], "A" * 43 + "=", *lines[2:]]))
    assert run("verify-proof", changed, "--from", notes[0], "--vkey", vkey).code == 1
    data = run("prove", program, "--from", notes[0], "--to", notes[1], "--json").data
    assert (data["earlier"]["size"], data["later"]["size"]) == (4, 5)
    turned = run("prove", program, "--from", notes[1], "--to", notes[0])
    assert (turned.code, "the other way round" in turned.err) == (2, True)
    for half in (("--from", notes[0]), ("--to", notes[0]), (2, "--from", notes[0])):
        assert run("prove", program, *half).code == 2
    forged = tmp_path / "forged.txt"
    forged.write_text(notes[0].read_text().replace("\n4\n", "\n3\n"))
    assert run("prove", program, "--from", forged, "--to", notes[1]).code == 1


def test_an_event_is_proven_under_a_checkpoint_that_somebody_has_held_for_long(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    january, receipt = tmp_path / "january.txt", tmp_path / "a.receipt"
    run("checkpoint", program, "--out", january)
    register(run, program)
    run("checkpoint", program)

    said = run("prove", program, 4, "--to", january, "--out", receipt)
    later = run("prove", program, 5, "--to", january)
    (program / "program.signing-key").rename(tmp_path / "away")
    keyless = run("prove", program, 4, "--to", january)

    assert said.code == keyless.code == 0, said.err + keyless.err
    assert receipt.read_bytes().endswith(b"\n\n" + january.read_bytes())
    assert keyless.out.encode() == receipt.read_bytes()
    assert run("verify-proof", receipt, "--vkey", vkey).code == 0
    assert (later.code, later.out) == (1, "")
    assert "recorded after the checkpoint was made" in " ".join(later.err.split())


def test_a_held_checkpoint_can_be_asked_about(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    note = tmp_path / "held.txt"
    note.write_text(run("checkpoint", program, "--json").data["note"])

    said = run("status", program, "--as-known", note)

    assert said.code == 0
    assert "as known at position 4" in said.out


def test_a_lost_memory_is_begun_again_from_a_held_checkpoint(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    note = tmp_path / "held.txt"
    note.write_text(run("checkpoint", program, "--json").data["note"])
    (program / "program.signing-key.checkpoints").unlink()
    register(run, program)

    refused = run("checkpoint", program)
    adopted = run("checkpoint", program, "--adopt", note)

    assert (refused.code, "--adopt" in refused.err) == (1, True)
    assert (adopted.code, "4 events" in adopted.out) == (0, True)
    assert run("checkpoint", program, "--json").data["size"] == 5
    assert "5 events again" in run("checkpoint", program, "--rebuild").out


# What a shell starts in the background does not hear the key that interrupts.
INTERRUPTIBLE = """
import signal, sys
from mentorcore.cli.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""


@pytest.mark.processes
def test_a_witness_on_another_machine_cosigns(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    """The witness is a process of its own; everything goes over a real connection."""
    seen = tmp_path / "witness.db"
    key = run("witness", seen, "--init-key", "witness.example.org/w1", "--json").data["vkey"]
    words = ["witness", str(seen), "--watch", vkey, "--listen", "127.0.0.1:0", "--json"]
    with started(sys.executable, "-u", "-c", INTERRUPTIBLE, *words) as server:
        said = "".join(iter(server.line, "}")) + "}"
        url = json.loads(said)["url"]
        done = run("checkpoint", program, "--witness", url, key)
        receipt = tmp_path / "a.receipt"
        run("prove", program, 2, "--out", receipt)
        checked = run("verify-proof", receipt, "--vkey", vkey, "--witness", key, "--quorum", 1)
        server.process.send_signal(signal.SIGINT)
        server.process.wait(PATIENCE)

    assert done.code == 0, done.err
    assert "Taken by witness witness.example.org/w1." in done.err
    assert "Level 3" in done.err
    assert checked.code == 0
    assert "witness.example.org/w1 saw this checkpoint at" in checked.out
    evidence = run("witness", seen, "--evidence")
    assert (evidence.code, "continued what was seen" in evidence.out) == (0, True)
    away = run("checkpoint", program, "--witness", url, key)
    assert away.code == 0, "the witness has this checkpoint already"
    register(run, program)
    away = run("checkpoint", program, "--witness", url, key)
    assert (away.code, "did not take it" in away.err) == (2, True)


def test_two_histories_are_shown_by_the_witness_and_to_the_log(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    seen = tmp_path / "witness.db"
    key = run("witness", seen, "--init-key", "witness.example.org/w1", "--json").data["vkey"]
    log = mentorcore.VerifierKey.read(vkey)
    signer = mentorcore.read_signing_key(program / "program.signing-key")
    cosigner = mentorcore.read_signing_key(f"{seen}.signing-key")
    mine = run("checkpoint", program, "--json").data
    forked = mentorcore.Checkpoint(log.name, mine["size"], bytes(32))
    other = sign_checkpoint(forked, signer).note
    witness = mentorcore.Witness(seen, cosigner, [log], lambda: datetime.now(UTC))
    assert witness.submit(f"old 0\n\n{other}".encode()).status == 200

    with served(witness) as url:
        done = run("checkpoint", program, "--witness", url, key)
        data = run("checkpoint", program, "--witness", url, key, "--json").data
    witness.close()
    kept = run("checkpoint", program, "--alarms")
    later = run("checkpoint", program)
    exported = run("export", program, tmp_path / "june.zip", "--for", "auditor")
    health = run("doctor", program)
    evidence = run("witness", seen, "--evidence")
    told = run("witness", seen, "--evidence", "--json", "--out", tmp_path / "evidence").data
    again = run("witness", seen, "--evidence", "--out", tmp_path / "evidence")
    halves = sorted((tmp_path / "evidence").iterdir())
    held = [word for half in halves for word in ("--checkpoint", half)]
    compared = run("verify", program / "program.db", "--vkey", vkey, *held, "--json")

    assert done.code == evidence.code == kept.code == 1
    for ended, text in ((later, later.err), (exported, exported.out)):
        assert (ended.code, "1 alarm of places outside is kept" in text) == (0, True)
        assert "No level holds" in " ".join(text.split())
        assert "Level" not in text
    assert "was held by witness witness.example.org/w1" in " ".join(health.out.split())
    for note in (mine["note"], other):
        assert all(line in kept.out for line in note.splitlines())
    for note in (mine["note"], other):
        assert all(line in evidence.out for line in note.splitlines())
    assert [half.name for half in halves] == ["001-other.txt", "001-refused.txt"]
    assert (compared.code, compared.data["verdict"]) == (1, "fork")
    assert (again.code, "already" in again.err) == (2, True)
    assert "ALARM" in done.err
    assert "TWO HISTORIES" in evidence.out
    assert other.splitlines()[2] in done.err
    (alarm,) = data["publications"]
    assert (alarm["alarm"], alarm["note"]) == (True, mine["note"])
    assert alarm["other"].startswith(other)
    assert [(e["proven"], e["note"], e["other"]) for e in told] == [(True, mine["note"], other)]


def test_a_witness_that_knows_the_log_otherwise_is_heard_when_the_key_is_replaced(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    seen = tmp_path / "witness.db"
    key = run("witness", seen, "--init-key", "witness.example.org/w1", "--json").data["vkey"]
    signer = mentorcore.read_signing_key(program / "program.signing-key")
    log = signer.key
    cosigner = mentorcore.read_signing_key(f"{seen}.signing-key")
    other = sign_checkpoint(mentorcore.Checkpoint(log.name, 99, bytes(32)), signer).note
    witness = mentorcore.Witness(seen, cosigner, [log], lambda: datetime.now(UTC))
    assert witness.submit(f"old 0\n\n{other}".encode()).status == 200

    with served(witness) as url:
        done = run("checkpoint", program, "--rotate-key", "--witness", url, key)
        unknown = run("checkpoint", program, "--rotate-key", "--witness", url, key)
    witness.close()

    assert (done.code, "ALARM" in done.err, "No level holds" in done.err) == (1, True, True)
    assert "new verifier key" in " ".join(done.err.split())
    assert (unknown.code, "did not take it" in unknown.err) == (2, True)


@pytest.mark.parametrize("name", ["nothing", "nothing.db", "nothing.zip", "some/where.db"])
def test_stamps_of_what_is_not_there_are_asked_in_vain(run: Run, tmp_path: Path, name: str) -> None:
    said = run("stamps", tmp_path / name)

    assert said.code == 2
    assert "fault of mentorcore" not in said.err


@contextmanager
def served(witness: mentorcore.Witness) -> Iterator[str]:
    """A witness on a port of this machine."""
    server = mentorcore.WitnessServer(witness)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("place", ["nowhere", "127.0.0.1:99999", "no.such.host.invalid:0"])
def test_a_witness_says_where_nothing_can_listen(
    run: Run, vkey: str, tmp_path: Path, place: str
) -> None:
    run("witness", tmp_path / "w.db", "--init-key", "w.example/1")

    said = run("witness", tmp_path / "w.db", "--watch", vkey, "--listen", place)

    assert (said.code, place in said.err) == (2, True)
    assert "fault of mentorcore" not in said.err


def test_a_witness_needs_a_key_and_a_log(run: Run, tmp_path: Path) -> None:
    assert run("witness", tmp_path / "w.db").code == 2
    own = run("witness", tmp_path / "w.db", "--init-key", "w.example/1", "--json").data["vkey"]

    other = run("witness", tmp_path / "w.db", "--watch", own)

    assert (other.code, "the key of a witness" in other.err) == (2, True)
    assert run("witness", tmp_path / "w.db", "--watch", "x").code == 2


def test_a_log_in_a_database_needs_its_signing_key_named(run: Run) -> None:
    said = run("checkpoint", "postgresql://nobody@localhost/none")

    assert (said.code, "--signing-key" in said.err) == (2, True)


def test_the_signing_key_is_replaced(program: Path, run: Run, vkey: str, tmp_path: Path) -> None:
    run("checkpoint", program)

    done = run("checkpoint", program, "--rotate-key", "--json")
    after = run("checkpoint", program, "--json")

    assert done.code == 0, done.err
    old, new = (mentorcore.VerifierKey.read(k) for k in (vkey, done.data["vkey"]))
    assert old != new
    for key in (old, new):
        assert mentorcore.read_checkpoint(done.data["note"], [key]).size == 5
    assert after.data["size"] == 5
    register(run, program)
    note = run("checkpoint", program, "--json").data["note"]
    assert mentorcore.read_checkpoint(note, [new]).size == 6
    assert "destroy it" in run("checkpoint", program, "--rotate-key").err


def test_people_s_keys_are_not_needed_for_proofs(
    program: Path, run: Run, vkey: str, tmp_path: Path
) -> None:
    register(run, program)
    for name in ("program.keys", "program.kek"):
        (program / name).rename(tmp_path / name)

    made = run("checkpoint", program, "--json")
    receipt = run("prove", program, 4, "--json")

    assert (made.code, made.data["size"]) == (0, 5)
    assert receipt.data["position"] == 4
