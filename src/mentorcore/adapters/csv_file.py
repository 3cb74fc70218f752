"""Plain tables of responses: one header row, then one row a response (CSV, TSV).

The adapter is written as a stranger's would be: it knows `mentorcore.adapters.spec` and the
standard library. A first pass over the file proves that it is whole, the second yields its
responses; memory stays flat.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from mentorcore.adapters.spec import (
    CONTRACT,
    Adapter,
    Confidence,
    DateProblem,
    Form,
    Item,
    Layout,
    Notice,
    Options,
    Question,
    Response,
    Source,
    SourceUnreadable,
    Table,
    Unreadable,
    Where,
    cells_filled,
    hookimpl,
    survey,
)

__all__ = ["CsvFile", "mentorcore_adapters"]


class CsvFile:
    """The adapter for plain tables."""

    name = "csv"
    version = "1"
    contract = CONTRACT

    def sniff(self, head: bytes, filename: str) -> Confidence:
        """Any text may be a table, so other adapters that know a file come first."""
        try:
            Table(filename, BytesIO(head), encoding="latin-1")
        except SourceUnreadable:
            named = filename.lower().endswith((".csv", ".tsv"))
            return Confidence.POSSIBLE if named else Confidence.NO
        return Confidence.NO if head.lstrip()[:1] in {b"{", b"["} else Confidence.POSSIBLE

    def describe(self, source: Source, options: Options) -> Form:
        """The columns; nothing in a table says what kind of answers they hold."""
        with closing(source.open()) as stream:
            layout = survey(_table(source, stream, options), options)
        questions = tuple(Question(column.key, column.label) for column in layout.columns)
        return Form(options.form or source.name, questions)

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        """Notices about the file, then one response or complaint a row."""
        with closing(source.open()) as stream:
            table = _table(source, stream, options)
            layout = survey(table, options)
            yield from layout.notices
            yield from _rows(table, layout)


@hookimpl
def mentorcore_adapters(register: Callable[[Adapter], None]) -> None:
    """Offer the adapter for plain tables."""
    register(CsvFile())


def _table(source: Source, stream: BinaryIO, options: Options) -> Table:
    return Table(source.name, stream, encoding=options.encoding, delimiter=options.delimiter)


def _rows(table: Table, layout: Layout) -> Iterator[Item]:
    form, header = layout.options.form, layout.header.number
    number = 0
    for number, line, cells in table.records():
        if number <= header or not cells_filled(cells):
            continue
        where = Where(table.name, number, line)
        if layout.titles.again(cells):
            yield Notice(where, "this row is the header again; it was not taken", "header-again")
            continue
        if why := layout.misfit(cells):
            yield Unreadable(where, why)
            continue
        try:
            at, basis = layout.submitted(cells)
            key = _key(cells, layout, at)
        except DateProblem as problem:
            yield Unreadable(where, f"the time of submission: {problem}")
        except _NoKey as problem:
            yield Unreadable(where, str(problem))
        else:
            stamp = "" if layout.stamp is None else cells[layout.stamp]
            answers = layout.answers(cells)
            yield Response("csv", form, key, at, stamp, basis, "complete", answers, where)
    if number != layout.records:
        raise SourceUnreadable("the file was changed while it was read", file=table.name)


class _NoKey(Exception):  # noqa: N818 - an answer about a row
    """Nothing in a row says which response it is."""


def _key(cells: list[str], layout: Layout, at: datetime | None) -> tuple[str, ...]:
    """The declared key; without one the instant, and the respondent where there is one."""
    if layout.keys:
        key = tuple([" ".join(cells[i].split()) for i in layout.keys])
        if any(key):
            return key
        titles = ", ".join(repr(title) for title in layout.options.keys)
        raise _NoKey(f"the key ({titles}) is empty")
    if at is None:
        if layout.stamp is not None:
            raise _NoKey(f"the time of submission ({layout.options.timestamp!r}) is empty")
        return ()
    # A form may begin to collect addresses while it runs; who answered before stays who they are.
    who = "" if layout.respondent is None else cells[layout.respondent].strip().casefold()
    return (at.isoformat(), who) if who else (at.isoformat(),)
