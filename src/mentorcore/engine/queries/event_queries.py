"""The events of a log as they are: read, waited for, and with their corrections applied."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, overload

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.model import Model
from mentorcore.engine.auditing.proofs import Known, Proofs
from mentorcore.engine.commands.idempotency import Outcome
from mentorcore.engine.commands.practice_notes import PracticeNotes
from mentorcore.engine.queries.asked_for import (
    check_known,
    check_position,
    event_names,
    stream_rows,
)
from mentorcore.errors import Invalid, Problem
from mentorcore.log.recorded import Recorded, read_by
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.left_out import whole_of
from mentorcore.log.storage.follower import follow
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.feeds.feed import Feed
    from mentorcore.feeds.positions import Parked
    from mentorcore.feeds.subscription import Subscription
    from mentorcore.feeds.webhook import Webhook
    from mentorcore.projections.summary.effective_records import Effective

__all__ = ["EventQueries"]

PAGE = 500
"""Events read at once; larger pages leave the processor's cache and are slower."""


class EventQueries(Proofs):
    """What can be asked of the events of an open log; `Engine` answers all of it."""

    _store: Store
    _codec: Codec
    _views: Views
    _model: Model
    _notes: PracticeNotes

    def now(self) -> datetime:
        """The clock, in UTC."""
        raise NotImplementedError

    def _at(self, as_of: date | datetime | None, as_known: Known | None) -> Moment:
        """The moment that is asked about, a held checkpoint as the position that it covers."""
        known = self.known_at(as_known)
        if known is not None:
            check_known(self._store, known, self.now)
        return Moment(as_of, known)

    def _names(self, stated: Sequence[str]) -> tuple[str, ...]:
        """The stored names of events that a question names."""
        return event_names(stated, self._model.names, self._holds) if stated else ()

    def _holds(self, name: str) -> bool:
        """Whether events of a name that is not in the catalogue may be meant all the same."""
        kind = name.partition(".")[0]
        if kind not in self._model.aggregates and self._is_kind(kind):
            return True
        return bool(whole_of(self._store).page(0, 1, (name,)))

    def _is_kind(self, kind: str) -> bool:
        """Whether streams are of such a kind, be it of a practice that is not here."""
        return kind in self._model.aggregates or self._notes.of(kind) is not None

    def _answered(self, outcome: Outcome) -> Outcome:
        """An answer whose events know who can show them."""
        for told in outcome.events:
            read_by(told, self._codec.showing)
        return outcome

    def events(
        self, after: int = 0, *, stream: str | None = None, names: Sequence[str] = ()
    ) -> Iterator[Recorded[Any]]:
        """The recorded events behind position *after*, in order; personal values stay sealed.

        Args:
            after: A position; 0 is the beginning.
            stream: Only this stream's events.
            names: Only events with these stored names. What stands behind the dot, such as
                ``meeting-held``, is enough where the events of one kind alone have it.

        Raises:
            Invalid: This is no position, or no list of names.
            Refused: There is no such stream (``no_such_subject``), no such name
                (``no_such_event_name``), or the position lies beyond the last one
                (``no_such_position``): what is not there is no absence of events.
        """
        if type(after) is not int:
            problem = Problem("after", f"{after!r} is no position", "a whole number, 0 or more")
            raise Invalid("no events stand there", [problem])
        rows = None if stream is None else stream_rows(whole_of(self._store), stream)
        return self._told(after, rows, self._names(names))

    def _told(
        self, after: int, rows: Sequence[Row] | None, names: Sequence[str]
    ) -> Iterator[Recorded[Any]]:
        start = after
        if rows is not None:
            for row in rows:
                if row.position > after and (not names or row.name in names):
                    yield self._codec.recorded(row)
        else:
            while page := whole_of(self._store).page(after, PAGE, names):
                for row in page:  # the engine is asked for each, and refuses in a forked process
                    yield self._codec.recorded(row)
                after = page[-1].position
        if after == start and start:
            check_position(self._store, start, "position")

    def effective(
        self,
        *,
        stream: str | None = None,
        names: Sequence[str] = (),
        as_of: date | datetime | None = None,
        as_known: Known | None = None,
    ) -> Iterator[Effective[Any]]:
        """The records that stand, with their corrections applied; personal values stay sealed.

        `events` gives what was recorded, this what it has come to: what was retracted is left out
        and what was amended says what it says now. Stream by stream, in each in the order in which
        it was true. Sums over it agree with the views: those of ``counted_minutes`` over the
        meetings of a pairing with the ``minutes`` of its row, at any moment on either axis.

        Args:
            stream: Only this stream's records.
            names: Only records with these stored names.
            as_of: Only what was true then.
            as_known: Only what the log knew then.

        Raises:
            Refused: ``practice_missing``: they are of a practice that is not here. Where nothing
                is named, its records are passed over. There is no such stream or name; see
                `events`.
        """
        if stream is not None:
            stream_rows(whole_of(self._store), stream)
        names = self._names(names)
        for kind in {kind_of(stream or ""), *(name.partition(".")[0] for name in names)}:
            if kind not in self._model.aggregates and self._notes.of(kind) is not None:
                raise self._notes.missing(kind)
        asked = self._at(as_of, as_known)
        found = self._views.effective(asked, stream=stream, names=names, today=self.now())
        return (read_by(record, self._codec.showing) for record in found)

    @overload
    def follow(
        self,
        after: int = 0,
        *,
        names: Sequence[str] = (),
        heartbeat: None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Recorded[Any]]: ...

    @overload
    def follow(
        self,
        after: int = 0,
        *,
        names: Sequence[str] = (),
        heartbeat: float,
        stop: threading.Event | None = None,
    ) -> Iterator[Recorded[Any] | None]: ...

    def follow(
        self,
        after: int = 0,
        *,
        names: Sequence[str] = (),
        heartbeat: float | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Recorded[Any] | None]:
        """Every event behind *after*, once and in order, waiting for those to come.

        It goes on through restarts of the database server, until *stop* is set. It remembers
        nothing: `subscription` keeps the position for you.

        Args:
            after: The last position that was dealt with; 0 for the beginning.
            names: Only events with these stored names.
            heartbeat: After so many seconds without such an event ``None`` comes in place of one,
                and again after as many, so that the loop that reads can do something else.
                Without it the loop waits as long as nothing happens.
            stop: Set it to end the iteration, within a second; without it there is no end.

        Raises:
            Invalid: The heartbeat is not above 0.
            Refused: There is no such name; see `events`.
            LogError: The log was closed, or its server stayed away for too long.
        """
        if heartbeat is not None and not heartbeat > 0:
            problem = Problem("heartbeat", f"{heartbeat!r} seconds", "a number above 0")
            raise Invalid("a log cannot be followed so", [problem])
        wanted = self._names(names)
        return self._following(follow(self._store, after, names=wanted, beat=heartbeat, stop=stop))

    def _following(self, pages: Iterator[list[Row]]) -> Iterator[Recorded[Any] | None]:
        for page in pages:
            for row in page:  # as above
                yield self._codec.recorded(row)
            if not page:
                yield None

    def subscription(
        self,
        name: str,
        *,
        names: Sequence[str] = (),
        kinds: Sequence[str] = (),
        after: int = 0,
        connection: Any = None,
        transaction: Callable[[], AbstractContextManager[Any]] | None = None,
        on_parked: Callable[[Parked, Exception], object] | None = None,
    ) -> Subscription:
        """Events handed on once and in order, by a subscription that remembers how far it came.

        Nothing runs yet: `Subscription.run_once`, `run_to_end` and `run_forever` hand events on to
        a function. The position stands in the log's own database and moves when that function has
        returned; what was handled just before a crash is then handed on again. Given a connection
        of the host's, it stands in the host's database (the table ``mentorcore_subscription``,
        made when it is first needed) and is committed together with what the function writes on
        that connection: each effect is there exactly once.

        Args:
            name: Under which name it remembers, such as ``billing``.
            names: Only events with these stored names.
            kinds: Only events on streams of these kinds, such as ``pairing``.
            after: The position behind which it begins the first time; `position` for what is new.
            connection: An idle connection of psycopg 3 or sqlite3. Each event is handled in a
                transaction on it, which is committed with the position.
            transaction: Instead of a connection, what begins a transaction of the host's and
                yields its connection (or a session of SQLAlchemy, or that of Django), as a context
                manager whose end commits.
            on_parked: Is told of each event that could not be handled, and of the error.

        Raises:
            Invalid: A name that is empty or not known, or both a connection and a transaction.
        """
        from mentorcore.feeds.opening import subscription

        return subscription(
            self._store,
            self._codec.recorded,
            name,
            stored=self._names,
            is_kind=self._is_kind,
            now=self.now,
            names=names,
            kinds=kinds,
            after=after,
            connection=connection,
            transaction=transaction,
            on_parked=on_parked,
        )

    def feed(self, viewer: Viewer, *, names: Sequence[str] = (), source: str | None = None) -> Feed:
        """Events as CloudEvents 1.0, one by one or as JSON lines.

        Args:
            viewer: For whom personal values are opened; for everybody else they are withheld, and
                what a member may not know of is left out.
            names: Only events with these stored names.
            source: The URI that says where events come from; by default one of the log's id.

        Raises:
            Invalid: The viewer is none.
            Refused: There is no such name; see `events`.
        """
        from mentorcore.feeds.opening import feed

        return feed(self, viewer, names=self._names(names), source=source)

    def webhook(
        self,
        name: str,
        url: str,
        *,
        secret: str | Sequence[str],
        viewer: Viewer,
        names: Sequence[str] = (),
        kinds: Sequence[str] = (),
        after: int = 0,
        source: str | None = None,
        timeout: float = 10.0,
        headers: Mapping[str, str] | None = None,
        tls: Any = None,
        purge: Callable[[str], int] | None = None,
    ) -> Webhook:
        """A feed that is sent to an address, one request for each event, in order.

        Requests are signed as the Standard Webhooks specification says; `verify_webhook` checks
        them. Address, secrets and headers are not kept, and nothing is sent yet: that do
        `Webhook.run_to_end` and `Webhook.run_forever`.

        Args:
            name: Under which name it remembers how far it has come, as of `subscription`.
            url: An ``http`` or ``https`` address.
            secret: At least 24 random bytes in base64, by custom after ``whsec_``; several while
                one is replaced by another.
            viewer: As of `feed`.
            names: Only events with these stored names.
            kinds: Only events on streams of these kinds.
            after: The position behind which it begins the first time.
            source: As of `feed`.
            timeout: Seconds in which the receiver has to be reached, and then to answer.
            headers: Further headers, such as one that authorizes.
            tls: An `ssl.SSLContext` by which an ``https`` address is checked; by default as the
                system does.
            purge: Asks the receiver to erase what it holds of a person, and answers how much that
                was; see `register_derived_copy`. Without it the webhook stays listed by
                `purge_derived_copies` as one that cannot be called back.

        Raises:
            Invalid: The address, the secret, the viewer or something else is none.
        """
        from mentorcore.feeds.opening import webhook
        from mentorcore.feeds.webhook import Receiver

        more = tuple((headers or {}).items())
        receiver = Receiver.of(url, secret, timeout=timeout, headers=more, tls=tls)
        return webhook(
            self,
            self._store,
            name,
            receiver,
            viewer=viewer,
            names=names,
            kinds=kinds,
            after=after,
            source=source,
            purge=purge,
        )
