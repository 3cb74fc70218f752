"""Verbs that prove: checkpoints, receipts, and a witness for logs of others."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer, place, readable
from mentorcore.cli.words import Usage
from mentorcore.render.proving import (
    adopted_lines,
    checkpoint_data,
    checkpoint_lines,
    continued_data,
    continued_lines,
    evidence_lines,
    key_lines,
    proven_data,
    proven_lines,
    rebuilt_lines,
    receipt_data,
    rotated_lines,
    witness_key_lines,
)

__all__ = ["checkpoint", "prove", "verify_proof", "witness"]

DONE, NO, WRONG = 0, 1, 2
COSIGNS = 4


def checkpoint(asked: Namespace) -> int:
    """Sign what is recorded, and hand it out."""
    key = signing_key(asked)
    if asked.init_key is not None:
        made = mentorcore.create_signing_key(key, asked.init_key)
        answer(asked, key_lines(str(key), str(made)), {"key": str(key), "vkey": str(made)})
        return DONE
    sinks: list[mentorcore.Sink] = [
        *(mentorcore.WitnessSink(url, vkey) for url, vkey in asked.witness),
        *(mentorcore.TimestampSink(url, roots) for url, roots in asked.timestamp),
    ]
    with signed(asked, key, sinks) as engine:
        if asked.adopt is not None:
            adopted = engine.adopt(readable(asked.adopt, "the checkpoint"))
            answer(asked, adopted_lines(adopted), {"adopted": mentorcore.plain(adopted.size)})
            return DONE
        if asked.rotate_key:
            return _rotate(asked, engine, key)
        if asked.rebuild:
            rebuilt = engine.rebuild()
            size = 0 if rebuilt is None else rebuilt.size
            answer(asked, rebuilt_lines(size), {"rebuilt": size})
            return DONE
        done = engine.checkpoint(handed_to=asked.handed_to)
    vkey = str(mentorcore.read_signing_key(key).key)
    answer(asked, checkpoint_lines(done, vkey), checkpoint_data(done, vkey))
    if any(p.alarm for p in done.publications):
        return NO
    return WRONG if any(p.problem for p in done.publications) else DONE


def _rotate(asked: Namespace, engine: mentorcore.Engine, key: Path) -> int:
    """Replace the signing key; each step can be repeated after a crash."""
    new = mentorcore.begin_rotation(key)
    by = mentorcore.Actor(id="command-line", role="coordinator", kind="system")
    done = engine.rotate_signing_key(new, actor=by)
    kept = mentorcore.end_rotation(key)
    data = {**checkpoint_data(done, str(new.key)), "retired": str(kept)}
    answer(asked, rotated_lines(done, str(new.key), str(kept)), data)
    return DONE


def prove(asked: Namespace) -> int:
    """The receipt of an event, or the proof that one checkpoint continues another."""
    key = signing_key(asked)
    held = [note for note in (asked.earlier, asked.later) if note is not None]
    if len(held) != (2 if asked.event is None else 0):
        raise Usage("prove takes an event, or --from and --to with a checkpoint each")
    with signed(asked, key if asked.signing_key or key.exists() else None) as engine:
        if asked.event is None:
            found = engine.consistency(*(readable(note, "the checkpoint") for note in held))
            return _continued(asked, found)
        event = int(asked.event) if asked.event.isdecimal() else asked.event
        receipt = engine.receipt(event)
    if asked.out is None:
        answer(asked, receipt.text.removesuffix("\n").split("\n"), receipt_data(receipt))
        return DONE
    _write_new(Path(asked.out), receipt.text)
    lines = (f"The receipt of {receipt.leaf.stream}#{receipt.leaf.version} is in {asked.out}.",)
    answer(asked, lines, {**receipt_data(receipt), "file": asked.out})
    return DONE


def _continued(asked: Namespace, found: mentorcore.Continued) -> int:
    if asked.out is None:
        answer(asked, found.text.removesuffix("\n").split("\n"), continued_data(found))
        return DONE
    _write_new(Path(asked.out), found.text)
    answer(asked, continued_lines(found), {**continued_data(found), "file": asked.out})
    return DONE


def verify_proof(asked: Namespace) -> int:
    """Check a receipt, or that a checkpoint continues one that is held, without the log."""
    keys = [mentorcore.VerifierKey.read(text) for text in (*asked.vkey, *asked.witness)]
    if asked.quorum < 0 or asked.quorum > len(asked.witness):
        raise Usage("--quorum takes a number of the witnesses that were named")
    text = readable(asked.receipt, "the receipt")
    if asked.earlier is not None:
        held = readable(asked.earlier, "the checkpoint")
        found = mentorcore.verify_continued(text, held, keys, quorum=asked.quorum)
        answer(asked, continued_lines(found), continued_data(found))
        return DONE
    if text.startswith("old "):
        raise Usage("this proves that a checkpoint continues another: name yours with --from")
    try:
        receipt = mentorcore.read_receipt(text)
    except mentorcore.NoteInvalid as error:
        raise Usage(f"{asked.receipt} is no receipt: {error}") from error
    state = None if asked.state is None else Path(asked.state).read_bytes()
    proven = mentorcore.verify_receipt(receipt, keys, state=state, quorum=asked.quorum)
    answer(asked, proven_lines(proven), proven_data(proven))
    return DONE


def witness(asked: Namespace) -> int:
    """Be a witness: make its key, serve, or list what it refused."""
    key = Path(asked.signing_key or f"{asked.file}.signing-key")
    if asked.init_key is not None:
        made = mentorcore.create_signing_key(key, asked.init_key, kind=COSIGNS)
        answer(asked, witness_key_lines(str(key), str(made)), {"key": str(key), "vkey": str(made)})
        return DONE
    logs = [mentorcore.VerifierKey.read(text) for text in asked.watch]
    if not logs and not asked.evidence:
        raise Usage("a witness watches logs: name the verifier key of each with --watch")
    signer = mentorcore.read_signing_key(key)
    made_witness = mentorcore.Witness(asked.file, signer, logs, lambda: datetime.now(UTC))
    try:
        if asked.evidence:
            found = made_witness.evidence()
            answer(asked, evidence_lines(found), mentorcore.plain(found))
            return NO if found else DONE
        _serve(asked, made_witness)
    finally:
        made_witness.close()
    return DONE


def signing_key(asked: Namespace) -> Path:
    """The file of the key that signs: beside the log, unless another is named.

    Raises:
        Usage: There is no place beside the log.
    """
    if asked.signing_key is not None:
        return Path(asked.signing_key)
    log = place(asked.log)
    if "://" in log or log == ":memory:":
        raise Usage("name the signing key of a log in a database with --signing-key")
    return _beside(log, ".signing-key")


def signed(
    asked: Namespace, key: Path | None, sinks: Sequence[mentorcore.Sink] = ()
) -> mentorcore.Engine:
    """The engine on the log that was named, with the key that signs.

    Proofs need no keys of people, so that those may be kept somewhere else.
    """
    log = place(asked.log)
    keys: mentorcore.NoKeys | str | None = asked.keys
    if keys is None and ("://" in log or not _beside(log, ".keys").exists()):
        keys = mentorcore.NoKeys()
    sign = None
    if key is not None:
        sign = mentorcore.sign_with(key, memory=asked.memory, sinks=sinks, background=False)
    return mentorcore.open(log, keys=keys, create=False, sign=sign)


def _beside(log: str, suffix: str) -> Path:
    path = Path(log)
    return path.with_suffix(suffix) if path.suffix == ".db" else Path(f"{log}{suffix}")


def _serve(asked: Namespace, made: mentorcore.Witness) -> None:
    host, sign, port = asked.listen.rpartition(":")
    if not sign or not port.isdecimal():
        raise Usage(f"--listen takes an address and a port, not {asked.listen!r}")
    with mentorcore.WitnessServer(made, host, int(port)) as server:
        lines = (f"The witness {made.signer.key.name} listens at {server.url}.",)
        answer(asked, lines, {"url": server.url, "vkey": str(made.signer.key)})
        server.serve_forever()


def _write_new(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
