"""What can be counted in the tables is what the status counts."""

import sqlite3
from contextlib import closing
from typing import Any

from hypothesis import given, settings
from projections.lives import Step, errant_lives, live, peopled
from projections.town import Town
from tables.hosts import PREFIX


def asked(connection: Any, query: str) -> dict[str, int]:
    """Counts by a word."""
    return dict(connection.execute(query.replace("$", PREFIX)).fetchall())


def figures(connection: Any) -> dict[str, dict[str, int]]:
    return {
        "pairings": asked(connection, "select situation, count(*) from $pairings group by 1"),
        "meetings": asked(connection, "select pairing_id, count(*) from $meetings group by 1"),
        "goals": asked(
            connection, "select status, count(*) from $goals where replaced = false group by 1"
        ),
        "members": asked(
            connection,
            "select pairing_id, count(distinct participant_id) from $members "
            "where last_day is null group by 1",
        ),
        "roles": asked(connection, "select role, count(*) from $participants group by 1"),
        "corrections": asked(
            connection,
            "select 'all', count(*) from $corrections where program_id is not null "
            "and (stream in (select pairing_id from $pairings) or stream like 'participant:%' "
            "or stream like 'program:%') group by 1",
        ),
    }


def told(town: Town) -> dict[str, dict[str, int]]:
    status = town.status()
    numbers: Any = status.numbers
    pairings, goals = numbers.pairings, numbers.goals
    situations = {n: getattr(pairings, n) for n in ("formed", "active", "paused", "ended")}
    statuses = ("set", "in_progress", "achieved", "deferred", "abandoned")
    roles: dict[str, int] = {}
    for row in status.participants:
        roles[row.who.role] = roles.get(row.who.role, 0) + 1
    return {
        "pairings": {n: count for n, count in situations.items() if count},
        "meetings": {p.pairing: p.meetings for p in status.pairings if p.meetings},
        "goals": {n: getattr(goals, n) for n in statuses if getattr(goals, n)},
        "members": {p.pairing: len({m.participant for m in p.members}) for p in status.pairings},
        "roles": roles,
        "corrections": {"all": numbers.corrections} if numbers.corrections else {},
    }


@settings(max_examples=10, deadline=None)
@given(errant_lives(60))
def test_counts_are_those_of_the_status(steps: list[Step]) -> None:
    town = peopled(contact_limit=35)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        tables = town.engine.tables(connection)
        live(town, steps)

        tables.update()

        assert figures(connection) == told(town)
