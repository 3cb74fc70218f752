"""A figure of a practice's view is explained by the events it cannot be told without."""

from datetime import date
from typing import Any

import attrs
import pytest
from projections import visits
from projections.test_program_view import corrected, member, named, peopled, visited
from projections.town import Town

from mentorcore.domain.values import Withheld
from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import COORDINATOR


@pytest.fixture
def town() -> Town:
    town = visits.town()
    town.to("2026-09-28")
    return peopled(town)


def explained(town: Town, subject: Any, figure: str = "", **more: Any) -> Any:
    asked = {"viewer": COORDINATOR, **town.asked(more)}
    return town.views.explain(subject, figure, **asked)


def figures(town: Town, subject: str, **more: Any) -> dict[str, Any]:
    asked = {"viewer": COORDINATOR, **town.asked(more)}
    return {f.name: f.value for f in town.views.figures(subject, **asked)}


def grounds(told: Any) -> list[tuple[str, str]]:
    return [(g.record.name, g.effect) for g in told.grounds]


def test_every_member_of_a_row_can_be_asked_about(town: Town) -> None:
    told = figures(town, named(town, 2))

    assert told == {
        "visits.summary.visit": named(town, 2),
        "visits.summary.visited": visited(town, 2),
        "visits.summary.on": date(2026, 9, 2),
        "visits.summary.minutes": 35,
        "visits.summary.note": None,
        "visits.summary.debriefs.2026-09-08": 15,
    }


def test_a_figure_rests_on_the_events_that_it_cannot_be_told_without(town: Town) -> None:
    told = explained(town, named(town, 2), "minutes")

    assert grounds(told) == [
        ("acme-visit.debriefed", "+15"),
        ("acme-visit.made", "without it there would be nothing to tell"),
    ]
    assert (told.figure, told.value, told.holds) == ("visits.summary.minutes", 35, True)
    assert told.about == "minutes with the class and after"
    assert [w.participant for w in told.people] == [visited(town, 2)]
    assert told == explained(town, named(town, 2), "visits.summary.minutes")


def test_its_corrections_are_told_with_it_and_not_before_they_were_known(town: Town) -> None:
    before = town.store.tail()
    corrected(town)

    now = explained(town, named(town, 1), "minutes")
    then = explained(town, named(town, 1), "minutes", as_known=before)

    assert (now.value, then.value, now.holds, then.holds) == (55, 40, True, True)
    made = next(g for g in now.grounds if g.record.name == "acme-visit.made")
    assert [c.kind for c in made.record.corrections] == ["amended"]
    assert "its correction #3: +5" in made.effect


@pytest.mark.parametrize("when", [None, date(2026, 9, 10), date(2026, 9, 21)])
def test_every_figure_holds_by_its_events_alone(town: Town, when: date | None) -> None:
    corrected(town)
    for subject in (named(town, 1), named(town, 2), town.program):
        for figure in figures(town, subject, as_of=when):
            if not figure.startswith(("visits.", "pairs.")):
                continue

            told = explained(town, subject, figure, as_of=when)

            assert told.holds, (subject, figure)
            assert told.value == figures(town, subject, as_of=when)[figure]


def test_totals_are_explained_at_the_program(town: Town) -> None:
    told = explained(town, town.program, "visits.summary.minutes")

    assert (told.value, told.holds) == (105, True)
    assert len([g for g in told.grounds if g.part == "founding"]) == 3
    assert ("acme-visit.debriefed", "+15") in grounds(told)
    assert explained(town, town.program, "minutes").figure == "numbers.minutes"


def test_a_row_that_declares_nothing_is_explained_all_the_same(town: Town) -> None:
    signed = visits.treaty(town, 7, date(2026, 9, 1))

    told = explained(town, signed, "scope")

    assert (told.value, told.about, told.holds) == ("data", "scope", True)
    assert [g.record.name for g in told.grounds] == ["acme-treaty.signed"]


def test_a_view_over_kinds_of_the_core_is_explained_by_their_events(town: Town) -> None:
    pair = town.status().pairings[0].pairing

    told = explained(town, pair, "pairs.met.met")

    assert (told.value, told.holds) == (1, True)
    assert ("pairing.meeting-held", "+1") in grounds(told)


def test_a_need_of_a_practice_is_explained(town: Town) -> None:
    (need,) = town.attention().of("debrief_overdue")

    told = explained(town, need)
    same = explained(town, named(town, 1), "debrief_overdue")

    assert told == same
    assert (told.value, told.holds) == (need, True)
    assert told.about == "a visit should have been talked about"
    assert [g.record.name for g in told.grounds if g.decisive] == [
        "acme-visit.debrief-planned",
        "acme-visit.made",
    ]
    assert "debrief_overdue" in figures(town, named(town, 1))


def test_a_need_that_is_gone_is_refused(town: Town) -> None:
    (need,) = town.attention().of("debrief_overdue")
    visits.debriefed(town, named(town, 1), date(2026, 9, 27))

    with pytest.raises(Refused) as refused:
        explained(town, need)

    assert refused.value.code == "no_such_need"


def test_a_member_is_explained_what_names_them_and_nothing_else(town: Town) -> None:
    ben = member(town, visited(town, 1))

    own = explained(town, named(town, 1), "minutes", viewer=ben)
    other = explained(town, named(town, 2), "minutes", viewer=ben)

    assert own.value == 40
    assert isinstance(other.value, Withheld)
    assert other.grounds == ()
    assert figures(town, named(town, 2), viewer=ben) == {}
    assert isinstance(
        explained(town, town.program, "visits.summary.visits", viewer=ben).value, Withheld
    )


def test_a_figure_that_no_view_tells_is_refused_with_those_that_there_are(town: Town) -> None:
    with pytest.raises(Refused, match=r"there is .*visits\.summary\.minutes") as refused:
        explained(town, named(town, 1), "hours")

    assert refused.value.code == "no_figure"


def test_the_core_is_explained_as_without_the_practice(town: Town) -> None:
    pair = town.status().pairings[0].pairing
    away = visits.away(town)

    assert explained(town, pair, "minutes") == explained(away, pair, "minutes")
    kept = {n: v for n, v in figures(town, pair).items() if not n.startswith(("visits.", "pairs."))}
    assert kept == figures(away, pair)


def test_the_engine_explains_it(town: Town) -> None:
    told = town.engine.explain(named(town, 2), "minutes", viewer=COORDINATOR)

    assert attrs.evolve(told, day=None) == attrs.evolve(
        explained(town, named(town, 2), "minutes"), day=None
    )
