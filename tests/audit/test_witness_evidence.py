"""Every proof that a log signed two histories is kept with both checkpoints, whatever is answered.

A log here is a list of leaves that its key signs at any size; a fork shares the first of them.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import attrs
import pytest
from audit.vectors import KEY, ORIGIN, SIGNER, WITNESS, WITNESS_KEY

import mentorcore
from mentorcore.audit.merkle.proofs import consistency_proof, range_root
from mentorcore.audit.merkle.tree import root
from mentorcore.audit.notes.checkpoint import (
    Checkpoint,
    ImpossibleCheckpoint,
    SignatureLine,
    parse_note,
    read_checkpoint,
    sign_checkpoint,
)
from mentorcore.audit.notes.continuation import continuation
from mentorcore.audit.notes.verifier_keys import secret_signer
from mentorcore.audit.witness.client import WitnessSink
from mentorcore.audit.witness.server import WitnessServer
from mentorcore.audit.witness.witness import RefusedCheckpoint, Reply, Witness
from mentorcore.errors import HeadDiffers, LogError, RollbackRefused

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class History:
    """The leaves of a log; one that is *forked* has other ones from some index on."""

    def __init__(self, forked: int | None = None) -> None:
        self._leaves = [
            hashlib.sha256(
                b"%d" % n + (b"'" if forked is not None and n >= forked else b"")
            ).digest()
            for n in range(40)
        ]

    def at(self, size: int) -> Checkpoint:
        """The signed checkpoint of the first leaves."""
        return sign_checkpoint(Checkpoint(ORIGIN, size, root(self._leaves[:size])), SIGNER)

    def subtree(self, height: int, n: int) -> bytes:
        return root(self._leaves[n << height : (n + 1) << height])

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        """That what it signed at *size* continues what it had at *old*."""
        return consistency_proof(old, size, self.subtree) if 0 < old <= size else ()

    def request(self, old: int, size: int) -> bytes:
        return continuation(old, self.proof(old, size), self.at(size).note).encode()


TRUE = History()


@pytest.fixture
def witness() -> Iterator[Witness]:
    made = Witness(":memory:", WITNESS, [KEY], lambda: NOON)
    yield made
    made.close()


def shown(witness: Witness, *sizes: int) -> None:
    """Show it the true history at some sizes, as an honest log does."""
    for old, size in itertools.pairwise((0, *sizes)):
        assert witness.submit(TRUE.request(old, size)).status == 200


def convicting(witness: Witness) -> list[RefusedCheckpoint]:
    return [one for one in witness.evidence() if one.proven]


@pytest.mark.parametrize("old", [0, 3, 4, 5, 9])
@pytest.mark.parametrize("seen", [(5,), (3, 5), (3, 5, 20)])
@pytest.mark.parametrize("forked", [0, 4])
def test_another_root_of_a_size_that_was_cosigned_is_kept_with_both(
    witness: Witness, seen: Sequence[int], old: int, forked: int
) -> None:
    shown(witness, *seen)
    other = History(forked)

    status = witness.submit(other.request(min(old, 5), 5) if old <= 5 else TRUE.request(0, 5)
                            .replace(TRUE.at(5).note.encode(), other.at(5).note.encode())
                            .replace(b"old 0", b"old %d" % old)).status  # fmt: skip

    (kept,) = convicting(witness)
    assert (kept.note, kept.other, kept.held) == (other.at(5).note, TRUE.at(5).note, seen[-1])
    expected = 400 if old > 5 else 422 if old == seen[-1] else 409
    assert status == expected
    newest = witness.seen(ORIGIN)
    assert newest == TRUE.at(seen[-1])


def test_another_root_of_a_size_that_was_signed_and_not_cosigned_is_kept_with_both(
    witness: Witness,
) -> None:
    shown(witness, 5)
    other = History(6)

    statuses = [witness.submit(h.request(3, 9)).status for h in (other, TRUE)]

    assert statuses == [409, 409]
    (kept,) = convicting(witness)
    assert (kept.note, kept.other) == (TRUE.at(9).note, other.at(9).note)


@pytest.mark.parametrize(("old", "size"), [(3, 7), (5, 6), (5, 8), (6, 7), (7, 20), (11, 12)])
@pytest.mark.parametrize("forked", [0, 1, 2])
def test_a_proof_from_another_beginning_convicts_the_log_by_itself(
    witness: Witness, old: int, size: int, forked: int
) -> None:
    """A rewritten log shows, by the very proof that it gives, what its history was before."""
    shown(witness, old)
    other = History(forked)

    assert witness.submit(other.request(old, size)).status == 422

    (kept,) = convicting(witness)
    assert (kept.note, kept.other) == (other.at(size).note, TRUE.at(old).note)
    assert kept.proof.encode() == other.request(old, size)
    with pytest.raises(mentorcore.ProofInvalid):
        mentorcore.verify_continued(kept.proof, kept.other, [KEY])


@pytest.mark.parametrize("old", [3, 7])
def test_such_a_proof_convicts_also_where_the_witness_has_seen_more(
    witness: Witness, old: int
) -> None:
    shown(witness, old, 20)

    assert witness.submit(History(1).request(old, 15)).status == 409

    (kept,) = convicting(witness)
    assert (kept.note, kept.other) == (History(1).at(15).note, TRUE.at(old).note)


@pytest.mark.parametrize("old", [1, 2, 4, 8, 16])
def test_from_a_full_subtree_the_proof_shows_nothing_and_it_is_kept_unproven(
    witness: Witness, old: int
) -> None:
    shown(witness, old)

    assert witness.submit(History(0).request(old, 20)).status == 422

    (kept,) = witness.evidence()
    assert (kept.proven, kept.note, kept.other) == (False, History(0).at(20).note, "")


def test_what_lacks_its_proof_is_kept_and_convicts_nobody(witness: Witness) -> None:
    shown(witness, 5)
    plain = f"old 5\n\n{TRUE.at(9).note}".encode()

    assert witness.submit(plain).status == 422
    assert witness.submit(TRUE.request(5, 9)).status == 200

    (kept,) = witness.evidence()
    assert (kept.proven, kept.note) == (False, TRUE.at(9).note)


def test_what_was_unproven_is_proven_when_more_is_known(witness: Witness) -> None:
    shown(witness, 5)
    other = History(1)
    witness.submit(f"old 5\n\n{other.at(9).note}".encode())

    witness.submit(other.request(5, 9))

    (kept,) = witness.evidence()
    assert (kept.proven, kept.other) == (True, TRUE.at(5).note)


def test_a_checkpoint_that_was_cosigned_before_is_no_evidence(witness: Witness) -> None:
    """Two processes of one log do not always arrive in the order in which they signed."""
    shown(witness, 3, 5, 9)

    replies = [witness.submit(TRUE.request(0, size)) for size in (3, 5, 9)]

    assert [(r.status, r.body) for r in replies] == [(409, "9\n")] * 3
    assert witness.evidence() == ()


@pytest.mark.parametrize("forked", [5, 9])
def test_the_honest_half_of_a_fork_is_no_second_piece_of_evidence(
    witness: Witness, forked: int
) -> None:
    """However often it comes again, and however it grows."""
    shown(witness, 3, 5)
    witness.submit(History(1).request(3, forked))
    first = [one.note for one in witness.evidence()]

    statuses = [
        witness.submit(TRUE.request(*step)).status
        for step in ((3, 5), (0, 5), (5, 9), (9, 9), (9, 11), (5, 9), (11, 20))
    ]

    assert statuses == [409, 409, 200, 200, 200, 409, 200]
    added = {5: [], 9: [TRUE.at(9).note]}[forked]
    assert [one.note for one in witness.evidence()] == [*first, *added]
    assert len(convicting(witness)) == len(first) + len(added)


def test_a_third_history_is_kept_beside_the_second(witness: Witness) -> None:
    shown(witness, 5)

    for forked in (1, 2):
        witness.submit(History(forked).request(0, 5))

    assert [(k.note, k.other) for k in convicting(witness)] == [
        (History(forked).at(5).note, TRUE.at(5).note) for forked in (1, 2)
    ]


def test_lines_of_strangers_make_no_second_piece_of_evidence(witness: Witness) -> None:
    shown(witness, 5)
    note = History(1).at(5).note
    for n in range(9):
        stranger = SignatureLine(f"stranger.example/{n}", bytes(68)).text
        witness.submit(f"old 0\n\n{note}{stranger}\n".encode())

    (kept,) = witness.evidence()
    assert kept.note == note


IMPOSSIBLE = sign_checkpoint(ImpossibleCheckpoint(ORIGIN, 0, bytes(32)), SIGNER)


@pytest.mark.parametrize(("seen", "old", "status"), [((), 0, 422), ((5,), 0, 409), ((5,), 5, 400)])
def test_a_root_that_no_empty_log_has_is_kept_by_itself(
    witness: Witness, seen: Sequence[int], old: int, status: int
) -> None:
    shown(witness, *seen)

    reply = witness.submit(f"old {old}\n\n{IMPOSSIBLE.note}".encode())

    assert reply.status == status
    (kept,) = witness.evidence()
    assert (kept.proven, kept.note, kept.other) == (True, IMPOSSIBLE.note, "")


def test_an_impossible_note_that_is_not_signed_is_no_evidence(witness: Witness) -> None:
    forged = sign_checkpoint(IMPOSSIBLE, secret_signer(ORIGIN, bytes(32)))
    unknown = ImpossibleCheckpoint("another.example/log", 0, bytes(32))
    other = sign_checkpoint(unknown, secret_signer("another.example/log", bytes(32)))

    statuses = [witness.submit(f"old 0\n\n{c.note}".encode()).status for c in (forged, other)]

    assert statuses == [403, 404]
    assert witness.evidence() == ()


@pytest.mark.parametrize(
    ("seen", "body", "status"),
    [
        ((), TRUE.request(0, 5), 200),
        ((), TRUE.request(3, 5), 409),
        ((), TRUE.request(0, 5).replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n"), 422),
        ((5,), TRUE.request(0, 5).replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n"), 409),
        ((5,), TRUE.request(5, 9), 200),
        ((5,), TRUE.request(5, 5), 200),
        ((5,), TRUE.request(0, 9), 409),
        ((5,), TRUE.request(3, 4), 409),
        ((5,), TRUE.request(0, 5).replace(b"old 0", b"old 9"), 400),
        ((5,), TRUE.request(5, 9).replace(b"old 5", b"old 05"), 400),
        ((5,), TRUE.request(5, 9)[:-1], 400),
        ((5,), History(1).request(5, 5), 422),
        ((5,), TRUE.request(5, 9).replace(b"AM8q", b"AM8r"), 403),
        ((5,), TRUE.request(5, 9).replace(ORIGIN.encode(), b"another.example/log"), 404),
        ((5,), TRUE.request(5, 9).replace(b"\n9\n", b"\n10\n"), 403),
    ],
)  # fmt: skip
def test_the_status_codes_are_those_of_the_protocol(
    witness: Witness, seen: Sequence[int], body: bytes, status: int
) -> None:
    shown(witness, *seen)

    assert witness.submit(body).status == status


def test_extension_lines_are_refused_with_a_sentence(witness: Witness) -> None:
    plain = TRUE.at(5)
    text = f"{plain.text}an extension\n"
    line = SignatureLine(ORIGIN, KEY.id + SIGNER.sign(text.encode()))

    reply = witness.submit(f"old 0\n\n{text}\n{line.text}\n".encode())

    assert (reply.status, "extension lines" in reply.body) == (400, True)


def test_the_file_of_an_earlier_build_is_read_on(tmp_path: Path) -> None:
    path = tmp_path / "witness.db"
    first = TRUE.at(5)
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(
            "CREATE TABLE seen (origin TEXT PRIMARY KEY NOT NULL, size INTEGER NOT NULL, "
            "root BLOB NOT NULL, note TEXT NOT NULL) STRICT;"
            "CREATE TABLE refused (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, origin TEXT NOT "
            "NULL, held INTEGER NOT NULL, why TEXT NOT NULL, note TEXT NOT NULL) STRICT;"
        )
        db.execute("INSERT INTO seen VALUES (?,?,?,?)", (ORIGIN, 5, first.root, first.note))
        db.execute("INSERT INTO refused VALUES (1, 7, ?, 5, 'smaller', 'a note')", (ORIGIN,))

    witness = Witness(path, WITNESS, [KEY], lambda: NOON)
    statuses = [witness.submit(b).status for b in (History(1).request(0, 5), TRUE.request(5, 9))]
    kept = witness.evidence()
    witness.close()

    assert statuses == [409, 200]
    assert kept[0] == RefusedCheckpoint(7, ORIGIN, 5, "smaller", "a note")
    assert (kept[1].proven, kept[1].other) == (True, first.note)


# -------------------------------------------------------------------------- over HTTP


@contextmanager
def served(witness: Witness) -> Iterator[WitnessSink]:
    server = WitnessServer(witness)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield WitnessSink(server.url, WITNESS_KEY)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def publish(sink: WitnessSink, history: History, size: int) -> str:
    return sink.publish(history.at(size).note, lambda old: history.proof(old, size))


Answer = Callable[[Reply, bytes], Reply]
"""What another witness answers where ours gives an answer to a request."""


def empty_conflict(reply: Reply, body: bytes) -> Reply:
    """As some do when the size is the right one and the root is not."""
    return Reply(409, "") if reply.status == 422 else reply


def named_conflict(reply: Reply, body: bytes) -> Reply:
    return Reply(409, "5\n", "text/x.tlog.size") if reply.status == 422 else reply


def spoken_conflict(reply: Reply, body: bytes) -> Reply:
    return Reply(409, "root mismatch\n") if reply.status == 422 else reply


def silent(reply: Reply, body: bytes) -> Reply:
    """One that never names a size."""
    return reply if reply.status == 200 else Reply(409, "")


@pytest.mark.parametrize("answer", [empty_conflict, named_conflict, spoken_conflict])
@pytest.mark.parametrize("known", [False, True])
def test_a_conflict_at_the_size_that_the_witness_named_is_a_fork(
    witness: Witness, monkeypatch: pytest.MonkeyPatch, answer: Answer, known: bool
) -> None:
    plain = Witness.submit
    monkeypatch.setattr(Witness, "submit", lambda self, body: answer(plain(self, body), body))
    with served(witness) as sink:
        if known:
            publish(sink, TRUE, 5)
        else:
            witness.submit(TRUE.request(0, 5))

        with pytest.raises(HeadDiffers, match="another history") as told:
            publish(sink, History(1), 5)

    assert parse_note(told.value.other)[0].root == TRUE.at(5).root


def test_a_witness_that_names_no_size_and_refuses_what_it_cosigned_holds_another_history(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Witness.submit
    monkeypatch.setattr(Witness, "submit", lambda self, body: silent(plain(self, body), body))
    with served(witness) as sink:
        publish(sink, TRUE, 5)

        with pytest.raises(HeadDiffers, match="another history"):
            publish(sink, History(1), 5)


def test_a_witness_that_names_no_size_at_all_is_no_alarm(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Witness, "submit", lambda _self, _body: Reply(409, ""))
    with served(witness) as sink, pytest.raises(LogError, match="without the size") as told:
        publish(sink, TRUE, 5)

    assert not isinstance(told.value, HeadDiffers | RollbackRefused)


@pytest.mark.parametrize("answer", [empty_conflict, lambda reply, _body: reply])
def test_what_another_process_published_meanwhile_is_no_fork(
    witness: Witness, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    plain = Witness.submit
    monkeypatch.setattr(Witness, "submit", lambda self, body: answer(plain(self, body), body))
    with served(witness) as sink:
        publish(sink, TRUE, 5)
        witness.submit(TRUE.request(5, 9))

        assert publish(sink, TRUE, 12)
        with pytest.raises(RollbackRefused, match="has seen 12 events"):
            publish(sink, TRUE, 11)


class Contrary:
    """A place that holds another history, and at first does not show it."""

    name, outside = "a place that holds another history", True

    def __init__(self) -> None:
        self.shows = ["", "its checkpoint\n", "another one\n"]

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:
        raise HeadDiffers("it has seen another history", other=self.shows.pop(0))


def test_an_alarm_in_the_background_is_kept_with_both_checkpoints(tmp_path: Path) -> None:
    key = tmp_path / "signing-key"
    mentorcore.create_signing_key(key, ORIGIN)
    place = Contrary()
    us = mentorcore.Actor("host", "tests", "system")
    sign = attrs.evolve(mentorcore.sign_with(key, sinks=[place]), seconds=0.05)
    with mentorcore.open(tmp_path / "program.db", sign=sign) as engine:
        engine.handle(mentorcore.RegisterPerson(name="Ada"), actor=us)
        deadline = time.monotonic() + 30
        while not engine.alarms() and time.monotonic() < deadline:
            time.sleep(0.05)
        in_background = engine.alarms()
        engine.checkpoint()
        engine.checkpoint()
        engine.export(tmp_path / "moved", move=True, actor=us)
    mentorcore.load(tmp_path / "moved", tmp_path / "next.db", original_retired=True)

    with mentorcore.open(tmp_path / "next.db", keys=tmp_path / "program.keys") as engine:
        (kept,) = engine.alarms()
        exposed = engine.exposure()

    (first,) = in_background
    assert (first.sink, first.other) == (place.name, "")
    assert (kept.problem, kept.other) == ("it has seen another history", "its checkpoint\n")
    assert parse_note(kept.note)[0].size == kept.size == 1
    assert exposed.level == 1, "it holds no checkpoint of this history"


def test_the_newest_checkpoint_is_shown_to_whoever_asks(witness: Witness) -> None:
    shown(witness, 5, 9)
    digest = hashlib.sha256(ORIGIN.encode()).hexdigest()
    with served(witness) as sink:
        with urlopen(f"{sink._url}/{digest}/checkpoint", timeout=10) as answer:
            body = answer.read().decode()
        told, none = sink.shown(ORIGIN), sink.shown("another.example/log")

    checkpoint = read_checkpoint(body, [KEY, WITNESS_KEY])
    assert (checkpoint.size, [c.witness for c in checkpoint.cosignatures]) == (
        9,
        [WITNESS_KEY.name],
    )
    assert (told, none) == (body, None)


def test_it_helps_to_have_the_parts_of_a_tree_right() -> None:
    """The histories above are what the proofs are of."""
    for size in (1, 5, 8, 13):
        assert range_root(0, size, TRUE.subtree) == TRUE.at(size).root
