"""The header of a table: one row of titles, or several that are joined to one title a column.

Some tools write a question above its first column and the choices, or what kind of answer it takes,
in a row below. How many rows belong to the header is declared; a row that seems to belong to it and
is not declared is told and taken for no response.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from mentorcore.adapters.dates import looks_like_a_stamp
from mentorcore.adapters.tables import Record, Table
from mentorcore.adapters.titles import find_column, normal_title, question_keys
from mentorcore.errors import SourceUnreadable

__all__ = ["LOOKED_AT", "Header", "HeaderRows", "cells_filled", "further_rows", "read_header"]

LOOKED_AT = 12
"""How many records below the header are looked at for more rows of it."""
MOST = 2
"""How many rows more than declared may seem to belong to the header."""

_ID = re.compile(r"(?:[A-Za-z_-]*[0-9][A-Za-z0-9_-]*|[^@\s]+@[^@\s]+)")
_ID_TITLE = re.compile(r"\b(?:id|ids|uuid|token|key|nr|no|number)\b|timestamp", re.IGNORECASE)
_SUBTITLE = re.compile(r"(?:open-ended )?response|other \(please specify\)", re.IGNORECASE)


class Header(NamedTuple):
    """The header of a table.

    Attributes:
        record: The titles, under the number of the last row that belongs to them and the line of
            the first.
        above: What stands over each column in the first row, or over the group that it is in.
        rows: The rows as they stand in the file.
    """

    record: Record
    above: list[str]
    rows: Sequence[Record]

    def find(self, wanted: str, file: str) -> int | None:
        """The column of a title; also by the first row alone, where it stands over one column.

        Raises:
            SourceUnreadable: It stands over several columns.
        """
        found = find_column(self.record.cells, wanted, file=file, line=self.record.line)
        if found is not None:
            return found
        plain = normal_title(wanted)
        same = [i for i, title in enumerate(self.above) if normal_title(title) == plain]
        if len(same) > 1:
            keys = question_keys(self.record.cells)
            names = " or ".join(repr(keys[i]) for i in same)
            raise SourceUnreadable(
                f"{wanted!r} stands over {len(same)} columns; say which one is meant: {names}",
                file=file,
                line=self.record.line,
            )
        return same[0] if same else None


def cells_filled(cells: list[str]) -> bool:
    """Whether a record says anything."""
    return any(map(str.strip, cells))


def read_header(table: Table, records: Iterator[Record], count: int) -> Header:
    """The header, from the first filled records of a table.

    Args:
        table: The table.
        records: Its records from the beginning; what follows the header is left in it.
        count: How many rows belong to the header.

    Raises:
        SourceUnreadable: There is none, or the first row is none.
    """
    rows = list(islice((record for record in records if cells_filled(record.cells)), count))
    if not rows:
        raise SourceUnreadable("all cells are empty; export it again", file=table.name)
    if len(rows) < count:
        raise SourceUnreadable(
            f"the header should have {count} rows, as header_rows declares, and the file has "
            f"{len(rows)} filled row{'s' if len(rows) > 1 else ''}",
            file=table.name,
            line=rows[0].line,
        )
    first, second = (*rows[0].cells, "")[:2]
    if looks_like_a_stamp(first) or (first.isdecimal() and looks_like_a_stamp(second)):
        raise SourceUnreadable(
            "the header row is lost: the first row holds a time where the title of a column should "
            "be; export it again with its titles",
            file=table.name,
            line=rows[0].line,
        )
    for row in rows:
        for number, title in enumerate(row.cells, 1):
            if "\0" in title:
                raise SourceUnreadable(
                    f"the title of column {number} holds a NUL character; export the file again",
                    file=table.name,
                    line=row.line,
                )
    if count == 1:
        return Header(rows[0], rows[0].cells, rows)
    levels = _grouped([row.cells for row in rows])
    titles = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*levels, strict=True)]
    return Header(Record(rows[-1].number, rows[0].line, titles), levels[0], rows)


def _grouped(rows: Sequence[list[str]]) -> list[list[str]]:
    """Rows of titles of one width, each title repeated over the columns of its group."""
    width = max(map(len, rows))
    levels = [[*map(str.strip, row), *[""] * (width - len(row))] for row in rows]
    for place, level in enumerate(levels[:-1]):
        below, above = levels[place + 1 :], levels[:place]
        for i in range(1, width):
            goes_on = all(row[i] == row[i - 1] for row in above)
            if not level[i] and goes_on and all(any(row[j] for row in below) for j in (i - 1, i)):
                level[i] = level[i - 1]
    return levels


class HeaderRows:
    """The rows of a header, which stand again where files were put together.

    Args:
        rows: Them, as they stand in the file; one with a single cell proves nothing.
    """

    def __init__(self, rows: Iterable[Record] = ()) -> None:
        written = {_as_written(row.cells) for row in rows}
        self._written = {cells for cells in written if len(list(filter(None, cells))) > 1}
        self._first = {cells[0] for cells in self._written}

    def again(self, cells: Sequence[str]) -> bool:
        """Whether a filled row is one of them."""
        return cells[0].strip() in self._first and _as_written(cells) in self._written


def _as_written(cells: Sequence[str]) -> tuple[str, ...]:
    plain = [cell.strip() for cell in cells]
    while plain and not plain[-1]:
        plain.pop()
    return tuple(plain)


def further_rows(
    header: Header, lead: Sequence[Record], telling: Sequence[int]
) -> Sequence[Record]:
    """Which of the first records below a header seem to belong to it.

    They say nothing in all columns that tell responses apart: those that are declared, or else
    those that show ids or times in the records after them.

    Args:
        header: The header.
        lead: The first records below.
        telling: The places of the columns that are declared to tell responses apart.
    """
    lead, count, alone = [record for record in lead if cells_filled(record.cells)], 0, bool(telling)
    while count < min(MOST, len(lead)):
        row = lead[count]
        rest = [r for r in lead[count + 1 :] if _as_written(r.cells) != _as_written(row.cells)]
        if any(_cell(row, place) for place in telling):
            break
        if telling and rest:
            belongs = any(_cell(below, place) for below in rest for place in telling)
        elif telling:
            belongs = _is_worded(header, row)
        elif rest:
            belongs = _shows_titles(header, row, rest)
        else:  # nobody has answered yet
            ids = [i for i, title in enumerate(header.record.cells) if _ID_TITLE.search(title)]
            belongs = bool(ids) and not any(_cell(row, i) for i in ids) and _is_worded(header, row)
            alone = belongs
        if not belongs:
            break
        count += 1
    return lead[:count] if len(lead) > count or alone else ()


def _shows_titles(header: Header, row: Record, rest: Sequence[Record]) -> bool:
    """Whether a record is one of titles, where nothing is declared to tell responses apart."""
    titles = header.record.cells
    telling = [i for i in range(len(titles)) if _tells(i, rest)]
    if not telling or any(_cell(row, place) for place in telling):
        return False
    sure = any(
        _ID_TITLE.search(titles[i]) or all(looks_like_a_stamp(r.cells[i]) for r in _filled(rest, i))
        for i in telling
    )
    return sure and (len(telling) > 1 or _is_worded(header, row))


def _is_worded(header: Header, row: Record) -> bool:
    """Whether a record stands over a column without a title, or has words of such rows."""
    titles = header.record.cells
    beyond = any(_cell(row, i) and not title.strip() for i, title in enumerate(titles))
    return beyond or any(_SUBTITLE.fullmatch(cell.strip()) for cell in row.cells)


def _tells(place: int, rows: Sequence[Record]) -> bool:
    """Whether a column holds a time or an id in every record, as far as they are records."""
    filled = _filled(rows, place)
    if not filled or any(not _cell(row, place) for row in rows[MOST - 1 :]):
        return False
    cells = [_cell(row, place) for row in filled]
    return all(looks_like_a_stamp(c) for c in cells) or (
        all(_ID.fullmatch(c) for c in cells) and len(set(cells)) == len(cells)
    )


def _filled(rows: Sequence[Record], place: int) -> list[Record]:
    return [row for row in rows if _cell(row, place)]


def _cell(row: Record, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""
