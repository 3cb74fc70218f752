"""A question about what the log knew is answered from events up to there, and from nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from projections.forging import forge
from projections.test_following import STORED, spoil
from projections.test_program_view import Cut
from projections.test_rebuilding import answers
from projections.town import Town, mc

from mentorcore.errors import FollowerStopped
from mentorcore.log.storage.store import Store
from mentorcore.log.stores.opening import open_store
from mentorcore.projections.folding import projector
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.plain import plain
from mentorcore.projections.summary.summary import SUMMARY
from mentorcore.projections.views import Views

CHANGES = (
    "DELETE FROM view_row WHERE stream LIKE 'pairing:%'",
    "UPDATE view_row SET grp = 'x' WHERE stream LIKE 'pairing:%'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_log_knew_is_folded_from_events_whatever_is_stored_beside_them(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "ENOUGH", 1)
    store = open_store(str(tmp_path / "log.db"))
    town = Town(store)
    pairing = town.pair()
    town.to("2026-08-24")
    town.meet(pairing, "2026-08-20")
    told = answers(town, town.views)
    with closing(sqlite3.connect(tmp_path / "log.db")) as db:
        assert db.execute(change).rowcount > 0
        db.commit()

    assert answers(town, town.fresh(), as_known=store.tail()) == told
    assert answers(town, town.fresh()) == told
    store.close()


def test_a_forged_row_answers_for_the_present_and_never_for_what_the_log_knew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last assertion but one keeps the docs honest: seals have no key."""
    monkeypatch.setattr(projector, "ENOUGH", 1)
    town = Town()
    pairing = town.pair()
    town.to("2026-08-24")
    town.meet(pairing, "2026-08-20")
    told = answers(town, town.views)

    forge(town.store, SUMMARY, pairing, lambda part: setattr(part, "minutes", 9_000))

    assert answers(town, town.fresh(), as_known=town.store.tail()) == told
    assert town.status(views=town.fresh()).pairing(pairing).minutes == 9_000
    town.store.view_drop(STORED)
    assert answers(town, town.fresh()) == told


def test_a_second_question_about_the_past_begins_where_the_first_ended() -> None:
    town = Town()
    pairing = town.pair()
    views = town.fresh()
    before = answers(town, views, as_known=town.store.tail())
    town.meet(pairing, "2026-08-17")

    after = answers(town, views, as_known=town.store.tail())

    assert before != after
    assert after == answers(town, town.fresh())
    assert not town.store.views()


def test_what_cannot_be_read_stops_no_question_about_the_time_before() -> None:
    town = Town()
    pairing = town.pair()
    told, before = answers(town, town.fresh()), town.store.tail()
    town.later(hours=1)
    town.enrol("mentee", "Bea")
    bad = spoil(town, pairing)

    assert answers(town, town.fresh(), as_known=before) == told
    with pytest.raises(FollowerStopped) as stopped:
        town.status(views=town.fresh(), as_known=bad)
    assert stopped.value.position == bad


def test_what_was_known_at_any_position_is_what_a_log_that_ends_there_tells(
    store: Store,
) -> None:
    town = Town(store)
    pairing = town.pair()
    town.to("2026-08-24")
    town.meet(pairing, "2026-08-20")
    town.ask(mc.AmendRecord(stream=pairing, target=2, changes={"minutes": 50}))
    town.design("Lagoon")
    town.ask(mc.RetractRecord(stream=pairing, target=2))
    first = next(r.position for r in store.page(0, 100) if r.name == "program.cohort-opened")

    for position in range(first, store.tail() + 1):
        cut: Any = Cut(store, town.views._snapshots.position(Moment(as_known=position)))
        alone = Views(cut, town.codec, town.sealing.open)

        assert answers(town, town.views, as_known=position) == answers(town, alone)
        assert plain(town.views.programs(Moment(as_known=position))) == plain(alone.programs())
