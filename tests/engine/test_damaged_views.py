"""What is damaged of a stored view is thrown away and folded anew, and nobody hears of it.

The rows are changed behind everybody's back, by SQL, in every store that has any.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from engine.hosts import database_of, hosting
from engine.world import Place, engine, mc
from practices.observation.world import Observing, lived

from mentorcore.engine.engine import Engine
from mentorcore.log.storage.store import ViewRow
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.projections.folding.stored_partials import CONTENTS
from mentorcore.projections.plain import plain

SEES = mc.Viewer.coordinator()
VIEWS = ("summary@", "observation@")

Database = Any
"""A connection that takes ``%s`` and has `execute`."""


class Sqlite:
    """The tables of a log in SQLite, spelled as in PostgreSQL."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        plain_names = statement.replace("notification_tracking", "tracking").replace("%s", "?")
        return self._db.execute(plain_names, values)

    def close(self) -> None:
        self._db.close()


def behind_its_back(place: Place) -> Database:
    if not place.url.startswith("postgres"):
        return Sqlite(place.url)
    connection = psycopg.connect(database_of(place.url), autocommit=True)
    connection.execute(f"SET search_path = {place.url.rpartition('schema=')[2]}")
    return connection


def rewritten(
    db: Database, view: str, new: Callable[[str, str, bytes], tuple[str, str, Any]]
) -> int:
    """Write rows of a view over; answers how many became others."""
    rows = db.execute(
        "SELECT stream, grp, data FROM view_row WHERE view LIKE %s", (f"{view}%",)
    ).fetchall()
    changed = 0
    for stream, group, data in rows:
        told = new(stream, group, bytes(data))
        if told != (stream, group, bytes(data)):
            db.execute(
                "UPDATE view_row SET stream = %s, grp = %s, data = %s "
                "WHERE view LIKE %s AND stream = %s",
                (*told, f"{view}%", stream),
            )
            changed += 1
    return changed


def other_data(change: Callable[[bytes], bytes]) -> Callable[[Database, str], int]:
    return lambda db, view: rewritten(db, view, lambda s, g, d: (s, g, change(d)))


def deleted(where: str) -> Callable[[Database, str], int]:
    def delete(db: Database, view: str) -> int:
        statement = f"DELETE FROM view_row WHERE view LIKE %s AND ({where})"
        return int(db.execute(statement, (f"{view}%",)).rowcount)

    return delete


def moved(position: str) -> Callable[[Database, str], int]:
    def move(db: Database, view: str) -> int:
        statement = (
            f"UPDATE notification_tracking SET notification_id = {position} "
            "WHERE application_name LIKE %s"
        )
        return int(db.execute(statement, (f"{view}%",)).rowcount)

    return move


def copied(stream: str, group: str) -> Callable[[Database, str], int]:
    """Rows of one more stream, as those that are there have them."""

    def copy(db: Database, view: str) -> int:
        statement = (
            f"INSERT INTO view_row SELECT view, {stream}, {group}, data FROM view_row "
            f"WHERE view LIKE %s AND stream <> '{CONTENTS}'"
        )
        return int(db.execute(statement, (f"{view}%",)).rowcount)

    return copy


def undated(data: bytes) -> bytes:
    """The same with another number somewhere in it."""
    return data.replace(b"1", b"2", 1)


