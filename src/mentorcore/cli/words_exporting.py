"""The verbs that hand a log over: export, verify and load."""

import argparse

from mentorcore.cli import options

__all__ = ["add"]

EXPORT = """\
Write an export that anybody can verify without mentorcore: a new directory, a new .zip, or with
--sqlite a copy of the log's file. It holds all events, the checkpoints, the schema of every event,
the rules in force and the mappings of imports. The export is recorded in the log: for which office
it was, and what was left out.

example:
  mentorcore export my-program audit-2026 --for state-auditor
  mentorcore export my-program audit-2026.zip --for state-auditor --withhold sealed
  mentorcore export my-program audit-2026 --for state-auditor --disclose 118:text
  mentorcore export my-program audit-2026.db --for state-auditor --sqlite
"""
VERIFY = """\
Verify a log or an export: that nothing covered by a checkpoint that you hold was changed, dropped,
inserted or reordered. Without a checkpoint from outside the log is only compared with itself: the
answer is `unanchored`, and says nothing about whoever keeps it. Exit code 1 means that something
is not as it was signed, 2 that nothing could be proven.
An auditor who trusts nobody runs mentorcore-verify instead, one file that needs no mentorcore.

example:
  mentorcore verify my-program
  mentorcore verify audit-2026.zip --vkey mentoring.example.edu/log1+00cf2a9a+AW4C… \\
      --checkpoint january.txt --checkpoint june.txt
"""
LOAD = """\
Load an export with all states into a new log: the same events byte for byte at the same positions,
and the same root. The copy is read-only, unless --original-retired says that the log it was made
from is not used any more.

example:
  mentorcore load audit-2026.zip copy.db
  mentorcore load moved.zip postgresql://localhost/mentoring --original-retired
"""


def add(verb: options.Verb) -> None:
    """Add the verbs."""
    _export(verb("export", "a log, to be verified by others", EXPORT))
    _verify(verb("verify", "whether a log is as it was signed", VERIFY))
    load = verb("load", "an export into a new log", LOAD)
    load.add_argument("bundle", metavar="BUNDLE", help="an export: a directory or a .zip")
    load.add_argument("log", metavar="LOG", help="where the new log is made")
    load.add_argument(
        "--original-retired",
        dest="retired",
        action="store_true",
        help="the original is used no more, and this log goes on in its place",
    )


def _export(verb: argparse.ArgumentParser) -> None:
    options.log(verb)
    verb.add_argument("to", metavar="TO", help="a new directory, .zip or .db")
    verb.add_argument(
        "--for",
        dest="recipient",
        metavar="OFFICE",
        help="who gets it, in a word; unnamed, if it is left out",
    )
    verb.add_argument(
        "--withhold",
        action="append",
        default=[],
        metavar="EVENTS",
        help="leave out the states of these events: a name, pairing.*, or sealed for all that hold "
        "personal fields; may be given several times",
    )
    verb.add_argument(
        "--disclose",
        action="append",
        default=[],
        metavar="POSITION:FIELD",
        help="open this one value for whoever gets it; may be given several times",
    )
    verb.add_argument("--zip", action="store_true", help="as a ZIP file")
    verb.add_argument("--sqlite", action="store_true", help="as a copy of the log's SQLite file")
    verb.add_argument(
        "--no-tiles", dest="tiles", action="store_false", help="leave out the hashes of the tree"
    )
    verb.add_argument(
        "--entries", action="store_true", help="with the leaves, as tools for other logs read them"
    )
    options.signing(verb)
    options.actor(verb)


def _verify(verb: argparse.ArgumentParser) -> None:
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
        "--quorum", type=int, metavar="COUNT", help="how many witnesses must have cosigned"
    )
    verb.add_argument("--nonce", help="what you gave the operator to record")
    verb.add_argument(
        "--max-age", type=int, metavar="SECONDS", help="since a witness saw the newest part"
    )
    verb.add_argument(
        "--streams", action="store_true", help="versions of a stream must have no gaps, too"
    )
