"""However many witnesses answer, and whatever they answer, a checkpoint stays one that is read."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from audit.made_logs import Auditor

import mentorcore
from mentorcore.audit.notes.checkpoint import (
    LONGEST_NOTE,
    MOST_SIGNATURES,
    SignatureLine,
    cosignature_line,
    parse_note,
    read_checkpoint,
    shortened,
    sign_checkpoint,
    with_lines,
)
from mentorcore.audit.notes.verifier_keys import Signer, VerifierKey, secret_signer

US = mentorcore.Actor("host", "tests", "system")
NOW = int(datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp())


class Cosigner:
    """A witness that a host reaches in its own way, without HTTP."""

    outside = True

    def __init__(self, signer: Signer) -> None:
        self.signer, self.key = signer, signer.key
        self.name = f"witness {signer.key.name}"

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:
        return cosignature_line(parse_note(note)[0], self.signer, NOW).text


class Forger:
    """A place that answers with lines in the names of others."""

    name = "a place of strangers"
    outside = True

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:
        return "\n".join(self.lines)


def cosigners(count: int) -> list[Cosigner]:
    return [
        Cosigner(secret_signer(f"witness.example.org/w{n}", bytes([n]) * 32, 4))
        for n in range(1, count + 1)
    ]


class Kept:
    """A log in a file, with its key."""

    def __init__(self, folder: Path) -> None:
        self.path, self.key = folder / "program.db", folder / "program.signing-key"
        self.vkey = str(mentorcore.create_signing_key(self.key, "mentoring.example.edu/log1"))
        self.folder = folder

    def open(self, *sinks: mentorcore.Sink) -> mentorcore.Engine:
        sign = mentorcore.sign_with(self.key, sinks=sinks, background=False)
        return mentorcore.open(self.path, sign=sign)

    def stored(self) -> str:
        """The newest checkpoint as it stands in the file."""
        with closing(sqlite3.connect(self.path)) as db:
            [(note,)] = db.execute("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
        return str(note)

    def store(self, note: str) -> None:
        """Put a checkpoint there past the program."""
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(
                "UPDATE audit_checkpoint SET note = ? WHERE size = ?",
                (note, int(note.split("\n")[1])),
            )

    def verdict(self, path: Path, note: str, witnesses: Sequence[str] = ()) -> str:
        """What both verifiers say of a file or bundle."""
        auditor = Auditor(self.folder)
        auditor.hold(note)
        report = auditor.verify(path, vkey=self.vkey, witness=list(witnesses))
        return str(report["verdict"])


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def register(engine: mentorcore.Engine, name: str = "Ada Byron") -> None:
    engine.handle(mentorcore.RegisterPerson(name=name), actor=US)


@pytest.mark.parametrize("count", [15, 16, 20])
def test_however_many_witnesses_cosign_the_checkpoint_is_read(kept: Kept, count: int) -> None:
    witnesses = cosigners(count)

    with kept.open(*witnesses) as engine:
        register(engine)
        done = engine.checkpoint()

    assert [p.problem for p in done.publications] == [""] * count
    for note in (kept.stored(), done.checkpoint.note):
        assert len(parse_note(note)[1]) == min(count + 1, MOST_SIGNATURES)
    vkeys = [str(w.key) for w in witnesses]
    assert kept.verdict(kept.path, done.checkpoint.note, vkeys) == "verified"


def test_an_answer_that_finds_no_room_is_kept_beside(kept: Kept) -> None:
    with kept.open(*cosigners(20)) as engine:
        register(engine)
        done = engine.checkpoint()

    with closing(sqlite3.connect(kept.path)) as db:
        kept_lines = [detail for (detail,) in db.execute("SELECT detail FROM audit_sink")]
    assert len(kept_lines) == 20
    for line in kept_lines:
        name = line.split(" ")[1]
        key = next(w.key for w in cosigners(20) if w.key.name == name)
        cosigned = read_checkpoint(
            f"{sign_only(done.checkpoint.note)}{line}\n", [kept.vkey, key]
        ).cosignatures
        assert [c.witness for c in cosigned] == [name]


def sign_only(note: str) -> str:
    """The note with its first signature, the log's."""
    head, _, lines = note.partition("\n\n")
    return f"{head}\n\n{lines.splitlines()[0]}\n"


def test_while_a_key_is_replaced_both_sign_and_the_checkpoint_is_read(kept: Kept) -> None:
    witnesses = cosigners(15)
    with kept.open(*witnesses) as engine:
        register(engine)
        new = mentorcore.begin_rotation(kept.key)
        done = engine.rotate_signing_key(new, actor=US)

    lines = parse_note(done.checkpoint.note)[1]
    assert len(lines) == MOST_SIGNATURES
    assert [line.name for line in lines[:2]] == ["mentoring.example.edu/log1"] * 2
    assert kept.verdict(kept.path, done.checkpoint.note) == "verified"


def test_a_witness_that_signs_again_replaces_its_own_line_and_no_other(kept: Kept) -> None:
    witnesses = cosigners(16)
    now = [datetime(2026, 11, 23, 12, 0, tzinfo=UTC)]
    sign = mentorcore.sign_with(kept.key, sinks=witnesses, background=False)
    with mentorcore.open(kept.path, sign=sign, clock=lambda: now[0]) as engine:
        register(engine)
        first = engine.checkpoint().checkpoint.note
        now[0] = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # an idle log is shown again
        again = engine.checkpoint().checkpoint.note

    names = [{line.name for line in parse_note(note)[1]} for note in (first, again)]
    assert names[0] == names[1]
    assert len(parse_note(again)[1]) == MOST_SIGNATURES


