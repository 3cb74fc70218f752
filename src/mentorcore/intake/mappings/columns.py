"""Where in a response stands what a mapping asks for, and in which order its dates are written."""

from collections.abc import Mapping

from mentorcore.adapters.date_orders import DateOrderProof, OrderDisproved
from mentorcore.adapters.dates import DateOrder, DateProblem
from mentorcore.adapters.spec import Answer, Response, normal_title
from mentorcore.errors import SourceRefused
from mentorcore.intake.mappings.mapping import FormMapping

__all__ = ["DateOrders", "Places"]


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
