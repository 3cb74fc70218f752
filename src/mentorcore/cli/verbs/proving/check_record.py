"""Check a record of service that somebody carries, without any log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, held_note
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.carried import carried_data, carried_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Check a record of service that somebody carries, without a log and without asking anybody. The
verifier key has to come from the other institution by another way than the record. Exits with 0
when it is verified, with 1 when it is refused, with 3 when nothing that you hold vouches for it.

example:
  mentorcore check-record rosa.record --vkey mentoring.example.edu/log1+00cf2a9a+AW4CHCciJY0…
  mentorcore check-record rosa.record --vkey … --held january.txt
  mentorcore check-record rosa.record --vkey … --witness …
"""


def arguments(verb: ArgumentParser) -> None:
    """What is checked, and against what."""
    verb.add_argument("record", metavar="FILE", help="the file that was carried")
    verb.add_argument(
        "--vkey",
        action="append",
        required=True,
        metavar="VKEY",
        help="the verifier key of the log that issued it; several while a key is replaced",
    )
    verb.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="VKEY",
        help="the verifier key of a witness; may be given several times",
    )
    verb.add_argument(
        "--held",
        action="append",
        default=[],
        metavar="NOTE",
        help="a checkpoint of that log that you hold; may be given several times",
    )


def run(asked: Namespace) -> int:
    """Check a record that was carried, by keys and checkpoints that are held."""
    keys = [mentorcore.VerifierKey.read(text) for text in (*asked.vkey, *asked.witness)]
    held = [held_note(name) for name in asked.held]
    try:
        data = Path(asked.record).read_bytes()
    except OSError as error:
        raise Usage(f"{asked.record} cannot be read: {error.strerror}") from error
    checked = mentorcore.check_carried(data, keys, held=held)
    answer(asked, carried_lines(checked), carried_data(checked))
    return ExitCode.DONE if checked.verified else ExitCode.UNANCHORED
