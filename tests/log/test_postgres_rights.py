"""With parted rights the program can add events and nothing else, and the auditor can prove them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from audit.books import Book, put
from pg_server import PgServer

from mentorcore.audit.notes.signing import sign_with
from mentorcore.audit.notes.signing_keys import create_signing_key
from mentorcore.engine.opening import open_engine
from mentorcore.errors import Invalid, LateInsertion, LogError
from mentorcore.log.sealing.no_keys import NoKeys
from mentorcore.log.stores.postgres.address import place
from mentorcore.log.stores.postgres.privileges import postgres_rights
from mentorcore.log.stores.postgres.store import PostgresStore

BACKDATED = (
    "INSERT INTO stored_events (notification_id, originator_id, originator_version, topic, state) "
    "VALUES (0, 'pairing:1', 9, 'pairing.formed', '{}')"
)
Link = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def guarded(postgres_server: PgServer, postgres_url: str) -> str:
    """A log whose rights are parted."""
    PostgresStore(postgres_url).close()
    schema = place(postgres_url).schema
    with postgres_server.connect() as owner:
        for role in ("recording", "auditing"):
            if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                owner.execute(f"CREATE ROLE {role} LOGIN".encode())
        owner.execute(postgres_rights(schema, writer="recording", auditor="auditing").encode())
    return postgres_url


def as_role(url: str, role: str) -> str:
    return f"{url}&user={role}"


@pytest.fixture
def writer(guarded: str) -> Iterator[PostgresStore]:
    store = PostgresStore(as_role(guarded, "recording"))
    yield store
    store.close()


@pytest.fixture
def auditor(guarded: str, tmp_path: Path) -> Iterator[Book]:
    book = Book(PostgresStore(as_role(guarded, "auditing")), tmp_path)
    yield book
    book.store.close()


@pytest.fixture
def bare(writer: PostgresStore) -> Iterator[Link]:
    """The writer's own rights, used past the program."""
    at = place(as_role(writer.url, "recording"))
    with psycopg.connect(autocommit=True, **dict(at.parameters())) as link:  # type: ignore[arg-type]
        link.execute(f'SET search_path = "{at.schema}"'.encode())
        yield link


def test_the_writer_appends_and_the_auditor_signs(writer: PostgresStore, auditor: Book) -> None:
    assert put(writer, 3) == [1, 2, 3]
    assert put(writer, 20, "pairing:2")[-1] == 23

    assert auditor.sequencer.checkpoint().size == 23
    assert auditor.prover.receipt(7).leaf.position == 7
    assert writer.tail() == 23


def test_the_auditor_compares_all_events_before_it_signs(
    guarded: str, writer: PostgresStore, tmp_path: Path
) -> None:
    key = tmp_path / "signing-key"
    create_signing_key(key, "mentoring.example.edu/log1")
    put(writer, 3)
    signing = sign_with(key, background=False)
    url = as_role(guarded, "auditing")

    with open_engine(url, keys=NoKeys(), sign=signing, create=False) as opened:
        first = opened.checkpoint()
        put(writer, 2, "pairing:2")
        second = opened.checkpoint()

    assert (first.checkpoint.size, second.checkpoint.size) == (3, 5)
    assert second.compared is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = '{}'",
        "UPDATE stored_events SET topic = 'another'",
        "DELETE FROM stored_events",
        "TRUNCATE stored_events",
        BACKDATED,
        "LOCK TABLE stored_events IN EXCLUSIVE MODE",
        "SELECT setval('stored_events_notification_id_seq', 1)",
        "ALTER TABLE stored_events ADD COLUMN more text",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "UPDATE audit_head SET size = 0",
        "INSERT INTO audit_checkpoint VALUES (1, '')",
        "UPDATE log_meta SET format = 3",
        "SELECT mc_audit_barrier()",
    ],
)
def test_writer_cannot_update_or_backdate(
    writer: PostgresStore, bare: Link, statement: str
) -> None:
    put(writer, 2)

    with pytest.raises(psycopg.errors.InsufficientPrivilege), bare.transaction():
        bare.execute(statement.encode())

    assert [row.version for row in writer.page(0, 9)] == [1, 2]


def test_the_auditor_cannot_append(auditor: Book) -> None:
    with pytest.raises(LogError, match="permission denied"):
        put(auditor.store, 1)


def test_the_locks_of_the_functions_are_those_of_the_statements(
    writer: PostgresStore, auditor: Book, bare: Link
) -> None:
    """A writer who holds the lock keeps out both other writers and the barrier."""
    at = place(as_role(writer.url, "recording"))
    with bare.transaction():
        bare.execute("SELECT mc_lock_events()")
        modes = bare.execute(
            "SELECT mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relname = 'stored_events' AND n.nspname = %s AND granted",
            (at.schema,),
        ).fetchall()

    assert ("ExclusiveLock",) in modes
    seen = auditor.store.ledger.sequence(lambda _tables, upto: upto, 1)
    assert seen == 0


def test_what_the_owner_puts_in_late_is_found(
    writer: PostgresStore, auditor: Book, guarded: str, tmp_path: Path
) -> None:
    put(writer, 3)
    auditor.sequencer.checkpoint()
    Book(writer, tmp_path).store.close()
    owner = Book(PostgresStore(guarded), tmp_path)
    owner.insert(0)

    with pytest.raises(LateInsertion, match="position 0"):
        auditor.sequencer.checkpoint()
    owner.store.close()


@pytest.mark.parametrize("name", ["", "a b", 'a"; DROP', "9", "x" * 64])
def test_only_plain_names_are_written_into_the_sql(name: str) -> None:
    for given in ({"writer": name, "auditor": "a"}, {"writer": "a", "auditor": name}):
        with pytest.raises(Invalid, match="no plain name"):
            postgres_rights("public", **given)
    with pytest.raises(Invalid, match="schema"):
        postgres_rights(name, writer="a", auditor="b")
