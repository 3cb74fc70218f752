"""A subscription: each event of the log handed on once and in order, however often it runs.

It remembers how far it has come. One of several runs at a time, and another takes over when that
one ends, however it ends. An event that cannot be handled parks its own stream, which waits, and
nothing else does; later it is tried again, with what happened behind it on that stream, in order.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import attrs

from mentorcore.errors import (
    Conflict,
    Invalid,
    LogAway,
    LogBusy,
    LogError,
    Problem,
    ReceiverAway,
    ReceiverGone,
    SubscriptionBusy,
)
from mentorcore.feeds.handling import Handler, Handling
from mentorcore.feeds.positions import Parked, Positions, Standing
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.instants import stamped
from mentorcore.log.storage.store import Row, Store
from mentorcore.log.storage.turn import Turn

__all__ = ["Subscription", "SubscriptionHealth"]

PAGE = 200
"""Events read at once."""
IDLE = 0.5
"""Seconds between two looks whether it was stopped."""
SOON = timedelta(seconds=1)
"""After how long it is stored that events were passed over that nobody asked for."""
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds after which a receiver that is away is tried again; the last again and again."""


@attrs.frozen
class SubscriptionHealth:
    """How a subscription is doing.

    Attributes:
        name: The subscription's name.
        position: How far it has come.
        end: The last position of the log.
        next_position: The position of the next event that it is to hand on; ``None`` if there is
            none, wherever the log ends.
        behind: How many positions there are from that event to the end; 0 if there is none.
        parked: The streams that wait, those waiting longest first.
        is_active: Whether somebody is at work on it.
        moved_at: When its position was stored last.
    """

    name: str
    position: int
    end: int
    next_position: int | None
    behind: int
    parked: tuple[Parked, ...]
    is_active: bool
    moved_at: datetime | None


