"""A process that opens a log and is forked: started by the tests, because a fork is for ever.

python forking.py SCENARIO URL KEYS ENGINE

The child uses the engine that it inherited, or one of its own; it ends as a program does, at once,
or by being killed; and it works before the parent closes, after that, or at the same time. What is
printed is JSON: what was recorded for each, and what was refused.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs

import mentorcore as mc
from mentorcore.log.stores.opening import open_store

US = mc.Actor("host", "coordinator", "system")
TIMES = 4


def register(engine: mc.Engine, who: str) -> tuple[list[str], list[str]]:
    """Record some persons; answers with those that were acknowledged, and with what was refused."""
    recorded, refused = [], []
    for number in range(TIMES):
        try:
            recorded.append(
                engine.handle(mc.RegisterPerson(name=f"{who} {number}"), actor=US).stream
            )
        except mc.MentorcoreError as error:
            refused.append(type(error).__name__)
    return recorded, refused


class Pipe:
    """One word from one process to another."""

    def __init__(self) -> None:
        self.read, self.write = os.pipe()

    def tell(self, told: object = None) -> None:
        os.write(self.write, json.dumps(told).encode() + b"\n")

    def heard(self) -> Any:
        said = b""
        while not said.endswith(b"\n"):
            some = os.read(self.read, 1 << 16)
            if not some:
                raise SystemExit("the other process has ended before it said what it had to")
            said += some
        return json.loads(said)


def forked(work: Callable[[], object], end: str) -> tuple[int, Pipe]:
    """Do *work* in a child, which tells what came of it and then comes to its end."""
    done = Pipe()
    child = os.fork()
    if child:
        os.close(done.write)
        return child, done
    signal.alarm(30)  # a child that hangs is told from one that is slow
    done.tell(work())
    if end == "exit":
        sys.exit(0)
    if end == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(0)


def two_write(url: str, keys: str, whose: str) -> list[dict[str, object]]:
    """A parent and its child record what they can, one pair after the other."""
    return [
        two_write_once(url, keys, whose, end, order)
        for end in ("exit", "at once", "kill")
        for order in ("parent first", "child first", "together")
    ]


def two_write_once(url: str, keys: str, whose: str, end: str, order: str) -> dict[str, object]:
    """A parent and its child record what they can, in an order."""
    engine = mc.open(url, keys=keys)
    before, _ = register(engine, "before")
    go = Pipe()

    def work() -> object:
        used = engine if whose == "inherited" else mc.open(url, keys=keys)
        if whose == "own":
            list(used.events())
        if order != "child first":
            go.heard()
        told = register(used, "child")
        if whose == "own" and end == "exit":
            used.close()
        return told

    child, done = forked(work, end)
    try:
        if order == "parent first":
            mine, _ = register(engine, "parent")
            engine.close()
            go.tell()
            recorded, refused = done.heard()
        elif order == "child first":
            recorded, refused = done.heard()
            os.waitpid(child, 0)
            mine, _ = register(engine, "parent")
            engine.close()
        else:
            go.tell()
            mine, _ = register(engine, "parent")
            recorded, refused = done.heard()
            engine.close()
    finally:
        status = 0 if order == "child first" else os.waitpid(child, 0)[1]
    return {
        "recorded": [*before, *mine, *recorded],
        "refused": refused,
        "status": os.waitstatus_to_exitcode(status),
    }


def busy(url: str, keys: str, whose: str) -> dict[str, object]:
    """Other threads of the parent record and read without a pause while it forks again and again."""
    engine = mc.open(url, keys=keys)
    recorded: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            recorded.append(engine.handle(mc.RegisterPerson(name="Ann"), actor=US).stream)

    def read() -> None:
        while not stop.is_set():
            list(engine.events())

    def follow() -> None:
        for _ in engine.follow(stop=stop):
            pass

    threads = [threading.Thread(target=work) for work in (write, write, read, follow)]
    for thread in threads:
        thread.start()

    def work() -> object:
        used = engine if whose == "inherited" else mc.open(url, keys=keys)
        return register(used, "child")

    refused: list[str] = []
    ended = set()
    for end in ("exit", "at once") * 2:
        time.sleep(0.02)
        child, done = forked(work, end)
        some, no = done.heard()
        recorded += some
        refused += no
        ended.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        os.close(done.read)
    stop.set()
    for thread in threads:
        thread.join()
    engine.close()
    return {"recorded": recorded, "refused": refused, "ended": sorted(ended)}


def closing_down(url: str, keys: str, *_: str) -> dict[str, object]:
    """Another thread of the parent closes the log at the moment of the fork, again and again."""
    recorded, refused = [], []

    def work() -> object:
        with mc.open(url, keys=keys) as used:
            return register(used, "child")

    for _turn in range(5):
        engine = mc.open(url, keys=keys)
        recorded += register(engine, "before")[0]
        thread = threading.Thread(target=engine.close)
        thread.start()
        child, done = forked(work, "at once")
        thread.join()
        some, no = done.heard()
        recorded += some
        refused += no
        os.waitpid(child, 0)
    return {"recorded": recorded, "refused": refused}


def asked(url: str, keys: str, *_: str) -> dict[str, object]:
    """What the first call of each kind says in the child, while a thread holds every lock."""
    engine = mc.open(url, keys=keys)
    register(engine, "before")
    running, following, effective = engine.events(), engine.follow(), engine.effective()
    next(running), next(following), next(effective)
    handle, handed_on = engine.handle, engine.subscription("billing")
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with engine._lock:
            held.set()
            over.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    calls: dict[str, Callable[[], object]] = {
        "handle": lambda: engine.handle(mc.RegisterPerson(name="Ann"), actor=US),
        "a method taken before": lambda: handle(mc.RegisterPerson(name="Ann"), actor=US),
        "position": lambda: engine.position,
        "programs": lambda: len(engine.programs()),
        "events": lambda: list(engine.events()),
        "an event of those that were being read": lambda: next(running),
        "an event of those that were followed": lambda: next(following),
        "a record of those that were being read": lambda: next(effective),
        "a subscription": lambda: handed_on.run_once(lambda _event: None),
        "how a subscription does": handed_on.health,
        "new_id": lambda: engine.new_id("person"),
        "checkpoint": lambda: str(engine.checkpoint()),
    }

    def work() -> object:
        said = {}
        for name, call in calls.items():
            try:
                call()
                said[name] = "answered"
            except mc.MentorcoreError as error:
                said[name] = type(error).__name__
        with engine:
            engine.close()
        return said

    child, done = forked(work, "exit")
    said = done.heard()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    over.set()
    thread.join()
    mine, refused = register(engine, "parent")
    engine.close()
    return {"said": said, "recorded": mine, "refused": refused, "status": status}


def daemon(url: str, keys: str, *_: str) -> dict[str, object]:
    """A daemon: forked twice, in another folder, with every descriptor of the parent closed."""
    os.chdir(Path(keys).parent)
    engine = mc.open(url if "://" in url else Path(url).name, keys=Path(keys).name)
    before, _refused = register(engine, "before")
    done = Pipe()
    if (child := os.fork()) == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            os.closerange(3, done.write)
            os.closerange(done.write + 1, 256)
            first = register(engine, "daemon")
            with mc.open(url, keys=keys) as own:
                done.tell([first, register(own, "daemon")])
            sys.exit(0)
        os._exit(0)
    os.waitpid(child, 0)
    os.chdir("/")
    mine, _refused = register(engine, "parent")
    (_, refused), (recorded, more) = done.heard()
    engine.close()
    return {"recorded": [*before, *mine, *recorded], "refused": refused, "more": more}


def quickly(key: str) -> Any:
    """What signs at once, so that a fork meets it at work."""
    return attrs.evolve(mc.sign_with(key), seconds=0.05)


def signed(url: str, keys: str, key: str) -> dict[str, object]:
    """Parent and children sign one log, each with the thread of an engine of its own."""
    sign = quickly(key)
    engine = mc.open(url, keys=keys, sign=sign)
    recorded, refused = register(engine, "before")
    for end in ("exit", "at once", "kill"):

        def work() -> object:
            said = register(engine, "child")[1]
            own = mc.open(url, keys=keys, sign=quickly(key))
            told = register(own, "child")[0]
            time.sleep(0.2)
            return told, said

        child, done = forked(work, end)
        recorded += register(engine, "parent")[0]
        theirs, said = done.heard()
        os.waitpid(child, 0)
        recorded += theirs
        refused += said
    covered = engine.checkpoint().checkpoint.size
    engine.close()
    return {"recorded": recorded, "refused": refused, "covered": covered}


def own_connection(url: str, keys: str, what: str) -> dict[str, object]:
    """A host with a connection of its own to the file of the log forks, and its child opens the log.

    The child leaves that connection alone, or closes it and perhaps makes another before.
    """
    mc.open(url, keys=keys).close()
    host = sqlite3.connect(url)
    host.execute("SELECT count(*) FROM stored_events").fetchone()
    go, is_open = Pipe(), Pipe()

    def work() -> object:
        if what != "left alone":
            host.close()
        another = sqlite3.connect(url) if what == "replaced" else None
        if another is not None:
            another.execute("SELECT count(*) FROM stored_events").fetchone()
        try:
            own = mc.open(url, keys=keys)
        except mc.MentorcoreError as error:
            is_open.tell()
            return [], [type(error).__name__]
        told = register(own, "child")
        is_open.tell()
        go.heard()
        more = register(own, "child")
        return told[0] + more[0], told[1] + more[1]

    child, done = forked(work, "at once")
    is_open.heard()
    host.close()
    go.tell()
    recorded, refused = done.heard()
    os.waitpid(child, 0)
    return {"recorded": recorded, "refused": refused}


def turn(url: str, _keys: str, *_: str) -> dict[str, object]:
    """A turn that is held at the fork stays the parent's, and ends with the parent alone."""
    store = open_store(url)
    held = store.take_turn("billing", 1.0)
    assert held is not None
    done, over = Pipe(), Pipe()
    if (child := os.fork()) == 0:
        said = held.is_held()
        held.give_back()
        with closing(open_store(url)) as own:
            done.tell([said, own.take_turn("billing", 0.3) is not None])
            over.heard()
            done.tell(own.take_turn("billing", 20.0) is not None)
        os._exit(0)
    theirs, taken = done.heard()
    mine = held.is_held()
    held.give_back()
    over.tell()
    after = done.heard()
    os.waitpid(child, 0)
    store.close()
    return {"child": [theirs, taken], "parent": mine, "afterwards": after}


def turn_of_a_parent(url: str, _keys: str, *_: str) -> None:
    """Hold a turn for ever, beside a child that inherited it and does nothing."""
    store = open_store(url)
    held = store.take_turn("billing", 1.0)
    if (child := os.fork()) == 0:
        os.close(1)
        time.sleep(120)
        os._exit(0)
    print(child, flush=True)
    while held is not None:
        time.sleep(1)


if __name__ == "__main__":
    scenario, *words = sys.argv[1:]
    print(json.dumps(globals()[scenario](*words)))
