"""The sequencer covers every event once, in order, and signs nothing that is not in order.

Each test runs on a log in memory, in SQLite and in PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from audit.books import POINTS, Book, dying, put
from audit.vectors import KEY, SIGNER

from mentorcore.audit.merkle.leaf import leaf_bytes, leaf_hash, state_digest
from mentorcore.audit.merkle.tree import EMPTY_ROOT, Frontier, root
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from mentorcore.audit.notes.checkpoint_file import CheckpointFile
from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.notes.verifier_keys import secret_signer
from mentorcore.audit.sequencing.sequencer import Sequencer
from mentorcore.audit.sequencing.tree_growth import root_at
from mentorcore.errors import (
    HeadDiffers,
    LateInsertion,
    LogError,
    NoteInvalid,
    RollbackRefused,
    RowsMissing,
    UnfitRow,
)
from mentorcore.log.storage.store import Store


@pytest.fixture
def book(store: Store, tmp_path: Path) -> Book:
    return Book(store, tmp_path)


def root_of(store: Store) -> bytes:
    """The root over all events, computed the long way."""
    return root(
        leaf_hash(
            leaf_bytes(
                store.log_id, i, r.position, r.stream, r.version, r.name,
                state_digest(r.position, r.state),
            )
        )
        for i, r in enumerate(store.page(0, 10_000))
    )  # fmt: skip


def held(book: Book) -> list[Checkpoint]:
    return [read_checkpoint(note, [KEY]) for note in book.signing.memory.lines()]


def test_an_empty_log_has_a_checkpoint(book: Book) -> None:
    checkpoint = book.sequencer.checkpoint()

    assert (checkpoint.size, checkpoint.root) == (0, EMPTY_ROOT)


def test_a_checkpoint_covers_all_events_and_is_remembered(book: Book) -> None:
    put(book.store, 5)

    checkpoint = book.sequencer.checkpoint()

    assert checkpoint == read_checkpoint(checkpoint.note, [KEY])
    assert (checkpoint.size, checkpoint.root) == (5, root_of(book.store))
    assert held(book) == [checkpoint]
    assert book.prover.newest() == checkpoint


def test_later_checkpoints_continue_earlier_ones(book: Book) -> None:
    made = []
    for count in (1, 2, 300, 1, 260):
        put(book.store, count)
        made.append(book.sequencer.checkpoint())

    assert made[-1].root == root_of(book.store)
    assert held(book) == made
    for earlier in made:
        for later in made:
            book.prover.consistency(earlier, later)


def test_without_new_events_the_same_checkpoint_stands(book: Book) -> None:
    put(book.store, 3)
    first = book.sequencer.checkpoint()

    assert book.sequencer.checkpoint() == first
    assert book.again().checkpoint() == first
    assert held(book) == [first]


def test_many_events_are_taken_in_several_steps(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentorcore.audit.sequencing.sequencer.TOGETHER", 7)
    put(book.store, 20)

    first = book.sequencer.tick()
    checkpoint = book.sequencer.checkpoint()

    assert (first.added, first.complete) == (7, False)
    assert (checkpoint.size, checkpoint.root) == (20, root_of(book.store))


def test_gaps_in_the_positions_do_no_harm(book: Book) -> None:
    put(book.store, 3)
    book.insert(10)
    book.insert(20, version=2)

    checkpoint = book.sequencer.checkpoint()

    assert (checkpoint.size, checkpoint.root) == (5, root_of(book.store))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("before", [0, 260])
def test_kill_anywhere_in_a_tick(book: Book, point: str, before: int) -> None:
    if before:
        put(book.store, before)
        book.sequencer.checkpoint()
    put(book.store, 300)

    with dying(point, book):
        book.sequencer.tick()
    put(book.store, 2)
    checkpoint = book.again().checkpoint()

    assert (checkpoint.size, checkpoint.root) == (before + 302, root_of(book.store))
    notes = held(book)
    assert len({c.size for c in notes}) == len(notes), "two checkpoints of one size"
    for earlier in notes:
        book.prover.consistency(earlier, checkpoint)


def test_what_was_signed_and_not_yet_remembered_is_remembered_at_the_next_start(
    book: Book,
) -> None:
    put(book.store, 3)
    with dying("before it is remembered", book):
        book.sequencer.tick()
    assert held(book) == []

    checkpoint = book.again().checkpoint()

    assert checkpoint.size == 3
    assert held(book) == [checkpoint]


@pytest.mark.parametrize("position", [0, -5])
def test_position_zero(book: Book, position: int) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    book.insert(position)
    put(book.store, 1, "pairing:2")

    with pytest.raises(LateInsertion, match=f"position {position}"):
        book.sequencer.checkpoint()


def test_position_zero_is_never_covered_in_the_first_place(book: Book) -> None:
    put(book.store, 1)
    book.insert(0)

    with pytest.raises(LateInsertion, match="position 0"):
        book.sequencer.checkpoint()


def test_late_insertion_stops_signing(book: Book) -> None:
    put(book.store, 2)
    book.insert(9)
    book.sequencer.checkpoint()
    book.insert(5, version=2)

    with pytest.raises(LateInsertion, match="position 5"):
        book.sequencer.checkpoint()
    put(book.store, 1, "pairing:2")

    assert isinstance(book.sequencer.refusal, LateInsertion)
    assert len(held(book)) == 1
    with pytest.raises(LateInsertion):
        book.again().checkpoint()


def test_a_late_insertion_among_the_last_events_is_found_without_counting_all(book: Book) -> None:
    put(book.store, 2)
    book.insert(9)
    book.sequencer.checkpoint()
    book.insert(5, version=2)

    with pytest.raises(LateInsertion):
        book.sequencer.checkpoint(thorough=False)


def test_missing_rows_stop_signing_and_signing_goes_on_when_they_are_back(book: Book) -> None:
    put(book.store, 1)
    put(book.store, 3, "pairing:2")
    book.sequencer.checkpoint()
    row = book.store.page(0, 1)[0]
    book.delete(1)

    with pytest.raises(RowsMissing, match="position 1"):
        book.sequencer.checkpoint()
    book.insert(1, row.stream, row.version)
    book.rewrite(1, row.state)
    put(book.store, 1, "pairing:3")

    assert book.sequencer.checkpoint().size == 5
    assert book.sequencer.refusal is None


def forget_the_tree(book: Book, size: int) -> None:
    """Put the audit's tables back to what they were at a size, as a restored backup does."""
    earlier = next(c for c in held(book) if c.size == size)
    book.sql("DELETE FROM $.audit_leaf WHERE idx >= ?", size)
    book.sql("DELETE FROM $.audit_checkpoint WHERE size > ?", size)
    grown = Frontier()
    for _position, h in book.store.ledger.read(lambda t: t.leaves(0, size)):
        grown.append(h)
    assert grown.root() == earlier.root
    last = book.store.ledger.read(lambda t: t.leaf(size - 1))
    assert last is not None
    book.sql(
        "UPDATE $.audit_head SET size = ?, last_position = ?, frontier = ?",
        size, last[0], grown.data,
    )  # fmt: skip


