"""Who may be brought together, and when."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    BEN,
    CLEO,
    DARA,
    FIRST,
    FORMED,
    LAUNCH,
    PROGRAM,
    SECOND,
    Someone,
    cohort,
    day,
    end,
    enrol,
    form,
    joined,
    mc,
    member,
    paired,
    program,
    reopen,
    school,
    settings,
    someone,
)

from mentorcore.testing import Scenario, given

PEER, OTHER_PEER = someone(0x1E, "peer"), someone(0x2E, "peer")
LEAD, HELPER = someone(0x3E, "lead"), someone(0x4E, "coordinator")
SPRING: Any = "cohort:5"


def test_a_mentor_and_a_mentee_are_brought_together_and_both_take_their_places() -> None:
    story = school()

    formed = story.when(form())

    formed.then(
        (
            FIRST,
            mc.PairingFormed(
                pairing_id=FIRST,
                program_id=PROGRAM,
                cohort_id=AUTUMN,
                shape="one_to_one",
                members=(member(ANNA, primary=True), member(CLEO)),
                subjects=(ANNA.person, CLEO.person),
                on=FORMED,
                basis="assigned",
            ),
        ),
        (
            ANNA.here,
            mc.PairingJoined(
                pairing_id=FIRST,
                role="mentor",
                primary=True,
                since=FORMED,
                places=1,
                principal_stream=FIRST,
                principal=1,
            ),
        ),
        (
            CLEO.here,
            mc.PairingJoined(
                pairing_id=FIRST,
                role="mentee",
                primary=True,
                since=FORMED,
                places=0,
                principal_stream=FIRST,
                principal=1,
            ),
        ),
    )


def test_a_pairing_of_the_past_is_recorded_with_its_end_and_takes_no_place() -> None:
    """Section 4: load is about the present."""
    story = school(capacity=mc.Capacity(places=0))
    over = mc.Ending(on=day("2026-10-01"), reason="completed", initiated_by=CLEO.here)

    recorded = story.when(form(ended=over))

    after = recorded.recorded()
    assert [type(e) for e in recorded.events] == [
        mc.PairingFormed,
        mc.PairingJoined,
        mc.PairingJoined,
        mc.PairingEnded,
        mc.PairingLeft,
        mc.PairingLeft,
    ]
    assert after.state(ANNA.here).load() == 0
    assert after.state(ANNA.here).pairings[0].until == day("2026-10-01")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        (mc.Ending(on=day("2026-08-31"), reason="completed"), "ends_before_start"),
        (mc.Ending(on=day("2099-01-01"), reason="completed"), "in_the_future"),
        (
            mc.Ending(on=day("2026-10-01"), reason="completed", initiated_by=DARA.here),
            "not_a_member",
        ),
    ],
)
def test_a_pairing_of_the_past_ended_after_it_began_before_today_and_by_a_member(
    over: Any, code: Any
) -> None:
    story = school()

    story.when(form(ended=over), at="2026-11-01T12:00Z").refuses(code)


def test_a_pairing_is_formed_once() -> None:
    """INV-14."""
    paired().when(form()).refuses("already_formed")


def test_nobody_is_paired_in_the_future() -> None:
    school().when(form(on=day("2026-12-01")), at="2026-11-01T12:00Z").refuses("in_the_future")


def test_nobody_is_paired_in_a_program_that_is_not_there() -> None:
    school().when(form(program_id=f"program:{9:032x}")).refuses("no_such_program")


def test_nobody_is_paired_in_a_cohort_that_is_not_there() -> None:
    school().when(form(cohort_id="cohort:nowhere")).refuses("no_such_cohort")


def test_nobody_is_paired_before_the_launch() -> None:
    """INV-69."""
    school().when(form(on=day("2026-08-16"))).refuses("program_not_running", "2026-08-16")


def two_cohorts(**other: Any) -> Scenario:
    """Anna and Cleo are enrolled in the autumn; Ben and Dara in the spring."""
    spring = cohort(cohort_id=SPRING, name="Spring")
    elsewhere = [mc.RegisterPerson(person_id=p.person) for p in (ANNA, BEN, CLEO, DARA)]
    enrolled = [
        enrol(ANNA),
        enrol(CLEO),
        enrol(BEN, cohort_id=SPRING),
        enrol(DARA, cohort_id=SPRING),
    ]
    return program(**other).given(spring, *elsewhere, *enrolled)


def test_a_pairing_stands_in_the_cohort_of_its_mentee() -> None:
    """INV-86: the mentor may be enrolled in any."""
    story = two_cohorts()

    story.when(form(ANNA, DARA)).refuses("other_cohort", "no mentee", participant=DARA.here)
    story.when(form(ANNA, DARA, cohort_id=SPRING)).recorded()
    story.when(form(BEN, CLEO)).recorded()
    story.when(form(BEN, CLEO, cohort_id=SPRING)).refuses("other_cohort")


def test_peers_of_two_cohorts_are_paired_in_either() -> None:
    """INV-86."""
    one, other = someone(0x31, "peer"), someone(0x32, "peer")
    known = [mc.RegisterPerson(person_id=p.person) for p in (one, other)]
    story = two_cohorts(shape="reciprocal").given(
        *known, enrol(one), enrol(other, cohort_id=SPRING)
    )
    together = (member(one), member(other))

    story.when(form(members=together)).recorded()
    story.when(form(members=together, cohort_id=SPRING)).recorded()


def test_nobody_is_paired_from_the_day_on_which_the_program_closed() -> None:
    """INV-69: what happened before it closed may still be recorded."""
    story = school().given(mc.CloseProgram(program_id=PROGRAM, on=day("2026-09-05")))

    story.when(form(on=day("2026-09-05"))).refuses("program_not_running")
    assert story.when(form(on=day("2026-09-04"))).events


def test_whoever_is_not_enrolled_is_not_paired() -> None:
    school().when(form(ANNA, someone(0xF, "mentee"))).refuses("no_such_participant")


def test_a_participant_of_another_program_is_not_paired_here() -> None:
    other = f"program:{2:032x}"
    story = school().given(
        mc.DesignProgram(
            program_id=other,
            name="Another",
            time_zone="America/Los_Angeles",
            settings=settings(),
            goals=(mc.ProgramGoal(goal_id="goal:2", statement="Leaders grow"),),
        ),
        cohort(program_id=other, cohort_id="cohort:other"),
        mc.LaunchProgram(program_id=other, on=LAUNCH),
    )

    story.when(form(program_id=other, cohort_id="cohort:other")).refuses("other_program")


def test_a_member_twice_is_refused() -> None:
    story = school(largest=3)

    story.when(form(ANNA, CLEO, CLEO)).refuses("member_twice")


def test_nobody_mentors_themself() -> None:
    """INV-02: also under two enrolments."""
    twice = Someone(CLEO.person, f"participant:{0x1C:032x}", "mentor")
    story = school(both_roles=True).given(enrol(twice))

    story.when(form(twice, CLEO)).refuses("same_person")


def test_a_role_is_played_as_enrolled() -> None:
    story = school()
    as_mentor = member(someone(0xC, "mentor"))

    story.when(form(members=(member(ANNA, primary=True), as_mentor))).refuses("role_differs")


@pytest.mark.parametrize("people", [(ANNA,), (ANNA, BEN, CLEO)])
def test_a_pairing_keeps_the_sizes_of_the_program(people: Any) -> None:
    """INV-17."""
    school().when(form(*people)).refuses("size_out_of_bounds", "2 to 2 members")


@pytest.mark.parametrize(
    ("shape", "people"),
    [
        ("one_to_one", (ANNA, BEN)),
        ("one_to_one", (CLEO, DARA)),
        ("one_to_one", (ANNA, CLEO, DARA)),
        ("one_to_one", (ANNA, HELPER)),
        ("one_to_one", (ANNA, CLEO, HELPER)),
        ("group", (ANNA, CLEO, HELPER)),
        ("group", (ANNA, BEN)),
        ("group", (CLEO, DARA)),
        ("reciprocal", (ANNA, CLEO)),
        ("reciprocal", (PEER, CLEO)),
    ],
)
def test_members_play_the_parts_that_the_shape_wants(shape: Any, people: Any) -> None:
    """INV-17."""
    story = joined(school(shape=shape, largest=4), PEER, HELPER)
    members = tuple(member(p) for p in people)

    story.when(form(members=members)).refuses("shape_broken")


@pytest.mark.parametrize(
    ("shape", "people"),
    [
        ("one_to_one", (ANNA, BEN, CLEO)),
        ("group", (LEAD, CLEO, DARA)),
        ("group", (LEAD, PEER, OTHER_PEER)),
        ("reciprocal", (PEER, OTHER_PEER)),
    ],
)
def test_co_mentors_groups_and_circles_are_formed(shape: Any, people: Any) -> None:
    """INV-17: in a reciprocal shape everybody is a peer, hence mentor and mentee of each other."""
    story = joined(school(shape=shape, largest=4), PEER, OTHER_PEER, LEAD)

    formed = story.when(form(*people))

    assert formed.events[0].shape == shape


CIRCLES: Any = {"more_shapes": (mc.ShapeBounds(shape="reciprocal", smallest=3, largest=4),)}


def test_circles_and_pairs_live_in_one_program() -> None:
    """INV-17: the shape by pairing, the bounds by shape."""
    third = someone(0x3E, "peer")
    story = joined(school(**CIRCLES), PEER, OTHER_PEER, third)

    pair = story.when(form()).events[0]
    circle = story.when(form(PEER, OTHER_PEER, third, shape="reciprocal")).events[0]

    assert (pair.shape, circle.shape) == ("one_to_one", "reciprocal")
    story.when(form(PEER, OTHER_PEER, shape="reciprocal")).refuses("size_out_of_bounds", "3 to 4")
    story.when(form(ANNA, CLEO, PEER)).refuses("size_out_of_bounds", "2 to 2")
    story.when(form(ANNA, CLEO, PEER, shape="reciprocal")).refuses("shape_broken")


def test_a_shape_that_the_program_has_not_is_refused() -> None:
    school(**CIRCLES).when(form(shape="group")).refuses("no_such_shape", "no group pairings")


def test_a_pairing_keeps_its_shape_when_it_is_corrected() -> None:
    third = someone(0x3E, "peer")
    story = joined(school(**CIRCLES), PEER, OTHER_PEER, third)
    story = story.given(form(PEER, OTHER_PEER, third, shape="reciprocal"))

    def amended(**changes: Any) -> Any:
        return story.when(mc.AmendRecord(stream=FIRST, target=1, changes=changes))

    assert amended(basis="import").recorded().state(FIRST).facts.shape == "reciprocal"
    amended(shape="group").refuses("not_amendable")


def test_a_pairing_of_an_earlier_shape_is_corrected_under_the_settings_of_its_day() -> None:
    """INV-70."""
    revised = mc.ReviseProgram(
        program_id=PROGRAM,
        effective_from=day("2026-09-15"),
        settings=settings(shape="group", largest=4),
    )
    story = paired().given(revised, at="2026-09-14T12:00Z")

    later = mc.AmendRecord(stream=FIRST, target=1, changes={"on": day("2026-09-16")})

    assert story.when(later, at="2026-09-20T12:00Z").recorded().state(FIRST).facts.shape == (
        "one_to_one"
    )


def test_only_a_mentor_is_primary() -> None:
    """INV-12."""
    story = school()

    story.when(form(members=(member(ANNA), member(CLEO, primary=True)))).refuses("shape_broken")


def test_nobody_is_primary_among_peers() -> None:
    """INV-12, INV-17."""
    story = joined(program(shape="reciprocal"), PEER, OTHER_PEER)
    members = (member(PEER, primary=True), member(OTHER_PEER))

    story.when(form(members=members)).refuses("shape_broken")


def test_a_pairing_has_one_primary_mentor_at_most() -> None:
    """INV-12."""
    story = school(largest=3)
    members = (member(ANNA, primary=True), member(BEN, primary=True), member(CLEO))

    story.when(form(members=members)).refuses("primary_mentor_exists")


def test_a_pairing_lies_inside_the_enrolment_of_each_member() -> None:
    """INV-13."""
    story = school().given(
        mc.EndEnrolment(participant_id=DARA.here, on=day("2026-10-01"), outcome="withdrew")
    )
    over = mc.Ending(on=day("2026-10-01"), reason="left_role")
    too_long = mc.Ending(on=day("2026-10-02"), reason="left_role")

    story.when(form(on=day("2026-08-19"))).refuses("outside_enrolment", "2026-08-20")
    story.when(form(ANNA, DARA)).refuses("enrolment_ended", "2026-10-01")
    story.when(form(ANNA, DARA, on=day("2026-10-01"))).refuses("enrolment_ended")
    story.when(form(ANNA, DARA, ended=too_long)).refuses("enrolment_ended")
    story.when(form(ANNA, DARA, on=day("2026-10-01"), ended=over)).refuses("enrolment_ended")
    assert story.when(form(on=day("2026-08-20"))).events
    assert story.when(form(ANNA, DARA, ended=over)).events


@pytest.mark.parametrize("cause", ["suspended", "revoked", "expired", "retired"])
def test_a_mentor_whose_qualification_was_ended_is_not_paired(cause: Any) -> None:
    """INV-07."""
    story = school().given(
        mc.QualifyMentor(participant_id=ANNA.here, since=day("2026-08-20")),
        mc.EndMentorQualification(participant_id=ANNA.here, on=day("2026-08-25"), cause=cause),
    )

    story.when(form()).refuses("not_qualified")


def test_a_mentor_suspended_after_the_qualification_ran_out_is_not_paired() -> None:
    """INV-07: the suspension stands, although nothing was left to end."""
    story = school().given(
        mc.QualifyMentor(
            participant_id=ANNA.here, since=day("2026-08-20"), until=day("2026-08-22")
        ),
        mc.EndMentorQualification(
            participant_id=ANNA.here, on=day("2026-08-25"), cause="suspended"
        ),
    )

    story.when(form()).refuses("not_qualified")


def test_a_mentor_qualified_again_is_paired() -> None:
    story = school().given(
        mc.EndMentorQualification(
            participant_id=ANNA.here, on=day("2026-08-25"), cause="suspended"
        ),
        mc.QualifyMentor(participant_id=ANNA.here, since=day("2026-08-30")),
    )

    story.when(form(on=day("2026-08-29"))).refuses("not_qualified")
    assert story.when(form(on=day("2026-08-30"))).events


def test_a_suspension_keeps_nobody_from_what_came_before_it() -> None:
    story = school().given(
        mc.EndMentorQualification(participant_id=ANNA.here, on=day("2026-09-02"), cause="suspended")
    )

    assert story.when(form()).events


TRAINED = {"trainings": (mc.RequiredTraining(kind="basics", role="mentor", valid_days=30),)}


def test_a_pairing_that_is_active_at_once_needs_valid_training() -> None:
    """INV-04: on the day on which it becomes active."""
    story = school(**TRAINED)
    late = mc.RecordTraining(participant_id=ANNA.here, training_kind="basics", on=day("2026-09-02"))
    good = mc.RecordTraining(participant_id=ANNA.here, training_kind="basics", on=day("2026-08-10"))
    old = mc.RecordTraining(participant_id=ANNA.here, training_kind="basics", on=day("2026-08-01"))

    story.when(form()).refuses("training_missing", "basics")
    story.given(late).when(form()).refuses("training_missing")
    story.given(old).when(form()).refuses("training_missing")
    assert story.given(good).when(form()).events
    assert story.given(old, late).when(form(on=day("2026-09-02"))).events


def test_a_training_counts_on_its_last_day() -> None:
    """INV-04."""
    story = school(**TRAINED).given(
        mc.RecordTraining(
            participant_id=ANNA.here,
            training_kind="basics",
            on=day("2026-08-20"),
            valid_until=FORMED,
        )
    )

    assert story.when(form()).events
    story.when(form(on=day("2026-09-02"))).refuses("training_missing")


def test_where_mentors_have_to_be_qualified_an_unqualified_one_is_not_paired() -> None:
    """INV-05."""
    story = school(qualified_mentors=True)
    qualified = mc.QualifyMentor(
        participant_id=ANNA.here, since=day("2026-08-20"), until=day("2026-09-02")
    )

    story.when(form()).refuses("not_qualified")
    assert story.given(qualified).when(form()).events
    story.given(qualified).when(form(on=day("2026-09-02"))).refuses("not_qualified")


def test_what_waits_for_its_start_is_formed_untrained() -> None:
    """INV-04: training counts when the pairing becomes active."""
    story = school(**TRAINED, start_needs=("training",))

    assert story.when(form()).events


def line(
    superior: Any, of: Any, kind: Any = "evaluator", since: Any = "2026-08-01", until: Any = None
) -> Any:
    return mc.RecordReportingLine(
        person_id=of.person,
        superior=superior.person,
        kind=kind,
        since=day(since),
        until=day(until) if until else None,
    )


@pytest.mark.parametrize("kind", ["supervisor", "evaluator", "appraiser", "chief"])
def test_nobody_mentors_whom_they_evaluate(kind: Any) -> None:
    """INV-03."""
    story = school().given(line(ANNA, CLEO, kind))

    story.when(form()).refuses("reporting_line", kind)


def test_a_chair_may_mentor_where_the_settings_do_not_say_otherwise() -> None:
    """INV-03: the kinds are the settings'."""
    strict = school(prohibited_lines=("chair",)).given(line(ANNA, CLEO, "chair"))
    usual = school().given(line(ANNA, CLEO, "chair"))

    strict.when(form()).refuses("reporting_line")
    assert usual.when(form()).events


