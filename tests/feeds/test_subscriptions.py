"""A subscription hands on each event once and in order, and remembers how far it has come."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from engine.world import Clock, Place, mc
from feeds.people import Seen, register, rename

from mentorcore.log.storage.store import Draft


def test_what_was_handed_on_is_not_handed_on_again(at: Place) -> None:
    seen = Seen()
    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        billing = engine.subscription("billing")

        assert billing.run_to_end(seen) == 2
        register(engine, "Cem")
        assert engine.subscription("billing").run_to_end(seen) == 1
        assert billing.run_to_end(seen) == 0

    assert seen.positions == [1, 2, 3]


def test_it_goes_on_where_it_ended_when_the_log_is_opened_again(durable: Place) -> None:
    seen = Seen()
    with durable.open(1) as engine:
        register(engine, "Ada", "Ben")
        engine.subscription("billing").run_once(seen)

    with durable.open(100) as engine:
        engine.subscription("billing").run_to_end(seen)

    assert seen.positions == [1, 2]


def test_each_subscription_remembers_for_itself(at: Place) -> None:
    one, other = Seen(), Seen()
    with at.open(1) as engine:
        register(engine, "Ada", "Ben")

        engine.subscription("billing").run_to_end(one)
        engine.subscription("mail").run_once(other)

        assert engine.subscription("billing").position == 2
        assert engine.subscription("mail").position == 1
    assert (one.positions, other.positions) == ([1, 2], [1])


def test_one_event_at_a_time_or_all_until_the_end(at: Place) -> None:
    seen = Seen()
    with at.open(1) as engine:
        register(engine, *map(str, range(5)))
        billing = engine.subscription("billing")

        handled = [billing.run_once(seen) for _ in range(2)]
        handled.append(billing.run_to_end(seen))
        handled.append(billing.run_once(seen))

    assert handled == [1, 1, 3, 0]


def test_what_is_recorded_by_the_handler_is_left_for_the_next_time(at: Place) -> None:
    with at.open(1) as engine:
        register(engine, "Ada")
        billing = engine.subscription("billing")

        assert billing.run_to_end(lambda _event: register(engine, "one more")) == 1
        assert billing.health().behind == 1


def test_it_begins_where_it_is_told_to_the_first_time_and_never_again(at: Place) -> None:
    seen = Seen()
    with at.open(1) as engine:
        register(engine, "Ada", "Ben", "Cem")

        engine.subscription("billing", after=2).run_to_end(seen)
        register(engine, "Dee")
        engine.subscription("billing", after=0).run_to_end(seen)

    assert seen.positions == [3, 4]


def test_only_events_that_were_asked_for_are_handed_on_and_the_end_is_reached(at: Place) -> None:
    renamed, people = Seen(), Seen()
    with at.open(1) as engine:
        (ada,) = register(engine, "Ada")
        rename(engine, ada, "Ada K.")
        register(engine, "Ben")
        names = engine.subscription("names", names=["person.details-changed"])
        kinds = engine.subscription("kinds", kinds=["pairing"])

        names.run_to_end(renamed)
        kinds.run_to_end(people)

        assert renamed.positions == [2]
        assert people.positions == []
        for of in (names, kinds):
            health = of.health()
            assert (health.position, health.end) == (3, 3)
            assert (health.behind, health.next_position) == (0, None)


def test_health_compares_with_the_real_end_of_the_log(at: Place) -> None:
    clock = Clock()
    with at.open(1, clock=clock) as engine:
        register(engine, "Ada", "Ben", "Cem")
        billing = engine.subscription("billing")
        before = billing.health()

        billing.run_once(Seen())
        after = billing.health()

    assert (before.position, before.end, before.behind, before.moved_at) == (0, 3, 3, None)
    assert (after.position, after.next_position, after.behind) == (1, 2, 2)
    assert after.moved_at == clock.now
    assert not after.is_active


def test_what_nobody_asked_for_does_not_count_as_behind(at: Place) -> None:
    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        names = engine.subscription("names", names=["person.details-changed"])

        health = names.health()

    assert (health.position, health.end, health.behind) == (0, 2, 0)


def test_for_ever_hands_on_what_is_recorded_meanwhile_until_it_is_stopped(at: Place) -> None:
    seen, stop = Seen(), threading.Event()
    with at.open(1) as engine:
        register(engine, "Ada")
        billing = engine.subscription("billing")
        running = threading.Thread(target=billing.run_forever, args=(seen,), kwargs={"stop": stop})
        running.start()
        register(engine, "Ben", "Cem")
        until(lambda: len(seen.events) == 3)

        stop.set()
        running.join(10)

        assert not running.is_alive()
        assert billing.health().position == 3
    assert seen.positions == [1, 2, 3]


def until(done: Any, seconds: float = 20.0) -> None:
    """Wait for something that is to happen soon."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_two_who_run_at_once_hand_on_each_event_once(at: Place) -> None:
    seen, stop = Seen(), threading.Event()
    with at.open(1) as engine, at.open(10_000) as other:
        runs = [
            threading.Thread(
                target=e.subscription("billing").run_forever, args=(seen,), kwargs={"stop": stop}
            )
            for e in (engine, other)
        ]
        for run in runs:
            run.start()
        register(engine, *map(str, range(30)))
        until(lambda: len(seen.events) >= 30)

        stop.set()
        for run in runs:
            run.join(10)

    assert seen.positions == list(range(1, 31))


