"""SQLite files: their schema, their pages, and what stands beside the events."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from audit.made_logs import MadeLog, events, state
from audit.vector_cases.case import PAGE, Case, database
from audit.vector_cases.ends import removal

ALTER = "ALTER TABLE stored_events RENAME TO kept"
TABLE = (
    "CREATE TABLE stored_events ( rowid INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT "
    "NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, "
    "UNIQUE(originator_id, originator_version)) STRICT"
)


def cases() -> Iterator[Case]:
    made = MadeLog(events(6, gap_after=2), [3, 6])
    held = [made.note()]

    def case(name: str, says: str, verdict: str, *said: Any, **expect: Any) -> Case:
        return Case(
            f"file-{name}", says, database(made, *said), verdict, held, suffix=".db", expect=expect
        )

    yield case("sound", "A log as an SQLite file; a gap in its positions is told.", "verified", covered=6, gaps=1,
               position=7, signed=6, faults=[])  # fmt: skip
    for name, says, said in (
        ("view", "A view.", ["CREATE VIEW v AS SELECT 1"]),
        ("trigger", "A trigger.", ["CREATE TRIGGER t AFTER INSERT ON audit_leaf BEGIN DELETE FROM audit_leaf; END"]),
        ("index", "An index on the table of events.", ["CREATE INDEX i ON stored_events (topic)"]),
        ("partial-index", "Nor one on a part of it.", ["CREATE INDEX i ON stored_events (topic) WHERE rowid = 1"]),
        ("virtual", "A virtual table.", ["CREATE VIRTUAL TABLE f USING fts5 (x)"]),
        ("view-in-place", "A view in place of the table of events.",
         [ALTER, "CREATE VIEW stored_events AS SELECT * FROM kept"]),
        ("no-table", "No table of events.", ["DROP TABLE stored_events"]),
        ("not-strict", "The table of events as another one makes it.",
         [ALTER, TABLE.replace(" STRICT", ""), "INSERT INTO stored_events SELECT * FROM kept", "DROP TABLE kept"]),
        ("column", "One column more.", ["ALTER TABLE stored_events ADD COLUMN more TEXT"]),
    ):  # fmt: skip
        yield case(f"schema-{name}", says, "schema", *said)
    yield case("schema-other-index", "An index on another table is no matter.", "verified",
               "CREATE INDEX i ON audit_leaf (h)")  # fmt: skip
    yield case("schema-other-table", "Nor is another table.", "verified", "CREATE TABLE more (x)")
    text = TABLE.replace(" ", "\n\t ")
    yield case("schema-blanks", "Nor is white space.", "verified", ALTER, text,
               "INSERT INTO stored_events SELECT * FROM kept", "DROP TABLE kept")  # fmt: skip
    yield case("schema-case", "Other letters are.", "schema", ALTER, text.replace("STRICT", "strict"),
               "INSERT INTO stored_events SELECT * FROM kept", "DROP TABLE kept")  # fmt: skip
    yield Case(
        "file-empty",
        "A file without a byte is a database without a table.",
        b"",
        "schema",
        held,
        suffix=".db",
    )
    yield Case(
        "file-none", "It is no database.", b"no log at all" * 99, "unreadable", held, suffix=".db"
    )
    yield Case(
        "file-head",
        "It is the beginning of one.",
        database(made)[:1000],
        "unreadable",
        held,
        suffix=".db",
    )
    yield Case("file-missing", "It is not there.", None, "unreadable", held, suffix=".db")
    yield Case("file-index-damaged", "The table is whole; its index leads elsewhere.", misled(made), "changed", held,
               suffix=".db", expect={"covered": 6})  # fmt: skip
    yield from rows(made, held)
    yield from beside(made, held)
    yield from removed()


def misled(made: MadeLog) -> bytes:
    """The file with one letter in the index of the events changed."""
    whole = database(made)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        path.write_bytes(whole)
        with closing(sqlite3.connect(path)) as db:
            (page,) = db.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_stored_events_1'"
            ).fetchone()
    start = (page - 1) * PAGE
    at = whole.index(b"pairing:" + b"0" * 31 + b"1", start, start + PAGE)
    return whole[:at] + b"q" + whole[at + 1 :]


def rows(made: MadeLog, held: list[str]) -> Iterator[Case]:
    def case(name: str, says: str, verdict: str, *said: Any, **expect: Any) -> Case:
        return Case(
            f"file-{name}", says, database(made, *said), verdict, held, suffix=".db", expect=expect
        )

    other = state(5, minutes=999)
    yield case("state", "A state is another: the event is named.", "changed",
               ("UPDATE stored_events SET state = ? WHERE rowid = 6", [other]), faults=[["changed", 4, 6]])  # fmt: skip
    yield case("name", "A name.", "changed", "UPDATE stored_events SET topic = 'x.y' WHERE rowid = 6",
               faults=[["changed", 4, 6]])  # fmt: skip
    yield case("deleted", "An event is missing.", "truncated", "DELETE FROM stored_events WHERE rowid = 6",
               faults=[["truncated", 4, 7]])  # fmt: skip
    yield case("inserted", "One that does not belong, in the gap.", "changed",
               "INSERT INTO stored_events VALUES (4, 'p:9', 1, 'a.b', x'7b7d')", faults=[["changed", 3, 4]])  # fmt: skip
    yield case("cut", "The newest are missing.", "truncated", "DELETE FROM stored_events WHERE rowid > 5",
               faults=[["truncated", 4, None]])  # fmt: skip
    for position in (0, -1):
        yield case(f"position-{position}", "Positions begin at 1.", "changed",
                   f"INSERT INTO stored_events VALUES ({position}, 'p:9', 1, 'a.b', x'7b7d')", index=0, size=0)  # fmt: skip
    yield case("empty-state", "An empty state marks a removed one, and nothing says so.", "changed",
               "UPDATE stored_events SET state = x'' WHERE rowid = 3", index=2, size=2)  # fmt: skip
    yield case("not-utf-8", "A text that is no UTF-8.", "changed",
               "UPDATE stored_events SET topic = CAST(x'ff' AS TEXT) WHERE rowid = 3", index=2, size=2)  # fmt: skip
    yield case("nul", "A text with U+0000.", "changed",
               "UPDATE stored_events SET topic = 'a' || char(0) WHERE rowid = 3", index=2, size=2)  # fmt: skip
    yield case("version-negative", "A version below 0.", "changed",
               "UPDATE stored_events SET originator_version = -1 WHERE rowid = 3", index=2, size=2)  # fmt: skip
    yield case("without-leaves", "Without leaf hashes a range is named.", "changed", "DELETE FROM audit_leaf",
               "UPDATE stored_events SET topic = 'x.y' WHERE rowid = 6", faults=[["changed", 3, None]])  # fmt: skip
    yield case("leaves-wrong", "With such as are no evidence, too.", "changed",
               "UPDATE audit_leaf SET h = zeroblob(32) WHERE idx = 0",
               "UPDATE stored_events SET topic = 'x.y' WHERE rowid = 6", faults=[["changed", 3, None]])  # fmt: skip
    yield case("leaves-wrong-unneeded", "Wrong hashes of a sound log prove nothing.", "verified",
               "UPDATE audit_leaf SET h = zeroblob(32)")  # fmt: skip


def beside(made: MadeLog, held: list[str]) -> Iterator[Case]:
    def case(name: str, says: str, verdict: str, *said: Any, **expect: Any) -> Case:
        return Case(
            f"file-{name}", says, database(made, *said), verdict, held, suffix=".db", expect=expect
        )

    yield case("note-wrong", "A checkpoint beside the events is wrongly signed.", "bad-signature",
               "UPDATE audit_checkpoint SET note = replace(note, 'mentoring', 'Mentoring') WHERE size = 3", covered=6)  # fmt: skip
    yield case("note-other-size", "It stands under another size.", "bad-signature",
               "UPDATE audit_checkpoint SET size = 5 WHERE size = 3", covered=6)  # fmt: skip
    yield case("no-notes", "None is there.", "verified", "DELETE FROM audit_checkpoint", covered=6)
    yield case("no-head", "The log's id is not there.", "unreadable", "DELETE FROM audit_head")
    yield case("no-head-view", "That hides nothing that is worse.", "schema", "DELETE FROM audit_head",
               "CREATE VIEW v AS SELECT 1", verdicts=["schema", "unreadable"])  # fmt: skip
    yield case("no-head-note", "Nor a checkpoint that is wrongly written.", "bad-signature", "DROP TABLE audit_head",
               "UPDATE audit_checkpoint SET note = 'x' WHERE size = 3", verdicts=["bad-signature", "unreadable"])  # fmt: skip
    yield case(
        "other-id",
        "It is another.",
        "changed",
        ("UPDATE audit_head SET log_id = ?", [bytes(16)]),
        covered=0,
    )
    yield case("head-untrusted", "Nothing else that stands there is believed.", "verified",
               "UPDATE audit_head SET size = 99, last_position = 99, frontier = x''", size=6)  # fmt: skip


def removed() -> Iterator[Case]:
    rows = events(6)
    digest = sha256(rows[2][4]).digest()
    told = removal([3, digest.hex(), "e30="])
    made = MadeLog([*rows, told], removed={3: b"{}"})

    def case(name: str, says: str, verdict: str, log: MadeLog, *said: Any, **expect: Any) -> Case:
        return Case(
            f"file-removed-{name}",
            says,
            database(log, *said),
            verdict,
            [log.note()],
            suffix=".db",
            expect=expect,
        )

    yield case(
        "told", "A signed event says that a state was removed.", "verified", made, redacted=[3]
    )
    yield case(
        "untold",
        "None does.",
        "changed",
        MadeLog(rows, removed={3: b"{}"}),
        faults=[["changed", 2, 3]],
    )
    yield case("and-there", "The state is there all the same.", "changed", made,
               ("UPDATE stored_events SET state = ? WHERE rowid = 3", [rows[2][4]]), faults=[["changed", 2, 3]])  # fmt: skip
    yield case("other-residual", "Something else is said to be left.", "changed", made,
               "UPDATE audit_redacted SET residual = x'7b'", faults=[["changed", 2, 3]])  # fmt: skip
    yield case("other-digest", "The digest beside it is another.", "changed", made,
               ("UPDATE audit_redacted SET state_digest = ?", [bytes(32)]), index=2)  # fmt: skip
    yield case("nowhere", "A position is listed that does not occur.", "changed", made,
               ("INSERT INTO audit_redacted VALUES (99, ?, NULL)", [bytes(32)]), covered=7)  # fmt: skip
