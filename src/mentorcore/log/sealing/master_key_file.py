"""The master key file beside a key file (`NAME.kek`): written once, in one step, and read.

Under its keys the keys of people are wrapped. Whoever destroys it destroys them all.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import attrs

from mentorcore.errors import KeyMissing
from mentorcore.log.sealing.keys import KEY_BYTES

__all__ = ["Master", "make_master", "owner_only", "read_master"]


@attrs.frozen
class Master:
    """The contents of the master key file."""

    keks: dict[int, bytes]
    current: int
    index: bytes


def make_master(path: Path, random: Callable[[int], bytes]) -> None:
    """Write a new master key file in one step, unless another process just did."""
    if path.exists():
        return
    body = {
        "kek": {"1": random(KEY_BYTES).hex()},
        "current": 1,
        "index": random(KEY_BYTES).hex(),
    }
    draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(body, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link fails when the name is taken; a rename would replace the other's keys.
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not path.exists():
                draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def read_master(path: Path, of: Path) -> Master:
    """The contents of the master key file *of* a key file.

    Raises:
        KeyMissing: It is not there, is damaged, or others can read it.
    """
    if not path.exists():
        raise KeyMissing(
            f"the master key file {path} is not there; without it {of} opens nothing. "
            "Put it back from where it is kept apart"
        )
    owner_only(path)
    try:
        body = json.loads(path.read_text("ascii"))
        keks = {int(number): bytes.fromhex(key) for number, key in body["kek"].items()}
        master = Master(keks, body["current"], bytes.fromhex(body["index"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyMissing(f"{path} is not a master key file of mentorcore") from None
    sizes = {len(key) for key in (*keks.values(), master.index)}
    if sizes != {KEY_BYTES} or master.current not in keks:
        raise KeyMissing(f"{path} is damaged: a key in it is cut short or not there")
    return master


def owner_only(path: Path) -> None:
    """Refuse a file of keys that other accounts of the machine can read."""
    if os.name == "nt":  # rights are lists there, and the mode says nothing about them
        return
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeyMissing(
            f"{path} can be read by others (mode {mode:04o}); say `chmod 600 {path}`, and think "
            "about whether its keys are still secret"
        )