def test_whoever_waits_for_too_long_is_told_so(at: Place) -> None:
    inside, leave = threading.Event(), threading.Event()

    def slow(_event: Any) -> None:
        inside.set()
        leave.wait(10)

    with at.open(1) as engine:
        register(engine, "Ada")
        billing = engine.subscription("billing")
        running = threading.Thread(target=billing.run_once, args=(slow,))
        running.start()
        inside.wait(10)

        with pytest.raises(mc.SubscriptionBusy, match="billing"):
            billing.run_once(Seen(), patience=0.1)
        assert billing.health().is_active

        leave.set()
        running.join(10)
        assert not billing.health().is_active


def test_an_event_that_cannot_be_handled_parks_its_own_stream_and_no_other(at: Place) -> None:
    with at.open(1) as engine:
        ada, ben = register(engine, "Ada", "Ben")
        rename(engine, ada, "Ada K.")
        rename(engine, ben, "Ben K.")
        told: list[Any] = []
        billing = engine.subscription("billing", on_parked=lambda *what: told.append(what))
        seen = Seen(ada)

        handled = billing.run_to_end(seen)

        (parked,) = billing.parked()
        health = billing.health()
    assert handled == 2
    assert seen.events == [(2, ben, 1), (4, ben, 2)]
    assert (parked.stream, parked.version, parked.position) == (ada, 1, 1)
    assert (parked.name, parked.error, parked.tries) == ("person.registered", "ValueError", 1)
    assert health.parked == (parked,)
    assert (health.position, health.behind) == (4, 0)
    assert [(p, str(e)) for p, e in told] == [(parked, f"not today: {ada}")]


def test_a_parked_stream_is_tried_again_in_order_with_what_happened_since(at: Place) -> None:
    with at.open(1) as engine:
        ada, ben = register(engine, "Ada", "Ben")
        rename(engine, ada, "Ada K.")
        billing = engine.subscription("billing")
        seen = Seen(ada)
        billing.run_to_end(seen)
        rename(engine, ada, "Ada Kern")
        billing.run_to_end(seen)

        seen.ill.clear()
        handled = billing.retry(seen)

        assert billing.parked() == ()
        rename(engine, ada, "Ada")
        billing.run_to_end(seen)
    assert handled == 3
    assert seen.events == [(2, ben, 1), (1, ada, 1), (3, ada, 2), (4, ada, 3), (5, ada, 4)]


def test_a_parked_stream_is_tried_again_by_itself_ever_more_seldom(at: Place) -> None:
    clock = Clock()
    with at.open(1, clock=clock) as engine:
        (ada,) = register(engine, "Ada")
        billing, seen = engine.subscription("billing"), Seen(ada)
        tries, pauses = [], []
        for _ in range(12):
            billing.run_to_end(seen)
            (parked,) = billing.parked()
            tries.append(parked.tries)
            pauses.append((parked.retry_at - clock.now).total_seconds())
            billing.run_to_end(seen)  # it is not due yet
            assert billing.parked() == (parked,)
            clock.move(seconds=pauses[-1])

        seen.ill.clear()
        billing.run_to_end(seen)

    assert tries == list(range(1, 13))
    assert pauses[:4] == [10, 20, 40, 80]
    assert pauses[-1] == 3600
    assert seen.positions == [1]


def test_what_fails_again_on_the_way_stays_parked_at_that_event(at: Place) -> None:
    with at.open(1) as engine:
        (ada,) = register(engine, "Ada")
        rename(engine, ada, "Ada K.")
        rename(engine, ada, "Ada Kern")
        billing = engine.subscription("billing")
        billing.run_to_end(Seen(ada))
        seen: list[int] = []

        def second_fails(recorded: Any) -> None:
            if recorded.version == 2:
                raise KeyError("again")
            seen.append(recorded.version)

        handled = billing.retry(second_fails, ada)

        (parked,) = billing.parked()
    assert (handled, seen) == (1, [1])
    assert (parked.version, parked.error, parked.tries) == (2, "KeyError", 1)


