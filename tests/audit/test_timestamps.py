"""A time stamp authority bounds the time of a checkpoint, and false stamps are not kept."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from audit.vectors import COSIGNED, NOTE, NOTES

import mentorcore
from mentorcore.audit.notes.kept_stamps import KeptStamp
from mentorcore.audit.witness.timestamps import TimestampSink, _bounds, read_stamp, stamped_at
from mentorcore.cli.main import main
from mentorcore.errors import Invalid, LogError, MissingExtra, NoteInvalid

US = mentorcore.Actor("host", "tests", "system")
OPENSSL = shutil.which("openssl")
CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
{more}
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = dn
[dn]
"""


def run(*words: object, data: bytes = b"") -> bytes:
    assert OPENSSL is not None
    done = subprocess.run(
        [OPENSSL, *map(str, words)], input=data, capture_output=True, check=True, cwd="/"
    )
    return done.stdout


class Authority:
    """A time stamp authority of our own, on a port of this machine."""

    def __init__(self, folder: Path, days: int = 30) -> None:
        self.folder = folder
        self.roots = folder / "root.pem"
        self.status = 200
        config = folder / "tsa.cnf"
        (folder / "serial").write_text("01\n")
        self.config = config
        self.state()
        run(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", days, "-subj", "/CN=Root for tests",
            "-keyout", folder / "root.key", "-out", self.roots, "-config", config,
            "-extensions", "root",
        )  # fmt: skip
        run(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Stamps for tests",
            "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-config", config,
        )  # fmt: skip
        run(
            "x509", "-req", "-in", folder / "tsa.csr", "-CA", self.roots, "-CAkey",
            folder / "root.key", "-CAcreateserial", "-days", days, "-out", folder / "tsa.pem",
            "-extfile", config, "-extensions", "stamp",
        )  # fmt: skip
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                query = folder / "query"
                query.write_bytes(asked)
                reply = authority.reply(query)
                self.send_response(authority.status)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def state(self, more: str = "") -> None:
        """Let it state its times with more lines of configuration."""
        self.config.write_text(CONFIG.format(folder=self.folder, more=more))

    def reply(self, query: Path) -> bytes:
        return run("ts", "-reply", "-config", self.config, "-queryfile", query)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    pytest.importorskip("rfc3161_client")
    if OPENSSL is None:
        pytest.skip("there is no openssl to be the authority")
    made = Authority(tmp_path_factory.mktemp("tsa"))
    yield made
    made.close()


@pytest.mark.processes
def test_a_checkpoint_is_stamped_and_the_stamp_checked_later(authority: Authority) -> None:
    sink = TimestampSink(authority.url, authority.roots)

    detail = sink.publish(NOTE, lambda _size: ())
    at = stamped_at(detail, NOTE, authority.roots)

    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert stamped_at(detail, COSIGNED, authority.roots) == at, "a witness may sign later"
    assert sink.outside


@pytest.mark.processes
def test_a_stamp_of_another_checkpoint_is_refused(authority: Authority) -> None:
    detail = TimestampSink(authority.url, authority.roots).publish(NOTE, lambda _size: ())

    with pytest.raises(NoteInvalid, match="does not hold"):
        stamped_at(detail, NOTES["further_notes_text"]["size_16"], authority.roots)
    with pytest.raises(NoteInvalid):
        stamped_at("AAAA", NOTE, authority.roots)
    with pytest.raises(NoteInvalid, match="base64"):
        stamped_at("?", NOTE, authority.roots)


@pytest.mark.processes
def test_an_authority_under_another_root_is_not_believed(
    authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path)
    try:
        with pytest.raises(NoteInvalid, match="does not hold"):
            TimestampSink(authority.url, other.roots).publish(NOTE, lambda _size: ())
    finally:
        other.close()


@pytest.mark.processes
def test_an_authority_that_fails_is_said(authority: Authority) -> None:
    sink = TimestampSink(authority.url, authority.roots)
    authority.status = 503
    try:
        with pytest.raises(LogError, match="answered 503"):
            sink.publish(NOTE, lambda _size: ())
    finally:
        authority.status = 200
    with pytest.raises(LogError, match="cannot be reached"):
        TimestampSink("http://127.0.0.1:9", authority.roots).publish(NOTE, lambda _size: ())


