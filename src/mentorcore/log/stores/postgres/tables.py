"""The tables of a log in PostgreSQL: making them once, and telling them from everything else."""

import hashlib
import secrets
from typing import Any

import psycopg

from mentorcore.errors import LogBusy, NotALog
from mentorcore.log.storage.append_checks import other_format
from mentorcore.log.storage.store import FORMAT
from mentorcore.log.storage.tables import POSTGRES_COLUMNS, POSTGRES_KEYS, POSTGRES_STORAGE
from mentorcore.log.stores.postgres.address import Place

__all__ = ["lock_number", "prepare", "within"]

SEQUENCE = "stored_events_notification_id_seq"

EXISTING = """
    SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
      ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = ANY(%s)"""
COLUMNS = """
    SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = %s AND c.relname = ANY(%s) AND c.relkind = 'r' AND c.relpersistence = 'p'
       AND a.attnum > 0 AND NOT a.attisdropped"""
KEYS = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY k.place)
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
     WHERE n.nspname = %s AND c.relname = ANY(%s) AND i.indisprimary AND i.indisvalid
     GROUP BY c.relname"""
ACTING = """
    SELECT c.relname, t.tgname FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = %s AND c.relname = ANY(%s) AND NOT t.tgisinternal
     UNION ALL SELECT r.tablename, r.rulename FROM pg_catalog.pg_rules r
     WHERE r.schemaname = %s AND r.tablename = ANY(%s)"""
HIDING = """
    SELECT c.relname FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = %s AND c.relname = ANY(%s)
       AND (c.relrowsecurity OR c.relforcerowsecurity OR EXISTS (
            SELECT 1 FROM pg_catalog.pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid)))"""
COUNTER = """
    SELECT cache_size, increment_by, cycle FROM pg_catalog.pg_sequences
     WHERE schemaname = %s AND sequencename = %s"""


def within(schema: str, statement: str) -> bytes:
    """A statement in which ``$.`` stands for the log's schema."""
    return statement.replace("$.", f'"{schema}".').encode()


