"""The stand-alone verifier says what is wrong with a log, where, and with which word."""

from __future__ import annotations

import ast
import json
import sqlite3
import sys
import time
from argparse import Namespace
from binascii import b2a_base64
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import LOG, NONCE, VKEY, Auditor, Disclosed, MadeLog, events, published, state
from audit.vectors import ORIGIN, VECTORS, WITNESS_KEY, hexed

from mentorcore.audit import standalone
from mentorcore.audit.notes.checkpoint import cosignature_line, parse_note, with_lines
from mentorcore.audit.notes.verifier_keys import COSIGNATURE, secret_signer
from mentorcore.log.storage.tables import SQLITE_TABLES

SEALING = json.loads((Path(__file__).parents[1] / "log/sealing-vectors.json").read_text("utf-8"))
FIELD = SEALING["field_encryption"]
WITNESS = str(WITNESS_KEY)
OTHER_KEY = secret_signer(ORIGIN, b"another seed of 32 bytes, tests!")


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def first(report: dict[str, Any]) -> tuple[str, Any, Any]:
    """The verdict, and index and position of the first fault."""
    fault = report["faults"][0] if report["faults"] else {}
    return report["verdict"], fault.get("index"), fault.get("position")


# ------------------------------------------------------------------------ a program of its own


def test_it_imports_nothing_but_the_standard_library_and_cryptography() -> None:
    tree = ast.parse(Path(standalone.__file__).read_text("utf-8"))
    names = {
        (n.module or "" if isinstance(n, ast.ImportFrom) else a.name).split(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for a in n.names
    }

    assert names - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_is_one_file_that_can_be_read_in_one_sitting() -> None:
    assert len(Path(standalone.__file__).read_text("utf-8").splitlines()) <= 700


def test_it_knows_the_table_of_events_as_it_is_made() -> None:
    made = " ".join(f"CREATE TABLE stored_events {SQLITE_TABLES['stored_events']}".split())

    assert made == standalone.EVENTS


# ------------------------------------------------------------------------------- the vectors


def test_the_published_leaves_and_roots_are_its_own() -> None:
    log, tree = VECTORS["log"], standalone.Tree()
    assert tree.root().hex() == log["roots"]["0"]

    for index, entry in enumerate(log["entries"]):
        row = (
            entry["notification_id"],
            entry["originator_id"],
            entry["originator_version"],
            entry["topic"],
            b"",
            sha256(entry["state_text"].encode()).digest(),
        )
        leaf = standalone.leaf_hash(hexed(log["log_id"]), index, row)
        tree.append(leaf)
        assert leaf.hex() == entry["leaf_hash"]
        assert tree.root().hex() == log["roots"][str(index + 1)]


@pytest.mark.parametrize("case", VECTORS["leaf_cases"], ids=lambda c: c["note"])
def test_every_published_leaf_is_its_own(case: Any) -> None:
    row = (
        int(case["notification_id"]),
        case["originator_id"],
        int(case["originator_version"]),
        case["topic"],
        b"",
        hexed(case["state_sha256"]),
    )

    made = standalone.leaf_hash(hexed(case["log_id"]), int(case["leaf_index"]), row)

    assert made.hex() == case["leaf_hash"]


@pytest.mark.parametrize(
    "case", VECTORS["invalid_leaf_values"], ids=lambda c: c["why"] + c["field"]
)
def test_what_no_event_may_hold_is_refused(case: Any) -> None:
    if case["field"] in ("leaf_index", "state_hex"):
        return  # it counts the index itself, and an empty state is looked at where it is read
    values: dict[str, Any] = {
        "log_id": LOG.hex(),
        "notification_id": 1,
        "originator_id": "p:1",
        "originator_version": 1,
        "topic": "a.b",
        "state_sha256": "00" * 32,
    }
    wrong = case["value"]
    values[case["field"]] = int(wrong) if type(values[case["field"]]) is int else wrong
    row = (*list(values.values())[1:5], b"", hexed(values["state_sha256"]))

    with pytest.raises(ValueError):
        standalone.leaf_hash(hexed(values["log_id"]), 0, row)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("wrong", [True, None, 1.0, b"x", "\ud800"])
def test_nothing_is_ever_taken_for_another_type(place: int, wrong: object) -> None:
    row: list[Any] = [1, "p:1", 1, "a.b", b"", bytes(32)]
    row[place] = wrong

    with pytest.raises(standalone.MALFORMED):
        standalone.leaf_hash(LOG, 0, tuple(row))


def test_large_trees_have_the_published_roots() -> None:
    tree, roots = standalone.Tree(), VECTORS["large_trees"]["roots"]

    for n in range(70_000):
        tree.append(sha256(b"\0%d" % n).digest())
        if str(tree.size) in roots:
            assert tree.root().hex() == roots[str(tree.size)]


def test_published_checkpoints_are_read() -> None:
    keys, witnesses = [standalone.read_key(VKEY, 1)], [standalone.read_key(WITNESS, 4)]
    told = VECTORS["checkpoint"]
    more = [
        told["accepted_with_unknown_extra_signature_text"],
        *told["further_notes_text"].values(),
    ]

    for text in (told["note_text"], *more):
        assert standalone.read_note(text, keys, []).signed
    cosigned = standalone.read_note(VECTORS["cosignature"]["note_text"], keys, witnesses)
    assert cosigned.times == [VECTORS["cosignature"]["timestamp"]]


READ_ALL_THE_SAME = {
    "CR LF line ends",
    "no final newline",
    "a TAB in the name of an unknown signature line",
    "17 signature lines",
}
"""What a mail program or an editor does to a file; the checkpoint in it is as it was signed."""

NO_CHECKPOINT = {
    "tree size with a leading zero, correctly signed",
    "extension line, correctly signed: this profile signs none and accepts none",
    "hyphen instead of em dash",
    "no signature line",
}


@pytest.mark.parametrize(
    "case", VECTORS["checkpoint"]["invalid_notes_text"], ids=lambda c: c["why"]
)
def test_no_invalid_checkpoint_is_accepted(case: Any, auditor: Auditor, tmp_path: Path) -> None:
    """As a file that is held it is told what is wrong with it."""
    log = MadeLog(published()).file(tmp_path / "log.db")
    auditor.folder.joinpath("held.txt").write_bytes(case["note"].encode())
    auditor.held.append(str(auditor.folder / "held.txt"))

    report = auditor.verify(log)

    if case["why"] in READ_ALL_THE_SAME:
        assert report["verdict"] == "verified"
        assert any("held.txt is more than a checkpoint" in told for told in report["notices"])
    else:
        wrong = "unreadable" if case["why"] in NO_CHECKPOINT else "bad-signature"
        assert report["verdict"] == wrong
    with suppress(ValueError):
        assert not standalone.read_note(case["note"], [standalone.read_key(VKEY, 1)], []).signed


@pytest.mark.parametrize(
    "case", VECTORS["checkpoint"]["invalid_vkeys_text"], ids=lambda c: c["why"]
)
def test_no_invalid_key_is_accepted(case: Any, auditor: Auditor, tmp_path: Path) -> None:
    log = MadeLog(published()).file(tmp_path / "log.db")

    assert auditor.verify(log, vkey=case["vkey"])["verdict"] == "unreadable"


def test_identity_key_is_refused(auditor: Auditor, tmp_path: Path) -> None:
    """Under it anybody signs anything; the forged note would verify."""
    forged = VECTORS["checkpoint"]["forged_note_under_identity_key_text"]
    log = MadeLog(published()[:3]).file(tmp_path / "log.db")
    auditor.hold(forged["note"])

    report = auditor.verify(log, vkey=forged["vkey"])

    assert report["verdict"] == "unreadable"
    assert "everybody can sign" in report["faults"][0]["reason"]


def test_no_changed_byte_of_a_checkpoint_is_accepted() -> None:
    keys, text = [standalone.read_key(VKEY, 1)], VECTORS["checkpoint"]["note_text"].encode()
    accepted = []
    for offset in range(len(text)):
        for mask in (0x01, 0x20, 0x80, 0xFF):
            changed = text[:offset] + bytes((text[offset] ^ mask,)) + text[offset + 1 :]
            try:
                if standalone.read_note(changed.decode(), keys, []).signed:
                    accepted.append((offset, mask))
            except ValueError:
                continue

    assert accepted == []


# --------------------------------------------------------------------------- verdicts in general


@pytest.mark.parametrize("shape", ["log.db", "bundle", "bundle.zip"])
def test_a_log_that_fits_what_is_held_is_verified(
    shape: str, auditor: Auditor, tmp_path: Path
) -> None:
    made = MadeLog(events(12, gap_after=6), [5, 9])
    log = made.file(tmp_path / shape) if shape == "log.db" else made.bundle(tmp_path / shape)
    auditor.hold(made.note(5))

    report = auditor.verify(log, streams=True)

    assert (report["verdict"], report["faults"]) == ("verified", [])
    assert (report["size"], report["covered"], report["signed"]) == (12, 5, 9)
    assert report["gaps"] == 1


def test_without_a_checkpoint_from_outside_nothing_is_said_about_the_operator(
    auditor: Auditor, tmp_path: Path
) -> None:
    log = MadeLog(events(4), [2, 4]).file(tmp_path / "log.db")

    assert auditor.verify(log, vkey=None)["verdict"] == "unanchored"
    assert auditor.verify(log)["verdict"] == "unanchored"


def test_the_first_changed_event_is_named(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(12, gap_after=3), [4, 8, 12])
    log = made.file(tmp_path / "log.db")
    auditor.hold(made.note(12))
    changed = state(7, minutes=999)
    with closing(sqlite3.connect(log)) as db:
        db.execute("UPDATE stored_events SET state = ? WHERE rowid IN (7, 9)", [changed])
        db.commit()

    report = auditor.verify(log)

    assert first(report) == ("changed", 5, 7)
    assert report["faults"][0]["stream"].startswith("pairing:")
    assert "was changed" in report["faults"][0]["reason"]


def test_without_leaf_hashes_the_range_is_named(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(12), [4, 8, 12])
    log = made.file(tmp_path / "log.db")
    auditor.hold(made.note(12))
    sql(log, "UPDATE stored_events SET topic = 'x.y' WHERE rowid = 7", "DELETE FROM audit_leaf")

    report = auditor.verify(log)

    assert first(report) == ("changed", 4, None)
    assert "indexes 4 to 7" in report["faults"][0]["reason"]


def test_a_missing_and_an_added_event_are_told_apart(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(12, gap_after=3), [12])
    auditor.hold(made.note(12))
    missing, added = made.file(tmp_path / "missing.db"), made.file(tmp_path / "added.db")
    sql(missing, "DELETE FROM stored_events WHERE rowid = 7")
    sql(added, "INSERT INTO stored_events VALUES (5, 'pairing:9', 1, 'pairing.formed', x'7b7d')")

    gone, new = auditor.verify(missing), auditor.verify(added)

    assert first(gone) == ("truncated", 5, 8)
    assert "is missing here" in gone["faults"][0]["reason"]
    assert first(new) == ("changed", 4, 5)
    assert "does not belong here" in new["faults"][0]["reason"]


def test_a_log_that_lost_its_newest_events_is_truncated(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(12), [8, 12])
    auditor.hold(made.note(12))
    log = made.file(tmp_path / "log.db")
    sql(log, "DELETE FROM stored_events WHERE rowid > 9")

    assert first(auditor.verify(log)) == ("truncated", 9, None)


def test_an_unsigned_tail_is_a_notice(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(12), [8])
    auditor.hold(made.note(8))

    report = auditor.verify(made.file(tmp_path / "log.db"))

    assert (report["verdict"], report["size"] - report["signed"]) == ("verified", 4)


def test_insert_at_a_gap(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(6, gap_after=2), [6])
    auditor.hold(made.note())
    log = made.file(tmp_path / "log.db")
    sql(log, "INSERT INTO stored_events VALUES (4, 'pairing:9', 1, 'pairing.formed', x'7b7d')")

    assert first(auditor.verify(log)) == ("changed", 3, 4)


def test_position_zero(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(6), [6])
    auditor.hold(made.note())
    for position in (0, -1):
        log = made.file(tmp_path / f"log{position}.db")
        with closing(sqlite3.connect(log)) as db:
            row = (position, "pairing:9", 1, "pairing.formed", b"{}")
            db.execute("INSERT INTO stored_events VALUES (?,?,?,?,?)", row)
            db.commit()

        assert first(auditor.verify(log)) == ("changed", 0, position)


def test_a_row_that_cannot_be_read_is_a_fault_at_that_row(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(6), [6])
    auditor.hold(made.note())
    bundle = made.bundle(tmp_path / "bundle")
    lines = (bundle / "events-000000.jsonl").read_bytes().split(b"\n")
    broken = [
        b'[2,3,"pairing:1",1,"a.b","e31=",null]',
        b'[2,3,"pairing:1",1,"a.b",null,null]',
        b'[2,3,"pairing:1",1,"a.b","","00"]',
        b'[2,3,"pairing:1",1,"a.b",null,"00"]',
        b'[2,true,"pairing:1",1,"a.b","e30=",null]',
        b'[2,3,"\\ud800",1,"a.b","e30=",null]',
        b'[2,3,"pairing:1",1,"a.b","e30="]',
        b'[3,3,"pairing:1",1,"a.b","e30=",null]',
        b'[2,2,"pairing:1",1,"a.b","e30=",null]',
        b"[" * 100_000,
        b'{"2":3}',
        b"\xff\xfe",
        b"",
        b"[2,3",
        b'[2,3,"pairing:1",1,"audit.challenged","e30=",null]'.replace(b"e30=", b"W10="),
    ]
    for line in broken:
        (bundle / "events-000000.jsonl").write_bytes(b"\n".join([*lines[:2], line, *lines[3:]]))

        report = auditor.verify(bundle)

        assert first(report)[:2] == ("changed", 2), line


# --------------------------------------------------------------------------- signatures and forks


def test_resign_is_a_fork(auditor: Auditor, tmp_path: Path) -> None:
    """Rewritten and signed again, at the same size or at a larger one."""
    made = MadeLog(events(8), [8])
    auditor.hold(made.note())
    rewritten = [*made.events[:5], (6, *made.events[5][1:4], state(0)), *made.events[6:]]

    same = auditor.verify(MadeLog(rewritten, [8]).file(tmp_path / "same.db"))
    more = [*rewritten, (9, "pairing:9", 1, "pairing.formed", state(9))]
    larger = auditor.verify(MadeLog(more, [9]).file(tmp_path / "larger.db"))

    assert same["verdict"] == larger["verdict"] == "fork"


def test_resign_without_a_witness_is_not_detected(auditor: Auditor, tmp_path: Path) -> None:
    """What no checkpoint outside covers is at the operator's mercy; the docs say so."""
    made = MadeLog(events(8), [4, 8])
    auditor.hold(made.note(4))
    rewritten = [*made.events[:5], (6, *made.events[5][1:4], state(0)), *made.events[6:]]

    report = auditor.verify(MadeLog(rewritten, [4, 8]).file(tmp_path / "log.db"))

    assert (report["verdict"], report["covered"], report["signed"]) == ("verified", 4, 8)


def test_two_notes_alone_prove_a_fork(auditor: Auditor, tmp_path: Path) -> None:
    made, other = MadeLog(events(8), [8]), MadeLog(events(8, first=2), [8])
    auditor.hold(made.note())
    auditor.hold(other.note())

    assert auditor.verify(made.file(tmp_path / "log.db"))["verdict"] == "fork"


def test_a_checkpoint_of_another_key_is_refused(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(8), [8], signer=OTHER_KEY)
    auditor.hold(made.note())

    report = auditor.verify(made.file(tmp_path / "log.db"))

    assert report["verdict"] == "bad-signature"


def test_a_retired_key_counts_beside_the_new_one(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(8), [8], signer=OTHER_KEY)
    auditor.hold(MadeLog(events(8)).note(4))
    auditor.hold(made.note())

    report = auditor.verify(
        made.file(tmp_path / "log.db"), vkey=None, keys=[VKEY, str(OTHER_KEY.key)]
    )

    assert (report["verdict"], report["covered"]) == ("verified", 8)


def test_witnesses_make_a_checkpoint_one_from_outside(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(8), [])
    now = int(time.time())
    made.notes = lambda: iter([(8, made.note(seen_at=now))])  # type: ignore[method-assign]
    log = made.bundle(tmp_path / "bundle")

    seen = auditor.verify(log, witness=[WITNESS])
    unseen = auditor.verify(MadeLog(events(8)).bundle(tmp_path / "unseen"), witness=[WITNESS])

    assert (seen["verdict"], seen["covered"], seen["cosigned"]) == ("verified", 8, now)
    assert unseen["verdict"] == "unanchored"
    assert auditor.verify(log, witness=[WITNESS], quorum=2)["verdict"] == "unreadable"


def test_one_witness_with_two_keys_is_one_witness(auditor: Auditor, tmp_path: Path) -> None:
    made, now = MadeLog(events(8), []), int(time.time())
    second = secret_signer(WITNESS_KEY.name, b"w" * 32, COSIGNATURE)
    seen = made.note(seen_at=now)
    line = cosignature_line(parse_note(seen)[0], second, now - 5)
    made.notes = lambda: iter([(8, with_lines(seen, [line]))])  # type: ignore[method-assign]
    log = made.bundle(tmp_path / "bundle")
    keys = [WITNESS, str(second.key)]

    assert auditor.verify(log, witness=keys)["verdict"] == "verified"
    assert auditor.verify(log, witness=keys, quorum=2)["verdict"] == "unanchored"


def test_stale_export_is_refused(auditor: Auditor, tmp_path: Path) -> None:
    """An old copy knows neither a new nonce nor a new cosignature."""
    told = (9, "audit:1", 1, "audit.challenged", state(9, nonce=NONCE))
    made, old = MadeLog([*events(8), told], [9]), MadeLog(events(8), [8])
    uncovered = MadeLog([*events(8), told], [8])
    now = int(time.time())
    old.notes = lambda: iter([(8, old.note(seen_at=now - 90_000))])  # type: ignore[method-assign]

    def verdict(log: MadeLog, name: str, **more: Any) -> str:
        auditor.held.clear()
        auditor.hold(old.note(8))
        return str(auditor.verify(log.bundle(tmp_path / name), **more)["verdict"])

    assert verdict(made, "fresh", nonce=NONCE) == "verified"
    assert verdict(old, "old", nonce=NONCE) == "stale"
    assert verdict(uncovered, "uncovered", nonce=NONCE) == "stale"
    assert verdict(old, "aged", witness=[WITNESS], quorum=0, max_age=86_400) == "stale"
    assert verdict(old, "young", witness=[WITNESS], quorum=0, max_age=100_000) == "verified"
    assert verdict(made, "never", max_age=100_000) == "stale"
    old.notes = lambda: iter([(8, old.note(seen_at=now + 9_000))])  # type: ignore[method-assign]
    assert verdict(old, "ahead", witness=[WITNESS], quorum=0, max_age=100_000) == "stale"


def test_another_logs_rows(auditor: Auditor, tmp_path: Path) -> None:
    """A log of another id is another log, row for row equal as it may be."""
    made, other = MadeLog(events(8)), MadeLog(events(8), log_id=bytes(16))
    auditor.hold(made.note())

    assert auditor.verify(other.file(tmp_path / "log.db"))["verdict"] in ("changed", "fork")


# --------------------------------------------------------------------------------- SQLite files


def test_a_view_in_place_of_the_table(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(6))
    auditor.hold(made.note())
    log = made.file(tmp_path / "log.db")
    sql(
        log,
        "ALTER TABLE stored_events RENAME TO kept",
        "CREATE VIEW stored_events AS SELECT rowid, originator_id, originator_version, topic, "
        "state FROM kept",
    )

    assert auditor.verify(log)["verdict"] == "schema"


def test_a_trigger_on_the_log(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(6))
    auditor.hold(made.note())
    for n, statement in enumerate(
        (
            "CREATE TRIGGER t AFTER INSERT ON stored_events BEGIN DELETE FROM audit_leaf; END",
            "CREATE VIEW v AS SELECT 1",
            "CREATE INDEX i ON stored_events (topic)",
            "CREATE VIRTUAL TABLE f USING fts5 (x)",
        )
    ):
        log = made.file(tmp_path / f"{n}.db")
        sql(log, statement)

        assert auditor.verify(log)["verdict"] == "schema", statement


def test_index_only_corruption(auditor: Auditor, tmp_path: Path) -> None:
    """The table is whole, and the application reads something else through the index."""
    made = MadeLog(events(6))
    auditor.hold(made.note())
    log = made.file(tmp_path / "log.db")
    whole = log.read_bytes()
    with closing(sqlite3.connect(log)) as db:
        page = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_stored_events_1'"
        start = (db.execute(page).fetchone()[0] - 1) * 4096
    at = whole.index(b"pairing:" + b"0" * 31 + b"1", start, start + 4096)
    log.write_bytes(whole[:at] + b"q" + whole[at + 1 :])

    report = auditor.verify(log)

    assert report["verdict"] == "changed"
    assert "integrity_check" in report["faults"][0]["reason"]
    assert report["covered"] == 6


def test_the_part_of_a_log_that_is_still_beside_the_file_is_read(
    auditor: Auditor, tmp_path: Path
) -> None:
    made = MadeLog(events(6))
    auditor.hold(made.note())
    log = made.file(tmp_path / "log.db")
    with closing(sqlite3.connect(log)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("UPDATE stored_events SET topic = 'x.y' WHERE rowid = 3")
        db.commit()
        assert Path(f"{log}-wal").stat().st_size

        assert first(auditor.verify(log)) == ("changed", 2, 3)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"PK\3\4", b"no log at all" * 99])
