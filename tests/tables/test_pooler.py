"""Tables behind PgBouncer, which lends its connections for one transaction at a time."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from pg_bouncer import PROGRAM, PgBouncer
from pg_server import ADMIN, PgServer
from projections.town import Town

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed"),
]

PREFIX = "behind_a_pooler_"


@pytest.fixture
def pooler(postgres_server: PgServer) -> Iterator[PgBouncer]:
    running = PgBouncer(postgres_server, size=2)
    yield running
    running.remove()


def test_tables_are_kept_and_rebuilt_behind_a_pooler(town: Town, pooler: PgBouncer) -> None:
    failed: list[Exception] = []

    def work(rebuild: bool) -> None:
        try:
            with psycopg.connect(
                host=str(pooler.home),
                port=6432,
                user=ADMIN,
                dbname="postgres",
                autocommit=True,
                prepare_threshold=None,
            ) as connection:
                for _ in range(3):
                    town.engine.tables(connection, prefix=PREFIX, rebuild=rebuild)
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    pairing = next(iter(town.engine.events(names=["pairing.formed"]))).stream
    threads = [threading.Thread(target=work, args=(n % 2 == 1,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        town.goal(pairing, "2026-09-20")
    for thread in threads:
        thread.join()

    address = f"postgresql://{ADMIN}@:6432/postgres?host={pooler.home}"
    with town.engine.tables(address, prefix=PREFIX) as tables:
        found = tables.verify()
        tables.drop()
    assert failed == []
    assert found == ()