def test_an_event_is_skipped_when_somebody_says_so(at: Place) -> None:
    with at.open(1) as engine:
        (ada,) = register(engine, "Ada")
        rename(engine, ada, "Ada K.")
        billing, seen = engine.subscription("billing"), Seen()
        billing.run_to_end(Seen(ada))

        billing.skip(ada)
        billing.run_to_end(seen)

        assert billing.parked() == ()
        with pytest.raises(mc.Invalid, match="not parked"):
            billing.skip(ada)
    assert seen.events == [(2, ada, 2)]


def test_an_event_that_cannot_be_read_parks_its_stream(at: Place) -> None:
    with at.open(1) as engine:
        ada, ben = register(engine, "Ada", "Ben")
        draft = Draft(ada, 2, "person.details-changed", b'{"at":"', b'"}')
        engine._store.append([draft], [], engine.now)
        rename(engine, ben, "Ben K.")
        billing, seen = engine.subscription("billing"), Seen()

        billing.run_to_end(seen)

        (parked,) = billing.parked()
    assert seen.positions == [1, 2, 4]
    assert (parked.position, parked.error) == (3, "MalformedEvent")


@pytest.mark.parametrize("away", [mc.ReceiverAway("no line"), mc.LogBusy("locked")])
def test_when_the_receiver_is_away_nothing_is_parked_and_nothing_is_lost(
    at: Place, away: Exception
) -> None:
    def fails(_event: Any) -> None:
        raise away

    with at.open(1) as engine:
        register(engine, "Ada", "Ben")
        billing, seen = engine.subscription("billing"), Seen()

        with pytest.raises(type(away)):
            billing.run_to_end(fails)

        assert billing.parked() == ()
        billing.run_to_end(seen)
    assert seen.positions == [1, 2]


def test_for_ever_waits_for_a_receiver_that_is_away(at: Place) -> None:
    seen, stop, calls = Seen(), threading.Event(), []

    def comes_back(recorded: Any) -> None:
        calls.append(recorded.position)
        if len(calls) < 3:
            raise mc.ReceiverAway("no line")
        seen(recorded)

    with at.open(1) as engine:
        register(engine, "Ada")
        billing = engine.subscription("billing")
        running = threading.Thread(
            target=billing.run_forever, args=(comes_back,), kwargs={"stop": stop}
        )
        running.start()
        until(lambda: seen.events)

        stop.set()
        running.join(10)

    assert calls == [1, 1, 1]


def test_a_subscription_goes_back_to_a_position(at: Place) -> None:
    with at.open(1) as engine:
        (ada, _, _) = register(engine, "Ada", "Ben", "Cem")
        billing, seen = engine.subscription("billing"), Seen()
        billing.run_to_end(Seen(ada))

        billing.go_to(1)
        billing.run_to_end(seen)

        assert billing.parked() == ()
        nowhere: Any
        for nowhere in (-1, 4, "2"):
            with pytest.raises(mc.Invalid, match="none of this log"):
                billing.go_to(nowhere)
    assert seen.positions == [2, 3]


def test_an_older_log_in_its_place_is_noticed_and_nothing_is_passed_over(durable: Place) -> None:
    with durable.open(1) as engine:
        register(engine, "Ada")
        store = engine._store
        store.view_save("subscription:billing", 0, 7, [])
        billing = engine.subscription("billing")
        billing._positions.begin_at(7)  # as it stood before an older copy was put back

    with durable.open(100) as engine:
        billing, seen = engine.subscription("billing"), Seen()
        with pytest.raises(mc.LogError, match=r"an older log was put in its place.*go_to\(1\)"):
            billing.run_to_end(seen)

        billing.go_to(1)
        register(engine, "Ben")
        billing.run_to_end(seen)
    assert seen.positions == [2]


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        ({"name": ""}, "name: '' is none"),
        ({"name": "Bill ing"}, "is none"),
        ({"name": "b", "names": "person.registered"}, "is one text"),
        ({"name": "b", "names": ["person.registred"]}, "no event is called 'person.registred'"),
        ({"name": "b", "kinds": ["pairing:"]}, "no kind of stream"),
        ({"name": "b", "after": -1}, "is no position"),
        ({"name": "b", "connection": object()}, "is a builtins.object"),
        ({"name": "b", "connection": object(), "transaction": object}, "stands beside"),
    ],
)
def test_what_is_no_subscription_is_refused_when_it_is_made(
    at: Place, stated: dict[str, Any], problem: str
) -> None:
    with at.open(1) as engine, pytest.raises(mc.Invalid, match=problem):
        engine.subscription(**stated)


def test_what_a_viewer_is_to_see_is_opened_in_the_handler(at: Place) -> None:
    told: list[str] = []
    with at.open(1) as engine:
        register(engine, "Ada")

        engine.subscription("mail").run_to_end(
            lambda r: told.append(mc.plain(r, viewer=mc.Viewer.coordinator())["event"]["name"])
        )

    assert told == ["Ada"]