@pytest.mark.parametrize("extra", [1, 3, 40])
def test_a_log_that_was_given_too_many_lines_is_read_again(kept: Kept, extra: int) -> None:
    """Builds before this one added each answer."""
    witnesses = cosigners(15 + extra)
    with kept.open() as engine:
        register(engine)
        plain = engine.checkpoint().checkpoint
    lines = "".join(f"{cosignature_line(plain, w.signer, NOW).text}\n" for w in witnesses)
    too_long = plain.note + lines
    kept.store(too_long)

    with kept.open() as engine:
        verdict = engine.verify(
            mentorcore.VerificationPolicy(keys=[kept.vkey], held={"held": plain.note})
        ).verdict
        again = engine.checkpoint().checkpoint
        receipt = engine.receipt(1)
        register(engine, "Lin Wu")
        later = engine.checkpoint().checkpoint
        assert engine.known_at(too_long) == 1
        continued = engine.consistency(too_long, later)
        (kept.key.parent / f"{kept.key.name}.checkpoints").unlink()
        assert engine.adopt(too_long).size == plain.size
        engine.checkpoint()
        engine.rebuild()
        for name in ("bundle", "bundle.zip", "copy.db"):
            engine.export(kept.folder / name, recipient="auditor", actor=US)

    assert verdict == "verified"
    old_receipt = receipt.text.replace(receipt.note, too_long)
    assert mentorcore.verify_receipt(old_receipt, [kept.vkey]).leaf == receipt.leaf
    for held in (too_long, too_long.encode()):
        assert mentorcore.verify_continued(continued.text, held, [kept.vkey]).later == later
    assert (again.size, len(parse_note(again.note)[1])) == (plain.size, MOST_SIGNATURES)
    assert later.size > plain.size
    for name in ("program.db", "bundle", "bundle.zip", "copy.db"):
        assert kept.verdict(kept.folder / name, plain.note) == "verified", name


def test_a_bundle_that_holds_too_many_lines_is_verified(kept: Kept, tmp_path: Path) -> None:
    with kept.open() as engine:
        register(engine)
        engine.export(tmp_path / "bundle", recipient="auditor", actor=US)
    file = tmp_path / "bundle/checkpoints.jsonl"
    told = [json.loads(line) for line in file.read_text().splitlines()]
    for entry in told:
        plain = parse_note(entry[1])[0]
        entry[1] += "".join(
            f"{cosignature_line(plain, w.signer, NOW).text}\n" for w in cosigners(16)
        )
    file.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in told))
    manifest = json.loads((tmp_path / "bundle/manifest.json").read_text())
    data = file.read_bytes()
    manifest["files"][file.name] = [len(data), hashlib.sha256(data).hexdigest()]
    (tmp_path / "bundle/manifest.json").write_text(json.dumps(manifest))

    held = sign_only(told[-1][1])

    assert kept.verdict(tmp_path / "bundle", held, [str(cosigners(1)[0].key)]) == "verified"


def test_a_line_in_the_name_of_the_log_or_of_another_witness_does_not_get_in(kept: Kept) -> None:
    (witness,) = cosigners(1)
    log = VerifierKey.read(kept.vkey)
    false = [
        SignatureLine(log.name, log.id + bytes(64)),
        SignatureLine(witness.key.name, witness.key.id + NOW.to_bytes(8, "big") + bytes(64)),
        SignatureLine(witness.key.name, witness.key.id + bytes(72)),
    ]
    stranger = SignatureLine("stranger.example.org", bytes(68))

    with kept.open(witness, Forger([line.text for line in (*false, stranger)])) as engine:
        register(engine)
        done = engine.checkpoint()

    names = [line.name for line in parse_note(done.checkpoint.note)[1]]
    assert names == [log.name, witness.key.name, stranger.name]
    assert kept.verdict(kept.path, done.checkpoint.note, [str(witness.key)]) == "verified"


def test_lines_that_would_make_the_note_too_long_are_left_out(kept: Kept) -> None:
    long = tuple(SignatureLine(f"long.example.org/{n}", bytes(20_000)).text for n in range(5))

    with kept.open(Forger(long)) as engine:
        register(engine)
        done = engine.checkpoint()

    assert len(done.checkpoint.note.encode()) <= LONGEST_NOTE
    assert len(parse_note(done.checkpoint.note)[1]) == 3
    assert kept.verdict(kept.path, done.checkpoint.note) == "verified"


def test_more_signers_than_a_checkpoint_may_have_are_refused() -> None:
    signers = [secret_signer("mentoring.example.edu/log1", bytes([n]) * 32) for n in range(1, 18)]
    plain = mentorcore.Checkpoint("mentoring.example.edu/log1", 3, bytes(32))

    with pytest.raises(mentorcore.NoteInvalid, match="at most 16 signatures, and 17"):
        sign_checkpoint(plain, *signers)
    assert parse_note(sign_checkpoint(plain, *signers[:16]).note)


def test_what_is_short_enough_is_left_as_it_is() -> None:
    plain = mentorcore.Checkpoint("mentoring.example.edu/log1", 3, bytes(32))
    signer = secret_signer("mentoring.example.edu/log1", bytes(32))
    note = sign_checkpoint(plain, signer).note
    full = with_lines(note, [cosignature_line(plain, w.signer, NOW) for w in cosigners(20)])

    for text in (note, full, "", "no note", "a\n\n", "\n\n"):
        assert shortened(text) == text
    for extra in (1, 2, 9):
        longer = full + "".join(f"— unknown.example/{n} AAAAAAA=\n" for n in range(extra))
        assert shortened(longer) == full
