"""A time stamp authority bounds the time of a checkpoint, and false stamps are not kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from audit.vectors import COSIGNED, NOTE, NOTES

from mentorcore.audit.witness.timestamps import TimestampSink, stamped_at
from mentorcore.errors import Invalid, LogError, MissingExtra, NoteInvalid

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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roots = folder / "root.pem"
        self.status = 200
        config = folder / "tsa.cnf"
        (folder / "serial").write_text("01\n")
        config.write_text(CONFIG.format(folder=folder))
        run(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 30, "-subj", "/CN=Root for tests",
            "-keyout", folder / "root.key", "-out", self.roots, "-config", config,
            "-extensions", "root",
        )  # fmt: skip
        run(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Stamps for tests",
            "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-config", config,
        )  # fmt: skip
        run(
            "x509", "-req", "-in", folder / "tsa.csr", "-CA", self.roots, "-CAkey",
            folder / "root.key", "-CAcreateserial", "-days", 30, "-out", folder / "tsa.pem",
            "-extfile", config, "-extensions", "stamp",
        )  # fmt: skip
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                query = folder / "query"
                query.write_bytes(asked)
                reply = run("ts", "-reply", "-config", config, "-queryfile", query)
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
