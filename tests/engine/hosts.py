"""Hosts that keep tables of their own in the log's database, with the drivers themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import psycopg
from engine.world import Place, mc

from mentorcore.engine.engine import Engine


def database_of(url: str) -> str:
    """The address of the database in which a log stands, or the path of its file."""
    return url.partition("&schema=")[0]


def connect(place: Place, **options: Any) -> Any:
    """A connection of a host, as the driver gives it."""
    if "://" in place.url:
        return psycopg.connect(database_of(place.url), **options)
    return sqlite3.connect(place.url, **{"timeout": 0.2, **options})


@contextmanager
def hosting(place: Place, **options: Any) -> Iterator[Any]:
    """A connection of a host that has a table of its own."""
    with closing(connect(place)) as made:
        made.execute("DROP TABLE IF EXISTS booking")
        made.execute("CREATE TABLE booking (note TEXT)")
        made.commit()
    with closing(connect(place, **options)) as connection:
        yield connection


def book(connection: Any, note: str) -> None:
    """What the host itself writes."""
    connection.execute(f"INSERT INTO booking VALUES ('{note}')")


def booked(place: Place) -> list[str]:
    """The bookings that were committed."""
    with closing(connect(place)) as connection:
        return [note for (note,) in connection.execute("SELECT note FROM booking ORDER BY note")]


def met(pairing: str, minutes: int = 45, day: int = 2) -> Any:
    """A meeting to record."""
    return mc.HoldMeeting(
        pairing_id=pairing, held_on=date(2026, 9, day), minutes=minutes, topics=("pacing",)
    )


def meetings(opened: Engine) -> int:
    """How many meetings the status counts."""
    numbers: Any = opened.status(viewer=mc.Viewer.coordinator()).numbers
    return int(numbers.meetings)


def stored(opened: Engine, pairing: str) -> list[tuple[int, str]]:
    """Versions and names of what stands in a stream."""
    return [(r.version, r.name) for r in opened.events(stream=pairing)]
