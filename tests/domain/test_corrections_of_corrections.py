"""Corrections are corrected to any depth, and what comes of it passes the guards (INV-50, INV-65)."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    CLEO,
    DARA,
    FIRST,
    GOAL,
    MEETING,
    NOON,
    PROGRAM,
    SECOND,
    Someone,
    at,
    day,
    end,
    enrol,
    form,
    hold,
    mc,
    paired,
    pause,
    program,
    resume,
    school,
)
from domain.test_companions import check

from mentorcore.domain.corrections.events import RecordAmended, RecordRetracted
from mentorcore.domain.effective import VersionedEvent, corrections_of, effective
from mentorcore.domain.pairing.state import EndedPairing, NotFormed

TEN, TWO = at("2026-09-10T10:00-07:00"), at("2026-09-10T14:00-07:00")
ONE = {"capacity": mc.Capacity(places=1)}


def amend(target: int, stream: Any = FIRST, **changes: Any) -> Any:
    return mc.AmendRecord(stream=stream, target=target, changes=changes)


def retract(target: int, stream: Any = FIRST, **other: Any) -> Any:
    return mc.RetractRecord(stream=stream, target=target, **other)


def held(story: Any, pairing: Any = FIRST) -> Any:
    return story.state(pairing).facts.meetings[MEETING].held


def attended(story: Any, *people: Any) -> list[list[int]]:
    return [[a.minutes for a in story.state(who.person).attended] for who in people]


# ------------------------------------------------------------------------------ undoing


def test_a_retracted_retraction_brings_the_record_and_its_companions_back() -> None:
    story = paired().given(hold(held_at=TEN))
    gone = story.given(retract(2))

    back = gone.when(retract(3, reason="The right row after all")).recorded()

    assert attended(gone, ANNA, CLEO) == [[], []]
    assert attended(back, ANNA, CLEO) == [[60], [60]]
    assert back.state(FIRST) == story.state(FIRST)
    assert [type(e) for e in back.events(CLEO.person)[2:]] == [
        mc.MeetingAttended,
        mc.RecordRetracted,
        mc.RecordRetracted,
    ]
    check(back)


def test_it_may_go_to_and_fro_as_often_as_somebody_errs() -> None:
    story = paired().given(hold(held_at=TEN), retract(2), retract(3), retract(4), retract(5))

    assert attended(story, ANNA, CLEO) == [[60], [60]]
    again = story.given(retract(2), retract(7))
    assert again.state(FIRST) == story.state(FIRST)
    check(again)


def test_a_retracted_amendment_is_undone_for_everybody() -> None:
    story = paired().given(hold(held_at=TEN))
    changed = story.given(amend(2, minutes=45, attendees=(ANNA.here,)))

    undone = changed.when(retract(3)).recorded()

    assert attended(changed, ANNA, CLEO) == [[45], []]
    assert attended(undone, ANNA, CLEO) == [[60], [60]]
    assert undone.state(FIRST) == story.state(FIRST)
    check(undone)


def test_an_amendment_that_was_undone_may_be_redone() -> None:
    story = paired().given(hold(held_at=TEN), at=NOON)
    story = story.given(amend(2, held_at=TWO, minutes=45), retract(3))

    redone = story.when(retract(4)).recorded()

    assert (held(redone).held_at, held(redone).minutes) == (TWO, 45)
    assert attended(redone, ANNA, CLEO) == [[45], [45]]


def test_what_is_undone_twice_says_nothing_new() -> None:
    story = paired().given(hold(), amend(2, minutes=45), retract(3))

    story.when(retract(3)).nothing()
    story.when(amend(3, minutes=50)).refuses("retracted")


def test_undoing_what_a_later_amendment_overrode_changes_no_record() -> None:
    story = paired().given(hold(held_at=TEN), amend(2, minutes=45), amend(2, minutes=50))

    undone = story.when(retract(3))

    assert [s for s, _ in undone.decision] == [FIRST]
    assert held(undone.recorded()).minutes == 50


def test_a_retraction_of_what_was_retracted_twice_brings_back_nothing_yet() -> None:
    story = paired().given(hold(), retract(2), retract(3), retract(2))

    still = story.when(retract(4)).recorded()

    assert still.state(FIRST).facts.meetings == {}
    assert held(still.given(retract(5), retract(6))).minutes == 60


# ------------------------------------------------------------------------------ amending


def test_an_amended_amendment_says_what_it_should_have_said() -> None:
    story = paired().given(hold(held_at=TEN), amend(2, minutes=45))

    put_right = story.when(
        mc.AmendRecord(stream=FIRST, target=3, changes={"minutes": 50}, reason="A slip again")
    )

    assert put_right.events[0] == mc.RecordAmended(
        target=3,
        target_name="pairing.meeting-held",
        target_version=1,
        subjects=(ANNA.person, CLEO.person),
        public_changes=(("minutes", 50),),
        reason="A slip again",
    )
    assert attended(put_right.recorded(), ANNA, CLEO) == [[50], [50]]


def test_an_amendment_three_deep_still_says_what_the_record_is() -> None:
    story = paired().given(hold(), amend(2, minutes=45), amend(3, minutes=50), amend(4, minutes=55))

    assert held(story).minutes == 55
    assert held(story.given(retract(5))).minutes == 50
    assert held(story.given(retract(4))).minutes == 45
    assert held(story.given(retract(3))).minutes == 60
    (item,) = (p for p in effective(story.history[FIRST]) if p.version == 2)
    assert item.rests_on == (3, 4, 5)


def test_an_amended_amendment_leaves_what_was_amended_after_it() -> None:
    story = paired().given(hold(), amend(2, minutes=45), amend(2, minutes=50))

    after = story.given(amend(3, minutes=55, modality="phone"))

    assert (held(after).minutes, held(after).modality) == (50, "phone")


def test_what_follows_from_an_amended_amendment_follows() -> None:
    story = paired().given(hold(held_at=TEN), amend(2, held_at=TWO), at=NOON)
    thursday = at("2026-09-17T14:00-07:00")

    after = story.when(amend(3, held_at=thursday), at=NOON).recorded()

    assert held(after).held_on == day("2026-09-17")
    assert after.state(CLEO.person).attended[0].held_at == thursday
    assert held(after.when(retract(4), at=NOON).recorded()).held_on == day("2026-09-10")


def test_an_amended_amendment_passes_the_guards_of_the_record() -> None:
    """INV-65."""
    story = paired().given(hold(held_at=TEN), amend(2, minutes=45))

    story.when(amend(3, minutes=0)).refuses("minutes_out_of_range")
    story.when(amend(3, attendees=(DARA.here,))).refuses("not_a_member")
    story.when(amend(3, logged_by=ANNA.here)).refuses("not_amendable")
    story.when(amend(3, mood="good")).invalid("mood")


def test_an_amendment_that_says_the_same_again_says_nothing_new() -> None:
    paired().given(hold(), amend(2, minutes=45)).when(amend(3, minutes=45)).nothing()


@pytest.mark.parametrize("stated", [{"authority": "board"}, {"changes": {"authority": "board"}}])
def test_the_authority_of_an_amendment_may_be_put_right_alone(stated: Any) -> None:
    story = paired().given(hold(), amend(2, minutes=45))
    asked = mc.AmendRecord(**({"stream": FIRST, "target": 3, "changes": {}} | stated))

    restated = story.when(asked)

    assert (restated.events[0].authority, restated.events[0].public_changes) == ("board", ())
    assert held(restated.recorded()).minutes == 45


def test_a_field_called_reason_is_that_of_the_record_where_it_has_one() -> None:
    story = paired().given(end(), amend(2, reason="no_fault"))

    after = story.given(amend(3, reason="mismatch"))

    assert after.state(FIRST).reason == "mismatch"


def test_a_later_amendment_may_stand_in_the_way() -> None:
    """What would follow from the correction is said otherwise by a later one."""
    story = paired().given(hold(held_at=TEN), amend(2, held_on=day("2026-09-11")), at=NOON)
    story = story.given(amend(2, held_at=at("2026-09-11T10:00-07:00")))

    story.when(amend(3, held_on=day("2026-09-14")), at=NOON).refuses("overridden")
    story.when(retract(3), at=NOON).refuses("overridden")


def test_a_text_that_was_narrowed_stays_so() -> None:
    """INV-50: visibility is never widened, not even by undoing."""
    note = mc.WriteNote(
        pairing_id=FIRST,
        author=ANNA.here,
        kind="reflection",
        on=day("2026-09-10"),
        visibility="pair_private",
        body="We began",
    )
    story = paired().given(note, amend(2, visibility="author_private"))

    story.when(retract(3)).refuses("visibility_widened")
    story.given(retract(2)).when(retract(3)).refuses("visibility_widened")


# ------------------------------------------------------------------------------ retractions amended


def test_a_retraction_may_be_given_another_cause() -> None:
    story = paired().given(hold(), hold(meeting_id="meeting:2"), retract(3))

    amended = story.when(amend(4, cause="duplicate", duplicate_of=(FIRST, 2)))

    assert amended.events[0].target_name == "record.retracted"
    after = amended.recorded()
    retraction = next(p for p in after.history[FIRST] if p.version == 4)
    shape = corrections_of(after.history[FIRST]).shape(retraction).event
    assert (shape.cause, shape.duplicate_of) == ("duplicate", (FIRST, 2))
    after.when(amend(4, cause="wrong_person")).refuses("not_a_duplicate")
    after.when(amend(4, cause="duplicate")).nothing()
    third = after.given(amend(5, cause="duplicate", duplicate_of=None))
    assert corrections_of(third.history[FIRST]).shape(retraction).event.duplicate_of is None


def test_a_retraction_says_nothing_else_otherwise() -> None:
    story = paired().given(hold(), retract(2))

    other = mc.AmendRecord(stream=FIRST, target=3, changes={"target": 1})
    story.when(other).refuses("not_amendable", "target")
    story.when(amend(3, minutes=5)).invalid("minutes")
    assert story.when(amend(3, reason="It was the other row")).events[0].reason


# ------------------------------------------------------------------------------ the guards


def test_a_pairing_that_stands_again_needs_a_free_place() -> None:
    """INV-65, INV-06."""
    story = paired(**ONE).given(retract(1))
    taken = story.given(form(ANNA, DARA, pairing_id=SECOND))

    assert isinstance(story.state(FIRST), NotFormed)
    taken.when(retract(2)).refuses("no_free_place")
    back = story.when(retract(2)).recorded()
    assert back.state(ANNA.here).load() == 1
    assert back.state(FIRST) == paired(**ONE).state(FIRST)
    check(back)


def test_an_end_that_stands_again_needs_what_ending_needs() -> None:
    """INV-65, INV-15."""
    story = paired().given(end(on=day("2026-10-01")), retract(2))

    story.given(hold(held_on=day("2026-10-05"))).when(retract(3)).refuses("meeting_after_end")
    story.given(end()).when(retract(3)).refuses("others_rest_on_it")
    back = story.when(retract(3)).recorded()
    assert isinstance(back.state(FIRST), EndedPairing)
    assert back.state(ANNA.here).load() == 0


def test_an_end_that_does_not_stand_any_more_needs_the_place_back() -> None:
    """Undoing what had brought an end back is like retracting the end."""
    story = paired(**ONE).given(end(on=day("2026-10-01")), retract(2), retract(3))
    taken = story.given(form(ANNA, DARA, pairing_id=SECOND, on=day("2026-10-02")))

    taken.when(retract(4)).refuses("no_free_place")
    assert story.when(retract(4)).recorded().state(ANNA.here).load() == 1


def test_a_meeting_that_stands_again_overlaps_no_other() -> None:
    """INV-23."""
    story = paired().given(hold(held_at=TEN), retract(2), hold(held_at=TEN, meeting_id="meeting:2"))

    story.when(retract(3)).refuses("overlaps", meeting="meeting:2")


def test_a_step_that_stands_again_fits_between_those_beside_it() -> None:
    story = paired().given(pause(), resume(), retract(3), retract(2))

    story.when(retract(4)).refuses("not_paused")
    back = story.given(retract(5), retract(4))
    assert back.state(FIRST) == paired().given(pause(), resume()).state(FIRST)


def test_what_was_recorded_again_meanwhile_does_not_come_back_as_well() -> None:
    left = mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-09-10"), outcome="withdrew")
    other = mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-09-20"), outcome="completed")
    story = school().given(left, retract(2, CLEO.here), other)

    story.when(retract(3, CLEO.here)).refuses("recorded_again")
    again = paired().given(retract(1), form())
    again.when(retract(2)).refuses("recorded_again")


def test_what_says_nothing_new_meanwhile_does_not_come_back() -> None:
    trained = mc.RecordTraining(
        participant_id=ANNA.here, training_kind="basics", on=day("2026-08-25")
    )
    story = school().given(trained, retract(2, ANNA.here), trained)

    story.when(retract(3, ANNA.here)).refuses("nothing_left")


def test_an_enrolment_that_stands_again_meets_no_other() -> None:
    """INV-01."""
    again = Someone(CLEO.person, f"participant:{0x1C:032x}", "mentee")
    story = school().given(retract(1, CLEO.here))

    story.given(enrol(again)).when(retract(2, CLEO.here)).refuses("already_enrolled")
    back = story.when(retract(2, CLEO.here, reason="Mixed up")).recorded()
    assert set(back.state(CLEO.person).enrolments) == {CLEO.here}
    check(back)


def test_a_founding_record_does_not_fall_under_what_was_built_on_it() -> None:
    story = paired().given(retract(1), retract(2), hold())

    story.when(retract(3)).refuses("others_rest_on_it")


def test_nothing_comes_back_to_a_pairing_that_is_not_there() -> None:
    goal = mc.SetGoal(pairing_id=FIRST, goal_id=GOAL, on=day("2026-09-10"), statement="Lead")
    story = paired().given(goal, retract(2), retract(1))

    story.when(retract(3)).refuses("no_such_pairing")


def test_the_end_of_an_enrolment_that_is_not_there_does_not_come_back() -> None:
    left = mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-09-10"), outcome="withdrew")
    story = school().given(left, retract(2, CLEO.here), retract(1, CLEO.here))

    story.when(retract(3, CLEO.here)).refuses("no_such_participant")


def test_an_identity_comes_back_as_it_was() -> None:
    """Whether it is somebody else's meanwhile, the index beside the log says."""
    linked = mc.LinkExternalIdentity(person_id=ANNA.person, scheme="email", value="a@example.org")
    story = school().given(linked, retract(3, ANNA.person))

    assert story.when(retract(4, ANNA.person)).recorded().state(ANNA.person).identities == 1


