"""Be a witness for logs of others."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.proving import evidence_lines, witness_key_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Be a witness for logs of others: cosign a checkpoint only if it continues what was seen before, and
keep every other one as evidence. It holds no events and nothing about people. Run it on a machine
that the operator of the log cannot reach, behind a proxy that speaks TLS. It takes checkpoints of
three lines, without extension lines, whose origin is the name of the log's key.

example:
  mentorcore witness witness.db --init-key witness.example.org/w1
  mentorcore witness witness.db --watch mentoring.example.edu/log1+00cf2a9a+AW4CHCciJY0…
  mentorcore witness witness.db --evidence --out evidence
"""

COSIGNS = 4
"""The kind of key by which a witness cosigns."""


def arguments(verb: ArgumentParser) -> None:
    """Where it keeps what it saw, and which logs it watches."""
    verb.add_argument("file", metavar="FILE", help="where the witness keeps what it saw")
    verb.add_argument("--signing-key", metavar="FILE", help="its key, if not beside that file")
    verb.add_argument("--init-key", metavar="NAME", help="make the key of the witness of this name")
    verb.add_argument(
        "--watch",
        action="append",
        default=[],
        metavar="VKEY",
        help="the verifier key of a log to watch; may be given several times",
    )
    verb.add_argument(
        "--listen", default="127.0.0.1:7440", metavar="HOST:PORT", help="where (%(default)s)"
    )
    verb.add_argument(
        "--evidence", action="store_true", help="list the checkpoints that were refused"
    )
    verb.add_argument(
        "--out",
        metavar="FOLDER",
        help="with --evidence: write each of them into this new folder, byte for byte",
    )


def run(asked: Namespace) -> int:
    """Be a witness: make its key, serve, or list what it refused."""
    key = Path(asked.signing_key or f"{asked.file}.signing-key")
    if asked.init_key is not None:
        made = mentorcore.create_signing_key(key, asked.init_key, kind=COSIGNS)
        answer(asked, witness_key_lines(str(key), str(made)), {"key": str(key), "vkey": str(made)})
        return ExitCode.DONE
    logs = [mentorcore.VerifierKey.read(text) for text in asked.watch]
    if asked.out is not None and not asked.evidence:
        raise Usage("--out is for the evidence: add --evidence")
    if not logs and not asked.evidence:
        raise Usage("a witness watches logs: name the verifier key of each with --watch")
    signer = mentorcore.read_signing_key(key)
    made_witness = mentorcore.Witness(asked.file, signer, logs, lambda: datetime.now(UTC))
    try:
        if asked.evidence:
            found = made_witness.evidence()
            if asked.out is not None:
                _write(Path(asked.out), found)
            answer(asked, evidence_lines(found), mentorcore.plain(found))
            return ExitCode.NO if found else ExitCode.DONE
        _serve(asked, made_witness)
    finally:
        made_witness.close()
    return ExitCode.DONE


def _write(folder: Path, found: Sequence[mentorcore.RefusedCheckpoint]) -> None:
    """Each checkpoint as a file that a verifier reads."""
    try:
        folder.mkdir()
    except FileExistsError:
        raise Usage(f"something stands at {folder} already; name a new folder") from None
    for number, one in enumerate(found, start=1):
        parts = {"refused": one.note, "other": one.other, "proof": one.proof}
        for name, text in parts.items():
            if text:
                (folder / f"{number:03}-{name}.txt").write_bytes(text.encode())


def _serve(asked: Namespace, made: mentorcore.Witness) -> None:
    host, sign, port = asked.listen.rpartition(":")
    if not sign or not port.isdecimal():
        raise Usage(f"--listen takes an address and a port, not {asked.listen!r}")
    try:
        opened = mentorcore.WitnessServer(made, host, int(port))
    except (OSError, OverflowError) as error:
        raise Usage(f"nothing can listen at {asked.listen}: {error}") from None
    with opened as server:
        lines = (f"The witness {made.signer.key.name} listens at {server.url}.",)
        answer(asked, lines, {"url": server.url, "vkey": str(made.signer.key)})
        server.serve_forever()
