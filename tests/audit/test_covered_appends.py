"""An append is covered by the tree when it returns, and what is done to it afterwards is noticed.

Each test runs on a log in memory, in SQLite and in PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest
from audit.books import Book, put
from audit.vectors import KEY
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.audit.merkle.leaf import leaf_bytes, leaf_hash, state_digest
from mentorcore.audit.merkle.tree import root
from mentorcore.audit.notes.checkpoint import Checkpoint, parse_note, read_checkpoint
from mentorcore.audit.sequencing import covered_appends, signed_edge
from mentorcore.audit.sequencing.covered_appends import CoveredAppends
from mentorcore.audit.sequencing.receipt import Receipt, verify_receipt
from mentorcore.errors import HeadDiffers, LateInsertion, RollbackRefused, RowsMissing
from mentorcore.log.storage.audit_tables import AuditTransaction, Covering
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.opening import open_store


@pytest.fixture
def book(store: Store, tmp_path: Path) -> Book:
    made = Book(store, tmp_path)
    made.sequencer.begin_receipts()
    return made


def leaves_of(store: Store) -> list[tuple[int, bytes]]:
    """Position and hash of every event's leaf, computed the long way."""
    return [
        (
            r.position,
            leaf_hash(
                leaf_bytes(
                    store.log_id, i, r.position, r.stream, r.version, r.name,
                    state_digest(r.position, r.state),
                )
            ),
        )
        for i, r in enumerate(store.page(0, 10_000))
    ]  # fmt: skip


def stored_leaves(book: Book) -> list[tuple[int, bytes]]:
    return book.store.ledger.read(lambda tables: tables.leaves(0, 10_000))


def held(book: Book) -> list[Checkpoint]:
    memory = book.signing.memory
    return [read_checkpoint(note, [KEY]) for note in memory.lines()] if memory.there() else []


@pytest.mark.parametrize("counts", [(1,), (1, 1, 1), (3, 1, 2), (9, 1, 12, 1)])
def test_every_event_has_its_leaf_when_its_append_returns(
    book: Book, counts: Sequence[int]
) -> None:
    for count in counts:
        put(book.store, count)

        assert stored_leaves(book) == leaves_of(book.store)

    assert held(book) == []  # and nothing was signed for it


def test_what_was_covered_is_signed_when_it_is_asked_for(book: Book) -> None:
    for count in (1, 300, 1):
        put(book.store, count)

    checkpoint = book.sequencer.checkpoint(thorough=False)

    assert (checkpoint.size, checkpoint.root) == (302, root(h for _, h in leaves_of(book.store)))
    assert held(book) == [checkpoint]
    assert book.prover.receipt(302).leaf.position == 302


def test_the_first_covered_append_covers_what_came_before_it(store: Store, tmp_path: Path) -> None:
    book = Book(store, tmp_path)
    put(store, 2)
    book.sequencer.checkpoint()
    put(store, 2)
    book.sequencer.begin_receipts()

    put(store, 1, "pairing:2")

    assert stored_leaves(book) == leaves_of(store)


