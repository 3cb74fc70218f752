"""People's keys on their way from one place to another: a backup, a restore, a move to a server.

Keys are unwrapped where they come from and wrapped anew where they go, so that each place has a
master key of its own: whoever destroys that of a backup has destroyed the backup. Who was erased
stays erased there, and the key of the index goes along, for the index was made under it.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from mentorcore.errors import Invalid, KeyMissing, Problem
from mentorcore.log.sealing.key_file import KeyFile
from mentorcore.log.sealing.keys import KEY_BYTES, KeyEntry, Keys

__all__ = ["PortableKeys", "copy_keys", "copy_to_file", "master_path", "portable"]


@runtime_checkable
class PortableKeys(Keys, Protocol):
    """Keys that can be brought elsewhere; those of mentorcore can."""

    def entries(self) -> Iterator[KeyEntry]:
        """All keys, also of the erased.

        Raises:
            KeyMissing: One does not open.
        """

    def adopt(self, entries: Iterable[KeyEntry]) -> int:
        """Take over keys into a place that has none, all of them or none; how many they are."""


def master_path(path: Path) -> Path:
    """Where the master key of a key file stands."""
    return path.with_suffix(".kek") if path.suffix == ".keys" else Path(f"{path}.kek")


def copy_keys(source: Keys, target: PortableKeys) -> int:
    """Bring all keys to a place that has none; how many they are.

    Raises:
        Invalid: *source* is a host's own, and cannot be read out.
        KeyMissing: One of its keys does not open, or *target* has another key of the index.
    """
    if target.index_key() != portable(source).index_key():
        raise KeyMissing("the keys were not copied: the key of the index is another one there")
    return target.adopt(portable(source).entries())


def portable(keys: Keys) -> PortableKeys:
    """The keys, if they can be read out.

    Raises:
        Invalid: They cannot.
    """
    if isinstance(keys, PortableKeys):
        return keys
    raise Invalid(
        "these keys cannot be copied",
        [Problem("keys", f"are kept by {type(keys).__name__}", "a copy made where they are kept")],
    )


def copy_to_file(
    source: Keys,
    path: Path,
    log_id: bytes,
    random: Callable[[int], bytes] = os.urandom,
) -> int:
    """Copy keys into a new key file, with a new master key beside it; how many they are.

    Args:
        source: The keys.
        path: Where the key file is made; the master key stands beside it as ``NAME.kek``.
        log_id: The log's id.
        random: Where random bytes come from.

    Raises:
        Invalid: Something stands there already, or *source* cannot be read out.
        KeyMissing: One of its keys does not open.
    """
    for place in (path, master_path(path)):
        if place.exists() or place.is_symlink():
            raise Invalid(
                "the keys were not copied", [Problem(str(place), "something stands there already")]
            )
    index_key = portable(source).index_key()
    part = path.with_name(f".{path.stem}.part{os.getpid()}.keys")
    try:
        _write_master(master_path(part), index_key, random)
        copied = KeyFile(part, log_id, create=True, random=random)
        try:
            count = copy_keys(source, copied)
        finally:
            copied.close()
        master_path(part).rename(master_path(path))
        part.rename(path)
    except OSError as error:
        problem = Problem(str(path), error.strerror or str(error))
        raise Invalid("the keys were not copied", [problem]) from error
    finally:
        for left in (part, master_path(part), Path(f"{part}-journal")):
            left.unlink(missing_ok=True)
    return count


def _write_master(path: Path, index_key: bytes, random: Callable[[int], bytes]) -> None:
    body = {"kek": {"1": random(KEY_BYTES).hex()}, "current": 1, "index": index_key.hex()}
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
