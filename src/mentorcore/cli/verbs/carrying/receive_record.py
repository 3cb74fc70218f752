"""Receive a record of service that somebody brought from another institution."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import Usage, actor, add_actor, add_log, add_program, day
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program, subject
from mentorcore.render.events import answer_data, answer_lines
from mentorcore.render.proving.carried import carried_data, carried_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Receive a record of service that a participant brought from another institution. It is checked by
the keys and checkpoints of that institution's log that are known here (trust-log), recorded, and
credited: verified, or shown only. The same record again is nothing new, and a later one takes the
place of an earlier one. What is not verified yet is received again once the record was issued anew
with a checkpoint that is held here (issue-record --held).

At the first record the name in it is compared with that of the participant; if they differ and it
is the same person all the same, say so with --same-person.

example:
  mentorcore receive-record my-program rosa.record --for "Rosa Villareal"
  mentorcore receive-record my-program rosa.record --for "Rosa Miller" --same-person
"""


def arguments(verb: ArgumentParser) -> None:
    """Which file, and who brought it."""
    add_log(verb)
    verb.add_argument("record", metavar="FILE", help="the file that was brought")
    verb.add_argument(
        "--for",
        dest="participant",
        required=True,
        metavar="WHO",
        help="who brought it: the name or id of a participant",
    )
    verb.add_argument(
        "--same-person", action="store_true", help="it is the same person, by another name"
    )
    verb.add_argument(
        "--agreement", metavar="ID", help="under which agreement, if not that of its log"
    )
    verb.add_argument("--on", metavar="DAY", help="the day; today where it is left out")
    add_program(verb)
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Receive a record."""
    on = None if asked.on is None else day(asked.on, "--on")
    try:
        data = Path(asked.record).read_bytes()
    except OSError as error:
        raise Usage(f"{asked.record} cannot be read: {error.strerror}") from error
    with opened(asked) as engine:
        sees, among = mentorcore.Viewer.coordinator(), program(engine, asked.program)
        participant = subject(engine, asked.participant, sees, among=among)
        received = engine.receive_record(
            data,
            participant,
            actor=actor(engine, asked),
            agreement=asked.agreement,
            on=on,
            same_person=asked.same_person,
        )
    told = {
        **carried_data(received.checked),
        "credited": dict(received.credited),
        "recorded": answer_data(received.outcome),
    }
    answer(asked, _lines(received), told)
    return ExitCode.DONE


def _lines(received: mentorcore.ReceivedRecord) -> Iterator[str]:
    yield from carried_lines(received.checked)
    yield ""
    yield from answer_lines(received.outcome)
    if received.credited:
        told = ", ".join(f"{count} {unit}" for unit, count in received.credited.items())
        verified = "" if received.checked.verified else ", which is shown and not counted"
        yield f"Credited: {told}{verified}."
