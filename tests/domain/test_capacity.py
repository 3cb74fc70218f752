"""No mentor has more mentees than fit, whatever happens in which order (INV-06)."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
    PROGRAM,
    SECOND,
    THIRD,
    day,
    end,
    form,
    joined,
    mc,
    paired,
    pause,
    program,
    reopen,
    resume,
    school,
    someone,
)

EMIL, FAYE = someone(0x10, "mentee"), someone(0x11, "mentee")
LEAD = someone(0x3E, "lead")
ONE = {"capacity": mc.Capacity(places=1)}


def set_capacity(places: Any, since: Any = "2026-08-25", who: Any = ANNA, **other: Any) -> Any:
    return mc.SetMentorCapacity(participant_id=who.here, places=places, since=day(since), **other)


def test_nobody_joins_above_their_capacity() -> None:
    """INV-06."""
    story = joined(paired(), EMIL).given(form(ANNA, DARA, pairing_id=SECOND))

    refused = story.when(form(ANNA, EMIL, pairing_id=THIRD))

    refused.refuses(
        "no_free_place",
        "2 of 2",
        participant=ANNA.here,
        load=2,
        capacity=2,
        hard_limit=None,
    )


def test_another_mentor_has_a_place() -> None:
    story = paired(**ONE)

    story.when(form(ANNA, DARA, pairing_id=SECOND)).refuses("no_free_place")
    assert story.when(form(BEN, DARA, pairing_id=SECOND)).events


def test_without_a_number_places_are_unlimited() -> None:
    story = paired(capacity=mc.Capacity())

    assert story.when(form(ANNA, DARA, pairing_id=SECOND)).events


def test_a_mentor_s_own_number_counts_before_the_program_s() -> None:
    """INV-06."""
    more = paired(**ONE).given(set_capacity(2, reason="Full release"))
    none = paired().given(set_capacity(0))

    assert more.when(form(ANNA, DARA, pairing_id=SECOND)).events
    none.when(form(ANNA, DARA, pairing_id=SECOND)).refuses("no_free_place", "1 of 0")


def test_a_capacity_counts_from_its_day_on() -> None:
    """INV-06: load and capacity are of the present, whatever the day of the pairing."""
    story = paired(**ONE).given(set_capacity(2, "2026-10-01", reason="Full release"))
    second = form(ANNA, DARA, pairing_id=SECOND, on=day("2026-09-15"))

    story.when(second, at="2026-09-30T12:00Z").refuses("no_free_place")
    assert story.when(second, at="2026-10-01T12:00Z").events


def test_the_latest_day_counts_and_not_the_latest_record() -> None:
    story = paired(**ONE).given(
        set_capacity(2, "2026-09-10", reason="Full release"), set_capacity(1, "2026-09-05")
    )

    assert story.when(form(ANNA, DARA, pairing_id=SECOND)).events


def test_lowering_the_capacity_below_the_load_is_recorded_and_no_place_can_be_taken() -> None:
    """INV-06."""
    story = joined(paired(), EMIL).given(form(ANNA, DARA, pairing_id=SECOND))

    lowered = story.when(set_capacity(1, "2026-09-10")).recorded()

    lowered.when(form(ANNA, EMIL, pairing_id=THIRD)).refuses("no_free_place", "2 of 1")
    fallen = lowered.given(end(on=day("2026-10-01")))
    fallen.when(form(ANNA, EMIL, pairing_id=THIRD)).refuses("no_free_place", "1 of 1")
    free = fallen.given(end(pairing_id=SECOND, on=day("2026-10-02")))
    assert free.when(form(ANNA, EMIL, pairing_id=THIRD)).events


def test_no_capacity_exceeds_the_hard_limit() -> None:
    """INV-06."""
    story = school(capacity=mc.Capacity(places=2, hard_limit=3))

    story.when(set_capacity(4, reason="Asked for")).refuses("above_hard_limit", "limit of 3")
    assert story.when(set_capacity(3, reason="Asked for")).events


def test_a_hard_limit_that_came_later_holds_for_numbers_recorded_before() -> None:
    """INV-06: no load rises above the limit in force."""
    revised = mc.Settings(
        roles=program().state(PROGRAM).settings.roles,
        shape="one_to_one",
        capacity=mc.Capacity(places=1, hard_limit=1),
    )
    revision = mc.ReviseProgram(
        program_id=PROGRAM, effective_from=day("2026-09-03"), settings=revised
    )
    story = paired().given(set_capacity(2)).given(revision, at="2026-09-02T13:00Z")
    second = form(ANNA, DARA, pairing_id=SECOND, on=day("2026-09-03"))

    story.when(second).refuses("no_free_place", "1 of 1")


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_more_places_than_the_program_s_default_need_a_reason(reason: Any) -> None:
    """INV-06."""
    school().when(set_capacity(3, reason=reason)).refuses("reason_needed")


def test_a_mentor_without_a_default_needs_no_reason() -> None:
    assert school(capacity=mc.Capacity()).when(set_capacity(30)).events


def test_places_are_counted_from_nought() -> None:
    school().when(set_capacity(-1)).refuses("places_out_of_range")


def test_mentees_have_no_capacity() -> None:
    school().when(set_capacity(1, who=CLEO)).refuses("not_a_mentor")


def test_peers_have_no_capacity() -> None:
    peer = someone(0x20, "peer")
    story = joined(program(shape="reciprocal"), peer)

    story.when(set_capacity(1, who=peer)).refuses("not_a_mentor")


def test_facilitators_have_a_capacity() -> None:
    story = joined(school(shape="group", largest=5), LEAD)

    assert story.when(set_capacity(1, who=LEAD)).events


def test_the_same_capacity_again_says_nothing_new() -> None:
    school().given(set_capacity(2)).when(set_capacity(2)).nothing()


def test_a_place_is_taken_for_each_mentee_of_a_group() -> None:
    """Section 4: a place counts one per mentee."""
    story = joined(school(shape="group", smallest=2, largest=5), LEAD, EMIL)

    story.when(form(LEAD, CLEO, DARA, EMIL)).refuses("no_free_place", "0 of 2 are taken and 3")
    assert story.when(form(LEAD, CLEO, DARA)).recorded().state(LEAD.here).load() == 2


def test_or_for_each_pairing_where_the_settings_say_so() -> None:
    """Section 4: setting, one per pairing."""
    by_pairing = mc.Capacity(places=1, counted_by="pairing")
    story = joined(school(shape="group", largest=5, capacity=by_pairing), LEAD, EMIL)

    after = story.when(form(LEAD, CLEO, DARA, EMIL)).recorded()

    assert after.state(LEAD.here).load() == 1
    after.when(form(LEAD, CLEO, pairing_id=SECOND)).refuses("no_free_place")


def test_peers_take_no_places_of_each_other() -> None:
    peers = someone(0x20, "peer"), someone(0x21, "peer")
    story = joined(program(shape="reciprocal", capacity=mc.Capacity(places=0)), *peers)

    assert story.when(form(*peers)).recorded().state(peers[0].here).load() == 0


def test_an_end_frees_the_place() -> None:
    story = paired(**ONE).given(end())

    assert story.when(form(ANNA, DARA, pairing_id=SECOND, on=day("2026-12-18"))).events


def test_a_pause_keeps_the_place_unless_it_frees_it() -> None:
    """Load counts formed, active and paused pairings."""
    kept = paired(**ONE).given(pause())
    freed = paired(**ONE).given(pause(frees_place=True))
    second = form(ANNA, DARA, pairing_id=SECOND, on=day("2026-11-02"))

    kept.when(second).refuses("no_free_place")
    assert freed.when(second).events


def test_a_freed_place_is_needed_again_to_go_on() -> None:
    """INV-06: resuming takes a place."""
    freed = paired(**ONE).given(pause(frees_place=True))
    taken = freed.given(form(ANNA, DARA, pairing_id=SECOND, on=day("2026-11-02")))

    taken.when(resume()).refuses("no_free_place", "1 of 1")
    assert freed.when(resume()).recorded().state(ANNA.here).load() == 1
    assert taken.state(ANNA.here).load() == 1


def test_a_kept_place_is_not_taken_twice_by_going_on() -> None:
    after = paired(**ONE).given(pause(), resume())

    assert after.state(ANNA.here).load() == 1
    assert after.state(FIRST).facts.pauses == ((day("2026-11-01"), day("2026-11-20")),)


def test_reopening_needs_a_free_place() -> None:
    """INV-15, INV-06."""
    ended = paired(**ONE).given(end())
    taken = ended.given(form(ANNA, DARA, pairing_id=SECOND, on=day("2026-12-20")))

    taken.when(reopen()).refuses("no_free_place")
    assert ended.when(reopen()).recorded().state(ANNA.here).load() == 1


def test_ending_a_pairing_at_rest_frees_nothing_twice() -> None:
    story = paired().given(
        pause(frees_place=True), form(ANNA, DARA, pairing_id=SECOND, on=day("2026-11-02"))
    )

    after = story.given(end())

    assert after.state(ANNA.here).load() == 1
    assert [j.until for j in after.state(ANNA.here).pairings] == [day("2026-11-01"), None]
    assert [j.lives_on for j in after.state(ANNA.here).pairings] == [False, True]


def test_load_and_membership_through_a_whole_life() -> None:
    story = paired().given(
        pause(frees_place=True), resume(), end(), reopen(), end(on=day("2027-03-01"))
    )

    anna = story.state(ANNA.here)

    assert anna.load() == 0
    assert anna.live_pairings() == ()
    assert [(j.since, j.until) for j in anna.pairings] == [
        (day("2026-09-01"), day("2026-11-01")),
        (day("2026-11-20"), day("2026-12-18")),
        (day("2027-01-11"), day("2027-03-01")),
    ]
