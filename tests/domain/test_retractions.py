"""A record is declared never to have been true; the rules are held against what remains (INV-65)."""

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
    Someone,
    at,
    day,
    end,
    enrol,
    form,
    hold,
    joined,
    mc,
    paired,
    pause,
    program,
    reopen,
    resume,
    school,
    someone,
    version_of,
)

from mentorcore.domain.pairing.state import ActivePairing, FormedPairing, NotFormed, PausedPairing

TEN = at("2026-09-10T10:00-07:00")
ONE = {"capacity": mc.Capacity(places=1)}


def retract(story: Any, event_class: Any, stream: Any = FIRST, **other: Any) -> Any:
    return mc.RetractRecord(stream=stream, target=version_of(story, stream, event_class), **other)


def test_a_retracted_meeting_is_gone_for_everybody_in_it() -> None:
    """INV-65, INV-23: the time is free again."""
    story = paired().given(hold(held_at=TEN))

    retracted = story.when(
        retract(story, mc.MeetingHeld, cause="wrong_pairing", reason="Another pair's row")
    )

    after = retracted.then(
        (
            FIRST,
            mc.RecordRetracted(
                target=2,
                target_name="pairing.meeting-held",
                cause="wrong_pairing",
                subjects=(ANNA.person, CLEO.person),
                reason="Another pair's row",
            ),
        ),
        *(
            (
                who.person,
                mc.RecordRetracted(
                    target=3,
                    target_name="person.meeting-attended",
                    cause="wrong_pairing",
                    subjects=(),
                ),
            )
            for who in (ANNA, CLEO)
        ),
    )
    assert after.state(FIRST) == paired().state(FIRST)
    assert after.state(CLEO.person).attended == ()
    assert after.when(hold(held_at=TEN)).events


def test_what_stood_on_the_wrong_pairing_is_recorded_again_where_it_belongs() -> None:
    """INV-66."""
    story = paired().given(form(BEN, DARA, pairing_id=SECOND), hold(held_at=TEN))

    right = story.given(retract(story, mc.MeetingHeld, cause="wrong_pairing")).given(
        hold(pairing_id=SECOND, held_at=TEN)
    )

    assert right.state(SECOND).facts.meetings[MEETING].held.subjects == (BEN.person, DARA.person)
    assert right.state(FIRST).facts.meetings == {}


def test_the_same_retraction_again_says_nothing_new() -> None:
    story = paired().given(hold())
    asked = retract(story, mc.MeetingHeld)

    story.given(asked).when(asked).nothing()


def test_what_is_not_there_is_not_retracted() -> None:
    paired().when(mc.RetractRecord(stream=FIRST, target=9)).refuses("no_such_record")
    paired().when(mc.RetractRecord(stream=SECOND, target=1)).refuses("no_such_record")


def test_a_companion_is_not_retracted_itself() -> None:
    story = paired().given(hold(held_at=TEN))

    story.when(retract(story, mc.MeetingAttended, CLEO.person)).refuses("companion")


def test_a_companion_that_an_amendment_retracted_is_not_retracted_twice() -> None:
    story = paired().given(hold(held_at=TEN))
    moved = mc.AmendRecord(stream=FIRST, target=2, changes={"attendees": (ANNA.here,)})

    retracted = story.given(moved).when(retract(story, mc.MeetingHeld))

    assert [stream for stream, _ in retracted.decision] == [FIRST, ANNA.person]


def test_a_companion_that_an_amendment_added_is_retracted_along() -> None:
    """Section 4: corrected with its principal, whenever it came."""
    story = paired().given(hold(held_at=TEN, attendees=(ANNA.here,)))
    added = mc.AmendRecord(stream=FIRST, target=2, changes={"attendees": (ANNA.here, CLEO.here)})
    story = story.given(added)
    assert len(story.state(CLEO.person).attended) == 1

    after = story.when(retract(story, mc.MeetingHeld)).recorded()

    assert after.state(CLEO.person).attended == ()
    assert after.state(ANNA.person).attended == ()


# ------------------------------------------------------------------------------ founding records


def test_a_founding_record_goes_last() -> None:
    """INV-65."""
    story = paired().given(hold())

    story.when(retract(story, mc.PairingFormed)).refuses("others_rest_on_it", versions=(2,))
    story.when(retract(story, mc.ParticipantEnrolled, ANNA.here)).refuses("others_rest_on_it")
    story.when(retract(story, mc.PersonRegistered, ANNA.person)).refuses("others_rest_on_it")
    story.when(retract(story, mc.ProgramDesigned, PROGRAM)).refuses("others_rest_on_it")


