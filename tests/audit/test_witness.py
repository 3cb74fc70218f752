"""A witness cosigns what continues the history that it saw, and keeps evidence of all else."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from audit.books import Book, put
from audit.vectors import KEY, ORIGIN, SIGNER, WITNESS, WITNESS_KEY

from mentorcore.audit.merkle.tree import EMPTY_ROOT
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    Cosignature,
    read_checkpoint,
    sign_checkpoint,
)
from mentorcore.audit.notes.encoding import base64_of
from mentorcore.audit.notes.verifier_keys import Signer, secret_signer
from mentorcore.audit.sequencing.publication import Publisher, exposure
from mentorcore.audit.witness.client import WitnessSink
from mentorcore.audit.witness.server import WitnessServer
from mentorcore.audit.witness.witness import Reply, Witness
from mentorcore.errors import HeadDiffers, Invalid, LogError, NoteInvalid, RollbackRefused
from mentorcore.log.stores.memory import MemoryStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    store = MemoryStore()
    yield Book(store, tmp_path)
    store.close()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    made = Witness(tmp_path / "witness.db", WITNESS, [KEY], lambda: NOON)
    yield made
    made.close()


@pytest.fixture
def sink(witness: Witness) -> Iterator[WitnessSink]:
    server = WitnessServer(witness)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield WitnessSink(server.url, str(WITNESS_KEY))
    server.shutdown()
    server.server_close()
    thread.join()


def submission(old: int, checkpoint: Checkpoint, *proof: bytes) -> bytes:
    lines = "".join(f"{base64_of(h)}\n" for h in proof)
    return f"old {old}\n{lines}\n{checkpoint.note}".encode()


def grown(book: Book, *steps: int) -> list[Checkpoint]:
    made = []
    for step in steps:
        put(book.store, step)
        made.append(book.sequencer.checkpoint())
    return made


def publish(sink: WitnessSink, book: Book, checkpoint: Checkpoint) -> str:
    return sink.publish(checkpoint.note, lambda size: book.prover.continuation(size, checkpoint))


def test_what_continues_is_cosigned(book: Book, witness: Witness) -> None:
    first, second = grown(book, 3, 4)

    one = witness.submit(submission(0, first))
    two = witness.submit(submission(3, second, *book.prover.consistency(first, second)))

    assert (one.status, two.status) == (200, 200)
    for reply, checkpoint in ((one, first), (two, second)):
        cosigned = read_checkpoint(checkpoint.note + reply.body, [KEY, WITNESS_KEY])
        assert cosigned.cosignatures == (Cosignature(WITNESS_KEY.name, int(NOON.timestamp())),)
    assert witness.seen(ORIGIN) == second
    assert witness.evidence() == ()


def test_the_same_again_is_cosigned_again(book: Book, witness: Witness) -> None:
    (first,) = grown(book, 3)

    assert witness.submit(submission(0, first)).status == 200
    assert witness.submit(submission(3, first)).status == 200


def test_whoever_does_not_know_what_was_seen_is_told(book: Book, witness: Witness) -> None:
    first, second = grown(book, 3, 4)
    witness.submit(submission(0, first))

    reply = witness.submit(submission(0, second))

    assert (reply.status, reply.body, reply.kind) == (409, "3\n", "text/x.tlog.size")
    assert witness.evidence() == ()


def test_another_root_at_the_same_size_is_a_fork(book: Book, witness: Witness) -> None:
    (first,) = grown(book, 3)
    witness.submit(submission(0, first))
    forked = sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), SIGNER)

    reply = witness.submit(submission(3, forked))

    assert reply.status == 422
    (kept,) = witness.evidence()
    assert (kept.origin, kept.held, kept.note) == (ORIGIN, 3, forked.note)
    assert witness.seen(ORIGIN) == first


def test_a_rewritten_history_is_a_fork_however_it_grew(book: Book, witness: Witness) -> None:
    first, second = grown(book, 3, 4)
    witness.submit(submission(0, first))
    proof = book.prover.consistency(first, second)
    rewritten = sign_checkpoint(Checkpoint(ORIGIN, 7, bytes(32)), SIGNER)

    assert witness.submit(submission(3, rewritten, *proof)).status == 422
    assert witness.submit(submission(3, second)).status == 422
    assert witness.submit(submission(3, second, *proof)).status == 200
    assert [e.note for e in witness.evidence()] == [rewritten.note, second.note]


def test_a_smaller_checkpoint_is_kept_as_evidence(book: Book, witness: Witness) -> None:
    first, second = grown(book, 3, 4)
    witness.submit(submission(0, second))

    for _ in range(2):
        assert witness.submit(submission(0, first)).body == "7\n"

    (kept,) = witness.evidence()
    assert (kept.held, kept.note) == (7, first.note)


def test_strangers_are_not_cosigned(witness: Witness) -> None:
    other = secret_signer(ORIGIN, bytes(range(32)))
    unknown = secret_signer("another.example/log", bytes(range(32)))

    for signer, status in ((other, 403), (unknown, 404)):
        note = sign_checkpoint(Checkpoint(signer.key.name, 0, EMPTY_ROOT), signer)
        assert witness.submit(submission(0, note)).status == status
    assert witness.evidence() == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda body: b"",
        lambda body: body.replace(b"old 0", b"old 00"),
        lambda body: body.replace(b"old 0", b"new 0"),
        lambda body: body.replace(b"old 0", b"old -1"),
        lambda body: body.replace(b"old 0\n", b"old 0\nAAAA=\n"),
        lambda body: body.replace(b"old 0\n", b"old 0\n" + b"AAAA\n" * 64),
        lambda body: body + b"\xff",
        lambda body: body[:-1],
        lambda body: body.replace(b"old 0", b"old 9"),
        lambda body: b"x" * 200_000,
    ],
)
def test_malformed_requests_are_refused(book: Book, witness: Witness, change: object) -> None:
    (first,) = grown(book, 3)

    reply = witness.submit(change(submission(0, first)))  # type: ignore[operator]

    assert reply.status == 400
    assert witness.seen(ORIGIN) is None


def test_what_was_seen_outlives_the_process(book: Book, witness: Witness, tmp_path: Path) -> None:
    (first,) = grown(book, 3)
    witness.submit(submission(0, first))

    again = Witness(tmp_path / "witness.db", WITNESS, [KEY], lambda: NOON)

    assert again.seen(ORIGIN) == first
    assert again.submit(submission(0, first)).status == 409
    again.close()


def test_of_two_that_continue_the_same_one_wins(book: Book, witness: Witness) -> None:
    first, second, third = grown(book, 3, 4, 5)
    witness.submit(submission(0, first))
    bodies = [
        submission(3, c, *book.prover.consistency(first, c)) for c in (second, third) for _ in "ab"
    ]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda b=b: statuses.append(witness.submit(b).status))
        for b in bodies
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 409, 409, 409]


def test_a_log_key_cannot_cosign(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot cosign"):
        Witness(tmp_path / "witness.db", SIGNER, [KEY], lambda: NOON)
    with pytest.raises(Invalid, match="no witness"):
        WitnessSink("https://witness.example.org", str(KEY))
    for url in ("witness.example.org", "file:///etc/passwd", "https://"):
        with pytest.raises(Invalid, match="cannot be reached"):
            WitnessSink(url, WITNESS_KEY)


def test_checkpoints_are_cosigned_over_http(book: Book, sink: WitnessSink) -> None:
    for checkpoint in grown(book, 3, 4, 300):
        line = publish(sink, book, checkpoint)
        cosigned = read_checkpoint(f"{checkpoint.note}{line}\n", [KEY, WITNESS_KEY])

        assert len(cosigned.cosignatures) == 1


def test_a_sink_that_knows_nothing_asks_the_witness_what_it_saw(
    book: Book, sink: WitnessSink, witness: Witness
) -> None:
    first, second = grown(book, 3, 4)
    witness.submit(submission(0, first))

    assert publish(sink, book, second)
    assert witness.seen(ORIGIN) == second


def test_a_rollback_is_refused_when_the_witness_saw_more(
    book: Book, sink: WitnessSink, witness: Witness
) -> None:
    first, second = grown(book, 3, 4)
    witness.submit(submission(0, second))

    with pytest.raises(RollbackRefused, match="has seen 7 events"):
        publish(sink, book, first)


def test_a_fork_is_an_alarm(book: Book, sink: WitnessSink, witness: Witness) -> None:
    (first,) = grown(book, 3)
    witness.submit(submission(0, first))
    forked = sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), SIGNER)

    with pytest.raises(HeadDiffers, match="another history"):
        sink.publish(forked.note, lambda _size: [])
    assert len(witness.evidence()) == 1


def test_a_witness_that_names_its_own_size_again_has_another_history_too(
    book: Book, sink: WitnessSink, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other witnesses answer so when only the roots differ."""
    (first,) = grown(book, 3)
    witness.submit(submission(0, first))
    plain = Witness.submit

    def submit(self: Witness, body: bytes) -> Reply:
        reply = plain(self, body)
        return Reply(409, "3\n", "text/x.tlog.size") if reply.status == 422 else reply

    monkeypatch.setattr(Witness, "submit", submit)
    forked = sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), SIGNER)

    with pytest.raises(HeadDiffers, match="another history"):
        sink.publish(forked.note, lambda _size: [])


