"""Whether each event of a log can be read by itself, and whether one is missing on its stream."""

from collections.abc import Callable, Iterator
from typing import Any

from mentorcore.errors import EventError
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store

__all__ = ["event_faults"]

PAGE = 2_000


def event_faults(store: Store, read: Callable[[Row], Recorded[Any]]) -> Iterator[str]:
    """What is wrong with single events, each in a sentence, in the order of the log.

    Of a log that nobody signs, a version that is missing on its stream is all by which it is seen
    that an event was taken out.

    Args:
        store: The log.
        read: What reads a stored event.
    """
    after, versions = 0, dict[str, int]()
    while page := store.page(after, PAGE):
        for row in page:
            due = versions.get(row.stream, 0) + 1
            versions[row.stream] = row.version
            if row.version != due:
                found = f"version {row.version} of {row.stream} stands at position {row.position:,}"
                yield f"{found}, where version {due} was due: events were taken out, or doubled"
            try:
                read(row)
            except EventError as error:
                yield str(error)
        after = page[-1].position
