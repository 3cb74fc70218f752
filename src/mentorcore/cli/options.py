"""Options that several verbs share, each with the same name and the same meaning everywhere."""

import argparse
from collections.abc import Callable

__all__ = ["Verb", "actor", "keys", "log", "program", "refusals", "signing", "viewing", "why"]

Verb = Callable[[str, str, str], argparse.ArgumentParser]
"""Adds a verb: its name, what it does in a few words, and its whole help."""

VIEWERS = "coordinator (the default), auditor, or a person's id for what that member sees"


def log(verb: argparse.ArgumentParser) -> None:
    """Where the events are, and the keys."""
    verb.add_argument("log", metavar="LOG", help="where the events are")
    keys(verb)


def keys(verb: argparse.ArgumentParser) -> None:
    """The file of people's keys."""
    verb.add_argument(
        "--keys", metavar="FILE", help="the file of people's keys, if it is not beside the log"
    )


def signing(verb: argparse.ArgumentParser) -> None:
    """The key that signs checkpoints, and where it is remembered what it signed."""
    verb.add_argument(
        "--signing-key", metavar="FILE", help="the key that signs, if it is not beside the log"
    )
    verb.add_argument(
        "--memory", metavar="FILE", help="the file of signed checkpoints, if not beside that key"
    )


def refusals(verb: argparse.ArgumentParser) -> None:
    """What becomes of refused rows."""
    verb.add_argument("--strict", action="store_true", help="exit with 1 if rows were refused")
    verb.add_argument("--rejects", metavar="FILE", help="where rows that were refused are written")
    why(verb)


def why(verb: argparse.ArgumentParser) -> None:
    """Whether refusals are explained."""
    verb.add_argument("--why", action="store_true", help="the events on which a refusal rests")


def program(verb: argparse.ArgumentParser) -> None:
    """Which program."""
    verb.add_argument("--program", metavar="NAME", help="a program's name or id, if there are more")


def actor(verb: argparse.ArgumentParser) -> None:
    """Who asks."""
    verb.add_argument(
        "--actor", metavar="ID", help="who asks: a person's id; else it is the command line"
    )


def viewing(verb: argparse.ArgumentParser) -> None:
    """For whom, and at which time."""
    program(verb)
    verb.add_argument("--as", dest="viewer", default="coordinator", metavar="WHO", help=VIEWERS)
    verb.add_argument("--as-of", metavar="DAY", help="what was true at the end of that day")
    verb.add_argument(
        "--as-known",
        metavar="WHEN",
        help="what the log knew then: a position, a time with its offset, a day (in UTC), or the "
        "file of a checkpoint",
    )
