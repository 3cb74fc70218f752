"""What changed in a practice's view between two moments is told row by row, like that of the core."""

from datetime import date

import attrs
import pytest
from projections import visits
from projections.test_program_view import corrected, member, named, peopled, visited
from projections.town import Town
from projections.visits import VisitMade

from mentorcore.projections.access.redactor import COORDINATOR, Viewer
from mentorcore.projections.diff.rows import Diff, FieldChange
from mentorcore.projections.folding.moment import Moment


@pytest.fixture
def town() -> Town:
    town = visits.town()
    town.to("2026-09-28")
    return peopled(town)


def diff(town: Town, then: Moment, viewer: Viewer = COORDINATOR) -> Diff:
    return town.views.diff(town.program, then, Moment(), viewer=viewer, today=town.clock.now)


def before(town: Town) -> Moment:
    return Moment(as_known=town.store.tail())


def test_the_rows_and_totals_that_changed_are_told_with_the_events_that_did_it(town: Town) -> None:
    then = before(town)
    corrected(town)
    new = visits.visit(town, 8, None, date(2026, 9, 22), minutes=5)

    told = diff(town, then).view("visits.summary")

    assert told is not None
    assert [(r.subject, r.standing, r.kind) for r in told.rows] == [
        (named(town, 1), "changed", "acme-visit"),
        (named(town, 2), "changed", "acme-visit"),
        (new, "new", "acme-visit"),
    ]
    first = told.rows[0]
    assert first.changes == (
        FieldChange("minutes", 40, 55),
        FieldChange("debriefs.2026-09-05", None, 10),
    )
    assert [d.name for d in first.deeds] == ["record.amended", "acme-visit.debriefed"]
    assert [d.name for d in told.rows[1].deeds] == ["record.retracted"]
    assert told.totals == (FieldChange("visits", 3, 4), FieldChange("minutes", 105, 110))


def test_a_row_that_is_gone_is_told_with_what_took_it_back(town: Town) -> None:
    then = before(town)
    visits.retracted(town, named(town, 3), VisitMade)

    told = diff(town, then).view("visits.summary")

    assert told is not None
    (row,) = told.rows
    assert (row.subject, row.standing) == (named(town, 3), "gone")
    assert [d.name for d in row.deeds] == ["record.retracted"]


def test_what_became_true_in_between_is_told_as_that(town: Town) -> None:
    told = diff(town, Moment(as_of=date(2026, 9, 10))).view("visits.summary")

    assert told is not None
    assert [(r.subject, r.standing, [d.how for d in r.deeds]) for r in told.rows] == [
        (named(town, 3), "new", ["became_true"])
    ]


def test_a_view_in_which_nothing_changed_is_not_told(town: Town) -> None:
    then = before(town)
    pair = town.status().pairings[0].pairing
    town.meet(pair, "2026-09-20")

    told = diff(town, then)

    assert [v.name for v in told.views] == ["pairs.met"]
    assert [d.name for d in told.views[0].rows[0].deeds] == ["pairing.meeting-held"]
    assert {d.name for d in told.deeds()} >= {"pairing.meeting-held"}


def test_a_member_is_told_of_rows_that_name_them_and_of_no_totals(town: Town) -> None:
    then = before(town)
    corrected(town)

    told = diff(town, then, member(town, visited(town, 1))).view("visits.summary")

    assert told is not None
    assert ([r.subject for r in told.rows], told.totals) == ([named(town, 1)], ())


def test_the_core_differs_as_without_the_practice(town: Town) -> None:
    then = before(town)
    corrected(town)
    pair = town.status().pairings[0].pairing
    town.meet(pair, "2026-09-20")

    told, without = diff(town, then), diff(visits.away(town), then)

    assert attrs.evolve(told, views=()) == without
