"""Steps in a pairing's life that are recorded late, or again, and pairs that are paired already."""

from itertools import permutations
from typing import Any

import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
    FORMED,
    SECOND,
    THIRD,
    day,
    end,
    form,
    hold,
    mc,
    paired,
    pause,
    reopen,
    resume,
    school,
    version_of,
)

from mentorcore.domain.pairing.state import ActivePairing, EndedPairing
from mentorcore.errors import Refused

WAITING: Any = {"start_needs": ("authorization",)}
STARTED = day("2026-09-08")
OVER = mc.Ending(on=day("2026-12-18"), reason="completed")


def start(on: Any = STARTED) -> Any:
    return mc.StartPairing(pairing_id=FIRST, on=on, authorized=True)


def life(story: Any) -> tuple[Any, ...]:
    facts = story.state(FIRST).facts
    return type(story.state(FIRST)), facts.active_from, facts.pauses, facts.ended


# -------------------------------------------------------------------------- recorded late


def test_a_pause_that_is_told_after_the_end_lies_before_it() -> None:
    """INV-98."""
    told_late = paired().given(end(), pause(), resume())

    assert life(told_late) == life(paired().given(pause(), resume(), end()))
    assert isinstance(told_late.state(FIRST), EndedPairing)


def test_a_start_that_is_told_after_the_end_lies_before_it() -> None:
    """INV-98."""
    told_late = paired(**WAITING).given(end(), start())

    assert life(told_late) == life(paired(**WAITING).given(start(), end()))


def test_the_steps_of_a_life_may_be_told_in_every_order_that_begins_with_its_start() -> None:
    """INV-98: whatever is refused where it stands is taken once what it rests on was told."""
    whole = paired(**WAITING).given(start(), pause(), resume(), end())

    for order in permutations((start(), pause(), resume(), end())):
        story, left = paired(**WAITING), list(order)
        for _ in order:
            for step in tuple(left):
                try:
                    story = story.given(step)
                except (Refused, AssertionError):
                    continue
                left.remove(step)
        assert left == []
        assert life(story) == life(whole)


def test_the_start_of_a_pairing_that_was_recorded_with_its_end_can_be_told_later() -> None:
    past = school(**WAITING).given(form(ended=OVER))

    told = past.given(start())

    assert told.state(FIRST).facts.active_from == STARTED
    assert isinstance(told.state(FIRST), EndedPairing)
    told.when(start(day("2026-09-09"))).refuses("not_waiting", "started on 2026-09-08")
    past.when(start(day("2026-12-19"))).refuses("not_waiting")


def test_a_pairing_of_the_past_may_have_waited_to_its_end() -> None:
    waited = mc.Ending(on=day("2026-12-18"), reason="completed", waited=True)
    past = school(**WAITING).given(form(ended=waited))
    version = version_of(past, FIRST, mc.PairingFormed)

    moved = past.given(
        mc.AmendRecord(stream=FIRST, target=version, changes={"on": day("2026-09-02")})
    )

    assert past.state(FIRST).facts.active_from is None
    assert moved.state(FIRST).facts.start_needs == ("authorization",)
    told = moved.given(mc.StartPairing(pairing_id=FIRST, on=STARTED))
    assert told.state(FIRST).facts.active_from == STARTED


def test_where_nothing_is_needed_nothing_starts_later() -> None:
    paired().when(start()).refuses("not_waiting")


def test_a_late_start_fits_before_the_meetings_that_are_recorded() -> None:
    """INV-98."""
    past = school(**WAITING).given(form(ended=OVER), hold())

    past.when(start(day("2026-09-11"))).refuses("before_start")
    assert past.when(start(day("2026-09-10"))).events


def test_a_late_step_fits_before_the_steps_that_are_recorded() -> None:
    """INV-98."""
    story = paired().given(pause(), resume(), end())

    story.when(pause(since=day("2026-10-05"))).refuses("others_rest_on_it")
    story.when(resume(day("2026-11-10"))).refuses("others_rest_on_it")


