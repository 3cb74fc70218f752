"""A webhook: a feed that is sent to an address, one request for each event, in order.

A receiver that does not answer is tried again; one that refuses an event parks the stream of that
event alone; one that says it is gone for good (410) parks the whole webhook until somebody resumes
it. Every attempt is listed.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import attrs

from mentorcore.errors import EventRefused, Invalid, Problem, ReceiverAway, ReceiverGone
from mentorcore.feeds.attempts import Attempt, Attempts
from mentorcore.feeds.feed import CONTENT_TYPE, Feed
from mentorcore.feeds.positions import LogPositions, Parked
from mentorcore.feeds.signature import read_secret, signed
from mentorcore.feeds.subscription import Subscription, SubscriptionHealth
from mentorcore.log.recorded import Recorded

__all__ = ["Receiver", "Webhook"]

DONE = range(200, 300)
GONE = 410
OF_THE_EVENT = frozenset({400, 409, 413, 415, 422})
"""What a receiver answers that minds this event; everything else is about the receiver."""
READ_AT_MOST = 1 << 16
PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between two tries of a run that ends."""


@attrs.frozen
class Receiver:
    """Where a webhook goes.

    Attributes:
        url: An ``http`` or ``https`` address.
        secrets: What signs requests; the first is the one in use, others are on their way out.
        timeout: Seconds in which a receiver has to be reached, and then to answer.
        headers: Further headers, such as one that authorizes.
        tls: How ``https`` is checked; by default as the system does.
    """

    url: str = attrs.field(repr=False)
    secrets: tuple[bytes, ...] = attrs.field(repr=False)
    timeout: float = 10.0
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    tls: ssl.SSLContext | None = None

    @classmethod
    def of(cls, url: str, secret: str | Sequence[str], **more: Any) -> "Receiver":
        """A receiver, checked.

        Raises:
            Invalid: The address or a secret is none.
        """
        secrets = (secret,) if isinstance(secret, str) else tuple(secret)
        found = urlsplit(url) if isinstance(url, str) else urlsplit("")
        if found.scheme not in ("http", "https") or not found.hostname or not secrets:
            expected = "an address such as https://host/path, and a secret"
            raise Invalid("this is no webhook", [Problem("url", "is no address", expected)])
        return cls(url, tuple(map(read_secret, secrets)), **more)

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send a request; answers the status. Nothing is followed, and nothing is kept open.

        A receiver that sends its answer a little at a time has no longer than another.

        Raises:
            OSError: There was no answer.
            http.client.HTTPException: There was an answer that is none.
        """
        at = urlsplit(self.url)
        host = at.hostname or ""
        if at.scheme == "https":
            tls = self.tls or ssl.create_default_context()
            line: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, at.port, timeout=self.timeout, context=tls
            )
        else:
            line = http.client.HTTPConnection(host, at.port, timeout=self.timeout)
        late = threading.Event()
        with closing(line):
            line.connect()
            hanging_up = threading.Timer(self.timeout, _hang_up, (line.sock, late))
            hanging_up.daemon = True
            hanging_up.start()
            try:
                path = f"{at.path or '/'}{f'?{at.query}' if at.query else ''}"
                line.request("POST", path, body, {**headers, **dict(self.headers)})
                answer = line.getresponse()
                if late.is_set():
                    raise TimeoutError  # the end of its headers never came
            except (OSError, http.client.HTTPException) as error:
                if late.is_set() and not isinstance(error, TimeoutError):
                    raise TimeoutError from error
                raise
            else:
                with suppress(OSError, http.client.HTTPException):
                    answer.read(READ_AT_MOST)  # its status is all that counts
                return answer.status
            finally:
                hanging_up.cancel()


def _hang_up(line: socket.socket, late: threading.Event) -> None:
    """End a request that has lasted too long: whoever reads its answer finds the end of it."""
    late.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class Webhook:
    """Sends a feed to a receiver; see `Engine.webhook`.

    Args:
        feed: What is sent.
        subscription: Remembers how far it has come.
        receiver: Where it goes.
        attempts: Where attempts are noted.
        positions: Where it is kept how far it has come, and whether the receiver is gone.
        events: The events behind a position that the webhook is about.
        noted: Notes that a copy of what the log says goes out, before the first of it does.
        now: The clock.
    """

    def __init__(
        self,
        feed: Feed,
        subscription: Subscription,
        receiver: Receiver,
        attempts: Attempts,
        positions: LogPositions,
        *,
        events: Callable[[int], Iterator[Recorded[Any]]],
        noted: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._feed = feed
        self._subscription = subscription
        self._receiver = receiver
        self._attempts = attempts
        self._positions = positions
        self._events = events
        self._noted = noted
        self._now = now

    def run_to_end(self, *, patience: float = 10.0) -> int:
        """Send all that is recorded by now; answers how many events were sent or passed over.

        Args:
            patience: Seconds to wait for somebody else who sends.

        Raises:
            ReceiverGone: It answered 410; nothing is sent until `resume`.
            ReceiverAway: It did not answer, several times; nothing is lost.
            SubscriptionBusy: Somebody else sent for so long.
        """
        self._confirm_there()
        return self._subscription.run_to_end(self._patiently, patience=patience)

    def run_forever(self, *, stop: threading.Event | None = None) -> int:
        """Send all that is recorded and will be, until *stop* is set; answers how many events.

        Raises:
            ReceiverGone: It answered 410; nothing is sent until `resume`.
            LogError: As of `Subscription.run_forever`.
        """
        self._confirm_there()
        return self._subscription.run_forever(self._send, stop=stop)

    def replay(self, after: int = 0, until: int | None = None) -> int:
        """Send events again, marked as a replay; answers how many. Where it stands stays.

        Args:
            after: The position of the last event that is not wanted; 0 for the beginning.
            until: The last position that is wanted; by default how far the webhook has come.

        Raises:
            ReceiverGone, ReceiverAway: As of `run_to_end`.
            EventRefused: It does not take one of them; those before it were sent.
        """
        self._confirm_there()
        last = self._subscription.position if until is None else until
        sent = 0
        for recorded in self._events(after):
            if recorded.position > last:
                break
            self._patiently(recorded, replay=True)
            sent += 1
        return sent

    def retry(self, stream: str | None = None) -> int:
        """Send what parked streams wait with, in order; see `Subscription.retry`."""
        self._confirm_there()
        return self._subscription.retry(self._patiently, stream)

    def resume(self) -> None:
        """Send again to a receiver that had said it was gone."""
        self._positions.hold(held=False)

    def health(self) -> SubscriptionHealth:
        """How it is doing; see `Subscription.health`."""
        return self._subscription.health()

    def parked(self) -> tuple[Parked, ...]:
        """The streams that wait because the receiver refused an event of theirs."""
        return self._subscription.parked()

    def attempts(self) -> tuple[Attempt, ...]:
        """Every request that was made, in the order in which they were begun."""
        return tuple(self._attempts.listed())

    @property
    def is_gone(self) -> bool:
        """Whether the receiver said that it is gone for good."""
        return self._positions.is_held()

    def _confirm_there(self) -> None:
        self._noted()
        if self.is_gone:
            raise ReceiverGone(
                f"the receiver of the webhook {self._subscription.name!r} has answered 410, gone; "
                "nothing is sent until webhook.resume()"
            )

    def _patiently(self, recorded: Recorded[Any], *, replay: bool = False) -> None:
        """Send one event, and again when nobody answers, a few times."""
        for pause in PAUSES:
            try:
                return self._send(recorded, replay=replay)
            except ReceiverGone:
                raise
            except ReceiverAway:
                time.sleep(pause)
        return self._send(recorded, replay=replay)

    def _send(self, recorded: Recorded[Any], *, replay: bool = False) -> None:
        body = self._feed.body(recorded, replay=replay)
        if body is None:
            return  # the viewer may not know of it
        attempt = self._attempts.begin(recorded.position, recorded.name, self._now(), replay=replay)
        id_ = self._feed.id_of(recorded)
        headers = {
            "content-type": CONTENT_TYPE,
            "user-agent": "mentorcore",
            **signed(self._receiver.secrets, id_, self._now(), body),
        }
        status, error = None, None
        try:
            status = self._receiver.post(body, headers)
        except (OSError, http.client.HTTPException) as problem:
            error = type(problem).__name__
        self._attempts.end(attrs.evolve(attempt, ended_at=self._now(), status=status, error=error))
        if status is None:
            raise ReceiverAway(f"the receiver did not answer: {error}")
        if status in DONE:
            return
        if status == GONE:
            self._positions.hold(held=True)
            self._confirm_there()
        if status in OF_THE_EVENT:
            raise EventRefused(f"the receiver answered {status}")
        raise ReceiverAway(f"the receiver answered {status}")
