"""Programs of one log that use the same mapping keep what each of them took in apart."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, Clock, engine, mc

SEES = mc.Viewer.coordinator()
JOINING = """
form = "joining"
kind = "enrolment"
coverage = "full"
[people]
by = "email"
[source]
keys = ["No"]
[fields]
name = "Name"
email = "E-mail"
role = "Role"
[defaults]
since = 2026-09-01
"""
NAMES = {
    "north": ("Ann Able", "Bea Bell"),
    "south": ("Cy Cole", "Di Dunn", "Ed Elm"),
    "north, later": ("Anna Able", "Bea Bell", "Fay Fox"),
}


def joining(which: str) -> Text:
    rows = [
        f"{n},{name},{name.split()[-1]}@example.org,mentee" for n, name in enumerate(NAMES[which])
    ]
    return Text("\n".join(["No,Name,E-mail,Role", *rows, ""]))


@pytest.fixture
def two() -> Iterator[tuple[Any, dict[str, str]]]:
    """A log with two programs."""
    clock = Clock()
    clock.move(days=14)
    with engine(clock=clock) as opened:
        text = mc.BLUEPRINT_TEMPLATE
        made = {
            name: opened.batch(
                mc.read_blueprint(text, name).commands(opened.new_id), actor=COORDINATOR
            ).stream
            for name in ("north", "south")
        }
        yield opened, made


def take(two: tuple[Any, dict[str, str]], which: str) -> Any:
    opened, made = two
    mapping = mc.read_mapping(JOINING, "joining.toml")
    program = made[which.partition(",")[0]]
    return opened.take_in(joining(which), mapping, actor=COORDINATOR, program=program)


def names(two: tuple[Any, dict[str, str]], program: str) -> list[str]:
    opened, made = two
    people = opened.status(made[program], viewer=SEES).participants
    return sorted(p.who.name for p in people)


@pytest.mark.parametrize(
    "order", [o for o in permutations(NAMES) if o.index("north") < o.index("north, later")]
)
def test_rows_of_one_number_are_others_in_another_program(
    two: tuple[Any, dict[str, str]], order: tuple[str, ...]
) -> None:
    reports = {which: take(two, which) for which in order}

    assert {which: r.sentence() for which, r in reports.items()} == {
        "north": "2 taken.",
        "south": "3 taken.",
        "north, later": "1 taken, 1 amended, 1 unchanged.",
    }
    assert names(two, "north") == ["Anna Able", "Bea Bell", "Fay Fox"]
    assert names(two, "south") == ["Cy Cole", "Di Dunn", "Ed Elm"]


@pytest.mark.parametrize(("which", "other"), [("north", "south"), ("south", "north")])
def test_what_one_program_takes_back_the_other_one_keeps(
    two: tuple[Any, dict[str, str]], which: str, other: str
) -> None:
    opened, _ = two
    report, kept = take(two, which), take(two, other)

    opened.handle(mc.ReverseImport(batch_id=report.batch), actor=COORDINATOR)

    assert names(two, which) == []
    assert take(two, other).sentence() == f"{kept.counts.taken} unchanged."
    assert take(two, which).sentence() == report.sentence()
    assert names(two, which) == sorted(NAMES[which])
