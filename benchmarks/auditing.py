"""The figures of checkpoints and proofs, one function each.

Run by `run.py` in processes of their own; by hand: python benchmarks/auditing.py notes
"""

import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import logs
from measuring import peak

from mentorcore.audit.merkle.leaf import leaf_hash
from mentorcore.audit.merkle.tree import Frontier
from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from mentorcore.audit.notes.checkpoint_file import CheckpointFile
from mentorcore.audit.notes.signing import Signing
from mentorcore.audit.notes.verifier_keys import secret_signer
from mentorcore.audit.sequencing.prover import Prover
from mentorcore.audit.sequencing.receipt import verify_receipt
from mentorcore.audit.sequencing.sequencer import Sequencer
from mentorcore.engine.auditing.proofs import LogIntegrity
from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.storage.store import Draft, Store
from mentorcore.log.stores.opening import open_store

SIGNER = secret_signer("benchmark.example/log", bytes(range(32)))
TAIL = b'","d":{"note":"' + b"x" * 300 + b'"}}'
ROUNDS = 30
CHUNK = 100


def signing(folder: str, **options: Any) -> Signing:
    return Signing(SIGNER, CheckpointFile(Path(folder) / "checkpoints"), **options)


def now() -> datetime:
    return datetime.now(UTC)


def append(store: Store, stream: str, first: int, count: int) -> None:
    for version in range(first, first + count):
        draft = Draft(stream, version, "pairing.formed", b'{"m":{"at":"', TAIL)
        store.append([draft], (), now)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def appending() -> dict[str, Any]:
    """Durable appends of one event: bare, and beside the sequencer.

    They take turns, so that whatever else the machine does hits them alike.
    """
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[str, Store] = {}
        audits: dict[str, LogIntegrity] = {}
        options: dict[str, dict[str, Any]] = {
            "bare": {"background": False},
            "background": {"background": True, "events": 100, "seconds": 1.0},
        }
        for kind, chosen in options.items():
            Path(folder, kind).mkdir()
            stores[kind] = open_store(f"{folder}/{kind}/log.db")
            audits[kind] = LogIntegrity(stores[kind], signing(f"{folder}/{kind}", **chosen), now)

        spent: dict[str, list[float]] = {kind: [] for kind in options}
        for turn in range(ROUNDS):
            for kind in options:
                first = 1 + turn * CHUNK
                took = timed(lambda k=kind, f=first: append(stores[k], "pairing:1", f, CHUNK))  # type: ignore[misc]
                spent[kind].append(took / CHUNK)
        for audit in audits.values():
            audit.close()
        for store in stores.values():
            store.close()
    return {kind: statistics.median(times) for kind, times in spent.items()}


def proving(log: str, events: str) -> dict[str, Any]:
    """Sequencing a large log at once, then proofs about it, each from a new prover."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(log)
        number = store.tail() or logs.fill(store, MemoryKeys(), int(events))
        before = Path(log).stat().st_size
        sequencer = Sequencer(store.ledger, signing(folder))
        took = timed(sequencer.checkpoint)
        store.close()
        store = open_store(log)  # so that the write-ahead log is in the file
        sequencer = Sequencer(store.ledger, signing(folder))
        grown = Path(log).stat().st_size - before
        first = sequencer.checkpoint()
        append(store, "pairing:last", 1, 5)
        last = sequencer.checkpoint()
        prover = Prover(store.ledger, signing(folder))
        receipts, consistency, sizes, hashes = [], [], [], []
        for i in range(200):
            position = 1 + (i * 7919_7) % number
            began = time.perf_counter()
            receipt = prover.receipt(position)
            receipts.append(time.perf_counter() - began)
            sizes.append(len(receipt.text))
            hashes.append(len(receipt.proof))
            consistency.append(timed(lambda: prover.consistency(first, last)))
        longest = len(prover.consistency(first, last))
        verified = timed(lambda: verify_receipt(receipt.text, [SIGNER.key]))
        ticks = []
        for version in range(6, 56):
            append(store, "pairing:last", version, 1)
            ticks.append(timed(lambda: sequencer.tick(thorough=False)))
        thorough = timed(sequencer.checkpoint)
        store.close()
    return {
        "events": number,
        "rate": number / took,
        "bytes": grown / number,
        "receipt": statistics.median(receipts),
        "size": max(sizes),
        "hashes": max(hashes),
        "consistency": statistics.median(consistency),
        "consistency_hashes": longest,
        "verify": verified,
        "tick": statistics.median(ticks),
        "counting": thorough,
        "memory": peak(),
    }


def growing() -> dict[str, Any]:
    """One more leaf and the root, on a small and on a large tree."""
    found = {}
    one = leaf_hash(b"one more")
    for size in (1_000, 1_000_000):
        frontier = Frontier()
        for i in range(size):
            frontier.append(leaf_hash(i.to_bytes(8, "big")))

        def more(trees: list[Frontier]) -> None:
            for tree in trees:
                tree.append(one)
                tree.root()

        copies = [[frontier.copy() for _ in range(1_000)] for _ in range(20)]
        found[str(size)] = min(timed(lambda c=c: more(c)) for c in copies) / 1_000  # type: ignore[misc]
    return found


def notes() -> dict[str, Any]:
    """Signing and reading a checkpoint."""
    checkpoint = Checkpoint(SIGNER.key.name, 1_000_000, bytes(32))
    signed = sign_checkpoint(checkpoint, SIGNER)
    secret = SIGNER.sign
    return {
        "bytes": len(signed.note.encode()),
        "sign": min(
            timed(lambda: [secret(checkpoint.text.encode()) for _ in range(200)]) for _ in range(5)
        )
        / 200,
        "read": min(
            timed(lambda: [read_checkpoint(signed.note, [SIGNER.key]) for _ in range(200)])
            for _ in range(5)
        )
        / 200,
    }


def barrier(url: str, seconds: str = "6") -> dict[str, Any]:
    """The barrier of a tick in PostgreSQL while six writers append, and what was missed."""
    store = open_store(url)
    stop = threading.Event()

    def write(number: int) -> None:
        own = open_store(url)
        version = 0
        while not stop.is_set():
            version += 1
            append(own, f"pairing:{number}", version, 1)
        own.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    with tempfile.TemporaryDirectory() as folder:
        sequencer = Sequencer(store.ledger, signing(folder))
        for writer in writers:
            writer.start()
        waits = []
        until = time.perf_counter() + float(seconds)
        while time.perf_counter() < until:
            waits.append(timed(lambda: store.ledger.sequence(lambda _tables, _upto: None, 1)))
            sequencer.tick(thorough=False)
            time.sleep(0.05)
        stop.set()
        for writer in writers:
            writer.join()
        covered = sequencer.checkpoint().size
        events = store.ledger.read(lambda tables: tables.events.count(None, None))
    store.close()
    return {
        "median": statistics.median(waits),
        "worst": max(waits),
        "events": events,
        "missed": events - covered,
    }


if __name__ == "__main__":
    work: Any = globals()[sys.argv[1]]
    print(json.dumps(work(*sys.argv[2:])))
