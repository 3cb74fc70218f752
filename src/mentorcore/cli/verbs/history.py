"""Show all about one participant or pairing."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, add_asked, add_viewing, viewing
from mentorcore.cli.asking import asking
from mentorcore.cli.author_names import authors_of, people_among
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program, subjects
from mentorcore.render.history import history_lines
from mentorcore.render.proving.audit_lists import setting_lines

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Everything recorded about one participant or pairing, in the order in which it happened. A name is
one that somebody has or ever had; of somebody who left and came back both enrolments are told, the
later one first. Where two people fit, say NAME <ADDRESS>, NAME (ROLE) or --program. Without a WHO
it is told what was in force in the program: settings, goals and calendars, with from and to.

example:
  mentorcore history my-program "Amara Okonkwo"
  mentorcore history my-program "Amara Okonkwo & Lin Wu"
  mentorcore history my-program pairing:0198c1d2e3f40516273849505a6b7c8d
  mentorcore history my-program --program "Peer mentoring"       its settings, from when to when
  mentorcore history my-program --as-of 2026-10-15               those in force on that day
"""


def arguments(verb: ArgumentParser) -> None:
    """About whom, for whom and when."""
    add_asked(verb)
    add_viewing(verb)
    verb.add_argument(
        "--ids", action="store_true", help="stream#version of each record, for corrections"
    )
    verb.add_argument(
        "subject",
        nargs="?",
        metavar="WHO",
        help="a name, an address, an id, or A & B; without it, what was in force in the program",
    )


def run(asked: Namespace) -> int:
    """Show the history."""
    with asking(asked) as engine:
        given = viewing(asked)
        among = program(engine, asked.program)
        if asked.subject is None:
            return _in_force(engine, asked, given, among)
        about = subjects(
            engine,
            asked.subject,
            given["viewer"],
            among=among,
            as_known=given.get("as_known"),
            alone=among is None,
        )
        found = [engine.history(one, **given) for one in about]
        people = people_among(*(entry for one in found for entry in one.entries))
        authors = authors_of(engine, people, given["viewer"])
    told = [list(history_lines(one, ids=asked.ids, authors=authors)) for one in found]
    lines = (line for some in told for line in (*([""] if some is not told[0] else []), *some))
    data = [mentorcore.plain(one) for one in found]
    answer(asked, lines, data[0] if len(data) == 1 else {"histories": data})
    return ExitCode.DONE


def _in_force(
    engine: mentorcore.Engine, asked: Namespace, given: dict[str, Any], among: str | None
) -> int:
    """What was in force in a program, each with from and to; or on a day."""
    lines = engine.programs(as_known=given.get("as_known"))
    if among is None:
        if not lines:
            now = given.get("as_known") is None
            said = "this log holds no program yet" if now else "this log held no program by then"
            raise mentorcore.Refused(said, "no_such_program")
        if len(lines) != 1:
            named = ", ".join(repr(line.name) for line in lines)
            raise Usage(f"history takes a WHO, or --program with one of {named}")
        among = lines[0].program
    day = given.get("as_of")
    found = engine.settings_in_force(
        among, viewer=given["viewer"], on=day, as_known=given.get("as_known")
    )
    authors = authors_of(engine, people_among(*found), given["viewer"])
    answer(asked, setting_lines(found, day, authors), [mentorcore.plain(row) for row in found])
    return ExitCode.DONE
