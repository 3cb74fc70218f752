"""Stored views are held against the events: every alteration of them is named, and made good."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from engine.test_damaged_views import DAMAGE, ONLY_SQLITE, VIEWS, behind_its_back, told
from engine.world import Place, engine
from hypothesis import given
from hypothesis import strategies as st
from practices.observation.world import Observing, lived
from projections.forging import forge
from projections.lives import Step, live, lives, peopled
from projections.test_rebuilding import LIVES

from mentorcore.engine.engine import Engine
from mentorcore.errors import FollowerStopped, OpenedReadOnly
from mentorcore.log.storage.store import Draft
from mentorcore.practices.observation.view import MATRIX
from mentorcore.projections.folding import projector
from mentorcore.projections.folding.view_comparison import compared
from mentorcore.projections.summary.summary import SUMMARY


@pytest.fixture
def seen(durable: Place) -> Observing:
    """A log with all of a year's work, whose views are stored; nobody has it open."""
    with durable.open(1) as opened:
        world = lived(opened)
        told(opened, world)
    return world


def found(opened: Engine) -> list[tuple[str, str | None]]:
    return [(one.view, one.stream) for one in opened.verify_views()]


def test_views_that_nobody_touched_are_as_the_events_say(seen: Observing, durable: Place) -> None:
    with durable.open(10**6) as opened:
        assert len([v for v in opened._store.views() if v.startswith(VIEWS)]) == 2

        assert opened.verify_views() == ()


def test_every_damage_is_named_and_a_rebuilt_view_is_right(seen: Observing, durable: Place) -> None:
    every = {**DAMAGE, **({} if "://" in durable.url else ONLY_SQLITE)}
    unseen, unmended = [], []
    for number, (name, damage) in enumerate(every.items(), 2):
        with closing(behind_its_back(durable)) as db:
            changed = {view: damage(db, view) for view in VIEWS}

        with durable.open(number * 10**6, read_only=True) as opened:
            named = {view for view, _ in found(opened)}
        with durable.open(number * 10**6) as opened:
            opened.rebuild_views()
            mended = opened.verify_views() == () and opened.position

        if any(n and not any(v.startswith(view) for v in named) for view, n in changed.items()):
            unseen.append(name)
        if not mended:
            unmended.append(name)
    assert not unseen
    assert not unmended


def test_a_forged_row_is_named_with_the_figures_that_it_forges(
    store_url: str, tmp_path: Path
) -> None:
    keys = None if store_url == ":memory:" else str(tmp_path / "program.keys")
    with engine(store_url, keys=keys) as opened:
        seen = lived(opened)
        told(opened, seen)
        opened._views.close()
        store = opened._store

        forge(store, SUMMARY, seen.pairing, lambda part: setattr(part, "minutes", 9_000))
        forge(store, MATRIX.projection, seen.round, lambda part: part.visits.clear())

        assert [(one.stream, one.members) for one in opened.verify_views()] == [
            (seen.pairing, ("minutes",)),
            (seen.round, ("visits",)),
        ]
        opened.rebuild_views()
        assert opened.verify_views() == ()


def test_rows_of_before_that_were_put_back_are_named(seen: Observing, durable: Place) -> None:
    with closing(behind_its_back(durable)) as db:
        before = db.execute("SELECT view, stream, grp, data FROM view_row").fetchall()
    with durable.open(10**6) as opened:
        seen.world.engine = opened
        seen.conduct(seen.plan())
        told(opened, seen)
    with closing(behind_its_back(durable)) as db:
        for view, stream, group, data in before:
            if stream == seen.round:
                db.execute(
                    "UPDATE view_row SET data = %s WHERE view = %s AND stream = %s AND grp = %s",
                    (bytes(data), view, stream, group),
                )

    with durable.open(2 * 10**6) as opened:
        named = found(opened)

    assert named == [("observation@1", seen.round)]


def test_what_is_behind_the_stored_position_is_no_difference(
    seen: Observing, durable: Place
) -> None:
    with durable.open(10**6) as opened:
        seen.world.engine = opened
        seen.conduct(seen.plan())

        assert opened.verify_views() == ()


def test_nothing_is_made_anew_of_a_log_that_is_open_for_reading(
    seen: Observing, durable: Place
) -> None:
    with durable.open(10**6, read_only=True) as opened, pytest.raises(OpenedReadOnly):
        opened.rebuild_views()


def test_a_view_that_rests_on_an_event_that_cannot_be_read_is_not_stored_anew(
    seen: Observing, durable: Place
) -> None:
    with durable.open(10**6) as opened:
        version = len(opened._store.stream(seen.pairing)) + 1
        draft = Draft(seen.pairing, version, "pairing.meeting-held", b'{"at":"', b'"}')
        opened._store.append([draft], [], opened.now)

        with pytest.raises(FollowerStopped, match=seen.pairing):
            opened.rebuild_views()
        assert opened.verify_views() == ()


@LIVES
@given(lives(), st.integers(1, 7))
def test_whatever_was_lived_a_view_that_was_stored_on_the_way_is_as_the_events_say(
    steps: list[Step], often: int
) -> None:
    town = peopled()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(projector, "ENOUGH", 1)
        patch.setattr(projector, "SAVE_STREAMS", 3)
        patch.setattr(projector, "PAGE", 4)
        views = town.fresh()
        for number in range(0, len(steps), often):
            live(town, steps[number : number + often])
            if number % 2:
                views = town.fresh()
            town.status(views=views)
        views.close()

        assert town.store.views() or not steps
        differences = list(compared(SUMMARY, town.store, town.codec.recorded, town.model))

    town.store.close()
    assert differences == []
