"""An export of which nothing could be taken was read all the same, and may be older later."""

from itertools import permutations

from engine.harbor import Harbor, harbor, rows_of, written
from engine.world import COORDINATOR, folded, mc
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.engine.indexes.past_readings import BARREN

HEAD = "No.,Mentor,Mentee,Since,Until,Reason\n"


def pair(day: str) -> str:
    return f"{HEAD}1,Anna Berg,Ben Ode,{day},,\n"


def days(it: Harbor) -> list[str]:
    """The days on which pairs were formed, as they stand."""
    formed = it.events("pairing.formed")
    return [str(folded(it.engine, e.stream).facts.formed_on) for e in formed]


def test_what_was_refused_as_people_were_unknown_does_not_take_a_newer_day_back() -> None:
    with harbor() as it:
        it.take("pairings", pair("2026-09-10"))
        it.take("people")
        it.take("pairings", pair("2026-09-14"))
        before = it.engine.position

        report = it.take("pairings", pair("2026-09-10"))

        assert days(it) == ["2026-09-14"]
        assert it.engine.position == before
        assert "older-export" in [n.code for n in report.notices]


def test_it_is_taken_when_it_comes_again_and_no_other_one_came_since() -> None:
    with harbor() as it:
        it.take("pairings", pair("2026-09-10"))
        it.take("people")

        it.take("pairings", pair("2026-09-10"))

        assert days(it) == ["2026-09-10"]


def test_the_last_of_several_that_were_refused_is_taken_when_it_comes_again() -> None:
    with harbor() as it:
        for day in ("2026-09-10", "2026-09-14"):
            it.take("pairings", pair(day))
        it.take("people")

        it.take("pairings", pair("2026-09-14"))

        assert days(it) == ["2026-09-14"]


def test_remembering_it_leaves_no_event_and_the_index_does_not_grow_by_it() -> None:
    with harbor() as it:
        it.take("pairings", pair("2026-09-10"))
        before = it.engine.position
        store = it.engine._store

        for n in range(BARREN + 9):
            it.take("pairings", f"{HEAD}1,Nobody {n},Ben Ode,2026-09-10,,\n")

        kept = store.entries("barren:pairings")
        assert it.engine.position == before
        assert len(kept) == 1
        assert all(len(row.body or b"") < BARREN * 250 for row in kept.values())


def test_the_same_one_again_changes_nothing_at_all() -> None:
    with harbor() as it:
        it.take("pairings", pair("2026-09-10"))
        before = dict(it.engine._store.entries("barren:pairings"))

        it.take("pairings", pair("2026-09-10"))

        assert it.engine._store.entries("barren:pairings") == before


ORDERS = list(permutations(["2026-09-10", "2026-09-14", "2026-09-17"]))


@settings(max_examples=30, deadline=None)
@given(
    refused=st.lists(st.sampled_from(ORDERS[0]), max_size=3),
    order=st.sampled_from(ORDERS),
    again=st.lists(st.sampled_from(ORDERS[0]), max_size=4),
)
def test_what_was_read_before_never_takes_back_what_came_since(
    refused: list[str], order: tuple[str, ...], again: list[str]
) -> None:
    """An export counts once: when it comes again after another one, it changes nothing."""
    with harbor() as it:
        for day in refused:
            it.take("pairings", pair(day))
        it.take("people")
        new = [day for day in order if day not in refused] or [(refused or [order[0]])[-1]]
        for day in new:
            it.take("pairings", pair(day))

        for day in again:
            if day in {*refused, *new}:
                it.take("pairings", pair(day))

        assert days(it) == [new[-1]]


def test_what_lacks_the_newest_response_of_a_barren_export_is_older() -> None:
    with harbor() as it:
        it.people().take("meetings", shortened(3))
        it.take("meetings", unknown_mentee())  # one that is newer, and cannot be taken
        before = it.engine.position

        report = it.take("meetings", shortened(2))

        assert it.engine.position == before
        assert report.missing == []
        assert "older-export" in [n.code for n in report.notices]


def test_a_barren_export_stays_older_when_a_later_import_is_taken_back() -> None:
    with harbor() as it:
        it.take("pairings", pair("2026-09-10"))
        it.take("people")
        it.take("pairings", pair("2026-09-14"))
        later = it.take("pairings", pair("2026-09-15"))
        it.engine.handle(mc.ReverseImport(batch_id=later.batch), actor=COORDINATOR)

        report = it.take("pairings", pair("2026-09-10"))

        assert days(it) == ["2026-09-14"]
        assert "older-export" in [n.code for n in report.notices]


def shortened(rows: int) -> str:
    return written(rows_of("meetings")[:rows])


def unknown_mentee() -> str:
    """The short export with one more row, about nobody who takes part."""
    first, second, third, fourth, *_ = rows_of("meetings")
    fourth[2] = "Nobody Ode"
    return written([first, second, third, fourth])
