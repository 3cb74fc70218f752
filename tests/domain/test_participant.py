"""A person joins a cohort in a role, trains, is qualified, and leaves with an outcome."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    BEN,
    CLEO,
    FIRST,
    PROGRAM,
    ROLES,
    SECOND,
    Someone,
    cohort,
    day,
    end,
    enrol,
    form,
    mc,
    paired,
    pause,
    program,
    school,
    settings,
    someone,
)

from mentorcore.testing import given

AGAIN = Someone(ANNA.person, f"participant:{0x1A:032x}", "mentor")
AS_MENTEE = Someone(ANNA.person, f"participant:{0x2A:032x}", "mentee")


def known() -> Any:
    return program().given(mc.RegisterPerson(person_id=ANNA.person))


def leave(who: Any = ANNA, on: Any = "2026-12-01", outcome: Any = "withdrew", **other: Any) -> Any:
    return mc.EndEnrolment(participant_id=who.here, on=day(on), outcome=outcome, **other)


def train(on: Any = "2026-08-25", kind: Any = "basics", **other: Any) -> Any:
    return mc.RecordTraining(participant_id=ANNA.here, training_kind=kind, on=day(on), **other)


def qualify(since: Any = "2026-08-25", who: Any = ANNA, **other: Any) -> Any:
    return mc.QualifyMentor(participant_id=who.here, since=day(since), **other)


def suspend(on: Any = "2026-10-01", cause: Any = "suspended", who: Any = ANNA) -> Any:
    return mc.EndMentorQualification(participant_id=who.here, on=day(on), cause=cause)


# ------------------------------------------------------------------------------ enrolling


def test_an_enrolment_stands_with_the_participant_and_with_the_person() -> None:
    """Section 4: a principal is never without its companion."""
    known().when(enrol(ANNA)).then(
        (
            ANNA.here,
            mc.ParticipantEnrolled(
                participant_id=ANNA.here,
                person_id=ANNA.person,
                program_id=PROGRAM,
                cohort_id=AUTUMN,
                role="mentor",
                since=day("2026-08-20"),
            ),
        ),
        (
            ANNA.person,
            mc.PersonEnrolled(
                participant_id=ANNA.here,
                cohort_id=AUTUMN,
                role="mentor",
                since=day("2026-08-20"),
                principal_stream=ANNA.here,
                principal=1,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"person_id": CLEO.person}, "no_such_person"),
        ({"program_id": f"program:{9:032x}"}, "no_such_program"),
        ({"cohort_id": "cohort:9"}, "no_such_cohort"),
        ({"role": "guest"}, "no_such_role"),
        ({"fte_percent": 0}, "fte_out_of_range"),
        ({"fte_percent": 101}, "fte_out_of_range"),
        ({"since": day("2026-08-16")}, "program_not_running"),
        ({"since": day("2026-10-15")}, "outside_enrolment_window"),
    ],
)
def test_an_enrolment_names_what_is_there_and_a_day_on_which_one_can_enrol(
    other: Any, code: Any
) -> None:
    """INV-69: no enrolment outside the launched program."""
    known().when(enrol(ANNA, **other)).refuses(code)


def test_the_enrolment_window_includes_its_first_day_and_not_its_last() -> None:
    """Intervals are half-open."""
    story = known().given(cohort(cohort_id="cohort:2", enrols_from=day("2026-09-01")))
    first, before = day("2026-09-01"), day("2026-08-31")

    assert story.when(enrol(ANNA, cohort_id="cohort:2", since=first)).events
    story.when(enrol(ANNA, cohort_id="cohort:2", since=before)).refuses("outside_enrolment_window")


def test_an_enrolment_is_recorded_once() -> None:
    school().when(enrol(ANNA)).refuses("already_enrolled")


def test_one_person_has_one_live_enrolment_in_a_cohort_and_role() -> None:
    """INV-01."""
    school().when(enrol(AGAIN)).refuses("already_enrolled", participant=ANNA.here)


def test_whoever_left_may_enrol_again() -> None:
    """INV-01: a live enrolment."""
    story = school().given(leave(on="2026-09-10"))

    assert story.when(enrol(AGAIN, since=day("2026-09-10"))).events
    story.when(enrol(AGAIN, since=day("2026-09-09"))).refuses("already_enrolled")


def test_one_enrolment_serves_every_cohort_of_the_program() -> None:
    """INV-01: per person, program and part."""
    story = school().given(cohort(cohort_id="cohort:2"))

    story.when(enrol(AGAIN, cohort_id="cohort:2")).refuses(
        "already_enrolled", participant=ANNA.here
    )


def test_two_roles_of_one_part_are_one_enrolment_and_two_parts_are_two() -> None:
    """INV-01."""
    roles = (*ROLES, mc.Role(code="senior", part="mentor"))
    senior = Someone(ANNA.person, f"participant:{0x3B:032x}", "senior")

    school(roles=roles).when(enrol(senior)).refuses("already_enrolled")
    lead = Someone(ANNA.person, f"participant:{0x3C:032x}", "lead")
    assert school(roles=roles).when(enrol(lead)).events


def test_nobody_is_mentor_and_mentee_at_once_unless_the_settings_allow_it() -> None:
    """INV-01."""
    school().when(enrol(AS_MENTEE)).refuses("both_roles", participant=ANNA.here)
    assert school(both_roles=True).when(enrol(AS_MENTEE)).events
    assert (
        school()
        .given(leave(on="2026-09-01"))
        .when(enrol(AS_MENTEE, since=day("2026-09-01")))
        .events
    )


def test_a_second_role_that_is_neither_is_accepted() -> None:
    helper = Someone(ANNA.person, f"participant:{0x3A:032x}", "coordinator")

    assert school().when(enrol(helper)).events


def test_another_program_may_see_the_same_person_as_mentee() -> None:
    """INV-01 is about one program."""
    other = f"program:{2:032x}"
    goal = mc.ProgramGoal(goal_id="goal:2", statement="Leaders grow")
    story = school().given(
        mc.DesignProgram(
            program_id=other,
            name="Another",
            time_zone="UTC",
            settings=settings(),
            goals=(goal,),
        ),
        mc.LaunchProgram(program_id=other, on=day("2026-08-17")),
        cohort(program_id=other, cohort_id="cohort:2"),
    )

    assert story.when(enrol(AS_MENTEE, program_id=other, cohort_id="cohort:2")).events


def test_nothing_is_recorded_about_somebody_who_is_not_enrolled() -> None:
    for asked in (train(), qualify(), suspend(), leave()):
        given().when(asked).refuses("no_such_participant")


# ------------------------------------------------------------------------------ training


def test_training_is_recorded_with_the_day_on_which_it_expires() -> None:
    """INV-04."""
    needed = mc.RequiredTraining(kind="basics", role="mentor", valid_days=365)
    story = school(trainings=(needed,))

    completed = story.when(train(hours=6, provider="The district"))

    completed.then(
        mc.TrainingCompleted(
            training_kind="basics",
            on=day("2026-08-25"),
            subjects=(ANNA.person,),
            hours=6,
            valid_until=day("2027-08-25"),
            provider="The district",
        )
    )
    stated = story.when(train(valid_until=day("2026-12-31"))).events[0]
    assert stated.valid_until == day("2026-12-31")
    assert school().when(train()).events[0].valid_until is None


def test_a_training_that_the_program_does_not_know_is_refused_with_the_nearest() -> None:
    kinds = [mc.RequiredTraining(kind=k, role="mentor") for k in ("mentor-basics", "listening")]
    story = school(trainings=tuple(kinds))

    story.when(train(kind="mentor-bsics")).refuses("no_such_training", "'mentor-basics'")
    story.when(train(kind="xyz")).refuses("no_such_training", "listening, mentor-basics")
    story.when(train(kind="listening")).recorded()
    school().when(train(kind="whatever")).recorded()


def test_the_same_training_again_says_nothing_new() -> None:
    school().given(train()).when(train()).nothing()


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"hours": 0}, "hours_out_of_range"),
        ({"valid_until": day("2026-08-24")}, "ends_before_start"),
        ({"on": "2026-11-02"}, "in_the_future"),
    ],
)
def test_a_training_has_hours_and_days_that_fit(other: Any, code: Any) -> None:
    school().when(train(**other), at="2026-11-01T12:00Z").refuses(code)


def test_a_training_of_today_may_count_today_only() -> None:
    today = train("2026-11-01", valid_until=day("2026-11-01"))

    assert school().when(today, at="2026-11-01T12:00Z").events


# ------------------------------------------------------------------------------ qualification


def test_a_qualification_holds_from_its_day_until_before_the_last() -> None:
    """INV-05."""
    state = school().given(qualify(until=day("2026-09-25"))).state(ANNA.here)

    days = [day(d) for d in ("2026-08-24", "2026-08-25", "2026-09-24", "2026-09-25")]

    assert [state.qualified_on(d) for d in days] == [False, True, True, False]
    assert not any(state.suspended_on(d) for d in days)


def test_a_suspension_acts_from_its_day_on_and_until_the_next_qualification() -> None:
    """INV-07."""
    state = school().given(qualify(), suspend(), qualify("2026-11-01")).state(ANNA.here)

    days = [day(d) for d in ("2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01")]

    assert [state.suspended_on(d) for d in days] == [False, True, True, False]


def test_a_suspension_of_a_mentor_who_was_never_qualified_is_kept() -> None:
    """INV-07."""
    assert school().given(suspend()).state(ANNA.here).suspended_on(day("2026-10-01"))


def test_the_same_qualification_or_end_again_says_nothing_new() -> None:
    school().given(qualify()).when(qualify()).nothing()
    school().given(qualify(), suspend()).when(suspend()).nothing()


def test_only_mentors_are_qualified_or_suspended() -> None:
    school().when(qualify(who=CLEO)).refuses("not_a_mentor")
    school().when(suspend(who=CLEO)).refuses("not_a_mentor")


def test_a_qualification_ends_after_it_began_and_not_in_the_future() -> None:
    school().when(qualify(until=day("2026-08-25"))).refuses("ends_before_start")
    school().when(suspend(), at="2026-09-30T12:00Z").refuses("in_the_future")
    assert school().when(suspend(), at="2026-10-01T12:00Z").events


# ------------------------------------------------------------------------------ leaving


def test_an_enrolment_ends_with_an_outcome() -> None:
    left = school().when(leave(reason="Moved", destination="Another district"))

    after = left.then(
        mc.EnrolmentEnded(
            on=day("2026-12-01"),
            outcome="withdrew",
            subjects=(ANNA.person,),
            reason="Moved",
            destination="Another district",
        )
    )

    days = [day(d) for d in ("2026-08-19", "2026-08-20", "2026-11-30", "2026-12-01")]
    assert [after.state(ANNA.here).enrolled_on(d) for d in days] == [False, True, True, False]
    after.when(leave()).nothing()
    after.when(leave(on="2026-12-02")).refuses("enrolment_ended", "2026-12-01")


def test_an_enrolment_ends_after_it_began_and_not_in_the_future() -> None:
    school().when(leave(on="2026-08-19")).refuses("ends_before_start")
    assert school().when(leave(on="2026-08-20")).events
    school().when(leave(), at="2026-11-30T12:00Z").refuses("in_the_future")


def test_nothing_is_recorded_for_the_time_after_an_enrolment() -> None:
    story = school().given(leave())

    for asked in (
        train("2026-12-01"),
        qualify("2026-12-01"),
        suspend("2026-12-01"),
        mc.SetMentorCapacity(participant_id=ANNA.here, places=1, since=day("2026-12-01")),
    ):
        story.when(asked).refuses("enrolment_ended", "2026-12-01")
    assert story.when(train("2026-11-30")).events


@pytest.mark.parametrize("resting", [None, pause(), pause(frees_place=True)])
def test_an_enrolment_with_a_live_pairing_does_not_end_before_it(resting: Any) -> None:
    """INV-72."""
    story = paired() if resting is None else paired().given(resting)

    story.when(leave(CLEO)).refuses("live_pairing", pairings=(FIRST,))


def test_an_enrolment_ends_with_or_after_its_pairings() -> None:
    """INV-72, INV-13."""
    story = paired().given(end(on=day("2026-12-01")))

    assert story.when(leave(CLEO, "2026-12-01")).events
    story.when(leave(CLEO, "2026-11-30")).refuses("pairing_outlasts_enrolment", "2026-12-01")


def test_one_live_pairing_among_those_that_ended_is_enough() -> None:
    """INV-72."""
    story = paired().given(
        end(on=day("2026-10-01")), form(BEN, CLEO, pairing_id=SECOND, on=day("2026-10-02"))
    )

    story.when(leave(CLEO)).refuses("live_pairing", pairings=(SECOND,))
    assert story.when(leave(ANNA)).events


def test_companions_that_came_before_the_enrolment_are_kept() -> None:
    """Folding never fails, whatever history holds."""
    stranger = someone(0x70, "mentor")
    joined = mc.PairingJoined(
        pairing_id=FIRST,
        role="mentor",
        primary=True,
        since=day("2026-09-01"),
        places=1,
        principal_stream=FIRST,
        principal=1,
    )
    story = given((stranger.here, joined))

    assert len(story.state(stranger.here).pairings) == 1
