"""A view follows its log: it stores what it folds, gives way to rivals, and stops at what is bad."""

import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import pytest
from projections.lives import peopled
from projections.test_rebuilding import answers
from projections.town import BEGAN, Town, mc

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.pairing.events.forming import PairingStarted
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.participant.events import MentorQualified
from mentorcore.errors import FollowerStopped, LogBusy
from mentorcore.log.storage.store import Draft, Row, ViewRow
from mentorcore.log.stores.memory import MemoryStore
from mentorcore.log.stores.opening import open_store
from mentorcore.projections.folding import projector
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.folding.projector import Projector
from mentorcore.projections.folding.stored_partials import CONTENTS
from mentorcore.projections.summary.summary import PROGRAMS, SUMMARY

STORED = f"summary@{SUMMARY.version}"
"""Under which name the partials are stored."""


class Counting(MemoryStore):
    """A log in memory that counts what is read and stored."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0
        self.saved: list[list[str]] = []
        self.busy = False

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> list[Row]:
        rows = super().page(after, limit, names)
        self.read += len(rows)
        return rows

    def view_save(self, view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:
        if self.busy:
            raise LogBusy("somebody writes")
        super().view_save(view, before, position, rows)
        self.saved.append([r.stream for r in rows])


def followed(store: Any, town: Town, projection: Projection[Any] = SUMMARY) -> Projector:
    return Projector(projection, store, town.codec.recorded)


def test_a_few_events_are_folded_without_storing_them() -> None:
    store = Counting()
    town = Town(store)
    town.pair()
    store.read = 0

    town.status()
    town.status()

    assert store.saved == []
    assert store.read == store.tail()


def test_what_was_folded_is_stored_when_the_views_are_closed() -> None:
    store = Counting()
    town = Town(store)
    pair = town.pair()
    town.status()

    town.views.close()

    assert store.views() == {STORED: store.tail()}
    assert pair in store.saved[0]


def test_closing_untouched_views_stores_nothing() -> None:
    store = Counting()
    town = Town(store)

    town.views.close()

    assert store.views() == {}


def test_many_events_are_stored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 10)
    store = Counting()
    town = Town(store)
    town.pair()

    town.status()

    assert store.views() == {STORED: store.tail()}


def test_a_stored_view_reads_only_what_came_after_it() -> None:
    store = Counting()
    town = Town(store)
    pair = town.pair()
    town.status()
    town.views.close()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    store.read = 0

    told = town.status(views=town.fresh())

    assert store.read == 1
    assert told.pairing(pair).meetings == 1


def test_only_the_rows_of_streams_that_changed_are_stored_again() -> None:
    store = Counting()
    town = Town(store)
    pair = town.pair()
    town.pair(town.members(pair)[0], town.enrol("mentee", "Bea"))
    town.status()
    town.views.close()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)

    views = town.fresh()
    town.status(views=views)
    views.close()

    assert store.saved[-1] == [pair, CONTENTS]


def test_events_that_matter_to_no_view_move_the_stored_position_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 2)
    store = Counting()
    town = Town(store)
    town.enrol("mentor", "Anna")
    town.status()
    before = store.views()[STORED]
    for _ in range(20):
        town.ask(mc.StartImport(adapter="csv", adapter_version="1", form="log", mapping_digest="0"))

    town.status()

    assert store.views()[STORED] == before + 20


def test_a_view_stored_by_an_older_version_is_dropped_once_the_new_one_has_caught_up() -> None:
    town = Town()
    town.pair()
    old = attrs.evolve(SUMMARY, version=0)
    other = attrs.evolve(SUMMARY, name="summary-of-another-kind")
    for projection in (old, other):
        older = followed(town.store, town, projection)
        older.catch_up()
        older.close()
    assert sorted(town.store.views()) == [f"summary-of-another-kind@{SUMMARY.version}", "summary@0"]

    town.status()
    town.views.close()
    town.status()

    assert sorted(town.store.views()) == [f"summary-of-another-kind@{SUMMARY.version}", STORED]


def test_a_view_that_a_rival_stored_first_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 1)
    town = Town()
    pair = town.pair()
    rival = town.fresh()
    town.status()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    town.status(views=rival)

    told = answers(town, town.views)

    assert told == answers(town, town.fresh())


def test_a_rival_that_stores_between_folding_and_storing_does_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 1)
    store = Counting()
    town = Town(store)
    pair = town.pair()
    rival = town.fresh()
    town.status()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    plain_save = store.view_save
    turns = iter([True])

    def save(view: str, before: int, position: int, rows: Sequence[ViewRow]) -> None:
        if next(turns, False):
            town.status(views=rival)
        plain_save(view, before, position, rows)

    monkeypatch.setattr(store, "view_save", save)

    told = town.status()

    assert told.pairing(pair).meetings == 1
    assert answers(town, town.views) == answers(town, town.fresh())


def test_a_rival_that_stores_while_rows_are_read_does_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Counting()
    town = Town(store)
    pair = town.pair()
    town.status()
    town.views.close()
    views, rival = town.fresh(), town.fresh()
    plain_group = store.view_group
    turns = iter([True])

    def group(view: str, name: str) -> list[ViewRow]:
        if next(turns, False):
            town.to("2026-09-01")
            town.meet(pair, "2026-08-25", at=None)
            town.status(views=rival)
            rival.close()
        return plain_group(view, name)

    monkeypatch.setattr(store, "view_group", group)

    told = town.status(views=views)

    assert told.pairing(pair).meetings == 1
    assert told.position == store.tail()


def test_a_view_that_cannot_be_stored_now_is_right_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 1)
    store = Counting()
    town = Town(store)
    pair = town.pair()
    store.busy = True

    told = town.status()

    assert told.pairing(pair).situation == "active"
    store.busy = False
    town.status()
    assert store.views() == {STORED: store.tail()}


def test_a_long_catch_up_keeps_few_streams_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "SAVE_STREAMS", 5)
    monkeypatch.setattr(projector, "PAGE", 4)
    monkeypatch.setattr(projector, "ENOUGH", 1)
    town = Town()
    for _ in range(6):
        town.pair()
    view = followed(town.store, town)

    view.catch_up()

    assert len(view._held) < 10
    assert town.store.views() == {STORED: view.position}


def test_an_event_that_cannot_be_read_stops_the_view_and_is_named() -> None:
    town = Town()
    pair = town.pair()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    bad = spoil(town, pair)
    town.enrol("mentee", "Bea")

    with pytest.raises(FollowerStopped) as stopped:
        town.status()

    assert stopped.value.view == STORED
    assert stopped.value.position == bad
    assert pair in str(stopped.value)


def spoil(town: Town, stream: str, name: str = "pairing.meeting-held") -> int:
    """Append an event whose bytes are not what its name promises; answers its position."""
    version = len(town.store.stream(stream)) + 1
    draft = Draft(stream, version, name, b'{"at":"', b'"}')
    return town.store.append([draft], [], town.clock).positions[0]


def test_a_stopped_view_stops_again_and_skips_nothing() -> None:
    town = Town()
    bad = spoil(town, town.pair())

    for _ in range(2):
        with pytest.raises(FollowerStopped) as stopped:
            town.status()

        assert stopped.value.position == bad


def test_a_stopped_view_goes_on_once_the_cause_is_gone() -> None:
    town = Town()
    pair = town.pair()
    view = Projector(SUMMARY, town.store, unwell(town))
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    with pytest.raises(FollowerStopped):
        view.parts(town.program, lambda _found: ())

    ILL.clear()
    town.goal(pair)

    assert view.catch_up() == town.store.tail()
    parts, _ = view.parts(town.program, lambda _found: ())
    assert parts[pair].meetings == 1
    assert len(parts[pair].goals) == 1


ILL: set[str] = set()


def unwell(town: Town) -> Any:
    """A reader of events that fails at meetings until it is well."""
    ILL.add(event_info(MeetingHeld).name)

    def read(row: Row) -> Any:
        if row.name in ILL:
            raise ValueError("not today")
        return town.codec.recorded(row)

    return read


def test_nothing_is_stored_beside_a_bad_event_so_that_a_newer_version_begins_before_it() -> None:
    town = Town()
    pair = town.pair()
    town.status()
    town.views.close()
    before = town.store.views()
    spoil(town, pair)
    town.views = town.fresh()
    with pytest.raises(FollowerStopped):
        town.status()

    town.views.close()

    assert town.store.views() == before != {}


def test_a_bad_event_in_a_stream_that_is_folded_again_stops_the_view_too() -> None:
    town = Town()
    pair = town.pair()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 50}))
    bad = spoil(town, pair)

    with pytest.raises(FollowerStopped) as stopped:
        town.status()

    assert stopped.value.position == bad


def test_an_event_of_an_unknown_name_stops_the_view() -> None:
    town = Town()
    bad = spoil(town, town.pair(), "pairing.member-promoted")

    with pytest.raises(FollowerStopped, match="unknown here") as stopped:
        town.status()

    assert stopped.value.position == bad
    assert "pairing.member-promoted" not in CORE_MODEL.names


def test_history_and_the_past_stop_at_a_bad_event_too() -> None:
    town = Town()
    pair = town.pair()
    bad = spoil(town, pair)

    with pytest.raises(FollowerStopped) as history:
        town.history(pair)
    with pytest.raises(FollowerStopped) as past:
        town.status(as_of=BEGAN)

    assert (history.value.view, history.value.position) == ("story@1", bad)
    assert (past.value.view, past.value.position) == (STORED, bad)


def test_a_fold_that_fails_stops_the_view() -> None:
    town = Town()
    pair = town.pair()

    def apply(part: Any, told: Any) -> Any:
        if told.stream == pair:
            raise ZeroDivisionError("no reason at all")
        return part

    view = followed(town.store, town, attrs.evolve(SUMMARY, apply=apply))

    with pytest.raises(FollowerStopped, match="no reason at all"):
        view.parts(town.program, lambda _found: ())


def test_a_late_fact_folds_its_own_stream_again_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Counting()
    town = Town(store)
    pair = town.pair()
    other = town.pair(town.members(pair)[0], town.enrol("mentee", "Bea"))
    for stream in (pair, other):
        town.to("2026-09-20")
        town.ask(mc.PausePairing(pairing_id=stream, since=date(2026, 9, 10)))
    town.status()
    asked: list[str] = []
    plain_streams = store.streams

    def streams(wanted: Sequence[str]) -> Any:
        asked.extend(wanted)
        return plain_streams(wanted)

    monkeypatch.setattr(store, "streams", streams)
    town.tell(pair, PairingStarted(on=date(2026, 8, 20)))

    told = town.status()

    assert asked == [pair]
    assert told.pairing(pair).situation == "paused"
    assert told.pairing(pair).active_from == date(2026, 8, 20)


def test_an_event_that_is_read_twice_is_folded_once() -> None:
    town = Town()
    pair = town.pair()
    town.to("2026-09-01")
    town.meet(pair, "2026-08-25", at=None)
    view = followed(town.store, town)
    view.catch_up()

    view._fold(town.store.page(0, 100))

    parts, _ = view.parts(town.program, lambda _found: ())
    assert parts[pair].meetings == 1


def test_a_stream_belongs_to_its_program_even_if_it_was_founded_late() -> None:
    town = Town()
    anna = town.enrol("mentor", "Anna")
    enrolled = next(iter(town.engine.events(stream=anna))).event
    late: Any = town.engine.new_id("participant")
    for day in (10, 9):
        town.tell(late, MentorQualified(since=date(2026, 8, day)))
    town.tell(late, attrs.evolve(enrolled, participant_id=late))

    status = town.status()

    assert status.participant(late).qualified is True


def test_threads_share_a_view(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 3)
    town = peopled()
    town.to("2026-10-20")
    pair = next(iter(town.engine.events(names=["pairing.formed"]))).stream
    wrong: list[object] = []

    def ask() -> None:
        try:
            for _ in range(5):
                town.status()
        except Exception as error:  # noqa: BLE001 - what a thread raises is told by the test
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        town.meet(pair, date(2026, 10, 1 + number))
    for thread in threads:
        thread.join()

    assert wrong == []
    assert answers(town, town.views) == answers(town, town.fresh())


def test_every_store_keeps_a_view(store_url: str) -> None:
    store = open_store(store_url)
    try:
        town = Town(store)
        pair = town.pair()
        town.status()
        town.views.close()
        town.to("2026-09-01")
        town.meet(pair, "2026-08-25")

        told = answers(town, town.fresh())

        store.view_drop(STORED)
        assert told == answers(town, town.fresh())
    finally:
        store.close()


def test_programs_are_listed_in_the_order_in_which_they_were_designed() -> None:
    town = Town()
    first = town.program
    second = town.design("Lagoon")

    listed = town.views.programs()

    assert [(p.program, p.name, p.state) for p in listed] == [
        (first, "Harbor", "launched"),
        (second, "Lagoon", "designed"),
    ]
    assert PROGRAMS not in {p.program for p in listed}
