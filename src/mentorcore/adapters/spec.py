"""What the author of an adapter needs to know: the records to yield and the three questions asked.

An adapter turns one tool's exports into neutral records; it never sees the program or its log.
The core asks it `sniff` (is this yours?), `describe` (which questions?) and `read` (the
responses, one by one). Everything that an adapter imports from mentorcore stands in this module.
"""

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from mentorcore.adapters.date_orders import DateOrderProof, OrderDisproved
from mentorcore.adapters.dates import (
    DateOrder,
    DateProblem,
    Instant,
    looks_like_a_stamp,
    parse_instant,
    zone_named,
)
from mentorcore.adapters.layout import Column, Layout, cells_filled, survey
from mentorcore.adapters.records import (
    Answer,
    Cursor,
    Form,
    Item,
    Notice,
    Options,
    Question,
    Response,
    Unreadable,
    Where,
)
from mentorcore.adapters.tables import Record, Table
from mentorcore.adapters.titles import find_column, no_such_column, normal_title, question_keys
from mentorcore.errors import SourceRefused, SourceUnreadable

if TYPE_CHECKING:
    import pluggy

    hookimpl = pluggy.HookimplMarker("mentorcore")

__all__ = [
    "Account",
    "Adapter",
    "Answer",
    "CONTRACT",
    "Column",
    "Confidence",
    "Cursor",
    "DateOrder",
    "DateOrderProof",
    "DateProblem",
    "Form",
    "Instant",
    "Item",
    "Layout",
    "Notice",
    "Options",
    "OrderDisproved",
    "Question",
    "Record",
    "Response",
    "Service",
    "Source",
    "SourceRefused",
    "SourceUnreadable",
    "Table",
    "Unreadable",
    "Where",
    "cells_filled",
    "find_column",
    "hookimpl",
    "looks_like_a_stamp",
    "mentorcore_adapters",
    "no_such_column",
    "normal_title",
    "parse_instant",
    "question_keys",
    "survey",
    "zone_named",
]

CONTRACT = 1
"""The version of this contract. An adapter declares the one it was written for."""


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

    def outline(self, account: Account, options: Options) -> Form:
        """The questions of the service's form, as `describe` gives those of a file."""

    def fetch(
        self, account: Account, options: Options, since: str | None
    ) -> Iterator[Item | Cursor]:
        """Every response since a cursor, or all of them when *since* is ``None``.

        A `Cursor` comes last when a later reading may begin there. Responses may come again; the
        core knows them. An adapter that reads everything although it was given a cursor says so
        with a `Notice` of code ``full-export``.

        Raises:
            SourceUnreadable: The service cannot be read.
        """


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