def test_a_witness_that_does_not_watch_this_log_says_so(sink: WitnessSink) -> None:
    other = secret_signer("another.example/log", bytes(range(32)))
    note = sign_checkpoint(Checkpoint(other.key.name, 0, EMPTY_ROOT), other).note

    with pytest.raises(LogError, match="404: this witness does not watch"):
        sink.publish(note, lambda _size: [])


def test_a_signature_of_somebody_else_is_no_cosignature(book: Book, sink: WitnessSink) -> None:
    (first,) = grown(book, 3)
    expected = secret_signer("witness.example.org/w2", bytes(range(32)), 4).key
    elsewhere = WitnessSink(sink._url.removesuffix("/add-checkpoint"), expected)

    with pytest.raises(NoteInvalid, match="without its signature"):
        publish(elsewhere, book, first)


def test_a_false_cosignature_in_the_name_of_the_witness_is_not_kept(
    book: Book, sink: WitnessSink, witness: Witness
) -> None:
    (first,) = grown(book, 3)
    impostor = secret_signer(WITNESS_KEY.name, bytes(range(32)), 4)
    witness.signer = Signer(WITNESS_KEY, impostor.sign, trusted=True)

    with pytest.raises(NoteInvalid, match="does not hold"):
        publish(sink, book, first)


