"""The collector of cycles rests during a piece of work, and a host finds it as it left it."""

import contextlib
import gc
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from engine.harbor import adapters, harbor
from engine.test_taking_troubles import many
from engine.world import Clock, World, engine

from mentorcore.engine.commands import collector
from mentorcore.engine.commands.collector import CollectorPause, resting
from mentorcore.errors import SourceUnreadable
from mentorcore.projections.access.redactor import Viewer


@pytest.fixture(autouse=True)
def _running() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_the_collector_rests_during_the_work_and_goes_on_after_it() -> None:
    with CollectorPause():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_the_collector_goes_on_when_the_work_fails() -> None:
    with pytest.raises(KeyError), CollectorPause():
        raise KeyError

    assert gc.isenabled()


def test_a_host_that_stopped_the_collector_finds_it_stopped() -> None:
    gc.disable()

    with CollectorPause():
        pass

    assert not gc.isenabled()


def test_work_inside_other_work_starts_nothing_before_that_ends() -> None:
    with CollectorPause():
        with CollectorPause():
            pass

        assert not gc.isenabled()
    assert gc.isenabled()


def test_threads_that_overlap_never_hand_the_pause_on() -> None:
    began, over = threading.Event(), threading.Event()
    seen = []

    def second() -> None:
        with CollectorPause():
            began.set()
            over.wait(10)
            seen.append(gc.isenabled())

    with CollectorPause():
        other = threading.Thread(target=second)
        other.start()
        began.wait(10)
    after_the_first = gc.isenabled()
    over.set()
    other.join()

    assert after_the_first
    assert seen == [True]
    assert gc.isenabled()


def test_an_import_stops_the_collector_for_its_transactions_and_not_for_its_end() -> None:
    found: list[bool] = []
    with harbor() as it:
        it.engine._desk.before_append = lambda: found.append(gc.isenabled())

        it.take("people", "x", adapters=adapters(*many(1_200)))

    # Three transactions of responses, and the end of the import, which is a small one.
    assert found == [False, False, False, True]
    assert gc.isenabled()


@pytest.mark.parametrize("question", ["status", "attention", "compliance"])
def test_the_collector_rests_while_a_whole_program_is_told(question: str) -> None:
    found: list[bool] = []

    class Noted(Clock):
        def __call__(self) -> datetime:
            found.append(gc.isenabled())
            return super().__call__()

    clock = Noted()
    with engine(clock=clock) as opened:
        program = World(opened).program
        found.clear()

        getattr(opened, question)(program, viewer=Viewer.coordinator())

    assert found[-1] is False
    assert gc.isenabled()


def test_a_long_import_lets_the_collector_run_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = [0]
    start = CollectorPause.__enter__

    def counted(pause: CollectorPause) -> CollectorPause:
        began[0] += 1
        return start(pause)

    monkeypatch.setattr(CollectorPause, "__enter__", counted)
    monkeypatch.setattr(collector, "LONGEST", 0.0)

    with harbor() as it:
        it.take("people", "x", adapters=adapters(*many(1_200)))

    # One for each transaction and for each response that is read; each of the turns that there
    # are (those that come, wait, are refused, and wait again) ends with one for nothing.
    assert began == [3 + 4 + 1_200 + 1]


def test_an_import_that_breaks_off_starts_the_collector_again() -> None:
    def fall() -> None:
        raise ZeroDivisionError

    with harbor() as it:
        it.engine._desk.before_append = fall

        with pytest.raises(ZeroDivisionError):
            it.take("people", "x", adapters=adapters(*many(3)))

    assert gc.isenabled()


def test_items_are_read_while_the_collector_rests_and_a_reader_who_stops_starts_it() -> None:
    items = resting(range(3))

    first = (next(items), gc.isenabled())
    items.close()

    assert first == (0, False)
    assert gc.isenabled()
    assert list(resting(range(3))) == [0, 1, 2]
    assert gc.isenabled()


def test_a_long_reading_lets_the_collector_run_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "LONGEST", 0.0)
    running, ended = [], [0]
    end = CollectorPause.__exit__

    def counted(pause: CollectorPause, *how: Any) -> None:
        ended[0] += 1
        end(pause, *how)

    monkeypatch.setattr(CollectorPause, "__exit__", counted)

    def items() -> Iterator[int]:
        for number in range(3):
            running.append(gc.isenabled())
            yield number

    with contextlib.closing(resting(items())) as read:
        running.extend(gc.isenabled() for _ in read)

    # It rests while each item is made and looked at, and runs between two of them.
    assert running == [False] * 6
    assert ended == [4]
    assert gc.isenabled()


def test_a_source_that_cannot_be_read_leaves_the_collector_running() -> None:
    with harbor() as it:
        with pytest.raises(SourceUnreadable) as failed:
            it.take("people", "no,such,columns\n1,2,3\n")

        assert failed.value  # which holds on to everything that was going on when it was raised
        assert gc.isenabled()
