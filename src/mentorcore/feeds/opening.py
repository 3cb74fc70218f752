"""Making a subscription of what a host asks for."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from mentorcore.domain.aggregate import kind_of
from mentorcore.errors import Invalid, LogError, Problem, Refused
from mentorcore.feeds.attempts import Attempts
from mentorcore.feeds.feed import Feed
from mentorcore.feeds.host_positions import HostPositions, as_transaction
from mentorcore.feeds.positions import LogPositions, Parked, Positions
from mentorcore.feeds.subscription import Subscription
from mentorcore.feeds.webhook import Receiver, Webhook
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.access.redactor import Viewer

__all__ = ["feed", "subscription", "webhook"]

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


def subscription(
    store: Store,
    read: Callable[[Row], Recorded[Any]],
    name: str,
    *,
    stored: Callable[[Sequence[str]], tuple[str, ...]],
    is_kind: Callable[[str], bool],
    now: Callable[[], datetime],
    names: Sequence[str],
    kinds: Sequence[str],
    after: int,
    connection: Any,
    transaction: Callable[[], AbstractContextManager[Any]] | None,
    on_parked: Callable[[Parked, Exception], object] | None,
) -> Subscription:
    """A subscription to a log; see `Engine.subscription`.

    *stored* tells the stored names of events and refuses those that there are not, and *is_kind*
    tells whether there may be streams of a kind.

    Raises:
        Invalid: With all that is wrong with it.
    """
    problems = list(_problems(name, stored, is_kind, names=names, kinds=kinds, after=after))
    if connection is not None and transaction is not None:
        problems.append(Problem("transaction", "stands beside a connection", "one of the two"))
    if problems:
        raise Invalid("this is no subscription", problems)
    positions: Positions = LogPositions(store, name, after, now)
    if connection is not None:
        transaction = as_transaction(connection)
    if transaction is not None:
        positions = HostPositions(store.log_id.hex(), name, after, now, transaction)
    return Subscription(
        store, read, name, positions, now=now, names=stored(names), kinds=kinds, on_parked=on_parked
    )


def feed(engine: Any, viewer: Viewer, *, names: Sequence[str], source: str | None) -> Feed:
    """A feed of an open log; see `Engine.feed`."""

    def events(after: int, wanted: Sequence[str]) -> Iterator[Recorded[Any]]:
        found: Iterator[Recorded[Any]] = engine.events(after, names=wanted)
        return found

    return Feed(engine.log_id, viewer, events, names=names, source=source)


def webhook(
    engine: Any,
    store: Store,
    name: str,
    receiver: Receiver,
    *,
    viewer: Viewer,
    names: Sequence[str],
    kinds: Sequence[str],
    after: int,
    source: str | None,
    purge: Callable[[str], int] | None,
) -> Webhook:
    """A webhook of an open log; see `Engine.webhook`."""
    copy = f"webhook {name}"

    def noted() -> None:
        engine.register_derived_copy(copy, purge or _cannot_be_called_back)

    def events(behind: int) -> Iterator[Recorded[Any]]:
        for recorded in engine.events(behind, names=names):
            if not kinds or kind_of(recorded.stream) in kinds:
                yield recorded

    made = feed(engine, viewer, names=names, source=source)
    sub = engine.subscription(name, names=names, kinds=kinds, after=after)
    positions = LogPositions(store, name, after, engine.now)
    attempts = Attempts(store, name)
    more: dict[str, Any] = {"events": events, "noted": noted, "now": engine.now}
    return Webhook(made, sub, receiver, attempts, positions, **more)


def _cannot_be_called_back(person: str) -> int:
    raise LogError(
        f"what was sent cannot be called back: ask the receiver to erase what it holds of {person}"
    )


def _problems(
    name: str,
    stored: Callable[[Sequence[str]], tuple[str, ...]],
    is_kind: Callable[[str], bool],
    *,
    names: Sequence[str],
    kinds: Sequence[str],
    after: int,
) -> list[Problem]:
    found = []
    if type(name) is not str or not NAME.fullmatch(name):
        expected = "lower case letters, digits, dots and hyphens, such as billing"
        found.append(Problem("name", f"{name!r} is none", expected))
    for path, stated in (("names", names), ("kinds", kinds)):
        if isinstance(stated, str):
            found.append(Problem(path, f"{stated!r} is one text", f"a list, such as [{stated!r}]"))
    if not found:
        for event in names:
            try:
                stored([event])
            except Refused as refused:
                found.append(Problem("names", refused.reason, "a stored name"))
        found += [
            Problem("kinds", f"{kind!r} is no kind of stream", "such as pairing")
            for kind in kinds
            if not is_kind(kind)
        ]
    if type(after) is not int or after < 0:
        found.append(Problem("after", f"{after!r} is no position", "0 or more"))
    return found
