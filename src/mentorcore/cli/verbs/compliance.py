"""Show whether every requirement of a program's policy packs was kept."""

from __future__ import annotations

import csv
import io
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

import mentorcore
from mentorcore.cli.answering import answer
from mentorcore.cli.arguments import Usage, add_asked, add_viewing, viewing
from mentorcore.cli.asking import asking
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.cli.naming import program, subjects
from mentorcore.render.compliance import COLUMNS, compliance_lines, table_rows

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Whether what a program's policy packs ask for was kept: how many results of each state, and what is
missing, person by person, in words. As of any day, and as it was known then.

example:
  mentorcore compliance my-program
  mentorcore compliance my-program --by mentor
  mentorcore compliance my-program --person "Ben Ode"
  mentorcore compliance my-program --rule CA-2a --as-of 2025-09-20 --as-known 2025-09-20
  mentorcore compliance my-program --missing --csv > missing.csv
"""


def arguments(verb: ArgumentParser) -> None:
    """Of which program, for whom and when, and what of it."""
    add_asked(verb)
    add_viewing(verb)
    verb.add_argument(
        "--by",
        choices=("school", "cohort", "mentor", "rule"),
        help="what the results are counted by; by rule, if it is not said",
    )
    verb.add_argument(
        "--missing",
        action="store_true",
        help="only where something is missing: breached, at risk, or not told for want of data",
    )
    verb.add_argument("--person", metavar="WHO", help="only about somebody, by name or id")
    verb.add_argument("--rule", metavar="ID", help="only one rule, such as CA-2a")
    verb.add_argument("--csv", action="store_true", help="a row for each rule and subject, as CSV")


def run(asked: Namespace) -> int:
    """Show the results."""
    if asked.csv and asked.json:
        raise Usage("--csv and --json are two ways to write the same: say one of them")
    with asking(asked) as engine:
        given = viewing(asked)
        chosen = program(engine, asked.program)
        about = _about(engine, asked, given, chosen)
        found = engine.compliance(
            chosen,
            **given,
            by=asked.by or "rule",
            rule=asked.rule,
            about=about,
            missing=asked.missing,
        )
    if asked.csv:
        answer(asked, _csv(found), None)
    else:
        every = asked.missing or asked.rule is not None or about is not None
        school = given["viewer"].school
        lines = compliance_lines(found, by=asked.by or "rule", every=every, school=school)
        answer(asked, lines, mentorcore.plain(found))
    return ExitCode.DONE


def _about(
    engine: mentorcore.Engine, asked: Namespace, given: dict[str, Any], chosen: str | None
) -> str | None:
    """The id of whom it is asked about, if of anybody."""
    if asked.person is None:
        return None
    if given["viewer"].kind == "site_administrator":
        return _at_the_school(engine, asked.person, given, chosen)
    known = given.get("as_known")
    return subjects(engine, asked.person, given["viewer"], among=chosen, as_known=known)[0]


def _at_the_school(
    engine: mentorcore.Engine, named: str, given: dict[str, Any], chosen: str | None
) -> str:
    """Somebody of whom results are shown to who administers a school, by name or id.

    Raises:
        Usage: Nobody or several are called so among them.
    """
    rows = engine.compliance(chosen, **given).rows
    people = {who for row in rows for who in row.people}
    wanted = named.strip().casefold()
    found = {
        who.participant
        for who in people
        if wanted in (str(who.name).casefold(), who.participant, who.person)
    }
    if len(found) != 1:
        raise Usage(
            f"--person: {'nobody' if not found else 'more than one'} of those who are shown to "
            f"you is called {named!r}"
        )
    return found.pop()


def _csv(found: mentorcore.Compliance) -> Iterator[str]:
    """The results as lines of a file that spreadsheets read."""
    for row in (COLUMNS, *table_rows(found)):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(row)
        yield line.getvalue()