def test_a_line_that_has_ended_keeps_nobody_apart() -> None:
    """INV-03: lines are half-open."""
    assert school().given(line(ANNA, CLEO, until="2026-09-01")).when(form()).events
    school().given(line(ANNA, CLEO, until="2026-09-02")).when(form()).refuses("reporting_line")


def test_a_line_to_come_keeps_apart_who_would_still_be_together() -> None:
    """INV-03: a known line counts, and a pairing of the past is over before it."""
    story = school().given(line(ANNA, CLEO, since="2027-01-01"))

    story.when(form()).refuses("reporting_line")
    assert story.when(form(ended=mc.Ending(on=day("2027-01-01"), reason="completed"))).events
    story.when(form(ended=mc.Ending(on=day("2027-01-02"), reason="completed"))).refuses(
        "reporting_line"
    )


def test_a_line_from_mentee_to_mentor_is_no_hindrance() -> None:
    assert school().given(line(CLEO, ANNA)).when(form()).events


def test_mentees_of_one_group_may_have_a_line_between_them() -> None:
    """INV-03 is about mentors."""
    story = joined(school(shape="group", largest=4), LEAD).given(line(CLEO, DARA))

    assert story.when(form(LEAD, CLEO, DARA)).events


def test_peers_of_each_other_may_have_no_line_between_them() -> None:
    """INV-03: in a reciprocal shape each mentors the other."""
    story = joined(program(shape="reciprocal"), PEER, OTHER_PEER).given(line(PEER, OTHER_PEER))

    story.when(form(PEER, OTHER_PEER)).refuses("reporting_line")
    story.when(form(OTHER_PEER, PEER)).refuses("reporting_line")