def test_nobody_at_home_is_said(book: Book) -> None:
    (first,) = grown(book, 1)
    sink = WitnessSink("http://127.0.0.1:9", WITNESS_KEY, timeout=1)

    with pytest.raises(LogError, match="cannot be reached"):
        publish(sink, book, first)


def test_nothing_but_submissions_is_understood(sink: WitnessSink) -> None:
    host = sink._url.split("/")[2]
    for method, path, body, status in (
        ("POST", "/elsewhere", "", 404),
        ("GET", "/add-checkpoint", None, 405),
        ("GET", "/elsewhere", None, 404),
        ("PUT", "/add-checkpoint", "", 501),
        ("POST", "/add-checkpoint", "x" * 140_000, 413),
    ):
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            connection.request(method, path, body)
            with connection.getresponse() as answer:
                assert answer.status == status
        finally:
            connection.close()


def test_what_a_witness_signed_is_added_to_the_checkpoint_and_counts(
    book: Book, sink: WitnessSink
) -> None:
    signing = attrs.evolve(book.signing, sinks=(sink,))
    publisher = Publisher(book.store.ledger, signing, book.prover, lambda: NOON)
    grown(book, 3)

    (done,) = publisher.publish()
    newest = book.prover.newest()
    put(book.store, 2)

    assert (done.problem, done.alarm) == ("", False)
    assert newest is not None
    assert read_checkpoint(newest.note, [KEY, WITNESS_KEY]).cosignatures
    found = exposure(book.store.ledger, NOON)
    assert (found.level, found.events, found.size) == (3, 2, 3)
    assert book.prover.receipt(2).note == newest.note
    assert publisher.publish() == ()
    book.sequencer.checkpoint()
    assert publisher.publish()[0].size == 5


def test_a_publisher_turns_a_fork_into_an_alarm(
    book: Book, sink: WitnessSink, witness: Witness
) -> None:
    witness.submit(submission(0, sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), SIGNER)))
    signing = attrs.evolve(book.signing, sinks=(sink,))
    publisher = Publisher(book.store.ledger, signing, book.prover, lambda: NOON)
    grown(book, 3)

    (done,) = publisher.publish()

    assert done.alarm
    assert "another history" in done.problem
    assert exposure(book.store.ledger, NOON).level == 1
    assert publisher.publish() == (), "it is not tried again at once"
    assert len(publisher.publish(impatient=True)) == 1