def test_a_program_comes_back_too() -> None:
    story = program().given(retract(2, PROGRAM))

    back = story.when(retract(4, PROGRAM)).recorded()

    assert back.state(PROGRAM) == program().state(PROGRAM)
    story.when(retract(4, PROGRAM, reason="A slip")).refuses("reason_not_kept")


def test_a_correction_of_a_companion_is_corrected_with_its_principal() -> None:
    story = paired().given(hold(held_at=TEN), amend(2, minutes=45))

    story.when(retract(4, CLEO.person)).refuses("companion")
    story.when(amend(4, CLEO.person, minutes=50)).refuses("companion")


def test_a_correction_names_an_earlier_record_so_there_are_no_circles() -> None:
    """INV-50."""
    story = paired().given(hold(), retract(2))

    story.when(retract(4)).refuses("no_such_record")
    story.when(amend(4, minutes=5)).refuses("no_such_record")


def test_whatever_a_correction_of_a_correction_writes_was_read() -> None:
    for story, command in (
        (paired().given(hold(held_at=TEN), retract(2)), retract(3)),
        (paired().given(hold(held_at=TEN), amend(2, attendees=(ANNA.here,))), retract(3)),
        (paired().given(hold(held_at=TEN), amend(2, attendees=(ANNA.here,))),
         amend(3, attendees=(CLEO.here,))),
        (paired().given(retract(1)), retract(2)),
    ):  # fmt: skip
        outcome = story.when(command)
        assert {s for s, _ in outcome.decision} <= set(
            story.situation(command, outcome.now).history
        )


