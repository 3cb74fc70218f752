"""A webhook sends each event in order, signed, again when nobody answers, and lists every attempt."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from engine.world import NOON, Clock, Place, mc
from feeds.people import register, rename
from feeds.receiver import Receiver, listening

from mentorcore.feeds import webhook as module

BOSS = mc.Viewer.coordinator()
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.01))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


def hook(engine: Any, receiver: Receiver, **more: Any) -> Any:
    return engine.webhook("crm", receiver.url, **{"secret": SECRET, "viewer": BOSS, **more})


def sent(receiver: Receiver) -> list[int]:
    return [json.loads(r.body)["data"]["position"] for r in receiver.received]


def test_each_event_is_sent_once_and_in_order(at: Place, receiver: Receiver) -> None:
    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        crm = hook(engine, receiver)

        assert crm.run_to_end() == 2
        register(engine, "Cem")
        assert crm.run_to_end() == 1

        assert (crm.health().position, crm.health().behind) == (3, 0)
    assert sent(receiver) == [1, 2, 3]
    first = receiver.received[0]
    assert first.path == "/events?of=log"
    assert first.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert json.loads(first.body)["data"]["event"]["name"] == "Ada"


def test_a_request_is_signed_as_the_standard_says(at: Place, receiver: Receiver) -> None:
    with at.open(1) as engine:
        register(engine, "Ada")
        hook(engine, receiver, secret=[OTHER, SECRET], headers={"Authorization": "Bearer x"})

        hook(engine, receiver, secret=[OTHER, SECRET]).run_to_end()

    (request,) = receiver.received
    headers = {name.lower(): value for name, value in request.headers.items()}
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    by_hand = base64.b64encode(hmac.digest(bytes(range(32)), told, sha256)).decode()
    assert f"v1,{by_hand}" in headers["webhook-signature"].split()
    assert headers["webhook-id"] == json.loads(request.body)["id"]
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    for secret in (SECRET, OTHER):
        assert mc.verify_webhook(secret, request.headers, request.body, now=NOON)


def test_what_was_changed_or_is_old_or_of_another_is_not_believed(
    at: Place, receiver: Receiver
) -> None:
    with at.open(1) as engine:
        register(engine, "Ada")
        hook(engine, receiver).run_to_end()
    (request,) = receiver.received
    changed = {**request.headers, "webhook-id": "another"}

    believed = [
        mc.verify_webhook(SECRET, request.headers, request.body + b" ", now=NOON),
        mc.verify_webhook(OTHER, request.headers, request.body, now=NOON),
        mc.verify_webhook(SECRET, changed, request.body, now=NOON),
        mc.verify_webhook(SECRET, {}, request.body, now=NOON),
        mc.verify_webhook(SECRET, request.headers, request.body, now=NOON + timedelta(minutes=6)),
        mc.verify_webhook(SECRET, request.headers, request.body, now=NOON - timedelta(minutes=6)),
    ]

    assert believed == [False] * 6
    assert mc.verify_webhook(SECRET, request.headers, request.body, now=NOON + timedelta(minutes=4))


@pytest.mark.parametrize(
    "hostile",
    [
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "9" * 5_000},
        {"webhook-timestamp": "٣"},
        {"webhook-id": "\ud800"},
        {"webhook-signature": "v1,\udcff"},
        {"webhook-signature": "v1," + "é" * 100_000},
    ],
    ids=["long time", "longer time", "other digits", "no text", "no text either", "long signature"],
)
def test_headers_of_anybody_are_not_believed_and_harm_nobody(hostile: dict[str, str]) -> None:
    seconds = str(int(NOON.timestamp()))
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": seconds,
        "webhook-signature": "v1,",
        **hostile,
    }

    assert mc.verify_webhook(SECRET, headers, b"{}", now=NOON) is False


@pytest.mark.parametrize("status", [500, 503, 429, 404, 401, 302])
def test_a_receiver_that_is_not_well_gets_the_same_event_again_and_loses_nothing(
    at: Place, status: int
) -> None:
    with listening(status, status, 204) as receiver, at.open(1) as engine:
        register(engine, "Ada", "Ben")
        crm = hook(engine, receiver)

        assert crm.run_to_end() == 2

        assert sent(receiver) == [1, 1, 1, 2]
        assert [a.status for a in crm.attempts()] == [status, status, 204, 204]
        assert crm.parked() == ()


def test_whoever_stays_away_is_told_about_and_tried_again_next_time(at: Place) -> None:
    with listening(503) as receiver, at.open(1) as engine:
        register(engine, "Ada")
        crm = hook(engine, receiver)

        with pytest.raises(mc.ReceiverAway, match="503"):
            crm.run_to_end()

        assert len(crm.attempts()) == 3
        receiver.answers = [200]
        assert crm.run_to_end() == 1


def test_no_answer_at_all_is_an_attempt_too(at: Place) -> None:
    with socket.socket() as taken, at.open(1) as engine:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        register(engine, "Ada")
        nobody = Receiver(f"http://127.0.0.1:{taken.getsockname()[1]}/")
        crm = hook(engine, nobody, timeout=2.0)

        with pytest.raises(mc.ReceiverAway, match="did not answer"):
            crm.run_to_end()

        attempt = crm.attempts()[0]
    assert (attempt.status, attempt.error) == (None, "ConnectionRefusedError")
    assert (attempt.number, attempt.position, attempt.name) == (1, 1, "person.registered")


@contextmanager
def dripping(begin: bytes, drop: bytes) -> Iterator[Receiver]:
    """A receiver that begins an answer and goes on with it a little at a time, for ever."""
    stopped = threading.Event()

    def drip(line: socket.socket) -> None:
        with line, suppress(OSError):
            line.recv(1 << 16)
            line.sendall(begin)
            while not stopped.wait(0.02):
                line.sendall(drop)

    def serve() -> None:
        while not stopped.is_set():
            with suppress(TimeoutError):
                drip(server.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield Receiver(f"http://127.0.0.1:{server.getsockname()[1]}/")
        finally:
            stopped.set()
            serving.join()


@pytest.mark.parametrize(
    ("begin", "drop", "status", "error"),
    [
        (b"HTTP/1.1 2", b"0", None, "TimeoutError"),
        (b"HTTP/1.1 200 OK\r\n", b"x-more: 1\r\n", None, "TimeoutError"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n", b"x", 200, None),
    ],
    ids=["no end of the status", "no end of the headers", "no end of the body"],
)
def test_an_answer_that_comes_a_little_at_a_time_is_waited_for_no_longer_than_another(
    begin: bytes, drop: bytes, status: int | None, error: str | None, at: Place
) -> None:
    with dripping(begin, drop) as receiver, at.open(1) as engine:
        register(engine, "Ada")
        crm = hook(engine, receiver, timeout=0.2)

        began = time.monotonic()
        with suppress(mc.ReceiverAway):
            crm.run_to_end()
        took = time.monotonic() - began

        attempts = crm.attempts()
    assert took < 0.2 * len(attempts) + 3
    assert {(a.status, a.error) for a in attempts} == {(status, error)}


def test_an_event_that_is_refused_parks_its_stream_and_no_other(
    at: Place, receiver: Receiver
) -> None:
    with at.open(1) as engine:
        ada, _ben = register(engine, "Ada", "Ben")
        rename(engine, ada, "Ada K.")
        receiver.refuses = ada.encode()
        crm = hook(engine, receiver)

        crm.run_to_end()

        assert [(p.stream, p.position, p.error) for p in crm.parked()] == [(ada, 1, "EventRefused")]
        assert sent(receiver) == [1, 2]
        receiver.refuses = None
        assert crm.retry() == 2
        assert crm.parked() == ()
    assert sent(receiver) == [1, 2, 1, 3]


def test_a_receiver_that_is_gone_parks_the_webhook_until_it_is_resumed(at: Place) -> None:
    with listening(204, 410) as receiver, at.open(1) as engine:
        register(engine, "Ada", "Ben", "Cem")
        crm = hook(engine, receiver)

        for run in (crm.run_to_end, crm.run_to_end, crm.run_forever, crm.replay, crm.retry):
            with pytest.raises(mc.ReceiverGone, match=r"410.*webhook\.resume\(\)"):
                run()

        assert sent(receiver) == [1, 2]
        assert crm.is_gone
        assert hook(engine, receiver).is_gone
        assert crm.parked() == ()
        receiver.answers = [204]
        crm.resume()
        assert crm.run_to_end() == 2
    assert sent(receiver) == [1, 2, 2, 3]


def test_a_receiver_that_is_gone_ends_a_webhook_that_runs_for_ever(at: Place) -> None:
    with listening(410) as receiver, at.open(1) as engine:
        register(engine, "Ada")

        with pytest.raises(mc.ReceiverGone):
            hook(engine, receiver).run_forever()

    assert sent(receiver) == [1]


def test_events_are_sent_again_from_a_position_and_marked(at: Place, receiver: Receiver) -> None:
    with at.open(1) as engine:
        register(engine, "Ada", "Ben", "Cem")
        crm = hook(engine, receiver)
        crm.run_to_end()
        register(engine, "Dee")  # what was not sent yet is not sent again

        assert crm.replay(after=1) == 2
        assert crm.replay(after=0, until=1) == 1

        assert crm.health().position == 3
        assert [a.replay for a in crm.attempts()] == [False] * 3 + [True] * 3
    bodies = [json.loads(r.body) for r in receiver.received]
    assert sent(receiver) == [1, 2, 3, 2, 3, 1]
    assert ["replay" in b for b in bodies] == [False] * 3 + [True] * 3
    assert bodies[3]["id"] == bodies[1]["id"]


def test_attempts_are_listed_in_order_with_their_times(at: Place, receiver: Receiver) -> None:
    clock = Clock()
    with at.open(1, clock=clock) as engine:
        register(engine, "Ada", "Ben")
        crm = hook(engine, receiver)

        crm.run_to_end()

        attempts = crm.attempts()
    assert [a.number for a in attempts] == [1, 2]
    assert {a.begun_at for a in attempts} == {a.ended_at for a in attempts} == {clock.now}
    assert all(a.begun_at.tzinfo is UTC or a.begun_at.utcoffset() == timedelta() for a in attempts)


def test_an_attempt_whose_sender_was_killed_is_listed_as_under_way(
    at: Place, receiver: Receiver
) -> None:
    with at.open(1) as engine:
        register(engine, "Ada")
        crm = hook(engine, receiver)

        crm._attempts.begin(1, "person.registered", datetime.now(UTC), replay=False)
        crm.run_to_end()

        attempts = crm.attempts()
    assert [(a.number, a.ended_at is None, a.status) for a in attempts] == [
        (1, True, None), (2, False, 204),
    ]  # fmt: skip


def test_for_ever_sends_what_is_recorded_meanwhile(at: Place, receiver: Receiver) -> None:
    stop = threading.Event()
    with at.open(1) as engine:
        crm = hook(engine, receiver)
        running = threading.Thread(target=crm.run_forever, kwargs={"stop": stop})
        running.start()
        register(engine, "Ada", "Ben")
        end = time.monotonic() + 20
        while len(receiver.received) < 2 and time.monotonic() < end:
            time.sleep(0.02)

        stop.set()
        running.join(10)

    assert sent(receiver) == [1, 2]


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        ({"url": "ftp://host/x"}, "is no address"),
        ({"url": "/events"}, "is no address"),
        ({"secret": "whsec_short"}, "too short"),
        ({"secret": "whsec_" + base64.b64encode(b"x" * 23).decode()}, "too short"),
        ({"secret": []}, "is no address"),
        ({"names": ["person.registred"]}, "no event is called"),
        ({"viewer": None}, "for whom it opens"),
        ({"name": "C R M"}, "is none"),
    ],
)
def test_what_is_no_webhook_is_refused_and_no_secret_is_repeated(
    at: Place, stated: dict[str, Any], problem: str
) -> None:
    asked = {"name": "crm", "url": "https://host/x", "secret": SECRET, "viewer": BOSS, **stated}

    with at.open(1) as engine, pytest.raises(mc.Invalid, match=problem) as refused:
        engine.webhook(**asked)

    assert "short" not in str(refused.value).replace("too short", "")


def test_neither_address_nor_secret_shows_in_a_webhook(at: Place, receiver: Receiver) -> None:
    with at.open(1) as engine:
        crm = hook(engine, receiver)

        shown = repr(crm) + repr(vars(crm))

    assert "whsec" not in shown
    assert receiver.url not in shown


def test_a_webhook_is_a_copy_that_an_erasure_asks_about(at: Place, receiver: Receiver) -> None:
    erased: list[str] = []

    def purge(person: str) -> int:
        erased.append(person)
        return 1

    with at.open(1) as engine:
        (ada,) = register(engine, "Ada")
        hook(engine, receiver)
        assert engine.derived_copies() == ()  # nothing was sent yet

        hook(engine, receiver).run_to_end()
        (told,) = engine.purge_derived_copies(ada)
        hook(engine, receiver, purge=purge).run_to_end()
        (confirmed,) = engine.purge_derived_copies(ada)

    assert (told.name, told.confirmed) == ("webhook crm", False)
    assert "cannot be called back" in (told.problem or "")
    assert (confirmed.confirmed, confirmed.changed, erased) == (True, 1, [ada])
