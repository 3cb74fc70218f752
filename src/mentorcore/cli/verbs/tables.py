"""Keep tables of a log in a database, for whoever asks in SQL."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date

import attrs

import mentorcore
from mentorcore.cli.answering import answer, signed
from mentorcore.cli.arguments import Usage, add_log, day
from mentorcore.cli.exit_codes import ExitCode
from mentorcore.render.tables import counted_lines, different_lines, hours_lines, names_of

__all__ = ["HELP", "arguments", "run"]

HELP = """\
Bring the tables of a log in another database up to date, for questions in SQL: programs, people
by id, pairings, meetings with what counts, goals and corrections. They are made where there are
none. Nothing personal stands there but ids, so no keys of people are needed; where they are,
--hours names people.

example:
  mentorcore tables my-program reports.db
  mentorcore tables my-program reports.db --hours 2026-09-30
  mentorcore tables my-program postgresql://reports@host/reports --verify
  mentorcore tables my-program reports.db --files for-pandas
"""


def arguments(verb: ArgumentParser) -> None:
    """Which database, and what else to do with the tables there."""
    add_log(verb)
    verb.add_argument(
        "database", metavar="DATABASE", help="a file, or postgresql://user@host/database"
    )
    verb.add_argument(
        "--prefix", metavar="NAME", default="mentorcore_", help="what names of tables begin with"
    )
    what = verb.add_mutually_exclusive_group()
    what.add_argument(
        "--rebuild", action="store_true", help="build them anew beside, verify them and switch"
    )
    what.add_argument(
        "--verify",
        action="store_true",
        help="hold them against the log; exit with 1 if they differ",
    )
    what.add_argument(
        "--hours", metavar="DAY", help="the hours of each mentor and month until that day"
    )
    what.add_argument("--sql", metavar="DAY", help="the query that tells these hours")
    what.add_argument("--files", metavar="FOLDER", help="write them as files, for other programs")
    what.add_argument("--drop", action="store_true", help="drop them")


def run(asked: Namespace) -> int:
    """Keep the tables, and tell what was asked of them.

    Raises:
        Usage: A day is none.
    """
    stated = asked.hours or asked.sql
    until = stated and day(stated, "--hours" if asked.hours else "--sql")
    wanted: dict[str, bool] = {"update": not asked.verify, "rebuild": asked.rebuild}
    with (
        signed(asked, key=None) as engine,  # tables need no keys of people
        engine.tables(asked.database, prefix=asked.prefix, **wanted) as tables,
    ):
        return _told(asked, engine, tables, until)


def _told(
    asked: Namespace, engine: mentorcore.Engine, tables: mentorcore.Tables, until: date | None
) -> int:
    if asked.drop:
        tables.drop()
        answer(asked, [f"The tables {tables.prefix}... are dropped."], {"dropped": tables.prefix})
    elif asked.verify:
        found = tables.verify()
        answer(asked, different_lines(found), mentorcore.plain(found))
        return ExitCode.NO if found else ExitCode.DONE
    elif asked.files is not None:
        made = tables.copy(asked.files)
        told = {"folder": str(made.folder), "position": made.position, "rows": made.rows}
        answer(asked, [f"{len(made.rows)} tables are in {made.folder}."], told)
    elif asked.sql is not None and until is not None:
        text = tables.mentor_hours_sql(until)
        answer(asked, text.splitlines(), {"sql": text})
    elif until is not None:
        months = tables.mentor_hours(until)
        rows = [{**attrs.asdict(m), "hours": m.hours} for m in months]
        answer(asked, hours_lines(months, names_of(engine)), rows)
    else:
        counts, state = tables.counts(), tables.state()
        if state is None:
            raise Usage("somebody else dropped the tables meanwhile")
        told = {"position": state.position, "rows": counts}
        answer(asked, counted_lines(tables.prefix, state, counts), told)
    return ExitCode.DONE
