"""Every event has an example before every view, and changes a state or a view."""

from functools import cache
from typing import Any

import pytest
from projections.examples import CASES, NOTHING, TODAY, Case, mentor
from projections.town import Town

from mentorcore.domain.aggregate import fold, kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import CORE_MODEL
from mentorcore.errors import Refused
from mentorcore.projections.plain import plain

VIEWS = ("status", "attention", "history")


class Shown:
    """The views as plain data, and the states of all streams, before and after an event."""

    def __init__(self, event: type) -> None:
        example: Case = CASES[event]
        town: Any = Town(**example.settings)
        pair = town.pair()
        town.to(TODAY)
        town.subject = mentor(town, pair)
        steps: Any = example.happens(town, pair)
        next(steps)
        self.before = {view: look(town, view) for view in VIEWS} | {"states": states(town)}
        for _ in steps:
            pass
        self.after = {view: look(town, view) for view in VIEWS} | {"states": states(town)}


shown = cache(Shown)


def look(town: Any, view: str) -> Any:
    """A view as plain data, without the position, which every event moves."""
    try:
        if view == "history":
            told = plain(town.history(town.subject))
            names = [e["name"] for e in told["entries"]]
            told |= {"names": names, "last": names[-1] if names else None}
        else:
            told = plain(getattr(town, view)())
            told["kinds"] = [n["kind"] for n in told.get("needs", ())]
    except Refused:
        return {}
    told.pop("position")
    return told


def at(told: Any, path: str) -> Any:
    """What stands at a path such as ``pairings.0.meetings``; ``None`` when there is no such."""
    for step in path.split("."):
        try:
            told = told[int(step)] if isinstance(told, list) else told[step]
        except (IndexError, KeyError, TypeError):
            return None
    return told


def states(town: Any) -> dict[str, Any]:
    """What every stream adds up to for decisions."""
    placed: dict[str, list[VersionedEvent]] = {}
    for r in town.engine.events():
        placed.setdefault(r.stream, []).append(VersionedEvent(r.version, r.recorded_at, r.event))
    return {s: fold(CORE_MODEL.aggregates[kind_of(s)], p) for s, p in placed.items()}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("event", CORE_MODEL.events, ids=lambda e: e.__name__)
def test_each_view_has_an_example_of_each_event(event: type, view: str) -> None:
    assert event in CASES, f"say in examples.py what {event.__name__} changes in each view"
    expected = getattr(CASES[event], view)

    before, after = shown(event).before[view], shown(event).after[view]

    if expected is NOTHING:
        assert after == before
    for path, value in expected.items():
        if value is NOTHING:
            assert at(after, path) == at(before, path)
            continue
        assert at(before, path) != value, f"{path} was so before"
        assert at(after, path) == value


@pytest.mark.parametrize("event", CORE_MODEL.events, ids=lambda e: e.__name__)
def test_every_event_changes_a_state_or_a_view(event: type) -> None:
    before, after = shown(event).before, shown(event).after

    assert before != after, f"{event_info(event).name} leaves no trace"
