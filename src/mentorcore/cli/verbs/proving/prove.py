"""Give the receipt of an event, or prove that one checkpoint continues another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer, signed, signing_key
from mentorcore.cli.arguments import Usage, add_log, add_signing, readable
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving import continued_data, continued_lines, receipt_data

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The receipt of one event: a proof that it is in the log, which anybody can check without the log.
With two checkpoints in place of an event, the proof that the later one continues the earlier.

example:
  mentorcore prove my-program 118 > meeting.receipt
  mentorcore prove my-program pairing:0198c1d2e3f40516273849505a6b7c8d#4 --out meeting.receipt
  mentorcore prove my-program --from january.txt --to june.txt > june.proof
"""


def arguments(verb: ArgumentParser) -> None:
    """What is proven, and where the proof is written."""
    add_log(verb)
    add_signing(verb)
    verb.add_argument(
        "event", nargs="?", metavar="EVENT", help="a position, or stream#version of the event"
    )
    verb.add_argument("--from", dest="earlier", metavar="NOTE", help="an earlier checkpoint")
    verb.add_argument("--to", dest="later", metavar="NOTE", help="a later checkpoint")
    verb.add_argument("--out", metavar="FILE", help="write the receipt into this new file")


def run(asked: Namespace) -> int:
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
        return ExitCode.DONE
    _write_new(Path(asked.out), receipt.text)
    lines = (f"The receipt of {receipt.leaf.stream}#{receipt.leaf.version} is in {asked.out}.",)
    answer(asked, lines, {**receipt_data(receipt), "file": asked.out})
    return ExitCode.DONE


def _continued(asked: Namespace, found: mentorcore.Continued) -> int:
    if asked.out is None:
        answer(asked, found.text.removesuffix("\n").split("\n"), continued_data(found))
        return ExitCode.DONE
    _write_new(Path(asked.out), found.text)
    answer(asked, continued_lines(found), {**continued_data(found), "file": asked.out})
    return ExitCode.DONE


def _write_new(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
