"""Trust the key of another institution's log, and hold a checkpoint of it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import actor, add_actor, add_log, day, held_note
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.events import answer_data, answer_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Say which log another institution keeps and by which key it signs, so that records can be received
that people bring from there. The key, and a checkpoint of that log to hold, come from the
institution itself: by mail or on paper, and never with a record.

example:
  mentorcore trust-log my-program --institution south-high --agreement agreement:0198… \\
      --vkey south-high.example/log+00cf2a9a+AW4CHCciJY0… --held january.txt
  mentorcore trust-log my-program --institution south-high --agreement agreement:0198… \\
      --vkey south-high.example/log+00cf2a9a+AW4CHCciJY0… --witness …
"""


def arguments(verb: ArgumentParser) -> None:
    """Whose log, under which agreement, its keys, and what is held of it."""
    add_log(verb)
    verb.add_argument(
        "--institution", required=True, metavar="WORD", help="who keeps the log, by its short word"
    )
    verb.add_argument(
        "--agreement", required=True, metavar="ID", help="the agreement with that institution"
    )
    verb.add_argument("--vkey", required=True, metavar="VKEY", help="the verifier key of the log")
    verb.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="VKEY",
        help="the verifier key of a witness of that log; may be given several times",
    )
    verb.add_argument(
        "--held",
        metavar="NOTE",
        help="a checkpoint of that log, to be held from now on",
    )
    verb.add_argument("--on", required=True, metavar="DAY", help="since when it is trusted")
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Trust a key."""
    keys = [mentorcore.VerifierKey.read(text) for text in (asked.vkey, *asked.witness)]
    origin = keys[0].name
    note = None if asked.held is None else held_note(asked.held)
    if note is not None:
        mentorcore.read_checkpoint(note, keys, origin=origin)
    said = {
        "origin_id": mentorcore.origin_stream(origin),
        "on": day(asked.on, "--on").isoformat(),
    }
    named: dict[str, Any] = {"institution": asked.institution, "agreement_id": asked.agreement}
    with opened(asked) as engine:
        commands = [engine.command("name-log", {**said, **named, "origin": origin})]
        commands += [engine.command("trust-log-key", {**said, "vkey": str(key)}) for key in keys]
        if note is not None:
            commands.append(engine.command("hold-checkpoint", {**said, "note": note}))
        done = engine.batch(commands, actor=actor(engine, asked))
    answer(asked, answer_lines(done), answer_data(done))
    return ExitCode.DONE
