"""No event is ever missed, however many write, roll back, or commit out of order."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from audit.books import NOON, Book, put
from pg_server import PgServer

from mentorcore.errors import LogBusy, NotALog
from mentorcore.log.storage.audit_tables import (
    AuditTransaction,
    Covering,
    LeafRow,
    StoredRow,
)
from mentorcore.log.storage.store import Draft
from mentorcore.log.stores.opening import open_store
from mentorcore.log.stores.postgres import audit_tables
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.postgres.store import PostgresStore

WRITERS = 6
INSERT = (
    'INSERT INTO "{}".stored_events (originator_id, originator_version, topic, state) '
    "VALUES (%s, %s, 'pairing.formed', '{{}}')"
)


def covered(book: Book) -> list[int]:
    book.sequencer.checkpoint()
    return [p for p, _ in book.store.ledger.read(lambda t: t.leaves(0, 10**6))]


def there(book: Book) -> list[int]:
    return [row.position for row in book.store.page(0, 10**6)]


def test_six_writers_nothing_missed(durable_url: str, tmp_path: Path) -> None:
    book = Book(open_store(durable_url), tmp_path)
    going = threading.Event()

    def write(number: int) -> None:
        with_own = open_store(durable_url)
        for version in range(1, 41):
            draft = Draft(f"pairing:{number}", version, "pairing.formed", b'{"at":"', b'"}')
            with_own.append([draft], (), lambda: NOON)
        with_own.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(w.is_alive() for w in writers):
        book.sequencer.tick()
        going.wait(0.002)
    for writer in writers:
        writer.join()

    assert covered(book) == there(book)
    assert len(there(book)) == WRITERS * 40
    book.store.close()


def test_six_writers_without_the_lock_nothing_missed(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path
) -> None:
    """SQL of a host that knows nothing of our lock, with commits out of order and rollbacks."""
    book = Book(PostgresStore(postgres_url), tmp_path)
    statement = INSERT.format(place(postgres_url).schema).encode()
    committed = [0] * WRITERS

    def write(number: int) -> None:
        dice = random.Random(number)
        with postgres_server.connect() as link:
            link.autocommit = False
            for version in range(1, 61):
                link.execute(statement, (f"pairing:{number}", version))
                time.sleep(dice.uniform(0, 0.004))
                if dice.random() < 0.2:
                    link.rollback()
                else:
                    link.commit()
                    committed[number] += 1

    writers = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(w.is_alive() for w in writers):
        book.sequencer.tick()
    for writer in writers:
        writer.join()

    assert covered(book) == there(book)
    assert len(there(book)) == sum(committed)
    book.store.close()


def test_the_sequencer_waits_for_an_event_that_is_still_to_appear(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_tables, "BARRIER_SECONDS", 0.1)
    book = Book(PostgresStore(postgres_url), tmp_path)
    put(book.store, 1)
    book.sequencer.checkpoint()
    statement = INSERT.format(place(postgres_url).schema).encode()
    with (
        postgres_server.connect() as slow,
        postgres_server.connect() as quick,
    ):
        slow.autocommit = quick.autocommit = False
        slow.execute(statement, ("pairing:slow", 1))
        quick.execute(statement, ("pairing:quick", 1))
        quick.commit()

        with pytest.raises(LogBusy):
            book.sequencer.tick()
        slow.commit()

    assert book.sequencer.skipped == 1
    assert covered(book) == [1, 2, 3]
    book.store.close()


def test_one_sequencer_a_log(postgres_url: str, tmp_path: Path) -> None:
    book = Book(PostgresStore(postgres_url), tmp_path)
    put(book.store, 1)
    busy: list[str] = []

    def meanwhile(_tables: object, _upto: int) -> None:
        with pytest.raises(LogBusy, match="another process is sequencing"):
            book.again().checkpoint(wait=0)
        busy.append("yes")

    book.store.ledger.sequence(meanwhile, 1)

    assert busy == ["yes"]
    assert book.sequencer.checkpoint().size == 1
    book.store.close()


def test_appends_go_on_while_the_tree_grows(postgres_url: str, tmp_path: Path) -> None:
    book = Book(PostgresStore(postgres_url), tmp_path)
    put(book.store, 1)

    def meanwhile(_tables: object, upto: int) -> tuple[int, list[int]]:
        return upto, put(book.store, 1)

    assert book.store.ledger.sequence(meanwhile, 1) == (1, [2])
    book.store.close()


def test_an_append_leaves_its_receipt_to_a_sequencer_that_is_at_work(
    postgres_url: str, tmp_path: Path
) -> None:
    book = Book(PostgresStore(postgres_url), tmp_path)
    book.sequencer.begin_receipts()

    def covered() -> int:
        return book.store.ledger.read(lambda tables: tables.last_leaf()[0] + 1)

    book.store.ledger.sequence(lambda _tables, _upto: put(book.store, 1), 1)
    assert covered() == 0
    put(book.store, 1)
    assert covered() == 2
    book.store.ledger.sequence(lambda _tables, _upto: put(book.store, 1), 1)
    assert covered() == 2

    assert book.sequencer.checkpoint().size == 3
    book.store.close()


def test_sequence_cache_is_refused(postgres_server: PgServer, postgres_url: str) -> None:
    PostgresStore(postgres_url).close()
    with postgres_server.connect() as link:
        name = f'"{place(postgres_url).schema}".stored_events_notification_id_seq'
        link.execute(f"ALTER SEQUENCE {name} CACHE 20".encode())

    with pytest.raises(NotALog, match="CACHE 1"):
        PostgresStore(postgres_url)


def test_a_position_that_was_given_to_nobody_costs_no_append_its_leaf(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path
) -> None:
    book = Book(PostgresStore(postgres_url), tmp_path)
    book.sequencer.begin_receipts()
    put(book.store, 2)
    sequence = f'"{place(postgres_url).schema}".stored_events_notification_id_seq'

    for count in (1, 3, 12):
        with postgres_server.connect() as link:
            link.execute("SELECT nextval(%s)", (sequence,))
        put(book.store, count)

    leaves = book.store.ledger.read(lambda tables: tables.leaves(0, 100))
    assert [position for position, _hash in leaves] == [r.position for r in book.store.page(0, 99)]
    assert book.sequencer.checkpoint().size == 18
    book.store.close()


def test_a_position_that_is_taken_while_events_are_appended_costs_them_no_leaf(
    postgres_server: PgServer, postgres_url: str, tmp_path: Path
) -> None:
    book = Book(PostgresStore(postgres_url), tmp_path)
    book.sequencer.begin_receipts()
    put(book.store, 2)
    sequence = f'"{place(postgres_url).schema}".stored_events_notification_id_seq'
    covering = cast("Covering", book.store.ledger.covering)

    class Meanwhile:
        """Somebody takes a position when it has been read which one is due."""

        def following(self, rows: Sequence[StoredRow]) -> Sequence[LeafRow]:
            with postgres_server.connect() as link:
                link.execute("SELECT nextval(%s)", (sequence,))
            return covering.following(rows)

        def catch_up(self, tables: AuditTransaction, upto: int) -> None:
            covering.catch_up(tables, upto)

    book.store.ledger.covering = Meanwhile()
    for count in (1, 3, 12):
        put(book.store, count)

    leaves = book.store.ledger.read(lambda tables: tables.leaves(0, 100))
    assert [position for position, _hash in leaves] == [r.position for r in book.store.page(0, 99)]
    assert book.sequencer.checkpoint().size == 18
    book.store.close()
