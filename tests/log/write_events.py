"""A process that writes to a log: started by the tests, several at a time.

python write_events.py MODE URL SEED WHO COUNT

It prints one JSON object: how many events it committed, and what went wrong that should not have.
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import UTC, datetime

from mentorcore.errors import Conflict, LogError
from mentorcore.log.storage.store import Draft, Entry, IndexTaken, Store
from mentorcore.log.stores.opening import open_store


class UndoneError(Exception):
    """Raised inside an append, so that it is rolled back with the lock held."""


def now() -> datetime:
    return datetime.now(UTC)


def draft(stream: str, version: int, size: int = 20) -> Draft:
    return Draft(stream, version, "pairing.formed", b'{"at":"', b'","x":"%s"}' % (b"x" * size))


def mixed(store: Store, dice: random.Random, who: str, count: int) -> dict[str, object]:
    """Appends of one to five events with delays, rollbacks and conflicts between them."""
    committed = 0
    for i in range(count):
        time.sleep(dice.random() * 0.004)
        events = [draft(f"s:{who}:{i}", v) for v in range(1, dice.randint(1, 5) + 1)]
        fate = dice.random()

        def slow(fate: float = fate) -> datetime:
            time.sleep(dice.random() * 0.002)
            if fate < 0.15:
                raise UndoneError
            return now()

        if fate > 0.85 and i:
            events.append(draft(f"s:{who}:{i - 1}", 1))
        entries = [Entry("key", b"taken" if 0.7 < fate <= 0.85 else f"{who}:{i}".encode())]
        try:
            committed += len(store.append(events, entries, slow).positions)
        except (UndoneError, IndexTaken, Conflict):
            continue
    return {"committed": committed}


def counting(store: Store, dice: random.Random, who: str, count: int) -> dict[str, object]:
    """Read, then write what was read plus one, all processes to the same stream."""
    conflicts = 0
    for _ in range(count):
        while True:
            version = len(store.stream("counter")) + 1
            try:
                store.append([draft("counter", version)], [], now)
            except Conflict:
                conflicts += 1
                time.sleep(dice.random() * 0.002)
            else:
                break
    return {"committed": count, "conflicts": conflicts}


def endless(store: Store, dice: random.Random, who: str, count: int) -> dict[str, object]:
    """Large appends until somebody kills this process; each says how many events it has."""
    print("ready", flush=True)
    for i in range(count):
        size = dice.randint(1, 40)
        events = [draft(f"batch:{who}:{i}:{size}", v, 2000) for v in range(1, size + 1)]
        store.append(events, [Entry("batch", f"{who}:{i}:{size}".encode())], now)
    return {"committed": count}


def opening(store: Store, dice: random.Random, who: str, count: int) -> dict[str, object]:
    """Nothing but to say which log this is."""
    store.append([draft(f"s:{who}", 1)], [], now)
    return {"log_id": store.log_id.hex()}


if __name__ == "__main__":
    mode, url, seed, who, count = sys.argv[1:]
    report: dict[str, object] = {}
    if mode == "opening":
        # Everybody at once: at the next full tenth of a second.
        time.sleep(0.3 - time.time() % 0.1)
    try:
        opened = open_store(url, lock_timeout=30.0)
        work = {"mixed": mixed, "counting": counting, "endless": endless, "opening": opening}[mode]
        report = work(opened, random.Random(f"{seed}/{who}"), who, int(count))
        opened.close()
    except LogError as error:
        report["error"] = str(error)
    print(json.dumps(report))