DAMAGE: dict[str, Callable[[Database, str], int]] = {
    "not JSON": other_data(lambda _: b"\x00"),
    "empty": other_data(lambda _: b""),
    "no UTF-8": other_data(lambda _: b"\xff\xfe"),
    "cut short": other_data(lambda data: data[: len(data) // 2]),
    "longer": other_data(lambda data: data + b" "),
    "of another shape": other_data(lambda _: b'[1,null,{},"00"]'),
    "of another type": other_data(lambda _: b'{"minutes":90}'),
    "an edited figure": other_data(lambda data: data.replace(b":1", b":9")),
    "an edited date": other_data(lambda data: data.replace(b'"20', b'"x')),
    "another digit": other_data(undated),
    "JSON written anew": other_data(
        lambda data: json.dumps(json.loads(data), separators=(", ", ":")).encode()
    ),
    "a state from before": other_data(
        lambda data: b"[%b" % b",".join(data[1:].rsplit(b",", 1)[:1]) + b"]"
    ),
    "all missing": deleted("stream <> ''"),
    "programs missing": deleted("stream LIKE 'program:%%' OR grp = 'programs'"),
    "pairings missing": deleted("stream LIKE 'pairing:%%' OR stream LIKE 'observation:%%'"),
    "people missing": deleted("stream LIKE 'person:%%' OR stream LIKE 'observation:%%'"),
    "participants missing": deleted("stream LIKE 'participant:%%' OR stream LIKE 'observ%%'"),
    "contents missing": deleted(f"stream = '{CONTENTS}'"),
    "another group": lambda db, view: rewritten(db, view, lambda s, g, d: (s, "x", d)),
    "no group": lambda db, view: rewritten(db, view, lambda s, g, d: (s, "", d)),
    "another's stream": lambda db, view: rewritten(db, view, lambda s, g, d: (s + "0", g, d)),
    "one too many": copied("stream || '0'", "grp"),
    "of a stream that is none": copied("'strange' || stream", "grp"),
    "a position ahead of the log": moved("1000000"),
    "a position a little ahead": moved("notification_id + 1"),
    "an earlier position": moved("notification_id - 3"),
    "no position": moved("NULL"),
    "position 0": moved("0"),
    "a position below 0": moved("-7"),
    "the position missing": lambda db, view: int(
        db.execute(
            "DELETE FROM notification_tracking WHERE application_name LIKE %s", (f"{view}%",)
        ).rowcount
    ),
}

ONLY_SQLITE: dict[str, Callable[[Database, str], int]] = {
    "a word for a position": moved("'far'"),
    "a fraction for a position": moved("2.5"),
    "bytes for a position": moved("x'ff'"),
    "names that are no UTF-8": lambda db, view: int(
        db.execute(
            "UPDATE view_row SET grp = CAST(x'ff' AS TEXT) WHERE view LIKE %s", (f"{view}%",)
        ).rowcount
    ),
    "streams that are no UTF-8": lambda db, view: int(
        db.execute(
            "UPDATE view_row SET stream = CAST(x'ff' AS TEXT) || stream WHERE view LIKE %s",
            (f"{view}%",),
        ).rowcount
    ),
}


def told(opened: Engine, seen: Observing, **moment: Any) -> list[Any]:
    """What each question answers about the present, or about what the log knew."""
    asked: Any = {"viewer": SEES, **moment}
    program, person = seen.world.program, seen.persons[0]
    answers = [
        *opened.programs(**moment),
        opened.status(**asked),
        opened.attention(**asked),
        opened.view("observation.matrix", **asked),
        opened.history(seen.round, **asked),
        opened.history(program, **asked),
        opened.history(seen.peers[0], **asked),
        *opened.figures(person, **asked),
        opened.explain(person, "pairings", **asked),
        opened.explain(seen.world.cohort, "enrolled", **asked),
        opened.explain(seen.round, "conducted", **asked),
        opened.diff(mc.Moment(as_known=opened.position - 5), mc.Moment(**moment), viewer=SEES),
        *opened.find("Somebody", **asked),
        *opened.effective(**moment),
    ]
    return [without_moments(plain(answer)) for answer in answers]


def without_moments(answer: Any) -> Any:
    """An answer without the instant at which it was asked for, which goes on."""
    if isinstance(answer, dict):
        return {k: without_moments(v) for k, v in answer.items() if k not in ("as_known", "as_of")}
    return [without_moments(v) for v in answer] if isinstance(answer, list) else answer


@pytest.fixture
def seen(durable: Place) -> Iterator[Observing]:
    """A log with all of a year's work, whose views are stored."""
    with durable.open(1) as opened:
        world = lived(opened)
        told(opened, world)
        yield world


def damaged(place: Place, damage: Callable[[Database, str], int]) -> None:
    with closing(behind_its_back(place)) as db:
        for view in VIEWS:
            damage(db, view)


def test_whatever_is_damaged_every_question_is_answered_as_before(
    seen: Observing, durable: Place
) -> None:
    seen.engine.close()
    with durable.open(10**6) as opened:
        before = told(opened, seen)
    every = {**DAMAGE, **({} if durable.url.startswith("postgres") else ONLY_SQLITE)}
    unseen = []
    for number, (name, damage) in enumerate(every.items(), 2):
        with closing(behind_its_back(durable)) as db:
            changed = {view: damage(db, view) for view in VIEWS}
        assert any(changed.values()), f"{name}: nothing was changed"

        with durable.open(number * 10**6) as opened:
            now = told(opened, seen)

        if now != before:
            unseen.append(name)
    assert not unseen


@pytest.mark.parametrize("name", ["an edited figure", "all missing", "of a stream that is none"])
def test_what_is_recorded_on_top_of_damaged_rows_is_counted_with_what_was_there(
    name: str, seen: Observing, durable: Place
) -> None:
    seen.engine.close()
    with closing(behind_its_back(durable)) as db:
        assert all(DAMAGE[name](db, view) for view in VIEWS)

    with durable.open(10**6) as opened:
        seen.world.engine = opened
        seen.conduct(seen.plan())
        now, known = told(opened, seen), told(opened, seen, as_known=opened.position)

    assert now == known


def test_rows_that_are_damaged_under_an_open_log_are_not_believed_either(
    seen: Observing, durable: Place
) -> None:
    seen.engine.close()
    with durable.open(10**6) as opened:
        before = told(opened, seen)
        for name in ("an edited figure", "no group", "an earlier position"):
            with closing(behind_its_back(durable)) as db:
                for view in VIEWS:
                    DAMAGE[name](db, view)

            assert told(opened, seen) == before, name


@pytest.mark.parametrize("name", ["not JSON", "one too many", "a position ahead of the log"])
def test_who_may_only_read_is_answered_as_well_and_changes_nothing(
    name: str, seen: Observing, durable: Place
) -> None:
    before = told(seen.engine, seen)
    seen.engine.close()
    with closing(behind_its_back(durable)) as db:
        for view in VIEWS:
            DAMAGE[name](db, view)
        stored = db.execute("SELECT * FROM view_row ORDER BY view, stream").fetchall()

    with durable.open(10**6, read_only=True) as opened:
        now = told(opened, seen)

    with closing(behind_its_back(durable)) as db:
        assert now == before
        assert db.execute("SELECT * FROM view_row ORDER BY view, stream").fetchall() == stored


def test_a_transaction_of_a_host_does_not_believe_them_either(
    seen: Observing, durable: Place
) -> None:
    before = told(seen.engine, seen)
    seen.engine.close()
    with closing(behind_its_back(durable)) as db:
        for view in VIEWS:
            DAMAGE["an edited figure"](db, view)

    with durable.open(10**6) as opened, hosting(durable) as host:
        host.execute("BEGIN" if "://" not in durable.url else "SELECT 1")
        with opened.within(host) as inside:
            now = told(inside, seen)

    assert now == before


def test_a_view_in_memory_is_believed_no_more_than_one_in_a_database() -> None:
    with engine() as opened:
        seen = lived(opened)
        before = told(opened, seen)
        opened._views.close()
        store = opened._store
        assert isinstance(store, MemoryStore)
        kept = [rows for view, rows in store._views.items() if view.startswith(VIEWS)]
        for rows in kept:
            for row in list(rows.values()):
                rows[row.stream] = ViewRow(row.stream, row.group, undated(row.data))

        now = told(opened, seen)

    assert kept
    assert now == before
