"""The file in which a signer remembers what it has signed, one checkpoint a line.

It stands outside the database and is only ever added to. When the database is put back to an
earlier day, this file is not, and so nothing is signed that contradicts what was signed before.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mentorcore.audit.notes.checkpoint import Checkpoint, read_checkpoint
from mentorcore.audit.notes.verifier_keys import VerifierKey
from mentorcore.errors import IntegrityError, LogError, RollbackRefused

__all__ = ["CheckpointFile"]

NOTHING_SEEN = (-1, -1, -1)
LAST = 65_536
"""Bytes at the end of the file among which the newest checkpoint stands."""


class CheckpointFile:
    """An append-only file of checkpoints; required with a signing key.

    Args:
        path: The file. Keep it on another volume than the database.

    Attributes:
        path: The file.
        name: ``file``, as a place to publish to.
        outside: Never: the operator's own file protects nobody from the operator.
    """

    name = "file"
    outside = False

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] = NOTHING_SEEN
        self._newest: Checkpoint | None = None

    def there(self) -> bool:
        """Whether the file exists."""
        return self.path.exists()

    def make(self) -> None:
        """Make an empty file, unless it is there."""
        with self._speaking():
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644))

    def newest(self, keys: Sequence[VerifierKey]) -> Checkpoint | None:
        """The largest checkpoint in the file, its signature checked; ``None`` in an empty file.

        Raises:
            RollbackRefused: The file is not there, or none of its lines is signed by these keys.
        """
        with self._lock, self._speaking():
            try:
                stand = self._stand()
            except FileNotFoundError:
                raise RollbackRefused(
                    f"the file of signed checkpoints {self.path} is not there, so nobody knows "
                    "what was signed before, and nothing is signed. Put it back, or take the "
                    "newest checkpoint from somebody who holds it: mentorcore checkpoint --adopt"
                ) from None
            if stand != self._seen:
                self._newest = self._read(keys)
                self._seen = stand
            return self._newest

    def append(self, checkpoint: Checkpoint, *, wait: bool = True) -> None:
        """Add a checkpoint; unless *wait* is false, it is on the disk when this returns."""
        line = json.dumps([checkpoint.size, checkpoint.note], ensure_ascii=False) + "\n"
        with self._lock, self._speaking():
            before = self._stand()
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND)
            try:
                if self._torn(handle):
                    line = "\n" + line
                os.write(handle, line.encode())
                if wait:
                    os.fsync(handle)
            finally:
                os.close(handle)
            # What another process added meanwhile has to be read, so only our own is remembered.
            stand = self._stand()
            if before == self._seen and stand[1] == before[1] + len(line.encode()):
                self._newest, self._seen = checkpoint, stand

    def publish(self, note: str, consistency: Callable[[int], Sequence[bytes]]) -> str:  # noqa: ARG002 - the protocol of all sinks
        """Nothing: the signer adds to this file itself, before anything is published."""
        return str(self.path)

    def lines(self) -> Iterator[str]:
        """The notes in the file, in the order in which they were signed; torn lines left out."""
        with self._speaking():
            data = self.path.read_bytes()
        yield from _notes(data)

    def _read(self, keys: Sequence[VerifierKey]) -> Checkpoint | None:
        """The largest checkpoint, which stands among the last lines however long the file is."""
        with self.path.open("rb") as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(max(0, length - LAST))
            data = file.read()
        found = self._signed(list(_notes(data)), keys)
        if not found and length > len(data):
            data = self.path.read_bytes()
            found = self._signed(list(_notes(data)), keys)
        if not found and any(_notes(data)):
            raise RollbackRefused(
                f"no line of {self.path} is signed by the key that signs now; give the key, or "
                "the retired one with it, that belongs to this file"
            )
        return max(found, key=lambda c: c.size, default=None)

    @staticmethod
    def _signed(notes: Sequence[str], keys: Sequence[VerifierKey]) -> list[Checkpoint]:
        # The last is the largest, but for lines that two processes wrote at the same moment.
        found: list[Checkpoint] = []
        for note in reversed(notes):
            try:
                found.append(read_checkpoint(note, keys))
            except IntegrityError:
                continue
            if len(found) > 3:  # noqa: PLR2004 - more sequencers of one log do not meet so closely
                break
        return found

    def _stand(self) -> tuple[int, int, int]:
        about = os.stat(self.path)  # noqa: PTH116 - asked for with every receipt
        return about.st_ino, about.st_size, about.st_mtime_ns

    def _torn(self, handle: int) -> bool:
        """Whether a write was cut short: the file does not end with its line."""
        if not os.fstat(handle).st_size:
            return False
        os.lseek(handle, -1, os.SEEK_END)
        return os.read(handle, 1) != b"\n"

    def _speaking(self) -> "_Speaking":
        return _Speaking(self.path)


def _notes(data: bytes) -> Iterator[str]:
    """The notes in lines, torn ones left out."""
    for line in data.split(b"\n"):
        try:
            _size, note = json.loads(line)
        except (ValueError, TypeError):
            continue
        if isinstance(note, str):
            yield note


class _Speaking:
    """Says in our words what the file system said."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise LogError(
                f"the file of signed checkpoints {self._path} cannot be used: {error.strerror}"
            ) from error
