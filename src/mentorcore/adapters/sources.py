"""The files that the core opens for adapters, and how much of them may be read."""

import io
import os
import stat
from pathlib import Path
from typing import BinaryIO

import attrs

from mentorcore.adapters.spec import Source
from mentorcore.errors import AdapterError, SourceUnreadable

__all__ = ["FileSource", "Limits", "MeteredSource"]


@attrs.frozen(kw_only=True)
class Limits:
    """How far an adapter may go before its reading ends with an error that names it.

    Attributes:
        bytes: Size of a source.
        cell: Characters of one answer; a response with a longer one becomes unreadable.
        rows: Records of a source.
        seconds: Time between two records. It is looked at when a record arrives.
    """

    bytes: int = 2 << 30
    cell: int = 1_000_000
    rows: int = 5_000_000
    seconds: float = 300.0


@attrs.frozen
class FileSource:
    """An export in a file.

    Attributes:
        path: Where it is.
    """

    path: Path = attrs.field(converter=Path)

    @property
    def name(self) -> str:
        """The path as it was given."""
        return os.fspath(self.path)

    def open(self) -> BinaryIO:
        """A new stream from the beginning.

        Raises:
            SourceUnreadable: There is no such file, it may not be read, or it is no file.
        """
        try:
            kind = self.path.stat().st_mode
            if stat.S_ISDIR(kind):
                raise self._no("this is a folder; name the export inside it")
            if not stat.S_ISREG(kind):
                raise self._no("this is not an ordinary file; save the export to one first")
            return self.path.open("rb")
        except FileNotFoundError:
            raise self._no("there is no such file; check the name and the folder") from None
        except PermissionError:
            raise self._no(
                "you are not allowed to read this file; change its permissions, or copy it"
            ) from None
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            raise self._no(f"the file cannot be opened: {error}") from error

    def _no(self, message: str) -> SourceUnreadable:
        return SourceUnreadable(message, file=self.name)


class MeteredSource:
    """A source in an adapter's hands: it counts what is read, and closes what was left open."""

    def __init__(self, source: Source, adapter: str, limits: Limits) -> None:
        self.name = source.name
        self._source = source
        self._adapter = adapter
        self._limits = limits
        self._opened: list[BinaryIO] = []

    def open(self) -> BinaryIO:
        """A new stream from the beginning."""
        inner = self._source.open()
        self._opened.append(inner)
        counted = _Counted(inner, self._limits.bytes, self.name, self._adapter)
        return io.BufferedReader(counted, 1 << 17)

    def close(self) -> None:
        """Close every stream that was opened."""
        for stream in self._opened:
            stream.close()
        self._opened.clear()


class _Counted(io.RawIOBase):
    """A raw stream that ends with an error when more than the limit is read."""

    def __init__(self, inner: BinaryIO, limit: int, name: str, adapter: str) -> None:
        super().__init__()
        self._inner, self._limit, self._name, self._adapter = inner, limit, name, adapter

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._inner.seek(offset, whence)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: any writable buffer, which memoryview takes
        try:
            data = self._inner.read(len(buffer))
        except OSError as error:
            raise SourceUnreadable(
                f"reading stopped with an error of the system: {error}", file=self._name
            ) from error
        if self._inner.tell() > self._limit:
            raise AdapterError(
                f"the source holds more than the {self._limit:,} bytes that may be read",
                adapter=self._adapter,
                source=self._name,
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()
