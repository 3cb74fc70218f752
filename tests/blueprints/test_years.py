"""What a blueprint's year comes to is what its files say, figure by figure.

The other side is `reckoning`, plain Python that knows the files and the rules' sentences alone. So
that both cannot be wrong alike, a few figures of each year stand here as they were counted by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from blueprints.living import SHIPPED, Lived
from blueprints.needs import KINDS, needs
from blueprints.reckoning import Year

import mentorcore as mc

EVERY = pytest.mark.parametrize("name", SHIPPED)

COUNTED = {
    "assigned_faculty_mentor": {"meetings": 23, "active": 5, "ended": 1, "unpaired": 0},
    "faculty_peer_group": {"meetings": 13, "active": 2, "ended": 0, "unpaired": 1},
    "inter_institution_network": {"meetings": 28, "active": 4, "ended": 2, "unpaired": 2},
    "k12_urban_mentoring": {"meetings": 169, "active": 6, "ended": 1, "unpaired": 0},
    "new_teacher_induction_ca": {"meetings": 134, "active": 4, "ended": 1, "unpaired": 0},
    "new_teacher_induction_il": {"meetings": 213, "active": 7, "ended": 1, "unpaired": 1},
    "new_teacher_induction_ma": {"meetings": 259, "active": 7, "ended": 0, "unpaired": 0},
    "new_teacher_induction_nj": {"meetings": 195, "active": 6, "ended": 1, "unpaired": 1},
    "new_teacher_induction_tx": {"meetings": 215, "active": 7, "ended": 0, "unpaired": 1},
    "peer_observation": {"meetings": 0, "active": 3, "ended": 2, "unpaired": 0},
    "principal_peer": {"meetings": 73, "active": 5, "ended": 0, "unpaired": 0},
}
"""Counted by hand on the day on which the year is looked at."""


Reckoned = Callable[[str], tuple[Lived, Year, dict[str, Any]]]


@EVERY
def test_every_import_does_with_its_rows_what_the_rules_say(name: str, reckoned: Reckoned) -> None:
    year, _, came = reckoned(name)

    told = {file: _outcomes(year.told[file]) for file in came}

    assert told == came


def _outcomes(told: dict[str, Any]) -> dict[str, int]:
    """How many rows came to what, of what an import answered."""
    if told.get("error"):
        return {"file_refused": 1}
    counts = Counter({k: n for k, n in told["counts"].items() if isinstance(n, int)})
    counts["missing"] = len(told["missing"])
    return dict(+counts)


@EVERY
def test_the_numbers_are_those_of_the_files(name: str, reckoned: Reckoned) -> None:
    year, plain, _ = reckoned(name)
    numbers = year.status.numbers

    told = mc.plain(numbers)

    goals = dict(told["goals"])
    assert {
        "participants": {r["role"]: r["enrolled"] for r in told["participants"] if r["enrolled"]},
        "unpaired": told["unpaired"],
        "pairings": told["pairings"],
        "meetings": told["meetings"],
        "minutes": told["minutes"],
        "cancelled": told["cancelled"],
        "overdue": goals.pop("overdue"),
        "goals": goals,
    } == plain.figures(year.blueprint.as_of)


@EVERY
def test_every_pairing_comes_to_what_its_rows_say(name: str, reckoned: Reckoned) -> None:
    year, plain, _ = reckoned(name)
    status = year.status

    names = {row.participant: str(row.who.name) for row in status.participants}
    told = {_called(row): _pair(row, names) for row in status.pairings}

    assert told == plain.pairs(year.blueprint.as_of)


def _called(row: mc.PairingRow) -> str:
    return f"{' & '.join(sorted(str(who.name) for who in row.members))}, {row.formed_on}"


def _pair(row: mc.PairingRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "meetings": row.meetings,
        "minutes": row.minutes,
        "last": row.last_meeting,
        "late": sorted(late.on for late in row.late),
        "ended": (None, None) if row.ended is None else (row.ended.on, row.ended.reason),
        "ratings": {
            names[told.author]: {score.scale: score.rating for score in told.ratings}
            for told in row.feedback
            if not isinstance(told.ratings, mc.Withheld)
        },
    }


@EVERY
def test_places_are_taken_as_the_pairings_say(name: str, reckoned: Reckoned) -> None:
    year, plain, _ = reckoned(name)

    told = {
        f"{row.who.name}, {row.who.role}": (row.capacity.places, row.capacity.load)
        for row in year.status.participants
        if row.capacity is not None
    }

    assert told == plain.places(year.blueprint.as_of)


@EVERY
def test_what_needs_a_person_is_what_the_rows_say(name: str, reckoned: Reckoned) -> None:
    year, plain, _ = reckoned(name)

    told = Counter(
        (need.kind, frozenset(str(who.name) for who in need.people))
        for need in year.attention.needs
        if not need.kind.startswith("requirement_")
    )

    assert told == needs(plain, year.blueprint.as_of)
    assert {kind for kind, _ in told} <= KINDS


def test_rounds_of_visits_come_to_what_the_rows_say(reckoned: Reckoned) -> None:
    year, plain, _ = reckoned("peer_observation")
    with mc.open(year.folder / "program.db", create=False) as engine:
        view = engine.view(
            "observation.matrix",
            engine.programs()[0].program,
            viewer=mc.Viewer.coordinator(),
            as_of=year.blueprint.as_of,
        )

    told = {
        row.round: (
            row.state == "closed",
            row.cells_done,
            row.required,
            sorted(
                (v.days_to_debrief for v in row.visits),
                key=lambda days: (days is None, days or 0),
            ),
        )
        for row in view.rows
    }

    assert told == plain.cells()


def view(year: Lived, name: str) -> Any:
    """The rows of a view on the day on which the year is looked at."""
    with mc.open(year.folder / "program.db", create=False) as engine:
        (program,) = engine.programs()
        asked: dict[str, Any] = {"viewer": mc.Viewer.coordinator(), "as_of": year.blueprint.as_of}
        return engine.view(name, program.program, **asked).rows


def test_what_was_set_aside_and_used_is_what_the_lists_say(reckoned: Reckoned) -> None:
    year, plain, _ = reckoned("k12_urban_mentoring")

    told = Counter(
        (row.kind, row.unit, row.whom and row.whom.name, row.amount, row.used)
        for row in view(year, "support.uptake")
    )

    assert told == Counter(
        (s.kind, s.unit, s.who and s.who.name, s.amount, s.used) for s in plain.support
    )
    assert len(plain.support) == 5


def test_who_stayed_is_what_human_resources_listed(reckoned: Reckoned) -> None:
    year, plain, _ = reckoned("k12_urban_mentoring")

    told = {
        str(row.who.name): {level.level: level.outcome for level in row.levels}
        for row in view(year, "employment.outcomes")
        if row.levels
    }

    assert told == plain.outcomes
    assert len(plain.outcomes) == 6


@pytest.mark.parametrize(("name", "counted"), COUNTED.items(), ids=COUNTED)
def test_what_was_counted_by_hand_is_what_status_tells(
    name: str, counted: dict[str, int], lived: Callable[[str], Lived]
) -> None:
    numbers = mc.plain(lived(name).status.numbers)

    told = {
        "meetings": numbers["meetings"],
        "active": numbers["pairings"]["active"],
        "ended": numbers["pairings"]["ended"],
        "unpaired": numbers["unpaired"],
    }

    assert told == counted


def test_every_year_was_counted_by_hand() -> None:
    assert COUNTED.keys() == SHIPPED.keys()
