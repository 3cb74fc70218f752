"""Backups: log and keys in one step to two places, looked at before anybody relies on them.

The log is taken first and the keys after it. A key is made before the event that needs it, so the
keys of a backup open everything in its log, whatever is recorded meanwhile.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import attrs

from mentorcore.audit.bundle.loading import Loaded, load_at
from mentorcore.audit.bundle.moving import moving_files, stamps_of
from mentorcore.audit.bundle.read_only_copy import COPY
from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.bundle.writer import write_bundle
from mentorcore.audit.verification.live_log import ShownLog
from mentorcore.audit.verification.verification import verify_log
from mentorcore.errors import ExportInvalid, Invalid, Problem
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.key_holders import KeyHolders
from mentorcore.log.sealing.key_places import KeyPlace, keys_beside, named, open_keys, transferred
from mentorcore.log.sealing.key_transfer import copy_to_file, master_path, portable
from mentorcore.log.sealing.keys_in_postgres import KeysInPostgres
from mentorcore.log.sealing.no_keys import NoKeys

if TYPE_CHECKING:
    from mentorcore.log.event_types import Names
    from mentorcore.log.sealing.keys import Keys
    from mentorcore.log.storage.audit_tables import AuditTransaction
    from mentorcore.log.storage.store import Store

__all__ = ["BackedUp", "Restored", "back_up", "restore"]

FilePlace: TypeAlias = "str | os.PathLike[str]"
SOUND = ("verified", "unanchored")


@attrs.frozen
class BackedUp:
    """A backup that was made and looked at.

    Attributes:
        log: Where the log is.
        keys: Where people's keys are; ``None`` when they were left to the host.
        log_id: The log, 32 hex digits.
        size: How many events it holds.
        position: The position of the last.
        root: The root of the tree over them, in hex.
        people: How many keys it holds.
        keyless: People of whom the log holds something sealed, and whose key is not there: an older
            key file was put back at some time, see docs/how-to/keep-the-keys.md.
        verdict: What the verifier says of the log that was written: ``unanchored`` (it agrees with
            itself) or ``verified`` in a backup that is in order.
    """

    log: str
    keys: str | None
    log_id: str
    size: int
    position: int
    root: str
    people: int
    keyless: tuple[str, ...] = ()
    verdict: str = "unanchored"

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.verdict in SOUND and not self.keyless


@attrs.frozen
class Restored:
    """A log that was restored from a backup.

    Attributes:
        to: Where the log is.
        keys: Where people's keys are; ``None`` when the host keeps them.
        log_id: The log, 32 hex digits.
        size: How many events it holds.
        position: The position of the last: where the history goes on.
        root: The root of the tree over them, in hex.
        people: How many keys were put back; 0 when those that are there were taken.
        read_only: Whether nothing can be recorded in it.
    """

    to: str
    keys: str | None
    log_id: str
    size: int
    position: int
    root: str
    people: int
    read_only: bool


def back_up(
    store: Store, keys: Keys, names: Names, *, log: FilePlace, keys_to: FilePlace | None
) -> BackedUp:
    """Write a backup and look at it; see `Engine.backup`."""
    to, keyed = Path(log), None if keys_to is None else Path(keys_to)
    _refuse_places(to, keyed)
    if keyed is not None:
        portable(keys)  # what cannot be copied is told before anything is written
    index_key = None if isinstance(keys, NoKeys) else keys.index_key()
    is_copy = bool(store.entries(COPY))  # which has no index, so that no log goes on from it

    def write(tables: AuditTransaction) -> None:
        shown = ShownLog(tables)
        note = next(shown.notes(), None)
        write_bundle(
            shown, to, origin=None if note is None else note[1].partition("\n")[0],
            engine=version("mentorcore"), tiles=False, stamps=stamps_of(tables), private=True,
            lists={} if is_copy else moving_files(tables, index_key, secret=False),
        )  # fmt: skip

    store.ledger.read(write)
    try:
        verdict = verify_log(to)
        last = verdict.position or 0
        people, held = 0, frozenset[str]()
        if keyed is not None:
            people, held = _copied(keys, keyed, store.log_id)
        sealed = KeyHolders(store, names).everybody(last) if keyed is not None else held
        manifest = ReadBundle(to).manifest
    except BaseException:
        _gone(to)
        raise
    return BackedUp(
        str(to), None if keyed is None else str(keyed), store.log_id.hex(), manifest["size"],
        last, manifest["root"], people, tuple(sorted(sealed - held)), verdict.verdict,
    )  # fmt: skip


def _copied(keys: Keys, to: Path, log_id: bytes) -> tuple[int, frozenset[str]]:
    """Copy the keys, and open each of the copy once; whose they are."""
    count = copy_to_file(keys, to, log_id)
    with closing(KeyFile(to, log_id, create=False)) as copy:
        return count, frozenset(entry.subject for entry in copy.entries())


def restore(
    log: FilePlace,
    keys: KeyPlace | Keys | None,
    to: FilePlace,
    *,
    keys_to: KeyPlace | None = None,
    original_retired: bool = False,
) -> Restored:
    """Restore a log and its keys from a backup to a new place, once the backup is found in order.

    What was recorded after the backup is not in it. A signing key and what it remembers are no
    part of it either: where more was signed than was backed up, nothing is signed before somebody
    has looked (see docs/how-to/publish-checkpoints.md).

    Args:
        log: Where the backup of the log is.
        keys: Where the backup of the keys is. ``None`` when those at *keys_to* are there still, or
            an object of the host that keeps them: then none are put back.
        to: Where the log is made: a path, or an address of a database.
        keys_to: Where the keys are put; by default ``NAME.keys`` beside a log ``NAME.db``.
        original_retired: Whether the log that was backed up is not used any more, so that this one
            goes on in its place. Else it is a copy that can only be read.

    Raises:
        ExportInvalid: The backup of the log is not as it was written.
        KeyMissing: The keys are not there, are not those of this log, or do not open.
        Invalid: There is a log at *to* or there are keys at *keys_to* already.
        LogError: A log cannot be made there.
    """
    verdict = verify_log(log)
    if verdict.verdict not in SOUND:
        raise ExportInvalid(
            f"{os.fspath(log)} is {verdict.verdict}, and nothing was restored: "
            f"{verdict.faults[0].reason}"
        )
    bundle, address = ReadBundle(Path(log)), os.fspath(to)

    def loaded(index_key: bytes) -> Loaded:
        return load_at(address, bundle, original_retired=original_retired, index_key=index_key)

    count, place = 0, None
    if keys is None or isinstance(keys, str | os.PathLike | KeysInPostgres):
        place = keys_beside(address) if keys_to is None else keys_to
        came_from = place if keys is None else keys
        with closing(open_keys(came_from, bundle.log_id, create=False, log=address)) as source:
            if keys is None:
                done = loaded(source.index_key())
            else:
                with transferred(source, place, bundle.log_id, log=address) as count:
                    done = loaded(source.index_key())
    else:
        done = loaded(keys.index_key())
    return Restored(
        done.to, None if place is None else named(place), done.log_id, done.size,
        done.position, done.root, count, done.read_only,
    )  # fmt: skip


def _refuse_places(log: Path, keys: Path | None) -> None:
    """Refuse places where something stands, and one place for both."""
    problems = [
        Problem(str(place), "something stands there already", "a new name")
        for place in (log, keys, None if keys is None else master_path(keys))
        if place is not None and (place.exists() or place.is_symlink())
    ]
    if keys is not None and (keys == log or log in keys.absolute().parents):
        problems.append(
            Problem(str(keys), "is the place of the log", "another place for the keys, kept apart")
        )
    problems += [
        Problem(str(place), "its folder is not there", "a folder that is")
        for place in (log, keys)
        if place is not None and not place.parent.is_dir()
    ]
    if log.suffix in (".db", ".keys", ".kek"):
        problems.append(Problem(str(log), f"ends in {log.suffix}", "a directory or a .zip"))
    if problems:
        raise Invalid("nothing was backed up", problems)


def _gone(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)
