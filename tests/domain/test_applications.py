"""Somebody applies, is looked at, is decided about, and is enrolled once approved."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    DARA,
    EDA,
    PROGRAM,
    cohort,
    day,
    enrol,
    mc,
    program,
    school,
    someone,
    version_of,
)

from mentorcore.domain.participant.applying import application_after
from mentorcore.testing import Scenario, given

LATE = "2026-10-01T12:00Z"
INA = someone(0x21, "mentor")
SPRING: Any = f"cohort:{2:032x}"


def submit(who: Any = INA, **other: Any) -> Any:
    """On 20 July, before the program begins."""
    usual = {
        "participant_id": who.here,
        "person_id": who.person,
        "program_id": PROGRAM,
        "cohort_id": AUTUMN,
        "role": who.role,
        "on": day("2026-07-20"),
    }
    return mc.SubmitApplication(**(usual | other))


def screen(who: Any = INA, **other: Any) -> Any:
    usual = {
        "participant_id": who.here,
        "step": "interview",
        "on": day("2026-07-27"),
        "outcome": "passed",
    }
    return mc.ScreenApplication(**(usual | other))


def refer(who: Any = INA, **other: Any) -> Any:
    usual = {
        "participant_id": who.here,
        "on": day("2026-07-28"),
        "recommendation": "recommends",
    }
    return mc.RecordReference(**(usual | other))


def decide(who: Any = INA, decision: Any = "approved", **other: Any) -> Any:
    usual = {
        "participant_id": who.here,
        "on": day("2026-08-03"),
        "decision": decision,
        "decided_by": "panel",
    }
    return mc.DecideApplication(**(usual | other))


def withdraw(who: Any = INA, **other: Any) -> Any:
    usual = {"participant_id": who.here, "on": day("2026-08-10")}
    return mc.WithdrawApplication(**(usual | other))


def applied(*commands: Any, who: Any = INA) -> Scenario:
    """Ina is registered, has applied, and what else was said of it."""
    story = school().given(mc.RegisterPerson(person_id=who.person), submit(who), at=LATE)
    return story.given(*commands, at=LATE) if commands else story


def stands(story: Scenario, who: Any = INA) -> str:
    return str(story.state(who.here).application.stands)


def test_an_application_goes_its_way_to_an_enrolment() -> None:
    story = applied(screen(), refer(), refer(recommendation="with_reservations"), decide())

    enrolled = story.given(enrol(INA), at=LATE)

    assert stands(story) == "approved"
    state = enrolled.state(INA.here)
    assert (state.role, state.since) == ("mentor", day("2026-08-20"))
    assert len(state.application.references) == 2
    assert [s.step for s in state.application.screenings] == ["interview"]


def test_an_applicant_takes_part_in_nothing_until_enrolled() -> None:
    """INV-07."""
    story = applied(decide())
    trained = mc.RecordTraining(
        participant_id=INA.here, training_kind="basics", on=day("2026-09-01")
    )
    members = tuple(
        mc.Member(participant=w.here, role=w.role, primary=w is INA) for w in (INA, DARA)
    )
    pair = mc.FormPairing(
        program_id=PROGRAM, cohort_id=AUTUMN, members=members, on=day("2026-09-01")
    )

    story.when(trained, at=LATE).refuses("no_such_participant")
    story.when(pair, at=LATE).refuses("no_such_participant")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"person_id": f"person:{9:032x}"}, "no_such_person"),
        ({"cohort_id": f"cohort:{9:032x}"}, "no_such_cohort"),
        ({"role": "visitor"}, "no_such_role"),
        ({"on": day("2026-10-02")}, "in_the_future"),
        ({"program_id": f"program:{9:032x}"}, "no_such_program"),
    ],
)
def test_somebody_applies_for_what_there_is(wrong: Any, code: str) -> None:
    story = school().given(mc.RegisterPerson(person_id=INA.person))

    story.when(submit(**wrong), at=LATE).refuses(code)


def test_nobody_applies_for_a_program_or_a_cohort_that_is_closed() -> None:
    registered = mc.RegisterPerson(person_id=INA.person)
    over = program().given(
        registered, mc.CloseProgram(program_id=PROGRAM, on=day("2026-09-20")), at=LATE
    )
    shut = program().given(
        registered,
        mc.CloseCohort(program_id=PROGRAM, cohort_id=AUTUMN, on=day("2026-09-20")),
        at=LATE,
    )

    over.when(submit(on=day("2026-09-20")), at=LATE).refuses("program_closed")
    shut.when(submit(on=day("2026-09-20")), at=LATE).refuses("cohort_closed")
    assert shut.when(submit(on=day("2026-09-19")), at=LATE).events


def test_the_same_application_is_recorded_once() -> None:
    story = applied(screen())

    story.when(submit(), at=LATE).nothing()
    story.when(submit(on=day("2026-07-21")), at=LATE).refuses("already_applied")


def test_nobody_applies_for_what_they_have_or_wait_for() -> None:
    """INV-01."""
    story = applied()
    again = submit(participant_id=f"participant:{0x99:032x}")
    mentor = submit(ANNA, participant_id=f"participant:{0x98:032x}", on=day("2026-08-21"))

    story.when(again, at=LATE).refuses("already_applied", participant=INA.here)
    assert story.when(
        submit(participant_id=f"participant:{0x97:032x}", role="mentee"), at=LATE
    ).events
    story.when(mentor, at=LATE).refuses("already_enrolled", participant=ANNA.here)
    story.when(submit(ANNA), at=LATE).refuses("already_enrolled")


@pytest.mark.parametrize("over", ["declined", "withdrawn"])
def test_whoever_was_declined_or_withdrew_may_apply_again(over: str) -> None:
    story = applied(withdraw() if over == "withdrawn" else decide(decision="declined"))

    again = submit(participant_id=f"participant:{0x99:032x}", on=day("2026-08-20"))

    assert story.when(again, at=LATE).events


@pytest.mark.parametrize("asked", [screen, refer, decide, withdraw])
def test_there_is_an_application_before_anything_is_said_of_it(asked: Any) -> None:
    school().when(asked(), at=LATE).refuses("no_such_application")
    applied().when(asked(on=day("2026-07-19")), at=LATE).refuses("before_it_begins")
    applied().when(asked(on=day("2026-10-02")), at=LATE).refuses("in_the_future")


@pytest.mark.parametrize("asked", [screen, refer])
@pytest.mark.parametrize("decision", ["approved", "declined"])
def test_what_was_said_before_the_decision_may_be_told_after_it(asked: Any, decision: Any) -> None:
    story = applied(decide(decision=decision))

    assert story.when(asked(), at=LATE).events
    story.when(asked(on=day("2026-08-04")), at=LATE).refuses("application_over")


def test_whoever_is_waitlisted_is_looked_at_and_decided_about_again() -> None:
    story = applied(decide(decision="waitlisted", rank=2))

    assert stands(story) == "waitlisted"
    assert story.state(INA.here).application.rank == 2
    assert story.when(screen(on=day("2026-08-20")), at=LATE).events
    story.when(decide(on=day("2026-08-02")), at=LATE).refuses("before_it_begins")
    approved = story.given(decide(on=day("2026-09-01")), at=LATE)
    assert stands(approved) == "approved"


@pytest.mark.parametrize(
    "wrong",
    [{"rank": 0, "decision": "waitlisted"}, {"rank": 1}, {"rank": 1, "decision": "declined"}],
)
def test_only_who_is_waitlisted_has_a_place_on_the_list(wrong: Any) -> None:
    applied().when(decide(**wrong), at=LATE).refuses("rank_out_of_range")


def test_a_decision_is_taken_once() -> None:
    story = applied(decide())

    story.when(decide(), at=LATE).nothing()
    story.when(decide(decision="declined"), at=LATE).refuses("application_over")


def test_an_applicant_withdraws_until_enrolled() -> None:
    waitlisted = applied(decide(decision="waitlisted"))
    approved = applied(decide())

    gone = waitlisted.given(withdraw(), at=LATE)

    assert stands(gone) == "withdrawn"
    gone.when(withdraw(), at=LATE).nothing()
    gone.when(withdraw(on=day("2026-08-11")), at=LATE).refuses("application_over")
    gone.when(decide(on=day("2026-08-12")), at=LATE).refuses("application_over")
    waitlisted.when(withdraw(on=day("2026-08-02")), at=LATE).refuses("before_it_begins")
    assert stands(approved.given(withdraw(), at=LATE)) == "withdrawn"
    applied(decide(decision="declined")).when(withdraw(), at=LATE).refuses("application_over")
    enrolled = approved.given(enrol(INA), at=LATE)
    enrolled.when(withdraw(on=day("2026-08-25")), at=LATE).refuses("already_enrolled")


@pytest.mark.parametrize(
    "before", [(), (decide(decision="waitlisted"),), (decide(decision="declined"),), (withdraw(),)]
)
def test_nobody_is_enrolled_whose_application_was_not_approved(before: Any) -> None:
    applied(*before).when(enrol(INA), at=LATE).refuses("not_approved")


def test_an_enrolment_is_of_whom_and_for_what_they_applied() -> None:
    other = someone(0x22, "mentor")
    story = applied(decide()).given(mc.RegisterPerson(person_id=other.person))

    story.when(enrol(INA, person_id=other.person), at=LATE).refuses("other_application")
    story.when(enrol(INA, role="mentee"), at=LATE).refuses("other_application")


def test_an_applicant_may_be_enrolled_in_another_cohort() -> None:
    story = applied(decide()).given(cohort(cohort_id=SPRING, name="Spring"))

    assert story.given(enrol(INA, cohort_id=SPRING), at=LATE).state(INA.here).cohort_id == SPRING


def test_nobody_is_enrolled_past_an_application_that_waits() -> None:
    past = enrol(INA, participant_id=f"participant:{0x99:032x}")

    for waits in ((), (decide(decision="waitlisted"),), (decide(),)):
        applied(*waits).when(past, at=LATE).refuses("open_application", participant=INA.here)
    for over in (decide(decision="declined"), withdraw()):
        assert applied(over).when(past, at=LATE).events


def test_an_approval_is_not_taken_back_under_an_enrolment() -> None:
    story = applied(decide()).given(enrol(INA), at=LATE)
    target = version_of(story, INA.here, mc.ApplicationDecided)

    story.when(mc.RetractRecord(stream=INA.here, target=target), at=LATE).refuses("not_approved")
    declined = mc.AmendRecord(stream=INA.here, target=target, changes={"decision": "declined"})
    story.when(declined, at=LATE).refuses("not_approved")


def test_an_enrolment_is_taken_back_to_the_application_that_led_to_it() -> None:
    story = applied(decide()).given(enrol(INA), at=LATE)
    target = version_of(story, INA.here, mc.ParticipantEnrolled)

    gone = story.given(mc.RetractRecord(stream=INA.here, target=target), at=LATE)

    assert stands(gone) == "approved"
    assert not hasattr(gone.state(INA.here), "since")
    back = gone.given(
        mc.RetractRecord(stream=INA.here, target=len(gone.history[INA.here])), at=LATE
    )
    assert back.state(INA.here) == story.state(INA.here)


def test_an_application_stays_while_something_rests_on_it() -> None:
    story = applied(screen())
    target = version_of(story, INA.here, mc.ApplicationSubmitted)

    story.when(mc.RetractRecord(stream=INA.here, target=target), at=LATE).refuses(
        "others_rest_on_it"
    )


def test_what_is_amended_after_the_enrolment_passes_the_same_guards() -> None:
    story = applied(screen(), decide()).given(enrol(INA), at=LATE)

    def amend(event: Any, **changes: Any) -> Any:
        target = version_of(story, INA.here, event)
        return mc.AmendRecord(stream=INA.here, target=target, changes=changes)

    earlier = story.given(amend(mc.ApplicationDecided, on=day("2026-08-02")), at=LATE)
    assert earlier.state(INA.here).application.decided_on == day("2026-08-02")
    assert earlier.state(INA.here).role == "mentor"
    moved = story.given(amend(mc.ApplicationSubmitted, on=day("2026-07-21")), at=LATE)
    assert moved.state(INA.here).application.on == day("2026-07-21")
    story.when(amend(mc.ApplicationScreened, on=day("2026-07-19")), at=LATE).refuses(
        "before_it_begins"
    )
    story.when(amend(mc.ApplicationScreened, on=day("2026-08-04")), at=LATE).refuses(
        "application_over"
    )


def test_when_two_persons_are_one_their_applications_are_of_the_survivor() -> None:
    """INV-62."""
    story = applied(decide())
    merge = mc.MergePersons(survivor=ANNA.person, absorbed=INA.person)
    eda = school().given(
        mc.RegisterPerson(person_id=EDA.person),
        mc.RegisterPerson(person_id=INA.person),
        submit(),
        submit(EDA, role="mentor"),
        at=LATE,
    )

    merged = story.given(merge, at=LATE)

    assert merged.state(INA.here).application.person_id == ANNA.person
    twice = mc.MergePersons(survivor=EDA.person, absorbed=INA.person)
    eda.when(twice, at=LATE).refuses("already_applied", participant=INA.here)


def test_a_merged_applicant_is_enrolled_as_the_survivor() -> None:
    fay = someone(0x23, "mentor")
    story = applied(decide()).given(
        mc.RegisterPerson(person_id=fay.person),
        mc.MergePersons(survivor=fay.person, absorbed=INA.person),
        at=LATE,
    )

    enrolled = story.given(enrol(INA, person_id=fay.person), at=LATE)

    assert enrolled.state(INA.here).person_id == fay.person


def test_nothing_is_known_of_an_application_that_was_never_made() -> None:
    given().when(screen()).refuses("no_such_application")


def test_whoever_takes_part_otherwise_may_apply_and_what_they_record_leaves_the_application() -> (
    None
):
    mentor = someone(0xD, "mentor")
    story = school().given(submit(DARA, participant_id=INA.here, role="mentor"), decide(), at=LATE)
    trained = mc.RecordTraining(
        participant_id=INA.here, training_kind="basics", on=day("2026-09-01")
    )
    settings = school(both_roles=True).given(
        submit(DARA, participant_id=INA.here, role="mentor"),
        decide(),
        enrol(mentor, participant_id=INA.here),
        trained,
        at=LATE,
    )

    again = submit(DARA, participant_id=f"participant:{0x99:032x}", role="mentor")

    assert stands(story) == stands(settings) == "approved"
    assert settings.state(INA.here).trainings
    assert settings.when(
        submit(
            DARA, participant_id=f"participant:{0x98:032x}", on=day("2026-08-10"), role="mentor"
        ),
        at=LATE,
    ).events
    story.when(again, at=LATE).refuses("already_applied", "that application is approved")


def test_two_persons_who_applied_for_different_things_are_merged() -> None:
    story = school().given(
        mc.RegisterPerson(person_id=EDA.person),
        mc.RegisterPerson(person_id=INA.person),
        submit(),
        submit(EDA),
        at=LATE,
    )

    merged = story.given(mc.MergePersons(survivor=EDA.person, absorbed=INA.person), at=LATE)

    assert merged.state(INA.here).application.person_id == EDA.person


def test_what_says_nothing_of_an_application_leaves_it() -> None:
    application = applied().state(INA.here).application

    assert application_after(application, object()) is application


def test_why_something_said_of_an_applicant_was_wrong_is_kept_under_their_key() -> None:
    story = applied(withdraw())
    target = version_of(story, INA.here, mc.ApplicationWithdrawn)
    gone = story.given(mc.RetractRecord(stream=INA.here, target=target), at=LATE)
    target = version_of(gone, INA.here, mc.RecordRetracted)
    correction = mc.RetractRecord(stream=INA.here, target=target, reason="she did ask for it")

    corrected = gone.when(correction, at=LATE)

    (retracted,) = corrected.events
    assert retracted.subjects == (INA.person,)


def test_what_was_said_of_the_wrong_applicant_is_put_where_it_belongs() -> None:
    """INV-66."""
    other = someone(0x22, "mentor")
    story = applied(refer()).given(
        mc.RegisterPerson(person_id=other.person), submit(other), at=LATE
    )
    target = version_of(story, INA.here, mc.ReferenceReceived)
    move = mc.MoveRecord(stream=INA.here, target=target, to=other.here)

    moved = story.given(move, at=LATE)

    assert moved.state(INA.here).application.references == ()
    assert len(moved.state(other.here).application.references) == 1
    declined = story.given(decide(other, decision="declined", on=day("2026-07-25")), at=LATE)
    declined.when(move, at=LATE).refuses("application_over")