def test_an_address_or_certificates_that_are_none_are_refused(
    authority: Authority, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="cannot be reached there"):
        TimestampSink("tsa.example.org", authority.roots)
    with pytest.raises(Invalid, match="PEM"):
        TimestampSink(authority.url, tmp_path / "missing.pem")


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)

    with pytest.raises(MissingExtra, match=r"mentorcore\[timestamp\]"):
        TimestampSink("https://tsa.example.org", "roots.pem")


# ------------------------------------------------------------------------------- bounds


STATED = re.compile(r"Time stamp: (\w+ +\d+ [\d:]+)(\.\d+)? (\d{4}) GMT\nAccuracy: (.*)\n")
PART = re.compile(r"0x([0-9A-F]+) (\w+)")
UNITS = {"seconds": 1, "millis": 1_000, "micros": 1_000_000}


def stated(answer: bytes, folder: Path) -> tuple[Fraction, Fraction]:
    """What OpenSSL reads in an answer: seconds since 1970, and the accuracy."""
    (folder / "answer").write_bytes(answer)
    text = run("ts", "-reply", "-in", folder / "answer", "-text").decode()
    found = STATED.search(text)
    assert found, text
    whole = datetime.strptime(f"{found[1]} {found[3]} +0000", "%b %d %H:%M:%S %Y %z")
    parts = (Fraction(int(digits, 16), UNITS[unit]) for digits, unit in PART.findall(found[4]))
    return int(whole.timestamp()) + Fraction(found[2] or 0), sum(parts, Fraction(0))


def exact(at: datetime) -> Fraction:
    return Fraction((at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1), 1_000_000)


@pytest.mark.processes
@pytest.mark.parametrize(
    "more",
    [
        "",
        "clock_precision_digits = 6",
        "accuracy = secs:1",
        "clock_precision_digits = 3\naccuracy = millisecs:500",
        "clock_precision_digits = 6\naccuracy = secs:1, millisecs:500, microsecs:100",
    ],
)
def test_the_bounds_lie_outside_of_what_the_authority_states(
    authority: Authority, tmp_path: Path, more: str
) -> None:
    authority.state(more)
    try:
        detail = TimestampSink(authority.url, authority.roots).publish(NOTE, lambda _size: ())
    finally:
        authority.state()
    kept = KeptStamp(3, "tsa.example.org", b64decode(detail))

    told = read_stamp(kept, NOTE, authority.roots)

    at, accuracy = stated(kept.answer, tmp_path)
    assert (told.checked, told.problem) == (True, "")
    assert told.earliest is not None
    assert told.latest is not None
    assert exact(told.earliest) <= at - accuracy
    assert exact(told.latest) >= at + accuracy
    assert exact(told.latest) - exact(told.earliest) <= 2 * accuracy + Fraction(1, 500_000)
    assert stamped_at(detail, NOTE, authority.roots) == told.latest


class Told:
    """What the library reads: whole seconds."""

    def __init__(self, whole: datetime, accuracy: object) -> None:
        self.tst_info = self
        self.gen_time, self.accuracy = whole, accuracy


