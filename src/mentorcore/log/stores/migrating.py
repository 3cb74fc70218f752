"""Bringing a log of an older format up to date: when somebody says so, never by opening it."""

import os

import attrs

from mentorcore.log.storage.store import FORMAT
from mentorcore.log.stores.opening import open_store

__all__ = ["Migrated", "migrate"]


@attrs.frozen
class Migrated:
    """What was done to a log.

    Attributes:
        log: Where it is.
        log_id: The log, 32 hex digits.
        format: The number of its format now.
        done: What was done; ``nothing to do`` where it had that format before.
    """

    log: str
    log_id: str
    format: int
    done: str


def migrate(location: str | os.PathLike[str]) -> Migrated:
    """Bring a log up to the format of this version; people's keys are not needed.

    Opening a log never changes its format; what cannot be read is refused with a sentence then.
    Back the log up first, and let nobody record meanwhile.

    Raises:
        NotALog: Nothing or something else stands there, or the format is one that this version
            cannot bring up to date: of before the first release, or of a newer version.
        LogError: The log cannot be used.
    """
    store = open_store(os.fspath(location), create=False)
    try:
        done = store.migrate()
        return Migrated(store.url, store.log_id.hex(), FORMAT, done)
    finally:
        store.close()