def test_an_unmet_wish_of_the_program_needs_a_reason() -> None:
    """INV-10."""
    story = school(soft_criteria=("same-school",))

    def unmet(criterion: Any, reason: Any) -> Any:
        return form(unmet_soft=(mc.Unmet(criterion=criterion, reason=reason),))

    story.when(unmet("same-school", " ")).refuses("reason_needed")
    story.when(unmet("same-subject", "none here")).refuses("no_such_criterion")
    formed = story.when(unmet("same-school", "none here")).events[0]
    assert formed.unmet_soft == (mc.Unmet(criterion="same-school", reason="none here"),)


def test_a_wish_of_a_policy_pack_may_be_unmet_for_a_reason_as_well() -> None:
    """INV-10: what packs wish for is not known here, and only they report it."""
    adopted = mc.AdoptPolicyPack(
        program_id=PROGRAM,
        pack_id="us-ca-teacher-induction",
        version="1",
        digest="ab" * 32,
        effective_from=day("2030-08-01"),
    )
    story = school().given(adopted)
    wish = mc.Unmet(criterion="same-subject", reason="none here")

    formed = story.when(form(unmet_soft=(wish,))).events[0]

    assert formed.unmet_soft == (wish,)
    story.when(form(unmet_soft=(mc.Unmet(criterion="same-subject", reason=""),))).refuses(
        "reason_needed"
    )