def der(text: str) -> bytes:
    return b"\x18" + bytes([len(text)]) + text.encode()


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("20261123120000Z", 0, 0),
        ("20261123120000.5Z", 500_000, 500_000),
        ("20261123120000.0000001Z", 0, 1),
        ("20261123120000.9999999Z", 999_999, 1_000_000),
        ("20261123120000.1234567Z", 123_456, 123_457),
    ],
)
def test_a_part_of_a_microsecond_is_rounded_outward(written: str, low: int, high: int) -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    found = _bounds(Told(noon, None), b"\x30\x18\x18" + der(written) + b"\x18\x0f2026")

    assert [(at - noon) // timedelta(microseconds=1) for at in found] == [low, high]


def test_a_time_that_is_not_found_again_is_within_its_second() -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    found = _bounds(Told(noon, None), der("20261123115959.5Z") + b"\x18\x0f20261123120000.5Z")

    assert found == (noon, noon + timedelta(seconds=1))


# ------------------------------------------------------------------- kept, shown, exported


class Stamping:
    """A log in a file that lets its checkpoints be stamped."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.path = folder / "program.db"
        self.key = folder / "program.signing-key"
        self.vkey = str(mentorcore.create_signing_key(self.key, "mentoring.example.edu/log1"))
        self.authority = authority

    def stamp(self, *sinks: TimestampSink, name: str = "Ada") -> str:
        """Record something, and let the checkpoint that covers it be stamped; its note."""
        sinks = sinks or (TimestampSink(self.authority.url, self.authority.roots),)
        sign = mentorcore.sign_with(self.key, sinks=sinks, background=False)
        with mentorcore.open(self.path, sign=sign) as engine:
            engine.handle(mentorcore.RegisterPerson(name=name), actor=US)
            done = engine.checkpoint()
        assert [p.problem for p in done.publications] == [""] * len(sinks)
        return done.checkpoint.note

    def export(self, to: Path, **more: Any) -> Path:
        sign = mentorcore.sign_with(self.key, background=False)
        with mentorcore.open(self.path, sign=sign) as engine:
            engine.export(to, actor=US, **(more or {"recipient": "auditor"}))
        return to


@pytest.fixture
def stamping(tmp_path: Path, authority: Authority) -> Stamping:
    return Stamping(tmp_path, authority)


def told(found: Sequence[mentorcore.TimeStamp]) -> list[tuple[int, bool, str]]:
    return [(one.size, one.checked, one.problem) for one in found]


@pytest.mark.processes
def test_several_are_kept_and_travel_with_every_kind_of_export(
    stamping: Stamping, tmp_path: Path, authority: Authority
) -> None:
    notes = [stamping.stamp(name=name) for name in ("Ada", "Lin", "Mo")]
    bundle = stamping.export(tmp_path / "june")
    zipped = stamping.export(tmp_path / "june.zip")
    copy = stamping.export(tmp_path / "june.db")
    moved = stamping.export(tmp_path / "moved", move=True)
    mentorcore.load(bundle, tmp_path / "loaded.db")
    mentorcore.load(moved, tmp_path / "next.db", original_retired=True)

    for where in (stamping.path, bundle, zipped, copy, moved, "loaded.db", "next.db"):
        found = mentorcore.time_stamps(tmp_path / where, roots=authority.roots)
        assert told(found) == [(1, True, ""), (2, True, ""), (3, True, "")], where
        assert [one.note.partition("\n\n")[0] for one in found] == [
            note.partition("\n\n")[0] for note in notes
        ]
        assert told(mentorcore.time_stamps(tmp_path / where)) == [(n, False, "") for n in (1, 2, 3)]
    names = sorted(path.name for path in (bundle / "stamps").iterdir())
    assert [name.partition("-")[0] for name in names] == ["1", "2", "3"]
    demands = mentorcore.VerificationPolicy(keys=[stamping.vkey], held={"first": notes[0]})
    for where in (bundle, zipped, copy, moved):
        assert mentorcore.verify_log(where, demands).verdict == "verified"


@pytest.mark.processes
def test_openssl_checks_what_an_export_holds(
    stamping: Stamping, tmp_path: Path, authority: Authority
) -> None:
    """As the reference says: over the first three lines of the note of that size."""
    note = stamping.stamp()
    (stamp,) = (stamping.export(tmp_path / "june") / "stamps").iterdir()
    (tmp_path / "text").write_text("".join(note.splitlines(keepends=True)[:3]))

    said = run(
        "ts", "-verify", "-data", tmp_path / "text", "-in", stamp, "-CAfile", authority.roots
    )  # fmt: skip

    assert said == b"Verification: OK\n"


@pytest.mark.processes
def test_two_authorities_of_one_host_and_two_stamps_of_one_size_are_told_apart(
    stamping: Stamping, tmp_path: Path, authority: Authority
) -> None:
    first, second = (
        TimestampSink(f"{authority.url}/{name}", authority.roots) for name in ("fast", "slow")
    )
    now = [datetime(2026, 11, 23, 12, 0, tzinfo=UTC)]
    sign = mentorcore.sign_with(stamping.key, sinks=(first, second), background=False)
    with mentorcore.open(stamping.path, sign=sign, clock=lambda: now[0]) as engine:
        engine.handle(mentorcore.RegisterPerson(name="Ada"), actor=US)
        engine.checkpoint()
        now[0] += timedelta(days=2)  # an idle log is stamped again
        engine.checkpoint()

    found = mentorcore.time_stamps(stamping.path, roots=authority.roots)
    names = {path.name for path in (stamping.export(tmp_path / "june") / "stamps").iterdir()}

    assert first.name != second.name
    assert told(found) == [(1, True, "")] * 4
    assert len({one.serial for one in found}) == len(names) == 4
    assert told(mentorcore.time_stamps(tmp_path / "june", roots=authority.roots)) == told(found)


@pytest.mark.processes
def test_one_that_does_not_hold_is_said_and_the_others_are_looked_at(
    stamping: Stamping, tmp_path: Path, authority: Authority
) -> None:
    stamping.stamp()
    stamping.stamp(name="Lin")
    bundle = stamping.export(tmp_path / "june")
    first, second = sorted((bundle / "stamps").iterdir())
    swapped = second.read_bytes()
    first.rename(first.with_name(first.name.replace("1-", "9-", 1)))
    (bundle / "stamps" / "1-another.tsr").write_bytes(swapped)
    (bundle / "stamps" / "2-broken.tsr").write_bytes(swapped[:-9])
    (bundle / "stamps" / "2-noise.tsr").write_bytes(b"noise")
    (bundle / "stamps" / "readme.txt").write_bytes(b"not one")

    found = mentorcore.time_stamps(bundle, roots=authority.roots)

    assert [(one.size, one.checked) for one in found] == [
        (1, False), (2, True), (2, False), (2, False), (9, False),
    ]  # fmt: skip
    assert "another checkpoint" in found[0].problem
    assert "no checkpoint of 9 events" in found[4].problem
    assert all(one.problem for one in found if not one.checked)


@pytest.mark.processes
def test_an_authority_that_one_does_not_trust_is_not_believed(
    stamping: Stamping, tmp_path: Path
) -> None:
    stamping.stamp()
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    other.close()

    (one,) = mentorcore.time_stamps(stamping.path, roots=other.roots)

    assert (one.checked, "does not hold" in one.problem) == (False, True)


@pytest.mark.processes
def test_the_newest_that_an_earlier_build_kept_is_still_there(
    stamping: Stamping, authority: Authority
) -> None:
    stamping.stamp()
    with closing(sqlite3.connect(stamping.path)) as db, db:
        db.execute("DELETE FROM audit_sink WHERE name LIKE 'stamp:%'")

    assert told(mentorcore.time_stamps(stamping.path, roots=authority.roots)) == [(1, True, "")]


@pytest.mark.processes
def test_the_command_shows_and_checks_them(
    stamping: Stamping, tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*words: object) -> tuple[int, str]:
        code = main([str(word) for word in words])
        return code, " ".join(capsys.readouterr().out.split())

    stamping.stamp()
    bundle = stamping.export(tmp_path / "june.zip")
    shown = said("stamps", bundle)
    checked = said("stamps", bundle, "--roots", authority.roots)
    live = said("stamps", stamping.path, "--roots", authority.roots)
    code, text = said("stamps", bundle, "--roots", authority.roots, "--json")
    with mentorcore.open(tmp_path / "empty.db") as engine:
        engine.handle(mentorcore.RegisterPerson(name="Ada"), actor=US)
    nothing = said("stamps", tmp_path / "empty.db")

    assert (shown[0], "Nothing was checked" in shown[1]) == (3, True)
    assert checked[0] == live[0] == code == 0
    assert "The checkpoint of 1 event existed not later than" in checked[1]
    (one,) = json.loads(text)
    assert (one["checked"], one["size"]) == (True, 1)
    assert stamped_at(one["answer"], one["note"], authority.roots) == datetime.fromisoformat(
        one["latest"]
    )
    assert (nothing[0], "No time stamp" in nothing[1]) == (3, True)
    assert said("stamps", tmp_path / "nowhere.db")[0] == 2
    assert said("stamps", bundle, "--roots", tmp_path / "missing.pem")[0] == 2
