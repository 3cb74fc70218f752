"""Cover what is recorded by a signed checkpoint, to be held by others."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import IO, Any

import mentorcore
from mentorcore.cli.answering import answer, signed, signing_key
from mentorcore.cli.arguments import Usage, add_log, add_signing, command_line, held_note
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.handing_out import aside, handed_out, new_file
from mentorcore.render.proving.proving import (
    adopted_lines,
    alarm_lines,
    checkpoint_data,
    checkpoint_lines,
    kept_lines,
    key_lines,
    published_lines,
    rebuilt_lines,
    rotated_lines,
)

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Cover all recorded events by a signed checkpoint and print it: some 200 bytes, alone on standard
output or in the file that --out names; what else there is to say goes to standard error. Whoever
holds it can tell later whether anything that it covers was changed. A signature does not protect
against its owner: give checkpoints to somebody else, on paper, by mail, or to a witness.

example:
  mentorcore checkpoint my-program --init-key mentoring.example.edu/log1
  mentorcore checkpoint my-program --out january.txt
  mentorcore checkpoint my-program --handed-to "the district's auditor"
  mentorcore checkpoint my-program --witness https://witness.example.org witness.example.org/w1+…
  mentorcore checkpoint my-program --adopt held-by-the-auditor.txt
"""


def arguments(verb: ArgumentParser) -> None:
    """What signs, and who is shown it."""
    add_log(verb)
    add_signing(verb)
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
        "--out", metavar="FILE", help="write the checkpoint into this new file, to be handed over"
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
    verb.add_argument(
        "--alarms",
        action="store_true",
        help="show the alarms of places outside that are kept, with both checkpoints, and no more",
    )


def run(asked: Namespace) -> int:
    """Sign what is recorded, and hand it out."""
    key = signing_key(asked)
    if asked.init_key is not None:
        if asked.out is not None:
            raise Usage("--out is for a checkpoint, and --init-key makes a key")
        made = mentorcore.create_signing_key(key, asked.init_key)
        answer(asked, key_lines(str(key), str(made)), {"key": str(key), "vkey": str(made)})
        return ExitCode.DONE
    sinks: list[mentorcore.Sink] = [
        *(mentorcore.WitnessSink(url, vkey) for url, vkey in asked.witness),
        *(mentorcore.TimestampSink(url, roots) for url, roots in asked.timestamp),
    ]
    if asked.out is not None and (asked.adopt is not None or asked.rebuild or asked.alarms):
        raise Usage("--out is for a checkpoint, and none is made")
    with new_file(asked.out) as file, signed(asked, key, sinks) as engine:
        if asked.adopt is not None:
            adopted = engine.adopt(held_note(asked.adopt))
            answer(asked, adopted_lines(adopted), {"adopted": mentorcore.plain(adopted.size)})
            return ExitCode.DONE
        if asked.rotate_key:
            return _rotate(asked, engine, key, file)
        if asked.alarms:
            found = engine.alarms()
            answer(asked, alarm_lines(found), mentorcore.plain(found))
            return ExitCode.NO if found else ExitCode.DONE
        if asked.rebuild:
            rebuilt = engine.rebuild()
            size = 0 if rebuilt is None else rebuilt.size
            answer(asked, rebuilt_lines(size), {"rebuilt": size})
            return ExitCode.DONE
        done = engine.checkpoint(handed_to=asked.handed_to)
        vkey = str(mentorcore.read_signing_key(key).key)
        kept = len(engine.alarms())
        _hand_out(asked, done, file, {**checkpoint_data(done, vkey), "alarms": kept})
    aside(asked, checkpoint_lines(done, vkey, kept=kept))
    return _code(done)


def _code(done: mentorcore.Checkpointed) -> ExitCode:
    """Whether it was taken everywhere, and as of the history that is known there."""
    if any(p.alarm for p in done.publications):
        return ExitCode.NO
    return ExitCode.WRONG if any(p.problem for p in done.publications) else ExitCode.DONE


def _hand_out(
    asked: Namespace, done: mentorcore.Checkpointed, file: IO[str] | None, data: dict[str, Any]
) -> None:
    """The note alone: whoever is given it checks it byte for byte."""
    handed_out(asked, file, done.checkpoint.note, kept_lines(done, asked.out), data)


def _rotate(asked: Namespace, engine: mentorcore.Engine, key: Path, file: IO[str] | None) -> int:
    """Replace the signing key; each step can be repeated after a crash."""
    new = mentorcore.begin_rotation(key)
    done = engine.rotate_signing_key(new, actor=command_line())
    kept = mentorcore.end_rotation(key)
    data = {**checkpoint_data(done, str(new.key)), "retired": str(kept)}
    _hand_out(asked, done, file, data)
    aside(asked, rotated_lines(str(new.key), str(kept)))
    aside(asked, published_lines(done))
    return _code(done)
