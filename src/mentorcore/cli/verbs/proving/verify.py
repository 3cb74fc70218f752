"""Verify a log or an export."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, place
from mentorcore.cli.beside import add_beside, beside, with_mappings
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.exporting import verdict_data, verdict_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Verify a log or an export: that nothing covered by a checkpoint that you hold was changed, dropped,
inserted or reordered. Without a checkpoint from outside the log is only compared with itself: the
answer is `unanchored`, exit code 3, and says nothing about whoever keeps it. Exit code 1 means that
something is not as it was signed, 2 that something could not be read, and nothing worse is known.
An auditor who trusts nobody runs mentorcore-verify instead, one file that needs no mentorcore.

example:
  mentorcore verify my-program
  mentorcore verify my-program --views
  mentorcore verify audit-2026.zip --vkey mentoring.example.edu/log1+00cf2a9a+AW4C… \\
      --checkpoint january.txt --received june.txt 2026-06-30
"""

CODES = {
    "verified": ExitCode.DONE,
    "unreadable": ExitCode.WRONG,
    "unanchored": ExitCode.UNANCHORED,
}
"""How each verdict ends; all others say that something is not as it was signed."""


def arguments(verb: ArgumentParser) -> None:
    """What is verified, and against what comes from outside."""
    verb.add_argument("log", metavar="LOG|BUNDLE", help="a log, or an export")
    for name, metavar, what in (
        ("vkey", "VKEY", "the log's verifier key; retired ones, too"),
        ("checkpoint", "NOTE", "the file of a checkpoint that you hold"),
        ("witness", "VKEY", "the verifier key of a witness that you trust"),
    ):
        verb.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar=metavar,
            help=f"{what}; may be given several times",
        )
    verb.add_argument(
        "--received",
        nargs=2,
        action="append",
        default=[],
        metavar=("NOTE", "DAY"),
        help="a checkpoint that you hold, and the day on which you received it, such as "
        "2026-01-31: what it covers was not recorded later, and, if it was the newest then, "
        "nothing else earlier",
    )
    verb.add_argument(
        "--quorum", type=int, metavar="COUNT", help="how many witnesses must have cosigned"
    )
    verb.add_argument("--nonce", help="what you gave the operator to record")
    verb.add_argument(
        "--max-age", type=int, metavar="SECONDS", help="since a witness saw the newest part"
    )
    verb.add_argument(
        "--streams", action="store_true", help="versions of a stream must have no gaps, too"
    )
    add_beside(verb)


def run(asked: Namespace) -> int:
    """Verify a log or an export."""
    received = {path: _day(text) for path, text in asked.received}
    demands = mentorcore.VerificationPolicy(
        keys=[mentorcore.VerifierKey.read(text) for text in asked.vkey],
        held={path: Path(path).read_bytes() for path in (*asked.checkpoint, *received)},
        received=received,
        witnesses=[mentorcore.VerifierKey.read(text) for text in asked.witness],
        quorum=asked.quorum,
        nonce=asked.nonce,
        max_age=asked.max_age,
        streams=asked.streams,
    )
    folder = Path(asked.log)
    is_export = any((at / "manifest.json").is_file() for at in (folder, *folder.glob("*")))
    verdict = mentorcore.verify_log(asked.log if is_export else place(asked.log), demands)
    found = beside(asked, verdict, is_export=is_export or asked.log.endswith(".zip"))
    verdict = with_mappings(verdict, found.mappings)
    lines = (*verdict_lines(verdict), *found.lines)
    answer(asked, lines, {**verdict_data(verdict), **found.data})
    code = CODES.get(verdict.verdict, ExitCode.NO)
    if found.problem is not None and code is not ExitCode.NO:
        return ExitCode.WRONG
    return ExitCode.NO if found.differs else code


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Usage(f"--received takes a day such as 2026-01-31, not {text!r}") from None
