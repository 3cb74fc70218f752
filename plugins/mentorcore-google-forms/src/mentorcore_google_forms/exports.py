"""The two tables of responses that can be downloaded from Google Forms.

No table holds ids: a question is known by its title and its turn among equal titles, a response
by the instant of its submission and, if it was collected, the respondent's address. A row of a
grid is a question of its own.
"""

import codecs
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import BinaryIO

from mentorcore.adapters.spec import (
    CONTRACT,
    Answer,
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
    find_column,
    no_such_column,
    survey,
)

from mentorcore_google_forms import archive, checkboxes
from mentorcore_google_forms.headings import EMAIL, find_email, grids, is_address, is_score
from mentorcore_google_forms.recognise import SEPARATORS, Found, confidence, recognise
from mentorcore_google_forms.stamps import quick

__all__ = ["GoogleFormsCsv"]

KEPT = 1000
"""How many different cells of a column with checkboxes are remembered, told apart."""


class GoogleFormsCsv:
    """The adapter for the form's own download and for that of the linked sheet."""

    name = "google-forms-csv"
    version = "0.1.0"
    contract = CONTRACT

    def sniff(self, head: bytes, filename: str) -> Confidence:  # noqa: ARG002 - a name can be changed
        """Certain of the form's own times, likely of a sheet's under a title of Google's."""
        if head.startswith(archive.MARK):
            member, head = archive.first_bytes(head)
            if not member.lower().endswith(".csv"):
                return Confidence.NO
        return confidence(head)

    def describe(self, source: Source, options: Options) -> Form:
        """The columns with what their titles tell: rows of grids, scores, declared choices."""
        with archive.opened(source) as stream:
            table = _table(source, stream, options)
            found = recognise(table, options)
            plain = found.options.declaring(timestamp=None)  # its times need not be readable yet
            columns, _ = _columns(table, survey(table, plain), found)
        questions = tuple(Question(c.key, c.label, c.kind, c.choices) for c in columns)
        return Form(options.form or source.name, questions)

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        """Notices about the file, then one response or complaint a row."""
        with archive.opened(source) as stream:
            quoted = stream.read(4).removeprefix(codecs.BOM_UTF8).startswith(b'"')
            table = _table(source, stream, options)
            found = recognise(table, options)
            layout = survey(table, found.options)
            columns, doubts = _columns(table, layout, found)
            yield from layout.notices
            yield from _about(table, layout, found, quoted=quoted)
            yield from doubts
            yield from _rows(table, layout, columns)
            yield from _leftovers(table, columns)


def _table(source: Source, stream: BinaryIO, options: Options) -> Table:
    return Table(source.name, stream, encoding=options.encoding, delimiter=options.delimiter)


class _Column:
    """A column of answers."""

    def __init__(self, index: int, key: str, label: str) -> None:
        self.index, self.key, self.label = index, key, label
        self.kind = "text"
        self.choices: tuple[str, ...] = ()
        self.separator = ""
        self.strange = False
        self._told_apart: dict[str, tuple[str, ...]] = {}

    def texts(self, cell: str) -> tuple[str, ...]:
        """The texts in a cell with several ticked choices."""
        values = self._told_apart.get(cell)
        if values is None:
            values = self._ticked(cell)
            if len(self._told_apart) < KEPT:
                self._told_apart[cell] = values
        return values

    def _ticked(self, cell: str) -> tuple[str, ...]:
        """The ticked choices of a cell, as far as they can be told apart."""
        if not self.choices:
            return tuple(part for part in cell.split(self.separator) if part)
        values, known = checkboxes.ticked(cell, self.choices, self.separator)
        self.strange = self.strange or not known
        return values


def _columns(table: Table, layout: Layout, found: Found) -> tuple[list[_Column], list[Notice]]:
    """The columns of answers with their kinds, and what is not certain about them."""
    header, where = layout.header, Where(table.name, layout.header.number, layout.header.line)
    columns = {
        c.index: _Column(c.index, c.key, c.label) for c in layout.columns if c.index != found.place
    }
    email = find_email(header.cells, found.place)
    if (
        email in columns
        and is_address(columns[email].label)
        and all(column.key != EMAIL for column in columns.values())
    ):
        columns[email].key = EMAIL  # its title is in the language of whoever downloads the table
    for grid in grids(header.cells):
        if grid.place in columns:
            columns[grid.place].kind = "choice"
    for column in columns.values():
        if is_score(column.label):
            column.kind = "number"
    notices = []
    for title, choices in checkboxes.declared(layout.options.more).items():
        index = find_column(header.cells, title, file=table.name, line=header.line)
        if index is None or index not in columns:
            message = no_such_column(header.cells, title, "a question with checkboxes")
            raise SourceUnreadable(message, file=table.name, line=header.line)
        column = columns[index]
        column.kind, column.choices = "choices", choices
        if choices or found.download == "form":
            column.separator = SEPARATORS[found.download]
        else:
            message = (
                f"the linked sheet joins the choices of {column.key!r} with commas, which may also "
                f"be in a choice; its cells stay whole until {'choices.' + title!r} declares them"
            )
            notices.append(Notice(where, message, "kept-whole"))
    return list(columns.values()), notices


