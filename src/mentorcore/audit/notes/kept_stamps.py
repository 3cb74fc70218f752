"""Answers of time stamp authorities, as they are kept beside a log and in an export.

Each is kept: a later one takes the place of none, and the first of a checkpoint says the most.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from mentorcore.audit.notes.encoding import bytes_of
from mentorcore.audit.notes.signing import STAMPS
from mentorcore.log.storage.audit_tables import STAMP

if TYPE_CHECKING:
    from mentorcore.log.storage.audit_tables import AuditTransaction, SinkRow

__all__ = ["KeptStamp", "keep_stamp", "kept_stamps", "stamp_files", "stamps_in_files"]

UNUSUAL = re.compile(r"[^A-Za-z0-9.]")
LONGEST_WORD = 40
FILE = re.compile(r"(0|[1-9][0-9]{0,18})-(.+)\.tsr")


@attrs.frozen
class KeptStamp:
    """The answer of an authority about one checkpoint; nothing in it is believed yet.

    Attributes:
        size: How many events the checkpoint covers.
        authority: Where it answered; in an export, with its unusual characters replaced.
        answer: What it answered (RFC 3161, DER).
    """

    size: int
    authority: str
    answer: bytes = attrs.field(repr=False)


def keep_stamp(tables: "AuditTransaction", row: "SinkRow") -> None:
    """Keep what an authority answered, if it is one that did, beside all that was kept before."""
    if row.name.startswith(STAMPS) and row.detail is not None:
        authority = row.name.removeprefix(STAMPS)
        tables.put_sink(row._replace(name=f"{STAMP}{row.size:019} {row.at} {authority}"))


def kept_stamps(tables: "AuditTransaction") -> tuple[KeptStamp, ...]:
    """All time stamps beside a log, the smallest size first; what is no base64 is left out."""
    told = [(row.name.split(" ", 2)[-1], row) for row in tables.sinks(STAMP).values()]
    # Earlier builds kept the newest one only, in the row of the place that gave it.
    told += [
        (row.name.removeprefix(STAMPS), row)
        for row in tables.sinks().values()
        if row.name.startswith(STAMPS)
    ]
    found: dict[tuple[int, bytes], KeptStamp] = {}
    for authority, row in told:
        with suppress(ValueError):
            stamp = KeptStamp(row.size, authority, bytes_of(row.detail or ""))
            found.setdefault((stamp.size, stamp.answer), stamp)
    return tuple(sorted(found.values(), key=lambda stamp: stamp.size))


def stamp_files(stamps: Iterable[KeptStamp]) -> Mapping[str, bytes]:
    """The files of an export in ``stamps/``: the size, the authority, and a number if several."""
    files: dict[str, bytes] = {}
    for stamp in stamps:
        word = UNUSUAL.sub("-", stamp.authority)[:LONGEST_WORD]
        name, number = f"{stamp.size}-{word}.tsr", 1
        while name in files:
            number += 1
            name = f"{stamp.size}-{word}_{number}.tsr"
        files[name] = stamp.answer
    return files


def stamps_in_files(files: Iterable[tuple[str, bytes]]) -> Iterator[KeptStamp]:
    """The time stamps in the files of ``stamps/``; those that are named otherwise left out."""
    for name, answer in files:
        if told := FILE.fullmatch(name):
            authority, _, number = told[2].rpartition("_")
            yield KeptStamp(
                int(told[1]), authority if authority and number.isdecimal() else told[2], answer
            )