class Subscription:
    """Hands on events and remembers how far it has come; see `Engine.subscription`.

    Args:
        store: The log.
        read: What reads a stored event.
        name: Under which name it remembers.
        positions: Where it remembers.
        now: The clock.
        names: Only events with these stored names; all, if none is given.
        kinds: Only events on streams of these kinds; all, if none is given.
        on_parked: Is told of each event that could not be handled, with the error.
    """

    def __init__(
        self,
        store: Store,
        read: Callable[[Row], Recorded[Any]],
        name: str,
        positions: Positions,
        *,
        now: Callable[[], datetime],
        names: Sequence[str] = (),
        kinds: Collection[str] = (),
        on_parked: Callable[[Parked, Exception], object] | None = None,
    ) -> None:
        self.name = name
        self._store = store
        self._positions = positions
        self._now = now
        self._names = tuple(names)
        self._handling = Handling(
            store,
            read,
            positions,
            now=now,
            names=names,
            kinds=kinds,
            on_parked=on_parked,
        )
        self._at = 0

    @property
    def position(self) -> int:
        """How far it has come: everything up to here was handled, parked or passed over."""
        return self._positions.read().position

    def parked(self) -> tuple[Parked, ...]:
        """The streams that wait because an event of theirs could not be handled, oldest first."""
        return _in_order(self._positions.read())

    def health(self) -> SubscriptionHealth:
        """How it is doing, held against the log's real end."""
        standing = self._positions.read()
        end = self._store.tail()
        following = next(self._waiting(standing), None)
        next_position = None if following is None else following.position
        return SubscriptionHealth(
            name=self.name,
            position=standing.position,
            end=end,
            next_position=next_position,
            behind=0 if next_position is None else max(0, end - next_position + 1),
            parked=_in_order(standing),
            is_active=self._is_active(),
            moved_at=standing.moved_at,
        )

    def run_once(self, handle: Handler, *, patience: float = 10.0) -> int:
        """Hand on the next event that waits, if one does; answers how many were handled.

        Args:
            handle: What is done about an event.
            patience: Seconds to wait for somebody else who is at work on it.

        Raises:
            SubscriptionBusy: Somebody else was at work for so long.
            ReceiverAway: The handler said so; the event is handed on again next time.
            LogError: The log cannot be used, or an older one was put in its place.
        """
        with self._alone(patience):
            return self._work(handle, most=1)

    def run_to_end(self, handle: Handler, *, patience: float = 10.0) -> int:
        """Hand on all that is recorded by now; answers how many events were handled.

        What is recorded while it runs is left for the next time. Arguments and errors are those
        of `run_once`.
        """
        with self._alone(patience):
            return self._work(handle, until=self._store.tail())

    def run_forever(self, handle: Handler, *, stop: threading.Event | None = None) -> int:
        """Hand on all that is recorded and will be, until *stop* is set; answers how many.

        Somebody else who is at work is waited for. A receiver that is away is tried again, ever
        more seldom.

        Args:
            handle: What is done about an event.
            stop: Set it to end, within a second; without it there is no end.

        Raises:
            ReceiverGone: The handler said so; nothing is tried again.
            LogError: The log was closed, or an older log was put in its place. A server that is
                away is waited for.
        """
        done = failed = 0
        stopped = stop or threading.Event()
        while not stopped.is_set():
            turn, pause = None, 0.0
            try:
                turn = self._store.take_turn(self._turn_name, IDLE)
                while turn is not None and turn.is_held() and not stopped.is_set():
                    done += self._work(handle, stop=stopped)
                    failed = 0
                    self._store.wait(self._at, IDLE)
            except ReceiverGone:
                raise
            except (ReceiverAway, Conflict, LogAway, LogBusy):
                pause = PAUSES[min(failed, len(PAUSES) - 1)]
                failed += 1
            finally:
                if turn is not None:
                    turn.give_back()
            stopped.wait(pause)
        return done

    def retry(self, handle: Handler, stream: str | None = None, *, patience: float = 10.0) -> int:
        """Try parked streams again now, each in order; answers how many events were handled.

        Args:
            handle: What is done about an event.
            stream: Only this one; all, if not given.
            patience: See `run_once`.

        Raises:
            Invalid: That stream is not parked.
            SubscriptionBusy: See `run_once`, as of all others.
        """
        with self._alone(patience):
            standing = self._standing()
            self._confirm_parked(standing, stream)
            wanted = list(standing.parked) if stream is None else [stream]
            standing, done = self._handling.retry(handle, standing, wanted)
            return done

    def skip(self, stream: str, *, patience: float = 10.0) -> None:
        """Give up the event that a stream waits with: the next on it is tried next.

        Raises:
            Invalid: That stream is not parked.
            SubscriptionBusy: See `run_once`.
        """
        with self._alone(patience):
            standing = self._standing()
            self._confirm_parked(standing, stream)
            behind = self._handling.behind(standing, stream)[1:]
            with self._positions.unit(standing) as change:
                change.streams[stream] = self._handling.following(standing.parked[stream], behind)

    def go_to(self, position: int, *, patience: float = 10.0) -> None:
        """Go on behind a position of the log, whatever was handed on before; nothing is parked.

        Raises:
            Invalid: There is no such position.
            SubscriptionBusy: See `run_once`.
        """
        end = self._store.tail()
        if type(position) is not int or not 0 <= position <= end:
            problem = Problem("position", f"{position!r} is none of this log", f"0 to {end}")
            raise Invalid("the subscription cannot go there", [problem])
        with self._alone(patience):
            self._positions.begin_at(position, self._recorded_at(position))

    @property
    def _turn_name(self) -> str:
        return f"subscription:{self.name}"

    @contextmanager
    def _alone(self, patience: float) -> Iterator[Turn]:
        turn = self._store.take_turn(self._turn_name, patience)
        if turn is None:
            raise SubscriptionBusy(
                f"somebody else is at work on the subscription {self.name!r}, for {patience} s now"
            )
        try:
            yield turn
        finally:
            turn.give_back()

    def _is_active(self) -> bool:
        turn = self._store.take_turn(self._turn_name, 0.0)
        if turn is None:
            return True
        turn.give_back()
        return False

    def _standing(self) -> Standing:
        standing = self._positions.read()
        end = self._store.tail()
        if standing.position > end:
            raise LogError(
                f"the subscription {self.name!r} stands at position {standing.position}, and the "
                f"log ends at {end}: an older log was put in its place. What was recorded since "
                f"will be handed on after subscription.go_to({end})"
            )
        if standing.recorded_at is not None and standing.recorded_at != (
            here := self._recorded_at(standing.position)
        ):
            raise LogError(
                f"the subscription {self.name!r} has come to the event that was recorded at "
                f"{standing.recorded_at} as position {standing.position}, where one of "
                f"{here or 'no time'} stands now: an older log was put in its place, and more was "
                "recorded since. All of that will be handed on after subscription.go_to(...) with "
                "the last position of the log that was put back"
            )
        return standing

    def _recorded_at(self, position: int) -> str | None:
        """When the event at a position was recorded; ``None`` where none stands."""
        rows = self._store.page(position - 1, 1) if position else []
        return stamped(rows[0].state) if rows and rows[0].position == position else None

    def _work(
        self,
        handle: Handler,
        *,
        most: int | None = None,
        until: int | None = None,
        stop: threading.Event | None = None,
    ) -> int:
        """Hand on what is due; answers how many events were handled."""
        standing = self._standing()
        now = self._now()
        due = [p.stream for p in _in_order(standing) if p.retry_at <= now]
        standing, done = self._handling.retry(handle, standing, due, most)
        while most is None or done < most:
            # The end is asked for first: everything up to it is in the page, if the page is short.
            end = self._store.tail() if until is None else until
            page = self._store.page(standing.position, PAGE, self._names)
            rows = [row for row in page if row.position <= end]
            for row in rows:
                if stop is not None and stop.is_set():
                    return done
                if self._handling.wants(row) and row.stream not in standing.parked:
                    standing, handled = self._handling.hand_on(handle, standing, row)
                    done += handled
                    if most is not None and done >= most:
                        return done
            is_last = len(page) < PAGE or len(rows) < len(page)
            self._at = end if is_last else rows[-1].position
            standing = self._passed_over(standing, self._at, soon=stop is None)
            if is_last:
                break
        return done

    def _passed_over(self, standing: Standing, position: int, soon: bool) -> Standing:
        """The standing behind events that nobody asked for; seldom stored while it goes on."""
        passed = position - standing.position
        at = standing.moved_at
        if passed <= 0 or not (soon or passed >= PAGE or at is None or self._now() - at > SOON):
            return standing
        with self._positions.unit(standing) as change:
            change.move_to(position, self._recorded_at(position))
        return change.made()

    def _confirm_parked(self, standing: Standing, stream: str | None) -> None:
        if stream is not None and stream not in standing.parked:
            listed = ", ".join(standing.parked) or "none"
            problem = Problem("stream", f"{stream} is not parked", f"one of those parked: {listed}")
            raise Invalid("there is nothing to try again", [problem])

    def _waiting(self, standing: Standing) -> Iterator[Row]:
        """What is to be handed on behind the position."""
        after = standing.position
        while rows := self._store.page(after, PAGE, self._names):
            yield from (
                r for r in rows if self._handling.wants(r) and r.stream not in standing.parked
            )
            after = rows[-1].position


def _in_order(standing: Standing) -> tuple[Parked, ...]:
    return tuple(sorted(standing.parked.values(), key=lambda p: p.position))
