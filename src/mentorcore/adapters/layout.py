"""What a table looks like: its header row, which columns are answers, how wide its rows are.

Settled in a first pass over the whole file, so that a damaged one is refused before its first
response, and what only a whole column can prove is known in the second.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice, takewhile
from operator import itemgetter

import attrs

from mentorcore.adapters.date_orders import DateOrderProof, OrderDisproved
from mentorcore.adapters.dates import (
    ClockChange,
    DateOrder,
    DateProblem,
    FarAhead,
    parse_instant,
    zone_named,
)
from mentorcore.adapters.header_rows import (
    LOOKED_AT,
    Header,
    HeaderRows,
    cells_filled,
    further_rows,
    read_header,
)
from mentorcore.adapters.records import Answer, Notice, Options, Where
from mentorcore.adapters.tables import Record, Table
from mentorcore.adapters.titles import no_such_column, normal_title, question_keys
from mentorcore.errors import SourceRefused, SourceUnreadable

__all__ = ["Column", "Layout", "cells_filled", "survey"]

SAMPLES = 1000
"""How many times of submission may be odd before the whole column counts as unreadable."""

_UNNAMED = re.compile(r"Unnamed: [0-9]+(?:\.[0-9]+)*|\s*")
"""The titles of columns that pandas puts in front when it saves a table, once or several times."""

_OF_A_TIME = re.compile(r"\s*(?:[0-9]|(?:M|T|W|F|S)[a-z]{0,2}(?:\s|$))")
"""How a time of submission begins, however short it was cut."""


@attrs.frozen
class Column:
    """A column whose cells are answers.

    Attributes:
        index: Its place, from 0.
        key: The question's identity.
        label: Its title.
    """

    index: int
    key: str
    label: str


@attrs.frozen(kw_only=True)
class Layout:
    """What the first pass found out.

    Attributes:
        options: What was declared.
        header: The header row.
        columns: The columns of answers; the time of submission only where it is asked for.
        least, most: How many cells a sound row has.
        records: How many records there are, with the header row and empty ones.
        stamp, keys, respondent: The places of the declared columns, from 0.
        order: Order of day and month in the times of submission, declared or proven.
        notices: What people should know about the file.
        titles: The rows of the header as they stand in the file.
    """

    options: Options
    header: Record
    columns: tuple[Column, ...]
    least: int
    most: int
    records: int
    stamp: int | None
    keys: tuple[int, ...]
    respondent: int | None
    order: DateOrder | None
    notices: tuple[Notice, ...]
    titles: HeaderRows
    _pick: Callable[[list[str]], Sequence[str]] = attrs.field(init=False, repr=False)
    _titles: tuple[tuple[str, str], ...] = attrs.field(init=False, repr=False)

    @_pick.default
    def _picks(self) -> Callable[[list[str]], Sequence[str]]:
        indexes = [column.index for column in self.columns]
        return (
            itemgetter(*indexes) if len(indexes) > 1 else lambda cells: [cells[i] for i in indexes]
        )

    @_titles.default
    def _both(self) -> tuple[tuple[str, str], ...]:
        return tuple((column.key, column.label) for column in self.columns)

    def answers(self, cells: list[str]) -> tuple[Answer, ...]:
        """The answers of a row that fits."""
        titles, told = self._titles, self._pick(cells)
        return tuple(
            [
                Answer(key, label, (cell,) if cell else ())
                for (key, label), cell in zip(titles, told, strict=True)
            ]
        )

    def misfit(self, cells: list[str]) -> str:
        """Why a row cannot be told apart into its cells; empty when it can."""
        width = len(cells)
        if self.least <= width <= self.most:
            return ""
        return (
            f"this row has {width} cell{'s' if width > 1 else ''} where the header row has "
            f"{len(self.header.cells)}; a separator or a quote is missing or too many"
        )

    def submitted(self, cells: list[str]) -> tuple[datetime | None, str]:
        """The instant of submission and why it is that; ``None`` where none is given.

        Raises:
            DateProblem: The text does not say one instant.
        """
        text = "" if self.stamp is None else cells[self.stamp].strip()
        return _instant(text, self.order, self.options) if text else (None, "none")


@attrs.define
class _Seen:
    """What all filled rows of one width have in common."""

    numbers: int = 0
    rows: int = 0
    beyond: bool = False
    proof: DateOrderProof = attrs.field(factory=DateOrderProof)
    stamps: list[tuple[str, int]] = attrs.field(factory=list)

    def take(self, record: Record, titled: int, stamp: int | None) -> None:
        """Take one row into account."""
        cells = record.cells
        self.rows += 1
        if len(cells) > titled and not self.beyond:
            self.beyond = cells_filled(cells[titled:])
        if self.numbers and not all(map(str.isdecimal, cells[: self.numbers])):
            self.numbers = sum(1 for _ in takewhile(str.isdecimal, cells[: self.numbers]))
        if stamp is not None and stamp < len(cells) and cells[stamp].strip():
            self.proof.see(cells[stamp], record.line, record.number)
            if len(self.stamps) < SAMPLES:
                self.stamps.append((cells[stamp], record.line))


def survey(table: Table, options: Options) -> Layout:
    """Read a table once from end to end, and settle what needs the whole of it.

    Raises:
        SourceUnreadable: It is damaged, its header row is lost or lacks a declared column, or
            its times of submission cannot be read as they are declared.
    """
    records = table.records()
    whole = read_header(table, records, options.header_rows)
    places = _places(table, whole, options)
    stamp = places.get(options.timestamp or "")
    named = {whole.find(wanted, table.name) for wanted in options.columns}
    lead, titles = list(islice(records, LOOKED_AT)), HeaderRows(whole.rows)
    fresh = [row for row in lead if not (cells_filled(row.cells) and titles.again(row.cells))]
    more = further_rows(whole, fresh, tuple(places.values()))
    titles = HeaderRows([*whole.rows, *more])
    below = more[-1].number if more else whole.record.number
    header = whole.record._replace(number=below)
    titled = max(i for i, title in enumerate(header.cells, 1) if title.strip())
    unnamed = sum(1 for _ in takewhile(_UNNAMED.fullmatch, header.cells))
    seen: dict[int, _Seen] = {}
    empty, first_empty, last = 0, 0, header
    for last in chain((record for record in lead if record.number > below), records):
        width = len(last.cells)
        if not cells_filled(last.cells):
            empty, first_empty = empty + 1, first_empty or last.line
            continue
        if titles.again(last.cells):
            continue
        if width not in seen:
            seen[width] = _Seen(unnamed)
        seen[width].take(last, titled, stamp)
    least, most = _widths(len(header.cells), titled, seen)
    _check_end(table, header, last, least, stamp)
    _check_most(table, header, most, seen)
    sound = [found for width, found in seen.items() if least <= width <= most]
    usual = max(sound, key=lambda found: found.rows, default=_Seen())
    numbers = usual.numbers if usual.rows else 0
    kept = range(numbers, min(least, len(header.cells)))
    keys = question_keys([header.cells[i] for i in kept])
    notices = [*_about_titles(table, header, kept, keys), *_about_more(table, more, options)]
    if numbers:
        message = "the first column has no title and numbers the rows; it is left out"
        if numbers > 1:
            message = f"the first {numbers} columns only number the rows; they are left out"
        notices.append(Notice(Where(table.name, 1, header.line), message, "index-column"))
    notices += _about_rows(table, empty, first_empty, sum(found.rows for found in seen.values()))
    notices += _about_end(table, last)
    return Layout(
        options=options,
        header=header,
        columns=tuple(
            Column(i, key, whole.above[i] or key)
            for i, key in zip(kept, keys, strict=True)
            if i != stamp or i in named
        ),
        least=least,
        most=most,
        records=last.number,
        stamp=stamp,
        keys=tuple(places[key] for key in options.keys),
        respondent=places.get(options.respondent or ""),
        order=_order(table, usual, options),
        notices=tuple(notices),
        titles=titles,
    )


def _places(table: Table, header: Header, options: Options) -> dict[str, int]:
    """Where the declared columns are, by the title that was declared."""
    needed = [(options.timestamp, "the time of submission"), (options.respondent, "the respondent")]
    needed += [(key, "a key") for key in options.keys]
    places = {}
    for wanted, what in needed:
        if wanted is None:
            continue
        found = header.find(wanted, table.name)
        if found is None:
            message = no_such_column(header.record.cells, wanted, what)
            raise SourceUnreadable(message, file=table.name, line=header.record.line)
        places[wanted] = found
    return places


def _widths(width: int, titled: int, seen: dict[int, _Seen]) -> tuple[int, int]:
    """The least and the greatest width of a row that can be told apart from a damaged one.

    A last column without title and content may be there in some rows and missing in others; all
    rows may have the same number of empty cells too many. Any other row is one to look at.
    """
    if len(seen) == 1 and titled == width:
        ((wide, only),) = seen.items()
        if wide > width and only.rows > 1 and not only.beyond:
            return wide, wide
    if any(found.beyond for other, found in seen.items() if other <= width):
        return width, width
    return titled, width


def _check_end(table: Table, header: Record, last: Record, least: int, stamp: int | None) -> None:
    """Refuse a table that ends within a response; what is no response is looked at as a row."""
    if table.ends_with_line_break or last is header or len(last.cells) >= least:
        return
    if stamp is not None and stamp < len(last.cells) and not _OF_A_TIME.match(last.cells[stamp]):
        return  # a total or a note below the responses
    raise SourceUnreadable(
        f"the file ends within this record, which has {len(last.cells)} of {least} cells and no "
        "line break; it was cut off: export it again",
        file=table.name,
        line=last.line,
    )


def _check_most(table: Table, header: Record, most: int, seen: dict[int, _Seen]) -> None:
    """Refuse a table of which most rows have more cells than the row taken for its titles."""
    rows = sum(found.rows for found in seen.values())
    width = max(seen, key=lambda width: seen[width].rows, default=0)
    if width <= most or rows < 2 or seen[width].rows * 2 <= rows:  # noqa: PLR2004 - one proves nothing
        return
    count = len(header.cells)
    raise SourceUnreadable(
        f"this row should hold the titles and has {count} cell{'s' if count > 1 else ''}, while "
        f"{seen[width].rows:,} of {rows:,} rows below have {width}; if a line stands above the "
        "titles, delete it, or export the file again",
        file=table.name,
        line=header.line,
    )


def _about_titles(
    table: Table, header: Record, kept: range, keys: tuple[str, ...]
) -> Iterator[Notice]:
    where = Where(table.name, header.number, header.line)
    places: dict[str, list[int]] = {}
    for place, index in enumerate(kept):
        places.setdefault(normal_title(header.cells[index]), []).append(place)
    for title, same in places.items():
        if len(same) > 1:
            columns = " and ".join(str(kept[place] + 1) for place in same)
            names = ", ".join(repr(keys[place]) for place in same)
            message = f"the title {title!r} stands over columns {columns}; they are kept as {names}"
            yield Notice(where, message, "duplicate-title")


def _about_more(table: Table, more: Sequence[Record], options: Options) -> Iterator[Notice]:
    for row in more[:1]:
        count = options.header_rows + len(more)
        said = "This row seems" if len(more) == 1 else f"This row and row {more[-1].number} seem"
        message = (
            f"{said.lower()} to belong to the header, since nothing in it tells which response it "
            f"is; it was not taken. Declare header_rows = {count} under [source] if it does"
        )
        yield Notice(Where(table.name, row.number, row.line), message, f"header-rows-{count}")


def _about_rows(table: Table, empty: int, first_empty: int, filled: int) -> Iterator[Notice]:
    if empty:
        rows = "one empty row was" if empty == 1 else f"{empty} empty rows were"
        message = f"{rows} skipped, the first on this line"
        yield Notice(Where(table.name, None, first_empty), message, "empty-rows")
    if not filled:
        message = "there are no responses in this file, only a header row"
        yield Notice(Where(table.name), message, "no-responses")


def _about_end(table: Table, last: Record) -> Iterator[Notice]:
    """Say so when the end of the last cell is not certain."""
    if table.ends_with_line_break:
        return
    if table.ends_with_quote and last.cells and not last.cells[-1].endswith('"'):
        return
    message = (
        "the file does not end with a line break, as is usual for some tools; if the download was "
        "interrupted, the end is missing"
    )
    yield Notice(Where(table.name, last.number, last.line), message, "incomplete")


def _order(table: Table, usual: _Seen, options: Options) -> DateOrder | None:
    """The order of day and month in the times of submission, if they can be read at all."""
    if options.timestamp is None:
        return options.date_order
    title = normal_title(options.timestamp)
    try:
        if options.zone is not None:
            zone_named(options.zone)
        order = options.date_order or usual.proof.conclude()
        if order is not None:
            usual.proof.check(order)
    except OrderDisproved as problem:
        message = f"in the column {title!r}, {problem}"
        raise SourceRefused(message, file=table.name, line=problem.line) from problem
    except DateProblem as problem:
        message = f"in the column {title!r}, {problem}"
        raise SourceUnreadable(message, file=table.name, line=problem.line) from problem
    refusal: tuple[DateProblem, int] | None = None
    for text, line in usual.stamps:
        try:
            _instant(text, order, options)
        except (ClockChange, FarAhead):
            return order  # the column is understood, and this row is one to look at
        except DateProblem as problem:
            refusal = refusal or (problem, line)
        else:
            return order
    if refusal is not None:
        message = f"no time can be read in the column {title!r}: {refusal[0]}"
        raise SourceUnreadable(message, file=table.name, line=refusal[1])
    if usual.rows and not options.keys:
        raise SourceUnreadable(f"the column {title!r} is empty in every row", file=table.name)
    return order


def _instant(text: str, order: DateOrder | None, options: Options) -> tuple[datetime, str]:
    return parse_instant(
        text,
        order,
        options.zone,
        options.fold,
        options.zone_labels,
        dates_as_times=options.dates_as_times,
    )
