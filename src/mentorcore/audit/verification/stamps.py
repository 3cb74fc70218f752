"""The time stamps of a log wherever it lies: in a database, in an SQLite file, or in an export."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.notes.kept_stamps import KeptStamp
from mentorcore.audit.verification.live_log import ShownLog, looked_at
from mentorcore.audit.verification.verification import ADDRESS
from mentorcore.audit.witness.timestamps import TimeStamp, read_stamp
from mentorcore.log.stores.opening import open_store

__all__ = ["time_stamps"]


class _Stamped(Protocol):
    def notes(self) -> Iterable[tuple[int, str]]:
        """The checkpoints that are there."""

    def stamps(self) -> tuple[KeptStamp, ...]:
        """The time stamps that are there."""


def time_stamps(
    location: str | os.PathLike[str], *, roots: str | os.PathLike[str] | None = None
) -> tuple[TimeStamp, ...]:
    """The time stamps of a log or an export, in the order of the checkpoints; nothing is written.

    Each proves that its checkpoint existed not later than the authority says, to whoever trusts the
    authority. It says nothing of the events: that they are what was stamped, `verify_log` tells
    with the stamped checkpoint as one that is held.

    Args:
        location: A log's address or path, or an export: a directory or a ``.zip``.
        roots: The file of the root certificates (PEM) that are trusted for the authorities; without
            it the time stamps are read and not checked.

    Raises:
        Invalid: The file of certificates cannot be read.
        ExportInvalid: It is no export, or not whole.
        LogError: There is no log.
        MissingExtra: The extra ``timestamp`` is not installed.
    """
    address = os.fspath(location)
    path = Path(address)
    where = None if roots is None else Path(roots)
    if ADDRESS.match(address):
        store = open_store(address, read_only=True)
        try:
            return store.ledger.read(lambda tables: _read(ShownLog(tables), where))
        finally:
            store.close()
    if path.is_dir() or path.suffix == ".zip":
        return _read(ReadBundle(path), where)
    return looked_at(path, lambda shown, _damage: _read(shown, where))


def _read(found: _Stamped, roots: Path | None) -> tuple[TimeStamp, ...]:
    notes = {size: note for size, note in found.notes() if isinstance(note, str)}
    return tuple(read_stamp(kept, notes.get(kept.size, ""), roots) for kept in found.stamps())