def test_a_pairing_that_was_never_formed_takes_no_places() -> None:
    story = paired()

    after = story.when(retract(story, mc.PairingFormed)).recorded()

    assert isinstance(after.state(FIRST), NotFormed)
    assert after.state(ANNA.here).pairings == ()
    assert after.when(form(pairing_id=SECOND)).events


def test_an_enrolment_that_never_was_frees_the_person() -> None:
    """INV-01."""
    story = school()

    after = story.when(retract(story, mc.ParticipantEnrolled, ANNA.here)).recorded()

    assert after.state(ANNA.person).enrolments == {}
    again = Someone(ANNA.person, f"participant:{0x1A:032x}", "mentor")
    assert after.when(enrol(again)).events
    gone = after.when(retract(story, mc.PersonRegistered, ANNA.person)).recorded()
    assert not gone.state(ANNA.person).registered


# ------------------------------------------------------------------------------ the life of a pairing


def test_an_end_that_never_was_needs_the_place_back() -> None:
    """INV-65, INV-06: like reopening."""
    ended = paired(**ONE).given(end(on=day("2026-10-01")))
    taken = ended.given(form(ANNA, DARA, pairing_id=SECOND, on=day("2026-10-02")))

    taken.when(retract(taken, mc.PairingEnded)).refuses(
        "no_free_place", participant=ANNA.here, load=1, capacity=1
    )
    after = ended.when(retract(ended, mc.PairingEnded)).recorded()
    assert isinstance(after.state(FIRST), ActivePairing)
    assert after.state(ANNA.here).load() == 1


def test_an_end_that_never_was_keeps_to_the_hard_limit() -> None:
    """INV-06."""
    limit = {"capacity": mc.Capacity(places=1, hard_limit=1)}
    story = paired(**limit).given(
        end(on=day("2026-10-01")), form(ANNA, DARA, pairing_id=SECOND, on=day("2026-10-02"))
    )

    story.when(retract(story, mc.PairingEnded)).refuses("no_free_place", hard_limit=1)


def test_an_end_that_never_was_meets_no_other_primary_mentor() -> None:
    """INV-65, INV-12."""
    story = paired().given(
        end(on=day("2026-10-01")), form(BEN, CLEO, pairing_id=SECOND, on=day("2026-10-02"))
    )

    story.when(retract(story, mc.PairingEnded)).refuses("primary_mentor_exists")


def test_an_end_that_never_was_needs_members_who_are_still_there() -> None:
    """INV-65, INV-13."""
    left = mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-12-01"), outcome="withdrew")
    story = paired().given(end(on=day("2026-10-01")), left)

    story.when(retract(story, mc.PairingEnded)).refuses("outside_enrolment", pairing=FIRST)


def test_an_end_of_the_past_that_never_was_makes_the_pairing_live() -> None:
    over = mc.Ending(on=day("2026-10-01"), reason="completed")
    story = school(**ONE).given(form(ended=over))

    after = story.when(retract(story, mc.PairingEnded)).recorded()

    assert isinstance(after.state(FIRST), ActivePairing)
    assert after.state(ANNA.here).load() == 1
    assert after.when(mc.AmendRecord(stream=FIRST, target=1, changes={"basis": "import"})).events


def test_a_rest_that_never_was_needs_the_place_it_freed() -> None:
    """INV-65, INV-06."""
    freed = paired(**ONE).given(pause(frees_place=True))
    taken = freed.given(form(ANNA, DARA, pairing_id=SECOND, on=day("2026-11-02")))

    taken.when(retract(taken, mc.PairingPaused)).refuses("no_free_place")
    assert freed.when(retract(freed, mc.PairingPaused)).recorded().state(ANNA.here).load() == 1


def test_a_step_goes_after_those_that_rest_on_it() -> None:
    """INV-14."""
    story = paired().given(pause(frees_place=True), resume(), end(), reopen())

    for event_class in (mc.PairingPaused, mc.PairingEnded):
        story.when(retract(story, event_class)).refuses("others_rest_on_it")
    going = story
    for event_class in (mc.PairingReopened, mc.PairingEnded, mc.PairingResumed, mc.PairingPaused):
        going = going.when(retract(going, event_class)).recorded()
    assert going.state(FIRST) == paired().state(FIRST)
    assert going.state(ANNA.here) == paired().state(ANNA.here)


def test_a_rest_that_is_not_over_after_all_gives_the_place_back() -> None:
    story = paired().given(pause(frees_place=True), resume())

    after = story.when(retract(story, mc.PairingResumed)).recorded()

    assert isinstance(after.state(FIRST), PausedPairing)
    assert after.state(ANNA.here).load() == 0


