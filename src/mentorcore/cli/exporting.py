"""Verbs that hand a log over: export it, verify it, load an export."""

from argparse import Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import actor, answer, place
from mentorcore.cli.proving import signed, signing_key
from mentorcore.cli.words import Usage
from mentorcore.render.exporting import exported_lines, loaded_lines, verdict_data, verdict_lines

__all__ = ["export", "load", "verify"]

UNNAMED = "unnamed"
"""For whom an export was made when nobody says."""

CODES = {"verified": 0, "unanchored": 0, "unreadable": 2}


def export(asked: Namespace) -> int:
    """Write an export."""
    to = _named(asked)
    disclosed = [_value(text) for text in asked.disclose]
    key = None
    if asked.signing_key is not None or "://" not in asked.log:
        beside = signing_key(asked)
        key = beside if asked.signing_key is not None or beside.exists() else None
    with signed(asked, key) as engine:
        done = engine.export(
            to,
            recipient=UNNAMED if asked.recipient is None else asked.recipient,
            actor=actor(asked),
            withhold=asked.withhold,
            disclose=disclosed,
            tiles=asked.tiles,
            entries=asked.entries,
        )
    answer(asked, exported_lines(done, unnamed=asked.recipient is None), mentorcore.plain(done))
    return 0 if done.refusal is None else 1


def verify(asked: Namespace) -> int:
    """Verify a log or an export."""
    demands = mentorcore.Demands(
        keys=[mentorcore.VerifierKey.read(text) for text in asked.vkey],
        held={path: _held(path) for path in asked.checkpoint},
        witnesses=[mentorcore.VerifierKey.read(text) for text in asked.witness],
        quorum=asked.quorum,
        nonce=asked.nonce,
        max_age=asked.max_age,
        streams=asked.streams,
    )
    is_export = (Path(asked.log) / "manifest.json").exists()
    verdict = mentorcore.verify_log(asked.log if is_export else place(asked.log), demands)
    answer(asked, verdict_lines(verdict), verdict_data(verdict))
    return CODES.get(verdict.verdict, 1)


def load(asked: Namespace) -> int:
    """Load an export into a new log."""
    done = mentorcore.load(asked.bundle, asked.log, original_retired=asked.retired)
    answer(asked, loaded_lines(done), mentorcore.plain(done))
    return 0


def _named(asked: Namespace) -> str:
    """Where the export is written; its form shows in the name."""
    to: str = asked.to
    if asked.zip and asked.sqlite:
        raise Usage("an export is a ZIP or a copy of the file, not both")
    wanted = ".zip" if asked.zip else ".db" if asked.sqlite else None
    if wanted is not None and not to.endswith(wanted):
        return to + wanted
    if to.endswith(".db") and not asked.sqlite:
        raise Usage("a name ending in .db is for a copy of the file: say --sqlite")
    return to


def _held(path: str) -> str:
    """A checkpoint exactly as it was saved: a changed end of line is a changed checkpoint."""
    try:
        return Path(path).read_bytes().decode()
    except UnicodeDecodeError:
        raise Usage(f"the checkpoint {path} is not a text in UTF-8; save it as it came") from None


def _value(text: str) -> tuple[int, str]:
    position, sign, field = text.partition(":")
    if not sign or not position.isdecimal() or not field:
        raise Usage(f"--disclose takes a position and a field, such as 118:text, not {text!r}")
    return int(position), field
