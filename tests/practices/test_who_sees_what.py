"""The page that says who sees what of the practices, held against what everybody is told.

Each practice that is registered is looked at; a row that the page lacks is printed as it was
measured, to be read before it is pasted.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from practices.seeing import COLUMNS, Cells, Looked, looked_at
from practices.worlds import WITH_STREAMS

from mentorcore.domain.declarations import event_info, field_readers
from mentorcore.practices.practice import Practice

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "who-sees-what.md"
HEAD = "| | " + " | ".join(COLUMNS) + " |"


def written() -> dict[str, Cells]:
    """The table of the page, row by row."""
    lines = PAGE.read_text("utf-8").splitlines()
    table = [line for line in lines[lines.index(HEAD) + 2 :] if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return {row: dict(zip(COLUMNS, cells, strict=True)) for row, *cells in rows}


def line(row: str, cells: Cells) -> str:
    return f"| {row} | " + " | ".join(cells[c] for c in COLUMNS) + " |"


@pytest.fixture(scope="module", params=WITH_STREAMS, ids=lambda practice: practice.name)
def looked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Looked]:
    yield from looked_at(request.param, tmp_path_factory.mktemp("seen"))


def owed(practice: Practice) -> list[str]:
    """The rows that a practice owes the page."""
    rows = [f"history `{kind}`" for kind in practice.kinds]
    for rules in practice.aggregates:
        for event in rules.events:
            name = event_info(event).name
            rows += [f"event `{name}`", *(f"field `{name}` `{f}`" for f in field_readers(event))]
    for view in practice.views:
        rows += [f"view `{view.name}`", f"why `{view.name}`", *(f"need `{k}`" for k in view.kinds)]
    return rows


def test_everybody_is_told_what_the_page_says(looked: Looked) -> None:
    page = written()

    measured = looked.rows()

    other = [line(row, cells) for row, cells in measured.items() if page.get(row) != cells]
    assert not other, "the page says otherwise or nothing; measured is\n" + "\n".join(other)
    unseen = [row for row in owed(looked.practice) if row not in measured]
    assert not unseen, f"the world of the practice's contract never shows {unseen}"


@pytest.mark.parametrize("practice", WITH_STREAMS, ids=lambda practice: practice.name)
def test_every_event_field_view_and_need_has_its_row(practice: Practice) -> None:
    page = written()

    assert [row for row in owed(practice) if row not in page] == []


def test_no_row_is_about_what_is_no_more() -> None:
    known = {kind for practice in WITH_STREAMS for kind in practice.kinds}
    known |= {v.name for practice in WITH_STREAMS for v in practice.views}
    known |= {kind for practice in WITH_STREAMS for v in practice.views for kind in v.kinds}
    known |= {event_info(e).name for p in WITH_STREAMS for a in p.aggregates for e in a.events}

    for row in written():
        (subject, *_) = re.findall(r"`(.*?)`", row)
        assert subject in known, row