def test_a_start_that_never_was_leaves_the_pairing_waiting() -> None:
    story = paired(start_needs=("authorization",)).given(
        mc.StartPairing(pairing_id=FIRST, on=day("2026-09-08"), authorized=True)
    )
    met = story.given(hold())

    assert isinstance(
        story.when(retract(story, mc.PairingStarted)).recorded().state(FIRST), FormedPairing
    )
    met.when(retract(met, mc.PairingStarted)).refuses("not_active")


def test_a_reopening_that_never_was_leaves_nothing_behind_it() -> None:
    """INV-20."""
    story = paired().given(end(), reopen(), hold(held_on=day("2027-01-12")))

    story.when(retract(story, mc.PairingReopened)).refuses("after_end")


# ------------------------------------------------------------------------------ work


def test_what_others_rest_on_goes_after_them() -> None:
    """INV-65."""
    on = {"pairing_id": FIRST, "on": day("2026-09-10")}
    later = {"pairing_id": FIRST, "on": day("2026-09-20")}
    story = paired().given(
        hold(),
        mc.VerifyMeeting(**later, meeting_id=MEETING, verdict="confirmed"),
        mc.SetGoal(**on, goal_id=GOAL, statement="Lead a meeting"),
        mc.RecordGoalProgress(**later, goal_id=GOAL, status="achieved"),
        mc.AgreeActionItem(**on, item_id="item:1", text="Visit", owner=CLEO.here),
        mc.CloseActionItem(**later, item_id="item:1"),
        mc.ReportMismatch(
            **on, mismatch_id="mismatch:1", by=CLEO.here, grounds="style", wish="mediation"
        ),
        mc.SettleMismatch(**later, mismatch_id="mismatch:1", outcome="continue"),
    )

    for first, then in (
        (mc.MeetingHeld, mc.MeetingVerified),
        (mc.GoalSet, mc.GoalProgressRecorded),
        (mc.ActionItemAgreed, mc.ActionItemClosed),
        (mc.MismatchReported, mc.MismatchSettled),
    ):
        story.when(retract(story, first)).refuses("others_rest_on_it")
        story = story.when(retract(story, then)).recorded()
        story = story.when(retract(story, first)).recorded()
    assert story.state(FIRST) == paired().state(FIRST)


def test_a_goal_goes_after_its_rewording() -> None:
    on = {"pairing_id": FIRST, "on": day("2026-09-10")}
    story = paired().given(
        mc.SetGoal(**on, goal_id=GOAL, statement="Lead a meeting"),
        mc.SetGoal(**on, goal_id="goal:2", statement="Lead two", revises=GOAL),
    )

    story.when(retract(story, mc.GoalSet)).refuses("others_rest_on_it")


def test_a_step_of_a_goal_goes_only_when_the_way_still_holds() -> None:
    """INV-29."""
    story = paired().given(
        mc.SetGoal(pairing_id=FIRST, goal_id=GOAL, on=day("2026-09-10"), statement="Lead"),
        *(
            mc.RecordGoalProgress(pairing_id=FIRST, goal_id=GOAL, status=status, on=day(on))
            for status, on in (
                ("achieved", "2026-09-20"),
                ("in_progress", "2026-10-01"),
                ("abandoned", "2026-11-01"),
            )
        ),
    )

    story.when(mc.RetractRecord(stream=FIRST, target=4)).refuses("others_rest_on_it")
    assert story.when(mc.RetractRecord(stream=FIRST, target=5)).events


def test_a_meeting_of_which_a_note_tells_may_be_retracted() -> None:
    """The note stays and says which meeting it meant."""
    note = mc.WriteNote(
        pairing_id=FIRST,
        author=ANNA.here,
        kind="session_note",
        on=day("2026-09-10"),
        visibility="pair_private",
        body="We began",
        meeting_id=MEETING,
    )
    story = paired().given(hold(), note)

    assert story.when(retract(story, mc.MeetingHeld)).events


# ------------------------------------------------------------------------------ other streams


def test_an_end_of_enrolment_that_never_was_meets_no_other_enrolment() -> None:
    """INV-01, INV-65."""
    again = Someone(ANNA.person, f"participant:{0x1A:032x}", "mentor")
    left = mc.EndEnrolment(participant_id=ANNA.here, on=day("2026-09-10"), outcome="withdrew")
    story = school().given(left)
    twice = story.given(enrol(again, since=day("2026-09-15")))

    twice.when(retract(twice, mc.EnrolmentEnded, ANNA.here)).refuses(
        "already_enrolled", participant=again.here
    )
    after = story.when(retract(story, mc.EnrolmentEnded, ANNA.here)).recorded()
    assert after.state(ANNA.here).enrolled_on(day("2026-12-01"))


