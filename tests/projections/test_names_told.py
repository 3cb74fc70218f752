"""Whether a log tells of certain events is found out once, and then of what has come since."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import pytest
from projections import visits
from projections.town import Town
from projections.visits import VisitMade

from mentorcore.projections.folding.names_told import NamesTold
from mentorcore.projections.views import Views

HELD, SCHEDULED = "pairing.meeting-held", "pairing.meeting-scheduled"


class Counted:
    """A log that notes behind which positions it was looked through."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.asked: list[tuple[int, tuple[str, ...]]] = []

    def page(self, after: int, limit: int, names: Sequence[str] = ()) -> Any:
        self.asked.append((after, tuple(names)))
        return self._store.page(after, limit, names)


@pytest.fixture
def town(store: Any) -> Town:
    town = Town(store=store)
    town.to("2026-09-28")
    return town


def test_what_is_told_nowhere_is_looked_for_in_what_has_come_since(town: Town) -> None:
    log: Any = Counted(town.store)
    told = NamesTold(log, [HELD])
    before = town.store.tail()

    first = told.any([HELD], before)
    again = told.any([HELD], before)
    town.meet(town.pair(), "2026-09-12")
    then = told.any([HELD], town.store.tail())
    after = told.any([HELD], town.store.tail() + 1)

    assert (first, again, then, after) == (False, False, True, True)
    assert log.asked == [(0, (HELD,)), (before, (HELD,))]


def test_a_name_that_was_found_does_not_hide_another(town: Town) -> None:
    town.meet(town.pair(), "2026-09-12")
    told = NamesTold(town.store, [HELD, SCHEDULED])

    found = [told.any([name], town.store.tail()) for name in (SCHEDULED, HELD)]

    assert found == [False, True]
    assert told.any([SCHEDULED, HELD], town.store.tail())


def test_a_view_whose_needs_nothing_prompts_is_not_folded_for_them() -> None:
    town = visits.town()
    summary, pairs = visits.VIEWS
    prompted = attrs.evolve(summary, prompted_by=frozenset({VisitMade}))
    views = Views(
        town.store, town.codec, town.sealing.open, model=town.model, views=(prompted, pairs)
    )
    town.to("2026-09-28")
    town.meet(town.pair(), "2026-09-12")

    before = town.attention(views=views)
    untouched = views.followed()
    visit = visits.visit(town, 1, None, date.fromisoformat("2026-09-01"))
    visits.planned(town, visit, date.fromisoformat("2026-09-08"))
    after = town.attention(views=views)

    assert "debrief_overdue" not in {need.kind for need in before.needs}
    assert [untouched[view.projection.view] for view in (prompted, pairs)] == [0, 0]
    assert [n.subject for n in after.needs if n.kind == "debrief_overdue"] == [visit]
    assert views.followed()[prompted.projection.view] == town.store.tail()
    assert views.followed()[pairs.projection.view] == 0
