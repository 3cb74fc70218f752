"""A host's worker: writes an invoice for each event, in one transaction with the position.

Started with the log, its keys and the host's database; says the position of each event before its
transaction is committed. Killed at any moment, it has written each invoice once or not yet.
"""

import sqlite3
import sys
import time
from typing import Any

import mentorcore as mc


def connected(database: str) -> Any:
    if "://" in database:
        import psycopg

        return psycopg.connect(database)
    return sqlite3.connect(database, timeout=20)


def main(log: str, keys: str, database: str) -> None:
    host = connected(database)
    sign = "%s" if "://" in database else "?"

    def bill(recorded: Any) -> None:
        host.execute(
            f"INSERT INTO invoice (position, stream) VALUES ({sign}, {sign})",
            (recorded.position, recorded.stream),
        )
        print(recorded.position, flush=True)
        time.sleep(0.02)  # long enough to be killed in

    with mc.open(log, keys=keys) as engine:
        engine.subscription("billing", connection=host).run_forever(bill)


if __name__ == "__main__":
    main(*sys.argv[1:])