def test_many_events_that_nobody_covered_are_caught_up_with_in_steps(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(covered_appends, "TOGETHER", 7)
    book = Book(store, tmp_path)
    put(store, 12)
    book.sequencer.begin_receipts()

    put(store, 1, "pairing:2")
    first = len(stored_leaves(book))
    put(store, 1, "pairing:2")
    put(store, 1, "pairing:2")

    assert first == 7
    assert stored_leaves(book) == leaves_of(store)


def test_gaps_in_the_positions_are_covered_like_others(book: Book) -> None:
    put(book.store, 1)
    book.insert(10)
    put(book.store, 2, "pairing:2")
    put(book.store, 1, "pairing:2")

    assert stored_leaves(book) == leaves_of(book.store)
    assert book.sequencer.checkpoint().size == 5


def test_an_append_that_fails_leaves_no_leaf_and_the_next_one_is_covered(book: Book) -> None:
    put(book.store, 2)
    covering = cast("Covering", book.store.ledger.covering)

    class Stop(BaseException):
        pass

    class Failing:
        """The disk is full, once the leaves are known."""

        def following(self, rows: Sequence[tuple[int, str, int, str, bytes]]) -> None:
            covering.following(rows)
            raise Stop

        def catch_up(self, *_: object) -> None:
            raise Stop

    for _ in range(2):
        book.store.ledger.covering = Failing()  # type: ignore[assignment]
        with pytest.raises(Stop):
            put(book.store, 1, "pairing:2")
        book.store.ledger.covering = covering
        assert stored_leaves(book) == leaves_of(book.store)[: len(stored_leaves(book))]
        put(book.store, 2, "pairing:3")

        assert stored_leaves(book)[-2:] == leaves_of(book.store)[-2:]


def test_several_writers_cover_each_others_log(book: Book) -> None:
    """Two programs append in turns, and one that covers nothing in between."""
    first, second = book.store.ledger.covering, covered_appends.CoveredAppends(lambda _error: None)

    for covering in (first, second, second, None, first, None, None, second, first, first):
        book.store.ledger.covering = covering
        put(book.store, 1)
    put(book.store, 1)

    assert stored_leaves(book) == leaves_of(book.store)
    assert book.sequencer.checkpoint().size == 11


def test_checkpoints_between_covered_appends_do_no_harm(book: Book) -> None:
    for count in (1, 2, 255, 1, 3):
        put(book.store, count)
        book.again().checkpoint()

    assert stored_leaves(book) == leaves_of(book.store)
    for earlier in held(book):
        book.prover.consistency(earlier, held(book)[-1])


def test_an_event_that_was_changed_before_it_was_signed_is_named(book: Book) -> None:
    put(book.store, 5)
    book.rewrite(3, b'{"another":1}')

    for sequencer in (book.sequencer, book.again()):
        with pytest.raises(HeadDiffers, match="position 3 is not the one that was recorded"):
            sequencer.checkpoint()

    assert isinstance(book.sequencer.refusal, HeadDiffers)
    assert held(book) == []


@pytest.mark.parametrize("position", [1, 3, 5])
def test_an_event_that_was_taken_away_before_it_was_signed_is_named(
    book: Book, position: int
) -> None:
    for number in range(5):
        put(book.store, 1, f"pairing:{number}")
    book.delete(position)

    with pytest.raises(RowsMissing, match=f"position {position} is gone"):
        book.sequencer.checkpoint()


def test_nothing_is_signed_when_all_that_was_covered_since_is_gone(book: Book) -> None:
    put(book.store, 2)
    book.sequencer.checkpoint()
    put(book.store, 1)
    book.delete(3)

    with pytest.raises(RowsMissing, match="position 3"):
        book.sequencer.checkpoint()


def test_an_event_that_was_put_between_others_before_they_were_signed_is_named(book: Book) -> None:
    put(book.store, 2)
    book.insert(9)
    put(book.store, 1)
    book.insert(5, "pairing:between")

    with pytest.raises(LateInsertion, match="position 5"):
        book.sequencer.checkpoint()


def test_after_a_person_has_looked_the_tree_is_made_from_the_events_again(book: Book) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 3)
    book.rewrite(5, b'{"another":1}')
    with pytest.raises(HeadDiffers):
        book.sequencer.checkpoint()

    book.prover.rebuild()
    made = book.sequencer.checkpoint()

    assert made.root == root(h for _, h in leaves_of(book.store))
    put(book.store, 1)
    assert stored_leaves(book) == leaves_of(book.store)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_appends_go_on_behind_a_tree_that_was_made_anew_meanwhile(book: Book, count: int) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 2)
    book.prover.rebuild()  # which lets the leaves go that nobody signed

    put(book.store, count)

    assert stored_leaves(book) == leaves_of(book.store)
    assert book.sequencer.checkpoint().size == 5 + count


def test_a_damaged_tree_is_noticed_and_no_append_fails_for_it(store: Store, tmp_path: Path) -> None:
    book = Book(store, tmp_path)
    put(store, 3)
    book.sequencer.checkpoint()
    book.sql("DELETE FROM $.audit_leaf WHERE idx = 2")
    book.sequencer.begin_receipts()

    assert put(store, 1) == [4]

    assert isinstance(book.sequencer.refusal, HeadDiffers)
    book.prover.rebuild()
    assert book.sequencer.checkpoint().size == 4
    assert book.sequencer.refusal is None


