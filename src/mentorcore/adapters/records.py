"""What passes between adapters and the core: responses, complaints, forms, and declared options."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import attrs
import msgspec

from mentorcore.adapters.dates import DateOrder
from mentorcore.personal_text import without_text

__all__ = [
    "Answer",
    "Cursor",
    "Form",
    "Item",
    "LIFECYCLES",
    "Notice",
    "Options",
    "Question",
    "Response",
    "Unreadable",
    "VALUES",
    "Values",
    "Where",
    "is_text",
]


Values = Literal["labels", "codes"]
"""How choices are written in an export: as people read them, or as codes that stand for them."""

VALUES: Mapping[str, Values] = {"values-labels": "labels", "values-codes": "codes"}
"""Codes of notices that only say how choices are written."""


LIFECYCLES = (
    "complete",
    "partial",
    "in-progress",
    "auto-closed",
    "preview",
    "test",
    "spam",
    "imported",
    "synthetic",
    "offline",
    "unknown",
)
"""What is usually said of how far a response came; an adapter may add a word of its tool's own."""


def is_text(text: str) -> bool:
    """Whether a text can be kept: no NUL in it, and no half of a character."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Where(msgspec.Struct, frozen=True, gc=False):
    """A place in a source.

    Attributes:
        file: Name of the file or service.
        record: Number of the record, counted from 1, header records included.
        line: Physical line on which the record begins, counted from 1; ``None`` for a service.
    """

    file: str
    record: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.file, self.place)))

    @property
    def place(self) -> str:
        """The row as a spreadsheet counts it, and the line beside it where it is another one."""
        if self.record is None:
            return "" if self.line is None else f"line {self.line}"
        if self.line is None:
            return ""
        return f"row {self.record}" + ("" if self.line == self.record else f" (line {self.line})")


class Answer(msgspec.Struct, frozen=True, gc=False):
    """One answer of a response, as raw as it came.

    Attributes:
        question: Identity of the question; equal for the same question in every export.
        label: The question as people read it.
        raw: The text of each value, uninterpreted; empty when nothing was answered.
        hint: What kind of value it seems to be: ``text``, ``choice``, ``choices``, ``number``,
            ``date``, ``time``, ``file``, ...
    """

    question: str
    label: str
    raw: tuple[str, ...]
    hint: str = "text"

    def __repr__(self) -> str:
        told = f"question={self.question!r}, label={self.label!r}, raw={without_text(self.raw)}"
        return f"{type(self).__name__}({told}, hint={self.hint!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        told = [(name, getattr(self, name)) for name in ("question", "label", "hint")]
        return [*told, ("raw", without_text(self.raw))]


@attrs.frozen
class Response:
    """One filled-in form.

    Attributes:
        source: Which adapter or account it came from.
        form: Which form, as `Options.form` or the service says.
        key: What identifies the response within its form. Different responses may have equal
            keys when the tool gives no id (same second, anonymous); the core tells them apart.
        submitted_at: The instant of submission in UTC, or ``None`` when it cannot be known.
        submitted_raw: The same as the text that was delivered.
        zone_basis: Why the instant is what it is, such as ``declared: Europe/Berlin``.
        lifecycle: ``complete``, ``partial``, ``in-progress``, ``auto-closed``, ``preview``,
            ``test``, ``spam``, ``imported``, ``synthetic``, ``offline``, ``unknown``; an open set.
            Any but ``complete`` and its like is kept with its mark and leads to nothing.
        answers: In the order of the source; never a mapping, because titles repeat.
        where: Where it stands.
        replaces: The key of an earlier response that the tool has deleted for this one, because
            the same person filled in the form again; empty for nearly all.
    """

    source: str
    form: str
    key: tuple[str, ...] = attrs.field(repr=without_text)
    submitted_at: datetime | None
    submitted_raw: str
    zone_basis: str
    lifecycle: str
    answers: tuple[Answer, ...]
    where: Where
    replaces: tuple[str, ...] = attrs.field(default=(), repr=without_text)


@attrs.frozen
class Unreadable:
    """A record that cannot be read; the others go on. *why* is a sentence for a coordinator."""

    where: Where
    why: str = attrs.field(repr=without_text)


@attrs.frozen
class Notice:
    """Something that a person should know about the source, and that stops nothing.

    Attributes:
        where: What it is about.
        message: A sentence for a coordinator.
        code: A stable word for programs. ``incomplete`` says that the source may have been cut
            off at its end, which matters before anything counts as vanished. ``values-labels``
            and ``values-codes`` say how choices are written; the core compares that with earlier
            readings, refuses to mix both, and shows the notice to nobody.
    """

    where: Where
    message: str = attrs.field(repr=without_text)
    code: str = ""


@attrs.frozen
class Cursor:
    """Everything was read; a later reading may begin behind *value* (services).

    It comes last, and at most once. The value is any text that the adapter understands; it must
    hold no secret.
    """

    value: str


Item = Response | Unreadable | Notice


@attrs.frozen
class Question:
    """One question of a form; *choices* is empty when they are not known."""

    key: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()


@attrs.frozen
class Form:
    """A form as the source describes it."""

    name: str
    questions: tuple[Question, ...]

    @property
    def version(self) -> str:
        """A hash of the questions, whatever their order: equal exactly if they are equal."""
        plain = sorted((q.key, q.label, q.kind, *q.choices) for q in self.questions)
        return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


@attrs.frozen(kw_only=True)
class Options:
    """What a person declared about a source. Whatever is not declared is not known.

    Attributes:
        form: The form's name; it scopes response keys, so it must not change between exports.
        encoding: Encoding of a file that has no byte-order mark and is not UTF-8.
        delimiter: The character between cells.
        header_rows: How many rows of a table belong to its header.
        timestamp: Title of the column with the time of submission.
        keys: Titles of the columns that together identify a response.
        trust_keys: Whether keys are ids even where they look spoilt; applied by the core.
        respondent: Title of the column with the respondent's e-mail address.
        columns: Further titles that will be used; an ambiguous one is an error. The second
            column with the title ``Goal`` is asked for as ``Goal #2``.
        date_order: Order of the parts in dates such as ``03/04/2026``.
        zone: IANA time zone of times that say none themselves.
        zone_labels: Meaning of zone labels in the text (``IST`` to ``+05:30`` or a zone).
        fold: Which of the two is meant when a clock time happened twice (0 first, 1 second).
        dates_as_times: Take a submission date without a time as the start of that day.
        missing: Texts that mean "no answer", such as ``-99``; applied by the core.
        separator: What joins several choices in one cell; applied by the core.
        values: Whether choices are exported as their labels or as codes.
        coverage: Whether the source holds all responses (then some can be missing) or a part.
        more: Options that only one adapter knows.
    """

    form: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    header_rows: int = 1
    timestamp: str | None = None
    keys: tuple[str, ...] = ()
    trust_keys: bool = False
    respondent: str | None = None
    columns: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    zone: str | None = None
    zone_labels: Mapping[str, str] = attrs.field(factory=dict)
    fold: Literal[0, 1] | None = None
    dates_as_times: bool = False
    missing: tuple[str, ...] = ()
    separator: str | None = None
    values: Values | None = None
    coverage: Literal["full", "partial"] = "partial"
    more: Mapping[str, str] = attrs.field(factory=dict)

    def declaring(self, **changes: Any) -> "Options":
        """The same with other declarations, for an adapter that knows more than was declared."""
        return attrs.evolve(self, **changes)
