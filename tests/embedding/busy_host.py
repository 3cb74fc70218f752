"""One process of a busy host: a writer, a follower or a rebuilder; the tests kill it at any moment.

busy_host.py write LOG KEYS NUMBER PROGRAM-AS-JSON    asks for everything of its own, then ends
busy_host.py follow LOG KEYS NAME                     hands events on into a table, for ever
busy_host.py rebuild LOG KEYS PREFIX                  builds the host's tables anew, for ever
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

import mentorcore as mc

HOST = mc.Actor("busy-host", "coordinator", "system")
MEETINGS = 24
LATER = datetime(2027, 6, 30, tzinfo=UTC)


def write(engine: mc.Engine, number: str, program: str) -> None:
    """Everything that this writer has to ask for, each under a key of its own."""
    told: dict[str, Any] = json.loads(program)
    n, pairings, places = int(number), told["pairings"], told["places"]

    def ask(command: Any, key: str) -> None:
        while True:
            try:
                engine.handle(command, actor=HOST, key=f"{n}-{key}")
            except (mc.LogAway, mc.LogBusy, mc.Conflict):
                time.sleep(0.05)
            else:
                return

    for nth in range(MEETINGS):
        on = date.fromisoformat(told["day"]) + timedelta(days=8 * (nth // 2) + n)
        meeting = mc.HoldMeeting(pairing_id=pairings[nth % 2], held_on=on, minutes=10 + nth)
        ask(meeting, f"meeting-{nth}")
        if nth == MEETINGS // 4:
            try:
                ask(engine.command("form-pairing", places[n]), "last-places")
            except mc.Refused as refusal:
                if refusal.code != "no_free_place":
                    raise


def follow(engine: mc.Engine, name: str) -> None:
    """Write a line for each event, in one transaction with the position of the subscription."""

    def run() -> None:
        with database() as host:

            def line(recorded: Any) -> None:
                host.execute(
                    "INSERT INTO host.line (name, position, stream, version) "
                    "VALUES (%s, %s, %s, %s)",
                    (name, recorded.position, recorded.stream, recorded.version),
                )

            engine.subscription(name, connection=host).run_forever(line)

    for_ever(run)


def rebuild(engine: mc.Engine, prefix: str) -> None:
    """Build the host's tables anew, and bring them up to date, again and again."""

    def run() -> None:
        with database() as host:
            host.autocommit = True
            engine.tables(host, prefix=prefix, rebuild=True)
            for _ in range(5):
                engine.tables(host, prefix=prefix)
                time.sleep(0.02)

    for_ever(run)


def for_ever(run: Callable[[], None]) -> None:
    while True:
        try:
            run()
        except (psycopg.Error, mc.LogAway, mc.LogBusy, mc.Conflict, mc.SubscriptionBusy):
            time.sleep(0.05)


def database() -> Any:
    """A connection of the host's own to the database of the log."""
    return psycopg.connect(ADDRESS)


if __name__ == "__main__":
    what, log, keys, *more = sys.argv[1:]
    ADDRESS = log.split("&schema=")[0]
    roles: dict[str, Callable[..., None]] = {"write": write, "follow": follow, "rebuild": rebuild}
    with mc.open(log, keys=keys, create=False, clock=lambda: LATER) as opened:
        roles[what](opened, *more)