def test_another_head_stops_signing_and_no_append(store: Store, tmp_path: Path) -> None:
    book = Book(store, tmp_path)
    put(store, 2)
    book.sequencer.checkpoint()
    book.sequencer.begin_receipts()
    book.sql("UPDATE $.audit_head SET frontier = ?", bytes(32))

    assert put(store, 1) == [3]
    with pytest.raises(HeadDiffers):
        book.sequencer.checkpoint(thorough=False)

    assert isinstance(book.sequencer.refusal, HeadDiffers)
    assert [c.size for c in held(book)] == [2]


def test_a_rollback_is_not_signed_however_many_appends_are_covered_after_it(book: Book) -> None:
    put(book.store, 3)
    signed = book.sequencer.checkpoint()
    book.sql("DELETE FROM $.audit_leaf")
    book.sql("DELETE FROM $.audit_checkpoint")
    book.sql("UPDATE $.audit_head SET size = 0, last_position = 0, frontier = ?", b"")
    book.rewrite(2, b'{"another":1}')

    put(book.store, 3)

    assert stored_leaves(book) == leaves_of(book.store)
    with pytest.raises(RollbackRefused, match="put back to an earlier state"):
        book.again().checkpoint()
    assert held(book) == [signed]


def test_a_damaged_tree_is_made_anew_for_a_proof_and_what_was_covered_is_watched_on(
    book: Book,
) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 3)
    book.rewrite(5, b'{"another":1}')
    book.sql("UPDATE $.audit_leaf SET h = ? WHERE idx = 0", bytes(32))

    book.prover.receipt(2)

    with pytest.raises(HeadDiffers, match="position 5"):
        book.sequencer.checkpoint()


def receipt_of(book: Book, position: int) -> Receipt:
    """The receipt of an event, as the engine makes it at once."""
    made = book.sequencer.receipt(position)
    return made if isinstance(made, Receipt) else book.prover.receipt(position, newest=made)


def test_a_receipt_that_is_asked_for_at_once_is_signed_and_waits_for_no_lock(book: Book) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()

    for count in (1, 2, 300, 1, 1):
        last = put(book.store, count)[-1]
        receipt = receipt_of(book, last)

        proven = verify_receipt(receipt, [KEY])
        assert (proven.leaf.position, proven.checkpoint.size) == (last, last)
        assert proven.checkpoint.root == root(h for _, h in leaves_of(book.store))
        assert proven.checkpoint == held(book)[-1]
    assert book.store.ledger.read(AuditTransaction.head).size == 3  # as it was signed before


def test_receipts_of_earlier_events_come_from_the_leaves_ahead_as_well(book: Book) -> None:
    put(book.store, 100)
    book.sequencer.checkpoint()
    put(book.store, 700)
    newest = receipt_of(book, 800)

    for position in (1, 100, 101, 256, 257, 511, 513, 799):
        receipt = book.prover.receipt(position, parse_note(newest.note)[0])

        assert verify_receipt(receipt, [KEY]).leaf.position == position


def test_what_was_signed_for_a_receipt_can_be_held_against_the_log_at_once(book: Book) -> None:
    put(book.store, 2)
    first = book.sequencer.checkpoint()
    put(book.store, 300)
    held_one = parse_note(receipt_of(book, 302).note)[0]

    assert book.prover.position_of(held_one) == 302
    assert book.prover.consistency(first, held_one)
    put(book.store, 1)
    assert book.prover.consistency(held_one, book.sequencer.checkpoint())


@pytest.mark.parametrize("count", [0, 3, 400])
def test_the_next_checkpoint_takes_the_tree_to_where_receipts_were_signed(
    book: Book, count: int
) -> None:
    put(book.store, 2)
    book.sequencer.checkpoint()
    put(book.store, 299)
    receipt = parse_note(receipt_of(book, 301).note)[0]
    if count:
        put(book.store, count)

    checkpoint = book.again().checkpoint()

    assert (checkpoint.size, checkpoint.root) == (
        301 + count,
        root(h for _, h in leaves_of(book.store)),
    )
    assert book.prover.consistency(receipt, checkpoint) or receipt.root == checkpoint.root
    assert stored_leaves(book) == leaves_of(book.store)
    assert len({c.size for c in held(book)}) == len(held(book))