def test_a_late_pause_gives_no_place_back() -> None:
    ended = paired().given(end())

    ended.when(pause(frees_place=True)).refuses("not_active")
    rested = paired().given(pause(frees_place=True), end())
    rested.when(resume()).refuses("not_paused")


# ------------------------------------------------------------------------- recorded again


@pytest.mark.parametrize("again", [start(), pause(), resume(), end()])
def test_a_step_that_stands_already_is_nothing_new(again: Any) -> None:
    story = paired(**WAITING).given(start(), pause(), resume(), end())

    story.when(again).then()


def test_a_pause_of_the_same_day_that_says_more_is_no_repetition() -> None:
    story = paired().given(pause())

    story.when(pause(reason="Leave")).refuses("not_active")
    story.when(pause(planned_until=day("2026-12-01"))).refuses("not_active")


def test_an_end_of_the_same_day_for_another_reason_is_refused_with_the_first_one() -> None:
    story = paired().given(end())

    story.when(end(reason="mismatch")).refuses("already_ended", "already, as completed")


# ------------------------------------------------------------------------- paired already


def test_those_who_are_paired_are_not_paired_a_second_time() -> None:
    """INV-99."""
    first = school().given(form())

    first.when(_again()).refuses("paired_already", since=FORMED, pairing=FIRST)


def test_a_co_mentor_is_somebody_else() -> None:
    """INV-99."""
    wide = school(largest=3).given(form())
    both = form(BEN, ANNA, CLEO, pairing_id=SECOND, members=_members(BEN, ANNA, CLEO))

    wide.when(both).refuses("paired_already")
    assert wide.when(form(BEN, CLEO, pairing_id=SECOND, members=_members(BEN, CLEO))).events


def test_after_the_first_has_ended_the_same_people_are_paired_again() -> None:
    """INV-99."""
    story = paired().given(end())

    assert story.when(_again(on=day("2026-12-18"))).events
    story.when(_again(on=day("2026-12-17"))).refuses("paired_already", until=day("2026-12-18"))


def test_a_pairing_of_the_past_lies_before_the_one_of_now() -> None:
    """INV-99."""
    later = school().given(_again(on=day("2026-10-01"), pairing_id=FIRST))
    before = mc.Ending(on=day("2026-10-01"), reason="completed")
    into = mc.Ending(on=day("2026-10-02"), reason="completed")

    later.when(_again(ended=into)).refuses("paired_already")
    assert later.when(_again(ended=before)).events


def test_a_pairing_that_ended_is_not_reopened_beside_the_second_one() -> None:
    """INV-99."""
    story = paired().given(end(), _again(on=day("2026-12-20")))

    story.when(reopen()).refuses("paired_already", pairing=SECOND)


def test_an_end_is_not_taken_back_beside_the_second_pairing() -> None:
    """INV-99."""
    story = paired().given(end(), _again(on=day("2026-12-20")))
    ended = version_of(story, FIRST, mc.PairingEnded)
    back = mc.RetractRecord(stream=FIRST, target=ended)

    story.when(back).refuses("paired_already", pairing=SECOND)
    assert paired().given(end()).when(back).events


def test_circles_may_share_members() -> None:
    """INV-99."""
    circles = school(shape="group", largest=5, capacity=mc.Capacity(places=9))
    one = circles.given(form(ANNA, CLEO))

    one.when(form(ANNA, CLEO, pairing_id=THIRD)).refuses("paired_already")
    assert isinstance(one.given(_circle()).state(SECOND), ActivePairing)


def _members(*people: Any) -> Any:
    return tuple(mc.Member(participant=p.here, role=p.role) for p in people)


def _again(**other: Any) -> Any:
    usual = {"pairing_id": SECOND, "members": _members(ANNA, CLEO)}
    return form(**(usual | other))


def _circle() -> Any:
    return form(ANNA, CLEO, DARA, pairing_id=SECOND, members=_members(ANNA, CLEO, DARA))
