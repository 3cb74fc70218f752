"""The matrix as the command line prints it: rows inside rows are told below, people by their names."""

from collections.abc import Iterator

import pytest
from engine.world import engine, mc
from practices.observation.world import NOTES, Observing, lived

from mentorcore.render.view import names_in, view_lines


@pytest.fixture(scope="module")
def seen() -> Iterator[Observing]:
    with engine() as here:
        yield lived(here)


@pytest.fixture(scope="module")
def lines(seen: Observing) -> list[str]:
    shown = {"viewer": mc.Viewer.coordinator()}
    found = seen.engine.view("observation.matrix", seen.world.program, **shown)
    return list(view_lines(found, names_in(seen.engine.status(seen.world.program, **shown))))


def test_a_round_is_told_line_by_line(lines: list[str]) -> None:
    told = [line.split(maxsplit=1) for line in lines]

    assert ["members", "Somebody 0 & Somebody 1 & Somebody 2"] in told
    assert ["debriefed", "1"] in told
    assert not any(
        "…" in line and "observation:" not in line and "visit:" not in line for line in lines
    )


def test_its_cells_are_a_table_below_it(lines: list[str]) -> None:
    start = lines.index("cells")

    assert lines[start + 1].split() == [
        "cell",
        "observer",
        "observed",
        "required",
        "planned",
        "conducted",
        "debriefed",
        "done",
        "reason",
    ]
    assert lines[start + 2].split("  ")[1] == "1"
    assert lines[start + 2].split()[-1] == "yes"
    assert all(line.startswith("  ") for line in lines[start + 1 : start + 8])


def test_its_visits_are_told_one_by_one_without_what_nobody_may_read(lines: list[str]) -> None:
    start = lines.index("visits")
    told = [line.split(maxsplit=1) for line in lines[start + 1 :]]

    assert ["observer", "Somebody 0"] in told
    assert ["notes", "[withheld]"] in told
    assert NOTES not in "\n".join(lines)


def test_every_line_fits(lines: list[str]) -> None:
    assert max(map(len, lines)) <= 100