@pytest.mark.parametrize("name", ["log.db", "log.zip"])
def test_what_is_no_log_is_unreadable(
    content: bytes, name: str, auditor: Auditor, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    # To SQLite a file without a byte is a database without a table.
    expected = "schema" if (content, name) == (b"", "log.db") else "unreadable"
    assert auditor.verify(tmp_path / name)["verdict"] == expected
    assert auditor.verify(tmp_path / "missing.db")["verdict"] == "unreadable"


# ----------------------------------------------------------------- withheld, removed, disclosed


def test_withheld_export_verifies(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(events(9), [9])
    auditor.hold(made.note())
    bundle = made.bundle(tmp_path / "bundle", withhold=["pairing.note-written"])

    report = auditor.verify(bundle)

    assert (report["verdict"], report["withheld"]) == ("verified", 3)
    assert b"minutes" not in b"".join(p.read_bytes() for p in bundle.glob("*.jsonl"))


def redaction(position: int, digest: bytes, residual: str | None = None) -> tuple[Any, ...]:
    told = [[position, digest.hex(), residual]]
    return (9, "audit:1", 1, "audit.state-redacted", state(9, items=told))


def test_redaction_needs_its_event(auditor: Auditor, tmp_path: Path) -> None:
    rows: Any = events(8)
    digest = sha256(rows[2][4]).digest()
    event: Any = redaction(3, digest, "e30=")
    cases = {
        "told": ([*rows, event], [9], {3: b"{}"}, "verified"),
        "untold": (rows, [8], {3: b"{}"}, "changed"),
        "uncovered": ([*rows, event], [8], {3: b"{}"}, "changed"),
        "other-residual": ([*rows, event], [9], {3: b"[]"}, "changed"),
        "other-position": ([*rows, event], [9], {4: b"{}"}, "changed"),
    }
    for name, (log, sizes, removed, verdict) in cases.items():
        made = MadeLog(log, sizes, removed=removed)
        auditor.held.clear()
        auditor.hold(made.note(sizes[-1]))

        for shown in (made.file(tmp_path / f"{name}.db"), made.bundle(tmp_path / name)):
            report = auditor.verify(shown)
            assert (report["verdict"], report["redacted"]) == (verdict, list(removed)), name


def test_a_state_that_is_empty_without_a_redaction_is_a_fault(
    auditor: Auditor, tmp_path: Path
) -> None:
    made = MadeLog(events(6))
    auditor.hold(made.note())
    log = made.file(tmp_path / "log.db")
    sql(log, "UPDATE stored_events SET state = x'' WHERE rowid = 3")

    assert first(auditor.verify(log))[:2] == ("changed", 2)


def test_a_redaction_of_a_state_that_is_there_is_a_fault(auditor: Auditor, tmp_path: Path) -> None:
    rows: Any = [*events(8), redaction(3, sha256(events(8)[2][4]).digest())]
    made = MadeLog(rows, [9], removed={3: None})
    auditor.hold(made.note())
    log = made.file(tmp_path / "log.db")
    with closing(sqlite3.connect(log)) as db:
        db.execute("UPDATE stored_events SET state = ? WHERE rowid = 3", [rows[2][4]])
        db.commit()

    assert first(auditor.verify(log)) == ("changed", 2, 3)


def test_a_field_key_opens_one_value(auditor: Auditor, tmp_path: Path) -> None:
    made = MadeLog(published(), [16])
    auditor.hold(made.note())
    key = Disclosed(2, "comment", hexed(FIELD["context"]), hexed(FIELD["field_key"]))

    def report(name: str, **other: Any) -> dict[str, Any]:
        changed = {n: getattr(key, n) for n in ("position", "field", "context", "key")} | other
        return auditor.verify(made.bundle(tmp_path / name, disclosed=[Disclosed(**changed)]))

    opened = report("opened")
    assert opened["verdict"] == "verified"
    assert opened["opened"] == [[2, "comment", json.loads(FIELD["value_text"])]]
    mistaken: dict[str, dict[str, Any]] = {
        "field": {"field": "rating"},
        "event": {"position": 4},
        "nowhere": {"position": 3},
        "key": {"key": bytes(32)},
        "log": {"context": key.context.replace(LOG, bytes(16))},
        "version": {"context": key.context.replace(b"\1\0\7comment", b"\2\0\7comment")},
        "short": {"context": b"MCF1"},
    }
    for name, wrong in mistaken.items():
        refused = report(name, **wrong)
        assert (refused["verdict"], refused["opened"]) == ("changed", []), name


def test_a_value_moved_to_another_event_is_not_opened_there(
    auditor: Auditor, tmp_path: Path
) -> None:
    """Key and context are right, and belong to the event that it was copied from."""
    rows: Any = published()
    rows[2] = (*rows[2][:4], rows[1][4])
    made = MadeLog(rows, [16])
    auditor.hold(made.note())
    key = Disclosed(4, "comment", hexed(FIELD["context"]), hexed(FIELD["field_key"]))

    report = auditor.verify(made.bundle(tmp_path / "bundle", disclosed=[key]))

    assert (report["verdict"], report["opened"]) == ("changed", [])


def test_two_key_ciphertext(auditor: Auditor, tmp_path: Path) -> None:
    """One ciphertext that opens as two texts is shown as neither."""
    for n, case in enumerate(SEALING["invalid_field_ciphertexts"]):
        context = hexed(case["aad"])
        row: Any = list(published()[1])
        sealed = (
            bytes((1, 1, 0, 0, 0, 1)) + hexed(case["nonce"]) + hexed(case["ciphertext_and_tag"])
        )
        coded = b2a_base64(sealed, newline=False).decode()
        row[0], row[4] = 1, json.dumps({"comment": {"_e": coded}}).encode()
        made = MadeLog([tuple(row)])
        auditor.held.clear()
        auditor.hold(made.note())
        key = Disclosed(1, "comment", context, hexed(case["field_key"]))

        report = auditor.verify(made.bundle(tmp_path / str(n), disclosed=[key]))

        assert (report["verdict"], report["opened"]) == ("changed", []), case["why"]


def test_gaps_in_the_versions_of_a_stream_are_found_when_asked_for(
    auditor: Auditor, tmp_path: Path
) -> None:
    rows = [e for e in events(8) if e[0] != 3]
    made = MadeLog(rows)
    auditor.hold(made.note())
    log = made.file(tmp_path / "log.db")

    assert auditor.verify(log)["verdict"] == "verified"
    assert first(auditor.verify(log, streams=True)) == ("changed", 2, 4)


# ------------------------------------------------------------------------------------ the command


def test_its_exit_codes_tell_the_kinds_of_verdict_apart(
    auditor: Auditor, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    made = MadeLog(events(6))
    log = made.file(tmp_path / "log.db")

    def code(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["verify", *words])
        return standalone.main()

    assert code(str(log)) == 3
    auditor.hold(made.note())
    assert code(*auditor.words(log, "--json")) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["verdict"] == "verified"
    sql(log, "UPDATE stored_events SET topic = 'x.y' WHERE rowid = 3")
    assert code(*auditor.words(log)) == 1
    assert "verdict: changed" in capsys.readouterr().out
    assert code(*auditor.words(tmp_path / "missing")) == 2
    assert code(str(log), "--checkpoint", auditor.held[0]) == 2
    with pytest.raises(SystemExit) as usage:
        code()
    assert usage.value.code == 2


def test_keys_of_two_logs_are_a_wrong_call(auditor: Auditor, tmp_path: Path) -> None:
    log = MadeLog(events(6)).file(tmp_path / "log.db")
    other = str(secret_signer("other.example/log", bytes(32)).key)
    asked = Namespace(
        log=log, vkey=[VKEY, other], checkpoint=[], witness=[], quorum=None, nonce=None,
        max_age=None, streams=False,
    )  # fmt: skip

    assert standalone.verify(asked)["verdict"] == "unreadable"


def test_tiles_with_entries_are_those_of_other_logs(auditor: Auditor, tmp_path: Path) -> None:
    """C2SP tlog-tiles: whoever reads only these comes to the signed root."""
    made = MadeLog(events(300), [300])
    auditor.hold(made.note())
    bundle = made.bundle(tmp_path / "bundle", entries=True)
    leaves: list[bytes] = []
    for name in ("000", "001.p/44"):
        data = (bundle / "tiles/tile/entries" / name).read_bytes()
        while data:
            size = int.from_bytes(data[:2])
            leaves.append(data[2 : 2 + size])
            data = data[2 + size :]
    tree = standalone.Tree()
    for leaf in leaves:
        tree.append(sha256(b"\0" + leaf).digest())
    level_0 = (bundle / "tiles/tile/0/000").read_bytes()
    level_1 = (bundle / "tiles/tile/1/000.p/1").read_bytes()
    first = standalone.Tree()
    for i in range(256):
        first.append(level_0[32 * i : 32 * i + 32])

    note = standalone.read_note(
        (bundle / "tiles/checkpoint").read_text("utf-8"), [standalone.read_key(VKEY, 1)], []
    )

    assert (note.size, note.root) == (300, tree.root())
    assert level_1 == first.root()
    assert auditor.verify(bundle)["verdict"] == "verified"
