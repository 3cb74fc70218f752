"""People's keys in PostgreSQL, for several machines that share no disk.

They stand in another database than the log, each wrapped by a key that comes from outside of both:
the log alone, the keys alone, and both together open nothing without it. Several logs may keep
their keys in one database.
"""

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from mentorcore.errors import Invalid, KeyMissing, Problem
from mentorcore.log.sealing.keys import KEY_BYTES, KeyEntry, lost, tombstoned, unwrap, wrap
from mentorcore.log.sealing.keys_in_postgres import KeysInPostgres, place_of
from mentorcore.log.sealing.wrapping_key import wrapping_key
from mentorcore.log.storage.connection_pool import ConnectionPool
from mentorcore.log.storage.patience import Patience
from mentorcore.log.stores.postgres.connection import (
    Link,
    Sharing,
    connect,
    cut,
    is_sound,
    persisted,
)

__all__ = ["KeyDatabase"]

T = TypeVar("T")

AHEAD = 256
"""How many rows are read at once."""

AHEAD_SECONDS = 2.0
"""How long those rows serve: what another machine erases is gone here after that, and what was
opened before is forgotten as `Sealing` does."""

NOTHING_AHEAD: tuple[float, dict[tuple[str, int], bytes | None]] = (0.0, {})

KEK = 1
INDEX = "index"
"""What stands for a person where the key of the index is wrapped; no id of a person looks so."""

MAKING = 0x6D637763
"""Who makes the tables holds the advisory lock of this number."""

TABLES = (
    """CREATE TABLE IF NOT EXISTS $.key_store (
        log_id bytea PRIMARY KEY CHECK (length(log_id) = 16),
        kek_id bigint NOT NULL,
        kek_check bytea NOT NULL,
        index_key bytea NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS $.subject_key (
        log_id bytea NOT NULL REFERENCES $.key_store,
        subject text COLLATE "C" NOT NULL,
        generation bigint NOT NULL CHECK (generation > 0),
        kek_id bigint NOT NULL,
        wrapped bytea,
        state text NOT NULL CHECK (state IN ('active', 'held', 'erased')),
        erased_at text,
        PRIMARY KEY (log_id, subject, generation),
        CHECK ((wrapped IS NULL) = (state = 'erased')),
        CHECK ((erased_at IS NULL) = (state <> 'erased')))""",
)
DURABLE = """
    SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')
        WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)"""
"""A key that a power cut takes away has sealed something that never opens again."""

LOGS = """
    SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = 'audit_head' AND c.relkind = 'r' AND has_table_privilege(c.oid, 'SELECT')
        AND has_schema_privilege(n.oid, 'USAGE')"""


