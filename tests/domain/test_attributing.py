"""What was recorded of the wrong pairing or person is taken back there and recorded again (INV-66)."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
    GOAL,
    MEETING,
    PROGRAM,
    SECOND,
    at,
    day,
    end,
    form,
    hold,
    mc,
    paired,
    school,
)
from domain.test_companions import check

TEN = at("2026-09-10T10:00-07:00")


def both() -> Any:
    """Anna with Cleo, and Ben with Dara."""
    return paired().given(form(BEN, DARA, pairing_id=SECOND))


def rematched() -> Any:
    """Anna with Cleo until October, then with Dara."""
    return paired().given(end(on=day("2026-10-01")), form(ANNA, DARA, pairing_id=SECOND))


def move(target: int, to: Any = SECOND, stream: Any = FIRST, **other: Any) -> Any:
    return mc.MoveRecord(stream=stream, target=target, to=to, **other)


def test_a_meeting_of_all_is_one_of_all_where_it_belongs() -> None:
    story = both().given(hold(held_at=TEN))

    moved = story.when(move(2, reason="Ben's row", authority="coordinator"))

    assert [(s, type(e)) for s, e in moved.decision] == [
        (FIRST, mc.RecordRetracted),
        (ANNA.person, mc.RecordRetracted),
        (CLEO.person, mc.RecordRetracted),
        (SECOND, mc.MeetingHeld),
        (BEN.person, mc.MeetingAttended),
        (DARA.person, mc.MeetingAttended),
    ]
    retraction = moved.events[0]
    assert (retraction.cause, retraction.reason) == ("wrong_pairing", "Ben's row")
    after = moved.recorded()
    assert after.state(FIRST) == both().state(FIRST)
    assert after.state(SECOND).facts.meetings[MEETING].held.subjects == (BEN.person, DARA.person)
    check(after)


def test_after_a_rematch_the_mentor_stays_the_same() -> None:
    """Logs attached to the wrong match: the commonest complaint of all."""
    story = rematched().given(hold(held_at=TEN))

    after = story.when(move(3)).recorded()

    assert len(after.state(ANNA.person).attended) == 1
    assert after.state(CLEO.person).attended == ()
    assert len(after.state(DARA.person).attended) == 1
    check(after)


def test_the_record_has_to_pass_the_rules_where_it_belongs() -> None:
    partly = both().given(hold(attendees=(ANNA.here,)))

    partly.when(move(2)).refuses("not_a_member")
    assert partly.when(move(2, changes={"attendees": (BEN.here,)})).events
    early = paired().given(form(BEN, DARA, pairing_id=SECOND, on=day("2026-09-20")), hold())
    early.when(move(2)).refuses("before_start")
    both().given(
        hold(held_at=TEN), hold(pairing_id=SECOND, held_at=TEN, meeting_id="meeting:2")
    ).when(move(2)).refuses("overlaps")


def test_the_record_has_to_be_free_to_go_where_it_is() -> None:
    verified = mc.VerifyMeeting(
        pairing_id=FIRST, meeting_id=MEETING, verdict="confirmed", on=day("2026-09-12")
    )

    both().given(hold(), verified).when(move(2)).refuses("others_rest_on_it")


def test_a_goal_becomes_that_of_the_mentee_there() -> None:
    goal = mc.SetGoal(pairing_id=FIRST, goal_id=GOAL, on=day("2026-09-10"), statement="Lead")

    after = both().given(goal).when(move(2)).recorded()

    assert after.state(SECOND).facts.goals[GOAL].set.subjects == (DARA.person,)


def test_a_note_names_an_author_who_is_a_member_there() -> None:
    note = mc.WriteNote(
        pairing_id=FIRST,
        author=ANNA.here,
        kind="journal",
        on=day("2026-09-10"),
        visibility="pair_private",
        body="We began",
    )
    story = both().given(note)

    story.when(move(2)).refuses("not_a_member")
    assert story.when(move(2, changes={"author": BEN.here})).events[1].author == BEN.here
    assert rematched().given(note).when(move(3)).events[1].author == ANNA.here


def test_a_training_belongs_to_another_mentor() -> None:
    trained = mc.RecordTraining(
        participant_id=ANNA.here, training_kind="basics", on=day("2026-08-25")
    )
    story = school().given(trained)

    moved = story.when(move(2, BEN.here, ANNA.here))

    assert moved.events[0].cause == "wrong_person"
    after = moved.recorded()
    assert (len(after.state(ANNA.here).trainings), len(after.state(BEN.here).trainings)) == (0, 1)
    story.given(
        mc.RecordTraining(participant_id=BEN.here, training_kind="basics", on=day("2026-08-25"))
    ).when(move(2, BEN.here, ANNA.here)).refuses("nothing_left")


def test_what_founds_or_moves_a_stream_is_not_attributed() -> None:
    story = both().given(end())

    story.when(move(1)).refuses("not_attributable", "record it again")
    story.when(move(2)).refuses("not_attributable")
    story.when(move(2, PROGRAM, PROGRAM)).refuses("not_attributable")


def test_neither_is_a_correction_nor_what_is_retracted() -> None:
    story = both().given(hold(), mc.AmendRecord(stream=FIRST, target=2, changes={"minutes": 45}))

    story.when(move(3)).refuses("not_attributable", "correction")
    story.given(mc.RetractRecord(stream=FIRST, target=2)).when(move(2)).refuses("retracted")


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (FIRST, "same_place"),
        (ANNA.here, "not_attributable"),
        (f"pairing:{9:032x}", "no_such_pairing"),
    ],
)
def test_it_belongs_to_another_one_of_its_kind(to: Any, code: Any) -> None:
    both().given(hold()).when(move(2, to)).refuses(code)


def test_its_changes_are_fields_of_the_record() -> None:
    story = both().given(hold())

    story.when(move(2, changes={"mood": "good"})).invalid("mood")
    story.when(move(2, changes={"subjects": (ANNA.person,)})).refuses("not_amendable", "subjects")


def test_what_belonged_here_after_all_is_brought_back() -> None:
    story = both().given(hold(held_at=TEN), move(2))

    back = story.given(
        mc.RetractRecord(stream=SECOND, target=2), mc.RetractRecord(stream=FIRST, target=3)
    )

    assert back.state(FIRST) == both().given(hold(held_at=TEN)).state(FIRST)
    check(back)
