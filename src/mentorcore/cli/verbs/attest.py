"""Attest what comes out of a policy pack, as of two dates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import chain

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import (
    Usage,
    add_actor,
    add_asked,
    add_program,
    by,
    day,
    known,
    practices,
)
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.fields import stated
from mentorcore.cli.naming import program
from mentorcore.cli.stated_names import with_ids
from mentorcore.render.attestations import statement_lines
from mentorcore.render.events import answer_data, answer_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Record that an officer attests the results of a policy pack: of the whole program, or of a rule, a
cohort, a participant or a pairing. They are worked out as of a day, today if it is not said, and as
they were known at a moment; both are recorded with them, and a digest of them. `mentorcore
attestations` tells whether the same still comes out.

The officer is a person of the log, by name or id. With --draft nothing is recorded: it shows what
would be attested.

example:
  mentorcore attest my-program us-il-principal --draft
  mentorcore attest my-program us-il-principal "officer=Sue Perez" role=superintendent
  mentorcore attest my-program us-il-principal "officer=Sue Perez" role=superintendent rule=IL-4c \\
      --as-of 2027-05-31
  mentorcore record my-program withdraw-attestation attestation_id=attestation:0198…
"""

COMMAND = "attest-compliance"
WORKED_OUT = frozenset({"program_id", "pack_id", "as_of", "as_known", "results", "digest"})
"""Fields of the command that are worked out, or said by options."""
ABOUT = ("cohort_id", "participant_id", "pairing_id")


def arguments(verb: ArgumentParser) -> None:
    """Which results are attested, by whom and as of when."""
    add_asked(verb)
    verb.add_argument("pack", metavar="PACK", help="the id of the pack, such as us-il-principal")
    verb.add_argument(
        "fields",
        nargs="*",
        metavar="FIELD=VALUE",
        help="officer, role and on; version, rule and cohort_id, participant_id or pairing_id",
    )
    add_program(verb)
    verb.add_argument("--as-of", metavar="DAY", help="the day that is looked at")
    verb.add_argument(
        "--as-known",
        metavar="WHEN",
        help="what the log knew then: a position, a time with its offset, a day (in UTC), or the "
        "file of a checkpoint",
    )
    verb.add_argument("--draft", action="store_true", help="show what it would state, no more")
    verb.add_argument("--key", help="an idempotency key: asking twice with it records once")
    add_actor(verb)
    verb.set_defaults(rest=_also)


def _also(asked: Namespace, word: str) -> None:
    """Takes a word that stands behind an option, as what comes next."""
    asked.fields.append(word)


def run(asked: Namespace) -> int:
    """Draw up the statement, and record that somebody attests it."""
    command = practices().model.commands_by_name[COMMAND]
    fields = stated(command, asked.fields)
    if said := sorted(WORKED_OUT & fields.keys()):
        raise Usage(f"{', '.join(said)}: this is worked out, or said by --as-of and --as-known")
    with opened(asked) as engine:
        fields = with_ids(engine, command, fields, asked.program)
        drawn_up = engine.statement(
            asked.pack,
            program(engine, asked.program),
            viewer=mentorcore.Viewer.coordinator(),
            as_of=None if asked.as_of is None else day(asked.as_of, "--as-of"),
            as_known=None if asked.as_known is None else known(asked.as_known, "--as-known"),
            version=fields.pop("version", None),
            rule=fields.get("rule"),
            about=next((fields[name] for name in ABOUT if name in fields), None),
        )
        if asked.draft:
            answer(asked, statement_lines(drawn_up), mentorcore.plain(drawn_up))
            return ExitCode.DONE
        fields.setdefault("on", _today(engine, drawn_up.program_id))
        attested = engine.command(COMMAND, drawn_up.fields() | fields)
        done = engine.handle(attested, **by(engine, asked), key=asked.key)
    answer(asked, chain(statement_lines(drawn_up), [""], answer_lines(done)), answer_data(done))
    return ExitCode.DONE


def _today(engine: mentorcore.Engine, chosen: str) -> str:
    return engine.status(chosen, viewer=mentorcore.Viewer.coordinator()).day.isoformat()
