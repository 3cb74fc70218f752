"""Whoever holds a receipt needs nothing else, and no false proof is ever handed out."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from audit.books import Book, put
from audit.vectors import KEY, SIGNER
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.audit.merkle.proofs import check_consistency
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from mentorcore.audit.sequencing.receipt import verify_receipt
from mentorcore.errors import HeadDiffers, Refused, RollbackRefused
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.memory import MemoryStore


@pytest.fixture
def book(store: Store, tmp_path: Path) -> Book:
    return Book(store, tmp_path)


def test_every_event_has_a_receipt_that_proves_it_offline(book: Book) -> None:
    put(book.store, 3)
    book.insert(7)
    book.insert(30, version=2)
    put(book.store, 300, "pairing:2")
    checkpoint = book.sequencer.checkpoint()

    for row in [*book.store.page(0, 8), *book.store.page(100, 5), *book.store.page(310, 500)]:
        receipt = book.prover.receipt(row.position)
        proven = verify_receipt(receipt.text, [KEY], state=row.state)

        assert (proven.leaf.position, proven.leaf.stream) == (row.position, row.stream)
        assert proven.checkpoint == checkpoint
        assert len(receipt.proof) <= (checkpoint.size - 1).bit_length()
        assert len(receipt.text) < 1500


def test_what_is_not_there_or_not_covered_has_no_receipt(book: Book) -> None:
    put(book.store, 3)
    for position, code in ((1, "not_covered"), (9, "no_such_event")):
        with pytest.raises(Refused) as refused:
            book.prover.receipt(position)
        assert refused.value.code == code
    book.insert(7)
    book.sequencer.checkpoint()

    for position in (5, 9, 0):
        with pytest.raises(Refused) as refused:
            book.prover.receipt(position)
        assert refused.value.code == "no_such_event"


def test_an_event_is_proven_under_each_checkpoint_that_covers_it_and_no_other(book: Book) -> None:
    notes = []
    for _ in range(3):
        put(book.store, 2)
        notes.append(book.sequencer.checkpoint())
    other = sign_checkpoint(Checkpoint(notes[0].origin, 4, bytes(32)), SIGNER)
    larger = sign_checkpoint(Checkpoint(notes[0].origin, 7, bytes(32)), SIGNER)

    for position in range(1, 7):
        for under in notes:
            if position <= under.size:
                receipt = book.prover.receipt(position, under)
                proven = verify_receipt(receipt.text, [KEY])
                assert (proven.leaf.position, receipt.note) == (position, under.note)
                continue
            with pytest.raises(Refused, match="after the checkpoint") as refused:
                book.prover.receipt(position, under)
            assert refused.value.code == "not_covered"
    with pytest.raises(Refused, match="there is no event"):
        book.prover.receipt(7, notes[0])
    with pytest.raises(HeadDiffers, match="another history"):
        book.prover.receipt(1, other)
    with pytest.raises(RollbackRefused, match="covers 7 events"):
        book.prover.receipt(1, larger)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE $.audit_leaf SET h = (SELECT h FROM $.audit_leaf WHERE idx = 1) WHERE idx = 2",
        "DELETE FROM $.audit_leaf WHERE idx = 40",
        "DELETE FROM $.audit_leaf",
        "UPDATE $.audit_leaf SET position = 900 WHERE idx = 41",
        "UPDATE $.audit_leaf SET position = 900 WHERE idx = 299",
        "DELETE FROM $.audit_leaf WHERE idx = 299",
        (
            "UPDATE $.audit_leaf SET position = CASE idx WHEN 249 THEN 900 ELSE 250 END "
            "WHERE idx IN (249, 299)"
        ),
        "DELETE FROM $.audit_tile",
        "UPDATE $.audit_tile SET data = (SELECT h FROM $.audit_leaf WHERE idx = 1)",
    ],
)
def test_damaged_hints_are_rebuilt_before_a_proof_is_handed_out(book: Book, damage: str) -> None:
    put(book.store, 300)
    earlier = book.sequencer.checkpoint()
    put(book.store, 300, "pairing:2")
    later = book.sequencer.checkpoint()
    book.sql(damage)

    for position in (3, 41, 42, 600):
        verify_receipt(book.prover.receipt(position).text, [KEY])
    proof = book.prover.consistency(earlier, later)
    check_consistency(300, 600, earlier.root, later.root, proof)
    assert book.prover.position_of(earlier) == 300


def test_a_changed_event_has_no_receipt(book: Book) -> None:
    put(book.store, 5)
    book.sequencer.checkpoint()
    book.rewrite(2, b'{"another":1}')

    with pytest.raises(HeadDiffers):
        book.prover.receipt(2)
    verify_receipt(book.prover.receipt(3).text, [KEY])


def test_a_removed_state_keeps_the_digest_that_it_had(book: Book) -> None:
    put(book.store, 5)
    book.sequencer.checkpoint()
    whole = book.prover.receipt(2)
    book.sql(
        "INSERT INTO $.audit_redacted (position, state_digest, residual) VALUES (2, ?, NULL)",
        whole.leaf.digest,
    )
    book.rewrite(2, b"")

    assert book.prover.receipt(2) == whole
    book.sql("DELETE FROM $.audit_leaf")
    assert book.prover.receipt(2) == whole


def test_a_checkpoint_of_another_history_is_proven_nothing_about(book: Book) -> None:
    put(book.store, 5)
    real = book.sequencer.checkpoint()
    forked = sign_checkpoint(Checkpoint(real.origin, 3, bytes(32)), SIGNER)
    larger = sign_checkpoint(Checkpoint(real.origin, 9, bytes(32)), SIGNER)

    for asked in (book.prover.position_of, lambda c: book.prover.consistency(c, real)):
        with pytest.raises(HeadDiffers, match="another history"):
            asked(forked)
        with pytest.raises(RollbackRefused, match="covers 9 events"):
            asked(larger)


def test_a_checkpoint_stands_for_the_position_of_its_last_event(book: Book) -> None:
    empty = book.sequencer.checkpoint()
    put(book.store, 2)
    two = book.sequencer.checkpoint()
    book.insert(9)
    three = book.sequencer.checkpoint()

    assert [book.prover.position_of(c) for c in (empty, two, three)] == [0, 2, 9]


def test_a_forged_newest_checkpoint_in_the_tables_is_passed_over(book: Book) -> None:
    put(book.store, 2)
    real = book.sequencer.checkpoint()
    put(book.store, 1)
    newest = book.sequencer.checkpoint()

    book.sql("UPDATE $.audit_checkpoint SET note = ? WHERE size = 3", real.note)

    assert book.prover.newest() == real
    assert newest.size == 3


@settings(max_examples=20)
@given(steps=st.lists(st.integers(1, 40), min_size=1, max_size=12), data=st.data())
def test_proofs_hold_whatever_the_steps_in_which_the_tree_grew(
    steps: list[int], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with closing(MemoryStore()) as store:
        book = Book(store, tmp_path_factory.mktemp("book"))
        made = []
        for step in steps:
            put(store, step)
            made.append(book.sequencer.checkpoint())

        position = data.draw(st.integers(1, sum(steps)))
        verify_receipt(book.prover.receipt(position).text, [KEY])
        earlier, later = sorted(
            data.draw(st.tuples(st.sampled_from(made), st.sampled_from(made))),
            key=lambda c: c.size,
        )
        proof = book.prover.consistency(earlier, later)
        check_consistency(earlier.size, later.size, earlier.root, later.root, proof)
        assert read_checkpoint(later.note, [KEY]) == later
