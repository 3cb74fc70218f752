"""Give the receipt of an event, or prove that one checkpoint continues another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from mentorcore.cli.answering import known_key, signed
from mentorcore.cli.arguments import Usage, add_log, add_signing, held_note
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.handing_out import handed_out, new_file
from mentorcore.render.proving.proving import continued_data, continued_lines, receipt_data

__all__ = ["HELP", "arguments", "run"]

HELP = """\
The receipt of one event: a proof that it is in the log, which anybody can check without the log.
With --to the proof is under that checkpoint, which somebody may have held for long: the event was
in the log before that was made, or the answer is no (exit code 1).
With two checkpoints in place of an event, the proof that the later one continues the earlier.

example:
  mentorcore prove my-program 118 > meeting.receipt
  mentorcore prove my-program pairing:0198c1d2e3f40516273849505a6b7c8d#4 --out meeting.receipt
  mentorcore prove my-program 118 --to january.txt --out meeting.receipt
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
    verb.add_argument(
        "--to",
        dest="later",
        metavar="NOTE",
        help="a later checkpoint, or the one under which the event is proven",
    )
    verb.add_argument("--out", metavar="FILE", help="write it into this new file")


def run(asked: Namespace) -> int:
    """The receipt of an event, or the proof that one checkpoint continues another."""
    if (asked.event is None) != (asked.earlier is not None):
        raise Usage("prove takes an event, or --from and --to with a checkpoint each")
    if asked.event is None and asked.later is None:
        raise Usage("prove needs the later checkpoint, too: name it with --to")
    with new_file(asked.out) as file, signed(asked, known_key(asked)) as engine:
        later = None if asked.later is None else held_note(asked.later)
        if asked.event is None:
            found = engine.consistency(held_note(asked.earlier), later or "")
            handed_out(asked, file, found.text, continued_lines(found), continued_data(found))
            return ExitCode.DONE
        event = int(asked.event) if asked.event.isdecimal() else asked.event
        receipt = engine.receipt(event, under=later)
        lines = (f"The receipt of {receipt.leaf.stream}#{receipt.leaf.version} is in {asked.out}.",)
        handed_out(asked, file, receipt.text, lines, receipt_data(receipt))
    return ExitCode.DONE