def test_never_signs_a_rollback(book: Book) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 2)
    book.sequencer.checkpoint()
    forget_the_tree(book, 3)
    book.delete(5)
    book.delete(4)

    with pytest.raises(RollbackRefused, match="5 events were signed"):
        book.again().checkpoint()
    put(book.store, 2, "pairing:after-the-restore")
    with pytest.raises(RollbackRefused):
        book.again().checkpoint()

    assert [c.size for c in held(book)] == [3, 5]


def test_another_tree_of_the_same_size_is_not_signed(book: Book) -> None:
    put(book.store, 4)
    book.sequencer.checkpoint()
    book.sql("UPDATE $.audit_head SET frontier = ?", bytes(32))
    put(book.store, 1)

    with pytest.raises(HeadDiffers, match="4 events"):
        book.sequencer.checkpoint()


def test_a_tree_that_nobody_signed_is_not_continued(book: Book) -> None:
    put(book.store, 2)
    book.sequencer.checkpoint()
    put(book.store, 2)
    with dying("before it is remembered", book):
        book.sequencer.tick()
    other = secret_signer(KEY.name, b"another seed of 32 bytes, tests!")
    stolen = sign_checkpoint(Checkpoint(KEY.name, 4, root_of(book.store)), other)

    book.sql("UPDATE $.audit_checkpoint SET note = ? WHERE size = 4", stolen.note)
    with pytest.raises(HeadDiffers, match="no key that is trusted"):
        book.again().checkpoint()
    book.sql("UPDATE $.audit_checkpoint SET note = ? WHERE size = 4", held(book)[0].note)
    with pytest.raises(HeadDiffers, match="of another tree"):
        book.again().checkpoint()
    book.sql("DELETE FROM $.audit_checkpoint WHERE size = 4")
    with pytest.raises(HeadDiffers, match="nobody signed it"):
        book.again().checkpoint()