class KeyDatabase:
    """The keys of one log in PostgreSQL, safe for any number of threads, processes and machines.

    Args:
        at: Where they are.
        log_id: The log's id.
        create: Whether to make a place for them when there is none. A log that already holds
            sealed values must say no, or its lost keys would be replaced by useless new ones.
        patience: Seconds for which a server that is away is tried again.
        read_only: Whether a replica will do, as no key is made.
        index_key: The key of the index that a new place is given; a random one by default.
        random: Where random bytes come from.

    Raises:
        KeyMissing: There are none of this log, or the wrapping key is another one or not there.
        Invalid: It is the log's own database.
        LogAway: The server cannot be reached.
        LogError: The database cannot be used.
    """

    def __init__(
        self,
        at: KeysInPostgres,
        log_id: bytes,
        create: bool,
        *,
        patience: float = 15.0,
        read_only: bool = False,
        index_key: bytes | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._at = place_of(at, read_only=read_only)
        self.url = self._at.url
        self._log_id = log_id
        self._random = random
        self._kek = wrapping_key(at.wrapped_by)
        self._patience = Patience(self.url, patience, patience)
        connecting = partial(connect, self._at, self._patience, Sharing(self._at.pooler))
        self._links = ConnectionPool(connecting, is_sound, keep=2, what=self.url, cut=cut)
        self._ahead = NOTHING_AHEAD
        try:
            self._index_key = self._prepare(create, index_key or random(KEY_BYTES))
        except BaseException:
            self.close()
            raise

    def index_key(self) -> bytes:
        """The key of the index beside the log."""
        return self._index_key

    def deks(self, subjects: Sequence[str], mint: bool) -> dict[str, tuple[int, bytes]]:
        """The current keys; with *mint*, new ones for people who have none, in one transaction."""
        asked = sorted(set(subjects))
        rows = self._done(lambda link: self._newest(link, asked))
        if mint and len(rows) < len(asked):
            self._refuse_erased(rows)
            rows = self._done(lambda link: self._minted(link, asked), writes=True)
        if mint:
            self._refuse_erased(rows)
        return {
            subject: (generation, self._unwrap(subject, generation, wrapped))
            for subject in subjects
            if subject in rows
            for generation, wrapped in (rows[subject],)
            if wrapped is not None
        }

    def dek(self, subject: str, generation: int) -> bytes | None:
        """One key, or ``None`` when it was erased."""
        asked = subject, generation
        until, rows = self._ahead
        if asked not in rows or time.monotonic() > until:
            until = time.monotonic() + AHEAD_SECONDS
            rows = dict(self._done(lambda link: self._following(link, *asked)))
            self._ahead = until, rows
        if asked not in rows:
            raise lost(subject, generation, self.url)
        wrapped = rows[asked]
        return None if wrapped is None else self._unwrap(subject, generation, wrapped)

    def erase(self, subject: str, erased_at: str) -> None:
        """Destroy a person's keys and leave the rows as a fence: the point of no return.

        A person without a key gets a fence too. Dumps of the database made before still hold the
        wrapped key, and so does the server until it has vacuumed the table and its write-ahead log
        is gone: until the wrapping key is replaced.
        """

        def work(link: Link) -> None:
            with link.transaction():
                link.execute(DURABLE)
                self._ask(
                    link,
                    "INSERT INTO $.subject_key VALUES (%s, %s, 1, %s, NULL, 'erased', %s) "
                    "ON CONFLICT DO NOTHING",
                    (self._log_id, subject, KEK, erased_at),
                )
                self._ask(
                    link,
                    "UPDATE $.subject_key SET wrapped = NULL, state = 'erased', erased_at = %s "
                    "WHERE log_id = %s AND subject = %s AND state <> 'erased'",
                    (erased_at, self._log_id, subject),
                )

        self._done(work, writes=True)
        self._ahead = NOTHING_AHEAD

    def entries(self) -> Iterator[KeyEntry]:
        """All keys, also of the erased; see `PortableKeys`."""
        rows = self._done(
            lambda link: self._ask(
                link,
                "SELECT subject, generation, wrapped, state, erased_at FROM $.subject_key "
                "WHERE log_id = %s ORDER BY subject, generation",
                (self._log_id,),
            )
        )
        for subject, generation, wrapped, *state in rows:
            dek = None if wrapped is None else self._unwrap(subject, generation, wrapped)
            yield KeyEntry(subject, generation, dek, *state)

    def adopt(self, entries: Iterable[KeyEntry]) -> int:
        """Take over the keys of another place; see `PortableKeys`."""
        rows = [
            (self._log_id, e.subject, e.generation, KEK, self._wrapped(e), e.state, e.erased_at)
            for e in entries
        ]

        def work(link: Link) -> None:
            with link.transaction(), link.cursor() as cursor:
                cursor.execute(DURABLE)
                statement = "INSERT INTO $.subject_key VALUES (%s, %s, %s, %s, %s, %s, %s) "
                cursor.executemany(self._within(statement + "ON CONFLICT DO NOTHING"), rows)

        self._done(work, writes=True)
        return len(rows)

    def forget(self) -> None:
        """Take all keys of the log away: what was begun here did not succeed."""

        def work(link: Link) -> None:
            with link.transaction():
                for table in ("subject_key", "key_store"):
                    self._ask(link, f"DELETE FROM $.{table} WHERE log_id = %s", (self._log_id,))  # noqa: S608 - the names above

        self._done(work, writes=True)

    def close(self) -> None:
        """Give the connections back."""
        self._patience.hurry()
        self._links.close()

    # ------------------------------------------------------------------------ the tables

    def _prepare(self, create: bool, index_key: bytes) -> bytes:
        self._done(self._refuse_the_logs_own)
        about = self._done(lambda link: self._about(link, create, index_key))
        if about is None:
            raise KeyMissing(
                f"{self.url} holds no keys of this log ({self._log_id.hex()}); without them its "
                "personal values can be neither read nor written. Say with keys= where they are, "
                "or bring them there with mentorcore.Engine.copy_keys"
            )
        check, wrapped = about
        if not hmac.compare_digest(check, self._check()):
            raise KeyMissing(
                f"the wrapping key is not the one under which the keys in {self.url} are wrapped"
            )
        return unwrap(self._kek, KEK, wrapped, log_id=self._log_id, subject=INDEX, generation=KEK)

    def _about(self, link: Link, create: bool, index_key: bytes) -> tuple[bytes, bytes] | None:
        """What is known of the log's keys; ``None`` when there are none and none are made."""
        known = "SELECT kek_check, index_key FROM $.key_store WHERE log_id = %s"
        there = self._ask(link, "SELECT to_regclass(%s)", (self._table("key_store"),))[0][0]
        found = self._ask(link, known, (self._log_id,)) if there is not None else []
        if not found and create:
            with link.transaction():
                link.execute(DURABLE)
                link.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
                schema = self._at.schema
                if not link.execute(
                    "SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)
                ).fetchone():
                    link.execute(f'CREATE SCHEMA "{schema}"'.encode())
                for statement in TABLES:
                    link.execute(self._within(statement))
                self._ask(
                    link,
                    "INSERT INTO $.key_store VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    (self._log_id, KEK, self._check(), self._wrap(INDEX, KEK, index_key)),
                )
            found = self._ask(link, known, (self._log_id,))
        return (found[0][0], found[0][1]) if found else None

    def _refuse_the_logs_own(self, link: Link) -> None:
        """Keys beside what they seal would be in each dump of it."""
        for (schema,) in link.execute(LOGS).fetchall():
            asked = f'SELECT 1 FROM "{schema}".audit_head WHERE log_id = %s'  # noqa: S608 - a schema of the server
            if link.execute(asked.encode(), (self._log_id,)).fetchone():
                raise Invalid(
                    "people's keys never stand in the log's own database",
                    [Problem("keys", f"{self.url} holds the log", "another database")],
                )

    def _following(
        self, link: Link, subject: str, generation: int
    ) -> list[tuple[tuple[str, int], bytes | None]]:
        """A row and those behind it: who looks at a program needs everybody's in it."""
        rows = self._ask(
            link,
            "SELECT subject, generation, wrapped FROM $.subject_key "
            "WHERE log_id = %s AND (subject, generation) >= (%s, %s) "
            "ORDER BY subject, generation LIMIT %s",
            (self._log_id, subject, generation, AHEAD),
        )
        return [((person, number), wrapped) for person, number, wrapped in rows]

    def _newest(self, link: Link, subjects: list[str]) -> dict[str, tuple[int, bytes | None]]:
        """The newest generation of each person's key, and it."""
        rows = self._ask(
            link,
            "SELECT DISTINCT ON (subject) subject, generation, wrapped FROM $.subject_key "
            "WHERE log_id = %s AND subject = ANY(%s) ORDER BY subject, generation DESC",
            (self._log_id, subjects),
        )
        return {subject: (generation, wrapped) for subject, generation, wrapped in rows}

    def _minted(self, link: Link, subjects: list[str]) -> dict[str, tuple[int, bytes | None]]:
        """The same, once there is a key for everybody; of two that make one, one is kept."""
        with link.transaction():
            link.execute(DURABLE)
            held = self._newest(link, subjects)
            for subject in subjects:  # in one order, so that no two wait for each other
                if subject not in held:
                    wrapped = self._wrap(subject, 1, self._random(KEY_BYTES))
                    self._ask(
                        link,
                        "INSERT INTO $.subject_key VALUES (%s, %s, 1, %s, %s, 'active', NULL) "
                        "ON CONFLICT DO NOTHING",
                        (self._log_id, subject, KEK, wrapped),
                    )
            return self._newest(link, subjects)

    def _refuse_erased(self, rows: dict[str, tuple[int, bytes | None]]) -> None:
        for subject, (_, wrapped) in rows.items():
            if wrapped is None:
                raise tombstoned(subject)

    # ------------------------------------------------------------------------ wrapping

    def _check(self) -> bytes:
        """Tells one wrapping key from another without telling anything about it."""
        return hmac.digest(self._kek, b"MCK2" + self._log_id, hashlib.sha256)

    def _wrap(self, subject: str, generation: int, dek: bytes) -> bytes:
        return wrap(
            self._kek,
            KEK,
            dek,
            log_id=self._log_id,
            subject=subject,
            generation=generation,
            random=self._random,
        )

    def _wrapped(self, entry: KeyEntry) -> bytes | None:
        return None if entry.dek is None else self._wrap(entry.subject, entry.generation, entry.dek)

    def _unwrap(self, subject: str, generation: int, wrapped: bytes) -> bytes:
        return unwrap(
            self._kek, KEK, wrapped, log_id=self._log_id, subject=subject, generation=generation
        )

    # ------------------------------------------------------------------------ the connection

    def _done(self, work: Callable[[Link], T], *, writes: bool = False) -> T:
        """Do *work*, again if the server goes away meanwhile; all of it may be done twice."""
        return persisted(self._links, lambda link, _: work(link), self._patience, writes=writes)

    def _table(self, name: str) -> str:
        return f'"{self._at.schema}".{name}'

    def _within(self, statement: str) -> bytes:
        return statement.replace("$.", f'"{self._at.schema}".').encode()

    def _ask(self, link: Link, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        cursor = link.execute(self._within(statement), values, binary=True)
        return cursor.fetchall() if cursor.description else []
