"""Where in a response stands what a mapping asks for, and in which order its dates are written."""

from collections.abc import Iterator, Mapping

from mentorcore.adapters.date_orders import DateOrderProof, OrderDisproved
from mentorcore.adapters.dates import DateOrder, DateProblem
from mentorcore.adapters.spec import Answer, Notice, Response, Where, normal_title
from mentorcore.errors import SourceRefused
from mentorcore.intake.form_kind import PERSONS
from mentorcore.intake.mappings.mapping import FormMapping, spoken
from mentorcore.intake.spoilt_ids import IdColumn

__all__ = ["EXPORT_AGAIN", "ColumnChecks", "DateOrders", "IdColumns", "Places"]

EXPORT_AGAIN = (
    "Export it again, and import that file as it is: opening and saving it in a spreadsheet "
    "changes ids. If these are the ids as the survey tool has them, declare trust_keys = true "
    "under [source]"
)
"""What to do about ids that were changed."""


class DateOrders:
    """In which order the columns of answers write their dates, told from all their cells.

    A declared order, or one that an earlier export proved, is held against each column as a whole.
    """

    def __init__(self, mapping: FormMapping) -> None:
        wanted = [f for f in mapping.fields if mapping.form_kind.field(f).holds == "day"]
        self._mapping = mapping
        self._proofs = {f: DateOrderProof() for f in wanted}
        self._places = Places(mapping)

    @property
    def needed(self) -> bool:
        """Whether there is any such column."""
        return bool(self._proofs)

    def see(self, response: Response) -> None:
        """Take one response into account."""
        layout = self._places.layout(response)
        for field, proof in self._proofs.items():
            if field in layout:
                for text in response.answers[layout[field]].raw:
                    proof.see(text, response.where.line, response.where.record)

    def conclude(self) -> dict[str, DateOrder]:
        """The order of each column that proves one, where none is declared."""
        proven: dict[str, DateOrder] = {}
        for field, proof in () if self._mapping.date_order else self._proofs.items():
            try:
                order = proof.conclude()
            except DateProblem:
                continue  # each cell that needs the order is then refused in its own row
            if order is not None:
                proven[field] = order
        return proven

    def check(self, earlier: Mapping[str, DateOrder], file: str) -> None:
        """Hold every column against the order in which it is to be read.

        Args:
            earlier: The orders that earlier exports of the form proved under this mapping.
            file: What the source is called.

        Raises:
            SourceRefused: A column disproves its order, so none of its dates may be believed.
        """
        declared = self._mapping.date_order
        for field, proof in self._proofs.items():
            order = declared or earlier.get(field)
            if order is None:
                continue
            because = f'as date_order = "{order}" declares'
            if declared is None:
                because = "as the dates of an earlier export proved"
            try:
                proof.check(order, because)
            except OrderDisproved as problem:
                message = f"in the column {self._mapping.fields[field]!r}, {problem}"
                raise SourceRefused(message, file=file, line=problem.line) from problem


class IdColumns:
    """The columns that say which response or which person is meant, as far as they show damage."""

    def __init__(self, mapping: FormMapping) -> None:
        self._keys = mapping.options.keys
        self._trusted = mapping.trust_keys
        self._columns = [IdColumn() for _ in self._keys]
        self._fields = {f: IdColumn() for f in self.fields(mapping)}
        self._mapping, self._places = mapping, Places(mapping)
        self._first: Response | None = None
        self._rows, self._one = 0, True
        self._said_twice = True
        self.needed = bool(self._columns or self._fields) and not self._trusted

    @staticmethod
    def fields(mapping: FormMapping) -> tuple[str, ...]:
        """The fields that hold numbers of people."""
        return tuple(
            field
            for field in mapping.fields
            if field == "external_id"
            or (
                mapping.form_kind.field(field).holds in PERSONS
                and mapping.naming(field) == "external_id"
            )
        )

    def see(self, response: Response) -> None:
        """Take one response into account."""
        key, row = response.key, response.where.record
        if len(key) == len(self._columns):
            for column, text in zip(self._columns, key, strict=True):
                column.see(text, row)
            self._rows += 1
            if self._first is None:
                self._first = response
            elif self._one:
                self._one = key == self._first.key
                self._said_twice = self._said_twice and response.answers == self._first.answers
        if self._fields:
            layout = self._places.layout(response)
            for field, column in self._fields.items():
                if field in layout:
                    for text in response.answers[layout[field]].raw:
                        column.see(text.strip(), row)

    def check(self, file: str) -> None:
        """Refuse a source whose ids show that they are none.

        Raises:
            SourceRefused: They do.
        """
        if not self.needed:
            return
        named = [*zip(self._keys, self._columns, strict=True)]
        named += [(self._mapping.fields[f], column) for f, column in self._fields.items()]
        for title, column in named:
            if found := column.flaw():
                what, text, row = found
                place = "" if row is None else f" (row {row})"
                said = f"the ids in {title} were changed: they {what}, such as {text}{place}"
                raise SourceRefused(f"{said}. {EXPORT_AGAIN}", file=file)
        first = self._first
        if first is not None and self._one and self._rows > 1 and not self._said_twice:
            if self._tells_people():
                return
            titles = " and ".join(self._keys)
            key = ", ".join(first.key)
            raise SourceRefused(
                f"{titles} should tell responses apart, and holds {key} in each of {self._rows:,} "
                f"rows. Name the column that does as keys under [source]. {EXPORT_AGAIN}",
                file=file,
            )

    def _tells_people(self) -> bool:
        """Whether the key names people, who may well be in several rows."""
        persons = {
            normal_title(title)
            for field, title in self._mapping.fields.items()
            if self._mapping.form_kind.field(field).holds in PERSONS
        }
        return {normal_title(key) for key in self._keys} <= persons

    def notices(self, file: str) -> Iterator[Notice]:
        """What is odd about the ids, and not certainly wrong."""
        if not self.needed:
            return
        for title, column in zip(self._keys, self._columns, strict=True):
            odd = column.decimals or column.grouped
            if odd and odd == column.filled:
                how = "with decimals" if column.decimals else "with separators"
                message = (
                    f"the ids in {title} are written as numbers {how}, as spreadsheets write them; "
                    "an export in which they are written otherwise will be refused"
                )
                yield Notice(Where(file), message, "odd-keys")


