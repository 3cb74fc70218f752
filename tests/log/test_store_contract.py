"""What every store promises. A new store is right when it passes all of this."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mentorcore.errors import Conflict, Invalid, LogBusy, LogError
from mentorcore.log.storage.store import Draft, Entry, IndexRow, IndexTaken, Row, Store, ViewRow
from mentorcore.log.stores.opening import open_store

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT_NOON = b"2026-11-23T12:00:00.000000Z"


def at(instant: datetime = NOON) -> Callable[[], datetime]:
    return lambda: instant


def drafts(stream: str, *versions: int, name: str = "pairing.formed") -> list[Draft]:
    return [Draft(stream, v, name, b'{"at":"', b'","v":%d}' % v) for v in versions]


def put(store: Store, stream: str, *versions: int, name: str = "pairing.formed") -> list[int]:
    done = store.append(drafts(stream, *versions, name=name), (), at())
    return list(done.positions)


def places(rows: Sequence[Row]) -> list[tuple[str, int]]:
    return [(row.stream, row.version) for row in rows]


def nothing_was_written(store: Store) -> bool:
    return store.tail() == 0 and store.page(0, 10) == [] and store.entries("key") == {}


# Appending and reading back


def test_a_new_log_is_empty_and_has_an_id(store: Store) -> None:
    assert len(store.log_id) == 16
    assert store.tail() == 0
    assert store.page(0, 10) == []
    assert store.stream("pairing:1") == []
    assert store.views() == {}


def test_two_logs_have_two_ids(store: Store) -> None:
    other = open_store(":memory:")

    assert other.log_id != store.log_id
    other.close()


def test_what_was_appended_is_read_back_with_its_time_in_its_bytes(store: Store) -> None:
    done = store.append(drafts("pairing:1", 1), (), at())

    expected = Row(1, "pairing:1", 1, "pairing.formed", b'{"at":"' + AT_NOON + b'","v":1}')
    assert done.positions == (1,)
    assert done.recorded_at == NOON
    assert store.stream("pairing:1") == [expected]
    assert store.page(0, 10) == [expected]
    assert isinstance(store.page(0, 10)[0], Row)
    assert type(store.page(0, 10)[0].state) is bytes


def test_positions_follow_the_order_of_the_drafts(store: Store) -> None:
    done = store.append(drafts("b", 1) + drafts("a", 1, 2) + drafts("c", 1), (), at())

    assert done.positions == (1, 2, 3, 4)
    assert places(store.page(0, 10)) == [("b", 1), ("a", 1), ("a", 2), ("c", 1)]


def test_a_stream_is_read_in_the_order_of_its_versions(store: Store) -> None:
    put(store, "a", 2)
    put(store, "a", 1, 3)

    assert [row.version for row in store.stream("a")] == [1, 2, 3]


def test_a_stream_is_read_from_after_a_version(store: Store) -> None:
    put(store, "a", 1, 2, 3)

    assert [row.version for row in store.stream("a", after=1)] == [2, 3]
    assert store.stream("a", after=3) == []


def test_several_streams_are_read_at_once_and_an_unknown_one_is_empty(store: Store) -> None:
    put(store, "a", 1, 2)
    put(store, "b", 1)

    found = store.streams(["b", "nobody", "a"])

    assert {name: [r.version for r in rows] for name, rows in found.items()} == {
        "a": [1, 2],
        "b": [1],
        "nobody": [],
    }
    assert store.streams([]) == {}
    assert store.streams(["b"]) == {"b": store.stream("b")}
    assert store.streams(["b", "b"]) == {"b": store.stream("b")}


def test_many_streams_are_read_at_once(store: Store) -> None:
    names = [f"pairing:{i:032x}" for i in range(1500)]
    store.append([d for name in names[::2] for d in drafts(name, 1)], (), at())

    found = store.streams(names)

    assert sum(map(len, found.values())) == 750
    assert list(found) == names


def test_pages_begin_behind_a_position_and_are_no_longer_than_asked(store: Store) -> None:
    put(store, "a", 1, 2, 3, 4, 5)

    assert [r.position for r in store.page(0, 2)] == [1, 2]
    assert [r.position for r in store.page(2, 2)] == [3, 4]
    assert [r.position for r in store.page(4, 2)] == [5]
    assert store.page(5, 2) == []


def test_a_page_may_hold_events_of_some_names_only(store: Store) -> None:
    put(store, "a", 1, name="person.registered")
    put(store, "b", 1, 2, name="pairing.formed")
    put(store, "a", 2, name="person.left")

    assert [r.position for r in store.page(0, 10, ["person.registered", "person.left"])] == [1, 4]
    assert [r.position for r in store.page(0, 1, ["pairing.formed"])] == [2]
    assert [r.position for r in store.page(2, 9, ("pairing.formed",))] == [3]
    assert store.page(0, 10, ["unheard.of"]) == []


def test_the_tail_is_the_last_position(store: Store) -> None:
    put(store, "a", 1, 2)
    put(store, "b", 1)

    assert store.tail() == 3


def test_any_text_and_any_bytes_come_back_as_they_were(store: Store) -> None:
    stream, name = "pairing:Zoë 🦉 'quoted\" %s $1", "pairing.formed-ü"
    head, tail = bytes(range(256)), b"\x00\xff" * 50

    store.append([Draft(stream, 2**63 - 1, name, head, tail)], (), at())

    assert store.page(0, 1) == [Row(1, stream, 2**63 - 1, name, head + AT_NOON + tail)]
    assert store.stream(stream)[0].name == name


def test_one_event_of_two_megabytes_is_stored(store: Store) -> None:
    big = b"x" * 2_000_000

    store.append([Draft("a", 1, "note.kept", b"", big)], (), at())

    assert store.stream("a")[0].state == AT_NOON + big


def test_an_append_of_nothing_changes_nothing(store: Store) -> None:
    done = store.append((), (), at())

    assert done.positions == ()
    assert done.recorded_at == NOON
    assert store.tail() == 0


# Conflicts


def test_what_rests_on_a_stream_that_has_grown_is_not_stored(store: Store) -> None:
    put(store, "person:1", 1, 2)
    entries = [Entry("key", b"k")]

    with pytest.raises(Conflict, match="person:1") as refusal:
        store.append(drafts("pairing:1", 1), entries, at(), {"person:2": 0, "person:1": 1})

    assert refusal.value.stream == "person:1"
    assert store.stream("pairing:1") == []
    assert store.entries("key") == {}


def test_what_rests_on_streams_as_they_are_is_stored(store: Store) -> None:
    put(store, "person:1", 1, 2)

    store.append(drafts("pairing:1", 1), (), at(), {"person:1": 2, "person:2": 0})

    assert places(store.page(2, 10)) == [("pairing:1", 1)]


def test_two_writers_of_one_version_cannot_both_win(store: Store) -> None:
    put(store, "a", 1)

    with pytest.raises(Conflict, match="stream a already has a version 1") as refusal:
        put(store, "a", 1)

    assert refusal.value.stream == "a"
    assert store.tail() == 1


def test_a_conflict_names_the_stream_that_collided(store: Store) -> None:
    put(store, "b", 1)

    with pytest.raises(Conflict) as refusal:
        store.append(drafts("a", 1) + drafts("b", 1) + drafts("c", 1), (), at())

    assert refusal.value.stream == "b"
    assert places(store.page(0, 10)) == [("b", 1)]


def test_positions_of_a_refused_append_leave_the_order_intact(store: Store) -> None:
    put(store, "a", 1)
    with pytest.raises(Conflict):
        store.append(drafts("b", 1) + drafts("a", 1), (), at())

    (position,) = put(store, "c", 1)

    assert position > 1
    assert [r.position for r in store.page(0, 9)] == [1, position]


def test_the_same_event_twice_is_a_conflict_even_when_every_byte_agrees(store: Store) -> None:
    store.append(drafts("a", 1), (), at())

    with pytest.raises(Conflict):
        store.append(drafts("a", 1), (), at())


# What cannot be stored


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        (Draft("", 1, "n", b"", b""), "drafts[1].stream"),
        (Draft("x" * 256, 1, "n", b"", b""), "drafts[1].stream"),
        (Draft("ü" * 128, 1, "n", b"", b""), "drafts[1].stream"),
        (Draft("a\0b", 1, "n", b"", b""), "drafts[1].stream"),
        (Draft("\ud800", 1, "n", b"", b""), "drafts[1].stream"),
        (Draft("b", 1, "", b"", b""), "drafts[1].name"),
        (Draft("b", 1, "n" * 1025, b"", b""), "drafts[1].name"),
        (Draft("b", 1, "n\0", b"", b""), "drafts[1].name"),
        (Draft("b", 0, "n", b"", b""), "drafts[1].version"),
        (Draft("b", 2**63, "n", b"", b""), "drafts[1].version"),
        (Draft("b", True, "n", b"", b""), "drafts[1].version"),
        (Draft("b", 1.0, "n", b"", b""), "drafts[1].version"),  # type: ignore[arg-type] # the point
        (Draft("b", 1, "n", "text", b""), "drafts[1].state"),  # type: ignore[arg-type] # the point
        (Draft("good", 1, "n", b"", b""), "drafts[1].version"),
    ],
)
def test_what_no_auditor_could_prove_is_refused_before_it_is_written(
    store: Store, draft: Draft, path: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        store.append([Draft("good", 1, "n", b"", b""), draft], (), at())

    assert [p.path for p in refusal.value.problems] == [path]
    assert nothing_was_written(store)


def test_the_longest_ids_and_names_are_stored(store: Store) -> None:
    store.append([Draft("ü" * 127 + "x", 1, "n" * 1024, b"", b"")], (), at())

    assert store.tail() == 1


@pytest.mark.parametrize(
    "entry",
    [
        Entry("", b"d"),
        Entry("key", b""),
        Entry("key", "text"),  # type: ignore[arg-type] # the point
        Entry("key", b"d", "replace"),  # type: ignore[arg-type] # the point
        Entry("key", b"d", stream=""),
        Entry("key", b"d", body="text"),  # type: ignore[arg-type] # the point
    ],
)
def test_a_malformed_index_entry_is_refused(store: Store, entry: Entry) -> None:
    with pytest.raises(Invalid, match=r"entries\[0\]"):
        store.append(drafts("a", 1), [entry], at())

    assert nothing_was_written(store)


# The recorded time


def test_the_recorded_time_never_goes_back(store: Store) -> None:
    later = NOON + timedelta(microseconds=1)
    store.append(drafts("a", 1), (), at(later))

    done = store.append(drafts("a", 2), (), at(NOON - timedelta(days=1)))

    assert done.recorded_at == later
    assert b"2026-11-23T12:00:00.000001Z" in store.stream("a")[1].state


def test_all_events_of_an_append_share_one_recorded_time(store: Store) -> None:
    ticks = iter([NOON, NOON + timedelta(hours=1)])

    store.append(drafts("a", 1, 2, 3), [Entry("key", b"k")], lambda: next(ticks))

    assert all(AT_NOON in row.state for row in store.stream("a"))


def test_the_recorded_time_is_written_in_utc_whatever_the_clock_is_set_to(store: Store) -> None:
    zone = timezone(timedelta(hours=-8))

    done = store.append(drafts("a", 1), (), at(NOON.astimezone(zone)))

    assert done.recorded_at == NOON
    assert done.recorded_at.utcoffset() == timedelta(0)
    assert AT_NOON in store.stream("a")[0].state


def test_a_clock_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(LogError, match="no zone"):
        store.append(drafts("a", 1), (), at(NOON.replace(tzinfo=None)))

    assert nothing_was_written(store)


def test_a_clock_that_fails_writes_nothing_and_frees_the_lock(store: Store) -> None:
    def broken() -> datetime:
        raise RuntimeError("no time")

    with pytest.raises(RuntimeError, match="no time"):
        store.append(drafts("a", 1), [Entry("key", b"k")], broken)

    assert nothing_was_written(store)
    assert put(store, "a", 1)


# The index beside the log


def test_an_entry_says_where_its_append_stands(store: Store) -> None:
    put(store, "x", 1, 2)

    done = store.append(
        drafts("a", 1, 2, 3), [Entry("key", b"\x00\x01", stream="a", body=b"\xff")], at()
    )

    expected = {b"\x00\x01": IndexRow("a", b"\xff", done.positions[0], 3)}
    assert store.lookup("key", [b"\x00\x01", b"unknown"]) == expected
    assert store.entries("key") == expected
    assert store.entries("response") == {}
    assert store.lookup("response", [b"\x00\x01"]) == {}
    assert store.lookup("key", []) == {}


def test_an_entry_without_stream_or_body_says_so(store: Store) -> None:
    store.append(drafts("a", 1), [Entry("key", b"k"), Entry("key", b"j", "put")], at())

    assert store.entries("key") == {
        b"j": IndexRow(None, None, 1, 1),
        b"k": IndexRow(None, None, 1, 1),
    }


def test_entries_are_read_page_by_page_in_the_order_of_their_digests(store: Store) -> None:
    digests = [bytes([n, 255 - n]) for n in range(7)]
    store.append((), [Entry("key", d, body=d) for d in reversed(digests)], at())
    store.append((), [Entry("other", b"\x02")], at())

    pages, after = [], b""
    while page := store.entries("key", after, 3):
        pages.append(list(page))
        after = pages[-1][-1]

    assert pages == [digests[:3], digests[3:6], digests[6:]]
    assert list(store.entries("key")) == digests
    assert store.entries("key", digests[-1]) == {}


def test_many_entries_are_looked_up_at_once(store: Store) -> None:
    digests = [n.to_bytes(2) for n in range(1, 1201)]
    store.append((), [Entry("key", d, body=d) for d in digests[::2]], at())

    found = store.lookup("key", digests)

    assert {digest: row.body for digest, row in found.items()} == {d: d for d in digests[::2]}


def test_an_append_without_events_may_write_entries(store: Store) -> None:
    done = store.append((), [Entry("key", b"k", body=b"b")], at())

    assert done.positions == ()
    assert store.lookup("key", [b"k"]) == {b"k": IndexRow(None, b"b", 0, 0)}


def test_a_taken_entry_stops_the_whole_append(store: Store) -> None:
    store.append((), [Entry("key", b"taken")], at())

    with pytest.raises(IndexTaken) as refusal:
        store.append(
            drafts("a", 1), [Entry("key", b"free"), Entry("key", b"taken", body=b"new")], at()
        )

    assert (refusal.value.kind, refusal.value.digest) == ("key", b"taken")
    assert store.tail() == 0
    assert store.entries("key") == {b"taken": IndexRow(None, None, 0, 0)}


def test_a_taken_entry_is_said_before_a_conflict(store: Store) -> None:
    store.append(drafts("a", 1), [Entry("key", b"k")], at())

    with pytest.raises(IndexTaken):
        store.append(drafts("a", 1), [Entry("key", b"k")], at())


def test_a_conflict_takes_the_entries_back_too(store: Store) -> None:
    put(store, "a", 1)

    with pytest.raises(Conflict):
        store.append(drafts("a", 1), [Entry("key", b"n"), Entry("key", b"p", "put")], at())

    assert store.entries("key") == {}


def test_put_writes_over_and_drop_removes(store: Store) -> None:
    store.append((), [Entry("key", b"a", body=b"1"), Entry("key", b"b", body=b"1")], at())

    store.append(
        drafts("s", 1),
        [
            Entry("key", b"a", "put", "s", b"2"),
            Entry("key", b"b", "drop"),
            Entry("key", b"never there", "drop"),
        ],
        at(),
    )

    assert store.entries("key") == {b"a": IndexRow("s", b"2", 1, 1)}


def test_entries_of_one_append_are_taken_in_order(store: Store) -> None:
    store.append(
        (),
        [
            Entry("key", b"a", body=b"1"),
            Entry("key", b"a", "drop"),
            Entry("key", b"a", body=b"2"),
            Entry("key", b"a", "put", body=b"3"),
            Entry("key", b"b", "put"),
            Entry("key", b"b", "drop"),
        ],
        at(),
    )

    assert store.entries("key") == {b"a": IndexRow(None, b"3", 0, 0)}
    with pytest.raises(IndexTaken):
        store.append((), [Entry("key", b"c", "put"), Entry("key", b"c")], at())


def test_a_thousand_entries_of_every_mode_go_with_one_append(store: Store) -> None:
    store.append((), [Entry("r", b"%d" % i, body=b"old") for i in range(600)], at())
    entries = [Entry("r", b"%d" % i, "drop") for i in range(200)]
    entries += [Entry("r", b"%d" % i, "put", "a", b"put") for i in range(200, 400)]
    entries += [Entry("r", b"%d" % i, body=b"new") for i in range(600, 1200)]

    store.append(drafts("a", 1), entries, at())

    bodies = [row.body for row in store.entries("r").values()]
    assert {b: bodies.count(b) for b in bodies} == {b"old": 200, b"put": 200, b"new": 600}


# Waiting


def test_waiting_ends_at_once_when_there_is_something(store: Store) -> None:
    put(store, "a", 1)

    assert store.wait(0, 5.0) is True


def test_waiting_ends_without_an_event_when_the_time_is_up(store: Store) -> None:
    put(store, "a", 1)

    assert store.wait(1, 0.05) is False
    assert store.wait(1, 0) is False


def test_waiting_ends_when_another_thread_appends(store: Store) -> None:
    heard: list[bool] = []
    waiting = threading.Thread(target=lambda: heard.append(store.wait(0, 10.0)))
    waiting.start()

    put(store, "a", 1)
    waiting.join(5.0)

    assert heard == [True]


# Persisted views


def test_a_view_that_was_never_saved_stands_at_zero(store: Store) -> None:
    assert store.view_position("status-1") == 0
    assert store.view_rows("status-1", ["a"]) == {}
    assert store.view_group("status-1", "program:1") == []


def test_a_view_keeps_rows_and_position_together(store: Store) -> None:
    put(store, "a", 1, 2, 3)
    rows = [ViewRow("b", "p1", b"\x00B"), ViewRow("a", "p1", b"A"), ViewRow("c", "p2", b"C")]

    store.view_save("status-1", 0, 3, rows)

    assert store.view_position("status-1") == 3
    assert store.view_rows("status-1", ["a", "c", "x"]) == {"a": rows[1], "c": rows[2]}
    assert store.view_group("status-1", "p1") == [rows[1], rows[0]]
    assert isinstance(store.view_group("status-1", "p1")[0], ViewRow)
    assert store.views() == {"status-1": 3}
    assert store.view_rows("status-1", []) == {}


def test_saving_again_writes_over_rows_and_may_move_them_to_another_group(store: Store) -> None:
    put(store, "a", 1, 2)
    store.view_save("v", 0, 1, [ViewRow("a", "p1", b"1"), ViewRow("b", "p1", b"1")])

    store.view_save("v", 1, 2, [ViewRow("a", "p2", b"2")])

    assert store.view_group("v", "p1") == [ViewRow("b", "p1", b"1")]
    assert store.view_group("v", "p2") == [ViewRow("a", "p2", b"2")]
    assert store.view_position("v") == 2


def test_a_page_without_rows_moves_the_position_only(store: Store) -> None:
    put(store, "a", 1, 2)

    store.view_save("v", 0, 2, [])

    assert store.views() == {"v": 2}


def test_rows_may_be_saved_without_moving_on(store: Store) -> None:
    put(store, "a", 1)
    store.view_save("v", 0, 1, [ViewRow("a", "p", b"1")])

    store.view_save("v", 1, 1, [ViewRow("a", "p", b"2")])

    assert store.view_rows("v", ["a"])["a"].data == b"2"
    assert store.view_position("v") == 1


def test_of_two_who_fold_the_same_view_the_second_is_told(store: Store) -> None:
    put(store, "a", 1, 2)
    store.view_save("v", 0, 1, [ViewRow("a", "p", b"first")])

    with pytest.raises(Conflict, match="stands at position 1"):
        store.view_save("v", 0, 2, [ViewRow("a", "p", b"second")])

    assert store.view_rows("v", ["a"])["a"].data == b"first"
    assert store.view_position("v") == 1


def test_a_view_never_goes_back(store: Store) -> None:
    put(store, "a", 1, 2)
    store.view_save("v", 0, 2, [])

    with pytest.raises(Invalid):
        store.view_save("v", 2, 1, [])


def test_views_do_not_touch_each_other_and_one_can_be_dropped(store: Store) -> None:
    put(store, "a", 1, 2)
    store.view_save("v", 0, 1, [ViewRow("a", "p", b"v")])
    store.view_save("w", 0, 2, [ViewRow("a", "p", b"w")])

    store.view_drop("v")
    store.view_drop("never there")

    assert store.views() == {"w": 2}
    assert store.view_rows("v", ["a"]) == {}
    assert store.view_rows("w", ["a"]) == {"a": ViewRow("a", "p", b"w")}
    store.view_save("v", 0, 1, [])


def test_the_name_that_the_library_keeps_for_itself_is_no_view(store: Store) -> None:
    with pytest.raises(Invalid):
        store.view_save("__migration__", 0, 1, [])

    store.view_drop("__migration__")
    assert store.views() == {}


# Threads


def test_threads_that_append_and_read_at_once_lose_nothing(store: Store) -> None:
    def write(who: int) -> None:
        for version in range(1, 21):
            put(store, f"s{who}", version)

    writers = [threading.Thread(target=write, args=(i,)) for i in range(4)]
    seen: list[int] = []
    for writer in writers:
        writer.start()
    while len(seen) < 80 and (any(w.is_alive() for w in writers) or store.tail() > len(seen)):
        seen += [row.position for row in store.page(seen[-1] if seen else 0, 7)]
    for writer in writers:
        writer.join()

    assert len(seen) == 80
    assert seen == [row.position for row in store.page(0, 1000)]
    assert all([r.version for r in store.stream(f"s{i}")] == [*range(1, 21)] for i in range(4))


@pytest.fixture
def held(store_url: str) -> Iterator[tuple[Store, threading.Event]]:
    """A store in which an append of another thread holds the write lock until told."""
    store = open_store(store_url, lock_timeout=0.2)
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> datetime:
        inside.set()
        go_on.wait(10.0)
        return NOON

    holder = threading.Thread(target=store.append, args=(drafts("slow", 1), (), slow))
    holder.start()
    inside.wait(10.0)
    yield store, go_on
    go_on.set()
    holder.join()
    store.close()


def test_a_lock_that_is_not_granted_in_time_is_an_error_and_never_a_hang(held: Any) -> None:
    store, _go_on = held

    with pytest.raises(LogBusy, match=r"not granted within 0\.2 s"):
        put(store, "a", 1)

    assert store.stream("a") == []


def test_readers_never_wait_for_a_writer(held: Any) -> None:
    store, _go_on = held

    assert store.page(0, 10) == []
    assert store.tail() == 0


def test_a_busy_log_takes_the_append_when_it_is_tried_again(held: Any) -> None:
    store, go_on = held
    with pytest.raises(LogBusy):
        put(store, "a", 1)
    go_on.set()
    store.wait(0, 5.0)

    put(store, "a", 1)

    assert places(store.page(0, 10)) == [("slow", 1), ("a", 1)]


# Opening and closing


def test_there_is_nothing_to_migrate_yet(store: Store) -> None:
    assert store.migrate() == "nothing to do"


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s.append(drafts("a", 1), (), at()),
        lambda s: s.stream("a"),
        lambda s: s.streams(["a", "b"]),
        lambda s: s.page(0, 1),
        lambda s: s.tail(),
        lambda s: s.wait(0, 0.01),
        lambda s: s.lookup("key", [b"k"]),
        lambda s: s.entries("key"),
        lambda s: s.view_position("v"),
        lambda s: s.view_save("v", 0, 1, []),
        lambda s: s.view_drop("v"),
        lambda s: s.views(),
        lambda s: s.migrate(),
    ],
)
def test_a_closed_log_says_that_it_is_closed(store: Store, use: Callable[[Store], object]) -> None:
    store.close()

    with pytest.raises(LogError, match="closed"):
        use(store)


def test_closing_twice_is_harmless(store: Store) -> None:
    store.close()
    store.close()


def test_closing_ends_a_wait(store: Store) -> None:
    heard: list[object] = []

    def listen() -> None:
        try:
            store.wait(0, 10.0)
        except LogError as error:
            heard.append(error)

    waiting = threading.Thread(target=listen)
    waiting.start()
    threading.Event().wait(0.1)
    store.close()
    waiting.join(5.0)

    assert len(heard) == 1


@pytest.mark.parametrize("timeout", [0, -1.0, float("nan")])
def test_a_lock_timeout_that_would_wait_for_ever_is_refused(store_url: str, timeout: float) -> None:
    with pytest.raises(LogError, match="lock timeout"):
        open_store(store_url, lock_timeout=timeout)


@pytest.mark.parametrize("patience", [0, -1.0, float("nan"), float("inf")])
def test_a_patience_that_never_ends_or_never_begins_is_refused(
    store_url: str, patience: float
) -> None:
    with pytest.raises(LogError, match="patience"):
        open_store(store_url, patience=patience)


def test_everything_is_there_when_the_log_is_opened_again(durable_url: str) -> None:
    first = open_store(durable_url)
    done = first.append(drafts("a", 1, 2), [Entry("key", b"k", body=b"b")], at())
    first.view_save("v", 0, 2, [ViewRow("a", "p", b"d")])
    log_id, rows = first.log_id, first.page(0, 10)
    first.close()

    again = open_store(durable_url, create=False)

    assert again.log_id == log_id
    assert again.page(0, 10) == rows
    assert again.lookup("key", [b"k"]) == {b"k": IndexRow(None, b"b", done.positions[0], 2)}
    assert again.view_rows("v", ["a"]) == {"a": ViewRow("a", "p", b"d")}
    assert again.view_position("v") == 2
    assert again.append(drafts("a", 3), (), at(NOON - timedelta(days=1))).recorded_at == NOON
    again.close()


def test_two_stores_on_one_log_see_each_other(durable_url: str) -> None:
    one, two = open_store(durable_url), open_store(durable_url)

    put(one, "a", 1)
    put(two, "a", 2)

    assert two.wait(1, 5.0)
    assert [r.version for r in one.stream("a")] == [1, 2]
    assert one.log_id == two.log_id
    with pytest.raises(Conflict):
        put(one, "a", 2)
    one.close()
    two.close()


def test_an_append_of_one_store_wakes_a_wait_of_another(durable_url: str) -> None:
    one, two = open_store(durable_url), open_store(durable_url)
    heard: list[bool] = []
    waiting = threading.Thread(target=lambda: heard.append(two.wait(0, 10.0)))
    waiting.start()

    put(one, "a", 1)
    waiting.join(5.0)

    assert heard == [True]
    one.close()
    two.close()
