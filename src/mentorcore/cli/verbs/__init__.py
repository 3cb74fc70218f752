"""The verbs of the command line, one module each.

Those about proofs and exports stand in `proving`, those that list what is there in `installed`.

A verb's module holds its help as ``HELP``, its options as ``arguments(parser)`` and what it does as
``run(asked)``. It is imported only when its verb is asked for, so that help comes at once.
"""

from importlib import import_module
from keyword import iskeyword
from typing import Any

__all__ = ["QUESTIONS", "VERBS", "module_of"]

VERBS = {
    "demo": "build a complete example program and show it",
    "blueprints": "the blueprints to begin a program from",
    "init": "begin a program from a blueprint",
    "import": "import a survey export",
    "sync": "import a form from a survey service",
    "settle": "answer what an import asked",
    "discover": "propose a mapping for a form",
    "status": "the program in numbers, pair by pair",
    "attention": "what needs a person today, and why",
    "compliance": "whether every requirement was kept",
    "history": "all about one participant or pairing",
    "view": "what a practice tells of a program",
    "cases": "what needs an answer, and who handles it",
    "attest": "that an officer stands by results, as of two dates",
    "attestations": "whether what was attested still comes out",
    "tables": "tables in a database, for questions in SQL",
    "diff": "what changed between two moments",
    "why": "the events behind a figure",
    "recompute": "whether a published report is what the log says",
    "checkpoint": "sign what is recorded, to be held by others",
    "prove": "the receipt of an event",
    "verify-proof": "check a receipt, offline",
    "check-record": "check a carried record, offline",
    "trust-log": "the log and key of another institution",
    "issue-record": "a record of service, for its owner",
    "receive-record": "a record that somebody brought",
    "witness": "be a witness for logs of others",
    "stamps": "time stamps of checkpoints, and whether they hold",
    "export": "hand a log over, to be verified by others",
    "verify": "whether a log is as it was signed",
    "rebuild": "make stored views anew from the events",
    "load": "load an export into a new log",
    "backup": "back up log and keys, to two places",
    "restore": "restore log and keys from a backup",
    "copy-keys": "copy people's keys to another place",
    "record": "record one thing by hand",
    "log": "the recorded events",
    "adapters": "what survey exports can be read",
    "practices": "which practices are installed",
    "packs": "policy packs, and which ones a program goes by",
    "catalog": "every event that a log can hold",
    "compat": "whether an older log is still read",
    "migrate": "bring an older log up to date",
    "doctor": "whether a log and its surroundings are in order",
}
"""Every verb with what it does in a few words, in the order in which help lists them."""

PROVING = {
    *("checkpoint", "prove", "verify-proof", "check-record", "witness", "stamps"),
    *("export", "verify", "load", "backup", "restore", "copy-keys"),
}
CARRYING = {"trust-log", "issue-record", "receive-record"}
INSTALLED = {"adapters", "blueprints", "packs", "practices", "catalog", "compat"}

QUESTIONS = {
    *("status", "attention", "compliance", "history", "view", "diff", "why", "log"),
    *("recompute", "prove", "attestations"),
}
"""Verbs that ask and record nothing: whoever asks about what is not there was given no answer."""


def module_of(verb: str) -> Any:
    """The module of a verb."""
    name = f"{verb}_" if iskeyword(verb) else verb.replace("-", "_")
    rooms = {"proving.": PROVING, "carrying.": CARRYING, "installed.": INSTALLED}
    room = next((room for room, verbs in rooms.items() if verb in verbs), "")
    return import_module(f"mentorcore.cli.verbs.{room}{name}")
