"""Issue a record of what somebody did, for them to carry to another institution."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import timedelta

import mentorcore
from mentorcore.cli.answering import signed, signing_key
from mentorcore.cli.arguments import (
    Usage,
    actor,
    add_actor,
    add_log,
    add_program,
    add_signing,
    day,
    held_note,
)
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.handing_out import handed_out, new_file
from mentorcore.cli.naming import program, subject
from mentorcore.render.text import counted

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Issue a record of what somebody did in the programs of this log, in figures and dates, for them to
carry to another institution. It is recorded that it was issued, and signed; the log keeps no copy
of the file. It names its owner: hand it to nobody else.

With --held it proves that this log goes on from a checkpoint that the receiver holds, so that the
receiver can verify it at once.

example:
  mentorcore issue-record my-program "Rosa Villareal" --to rosa.record
  mentorcore issue-record my-program "Rosa Villareal" --to rosa.record --held january.txt
"""


def arguments(verb: ArgumentParser) -> None:
    """Whose record, where it goes, and what the receiver holds."""
    add_log(verb)
    verb.add_argument("person", metavar="WHO", help="a name, or the id of a person or participant")
    verb.add_argument("--to", dest="out", required=True, metavar="FILE", help="the new file")
    verb.add_argument(
        "--held",
        action="append",
        default=[],
        metavar="NOTE",
        help="a checkpoint of this log that the receiver holds; may be given several times",
    )
    verb.add_argument("--on", metavar="DAY", help="the day; today where it is left out")
    add_program(verb)
    add_signing(verb)
    add_actor(verb)


def run(asked: Namespace) -> int:
    """Issue a record."""
    held = [held_note(name) for name in asked.held]
    on = None if asked.on is None else day(asked.on, "--on")
    key = signing_key(asked)
    if not key.exists():
        raise Usage(f"{key} is not there; `mentorcore checkpoint --init-key` makes a signing key")
    with new_file(asked.out) as file, signed(asked, key) as engine:
        if asked.clock_is_right:
            engine.confirm_clock(engine.now() + timedelta(hours=1))
        sees, among = mentorcore.Viewer.coordinator(), program(engine, asked.program)
        person = _person(engine, subject(engine, asked.person, sees, among=among, alone=True))
        issued = engine.issue_record(person, actor=actor(engine, asked), on=on, held=held)
        record = issued.record
        parts = counted(len(record.sections), "part")
        told = (
            f"The record of {record.name} ({parts}) is in {asked.out}, issued as {record.stream}."
        )
        data = {"record": record.plain, "stream": record.stream}
        handed_out(asked, file, issued.data.decode(), (told,), data)
    return ExitCode.DONE


def _person(engine: mentorcore.Engine, named: str) -> str:
    """The person behind an enrolment."""
    if not named.startswith("participant:"):
        return named
    sees = mentorcore.Viewer.coordinator()
    for line in engine.programs():
        row = engine.status(line.program, viewer=sees).participant(named)
        if row is not None:
            return row.who.person
    raise mentorcore.Refused(f"nobody is enrolled as {named}", "no_such_participant")
