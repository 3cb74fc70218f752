"""Each row of the table of what is not proven is altered, and what it says is held against that.

What the table calls found by something is found by it; what it calls found by nothing is told by
nobody, so that the page promises neither too much nor too little. Whatever is altered, what the log
knew is answered as before.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
import pytest
from projections.forging import forge

import mentorcore as mc
from mentorcore.audit import standalone
from mentorcore.cli.main import main
from mentorcore.demo import folder
from mentorcore.log.storage.tables import SQLITE_TABLES
from mentorcore.log.stores.opening import open_store
from mentorcore.projections.plain import plain
from mentorcore.projections.summary.summary import SUMMARY

PAGE = Path(__file__).parent.parent.parent / "docs" / "explanation" / "integrity.md"
ORIGIN = "m.example/log1"
AUDITOR, COORDINATOR = mc.Viewer.auditor(), mc.Viewer.coordinator()


def table() -> dict[str, tuple[str, str, str]]:
    """The rows of the page: by what, where it stands, what an alteration does, what finds it."""
    text = PAGE.read_text(encoding="utf-8").partition("### What is not proven")[2]
    rows = [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:]]
    return {what: (where, does, found) for what, where, does, found in cells}


TABLE = table()


@attrs.frozen
class Kept:
    """A log with all that stands beside it, and what an auditor holds."""

    folder: Path
    vkey: str
    run: Callable[..., tuple[int, str]]

    @property
    def log(self) -> Path:
        return self.folder / "program.db"

    @property
    def export(self) -> Path:
        return self.folder / "full.zip"

    @property
    def note(self) -> Path:
        return self.folder / "note.txt"

    def sql(self, statement: str, *values: object) -> None:
        """Alter rows behind everybody's back; there have to be some."""
        with closing(sqlite3.connect(self.log)) as db, db:
            assert db.execute(statement, values).rowcount != 0

    def verdict(self, what: Path | None = None) -> str:
        """What both verifiers say against the checkpoint that is held."""
        held = {"note": self.note.read_text(encoding="utf-8")}
        place = what or self.log
        asked: dict[str, Any] = dict.fromkeys(("quorum", "nonce", "max_age"))
        asked |= {"vkey": [self.vkey], "checkpoint": [str(self.note)], "witness": []}
        report = standalone.verify(Namespace(**asked, streams=False, log=place))
        policy = mc.VerificationPolicy(keys=[self.vkey], held=held)
        verdict = mc.verify_log(place, policy)
        assert verdict.verdict == report["verdict"]
        return verdict.verdict

    def found(self, *more: str) -> int:
        """How `mentorcore verify` ends, against the checkpoint that is held."""
        words = ("verify", self.log, "--vkey", self.vkey, "--checkpoint", self.note, *more)
        return self.run(*words)[0]

    def knew(self) -> Any:
        """What the log knew, asked as an auditor asks."""
        with mc.open(self.log, keys=mc.NoKeys(), read_only=True) as opened:
            at = opened.position
            return [
                plain(opened.status(viewer=AUDITOR, as_known=at)),
                plain(opened.attention(viewer=AUDITOR, as_known=at)),
            ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log of some weeks, its keys, tables, an export and a held checkpoint."""
    home = tmp_path_factory.mktemp("beside") / "example"
    folder.write(home, datetime.now(UTC).date())
    said(home, "init", home)
    for form in ("people", "pairings", "meetings"):
        export, mapping = home / f"exports/{form}.csv", home / f"mappings/{form}.toml"
        said(home, "import", home, export, "--mapping", mapping)
    said(home, "checkpoint", home, "--init-key", ORIGIN)
    with mc.open(home / "program.db") as opened:
        opened.subscription("payroll", names=["program.launched"]).run_to_end(lambda _event: None)
        opened.tables(str(home / "reports.db")).close()
        opened.status(viewer=AUDITOR)
    said(home, "export", home, home / "full.zip", "--for", "auditor", "--entries")
    said(home, "checkpoint", home, "--out", home / "note.txt")
    return home


def said(home: Path, *words: object) -> str:
    """What a command line comes to that has to go well."""
    assert main([str(word) for word in words]) == 0, words
    return str(home)


@pytest.fixture
def kept(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Kept:
    """A copy of all that, to be altered."""
    shutil.copytree(whole, tmp_path / "copy")

    def run(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        return code, " ".join(f"{told.out} {told.err}".split())

    key = mc.read_signing_key(tmp_path / "copy" / "program.signing-key")
    return Kept(tmp_path / "copy", str(key.key), run)


Check = Callable[[Kept], None]
ROWS: dict[str, Check] = {}


def row(what: str) -> Callable[[Check], Check]:
    """What alters the things of one row, and looks who finds it."""

    def entered(check: Check) -> Check:
        ROWS[what] = check
        return check

    return entered


def rewritten(export: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """Change a member of an export, by somebody who renews its manifest; or add one."""
    with zipfile.ZipFile(export) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    name = next((n for n in sorted(files) if n.startswith(member)), member)
    before = files.get(name, b"")
    files[name] = change(before)
    assert files[name] != before
    if name != "manifest.json":
        manifest = json.loads(files["manifest.json"])
        manifest["files"][name] = [len(files[name]), sha256(files[name]).hexdigest()]
        files["manifest.json"] = json.dumps(manifest).encode()
    export.unlink()
    with zipfile.ZipFile(export, "w") as bundle:
        for each, data in files.items():
            bundle.writestr(each, data)


def without(export: Path, member: str) -> None:
    """Take members away, by somebody who renews the manifest."""
    with zipfile.ZipFile(export) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    gone = [name for name in files if name.startswith(member)]
    assert gone
    manifest = json.loads(files["manifest.json"])
    for name in gone:
        del files[name], manifest["files"][name]
    files["manifest.json"] = json.dumps(manifest).encode()
    export.unlink()
    with zipfile.ZipFile(export, "w") as bundle:
        for each, data in files.items():
            bundle.writestr(each, data)


def status(kept: Kept) -> Any:
    """The status as it is handed out."""
    code, told = kept.run("status", kept.log, "--json")
    assert code == 0, told
    return json.loads(told)


def minutes(kept: Kept) -> int:
    return int(status(kept)["numbers"]["minutes"])


@row("stored views")
def views(kept: Kept) -> None:
    before = minutes(kept)
    store = open_store(str(kept.log))
    pairing = next(r.stream for r in store.page(0, 10_000) if r.name == "pairing.meeting-held")
    forge(store, SUMMARY, pairing, lambda part: setattr(part, "minutes", 90_000))
    store.close()

    assert minutes(kept) > before
    assert kept.found() == 0
    assert kept.found("--views") == 1


@row("how far subscriptions and webhooks have come")
def subscriptions(kept: Kept) -> None:
    kept.sql("UPDATE tracking SET notification_id = 0 WHERE application_name LIKE 'subscription:%'")
    again: list[Any] = []

    with mc.open(kept.log) as opened:
        opened.subscription("payroll", names=["program.launched"]).run_to_end(again.append)

    assert len(again) == 1
    assert kept.found("--views", "--mappings") == 0


@row("texts of mappings")
def mappings(kept: Kept) -> None:
    kept.sql(
        "UPDATE log_index SET body = CAST(body || ? AS BLOB) WHERE kind = 'mapping'",
        "\n[labels]\nx = 'y'\n",
    )

    rewritten(kept.export, "mappings/", lambda text: b"# says the same\n" + text)
    assert kept.verdict(kept.export) == "verified"
    rewritten(kept.export, "mappings/", lambda text: text + b"\n[labels]\nx = 'y'\n")

    assert kept.found() == 1
    assert kept.verdict(kept.export) == "changed"


@row("texts of mappings that were taken away")
def mappings_gone(kept: Kept) -> None:
    kept.sql("DELETE FROM log_index WHERE kind = 'mapping'")

    code, told = kept.run("verify", kept.log, "--mappings")
    assert (code, told.count("no text of it is kept")) == (3, 3)
    assert kept.found() == 0
    without(kept.export, "mappings/")
    assert kept.verdict(kept.export) == "verified"
    assert "the mapping" in kept.run("verify", kept.export)[1]


@row("texts of policy packs")
def packs(kept: Kept) -> None:
    pack, later = kept.folder / "own.toml", kept.folder / "later.zip"
    mc.new_pack(pack)
    assert kept.run("packs", "adopt", kept.log, pack)[0] == 0
    assert kept.run("export", kept.log, later, "--for", "auditor")[0] == 0
    assert "NOT HERE" not in kept.run("packs", "list", kept.log)[1]
    assert "NOT HERE" not in kept.run("packs", "list", later)[1]

    kept.sql("UPDATE log_index SET body = CAST(body || ? AS BLOB) WHERE kind = 'policy'", "#")
    rewritten(later, f"policies/{mc.read_pack(pack).digest[:32]}", lambda text: text + b"#")

    assert kept.found("--views", "--mappings") == 0
    assert kept.verdict(later) == "verified"
    assert "NOT HERE" in kept.run("packs", "list", kept.log)[1]
    assert "NOT HERE" in kept.run("packs", "list", later)[1]


@row(
    "answered requests, responses taken in, names of files and their digests, identities, and "
    "whatever else imports remember"
)
def index(kept: Kept) -> None:
    kept.sql(
        "DELETE FROM log_index WHERE kind NOT IN ('mapping', 'policy', 'practice', 'derived-copy')"
    )

    assert kept.found("--views", "--mappings") == 0
    mapping, people = kept.folder / "mappings/people.toml", kept.folder / "exports/people.csv"
    code, told = kept.run("import", kept.log, people, "--mapping", mapping, "--dry-run")
    assert "unchanged" not in told, code
    assert kept.run("import", kept.log, people, "--check")[0] == 1


@row("which files were imported")
def imported_files(kept: Kept) -> None:
    people, known = kept.folder / "exports/people.csv", []
    known.append(kept.run("import", kept.log, people, "--check")[0])
    files = "kind IN ('imported-file', 'barren-file')"
    kept.sql(f"UPDATE log_index SET body = zeroblob(length(body)) WHERE {files}")
    known.append(kept.run("import", kept.log, people, "--check")[0])
    kept.sql(f"DELETE FROM log_index WHERE {files}")
    known.append(kept.run("import", kept.log, people, "--check")[0])

    assert known == [0, 1, 1]
    assert kept.found("--views", "--mappings") == 0


@row("which package brings a practice")
def practices(kept: Kept) -> None:
    kept.sql("INSERT INTO log_index VALUES ('practice', x'00', NULL, x'7b', 0, 0)")

    assert kept.found("--views", "--mappings") == 0


@row("which copies there are elsewhere")
def copies(kept: Kept) -> None:
    kept.sql("DELETE FROM log_index WHERE kind = 'derived-copy'")

    with mc.open(kept.log) as opened:
        assert opened.derived_copies() == ()
    assert kept.found("--views", "--mappings") == 0


@row("leaves and tiles")
def leaves(kept: Kept) -> None:
    kept.sql("UPDATE audit_leaf SET h = zeroblob(32)")
    kept.sql("UPDATE audit_tile SET data = zeroblob(length(data))")

    code, told = kept.run("prove", kept.log, "6")
    assert code == 0, told
    assert kept.verdict() == "verified"
    rewritten(kept.export, "tiles/tile/0/000", lambda data: bytes(len(data)))
    assert kept.verdict(kept.export) == "verified"


@row("the head of the tree")
def head(kept: Kept) -> None:
    kept.sql("UPDATE audit_head SET frontier = zeroblob(length(frontier))")

    code, told = kept.run("checkpoint", kept.log)
    assert (code, "not the one that was signed" in told) == (1, True)
    assert kept.run("checkpoint", kept.log, "--rebuild")[0] == 0
    assert kept.run("checkpoint", kept.log)[0] == 0


@row("checkpoints kept beside")
def checkpoints(kept: Kept) -> None:
    before = kept.log.read_bytes()
    kept.sql("UPDATE audit_checkpoint SET note = replace(note, 'm.example', 'n.example')")
    changed = kept.verdict()
    kept.log.write_bytes(before)

    kept.sql("DELETE FROM audit_checkpoint")
    gone = kept.verdict()

    assert (changed, gone) == ("bad-signature", "verified")
    rewritten(kept.export, "checkpoints.jsonl", lambda lines: lines.replace(b"m.ex", b"n.ex"))
    assert kept.verdict(kept.export) == "bad-signature"


@row("states that were removed for good")
def removed(kept: Kept) -> None:
    kept.sql("INSERT INTO audit_redacted VALUES (5, zeroblob(32), NULL)")

    assert kept.verdict() == "changed"
    rewritten(kept.export, "redacted.jsonl", lambda _: b'[5,"%b",null]\n' % (b"00" * 32))
    assert kept.verdict(kept.export) == "changed"


@row("what places outside hold")
def sinks(kept: Kept) -> None:
    kept.sql(
        "INSERT INTO audit_sink VALUES ('handed to nobody', 10, '2026-01-01T00:00:00+00:00', NULL)"
    )

    assert "Level 2" in kept.run("checkpoint", kept.log)[1]
    assert kept.found("--views", "--mappings") == 0


@row("alarms of places outside")
def alarms(kept: Kept) -> None:
    kept.sql(
        "INSERT INTO audit_sink VALUES ('alarm:a witness', 10, '2026-01-01', '[\"so\",\"\",\"\"]')"
    )
    told = kept.run("checkpoint", kept.log, "--alarms")[0]
    kept.sql("DELETE FROM audit_sink WHERE name LIKE 'alarm:%'")

    assert told == 1
    assert kept.run("checkpoint", kept.log, "--alarms")[0] == 0
    assert kept.found("--views", "--mappings") == 0


@row("stamps of time")
def stamps(kept: Kept) -> None:
    size = mc.read_checkpoint(kept.note.read_text(), [mc.VerifierKey.read(kept.vkey)]).size
    rewritten(kept.export, f"stamps/{size}-authority.tsr", lambda _: b"no stamp")

    assert kept.verdict(kept.export) == "verified"
    if find_spec("rfc3161_client") is not None:  # of the extra
        assert kept.run("stamps", kept.export)[0] == 1


@row("the number of the format")
def format_number(kept: Kept) -> None:
    kept.sql("UPDATE log_meta SET format = 7")

    assert kept.run("status", kept.log)[0] == 2
    assert kept.verdict() == "verified"


@row("the counter of positions")
def counter(kept: Kept) -> None:
    kept.sql("DELETE FROM stored_events WHERE rowid > (SELECT max(rowid) - 2 FROM stored_events)")
    kept.sql("UPDATE sqlite_sequence SET seq = 1")
    for name in ("Ada", "Lin"):
        assert kept.run("record", kept.log, "register-person", f"name={name}")[0] == 0

    assert kept.verdict() == "changed"


@row("indexes, views and triggers of the database")
def schema(kept: Kept) -> None:
    with closing(sqlite3.connect(kept.log)) as db, db:
        db.execute("CREATE TRIGGER hidden AFTER INSERT ON stored_events BEGIN SELECT 1; END")

    assert kept.verdict() == "schema"


@row("the memory of what was signed")
def memory(kept: Kept) -> None:
    memory = kept.folder / "program.signing-key.checkpoints"
    memory.unlink()

    code, told = kept.run("checkpoint", kept.log)
    assert (code, "--adopt" in told) == (1, True)
    assert kept.run("checkpoint", kept.log, "--adopt", kept.note)[0] == 0
    assert kept.run("checkpoint", kept.log)[0] == 0


@row("tables for SQL")
def tables(kept: Kept) -> None:
    with closing(sqlite3.connect(kept.folder / "reports.db")) as db, db:
        changed = db.execute("UPDATE mentorcore_counted_minutes SET minutes = minutes + 60")
        assert changed.rowcount > 0

    assert kept.run("tables", kept.log, kept.folder / "reports.db", "--verify")[0] == 1
    assert kept.found("--views", "--mappings") == 0


@row("JSON Schemas and rules of programs")
def rules(kept: Kept) -> None:
    rewritten(kept.export, "policies/", lambda text: text.replace(b'"one_to_one"', b'"group"'))
    rewritten(kept.export, "schema/person.registered", lambda _: b"{}")

    assert kept.verdict(kept.export) == "verified"


@row("the manifest of an export")
def manifest(kept: Kept) -> None:
    rewritten(kept.export, "manifest.json", lambda text: text.replace(b'"size":', b'"size":1'))

    assert kept.verdict(kept.export) != "verified"


@row("keys of values that were opened")
def opened_values(kept: Kept) -> None:
    shown = kept.folder / "shown.zip"
    with mc.open(kept.log, keys=mc.NoKeys(), read_only=True) as log:
        position = next(log.events(names=["person.registered"])).position
    words = ("export", kept.log, shown, "--for", "auditor", "--disclose", f"{position}:name")
    code, told = kept.run(*words)
    assert code == 0, told
    kept.run("checkpoint", kept.log)
    before = kept.verdict(shown)

    def another(lines: bytes) -> bytes:
        """The key with another last digit."""
        return lines[:-4] + (b"1" if lines[-4:-3] == b"0" else b"0") + lines[-3:]

    rewritten(shown, "disclosed.jsonl", another)

    assert (before, kept.verdict(shown)) == ("verified", "changed")


@row("what a log takes along when it moves")
def moved(kept: Kept) -> None:
    moving = kept.folder / "moving.zip"
    code, told = kept.run("export", kept.log, moving, "--move")
    assert code == 0, told
    kinds = (b'["identity"', b'["identitx"')

    rewritten(moving, "move/index.jsonl", lambda lines: lines.replace(*kinds))

    assert kept.verdict(moving) == "verified"


@row("the time of the last append")
def last_time(kept: Kept) -> None:
    kept.sql("UPDATE log_meta SET last_at = '2099-01-01T00:00:00.000000Z'")

    assert kept.found("--views", "--mappings") == 0
    assert kept.run("record", kept.log, "register-person", "name=Ada")[0] == 0
    with mc.open(kept.log, keys=mc.NoKeys(), read_only=True) as log:
        *_, last = log.events()
    assert last.recorded_at.year < 2099


@row("keys of people")
def keys(kept: Kept) -> None:
    before = set(names_in(status(kept)))
    with closing(sqlite3.connect(kept.folder / "program.keys")) as db, db:
        swapped = "(SELECT wrapped FROM subject_key ORDER BY subject LIMIT 1)"
        assert db.execute(f"UPDATE subject_key SET wrapped = {swapped}").rowcount > 1

    after = set(names_in(status(kept)))

    assert after < before
    assert kept.verdict() == "verified"


def names_in(told: Any) -> list[str]:
    """Every name that an answer tells."""
    if isinstance(told, dict):
        own = [v for k, v in told.items() if k == "name" and isinstance(v, str)]
        return own + [n for v in told.values() for n in names_in(v)]
    return [n for v in told for n in names_in(v)] if isinstance(told, list) else []


@row("reports, files, feeds and papers that were handed out")
def reports(kept: Kept) -> None:
    report = kept.folder / "report.json"
    report.write_text(json.dumps({**status(kept)}).replace('"minutes": ', '"minutes": 1'))

    code, told = kept.run("recompute", kept.export, "--report", report)

    assert code == 1, told
    assert kept.verdict() == "verified"


@row("this program, practices, plugins and tables of time zones")
def elsewhere(kept: Kept) -> None:
    report = kept.folder / "report.json"
    report.write_text(json.dumps(status(kept)))

    code, told = kept.run("recompute", kept.export, "--report", report)

    assert code == 0, told


def test_every_row_of_the_table_is_altered_and_no_other() -> None:
    assert ROWS.keys() == TABLE.keys()


@pytest.mark.parametrize("what", ROWS)
def test_what_the_table_says_of_an_alteration_is_so(what: str, kept: Kept) -> None:
    ROWS[what](kept)


def test_every_table_beside_the_events_stands_in_it() -> None:
    told = " ".join(where for where, _, _ in TABLE.values())

    missing = [name for name in SQLITE_TABLES if name != "stored_events" and name not in told]

    assert missing == []


BESIDE = (*(name for name in SQLITE_TABLES if name != "stored_events"), "sqlite_sequence")
OTHERS: tuple[object, ...] = (0, -1, 2**62, 2.5, None, "x", "", b"", b"\x00", bytes(32))
"""What is put in the place of a value; where a column takes none of its type, nothing happens."""


def cells(log: Path) -> list[tuple[str, str]]:
    """Every column of every table beside the events, in so far as there are rows."""
    with closing(sqlite3.connect(log)) as db:
        return [
            (name, str(column[1]))
            for name in BESIDE
            if db.execute(f"SELECT count(*) FROM {name}").fetchone() != (0,)
            for column in db.execute(f"PRAGMA table_info({name})")
        ]


def altered(log: Path, name: str, column: str, value: object) -> bool:
    """Put a value into every row of a column, or into the last one; whether it was taken."""
    with closing(sqlite3.connect(log)) as db:
        for where in ("", f" WHERE {column} = (SELECT max({column}) FROM {name})"):
            try:
                with db:
                    db.execute(f"UPDATE {name} SET {column} = ?{where}", [value])
            except sqlite3.IntegrityError:
                continue
            return True
    return False


REMOVALS = (
    "DELETE FROM {}",
    "DELETE FROM {0} WHERE rowid = (SELECT max(rowid) FROM {0})",
    "DELETE FROM {} WHERE kind = (SELECT max(kind) FROM log_index)",
    "DELETE FROM {} WHERE application_name LIKE '%@%'",
)
"""Rows are taken away by each of these that fits the table."""


def removed_rows(log: Path, name: str) -> list[str]:
    """The statements by which rows of a table can be taken away."""
    found = []
    with closing(sqlite3.connect(log)) as db:
        for removal in REMOVALS:
            with suppress(sqlite3.OperationalError):
                if db.execute(removal.format(name)).rowcount > 0:
                    found.append(removal.format(name))
                db.rollback()
    return found


def answers(log: Path) -> list[Any]:
    """What everyday questions answer; why a log is not opened."""
    try:
        with mc.open(log) as opened:
            status = opened.status(viewer=COORDINATOR)
            subject = status.pairings[0].pairing
            told = [
                status,
                opened.attention(viewer=COORDINATOR),
                *opened.figures(subject, viewer=COORDINATOR),
                opened.explain(subject, "minutes", viewer=COORDINATOR),
                opened.history(subject, viewer=COORDINATOR),
                *opened.find("Malik", viewer=COORDINATOR),
            ]
            return [plain(answer) for answer in told]
    except mc.MentorcoreError as error:
        return [str(error)]


def silent(
    whole: Path, kept: Kept, values: int, among: tuple[str, ...] = BESIDE
) -> tuple[int, list[str]]:
    """How many values were altered, and which of them changed an answer without a word."""
    before = answers(kept.log)
    assert len(before) > 5
    altered_cells, found = 0, []
    for number, (name, column) in enumerate(cells(whole / "program.db")):
        if name not in among:
            continue
        taken = 0
        for value in OTHERS[number % 3 :] + OTHERS[: number % 3]:
            if taken == values:
                break
            shutil.copyfile(whole / "program.db", kept.log)
            if not altered(kept.log, name, column, value):
                continue
            taken += 1
            if is_silent(kept, before):
                found.append(f"{name}.{column} = {value!r}")
        altered_cells += taken
    return altered_cells, found


def is_silent(kept: Kept, before: list[Any]) -> bool:
    """Whether questions are answered otherwise than before, and nobody says why."""
    now = answers(kept.log)
    code, told = kept.run("verify", kept.log, "--views", "--mappings")
    # Readings of answers are gone with the texts of their mappings, and that is told.
    is_told = code not in (0, 3) or "no text of it is kept" in told
    is_other = len(now) > 1 and now != before
    return (is_other and not is_told) or "fault of mentorcore" in told


def test_no_rows_beside_the_events_are_missed_silently(whole: Path, kept: Kept) -> None:
    before, found, count = answers(kept.log), [], 0
    for name in BESIDE:
        for statement in removed_rows(whole / "program.db", name):
            shutil.copyfile(whole / "program.db", kept.log)
            kept.sql(statement)
            count += 1
            if is_silent(kept, before):
                found.append(statement)

    assert found == []
    assert count > 10


def test_no_value_beside_the_events_changes_an_answer_silently(whole: Path, kept: Kept) -> None:
    """Of the tables that are read for every answer; of all with ``-m slow``."""
    count, found = silent(whole, kept, 1, ("audit_head", "log_meta", "tracking", "view_row"))

    assert found == []
    assert count > 10


@pytest.mark.slow
def test_no_value_of_any_kind_does(whole: Path, kept: Kept) -> None:
    count, found = silent(whole, kept, len(OTHERS))

    assert found == []
    assert count > 100
