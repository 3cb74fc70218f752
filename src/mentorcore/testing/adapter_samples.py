"""Sample exports for the tests of an adapter, and tables taken apart and put together again.

A table is cut into cells as they are written, with their quotes, so that a shuffled copy differs
from the sample in nothing but the order.
"""

import io
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import attrs

from mentorcore.adapters.spec import Options, SourceUnreadable, Table, cells_filled, normal_title

__all__ = ["Held", "Sample", "Spread", "is_whole", "quoted", "take_apart"]

TABLES = (".csv", ".tsv")
_SEPARATOR_LINE = re.compile(r"sep=[^\"\r\n](?:\r\n|\r|\n)", re.IGNORECASE)


@attrs.frozen
class Sample:
    """One sample export.

    Attributes:
        name: The file's name, which an adapter sees when it is asked whether the file is its own.
        content: What it holds.
        options: What a person would declare about it.
        header_records: How many records of a table precede its responses. Only a sample named
            ``.csv`` or ``.tsv`` is taken for a table.
        fixed_columns: How many columns at the left the tool never moves.
    """

    name: str
    content: bytes = attrs.field(repr=False)
    options: Options = attrs.field(factory=Options)
    header_records: int = 1
    fixed_columns: int = 0

    @classmethod
    def of(
        cls,
        path: Path | str,
        options: Options | None = None,
        *,
        header_records: int = 1,
        fixed_columns: int = 0,
    ) -> "Sample":
        """The sample in a file."""
        content, told = Path(path).read_bytes(), options or Options()
        return cls(Path(path).name, content, told, header_records, fixed_columns)