def test_receipts_in_several_processes_sign_one_history(book: Book) -> None:
    others = [book.again(), book.again()]
    for turn, other in enumerate((book.sequencer, *others) * 3):
        last = put(book.store, 1 + turn % 2)[-1]
        other.receipt(last)

    notes = held(book)

    assert [c.size for c in notes] == sorted({c.size for c in notes})
    leaves = leaves_of(book.store)
    assert all(c.root == root(h for _, h in leaves[: c.size]) for c in notes)


def test_a_power_cut_that_loses_the_memory_of_a_receipt_leads_to_no_other_history(
    book: Book,
) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    lines = book.signing.memory.path.read_bytes()
    put(book.store, 2)
    lost = parse_note(receipt_of(book, 5).note)[0]
    book.signing.memory.path.write_bytes(lines)
    put(book.store, 1)

    later = book.again().checkpoint()

    assert book.prover.consistency(lost, later)


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_a_log_that_was_put_back_behind_a_receipt_is_not_signed(book: Book, after: int) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 2)
    receipt_of(book, 5)
    for position in (5, 4):
        book.delete(position)
    book.sql("DELETE FROM $.audit_leaf WHERE idx >= 3")

    if after:
        put(book.store, after, "pairing:after-the-restore")

    for sequencer in (book.sequencer, book.again()):
        with pytest.raises(RollbackRefused, match="5 events were signed"):
            sequencer.receipt(3 + after)
    assert isinstance(book.sequencer.refusal, RollbackRefused)
    assert [c.size for c in held(book)] == [3, 5]


def test_an_event_that_was_changed_before_its_receipt_was_asked_for_has_none(book: Book) -> None:
    put(book.store, 1)
    book.sequencer.checkpoint()
    put(book.store, 2)
    book.rewrite(2, b'{"another":1}')

    with pytest.raises(HeadDiffers, match="position 2"):
        receipt_of(book, 3)

    assert isinstance(book.sequencer.refusal, HeadDiffers)
    assert [c.size for c in held(book)] == [1]


def test_a_receipt_among_many_events_that_nobody_signed_brings_the_tree_up_to_them(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_edge, "MOST", 5)
    put(book.store, 1)
    book.sequencer.checkpoint()

    sizes = []
    for _ in range(4):
        receipt_of(book, put(book.store, 2)[-1])
        sizes.append(book.store.ledger.read(AuditTransaction.head).size)

    assert sizes == [1, 1, 7, 7]


def test_a_lost_memory_is_given_back_by_whoever_holds_a_receipt(book: Book) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 2)
    note = receipt_of(book, 5).note
    book.signing.memory.path.unlink()
    again = book.again()
    with pytest.raises(RollbackRefused, match="is not there"):
        again.receipt(5)

    assert again.adopt(note).size == 5

    assert again.checkpoint().size == 5


STEPS = ("append", "append many", "another program", "past the program", "checkpoint", "receipt")


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), min_size=3, max_size=14))
@settings(max_examples=25)
def test_whatever_comes_in_turn_leads_to_one_history(steps: list[tuple[str, bool]]) -> None:
    """Programs that cover appends or do not, checkpoints and receipts, each of two processes."""
    with TemporaryDirectory() as folder, closing(open_store(f"{folder}/log.db")) as store:
        book = Book(store, Path(folder))
        signers = (book.sequencer, book.again())
        covering = [CoveredAppends(lambda _error: None) for _ in signers]
        notes = []
        for step, other in steps:
            store.ledger.covering = covering[other]
            match step:
                case "append" | "append many":
                    put(store, 1 if step == "append" else 3)
                    assert stored_leaves(book) == leaves_of(store)
                case "another program":
                    store.ledger.covering = None
                    put(store, 2)
                case "past the program":
                    book.insert(store.tail() + 3, f"pairing:past-{store.tail()}")
                case "checkpoint":
                    notes.append(signers[other].checkpoint())
                    assert notes[-1].size == len(leaves_of(store))
                case "receipt":
                    if last := store.tail():
                        note = signers[other].receipt(last).note
                        notes.append(read_checkpoint(note, [KEY]))
                        assert notes[-1].size == len(leaves_of(store))

        leaves = leaves_of(store)
        assert all(c.root == root(h for _, h in leaves[: c.size]) for c in (*notes, *held(book)))
        assert book.again().checkpoint().root == root(h for _, h in leaves)
        assert stored_leaves(book) == leaves
