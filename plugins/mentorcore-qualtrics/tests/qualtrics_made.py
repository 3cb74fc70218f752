"""Sources made of bytes, and the words in which a reading is compared."""

import io
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import BinaryIO

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Item, Notice, Options, Response, Unreadable

from mentorcore_qualtrics import Qualtrics

FIXTURES = Path(__file__).parent / "fixtures"
CAP = 1 << 20


class Made:
    """A source that holds the bytes it is given."""

    def __init__(self, content: bytes | str, name: str = "made.csv") -> None:
        self.content = content.encode() if isinstance(content, str) else content
        self.name = name
        self.streams: list[BinaryIO] = []

    def open(self) -> BinaryIO:
        self.streams.append(io.BytesIO(self.content))
        return self.streams[-1]


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


@cache
def registry() -> Registry:
    made = Registry()
    made.add(Qualtrics(inflated=CAP))
    return made


def read(content: bytes | str, **declared: object) -> list[Item]:
    """Everything that the adapter says about a file with this content, chosen by its content."""
    return list(registry().read(Made(content), Options(**declared)))  # type: ignore[arg-type]  # each test gives the right type


def forced(content: bytes | str, **declared: object) -> list[Item]:
    """The same for a file that the adapter would not choose by itself."""
    return list(registry().read(Made(content), Options(**declared), name="qualtrics"))  # type: ignore[arg-type]  # as above


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return packed.getvalue()


def responses(items: Iterable[object]) -> list[Response]:
    return [item for item in items if isinstance(item, Response)]


def unreadable(items: Iterable[object]) -> list[tuple[int | None, str]]:
    return [(item.where.line, item.why) for item in items if isinstance(item, Unreadable)]


def notices(items: Iterable[object]) -> list[str]:
    return [item.code for item in items if isinstance(item, Notice)]


def messages(items: Iterable[object], code: str) -> list[str]:
    return [item.message for item in items if isinstance(item, Notice) and item.code == code]


def answered(response: Response) -> dict[str, tuple[str, ...]]:
    """The answers by the identity of their question, in no order."""
    return {answer.question: answer.raw for answer in response.answers}


def said(items: Iterable[object]) -> list[tuple[object, ...]]:
    """What responses say, wherever they stand and in whichever order their columns are."""
    return [
        (r.key, r.submitted_at, r.lifecycle, sorted(answered(r).items())) for r in responses(items)
    ]
