"""List the cases of a program, and open, handle and close one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer, opened
from mentorcore.cli.arguments import (
    Usage,
    add_actor,
    add_asked,
    add_viewing,
    by,
    practices,
    readable,
    viewing,
)
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.fields import stated
from mentorcore.cli.naming import program
from mentorcore.cli.stated_names import with_ids
from mentorcore.render.events import answer_data, answer_lines
from mentorcore.render.view import names_in, view_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
List the cases of a program, or do something about one. What a case says is shown to those who
handle it (--as and the id of a person), and to nobody else; so that it stays in no history of a
shell, it is read from a file, or from standard input.

  open                a case: about participants, a pairing, or the program
  open-mismatch       of the mismatch that was reported in a pairing
  open-relation       of it that one member of a pairing came to answer for another
  name, release       somebody who handles a case
  escalate, act       hand it up, or say what was done
  close               with its outcome

Fields are those of the commands, as `mentorcore record --commands open-case` lists them. The day is
today where it is left out; whoever opens a case is the --actor.

example:
  mentorcore cases my-program
  mentorcore cases my-program --as person:0198c1d2e3f40516273849505a6b7c8d
  mentorcore cases my-program open-mismatch "pairing_id=Amara Okonkwo & Lin Wu" \\
      "handlers=Dana Dean" due_on=2026-12-01
  mentorcore cases my-program act case_id=case:0198… --text said.txt
"""

COMMANDS = {
    "open": "open-case",
    "open-mismatch": "open-case-from-mismatch",
    "open-relation": "open-case-from-relation",
    "name": "name-case-handler",
    "release": "release-case-handler",
    "escalate": "escalate-case",
    "act": "act-on-case",
    "close": "close-case",
}
"""What can be done about a case, by the command that it is."""


def arguments(verb: ArgumentParser) -> None:
    """What is done, and by whom; or for whom and when the cases are listed."""
    add_asked(verb)
    verb.add_argument(
        "action", nargs="?", default="list", metavar="ACTION", help="list, or such as open"
    )
    verb.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help="such as kind=concern")
    verb.add_argument(
        "--text", metavar="FILE", help="the file of what the case says; - is standard input"
    )
    verb.add_argument("--key", help="an idempotency key: asking twice with it records once")
    add_viewing(verb)
    add_actor(verb)
    verb.set_defaults(rest=_also)


def _also(asked: Namespace, word: str) -> None:
    """Takes a word that stands behind an option, as what comes next."""
    asked.fields.append(word)


def run(asked: Namespace) -> int:
    """List the cases, or record what is done about one."""
    if asked.action == "list":
        return _list(asked)
    if asked.action not in COMMANDS:
        there = ", ".join(["list", *COMMANDS])
        raise Usage(
            f"nothing is called {asked.action!r} that is done about a case; there is {there}"
        )
    name = COMMANDS[asked.action]
    command = practices().model.commands_by_name[name]
    fields = stated(command, asked.fields)
    if "text" in fields:
        raise Usage("what a case says is read from a file: --text FILE, or --text - to type it")
    if asked.text is not None:
        fields["text"] = readable(asked.text, "the text").strip()
    if name.startswith("open-case") and asked.actor is not None:
        fields.setdefault("opened_by", asked.actor)
    with opened(asked) as engine:
        known = with_ids(engine, command, fields, asked.program)
        _complete(engine, asked, name, known)
        done = engine.handle(engine.command(name, known), **by(engine, asked), key=asked.key)
    answer(asked, answer_lines(done), answer_data(done))
    return ExitCode.DONE


def _list(asked: Namespace) -> int:
    if asked.fields or asked.text is not None:
        raise Usage("a list of cases takes no fields and no text")
    with asking(asked) as engine:
        given = viewing(asked)
        chosen = program(engine, asked.program)
        found = engine.view("cases.board", chosen, **given)
        names = {} if asked.json else names_in(engine.status(chosen, **given))
    answer(asked, view_lines(found, names), mentorcore.plain(found))
    return ExitCode.DONE


def _complete(
    engine: mentorcore.Engine, asked: Namespace, name: str, known: dict[str, Any]
) -> None:
    """Add what only one thing can be: the day, the mismatch of a pairing, the relation in it."""
    viewer = mentorcore.Viewer.coordinator()
    chosen = known.get("program_id") or program(engine, asked.program)
    pairing = known.get("pairing_id")
    if chosen is None:
        chosen = _program_of(engine, pairing or known.get("case_id"))
    if "on" not in known:
        known["on"] = engine.status(chosen, viewer=viewer).day.isoformat()
    if name == "open-case-from-mismatch" and "mismatch_id" not in known:
        known["mismatch_id"] = _mismatch(engine, chosen, pairing)
    if name == "open-case-from-relation" and not {"superior", "subordinate"} & known.keys():
        known |= _relation(engine, chosen, pairing)


def _program_of(engine: mentorcore.Engine, stream: str | None) -> str | None:
    """The program of a pairing or a case, where there are several; else the engine knows."""
    if stream is None or len(engine.programs()) == 1:
        return None
    for record in engine.events(stream=stream):
        found = getattr(record.event, "program_id", None)
        if found is not None:
            return str(found)
    return None


def _mismatch(engine: mentorcore.Engine, chosen: str | None, pairing: str | None) -> str:
    """The only mismatch of a pairing that is not settled.

    Raises:
        Refused: There is none, or there are several.
    """
    status = engine.status(chosen, viewer=mentorcore.Viewer.coordinator())
    row = next((p for p in status.pairings if p.pairing == pairing), None)
    found = () if row is None else row.mismatches
    if len(found) == 1:
        return found[0].mismatch
    if not found:
        raise mentorcore.Refused(
            "no mismatch is reported there that is not settled; say which by mismatch_id=…",
            "no_such_mismatch",
        )
    listed = "; ".join(f"{m.on}: {m.mismatch}" for m in found)
    raise mentorcore.Refused(f"{len(found)} mismatches wait there, say which: {listed}", "several")


def _relation(engine: mentorcore.Engine, chosen: str | None, pairing: str | None) -> dict[str, Any]:
    """The only relation in a pairing that needs somebody.

    Raises:
        Refused: There is none, or there are several.
    """
    told = engine.attention(chosen, viewer=mentorcore.Viewer.coordinator()).of("reporting_line")
    found = [need for need in told if need.subject == pairing]
    if len(found) != 1:
        said = f"{len(found)} such relations" if found else "no such relation"
        raise mentorcore.Refused(
            f"{said} in that pairing; say superior=… and subordinate=…", "no_such_relation"
        )
    superior, subordinate, *_ = found[0].people
    return {
        "superior": superior.participant,
        "subordinate": subordinate.participant,
        "relation": found[0].code,
    }