def lock_number(*words: object) -> int:
    """The number of an advisory lock that is named by words."""
    digest = hashlib.sha256("\0".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def statements() -> list[str]:
    """What makes the tables, each name with ``$.`` before it."""
    made = []
    for table, columns in POSTGRES_COLUMNS.items():
        lines = [f"{name} {kind}" for name, kind in columns.items()]
        lines.append(f"PRIMARY KEY ({', '.join(POSTGRES_KEYS[table])})")
        storage = f" WITH ({POSTGRES_STORAGE[table]})" if table in POSTGRES_STORAGE else ""
        made.append(f"CREATE TABLE $.{table} ({', '.join(lines)}){storage}")
    made.append(
        "CREATE UNIQUE INDEX stored_events_notification_id_idx ON $.stored_events (notification_id)"
    )
    made.append("CREATE INDEX view_row_group ON $.view_row (view, grp)")
    return made


def prepare(
    connection: psycopg.Connection[Any], at: Place, create: bool, settings: str = ""
) -> bytes:
    """Make sure that a log of this format stands there; returns the log's id.

    Args:
        connection: To where the log is, or is to be.
        at: Where that is.
        create: Whether to make a log when there is none.
        settings: What sets up a transaction, where the connection is not set up itself.

    Raises:
        NotALog: Something else stands there; or nothing, and *create* is false.
    """
    try:
        if not _stands(connection, at):
            if not create:
                raise NotALog(f"there is no log at {at.url}")
            _make(connection, at, settings)
        _compare(connection, at)
        found = connection.execute(within(at.schema, "SELECT log_id FROM $.audit_head")).fetchone()
    except psycopg.errors.LockNotAvailable as error:
        raise LogBusy(f"somebody else is making a log at {at.url}; try again later") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotALog(f"{at.url}: this user may not use a log there: {error}") from error
    if found is None:
        raise NotALog(f"{at.url}: the log has lost its id; restore it from a backup")
    return bytes(found[0])


def _stands(connection: psycopg.Connection[Any], at: Place) -> bool:
    names = list(POSTGRES_COLUMNS)
    there = {row[0] for row in connection.execute(EXISTING, (at.schema, names))}
    if not there:
        return False
    if "log_meta" not in there:
        raise NotALog(
            f"{at.url}: schema {at.schema} has tables of another program "
            f"({', '.join(sorted(there))}); choose another with ?schema=name"
        )
    question = within(at.schema, "SELECT format FROM $.log_meta WHERE id = 1")
    try:
        row = connection.execute(question).fetchone()
    except psycopg.errors.UndefinedColumn:
        row = None
    if row is None:
        raise NotALog(f"{at.url} does not say which format of log it is; restore it from a backup")
    if row[0] != FORMAT:
        raise other_format(at.url, row[0])
    return True


def _make(connection: psycopg.Connection[Any], at: Place, settings: str) -> None:
    encoding = connection.execute("SHOW server_encoding").fetchone()
    if encoding is None or encoding[0] != "UTF8":
        raise NotALog(f"{at.url}: a log needs a database with the encoding UTF8, not {encoding}")
    with connection.transaction():
        if settings:
            connection.execute(settings.encode())
        # Two processes that make the same log at once meet here, and the second finds it made.
        number = lock_number("mentorcore", at.schema)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (number,))
        if _stands(connection, at):
            return
        missing = connection.execute(
            "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s", (at.schema,)
        )
        if missing.fetchone() is None:
            connection.execute(f'CREATE SCHEMA "{at.schema}"'.encode())
        for statement in statements():
            connection.execute(within(at.schema, statement))
        connection.execute(
            within(at.schema, "INSERT INTO $.audit_head VALUES (1, %s, 0, 0, '')"),
            (secrets.token_bytes(16),),
        )
        connection.execute(
            within(at.schema, "INSERT INTO $.log_meta VALUES (1, %s, '')"), (FORMAT,)
        )
        # The library's mark for its tracking with one row a view.
        connection.execute(
            within(at.schema, "INSERT INTO $.notification_tracking VALUES ('__migration__', 1)")
        )


def _compare(connection: psycopg.Connection[Any], at: Place) -> None:
    names = list(POSTGRES_COLUMNS)
    expected = {
        (table, column, _plain(kind), "NOT NULL" in kind)
        for table, columns in POSTGRES_COLUMNS.items()
        for column, kind in columns.items()
    }
    found = set(connection.execute(COLUMNS, (at.schema, names)).fetchall())
    keys = {row[0]: tuple(row[1]) for row in connection.execute(KEYS, (at.schema, names))}
    wrong = {row[0] for row in expected ^ found}
    wrong |= {table for table, key in POSTGRES_KEYS.items() if keys.get(table) != key}
    if wrong:
        raise NotALog(
            f"{at.url}: not as the log was made: table {', '.join(sorted(wrong))}; "
            "restore it from a backup"
        )
    acting = connection.execute(ACTING, (at.schema, names) * 2).fetchone()
    if acting:
        raise NotALog(
            f"{at.url}: the trigger or rule {acting[1]} on {acting[0]} would act on the log by "
            "itself; remove it"
        )
    # Two users would read two logs, or one would read rows that lie somewhere else.
    if hiding := connection.execute(HIDING, (at.schema, names)).fetchone():
        raise NotALog(
            f"{at.url}: row level security or inheritance on {hiding[0]} would hide rows of the "
            "log or show others; remove it"
        )
    if connection.execute(COUNTER, (at.schema, SEQUENCE)).fetchone() != (1, 1, False):
        raise NotALog(
            f"{at.url}: the sequence {SEQUENCE} must count by one, with CACHE 1 and without a "
            "cycle, or events would appear behind readers who have gone past them"
        )


def _plain(kind: str) -> str:
    return kind.split(maxsplit=1)[0].replace("bigserial", "bigint")
