"""Logs with a signer, and the hands of somebody who goes past the program to their tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from audit.vectors import SIGNER

from mentorcore.audit.notes.checkpoint_file import CheckpointFile
from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.sequencing.prover import Prover
from mentorcore.audit.sequencing.sequencer import Sequencer
from mentorcore.log.storage.store import Draft, Row, Store
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.postgres.store import PostgresStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def put(store: Store, count: int = 1, stream: str = "pairing:1") -> list[int]:
    """Append events to a stream, all in one transaction."""
    first = len(store.stream(stream)) + 1
    drafts = [
        Draft(stream, version, "pairing.formed", b'{"at":"', b'","n":%d}' % version)
        for version in range(first, first + count)
    ]
    return list(store.append(drafts, (), lambda: NOON).positions)


class Book:
    """A log, who signs for it, and the file in which that is remembered."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.signing = Signing(SIGNER, CheckpointFile(folder / "checkpoints"))
        self.sequencer = Sequencer(store.ledger, self.signing)
        self.prover = Prover(store.ledger, self.signing)

    def again(self) -> Sequencer:
        """A sequencer of another process, which knows what is stored and nothing else."""
        signing = Signing(SIGNER, CheckpointFile(self.folder / "checkpoints"))
        return Sequencer(self.store.ledger, signing)

    def sql(self, statement: str, *values: Any) -> None:
        """Say something to the database, past the program; ``$.`` stands before each table."""
        match self.store:
            case MemoryStore():
                assert "audit_" in statement
                self.store.ledger._connection().execute(statement.replace("$.", ""), values)
            case PostgresStore():
                at = place(self.store._at.url)
                text = statement.replace("$.", f'"{at.schema}".').replace("?", "%s")
                parameters: dict[str, Any] = dict(at.parameters())
                with psycopg.connect(autocommit=True, **parameters) as link:
                    link.execute(text.replace("rowid", "notification_id").encode(), values)
            case _:
                with closing(sqlite3.connect(self.store.url)) as connection, connection:
                    connection.execute(statement.replace("$.", ""), values)

    def insert(self, position: int, stream: str = "pairing:late", version: int = 1) -> None:
        """Put an event at a position, as no program does."""
        if isinstance(self.store, MemoryStore):
            row = Row(position, stream, version, "pairing.formed", b"{}")
            self.store.table.rows.append(row)
            self.store.table.rows.sort()
            self.store.table.issued = max(self.store.table.issued, position)
            return
        self.sql(
            "INSERT INTO $.stored_events (rowid, originator_id, originator_version, topic, state) "
            "VALUES (?,?,?,?,?)",
            position, stream, version, "pairing.formed", b"{}",
        )  # fmt: skip
        if isinstance(self.store, PostgresStore):
            name = "$.stored_events_notification_id_seq"
            self.sql(
                f"SELECT setval('{name}', greatest((SELECT last_value FROM {name}), ?))", position
            )

    def delete(self, position: int) -> None:
        """Take an event away."""
        if isinstance(self.store, MemoryStore):
            rows = self.store.table.rows
            rows[:] = [row for row in rows if row.position != position]
            return
        self.sql("DELETE FROM $.stored_events WHERE rowid = ?", position)

    def rewrite(self, position: int, state: bytes) -> None:
        """Change what an event says."""
        if isinstance(self.store, MemoryStore):
            rows = self.store.table.rows
            rows[:] = [r._replace(state=state) if r.position == position else r for r in rows]
            return
        self.sql("UPDATE $.stored_events SET state = ? WHERE rowid = ?", state, position)


@contextmanager
def dying(where: str, book: Book) -> Iterator[None]:
    """The process dies at a point of the next tick: what comes after it does not happen."""
    ledger = book.store.ledger
    memory = book.signing.memory

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> Any:
        raise Killed

    def dying_sequence(work: Callable[..., Any], wait: float) -> Any:
        real = type(ledger).sequence

        def within(tables: Any, upto: int) -> Any:
            if where in DURING:
                setattr(tables, where, die)
                return work(tables, upto)
            done = work(tables, upto)
            if where == "before the commit":
                raise Killed
            return done

        return real(ledger, within, wait)

    ledger.sequence = dying_sequence  # type: ignore[method-assign]
    if where == "before it is remembered":
        memory.append = die  # type: ignore[method-assign]
    try:
        yield
    except Killed:
        pass
    else:
        raise AssertionError("nobody died")
    finally:
        vars(ledger).pop("sequence")
        vars(memory).pop("append", None)


DURING = ("put_leaves", "put_tiles", "set_head", "put_checkpoint")
POINTS = (*DURING, "before the commit", "before it is remembered")
