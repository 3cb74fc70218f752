"""The files of an export, opened where they lie: a directory, or a ZIP that is never unpacked.

Whoever made it may have meant harm. Names outside the format, two files of one name, links, and
archives that would unpack to far more than they hold are refused before anything is read.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from mentorcore.errors import ExportInvalid

__all__ = ["Opens", "container", "reading"]

Opens = Mapping[str, Callable[[], IO[bytes]]]
"""What opens each file, by its name in the bundle."""

ALLOWED = re.compile(
    r"manifest\.json|events-[0-9]{6}\.jsonl|(?:checkpoints|redacted|disclosed)\.jsonl"
    r"|(?:tiles|schema|policies|mappings|stamps|move)(?:/(?!\.)[A-Za-z0-9._-]{1,64}){1,8}"
)
MOST_FILES = 200_000
MOST_BYTES = 1 << 38
MOST_DENSE = 200
"""So many bytes of a log never pack into one."""

SMALL = 1 << 20
END_RECORD = 22
SQLITE = b"SQLite format 3\0"
"""How a file of SQLite begins."""
ENCRYPTED = 1


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in our words what the file system or the archive said.

    Raises:
        ExportInvalid: It cannot be read.
    """
    try:
        yield
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ExportInvalid(f"{path} cannot be read: {error}") from error


def container(path: Path) -> Opens:
    """The files of an export.

    Raises:
        ExportInvalid: It is none, or holds what no export holds.
    """
    with reading(path):
        found = _folder(path) if path.is_dir() else _archive(path)
    if strange := [name for name in found if not ALLOWED.fullmatch(name)]:
        raise ExportInvalid(f"{path} holds {strange[0]!r}, which belongs into no export")
    if len({name.casefold() for name in found}) != len(found):
        raise ExportInvalid(f"{path} holds two files whose names differ in case only")
    if "manifest.json" not in found:
        raise ExportInvalid(f"{path} holds no manifest.json, so it is no export")
    return found


def _folder(path: Path) -> Opens:
    found: dict[str, Any] = {}
    for item in sorted(path.rglob("*")):
        mode = item.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise ExportInvalid(f"{item} is a link or no file, and an export holds files only")
        found[item.relative_to(path).as_posix()] = partial(item.open, "rb")
    return found


def _archive(path: Path) -> Opens:
    with path.open("rb") as file:
        if file.read(len(SQLITE)) == SQLITE:
            raise ExportInvalid(
                f"{path} is a log in SQLite, or a copy of one, and no directory or .zip: it is "
                "opened as it is. A log goes on elsewhere from an export that is made to move it "
                "(`mentorcore export --move`)"
            )
        file.seek(max(path.stat().st_size - END_RECORD, 0))
        if not file.read().startswith(b"PK\5\6"):
            raise ExportInvalid(f"{path} is no ZIP archive, or something stands behind it")
    archive = zipfile.ZipFile(path)
    members = archive.infolist()
    if len({m.orig_filename for m in members}) != len(members):
        raise ExportInvalid(f"{path} holds two files of one name")
    if min((m.header_offset for m in members), default=0) != 0:
        raise ExportInvalid(f"something stands before the archive in {path}")
    if len(members) > MOST_FILES or sum(m.file_size for m in members) > MOST_BYTES:
        raise ExportInvalid(f"{path} holds more than any log")
    for member in members:
        if stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & ENCRYPTED:
            raise ExportInvalid(f"{member.orig_filename!r} in {path} is a link, or encrypted")
        if member.file_size > max(SMALL, MOST_DENSE * member.compress_size):
            raise ExportInvalid(f"{member.orig_filename!r} in {path} unpacks to suspiciously much")
    return {m.orig_filename: partial(archive.open, m) for m in members}