class Held:
    """A source that holds bytes and remembers the streams that it gave out."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self.streams: list[BinaryIO] = []

    def open(self) -> BinaryIO:
        """A new stream from the beginning."""
        self.streams.append(io.BytesIO(self.content))
        return self.streams[-1]

    @property
    def released(self) -> bool:
        """Whether every stream was closed."""
        return all(stream.closed for stream in self.streams)


def quoted(text: str) -> str:
    """A cell as it is written."""
    return '"' + text.replace('"', '""') + '"'


@attrs.frozen
class Spread:
    """A table taken apart.

    Attributes:
        before: A line before the table that only programs read.
        encoding: How it is written.
        delimiter: What stands between cells.
        ending: What ends a line.
        header: The records before the responses.
        rows: The responses, and whatever else stands there; each cell as it is written.
    """

    before: str
    encoding: str
    delimiter: str
    ending: str
    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.header[-1])

    def even(self) -> "Spread":
        """Without the rows that are not as wide as the table."""
        return attrs.evolve(self, rows=tuple(r for r in self.rows if len(r) == self.width))

    def join(self) -> bytes:
        """The table put together.

        Raises:
            UnicodeEncodeError: A cell cannot be written in the table's encoding.
        """
        lines = (self.delimiter.join(cells) + self.ending for cells in (*self.header, *self.rows))
        return (self.before + "".join(lines)).encode(self.encoding)

    def with_cell(self, row: int, column: int, written: str) -> "Spread":
        """With another cell, as it is written."""
        cells = list(self.rows[row])
        cells[column] = written
        return attrs.evolve(self, rows=(*self.rows[:row], tuple(cells), *self.rows[row + 1 :]))

    def with_column(self, titles: Sequence[str], cells: Sequence[str]) -> "Spread":
        """With one more column at the right."""
        header = tuple((*h, t) for h, t in zip(self.header, titles, strict=True))
        return attrs.evolve(
            self, header=header, rows=tuple((*r, c) for r, c in zip(self.rows, cells, strict=True))
        )

    def orders(self, fixed: int) -> Iterator[tuple[int, ...]]:
        """Other orders of the columns.

        Those with equal titles keep their order among themselves, and one without a title stays
        where it is. Under two header records or more, columns whose first title is empty belong to
        the one at their left, as where a question stands above the first of its choices only.
        """
        if len(self.header) > 1:
            yield from self._grouped_orders(fixed)
            return
        titles = [tuple(normal_title(read(h[i])) for h in self.header) for i in range(self.width)]
        moving = [i for i in range(fixed, self.width) if any(titles[i])]
        mixed = moving[:]
        random.Random(7).shuffle(mixed)  # noqa: S311 - the same order each time
        for wanted in (moving[::-1], mixed):
            turns = {titles[i]: sorted(j for j in wanted if titles[j] == titles[i]) for i in wanted}
            order = list(range(self.width))
            for place, column in zip(moving, wanted, strict=True):
                order[place] = turns[titles[column]].pop(0)
            yield tuple(order)

    def _grouped_orders(self, fixed: int) -> Iterator[tuple[int, ...]]:
        """Other orders of the columns, moved together with those that belong to them."""
        end = self.width  # a column at the right without any title stays where it is
        while end > fixed and not any(normal_title(read(h[end - 1])) for h in self.header):
            end -= 1
        groups: list[list[int]] = []
        for column in range(fixed, end):
            if groups and not normal_title(read(self.header[0][column])):
                groups[-1].append(column)
            else:
                groups.append([column])
        titles = [tuple(normal_title(read(h[i])) for i in g for h in self.header) for g in groups]
        mixed = list(range(len(groups)))
        random.Random(7).shuffle(mixed)  # noqa: S311 - the same order each time
        for wanted in (list(range(len(groups)))[::-1], mixed):
            turns = {titles[i]: sorted(j for j in wanted if titles[j] == titles[i]) for i in wanted}
            order = list(range(fixed))
            for group in wanted:
                order += groups[turns[titles[group]].pop(0)]
            yield (*order, *range(end, self.width))

    def in_order(self, order: Sequence[int]) -> "Spread":
        """With the columns in another order."""
        return attrs.evolve(
            self,
            header=tuple(tuple(cells[i] for i in order) for cells in self.header),
            rows=tuple(tuple(cells[i] for i in order) for cells in self.rows),
        )


def read(written: str) -> str:
    """What a cell says that is written so."""
    if written.startswith('"') and written.endswith('"') and len(written) > 1:
        return written[1:-1].replace('""', '"')
    return written


def take_apart(sample: Sample) -> Spread | None:
    """A sample as a table, if it is one that can be read."""
    if not sample.name.lower().endswith(TABLES) or sample.header_records < 1:
        return None
    try:
        table = _table(sample, sample.content)
    except SourceUnreadable:
        return None
    text = sample.content.decode(table.encoding)
    before = _SEPARATOR_LINE.match(text)
    body = text[before.end() :] if before else text
    records = list(_records(body, table.delimiter))
    filled = next((i for i, r in enumerate(records) if cells_filled([read(c) for c in r])), 0)
    end = filled + sample.header_records
    return Spread(
        before=before[0] if before else "",
        encoding=table.encoding,
        delimiter=table.delimiter,
        ending="\r\n" if "\r\n" in body else "\n" if "\n" in body else "\r",
        header=tuple(records[filled:end]),
        rows=tuple(records[end:]),
    )


def is_whole(sample: Sample, content: bytes) -> bool:
    """Whether nobody could tell that a beginning of a table was not all of it."""
    try:
        table = _table(sample, content)
        widths = [len(record.cells) for record in table.records()]
    except SourceUnreadable:
        return False
    if len(widths) < sample.header_records:
        return False
    closed = table.ends_with_quote and widths[-1] >= widths[0]
    return table.ends_with_line_break or closed


def _table(sample: Sample, content: bytes) -> Table:
    told = sample.options
    stream = io.BytesIO(content)
    return Table(sample.name, stream, encoding=told.encoding, delimiter=told.delimiter)


def _records(text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    """The records with each cell as it is written."""
    cells: list[str] = []
    start, place, is_quoted = 0, 0, False
    while place < len(text):
        char = text[place]
        if char == '"' and text[start] == '"':
            is_quoted = not is_quoted  # a doubled quote ends the quoting and begins it again
        elif is_quoted:
            pass
        elif char == delimiter:
            cells.append(text[start:place])
            start = place + 1
        elif char in "\r\n":
            yield (*cells, text[start:place])
            cells = []
            place += text.startswith("\r\n", place)
            start = place + 1
        place += 1
    if cells or start < len(text):
        yield (*cells, text[start:])
