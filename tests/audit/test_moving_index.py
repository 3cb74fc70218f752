"""Whatever stands beside the events of a log stands beside those of its successor."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import state
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.audit.bundle.loading import load_into
from mentorcore.audit.bundle.moving import OF_ONE_PLACE, moving_files
from mentorcore.audit.bundle.reader import ReadBundle
from mentorcore.audit.bundle.writer import write_bundle
from mentorcore.audit.verification.live_log import ShownLog
from mentorcore.log.storage.append_checks import SUBSCRIPTION
from mentorcore.log.storage.audit_tables import SinkRow
from mentorcore.log.storage.store import Draft, Entry, Store, ViewRow
from mentorcore.log.stores.opening import open_store

KEY = bytes(32)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
names = texts.filter(lambda text: 0 < len(text.encode()) <= 60)
entries = st.builds(
    Entry,
    kind=names.filter(lambda kind: kind not in OF_ONE_PLACE),
    digest=st.binary(min_size=1, max_size=40),
    mode=st.just("put"),
    stream=st.none() | names,
    body=st.none() | st.binary(max_size=300),
)
rows = st.builds(ViewRow, stream=names, group=texts, data=st.binary(max_size=60))
sinks = st.builds(
    SinkRow,
    name=names,
    size=st.integers(0, 2**62),
    at=st.just("2026-11-23T12:00:00+00:00"),
    detail=st.none() | texts,
)


def filled(
    store: Store,
    kept: Sequence[Entry],
    subscriptions: dict[str, tuple[int, list[ViewRow]]],
    places: Sequence[SinkRow],
) -> None:
    """A log with an event, an index, subscriptions and places outside."""
    made = state(1)
    at = made.index(b"2026")
    draft = Draft("person:1", 1, "person.registered", made[:at], made[at + 27 :])
    store.append([draft], kept, lambda: datetime(2026, 11, 23, tzinfo=UTC))
    for name, (position, some) in subscriptions.items():
        store.view_save(f"{SUBSCRIPTION}{name}", 0, position, some)
    store.view_save("summary", 0, 1, [ViewRow("person:1", "", b"folded")])
    for place in places:
        store.ledger.write(lambda tables, row=place: tables.put_sink(row))  # type: ignore[misc]


def beside(store: Store) -> Any:
    index, places, (positions, kept) = store.ledger.read(
        lambda tables: (
            {(kind, digest): tuple(row) for kind, digest, *row in tables.index()},
            tables.sinks(),
            tables.kept_views(SUBSCRIPTION),
        )
    )
    known = {at: row for at, row in index.items() if at[0] not in OF_ONE_PLACE}
    return known, places, positions, sorted(kept)


def moved(source: Store, target: Store, folder: Path) -> None:
    bundle = folder / "moving"
    source.ledger.read(
        lambda tables: write_bundle(
            ShownLog(tables), bundle, origin=None, engine="0", lists=moving_files(tables, KEY)
        )
    )
    load_into(target, ReadBundle(bundle), original_retired=True)


@pytest.mark.parametrize("kinds", ["sqlite to memory", "memory to sqlite", "sqlite to sqlite"])
@settings(max_examples=15)
@given(
    kept=st.lists(entries, max_size=12, unique_by=lambda e: (e.kind, e.digest)),
    subscriptions=st.dictionaries(
        names,
        st.tuples(st.integers(1, 9), st.lists(rows, max_size=3, unique_by=lambda r: r.stream)),
        max_size=3,
    ),
    places=st.lists(sinks, max_size=3, unique_by=lambda sink: sink.name),
)
def test_all_of_it_moves_and_nothing_else(
    kinds: str,
    kept: list[Entry],
    subscriptions: dict[str, tuple[int, list[ViewRow]]],
    places: list[SinkRow],
) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        urls = [
            ":memory:" if kind == "memory" else str(folder / f"{n}.db")
            for n, kind in enumerate(kinds.split(" to "))
        ]
        source, target = map(open_store, urls)
        try:
            filled(source, kept, subscriptions, places)

            moved(source, target, folder)

            known = beside(source)
            assert beside(target) == known
            assert len(known[0]) == len(kept)
            assert target.views().keys() == {f"{SUBSCRIPTION}{name}" for name in subscriptions}
        finally:
            source.close()
            target.close()


def test_more_entries_than_are_read_at_once_move_to_a_server_and_back(
    postgres_url: str, tmp_path: Path
) -> None:
    kept = [Entry("key", n.to_bytes(32), "new", None, bytes(n % 50)) for n in range(1, 4_602)]
    stores = [open_store(str(tmp_path / "a.db")), open_store(postgres_url), open_store(":memory:")]
    try:
        filled(stores[0], kept, {"billing": (1, [ViewRow("person:1", "parked", b"{}")])}, [])
        for number, (source, target) in enumerate(pairwise(stores)):
            (tmp_path / str(number)).mkdir()
            moved(source, target, tmp_path / str(number))

        known = [beside(store) for store in stores]
    finally:
        for store in stores:
            store.close()

    assert known[0] == known[1] == known[2]
    assert len(known[0][0]) == len(kept)
