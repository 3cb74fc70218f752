"""Check a receipt, or that one checkpoint continues another, without the log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, held_note, readable
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.proving import (
    continued_data,
    continued_lines,
    proven_data,
    proven_lines,
)

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Check a receipt, without the log and without asking anybody. The verifier key has to come from the
operator by another way than the receipt.

example:
  mentorcore verify-proof meeting.receipt --vkey mentoring.example.edu/log1+00cf2a9a+AW4CHCciJY0…
  mentorcore verify-proof meeting.receipt --vkey … --witness … --quorum 1
  mentorcore verify-proof june.proof --from january.txt --vkey …
"""


def arguments(verb: ArgumentParser) -> None:
    """What is checked, and against which keys."""
    verb.add_argument("receipt", metavar="RECEIPT", help="a file, or - for standard input")
    verb.add_argument(
        "--vkey",
        action="append",
        required=True,
        metavar="VKEY",
        help="the verifier key of the log; several while a key is replaced",
    )
    verb.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="VKEY",
        help="the verifier key of a witness; may be given several times",
    )
    verb.add_argument(
        "--quorum", type=int, default=0, metavar="COUNT", help="so many of them must have cosigned"
    )
    verb.add_argument("--state", metavar="FILE", help="compare the stored bytes of the event, too")
    verb.add_argument(
        "--from",
        dest="earlier",
        metavar="NOTE",
        help="what is checked is that a later checkpoint continues this one, which you hold",
    )


def run(asked: Namespace) -> int:
    """Check a receipt, or that a checkpoint continues one that is held, without the log."""
    keys = [mentorcore.VerifierKey.read(text) for text in (*asked.vkey, *asked.witness)]
    if asked.quorum < 0 or asked.quorum > len(asked.witness):
        raise Usage("--quorum takes a number of the witnesses that were named")
    text = readable(asked.receipt, "the receipt")
    if asked.earlier is not None:
        held = held_note(asked.earlier)
        found = mentorcore.verify_continued(text, held, keys, quorum=asked.quorum)
        answer(asked, continued_lines(found), continued_data(found))
        return ExitCode.DONE
    if text.startswith("old "):
        raise Usage("this proves that a checkpoint continues another: name yours with --from")
    try:
        receipt = mentorcore.read_receipt(text)
    except mentorcore.NoteInvalid as error:
        raise Usage(f"{asked.receipt} is no receipt: {error}") from error
    state = None if asked.state is None else Path(asked.state).read_bytes()
    proven = mentorcore.verify_receipt(receipt, keys, state=state, quorum=asked.quorum)
    answer(asked, proven_lines(proven), proven_data(proven))
    return ExitCode.DONE
