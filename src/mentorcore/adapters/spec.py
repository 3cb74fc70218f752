"""What the author of an adapter needs to know: the records to yield and the three questions asked.

An adapter turns one tool's exports into neutral records; it never sees the program or its log.
The core asks it `sniff` (is this yours?), `describe` (which questions?) and `read` (the
responses, one by one). Everything that an adapter imports from mentorcore stands in this module.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

import attrs

from mentorcore.errors import SourceUnreadable

if TYPE_CHECKING:
    import pluggy

    hookimpl = pluggy.HookimplMarker("mentorcore")

__all__ = [
    "CONTRACT",
    "Adapter",
    "Answer",
    "Confidence",
    "Cursor",
    "Form",
    "Item",
    "Notice",
    "Options",
    "Question",
    "Response",
    "Service",
    "Source",
    "SourceUnreadable",
    "Unreadable",
    "Where",
    "hookimpl",
    "mentorcore_adapters",
]

CONTRACT = 1
"""The version of this contract. An adapter declares the one it was written for."""


@attrs.frozen
class Where:
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
        return self.file if self.line is None else f"{self.file}, line {self.line}"


@attrs.frozen
class Answer:
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
        answers: In the order of the source; never a mapping, because titles repeat.
        where: Where it stands.
    """

    source: str
    form: str
    key: tuple[str, ...]
    submitted_at: datetime | None
    submitted_raw: str
    zone_basis: str
    lifecycle: str
    answers: tuple[Answer, ...]
    where: Where


@attrs.frozen
class Unreadable:
    """A record that cannot be read; the others go on. *why* is a sentence for a coordinator."""

    where: Where
    why: str


@attrs.frozen
class Notice:
    """Something that a person should know about the source, and that stops nothing.

    Attributes:
        where: What it is about.
        message: A sentence for a coordinator.
        code: A stable word for programs. The core acts on ``incomplete`` (the source may have
            been cut off, so nothing counts as vanished).
    """

    where: Where
    message: str
    code: str = ""


@attrs.frozen
class Cursor:
    """Everything up to here was read; a later reading may begin behind *value* (services)."""

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
        timestamp: Title of the column with the time of submission.
        keys: Titles of the columns that together identify a response.
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
    timestamp: str | None = None
    keys: tuple[str, ...] = ()
    respondent: str | None = None
    columns: tuple[str, ...] = ()
    date_order: Literal["ymd", "dmy", "mdy"] | None = None
    zone: str | None = None
    zone_labels: Mapping[str, str] = attrs.field(factory=dict)
    fold: Literal[0, 1] | None = None
    dates_as_times: bool = False
    missing: tuple[str, ...] = ()
    separator: str | None = None
    values: Literal["labels", "codes"] | None = None
    coverage: Literal["full", "partial"] = "partial"
    more: Mapping[str, str] = attrs.field(factory=dict)


class Confidence(IntEnum):
    """How sure an adapter is that a source is its own. Equal best answers are a tie."""

    NO = 0
    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3


class Source(Protocol):
    """A file that the core opened for reading; an adapter touches nothing else."""

    @property
    def name(self) -> str:
        """The file's name, for messages."""

    def open(self) -> BinaryIO:
        """A new seekable stream from the beginning; it ends with an error past the limits."""


class Adapter(Protocol):
    """An adapter for exports in files.

    ``name`` is what people write in ``--adapter``; ``contract`` is `CONTRACT` as it was when the
    adapter was written.
    """

    name: str
    version: str
    contract: int

    def sniff(self, head: bytes, filename: str) -> Confidence:
        """How likely a source is this adapter's, from its first 64 kB and its name."""

    def describe(self, source: Source, options: Options) -> Form:
        """The questions of the form.

        Raises:
            SourceUnreadable: The source as a whole cannot be read.
        """

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        """Every response, in the order of the source, and what is wrong with single records.

        What spoils a source as a whole is raised before the first response is yielded.

        Raises:
            SourceUnreadable: The source as a whole cannot be read.
        """


class Account(Protocol):
    """A configured form of a service, with its secrets kept by the core."""

    @property
    def name(self) -> str:
        """The account's name, for messages."""

    @property
    def form(self) -> str:
        """The service's own id of the form or survey."""

    def secret(self, name: str) -> str:
        """A secret such as a token; the core removes it from every message."""


class Service(Protocol):
    """What an adapter offers beside, or instead of, files when it talks to a service."""

    name: str
    version: str
    contract: int

    def check(self, account: Account, options: Options) -> tuple[Notice, ...]:
        """What is wrong with credentials and access; nothing when all is well."""

    def fetch(
        self, account: Account, options: Options, since: str | None
    ) -> Iterator[Item | Cursor]:
        """Every response since a cursor, or all; a `Cursor` where reading may resume."""


def mentorcore_adapters(register: Callable[[Adapter], None]) -> None:
    """The one hook: called once when plugins are loaded; call *register* for each adapter.

    Mark the implementation with ``@hookimpl`` and name the module that holds it under the entry
    point group ``mentorcore.adapters``.
    """


def __getattr__(name: str) -> Any:
    if name == "hookimpl":  # pluggy is loaded for those who write or load plugins only
        import pluggy  # noqa: PLC0415 - see the line above

        return pluggy.HookimplMarker("mentorcore")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