def test_a_rewritten_and_signed_past_is_noticed_by_the_signers_memory(book: Book) -> None:
    """The database was rewritten with the key, and the file of checkpoints was not."""
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 2)
    with dying("before it is remembered", book):
        book.sequencer.tick()
    forged = bytes(32)

    book.sql("UPDATE $.audit_leaf SET h = ? WHERE idx = 1", forged)
    with pytest.raises(HeadDiffers):
        book.again().checkpoint()


def test_a_row_that_cannot_be_proven_is_named(book: Book) -> None:
    put(book.store, 2)
    book.rewrite(2, b"")

    with pytest.raises(UnfitRow, match="position 2") as refused:
        book.sequencer.checkpoint()

    assert refused.value.position == 2
    assert held(book) == []


def test_a_lost_memory_stops_signing_until_a_holder_gives_the_newest_checkpoint(
    book: Book,
) -> None:
    put(book.store, 3)
    first = book.sequencer.checkpoint()
    put(book.store, 2)
    newest = book.sequencer.checkpoint()
    book.signing.memory.path.unlink()
    put(book.store, 1)
    again = book.again()

    with pytest.raises(RollbackRefused, match="is not there"):
        again.checkpoint()
    assert again.adopt(first.note) == first
    assert again.adopt(newest.note) == newest

    assert again.checkpoint().size == 6


def test_a_memory_that_was_emptied_stops_signing(book: Book) -> None:
    put(book.store, 3)
    book.sequencer.checkpoint()
    put(book.store, 2)
    newest = book.sequencer.checkpoint()
    book.signing.memory.path.write_bytes(b"")
    again = book.again()

    with pytest.raises(RollbackRefused, match="is empty"):
        again.checkpoint()
    again.adopt(newest.note)

    assert again.checkpoint() == newest


def test_a_second_death_before_anything_is_remembered_does_no_harm(book: Book) -> None:
    for _ in range(2):
        put(book.store, 1)
        with dying("before it is remembered", book):
            book.sequencer.tick()
    put(book.store, 1)

    assert book.again().checkpoint().size == 3


def test_no_foreign_or_larger_checkpoint_is_adopted(book: Book) -> None:
    put(book.store, 3)
    real = book.sequencer.checkpoint()
    larger = sign_checkpoint(Checkpoint(real.origin, 9, real.root), SIGNER)
    forked = sign_checkpoint(Checkpoint(real.origin, 2, real.root), SIGNER)
    foreign = sign_checkpoint(real, secret_signer(real.origin, bytes(range(32))))

    for note, error in ((larger, RollbackRefused), (forked, HeadDiffers), (foreign, NoteInvalid)):
        with pytest.raises(error):
            book.sequencer.adopt(note.note)