class Percentages:
    """Percentages in columns of whole numbers, which are told once for all rows that have them."""

    def __init__(self, mapping: FormMapping) -> None:
        self._mapping, self._places = mapping, Places(mapping)
        wanted = (f for f in mapping.fields if mapping.form_kind.field(f).holds == "whole")
        self._counts: dict[str, tuple[int, str]] = dict.fromkeys(wanted, (0, ""))
        self.needed = bool(self._counts)

    def see(self, response: Response) -> None:
        """Take one response into account."""
        layout = self._places.layout(response)
        for field, (count, first) in self._counts.items():
            if field in layout:
                for text in response.answers[layout[field]].raw:
                    if text[-1:] == "%" and spoken(text) not in self._mapping.values.get(field, {}):
                        self._counts[field] = (count + 1, first or text)

    def notices(self, file: str) -> Iterator[Notice]:
        """What was found, a notice for each column."""
        for field, (count, first) in self._counts.items():
            if count:
                rows = "one row" if count == 1 else f"{count:,} rows"
                message = (
                    f"the column {self._mapping.fields[field]!r} holds percentages such as "
                    f"{first!r} in {rows}, where a whole number is needed; declare what they mean "
                    f"under [values.{field}]"
                )
                yield Notice(Where(file), message, "percentages")


class ColumnChecks:
    """The columns that are held against what was declared of them, before a cell is believed.

    Attributes:
        needed: Whether there are any.
        orders: Those with dates.
    """

    def __init__(self, mapping: FormMapping) -> None:
        self.orders, self._ids = DateOrders(mapping), IdColumns(mapping)
        self._percent = Percentages(mapping)
        self.needed = self.orders.needed or self._ids.needed or self._percent.needed

    def see(self, response: Response) -> None:
        """Take one response into account."""
        if self.orders.needed:
            self.orders.see(response)
        if self._ids.needed:
            self._ids.see(response)
        if self._percent.needed:
            self._percent.see(response)

    def check(self, earlier: Mapping[str, DateOrder], file: str) -> Iterator[Notice]:
        """What is odd about them, after a look that they contradict nothing.

        Raises:
            SourceRefused: They do.
        """
        self.orders.check(earlier, file)
        self._ids.check(file)
        yield from self._ids.notices(file)
        yield from self._percent.notices(file)


class Places:
    """Where a response holds what a mapping asks for; found once for each layout.

    Attributes:
        missing: Words that mean: no answer.
    """

    def __init__(self, mapping: FormMapping) -> None:
        self.missing = mapping.missing
        self._titles = {f: normal_title(title) for f, title in mapping.fields.items()}
        self._layouts: dict[tuple[str, ...], dict[str, int]] = {}

    def layout(self, response: Response) -> Mapping[str, int]:
        """At which place among the answers each field stands; not there where there is none."""
        questions = tuple([a.question for a in response.answers])
        layout = self._layouts.get(questions)
        if layout is None:
            layout = self._layouts[questions] = self._find(response)
        return layout

    def answer(self, response: Response, field: str) -> Answer | None:
        """The answer to a field's question, ``None`` when the response holds none."""
        place = self.layout(response).get(field)
        return None if place is None else response.answers[place]

    def _find(self, response: Response) -> dict[str, int]:
        by_key = {normal_title(a.question): i for i, a in enumerate(response.answers)}
        by_label: dict[str, list[int]] = {}
        for i, answer in enumerate(response.answers):
            by_label.setdefault(normal_title(answer.label), []).append(i)
        layout = {}
        for field, title in self._titles.items():
            first = title.removesuffix(" #1")
            same = by_label.get(title, [])
            if title in by_key:
                layout[field] = by_key[title]
            elif first in by_key:
                layout[field] = by_key[first]
            elif len(same) == 1:
                layout[field] = same[0]
        return layout