def test_capacity_training_and_qualification_are_taken_back() -> None:
    """INV-06: the number before it counts again."""
    story = school().given(
        mc.SetMentorCapacity(participant_id=ANNA.here, places=1, since=day("2026-08-25")),
        mc.RecordTraining(participant_id=ANNA.here, training_kind="basics", on=day("2026-08-25")),
        mc.QualifyMentor(participant_id=ANNA.here, since=day("2026-08-25")),
        mc.EndMentorQualification(participant_id=ANNA.here, on=day("2026-08-26"), cause="revoked"),
    )

    for event_class in (
        mc.MentorCapacitySet,
        mc.TrainingCompleted,
        mc.MentorQualificationEnded,
        mc.MentorQualified,
    ):
        story = story.when(retract(story, event_class, ANNA.here)).recorded()

    assert story.state(ANNA.here) == school().state(ANNA.here)


def test_what_is_known_about_a_person_is_taken_back() -> None:
    facts = (
        mc.LinkExternalIdentity(person_id=CLEO.person, scheme="email", value="c@example.org"),
        mc.RecordEmployment(person_id=CLEO.person, since=day("2026-08-25")),
        mc.RecordCredential(
            person_id=CLEO.person, kind="license", area="math", issued_on=day("2026-01-01")
        ),
        mc.ChangePersonDetails(person_id=CLEO.person, since=day("2026-08-25"), name="Cleo"),
        mc.RecordReportingLine(
            person_id=CLEO.person, superior=ANNA.person, kind="chief", since=day("2026-08-01")
        ),
    )
    story = school().given(*facts)

    for event_class in (
        mc.ExternalIdentityLinked,
        mc.EmploymentRecorded,
        mc.CredentialRecorded,
        mc.PersonDetailsChanged,
        mc.ReportingLineRecorded,
    ):
        story = story.when(retract(story, event_class, CLEO.person)).recorded()

    assert story.state(CLEO.person) == school().state(CLEO.person)
    assert story.when(form()).events


def test_a_launch_stays_under_a_program_that_closed() -> None:
    """INV-68."""
    story = program().given(mc.CloseProgram(program_id=PROGRAM, on=day("2027-06-30")))

    story.when(retract(story, mc.ProgramLaunched, PROGRAM)).refuses("others_rest_on_it")
    open_again = story.when(retract(story, mc.ProgramClosed, PROGRAM)).recorded()
    assert open_again.when(retract(story, mc.ProgramLaunched, PROGRAM)).events


def test_a_reading_of_a_response_is_taken_back() -> None:
    batch, response = f"import:{1:032x}", f"response:{1:032x}"
    story = program().given(
        mc.StartImport(
            batch_id=batch, adapter="csv", adapter_version="1", form="f", mapping_digest="0f"
        ),
        mc.TakeResponse(
            response_id=response,
            batch_id=batch,
            form="f",
            lifecycle="complete",
            subjects=(ANNA.person,),
            response_key=("7",),
            answers=(),
        ),
    )

    after = story.when(retract(story, mc.ResponseTaken, response)).recorded()

    assert after.state(response).readings == 0


def test_a_record_that_names_nobody_is_retracted_from_a_program_without_words() -> None:
    story = program()

    story.when(retract(story, mc.ProgramLaunched, PROGRAM, reason="A slip")).refuses(
        "reason_not_kept"
    )
    assert story.when(retract(story, mc.ProgramLaunched, PROGRAM, authority="board")).events


@pytest.mark.parametrize("frees", [True, False])
def test_a_pairing_corrected_to_and_fro_is_what_it_was(frees: Any) -> None:
    late = someone(0xA1, "mentee")
    story = joined(paired(), late).given(pause(frees_place=frees))
    version = version_of(story, FIRST, mc.PairingPaused)

    def to(free: Any, since: Any) -> Any:
        return mc.AmendRecord(
            stream=FIRST, target=version, changes={"frees_place": free, "since": day(since)}
        )

    there = story.given(to(not frees, "2026-10-20"))
    back = there.given(to(frees, "2026-11-01"))

    assert there.state(FIRST) != story.state(FIRST)
    assert back.state(FIRST) == story.state(FIRST)
    assert back.state(ANNA.here) == story.state(ANNA.here)
    assert back.state(CLEO.here) == story.state(CLEO.here)
