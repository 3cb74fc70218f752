"""A mentee has one primary mentor at most at any instant (INV-12)."""

from typing import Any

from domain.school import (
    ANNA,
    BEN,
    CLEO,
    FIRST,
    SECOND,
    THIRD,
    day,
    end,
    form,
    joined,
    mc,
    member,
    paired,
    pause,
    reopen,
    resume,
    school,
    someone,
)


def with_ben(since: Any = "2026-10-01", **other: Any) -> Any:
    return form(BEN, CLEO, pairing_id=SECOND, on=day(since), **other)


def test_a_second_primary_mentor_is_refused_with_the_pairing_and_its_dates() -> None:
    """INV-12."""
    story = paired()

    story.when(with_ben()).refuses(
        "primary_mentor_exists", pairing=FIRST, since=day("2026-09-01"), until=None
    )


def test_a_co_mentor_is_flagged_and_accepted() -> None:
    """INV-12."""
    co_mentor = form(members=(member(BEN), member(CLEO)), pairing_id=SECOND)

    decided = paired().when(co_mentor)

    joined_as = [e.primary for e in decided.events if isinstance(e, mc.PairingJoined)]
    assert joined_as == [False, False]


def test_the_next_primary_mentor_may_begin_on_the_day_the_last_one_left() -> None:
    """INV-12: memberships are half-open."""
    story = paired().given(end(on=day("2026-10-01")))

    story.when(with_ben("2026-09-30")).refuses("primary_mentor_exists")
    assert story.when(with_ben("2026-10-01")).events


def test_a_pairing_of_the_past_must_not_overlap_either() -> None:
    """INV-12: at any instant of valid time."""
    story = paired()
    august = mc.Ending(on=day("2026-09-01"), reason="no_fault")
    september = mc.Ending(on=day("2026-09-02"), reason="no_fault")

    assert story.when(with_ben("2026-08-21", ended=august)).events
    story.when(with_ben("2026-08-21", ended=september)).refuses("primary_mentor_exists")


def test_a_pairing_at_rest_that_freed_its_place_leaves_room_for_another_primary_mentor() -> None:
    story = paired().given(pause(frees_place=True))

    other = story.when(with_ben("2026-11-05")).recorded()

    other.when(resume()).refuses("primary_mentor_exists")


def test_reopening_is_refused_while_another_primary_mentor_is_there() -> None:
    """INV-12, INV-15."""
    story = paired().given(end(on=day("2026-10-01")), with_ben())

    story.when(reopen()).refuses("primary_mentor_exists")
    later = story.given(end(pairing_id=SECOND, on=day("2027-01-05")))
    assert later.when(reopen()).events


def test_one_primary_mentor_may_have_several_mentees() -> None:
    dara, group = someone(0xD, "mentee"), {"shape": "group", "largest": 4}
    story = school(**group)

    after = story.given(form(ANNA, CLEO, dara))

    assert [j.primary for j in after.state(dara.here).pairings] == [True]
    after.when(form(BEN, dara, pairing_id=THIRD)).refuses("primary_mentor_exists")


def test_peers_of_a_group_have_no_primary_mentor_to_lose() -> None:
    """INV-12 is about mentees."""
    lead, other = someone(0x30, "lead"), someone(0x31, "lead")
    peers = someone(0x32, "peer"), someone(0x33, "peer")
    story = joined(school(shape="group", largest=4), lead, other, *peers)

    after = story.given(form(lead, *peers))

    assert after.when(form(other, *peers, pairing_id=SECOND)).events


def test_a_co_mentor_who_resumes_meets_no_primary_rule() -> None:
    story = paired().given(
        form(members=(member(BEN), member(CLEO)), pairing_id=SECOND),
        pause(pairing_id=SECOND, frees_place=True),
    )

    assert story.when(resume(pairing_id=SECOND)).events
