"""Hand a log over: write an export that others can verify."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import mentorcore
from mentorcore.cli.answering import answer, known_key, signed
from mentorcore.cli.arguments import Usage, add_actor, add_log, add_signing, by
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.proving.exporting import exported_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Write an export that anybody can verify without mentorcore: a new directory, a new .zip, or with
--sqlite a copy of the log's file. It holds all events, the checkpoints, the schema of every event,
the rules in force and the mappings of imports. The export is recorded in the log: for which office
it was, and what was left out.

All events are compared with what was signed of them first: an export that its receiver would find
altered, or that no checkpoint covers though the log is signed, is not written (exit code 1), unless
--as-it-is says that it is to be seen so.

--move writes what the log needs to go on elsewhere, such as in PostgreSQL: the same, and what it
knows beside its events, with the key of that. Stop recording first, keep it to yourself, load it
with --original-retired, take the key files along, and delete it afterwards.

example:
  mentorcore export my-program audit-2026 --for state-auditor
  mentorcore export my-program audit-2026.zip --for state-auditor --withhold states
  mentorcore export my-program audit-2026 --for state-auditor --disclose 118:text
  mentorcore export my-program audit-2026.db --for state-auditor --sqlite
  mentorcore export my-program moving.zip --move
"""
UNNAMED = "unnamed"
"""For whom an export was made when nobody says."""


def arguments(verb: ArgumentParser) -> None:
    """Where it is written, for whom, and what it holds."""
    add_log(verb)
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
        help="leave out the whole states of these events: a name, pairing.*, or states for all "
        "that hold personal fields; may be given several times",
    )
    verb.add_argument(
        "--disclose",
        action="append",
        default=[],
        metavar="POSITION:FIELD",
        help="open this one value for whoever gets it, in a state that stays in; may be given "
        "several times",
    )
    verb.add_argument("--zip", action="store_true", help="as a ZIP file")
    verb.add_argument("--sqlite", action="store_true", help="as a copy of the log's SQLite file")
    verb.add_argument(
        "--move", action="store_true", help="for the log to go on from it elsewhere, in your hands"
    )
    verb.add_argument(
        "--no-tiles", dest="tiles", action="store_false", help="leave out the hashes of the tree"
    )
    verb.add_argument(
        "--entries", action="store_true", help="with the leaves, as tools for other logs read them"
    )
    verb.add_argument(
        "--as-it-is",
        action="store_true",
        help="although it is not what was signed, or cannot be signed; the exit code stays 1",
    )
    add_signing(verb)
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Write an export."""
    to = _named(asked)
    disclosed = [_value(text) for text in asked.disclose]
    with signed(asked, known_key(asked)) as engine:
        done = engine.export(
            to,
            recipient=asked.recipient or (None if asked.move else UNNAMED),
            **by(engine, asked),
            withhold=asked.withhold,
            disclose=disclosed,
            tiles=asked.tiles,
            entries=asked.entries,
            move=asked.move,
            as_it_is=asked.as_it_is,
        )
        alarms = len(engine.alarms())
    unnamed = asked.recipient is None and not asked.move
    lines = exported_lines(done, unnamed=unnamed, alarms=alarms)
    answer(asked, lines, {**mentorcore.plain(done), "alarms": alarms})
    return ExitCode.DONE if done.refusal is None else ExitCode.NO


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


def _value(text: str) -> tuple[int, str]:
    position, sign, field = text.partition(":")
    if not sign or not position.isdecimal() or not field:
        raise Usage(f"--disclose takes a position and a field, such as 118:text, not {text!r}")
    return int(position), field
