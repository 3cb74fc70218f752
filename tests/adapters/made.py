"""Sources made of bytes, and the words in which a reading is compared."""

import io
from collections.abc import Iterable
from typing import BinaryIO

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Item, Notice, Options, Response, Unreadable


class Made:
    """A source that holds the bytes it is given."""

    def __init__(self, content: bytes | str, name: str = "made.csv") -> None:
        self.content = content.encode() if isinstance(content, str) else content
        self.name = name
        self.streams: list[BinaryIO] = []

    def open(self) -> BinaryIO:
        self.streams.append(io.BytesIO(self.content))
        return self.streams[-1]


def read(content: bytes | str, **declared: object) -> list[Item]:
    """Everything that the csv adapter says about a file with this content."""
    return list(Registry().read(Made(content), Options(**declared), name="csv"))  # type: ignore[arg-type]  # each test gives the right type


def responses(items: Iterable[object]) -> list[Response]:
    return [item for item in items if isinstance(item, Response)]


def unreadable(items: Iterable[object]) -> list[tuple[int | None, str]]:
    return [(item.where.line, item.why) for item in items if isinstance(item, Unreadable)]


def notices(items: Iterable[object]) -> list[str]:
    return [item.code for item in items if isinstance(item, Notice)]


def cells(items: Iterable[object]) -> list[list[str]]:
    """The raw texts of the responses, an unanswered question being an empty text."""
    return [["".join(a.raw) for a in response.answers] for response in responses(items)]


def answered(response: Response) -> dict[str, tuple[str, ...]]:
    """The answers by the identity of their question, in no order."""
    return {answer.question: answer.raw for answer in response.answers}
