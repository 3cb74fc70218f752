"""The figures of verification, one function each: beside hashing and reading the same rows.

Run by `run.py` in processes of their own; by hand:

    python benchmarks/verifying.py make FOLDER 100000
    python benchmarks/verifying.py alone FOLDER/log.db
"""

import json
import os
import sqlite3
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from measuring import peak, rates

from mentorcore.audit.bundle.writer import write_bundle
from mentorcore.audit.merkle.leaf import leaf_bytes, leaf_hash
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import Checkpoint, sign_checkpoint
from mentorcore.audit.notes.verifier_keys import secret_signer
from mentorcore.audit.verification.live_log import looked_at
from mentorcore.log.stores.opening import open_store

SIGNER = secret_signer("benchmark.example/log", bytes(range(32)))
LEAF, NODE = os.urandom(136), os.urandom(65)
TOGETHER = 10_000
BEGIN = datetime(2026, 1, 1)
EVERY = 1_000
"""Events between checkpoints, as the sequencer makes them."""


def make(folder: str, events: str) -> dict[str, Any]:
    """A log of so many events of some 350 bytes, with checkpoints, as a file and as a bundle."""
    path, number = Path(folder) / "log.db", int(events)
    open_store(str(path)).close()
    tree, tail = Frontier(), b'"m":{},"d":{"note":"' + b"x" * 310 + b'"}}'
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        (log_id,) = db.execute("SELECT log_id FROM audit_head").fetchone()
        for start in range(0, number, TOGETHER):
            rows, notes, leaves = [], [], []
            for n in range(start, min(start + TOGETHER, number)):
                at = (BEGIN + timedelta(seconds=60 * n)).isoformat(timespec="microseconds")
                state = b'{"_s":"%016x","at":"%bZ",' % (n, at.encode()) + tail
                stream = f"pairing:{n // 20:032x}"
                row = (n + 1, stream, n % 20 + 1, "pairing.meeting-held")
                digest = sha256(state).digest()
                leaf = leaf_hash(leaf_bytes(log_id, n, *row, digest))
                tree.append(leaf)
                rows.append((*row, state))
                leaves.append((n, n + 1, leaf))
                if tree.size % EVERY == 0 or tree.size == number:
                    made = Checkpoint(SIGNER.key.name, tree.size, tree.root())
                    notes.append((tree.size, sign_checkpoint(made, SIGNER).note))
            db.execute("BEGIN")
            db.executemany("INSERT INTO stored_events VALUES (?,?,?,?,?)", rows)
            db.executemany("INSERT INTO audit_leaf VALUES (?,?,?)", leaves)
            db.executemany("INSERT INTO audit_checkpoint VALUES (?,?)", notes)
            db.execute("COMMIT")
        (note,) = db.execute("SELECT note FROM audit_checkpoint ORDER BY size DESC").fetchone()
    (Path(folder) / "held.txt").write_text(note, encoding="utf-8")
    to = Path(folder) / "bundle"
    looked_at(path, lambda shown, _: write_bundle(shown, to, origin=SIGNER.key.name, engine="0"))
    return {"events": number}


def hashing(events: str) -> dict[str, Any]:
    """Nothing but the three SHA-256 an event: its state, its leaf, and one node of the tree."""
    number, state = int(events), os.urandom(360)

    def work() -> int:
        for _ in range(number):
            sha256(state).digest()
            sha256(LEAF).digest()
            sha256(NODE).digest()
        return number

    return {"rate": rates(work)}


def scanning(log: str) -> dict[str, Any]:
    """Nothing but reading the rows."""

    def work() -> int:
        with closing(sqlite3.connect(log)) as db:
            return sum(1 for _ in db.execute("SELECT * FROM stored_events ORDER BY rowid"))

    return {"rate": rates(work)}


def checking(log: str) -> dict[str, Any]:
    """Nothing but what SQLite says about its pages."""

    def work() -> int:
        with closing(sqlite3.connect(log)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (number,) = db.execute("SELECT count(*) FROM stored_events").fetchone()
            return int(number)

    return {"rate": rates(work)}


def alone(log: str) -> dict[str, Any]:
    """The stand-alone verifier, on a file or a bundle."""
    return {"rate": rates(_alone(log)), "memory": peak()}


def _alone(log: str) -> Callable[[], int]:
    from mentorcore.audit import standalone

    path = Path(log)
    asked = Namespace(
        log=path, vkey=[str(SIGNER.key)], checkpoint=[str(path.parent / "held.txt")], witness=[],
        quorum=None, nonce=None, max_age=None, streams=False,
    )  # fmt: skip

    def work() -> int:
        report = standalone.verify(asked)
        assert report["verdict"] == "verified", report
        return int(report["size"])

    return work


def once(figure: str, log: str) -> dict[str, Any]:
    """The CPU seconds of one verification, by the stand-alone verifier or the built-in one."""
    work = {"alone": _alone, "built_in": _built_in}[figure](log)
    start = time.process_time()
    work()
    return {"cpu": time.process_time() - start}


def exporting(log: str) -> dict[str, Any]:
    """Writing the same events as a bundle again, in a directory and as a ZIP."""
    taken = {}
    for name in ("again", "again.zip"):
        to = Path(log).parent / name

        def work(to: Path = to) -> int:
            return looked_at(
                Path(log),
                lambda shown, _: write_bundle(shown, to, origin=SIGNER.key.name, engine="0").size,
            )

        taken[name] = rates(work)
    return {"folder": taken["again"], "zip": taken["again.zip"], "memory": peak()}


def built_in(log: str) -> dict[str, Any]:
    """The built-in verifier, on the same."""
    return {"rate": rates(_built_in(log)), "memory": peak()}


def _built_in(log: str) -> Callable[[], int]:
    from mentorcore.audit.verification.verdicts import VerificationPolicy
    from mentorcore.audit.verification.verification import verify_log

    held = (Path(log).parent / "held.txt").read_text("utf-8")
    demands = VerificationPolicy(keys=[SIGNER.key], held={"held": held})

    def work() -> int:
        verdict = verify_log(log, demands)
        assert verdict.verdict == "verified", verdict
        return verdict.size

    return work


if __name__ == "__main__":
    work: Any = globals()[sys.argv[1]]
    print(json.dumps(work(*sys.argv[2:])))
