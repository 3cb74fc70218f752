"""Keys of people beside a log without events: the events were left behind somewhere.

SQLite keeps the newest events of an open log in ``NAME.db-wal``. Whoever copies ``NAME.db`` alone
meanwhile has an older log, which may be an empty one, and would go on with it unaware.
"""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from mentorcore.errors import NotALog

__all__ = ["KeysBeside"]

REMEDY = (
    "If the file was copied while the log was open, its -wal is missing: copy that as well, close "
    "the log before you copy it, or use `mentorcore backup`. If nothing was recorded yet, take the "
    "keys away"
)


class KeysBeside:
    """What lies beside a file before it is opened as a log.

    Args:
        location: Where the log is.
        keys: Where its keys are, as far as it is a path.
    """

    def __init__(self, location: str, keys: Any) -> None:
        self._location = location
        self._keys: Path | None = None
        if location != ":memory:" and "://" not in location:
            if keys is None:
                path = Path(location)
                keys = path.with_suffix(".keys") if path.suffix == ".db" else f"{path}.keys"
            if isinstance(keys, str | os.PathLike) and "://" not in os.fspath(keys):
                self._keys = Path(keys)
        # Whoever was killed left it there, and so does everybody who has the log open.
        self._is_in_use = Path(f"{location}-wal").exists()

    @property
    def are_there(self) -> bool:
        """Whether keys of a log lie there, so that no new one may be begun with them."""
        try:
            return self._keys is not None and self._keys.stat().st_size > 0
        except OSError:
            return False

    def refused(self, error: NotALog) -> NotALog:
        """The refusal of a place at which no log stands though its keys do."""
        return NotALog(f"{error}, and the keys of a log stand at {self._keys}. {REMEDY}")

    def refuse_empty(self, position: int, keys: Any) -> None:
        """Refuse a log without events to whose people keys were given, and give the keys back.

        Raises:
            NotALog: Events are missing.
        """
        if position or self._keys is None or self._is_in_use:
            return
        if next(keys.entries(), None) is not None:
            with closing(keys):
                raise NotALog(
                    f"{self._location} holds no event, and {self._keys} holds keys of people: "
                    f"events are missing. {REMEDY}"
                )
