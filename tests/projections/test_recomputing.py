"""A stored view that somebody changed does not reach an audit."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from projections.test_rebuilding import answers
from projections.town import Town

from mentorcore.log.stores.opening import open_store
from mentorcore.projections.folding import projector

CHANGES = (
    "DELETE FROM view_row WHERE stream LIKE 'pairing:%'",
    "UPDATE view_row SET grp = 'x' WHERE stream LIKE 'pairing:%'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_log_knew_is_folded_from_events_whatever_is_stored_beside_them(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second assertion keeps the docs honest: everyday questions do believe stored views."""
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
    assert answers(town, town.fresh()) != told
    store.view_drop("summary@1")
    assert answers(town, town.fresh()) == told
    store.close()


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
