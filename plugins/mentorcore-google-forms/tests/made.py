"""Sources made of bytes or fixtures, read through a registry as the core reads them."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Item, Notice, Options, Response, Unreadable

from mentorcore_google_forms import GoogleForms, GoogleFormsCsv

FILES = Path(__file__).parent / "fixtures"


class Made:
    """A source that holds the bytes it is given."""

    def __init__(self, content: bytes | str, name: str = "made.csv") -> None:
        self.content = content.encode() if isinstance(content, str) else content
        self.name = name

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content)


def fixture(name: str) -> Made:
    return Made((FILES / name).read_bytes(), name)


def registry() -> Registry:
    found = Registry()
    found.add(GoogleFormsCsv())
    found.add(GoogleForms())
    return found


def read(source: Made, name: str | None = None, **declared: object) -> list[Item]:
    return list(registry().read(source, Options(**declared), name))  # type: ignore[arg-type]  # each test gives the right type


def read_csv(content: bytes | str | Made, **declared: object) -> list[Item]:
    source = content if isinstance(content, Made) else Made(content)
    return read(source, "google-forms-csv", **declared)


def responses(items: Iterable[object]) -> list[Response]:
    return [item for item in items if isinstance(item, Response)]


def notices(items: Iterable[object]) -> list[str]:
    return [item.code for item in items if isinstance(item, Notice)]


def unreadable(items: Iterable[object]) -> list[tuple[int | None, str]]:
    return [(item.where.line, item.why) for item in items if isinstance(item, Unreadable)]


def answered(response: Response) -> dict[str, tuple[str, ...]]:
    return {answer.question: answer.raw for answer in response.answers}


def instants(items: Iterable[object]) -> list[str]:
    return [f"{r.submitted_at:%Y-%m-%dT%H:%M:%SZ}" for r in responses(items)]


def form_download(*stamps: str, title: str = "Timestamp") -> str:
    """A download of a form with one question, written as the form writes it."""
    rows = [(title, "How are you?"), *((stamp, "fine") for stamp in stamps)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)


def sheet_download(*stamps: str, title: str = "Timestamp") -> str:
    """The same from the linked sheet."""
    return "\r\n".join([f"{title},How are you?", *(f"{stamp},fine" for stamp in stamps)])


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()