def _about(table: Table, layout: Layout, found: Found, *, quoted: bool) -> Iterator[Notice]:
    """What people should know that the survey of any table does not see."""
    where = Where(table.name, layout.header.number, layout.header.line)
    if found.by_content:
        title = layout.options.timestamp
        message = f"the column {title!r} is taken as the time of submission, as its content shows"
        yield Notice(where, message, "time-by-content")
    if table.delimiter != "," or (found.download == "sheet" and table.encoding == "utf-8-sig"):
        message = (
            "another program than Google's wrote this file; such programs may have changed times, "
            "decimals and long numbers, so look at some answers"
        )
        yield Notice(where, message, "re-saved")
    if found.rough:
        message = (
            "the times of submission have no seconds, so another program than Google's wrote them; "
            "responses that were taken in from an export with seconds count as new"
        )
        yield Notice(where, message, "seconds-lost")
    if quoted and found.download == "form" and table.ends_with_line_break:
        message = (
            "the file ends with a line break, which this download does not have; if it was cut "
            "off between two responses, the end is missing"
        )
        yield Notice(Where(table.name), message, "incomplete")


def _rows(table: Table, layout: Layout, columns: list[_Column]) -> Iterator[Item]:
    """Every filled row below the header: a response, or why it is none."""
    form, header, stamp = layout.options.form, layout.header.number, layout.stamp
    pick = _picker(columns)
    heads = [(c.key, c.label, c.kind, c.texts if c.separator else None) for c in columns]
    slow = layout.submitted
    submitted = slow if stamp is None else quick(layout.options, slow, stamp)
    number = 0
    for number, line, cells in table.records():
        if number <= header or not cells_filled(cells):
            continue
        where = Where(table.name, number, line)
        if why := layout.misfit(cells):
            yield Unreadable(where, why)
            continue
        try:
            at, basis = submitted(cells)
        except DateProblem as problem:
            yield Unreadable(where, f"the time of submission: {problem}")
            continue
        key = _key(cells, layout, at)
        if not key:
            yield Unreadable(
                where,
                "there is no time of submission; a total, a note or a damaged row, not a response",
            )
            continue
        raw = "" if stamp is None else cells[stamp]
        answers = tuple(
            [
                Answer(key, label, texts(cell) if texts else (cell,) if cell else (), kind)
                for (key, label, kind, texts), cell in zip(heads, pick(cells), strict=True)
            ]
        )
        yield Response("google-forms-csv", form, key, at, raw, basis, "complete", answers, where)
    if number != layout.records:
        raise SourceUnreadable("the file was changed while it was read", file=table.name)


def _picker(columns: list[_Column]) -> Callable[[list[str]], Sequence[str]]:
    """A function that takes the answers' cells out of a row."""
    places = [column.index for column in columns]
    return itemgetter(*places) if len(places) > 1 else lambda cells: [cells[i] for i in places]


def _key(cells: list[str], layout: Layout, at: datetime | None) -> tuple[str, ...]:
    """The declared key, or the instant with the respondent's address; empty if there is none."""
    if layout.keys:
        key = tuple([" ".join(cells[i].split()) for i in layout.keys])
        return key if any(key) else ()
    if at is None:
        return ()
    # A form may begin to collect addresses while it runs; who answered before stays who they are.
    who = "" if layout.respondent is None else cells[layout.respondent].strip().casefold()
    return (at.isoformat(), who) if who else (at.isoformat(),)


def _leftovers(table: Table, columns: list[_Column]) -> Iterator[Notice]:
    """Which questions were answered with texts that are none of the declared choices."""
    for column in columns:
        if column.strange:
            message = (
                f"answers to {column.key!r} hold a text that is none of the declared choices: an "
                'own text under "Other", or a choice that had another name'
            )
            yield Notice(Where(table.name), message, "unknown-choice")
