"""A view that followed the log, one that is built from nothing and one that was stored are equal."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projections.lives import Step, live, lives, peopled
from projections.town import Town

from mentorcore.domain.aggregate import fold, kind_of
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.pairing.state import (
    ActivePairing,
    EndedPairing,
    FormedPairing,
    PausedPairing,
)
from mentorcore.projections.folding import projector
from mentorcore.projections.plain import plain
from mentorcore.projections.summary.summary import SUMMARY

LIVES = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def answers(town: Town, views: Any, **asked: Any) -> bytes:
    """All that a coordinator is told, as bytes."""
    told = [
        plain(town.status(views=views, **asked)),
        plain(town.attention(views=views, **asked)),
    ]
    for view in told:
        view.pop("as_known")
    return json.dumps(told).encode()


@LIVES
@given(lives(), st.integers(1, 7))
def test_a_view_that_followed_every_step_equals_one_built_at_the_end(
    steps: list[Step], often: int
) -> None:
    town = peopled()
    for number in range(0, len(steps), often):
        live(town, steps[number : number + often])
        town.status()

    rebuilt = answers(town, town.fresh())

    assert answers(town, town.views) == rebuilt
    assert answers(town, town.fresh(), as_known=town.store.tail()) == rebuilt


@LIVES
@given(lives(), st.integers(1, 7))
def test_a_view_that_is_stored_after_every_step_equals_one_that_never_was(
    steps: list[Step], often: int
) -> None:
    town = peopled()
    never = answers(town, town.views)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(projector, "ENOUGH", 1)
        patch.setattr(projector, "SAVE_STREAMS", 3)
        patch.setattr(projector, "PAGE", 4)
        views = town.fresh()
        assert answers(town, views) == never
        for number in range(0, len(steps), often):
            live(town, steps[number : number + often])
            if number % 2:
                views = town.fresh()
            town.status(views=views)

        stored = answers(town, views)

    assert town.store.views()
    town.store.view_drop(f"summary@{SUMMARY.version}")
    assert stored == answers(town, town.fresh())


@LIVES
@given(lives())
def test_the_status_agrees_with_what_decisions_see(steps: list[Step]) -> None:
    town = peopled()
    live(town, steps)

    status = town.status()

    for stream, state in states(town, "pairing").items():
        row = status.pairing(stream)
        if row is None:
            assert not isinstance(
                state, FormedPairing | ActivePairing | PausedPairing | EndedPairing
            )
            continue
        situation = {
            FormedPairing: "formed",
            ActivePairing: "active",
            PausedPairing: "paused",
            EndedPairing: "ended",
        }[type(state)]
        held = [m.held for m in state.facts.meetings.values() if m.held]
        goals = state.facts.goals.items()
        disputed = [m for m in state.facts.meetings.values() if m.held and m.verdict == "disputed"]
        assert row.situation == situation
        assert row.active_from == state.facts.active_from
        assert row.planned_end == state.facts.planned_end
        assert row.meetings == len(held)
        assert row.minutes == sum(h.minutes for h in held if h.modality != "async")
        assert row.last_meeting == max((h.held_on for h in held), default=None)
        assert {g.goal: g.status for g in row.goals} == {
            g: "replaced" if s.replaced else s.status for g, s in goals
        }
        assert {i.item for i in row.items} == {
            i for i, s in state.facts.items.items() if s.outcome is None
        }
        assert (row.mark("disputed").count if row.mark("disputed") else 0) == len(disputed)
        if situation != "ended":
            assert {m.mismatch for m in row.mismatches} == {
                m for m, s in state.facts.mismatches.items() if s.outcome is None
            }


def states(town: Town, kind: str) -> dict[str, Any]:
    """What the streams of a kind add up to for decisions."""
    placed: dict[str, list[VersionedEvent]] = {}
    for r in town.engine.events():
        if kind_of(r.stream) == kind:
            placed.setdefault(r.stream, []).append(
                VersionedEvent(r.version, r.recorded_at, r.event)
            )
    return {s: fold(CORE_MODEL.aggregates[kind], p) for s, p in placed.items()}
