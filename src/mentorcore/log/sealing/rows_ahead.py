"""Wrapped keys read some hundred at a time, for as long as the key file stays as it was.

Whoever looks at a program needs the keys of everybody in it, one after the other, and the file is
opened for each use. Nothing is opened under the master key that nobody asked for.
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["ROWS", "TOGETHER", "RowsAhead"]

TOGETHER = 256
MOST = 20_000
UNSURE = 100_000_000
"""Nanoseconds during which a second change may bear the same time as the first."""

ROWS = (
    "SELECT subject, generation, kek_id, wrapped FROM subject_key "
    "WHERE (subject, generation) >= (?, ?) ORDER BY subject, generation LIMIT ?"
)

Wrapped = tuple[int, bytes | None]
"""The number of the master key, and the wrapped key; nothing, when it was erased."""


class RowsAhead:
    """Rows of a key file that were read before somebody asked for them.

    Args:
        path: The key file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[tuple[str, int], Wrapped] = {}
        self._of: tuple[int, ...] | None = None

    def get(self, subject: str, generation: int) -> Wrapped | None:
        """A row that was read, if the file has not been written to since."""
        found = self._rows.get((subject, generation))
        return found if found is not None and self._stands() == self._of else None

    def read(
        self,
        subject: str,
        generation: int,
        ask: Callable[[], Sequence[tuple[str, int, int, bytes]]],
    ) -> Wrapped | None:
        """The row from the file, and those behind it for later: *ask* reads `ROWS`."""
        stands = self._stands()
        found = {(row[0], row[1]): (row[2], row[3]) for row in ask()}
        if stands != self._of or len(self._rows) > MOST:
            self._rows = {}
        if stands is not None and time.time_ns() - stands[0] > UNSURE:
            self._rows.update(found)
            self._of = stands
        return found.get((subject, generation))

    def forget(self) -> None:
        """Drop all rows."""
        self._rows = {}

    def _stands(self) -> tuple[int, ...] | None:
        try:
            now = os.stat(self._path)  # noqa: PTH116 - asked for each value that is opened
        except OSError:
            return None
        return now.st_mtime_ns, now.st_size, now.st_ino
