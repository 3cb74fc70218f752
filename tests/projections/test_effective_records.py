"""What an embedder adds up of the records that stand is what the views tell, at any moment."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import attrs
from hypothesis import given, settings
from projections.lives import Step, errant_lives, live, lives, peopled
from projections.town import BEGAN, Town, mc

MEETINGS = ("pairing.meeting-held",)
Moment = tuple[Any, Any]


def standing(town: Town, as_of: Any = None, as_known: Any = None, **more: Any) -> list[Any]:
    return list(town.views.effective(**town.asked({"as_of": as_of, "as_known": as_known, **more})))


def revised(town: Town, limit: int, days: int) -> None:
    """Asynchronous contact counts up to another limit from a day on."""
    town.ask(
        mc.ReviseProgram(
            program_id=town.program,
            effective_from=town.today + timedelta(days=days),
            settings=attrs.evolve(town.settings, contact_limit=limit),
        )
    )


def moments(town: Town) -> Iterator[Moment]:
    tail = town.store.tail()
    days = [None, BEGAN + timedelta(days=9), date(2026, 9, 12), town.clock.now - timedelta(days=5)]
    yield from product(days, [None, tail, 2 * tail // 3, town.clock.now - timedelta(days=2)])


def assert_sums_agree(town: Town) -> None:
    for as_of, as_known in moments(town):
        told = town.status(as_of=as_of, as_known=as_known)

        counted: dict[str, int] = {}
        for held in standing(town, as_of, as_known, names=MEETINGS):
            counted[held.stream] = counted.get(held.stream, 0) + held.counted_minutes

        assert sum(counted.values()) == told.numbers.minutes, (as_of, as_known)
        for row in told.pairings:
            assert counted.get(row.pairing, 0) == row.minutes
            history = town.history(
                row.pairing, as_of=as_of, as_known=as_known, today=town.clock.now
            )
            entries = history.of("pairing.meeting-held")
            assert sum(e.counted_minutes for e in entries) == row.minutes


@settings(max_examples=15, deadline=None)
@given(lives(60))
def test_minutes_that_count_add_up_at_any_moment(steps: list[Step]) -> None:
    town = peopled(contact_limit=35)
    revised(town, 60, days=3)
    live(town, steps)
    town.later(days=4)

    assert_sums_agree(town)


@settings(max_examples=10, deadline=None)
@given(errant_lives(60))
def test_they_add_up_when_much_is_corrected(steps: list[Step]) -> None:
    town = peopled(contact_limit=35)
    live(town, steps)
    revised(town, 10, days=0)

    assert_sums_agree(town)


def test_a_contact_counts_as_far_as_the_settings_of_the_day_say() -> None:
    town = Town(contact_limit=60)
    town.to("2026-09-28")
    pair = town.pair()
    town.meet(pair, "2026-09-01", 45)
    town.meet(pair, "2026-09-02", 30, modality="async")
    revised(town, 25, days=10)

    before = [m.counted_minutes for m in standing(town, names=MEETINGS)]
    later = [m.counted_minutes for m in standing(town, as_of=date(2026, 10, 20), names=MEETINGS)]

    assert (before, later) == ([45, 30], [45, 25])


def test_a_disputed_meeting_counts() -> None:
    town = Town()
    town.to("2026-09-28")
    pair = town.pair()
    meeting = town.meet(pair, "2026-09-01", 45)
    town.ask(
        mc.VerifyMeeting(
            pairing_id=pair, meeting_id=meeting, verdict="disputed", on=date(2026, 9, 3)
        )
    )

    disputed = sum(m.counted_minutes for m in standing(town, names=MEETINGS))

    assert (disputed, town.status().numbers.minutes) == (45, 45)


def test_a_record_says_what_it_says_now_and_which_corrections_made_it_so() -> None:
    town = Town()
    town.to("2026-09-28")
    pair = town.pair()
    town.meet(pair, "2026-09-01", 45)
    amended = town.ask(mc.AmendRecord(stream=pair, target=2, changes={"minutes": 50})).events[0]

    (now,) = standing(town, names=MEETINGS)
    (before,) = standing(town, as_known=amended.position - 1, names=MEETINGS)

    assert (now.event.minutes, now.counted_minutes, now.version) == (50, 50, 2)
    assert [(e.stream, e.version) for e in now.corrected_by] == [(pair, amended.version)]
    assert (before.event.minutes, before.corrected_by) == (45, ())
    assert {m.name for m in standing(town, stream=pair)} == {
        "pairing.formed",
        "pairing.meeting-held",
    }


def test_only_what_was_taken_back_is_left_out() -> None:
    town = peopled()
    met = next(iter(town.engine.events(names=MEETINGS)))
    town.ask(
        mc.RetractRecord(
            stream=met.stream, target=met.version, cause="entered_in_error", reason="no"
        )
    )

    told = {r.position: r.event for r in standing(town)}

    recorded = {r.position: r for r in town.engine.events()}
    attended = [
        r.position
        for r in recorded.values()
        if r.name == "person.meeting-attended" and r.event.meeting_id == met.event.meeting_id
    ]
    corrections = [p for p, r in recorded.items() if r.name.startswith("record.")]
    assert recorded.keys() - told.keys() == {met.position, *attended, *corrections}
    assert all(recorded[p].event == event for p, event in told.items())
