"""Reading the log as it grows: every event once, in order, however long it takes.

The library's own subscriptions end when a connection breaks, silently or not, and SQLite has none;
so views and feeds follow the log with this instead.
"""

import threading
import time
from collections.abc import Iterator, Sequence

from mentorcore.log.storage.store import Row, Store

__all__ = ["follow"]


def follow(
    store: Store,
    after: int,
    *,
    names: Sequence[str] = (),
    page: int = 1000,
    idle: float = 1.0,
    beat: float | None = None,
    stop: threading.Event | None = None,
) -> Iterator[list[Row]]:
    """Yield the events behind a position page by page, and go on as new ones are appended.

    What has been yielded has been read only; keep the position of the last row with whatever was
    made of it, in one transaction, and give it as *after* next time.

    Args:
        store: The log.
        after: The last position that was dealt with; 0 for the beginning.
        names: Only events of these names, if given.
        page: The most events at once.
        idle: Seconds after which *stop* is looked at while nothing happens.
        beat: Seconds without such an event after which an empty page is yielded; never, if not
            given.
        stop: Set it to end the iteration; without it there is no end.

    Raises:
        LogError: The log was closed, or its server stayed away for too long.
    """
    due = beat and time.monotonic() + beat
    while not (stop and stop.is_set()):
        # Everything up to the end is in the page, if the page is short: the end is asked first.
        end = store.tail() if names else after
        rows = store.page(after, page, names)
        if rows or (due and time.monotonic() >= due):
            yield rows
            due = beat and time.monotonic() + beat
        if rows:
            after = rows[-1].position
        if len(rows) < page:
            after = max(after, end)
        if not rows:
            left = idle if due is None else max(0.0, min(idle, due - time.monotonic()))
            store.wait(after, left)