MISMATCH = mc.Ending(on=day("2026-09-20"), reason="mismatch", initiated_by=CLEO.here)


def test_a_pair_that_parted_for_mismatch_needs_a_reason_to_meet_again() -> None:
    """INV-16."""
    story = school().given(form(ended=MISMATCH))
    again = {"pairing_id": SECOND, "on": day("2026-10-01")}

    story.when(form(**again)).refuses("ended_for_mismatch", "2026-09-20")
    assert story.when(form(**again, override_reason="Both asked for it")).events
    assert story.when(form(BEN, CLEO, **again)).events


def test_a_mismatch_is_remembered_when_the_pair_was_reopened_and_ended_well() -> None:
    """INV-16: a pair once ended for mismatch."""
    story = paired().given(
        end(on=day("2026-10-01"), reason="mismatch"),
        reopen(day("2026-10-05"), reason="Both asked for it"),
        end(on=day("2026-12-01")),
    )

    story.when(form(pairing_id=SECOND, on=day("2026-12-02"))).refuses("ended_for_mismatch")


def test_a_pairing_before_the_mismatch_may_be_recorded_late() -> None:
    """INV-16: it was ended when the mismatch came."""
    story = school().given(form(ended=MISMATCH))
    before = mc.Ending(on=day("2026-08-30"), reason="completed")

    late = form(pairing_id=SECOND, on=day("2026-08-25"), ended=before)

    assert story.when(late).events
    assert story.when(mc.evolve(late, on=before.on)).events
    same_day = mc.Ending(on=day("2026-09-21"), reason="completed")
    story.when(mc.evolve(late, on=day("2026-09-20"), ended=same_day)).refuses("ended_for_mismatch")
    story.when(form(pairing_id=SECOND, on=day("2026-08-25"))).refuses("ended_for_mismatch")


