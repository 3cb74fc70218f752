"""Exports inside zip archives: exactly one member, read by its place and never unpacked to disk.

Qualtrics names the member after the survey, so its name may hold anything; nothing is done with
it but to refuse the ones that are paths. The content is inflated as it is read, as often as it is
read, and only up to a limit.
"""

import io
import os
import struct
import zipfile
import zlib
from typing import IO, BinaryIO

from mentorcore.adapters.spec import SourceUnreadable

__all__ = ["INFLATED", "RATIO", "is_zip", "member", "peek"]

INFLATED = 2 << 30
"""Bytes that a member may come to. Qualtrics itself stops at 1.8 GB."""

RATIO, FREE = 250, 64 << 20
"""How many times its packed size a member may come to, once it has passed this many bytes."""

_ENCRYPTED = 0x1
_LOCAL = struct.Struct("<4s5H3I2H")  # the header before a member's content
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    struct.error,
)


def is_zip(head: bytes) -> bool:
    """Whether a file begins as a zip archive does, an empty one included."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def peek(head: bytes) -> tuple[str, bytes]:
    """The first member's name, and as much of its content as the start of an archive holds.

    The content is empty when it is encrypted or packed in a way not known here.
    """
    try:
        _, _, flags, method, _, _, _, packed, _, named, extra = _LOCAL.unpack_from(head)
    except struct.error:
        return "", b""
    begin = _LOCAL.size + named
    name = head[_LOCAL.size : begin].decode("utf-8", "replace")
    content = head[begin + extra :]
    if flags & _ENCRYPTED or method not in _METHODS:
        return name, b""
    if method == zipfile.ZIP_STORED:
        return name, content[:packed] if packed else content
    try:
        return name, zlib.decompressobj(-15).decompress(content, 1 << 16)
    except zlib.error:
        return name, b""


def member(stream: BinaryIO, name: str, limit: int = INFLATED) -> BinaryIO:
    """The content of the only member of an archive, as a stream that can begin again.

    Args:
        stream: The archive; the caller closes it.
        name: What it is called in messages.
        limit: How many bytes the content may come to.

    Raises:
        SourceUnreadable: The archive is damaged or cut off, is encrypted, holds no or several
            members, or a member with a path. Reading raises it as well.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (*_DAMAGE, OSError) as error:
        raise _damaged(name, error) from error
    inside = archive.infolist()
    if len(inside) != 1:
        raise SourceUnreadable(
            f"this zip archive holds {len(inside)} members where an export has exactly one; "
            "unpack it and import the right file",
            file=name,
        )
    only = inside[0]
    if only.flag_bits & _ENCRYPTED:
        raise SourceUnreadable(
            "this zip archive is encrypted; unpack it with its password first", file=name
        )
    # What follows a NUL in the stored name was dropped from filename but not from orig_filename.
    if only.is_dir() or any(mark in only.orig_filename for mark in "/\\\0"):
        raise SourceUnreadable(
            "the member of this zip archive is named with a path, which an export's never is; "
            "look at where the file comes from",
            file=name,
        )
    if only.compress_type not in _METHODS:
        raise SourceUnreadable(
            "this zip archive is packed in an unusual way; unpack it first", file=name
        )
    return io.BufferedReader(_Member(archive, only, name, limit), 1 << 17)


def _damaged(name: str, error: Exception) -> SourceUnreadable:
    return SourceUnreadable(
        f"the zip archive is damaged or was cut off ({type(error).__name__}); download it again",
        file=name,
    )


class _Member(io.RawIOBase):
    """The inflated content of a member; going back means inflating it again."""

    def __init__(
        self, archive: zipfile.ZipFile, only: zipfile.ZipInfo, name: str, limit: int
    ) -> None:
        super().__init__()
        self._archive, self._only, self._name = archive, only, name
        self._limit = limit
        self._at = 0
        self._inner: IO[bytes] = io.BytesIO()  # what cannot be opened is closed all the same
        self._inner = self._begin()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_CUR:
            offset += self._at
        elif whence != os.SEEK_SET:
            raise io.UnsupportedOperation("the size of a member is not known before it is read")
        if offset < self._at:
            self._inner.close()
            self._inner, self._at = self._begin(), 0
        while self._at < offset and self._take(min(offset - self._at, 1 << 16)):
            pass
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: any writable buffer, which memoryview takes
        data = self._take(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            self._archive.close()
        super().close()

    def _begin(self) -> IO[bytes]:
        try:
            return self._archive.open(self._only)
        except (*_DAMAGE, OSError) as error:
            raise _damaged(self._name, error) from error

    def _take(self, size: int) -> bytes:
        try:
            data = self._inner.read(size)
        except (*_DAMAGE, OSError) as error:
            raise _damaged(self._name, error) from error
        self._at += len(data)
        packed = max(self._only.compress_size, 1)
        if self._at > self._limit or (self._at > FREE and self._at > packed * RATIO):
            raise SourceUnreadable(
                f"the zip archive comes to more than {self._at:,} bytes from {packed:,}, which no "
                "export does; nothing was read from it",
                file=self._name,
            )
        return data
