"""Co-mentors, and those who stand in for a dated period."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
    GUS,
    Someone,
    add,
    circle,
    day,
    end,
    leave,
    mc,
    paired,
    version_of,
)
from domain.test_companions import check

from mentorcore.testing import Scenario

UNTIL = day("2026-11-30")


def standing_in(**other: Any) -> Scenario:
    """Ben stands in for Anna from 1 October until 30 November."""
    return paired(**other).given(add(BEN, substitute_until=UNTIL))


def naming(who: Someone = BEN, since: str = "2026-10-01", until: str = "2026-12-18") -> Any:
    return mc.NameSubstitute(
        pairing_id=FIRST, participant=who.here, since=day(since), until=day(until)
    )


def agreed_until(story: Scenario, who: Someone = BEN) -> Any:
    stays = story.state(FIRST).facts.stays
    return next(s.substitute_until for s in stays if s.member.participant == who.here)


def retract(story: Scenario, event_class: type) -> Any:
    return mc.RetractRecord(stream=FIRST, target=version_of(story, FIRST, event_class))


def test_whoever_stands_in_joins_for_a_period_and_takes_a_place() -> None:
    """INV-06, INV-17"""
    story = paired()

    joined = story.when(add(BEN, substitute_until=UNTIL))

    recorded = joined.then(
        mc.MemberJoined(
            participant=BEN.here,
            role=BEN.role,
            primary=False,
            since=day("2026-10-01"),
            subjects=(BEN.person,),
        ),
        mc.SubstituteNamed(participant=BEN.here, since=day("2026-10-01"), until=UNTIL),
    )
    assert recorded.state(BEN.here).load() == 1
    assert recorded.state(FIRST).facts.members_on(day("2026-12-31")) == (
        ANNA.here,
        CLEO.here,
        BEN.here,
    )
    check(recorded)


def test_a_co_mentor_has_a_seat_of_their_own_and_a_substitute_has_none() -> None:
    """INV-17"""
    paired().when(add(BEN)).refuses("size_out_of_bounds")

    standing_in().when(add(DARA, since=day("2026-10-02"))).refuses("size_out_of_bounds")


def test_a_pairing_goes_on_with_a_substitute_when_the_mentor_leaves() -> None:
    """INV-17"""
    story = standing_in()

    left = story.when(leave(ANNA)).recorded()

    assert left.state(FIRST).facts.members_on(day("2026-11-05")) == (CLEO.here, BEN.here)
    left.when(leave(BEN, on=day("2026-11-10"))).refuses("size_out_of_bounds")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (add(BEN, primary=True, substitute_until=UNTIL), "shape_broken"),
        (add(DARA, role="mentee", substitute_until=UNTIL), "shape_broken"),
        (add(BEN, substitute_until=day("2026-09-30")), "ends_before_start"),
        (naming(CLEO), "shape_broken"),
        (naming(ANNA), "shape_broken"),
        (naming(BEN), "not_a_member"),
        (naming(BEN, since="2030-01-01"), "in_the_future"),
    ],
)
def test_nobody_stands_in_as_the_primary_mentor_as_a_mentee_or_backwards(
    command: Any, code: str
) -> None:
    """INV-12"""
    paired(largest=3).when(command, at="2026-12-01T12:00Z").refuses(code)


def test_who_was_there_from_the_beginning_stands_in_for_nobody() -> None:
    story = circle(CLEO, DARA, GUS)

    story.when(naming(GUS)).refuses("shape_broken", "from the beginning")


def test_the_period_is_agreed_anew_and_the_last_word_counts() -> None:
    story = standing_in()

    longer = story.when(naming()).recorded()

    assert agreed_until(story) == UNTIL
    assert agreed_until(longer) == day("2026-12-18")
    longer.when(naming()).nothing()
    again = longer.when(add(BEN, substitute_until=UNTIL)).recorded()
    assert agreed_until(again) == UNTIL


def test_a_period_is_not_agreed_before_somebody_joined_or_after_the_end() -> None:
    story = standing_in()

    story.when(naming(since="2026-09-20", until="2026-12-18")).refuses("not_a_member")
    story.given(end()).when(naming(since="2026-12-20", until="2026-12-21")).refuses("after_end")


def test_joining_again_in_the_same_words_says_nothing_new() -> None:
    standing_in().when(add(BEN, substitute_until=UNTIL)).nothing()
    standing_in().when(add(BEN)).nothing()


def test_a_member_is_no_substitute_any_more_only_where_there_is_a_seat() -> None:
    """INV-17, INV-65"""
    narrow, wide = standing_in(), standing_in(largest=3)

    narrow.when(retract(narrow, mc.SubstituteNamed)).refuses("size_out_of_bounds")
    seated = wide.when(retract(wide, mc.SubstituteNamed)).recorded()

    assert agreed_until(seated) is None
    check(seated)


def test_a_substitute_is_taken_back_before_the_joining_is() -> None:
    story = standing_in(largest=3)

    story.when(retract(story, mc.MemberJoined)).refuses("others_rest_on_it")
    back = story.when(retract(story, mc.SubstituteNamed)).recorded()
    gone = back.when(retract(back, mc.MemberJoined)).recorded()

    assert gone.state(BEN.here).load() == 0
    check(gone)


def test_the_day_of_joining_moves_within_what_was_agreed() -> None:
    story = standing_in(largest=3)

    def amended(story: Scenario, event: type, on: str) -> Any:
        target = version_of(story, FIRST, event)
        command = mc.AmendRecord(stream=FIRST, target=target, changes={"since": day(on)})
        return story.when(command, at="2026-12-01T12:00Z")

    amended(story, mc.MemberJoined, "2026-10-05").refuses("others_rest_on_it")
    later = amended(story, mc.SubstituteNamed, "2026-10-05").recorded()
    check(amended(later, mc.MemberJoined, "2026-10-05").recorded())
    check(amended(story, mc.MemberJoined, "2026-09-20").recorded())


def test_a_substitute_takes_a_place_that_there_has_to_be() -> None:
    """INV-06"""
    none = mc.SetMentorCapacity(participant_id=BEN.here, places=0, since=day("2026-09-01"))

    paired().given(none).when(add(BEN, substitute_until=UNTIL)).refuses("no_free_place")