def test_a_pairing_of_which_only_the_places_are_known_keeps_nobody_apart() -> None:
    """Deciding never fails, whatever history holds."""
    joined_in = {"pairing_id": SECOND, "role": "mentor", "primary": False, "places": 0}
    known = mc.PairingJoined(
        **joined_in, since=day("2026-08-21"), principal_stream=SECOND, principal=1
    )
    story = school().given((ANNA.here, known), (CLEO.here, known))

    assert story.when(form()).events


def test_another_end_than_mismatch_keeps_nobody_apart() -> None:
    story = paired().given(end(on=day("2026-10-01"), reason="no_fault"))

    assert story.when(form(pairing_id=SECOND, on=day("2026-10-02"))).events


def test_a_pairing_keeps_the_settings_of_its_own_day() -> None:
    """INV-70."""
    groups = mc.Settings(roles=settings().roles, shape="group", smallest=3, largest=8)
    revised = mc.ReviseProgram(
        program_id=PROGRAM, effective_from=day("2026-10-01"), settings=groups
    )
    story = school().given(revised, at="2026-09-15T12:00Z")

    assert story.when(form()).events
    story.when(form(on=day("2026-10-01"))).refuses("size_out_of_bounds")


def test_a_history_without_the_founding_event_knows_no_pairing() -> None:
    given().when(end()).refuses("no_such_pairing")
