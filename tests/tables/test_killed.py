"""Whoever is killed while tables are written leaves them as they were, or as they should be."""

import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from engine.hosts import database_of
from processes import started
from tables import follower

import mentorcore

PROGRAM = Path(follower.__file__)
KILLS = 3


def said(database: str) -> tuple[int, int]:
    """The position of the tables and how many corrections they tell, as others see them."""
    connect: Any = psycopg.connect if "://" in database else sqlite3.connect
    with closing(connect(database)) as other:
        cursor = other.cursor()
        cursor.execute(
            "select position, (select count(*) from mentorcore_corrections) from mentorcore_state"
        )
        position, count = cursor.fetchone()
        return position, count


@pytest.mark.processes
def test_a_kill_leaves_position_and_rows_together(durable_url: str, tmp_path: Path) -> None:
    keys = str(tmp_path / "program.keys")
    host = str(tmp_path / "host.db")
    if "://" in durable_url:
        host = database_of(durable_url)
    dice = random.Random(7)
    seen = []

    for _ in range(KILLS):
        with started(sys.executable, "-W", "error", PROGRAM, durable_url, keys, host) as child:
            for _ in range(3):
                child.line()
            time.sleep(dice.random() / 50)
            child.kill()
        with mentorcore.open(durable_url, keys=keys) as engine:
            position, count = said(host)
            seen.append(
                count
                == sum(r.position <= position for r in engine.events(names=["record.amended"]))
            )
            with engine.tables(host) as tables:
                found = tables.verify()
                seen.append(found == ())

    with mentorcore.open(durable_url, keys=keys) as engine, engine.tables(host) as tables:
        told = tables.state()
        tables.drop()
    assert seen == [True] * 2 * KILLS
    assert told is not None
    assert told.position >= 9 * KILLS