def test_a_memory_of_another_key_stops_signing(book: Book) -> None:
    put(book.store, 1)
    book.sequencer.checkpoint()
    memory = CheckpointFile(book.signing.memory.path)
    other = Signing(secret_signer(KEY.name, bytes(range(32))), memory)
    put(book.store, 1)

    with pytest.raises(RollbackRefused, match="no line"):
        Sequencer(book.store.ledger, other).checkpoint()


def test_a_new_key_goes_on_where_a_retired_one_ended(book: Book) -> None:
    put(book.store, 2)
    book.sequencer.checkpoint()
    put(book.store, 1)
    new = secret_signer(KEY.name, bytes(range(32)))
    signing = Signing(new, CheckpointFile(book.signing.memory.path), retired=(KEY,))

    checkpoint = Sequencer(book.store.ledger, signing).checkpoint()

    assert read_checkpoint(checkpoint.note, [new.key]).size == 3


def test_what_another_process_signed_is_remembered_here_too(book: Book) -> None:
    put(book.store, 1)
    book.sequencer.checkpoint()
    other = CheckpointFile(book.signing.memory.path)
    assert other.newest([KEY]) == held(book)[0]
    put(book.store, 1)
    second = book.sequencer.checkpoint()

    assert other.newest([KEY]) == second


def test_the_newest_checkpoint_is_found_behind_many_lines_and_much_dirt(
    store: Store, tmp_path: Path
) -> None:
    book = Book(store, tmp_path)
    put(store, 1)
    first = book.sequencer.checkpoint()
    with book.signing.memory.path.open("a") as file:
        file.write("dirt\n" * 30_000)

    assert CheckpointFile(book.signing.memory.path).newest([KEY]) == first
    put(store, 1)
    second = book.again().checkpoint()
    assert CheckpointFile(book.signing.memory.path).newest([KEY]) == second


def test_a_torn_line_in_the_memory_is_passed_over(book: Book) -> None:
    put(book.store, 2)
    book.sequencer.checkpoint()
    with book.signing.memory.path.open("a") as file:
        file.write('[3,"half a li')
    put(book.store, 1)

    checkpoint = book.again().checkpoint()

    assert [c.size for c in held(book)] == [2, 3]
    assert book.again().checkpoint() == checkpoint


def test_a_memory_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    put(store, 1)
    nowhere = Signing(SIGNER, CheckpointFile(tmp_path / "missing" / "checkpoints"))

    with pytest.raises(LogError, match="missing"):
        Sequencer(store.ledger, nowhere).checkpoint()


def test_the_tree_is_rebuilt_from_the_events_when_they_are_what_was_signed(book: Book) -> None:
    put(book.store, 600)
    signed = book.sequencer.checkpoint()
    book.sql("DELETE FROM $.audit_leaf WHERE idx >= 100")
    book.sql("DELETE FROM $.audit_tile")
    book.sql("UPDATE $.audit_head SET frontier = ?", bytes(32 * (600).bit_count()))
    put(book.store, 1)
    with pytest.raises(HeadDiffers):
        book.sequencer.checkpoint()

    assert book.prover.rebuild() == signed

    assert book.sequencer.checkpoint().root == root_of(book.store)
    assert book.store.ledger.read(lambda t: root_at(t, 600)) == signed.root


def test_the_tree_is_not_rebuilt_from_events_that_were_changed(book: Book) -> None:
    put(book.store, 5)
    book.sequencer.checkpoint()
    before = book.store.ledger.read(lambda t: t.leaves(0, 5))
    book.rewrite(2, b'{"another":1}')

    with pytest.raises(HeadDiffers, match="not those that were signed"):
        book.prover.rebuild()
    book.delete(5)
    with pytest.raises(HeadDiffers, match="some are gone"):
        book.prover.rebuild()

    assert book.store.ledger.read(lambda t: t.leaves(0, 5)) == before
