"""The verbs that prove: checkpoints, receipts, and the witness for logs of others."""

import argparse

from mentorcore.cli import options

__all__ = ["add"]

CHECKPOINT = """\
Cover all recorded events by a signed checkpoint and print it: some 200 bytes. Whoever holds it can
tell later whether anything that it covers was changed. A signature does not protect against its
owner: give checkpoints to somebody else, on paper, by mail, or to a witness.

example:
  mentorcore checkpoint my-program --init-key mentoring.example.edu/log1
  mentorcore checkpoint my-program
  mentorcore checkpoint my-program --handed-to "the district's auditor"
  mentorcore checkpoint my-program --witness https://witness.example.org witness.example.org/w1+…
  mentorcore checkpoint my-program --adopt held-by-the-auditor.txt
"""
PROVE = """\
The receipt of one event: a proof that it is in the log, which anybody can check without the log.
With two checkpoints in place of an event, the proof that the later one continues the earlier.

example:
  mentorcore prove my-program 118 > meeting.receipt
  mentorcore prove my-program pairing:0198c1d2e3f40516273849505a6b7c8d#4 --out meeting.receipt
  mentorcore prove my-program --from january.txt --to june.txt > june.proof
"""
VERIFY_PROOF = """\
Check a receipt, without the log and without asking anybody. The verifier key has to come from the
operator by another way than the receipt.

example:
  mentorcore verify-proof meeting.receipt --vkey mentoring.example.edu/log1+00cf2a9a+AW4CHCciJY0…
  mentorcore verify-proof meeting.receipt --vkey … --witness … --quorum 1
  mentorcore verify-proof june.proof --from january.txt --vkey …
"""
WITNESS = """\
Be a witness for logs of others: cosign a checkpoint only if it continues what was seen before, and
keep every other one as evidence. It holds no events and nothing about people. Run it on a machine
that the operator of the log cannot reach, behind a proxy that speaks TLS.

example:
  mentorcore witness witness.db --init-key witness.example.org/w1
  mentorcore witness witness.db --watch mentoring.example.edu/log1+00cf2a9a+AW4CHCciJY0…
  mentorcore witness witness.db --evidence
"""


def add(verb: options.Verb) -> None:
    """Add the verbs."""
    _checkpoint(verb("checkpoint", "sign what is recorded, to be held by others", CHECKPOINT))
    _prove(verb("prove", "the receipt of an event", PROVE))
    _verify(verb("verify-proof", "check a receipt, offline", VERIFY_PROOF))
    _witness(verb("witness", "be a witness for logs of others", WITNESS))


def _checkpoint(verb: argparse.ArgumentParser) -> None:
    options.log(verb)
    options.signing(verb)
    verb.add_argument(
        "--init-key", metavar="ORIGIN", help="make the key that signs for the log of this name"
    )
    verb.add_argument(
        "--witness",
        nargs=2,
        action="append",
        default=[],
        metavar=("URL", "VKEY"),
        help="a witness to be shown the checkpoint; may be given several times",
    )
    verb.add_argument(
        "--timestamp",
        nargs=2,
        action="append",
        default=[],
        metavar=("URL", "ROOTS"),
        help="a time stamp authority, with the file of the root certificates trusted for it",
    )
    verb.add_argument(
        "--handed-to", metavar="WHO", help="note that WHO (an office) is given it by hand"
    )
    verb.add_argument(
        "--adopt",
        metavar="NOTE",
        help="begin the lost file of checkpoints again with the newest that somebody else holds",
    )
    verb.add_argument(
        "--rotate-key", action="store_true", help="replace the signing key by a new one"
    )
    verb.add_argument(
        "--rebuild", action="store_true", help="make the tree beside the log from the events again"
    )


def _prove(verb: argparse.ArgumentParser) -> None:
    options.log(verb)
    options.signing(verb)
    verb.add_argument(
        "event", nargs="?", metavar="EVENT", help="a position, or stream#version of the event"
    )
    verb.add_argument("--from", dest="earlier", metavar="NOTE", help="an earlier checkpoint")
    verb.add_argument("--to", dest="later", metavar="NOTE", help="a later checkpoint")
    verb.add_argument("--out", metavar="FILE", help="write the receipt into this new file")


def _verify(verb: argparse.ArgumentParser) -> None:
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


def _witness(verb: argparse.ArgumentParser) -> None:
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