# ------------------------------------------------------------------------------ folding


@pytest.mark.parametrize("target", [3, 4, 9])
def test_a_correction_of_nothing_is_not_corrected(target: Any) -> None:
    """No decision makes one; whoever meets it in a log is told, and does not turn in circles."""
    odd = mc.RecordRetracted(target=target, target_name="x", cause="entered_in_error", subjects=())
    story = paired().given(hold(), (FIRST, odd), (FIRST, odd))

    story.when(retract(3)).refuses("no_such_record", "nothing that is there")


def test_a_correction_that_points_forward_corrects_nothing() -> None:
    """No decision makes one; folding is total all the same."""
    told = paired().given(hold()).history[FIRST]
    forward = RecordRetracted(
        target=3,
        target_name="x",
        cause="entered_in_error",
        subjects=(),
    )

    assert effective((*told, VersionedEvent(3, NOON, forward))) == effective(told)


def test_an_amendment_of_another_kind_of_amendment_amends_nothing() -> None:
    story = paired().given(hold(), amend(2, minutes=45))
    foreign = RecordAmended(
        target=3,
        target_name="pairing.ended",
        target_version=1,
        public_changes=(("minutes", 50),),
        subjects=(),
    )

    assert held(story.given((FIRST, foreign))).minutes == 45


def test_a_long_chain_of_amendments_is_folded() -> None:
    story = paired().given(hold())
    name: Any = "pairing.meeting-held"
    chain = [
        RecordAmended(
            target=n,
            target_name=name,
            target_version=1,
            public_changes=(("minutes", n),),
            subjects=(),
        )
        for n in range(2, 3002)
    ]
    placed = [VersionedEvent(n, NOON, event) for n, event in enumerate(chain, 3)]

    (*_, item) = effective((*story.history[FIRST], *placed))

    assert item.event.minutes == 3001
