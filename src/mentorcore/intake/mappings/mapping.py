"""A mapping says what a form is and which of its columns tells what.

Nothing about a column is guessed: order of dates, zones, words and codes are declared here.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import attrs

from mentorcore.adapters.dates import DateOrder
from mentorcore.adapters.spec import Options, normal_title
from mentorcore.domain.person.events import Scheme
from mentorcore.intake.form_kind import PERSONS, FormKind

__all__ = ["SUBMITTED", "Durations", "FormMapping", "Mode", "Naming", "NumberMarks", "spoken"]

Naming = Literal["email", "external_id", "name"]
Mode = Literal["identified", "confidential"]
Durations = Literal["minutes", "hours"]
SUBMITTED = "submitted"
"""The default of a day that says: the day on which the form was sent in."""

SHORT = 64
"""Texts below this length occur again and again, and are looked at once."""

_HOLDS = {
    "day": "read as a day, or a day and time",
    "clock": "read as a time of day",
    "minutes": "read as a duration",
    "whole": "read as a whole number",
    "percent": "read as percent",
    "yes": "read as yes or no",
    "code": "read as a code word",
    "codes": "read as code words",
    "choice": "read as one of the field's words",
}
_NAMED = {
    "email": "names people by e-mail address",
    "external_id": "names people by their number ({})",
    "name": "names people by name",
}


class NumberMarks(NamedTuple):
    """What stands within the numbers of a form, as far as it was declared.

    Attributes:
        thousands: What stands between thousands: a comma, a point, a space or an apostrophe.
        decimal: What stands before decimals: a point or a comma.
    """

    thousands: str | None = None
    decimal: str | None = None


@attrs.frozen(kw_only=True)
class FormMapping:
    """What was declared about a form.

    Attributes:
        form_kind: What kind of form it is.
        options: What the adapter is told.
        by: How people are named, unless ``by_field`` says otherwise for a field.
        scheme: Which system's numbers ``external_id`` means.
        fields: The column (its title or question key) of each field; a field of a group has the
            form ``training.safeguarding``.
        optional: The fields whose columns need not be in every export.
        values: What the words of a field's cells mean, under the words as `spoken` writes them.
        defaults: What holds where a column is not there or its cell is empty.
        zone: Zone of the times in answers; ``None`` is the program's.
        ignore_times: Whether times in cells of days are an artefact of the export.
        durations: What a bare number in a column of durations counts.
        trust_keys: Whether the ids of responses are ids, even where they look spoilt or changed.
        number_marks: What stands between the thousands of numbers, and before their decimals.
        renamed_choices: What becomes of answers whose choices were renamed in the survey: their old
            texts stay (``keep``) or count as edited (``amend``); undeclared, those stay of which
            the tool says that they were chosen and not written.
        repeats_within: Minutes within which equal answers count as sent twice, 10 unless said
            otherwise; 0 is never.
        successor: Whether a row that comes to name another mentor tells of a successor.
        digest: SHA-256 of the content in hex, equal for files that say the same.
        text: The file as it was written.
    """

    form: str
    form_kind: FormKind = attrs.field(repr=lambda kind: repr(kind.name))
    mode: Mode
    adapter: str | None
    program: str | None
    options: Options
    by: Naming
    by_field: Mapping[str, Naming]
    scheme: Scheme
    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]
    zone: str | None
    date_order: DateOrder | None
    fold: Literal[0, 1] | None
    ignore_times: bool
    durations: Durations
    separator: str | None
    missing: frozenset[str]
    renamed_choices: Literal["keep", "amend"] | None
    repeats_within: int
    digest: str
    optional: frozenset[str] = frozenset()
    trust_keys: bool = False
    number_marks: NumberMarks = attrs.field(factory=NumberMarks)
    successor: bool = False
    text: str = attrs.field(default="", eq=False, repr=False)

    def group(self, name: str) -> tuple[str, ...]:
        """The names that the mapping gives in a group, such as the scales rated."""
        prefix = f"{name}."
        return tuple(f.removeprefix(prefix) for f in self.fields if f.startswith(prefix))

    def naming(self, field: str) -> Naming:
        """How a field names people."""
        return self.by_field.get(field, self.by)

    @property
    def kind(self) -> str:
        """The name of its kind of form."""
        return self.form_kind.name

    def told_by(self, event: Any, fact: str | None) -> Iterator[tuple[str, str]]:
        """The fields of a record, each with a field of the form that is read for it.

        Args:
            event: The record.
            fact: Which of the response's facts it is, such as ``training.safeguarding``.
        """
        for field, columns in self.form_kind.columns(type(event)).items():
            if getattr(event, field, self) in (None, ()):
                continue
            for column in columns:
                beside = self.form_kind.only_with.get((field, column))
                if beside is not None and beside not in self.fields:
                    continue
                if column in self.fields or column in self.defaults:
                    yield field, column
                elif fact is not None and fact.partition(".")[0] == column and fact in self.fields:
                    yield field, fact
                elif self.form_kind.field(column).group and fact is not None and "." not in fact:
                    yield from ((field, f"{column}.{name}") for name in self.group(column))

    def rule(self, field: str, raw: tuple[str, ...], order: str | None) -> str:
        """How a field of the form is read, as a sentence.

        Args:
            field: The field, such as ``minutes`` or ``ratings.helpful``.
            raw: What was answered, as far as it may be told; a word of a table is told only then.
            order: The order of dates that the export proved for this field, if none was declared.
        """
        head = field.partition(".")[0]
        holds = self.form_kind.by_name[head].holds
        said = [_HOLDS.get(holds, "taken as it stands")]
        if holds in PERSONS:
            said = [_NAMED[self.naming(field)].format(self.scheme)]
        if holds == "day":
            declared = self.date_order or order
            if declared:
                how = "declared" if self.date_order else "proven by the dates of the export"
                said.append(f"in the order {declared}, {how}")
            said.append(f"in the zone {self.zone or 'of the program'}")
        if holds == "minutes":
            said.append(f"a bare number counts {self.durations}")
        if holds in {"minutes", "whole", "percent"}:
            said += [f"{mark!r} stands {where}" for mark, where in self._marks() if mark]
        meanings = self.values.get(field) or self.values.get(head, {})
        applied = [f"{w!r} means {meanings[spoken(w)]}" for w in raw if spoken(w) in meanings]
        if applied:
            said.append("; ".join(applied))
        elif meanings:
            said.append("not in its table of words" if raw else "by a table of words")
        if not raw and field in self.defaults:
            default = self.defaults[field]
            what = "the day of sending" if default == SUBMITTED else default
            said.append(f"where nothing is answered: {what}")
        return ", ".join(said)

    def _marks(self) -> Iterator[tuple[str | None, str]]:
        yield self.number_marks.thousands, "between thousands"
        yield self.number_marks.decimal, "before decimals"


def spoken(text: str) -> str:
    """A word of a cell in the form in which words are compared."""
    return _short(text) if len(text) < SHORT else normal_title(text).casefold()


@lru_cache(maxsize=8192)
def _short(text: str) -> str:
    return normal_title(text).casefold()
