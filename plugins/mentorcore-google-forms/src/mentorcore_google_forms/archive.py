"""A download as Google hands it out: a zip archive with one table in it.

The one member is read by its place, never by its name, and nothing is written to disk. What is
unpacked is counted while it is read, so that a small archive cannot fill the memory.
"""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from mentorcore.adapters.spec import Source, SourceUnreadable

__all__ = ["MARK", "first_bytes", "opened"]

MARK = b"PK\x03\x04"
"""How a zip archive begins."""

LARGEST = 1 << 30
"""Bytes that may come out of an archive."""

FREE, TIMES = 16 << 20, 200
"""Beyond so many bytes, more than so many times the archived size is no table of responses."""

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # and NotImplementedError: unknown methods
    ValueError,  # places before the beginning, names that are no text
)
_HEADER = 30
_DEFLATED = 8


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The table of a source, unpacked if need be.

    Raises:
        SourceUnreadable: The archive is damaged, or is not one table alone.
    """
    with source.open() as stream:
        if stream.read(len(MARK)) != MARK:
            stream.seek(0)
            yield stream
            return
        try:
            archive = zipfile.ZipFile(stream)
        except _DAMAGE:
            raise _no(source, "the zip archive is damaged or cut off; download it again") from None
        with archive:
            member = _the_one(archive, source)
            with io.BufferedReader(_Unpacked(archive, member, source), 1 << 17) as table:
                yield table


def first_bytes(head: bytes) -> tuple[str, bytes]:
    """Name and beginning of the first member of an archive of which only the head is here."""
    if len(head) < _HEADER:
        return "", b""
    names, extra = (int.from_bytes(head[i : i + 2], "little") for i in (26, 28))
    name = head[_HEADER : _HEADER + names].decode("utf-8", "replace")
    packed = head[_HEADER + names + extra :]
    if int.from_bytes(head[8:10], "little") != _DEFLATED:
        return name, packed
    try:
        return name, zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, 1 << 16)
    except zlib.error:
        return name, b""


def _the_one(archive: zipfile.ZipFile, source: Source) -> zipfile.ZipInfo:
    """The only member, if it is a table with a plain name."""
    members = archive.infolist()
    if len(members) != 1:
        raise _no(
            source,
            f"the zip archive holds {len(members)} files where one table is expected; unpack it "
            "and name the one that is meant",
        )
    member = members[0]
    if member.flag_bits & 1:
        raise _no(source, "the zip archive is locked with a password; unpack it first")
    name = member.orig_filename
    if "/" in name or "\\" in name or ":" in name or "\0" in name or name in {"", ".", ".."}:
        raise _no(
            source,
            "the file in the zip archive has a path in its name, as no download from a form has; "
            "unpack it first if you trust it",
        )
    if not name.lower().endswith(".csv"):
        raise _no(source, "the file in the zip archive is no CSV table; unpack it first")
    return member


def _no(source: Source, message: str) -> SourceUnreadable:
    return SourceUnreadable(message, file=source.name)


class _Unpacked(io.RawIOBase):
    """The member of an archive as a stream that counts what comes out of it."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Source) -> None:
        super().__init__()
        self._archive, self._member, self._source = archive, member, source
        self._most = min(LARGEST, FREE + TIMES * member.compress_size)
        self._at = 0
        self._inner: BinaryIO = io.BytesIO()  # what cannot be opened is closed all the same
        self._inner = self._open()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence != os.SEEK_SET or offset:
            raise io.UnsupportedOperation("an archived table is read from its beginning")
        if self._at:
            self._inner.close()
            self._inner, self._at = self._open(), 0
        return 0

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: any writable buffer, which memoryview takes
        try:
            data = self._inner.read(len(buffer))
        except _DAMAGE:
            raise self._damaged() from None
        self._at += len(data)
        if self._at > self._most:
            raise _no(
                self._source,
                f"more than {self._most >> 20:,} MB come out of a zip archive that holds "
                f"{self._member.compress_size:,} bytes; this is no table of responses",
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()

    def _open(self) -> BinaryIO:
        try:
            return self._archive.open(self._member)  # type: ignore[return-value]  # IO[bytes] is one
        except _DAMAGE:
            raise self._damaged() from None

    def _damaged(self) -> SourceUnreadable:
        return _no(
            self._source, "the table in the zip archive is damaged or cut off; download it again"
        )
