"""A pairing is signed, starts, pauses, goes on, ends and is reopened, as drawn and no other way."""

from datetime import timedelta
from typing import Any

from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
    FORMED,
    GOAL,
    PROGRAM,
    SECOND,
    at,
    cohort,
    day,
    end,
    form,
    hold,
    joined,
    mc,
    paired,
    pause,
    reopen,
    resume,
    school,
    someone,
    version_of,
)

from mentorcore.domain.pairing.deciding.life import last_day
from mentorcore.domain.pairing.state import (
    ActivePairing,
    EndedPairing,
    FormedPairing,
    PausedPairing,
)
from mentorcore.errors import Refused

WAITING = {"start_needs": ("agreement",)}


def start(on: Any = "2026-09-08", **other: Any) -> Any:
    return mc.StartPairing(pairing_id=FIRST, on=day(on), **other)


def sign(who: Any, on: Any = "2026-09-05", **other: Any) -> Any:
    return mc.SignAgreement(pairing_id=FIRST, signer=who.here, on=day(on), **other)


# ------------------------------------------------------------------------------ starting


def test_with_nothing_to_wait_for_a_formed_pairing_is_active_at_once() -> None:
    state = paired().state(FIRST)

    assert isinstance(state, ActivePairing)
    assert state.facts.active_from == FORMED


def test_a_pairing_waits_for_what_its_program_wants() -> None:
    assert isinstance(paired(**WAITING).state(FIRST), FormedPairing)


def test_a_pairing_starts_when_everybody_signed() -> None:
    """INV-14."""
    story = paired(**WAITING).given(sign(ANNA))

    story.when(start()).refuses("agreement_missing")
    story = story.given(sign(CLEO, "2026-09-06"))
    story.when(start("2026-09-05")).refuses("agreement_missing")
    started = story.when(start("2026-09-06")).then(mc.PairingStarted(on=day("2026-09-06")))
    assert started.state(FIRST).facts.active_from == day("2026-09-06")


def test_what_was_done_while_a_pairing_waited_hinders_neither_its_end_nor_a_correction() -> None:
    """INV-14, INV-15: only meetings need a pairing that is active."""
    goal = mc.SetGoal(pairing_id=FIRST, goal_id=GOAL, on=day("2026-09-03"), statement="Visit")
    thanks = mc.GiveFeedback(
        pairing_id=FIRST,
        feedback_id=f"feedback:{1:032x}",
        author=CLEO.here,
        about="pairing",
        on=day("2026-09-03"),
        visibility="coordinator",
        text="Glad to begin",
    )
    before = paired(**WAITING).given(goal, sign(ANNA), sign(CLEO), start())
    after = paired(**WAITING).given(sign(ANNA), sign(CLEO), start())

    assert before.when(end()).events
    version = version_of(before, FIRST, mc.PairingStarted)
    changes = {"on": day("2026-09-09")}
    assert before.when(mc.AmendRecord(stream=FIRST, target=version, changes=changes)).events
    assert after.when(goal).events
    assert after.when(thanks).events


def test_a_pairing_starts_when_it_is_authorized() -> None:
    """INV-14."""
    story = paired(start_needs=("authorization",))

    story.when(start()).refuses("not_authorized")
    assert story.when(start(authorized=True)).events


def test_a_pairing_starts_when_its_mentor_is_trained() -> None:
    """INV-04, INV-14."""
    needed = mc.RequiredTraining(kind="basics", role="mentor")
    story = paired(trainings=(needed,), start_needs=("training",))
    trained = mc.RecordTraining(
        participant_id=ANNA.here, training_kind="basics", on=day("2026-09-08")
    )

    story.when(start()).refuses("training_missing")
    assert story.given(trained).when(start()).events
    story.given(trained).when(start("2026-09-07")).refuses("training_missing")


def test_a_pairing_starts_with_a_qualified_mentor_only() -> None:
    """INV-05."""
    story = paired(**WAITING, qualified_mentors=True).given(sign(ANNA), sign(CLEO))
    qualified = mc.QualifyMentor(participant_id=ANNA.here, since=day("2026-09-08"))

    story.when(start()).refuses("not_qualified")
    assert story.given(qualified).when(start()).events


def test_a_suspended_mentor_starts_nothing() -> None:
    """INV-07."""
    suspended = mc.EndMentorQualification(
        participant_id=ANNA.here, on=day("2026-09-07"), cause="suspended"
    )
    story = paired(**WAITING).given(sign(ANNA), sign(CLEO), suspended)

    story.when(start()).refuses("not_qualified")
    assert story.when(start("2026-09-06")).events


def test_a_pairing_starts_once() -> None:
    """INV-14."""
    paired().when(start()).refuses("not_waiting")
    story = paired(start_needs=("authorization",)).given(start(authorized=True))
    story.when(start("2026-09-09", authorized=True)).refuses("not_waiting")


def test_a_pairing_starts_after_it_was_formed_and_not_in_the_future() -> None:
    story = paired(start_needs=("authorization",))

    story.when(start("2026-08-31", authorized=True)).refuses("before_start")
    assert story.when(start("2026-09-01", authorized=True)).events
    story.when(start("2026-10-01", authorized=True), at="2026-09-30T12:00Z").refuses(
        "in_the_future"
    )


def test_a_pairing_does_not_start_after_its_program_closed() -> None:
    """INV-69."""
    story = paired(start_needs=("authorization",)).given(
        mc.CloseProgram(program_id=PROGRAM, on=day("2026-09-08"))
    )

    story.when(start(authorized=True)).refuses("program_not_running")


def test_the_planned_end_is_the_one_stated_last() -> None:
    story = school(start_needs=("authorization",)).given(
        form(planned_end=day("2027-06-01")),
        start(authorized=True, planned_end=day("2027-05-01")),
    )

    assert story.state(FIRST).facts.planned_end == day("2027-05-01")


# ------------------------------------------------------------------------------ signing


def test_terms_are_signed_and_revised_by_a_new_revision() -> None:
    story = paired().given(sign(ANNA, terms=mc.Terms(purpose="Grow")))

    story.when(sign(ANNA)).nothing()
    revised = story.given(sign(ANNA, "2026-10-01", revision=2))
    revised.when(sign(ANNA, revision=1)).refuses("older_revision")
    assert revised.state(FIRST).facts.signatures[ANNA.here].revision == 2


def test_members_sign_and_nobody_else() -> None:
    paired().when(sign(DARA)).refuses("not_a_member")


def test_a_signature_lies_inside_the_life_of_the_pairing() -> None:
    story = paired().given(end(on=day("2026-10-01")))

    story.when(sign(ANNA, "2026-08-31")).refuses("before_start")
    assert story.when(sign(ANNA, "2026-09-01")).events
    story.when(sign(ANNA, "2026-10-02")).refuses("after_end")
    assert story.when(sign(ANNA, "2026-10-01")).events
    paired().when(sign(ANNA, "2026-10-02"), at="2026-10-01T12:00Z").refuses("in_the_future")


# ------------------------------------------------------------------------------ resting


def test_a_pairing_rests_and_goes_on() -> None:
    story = paired().given(pause(reason="Parental leave", planned_until=day("2027-01-01")))

    assert isinstance(story.state(FIRST), PausedPairing)
    after = story.when(resume()).then(mc.PairingResumed(on=day("2026-11-20")))
    assert isinstance(after.state(FIRST), ActivePairing)


def test_steps_are_taken_as_drawn_and_in_no_other_way() -> None:
    """INV-14."""
    formed = paired(start_needs=("authorization",))
    active, rest = paired(), paired().given(pause())
    ended = paired().given(end())

    formed.when(pause()).refuses("not_active")
    formed.when(resume()).refuses("not_paused")
    formed.when(reopen()).refuses("not_ended")
    active.when(resume()).refuses("not_paused")
    active.when(reopen()).refuses("not_ended")
    rest.when(pause(since=day("2026-11-02"))).refuses("not_active")
    rest.when(reopen()).refuses("not_ended")
    ended.when(pause(since=day("2026-12-20"))).refuses("not_active")
    ended.when(resume()).refuses("not_paused")
    ended.when(start()).refuses("not_waiting")
    for story in (formed, active, rest):
        assert isinstance(story.given(end()).state(FIRST), EndedPairing)


def test_a_rest_begins_after_the_pairing_and_ends_after_it_began() -> None:
    story = paired()

    story.when(pause(since=day("2026-08-31"))).refuses("before_start")
    story.when(pause(planned_until=day("2026-11-01"))).refuses("ends_before_start")
    story.when(pause(), at="2026-10-31T12:00Z").refuses("in_the_future")
    story.given(pause()).when(resume(day("2026-10-31"))).refuses("ends_before_start")
    assert story.given(pause()).when(resume(day("2026-11-01"))).events
    story.given(pause()).when(resume(), at="2026-11-19T12:00Z").refuses("in_the_future")


def test_a_second_rest_begins_after_the_first_was_over() -> None:
    story = paired().given(pause(), resume())

    story.when(pause(since=day("2026-11-10"))).refuses("before_start")
    assert story.when(pause(since=day("2026-11-20"))).events


def test_going_on_needs_what_a_start_needs() -> None:
    """INV-04, INV-07: the pairing becomes active again."""
    needed = mc.RequiredTraining(kind="basics", role="mentor")
    trained = mc.RecordTraining(
        participant_id=ANNA.here,
        training_kind="basics",
        on=day("2026-08-20"),
        valid_until=day("2026-11-10"),
    )
    suspended = mc.EndMentorQualification(
        participant_id=ANNA.here, on=day("2026-11-05"), cause="suspended"
    )
    story = school(trainings=(needed,)).given(trained, form(), pause())

    story.when(resume()).refuses("training_missing")
    assert story.when(resume(day("2026-11-10"))).events
    paired().given(pause(), suspended).when(resume()).refuses("not_qualified")


# ------------------------------------------------------------------------------ ending


def test_an_end_says_why_and_who_asked_for_it() -> None:
    """INV-15."""
    ended = paired().when(end(reason="no_fault", initiated_by=CLEO.here))

    story = ended.then(
        mc.PairingEnded(
            on=day("2026-12-18"),
            reason="no_fault",
            initiated_by=CLEO.here,
            closing_conversation=False,
        )
    )
    assert story.state(FIRST).reason == "no_fault"


def test_a_member_or_the_program_ends_a_pairing() -> None:
    """INV-15."""
    paired().when(end(initiated_by=DARA.here)).refuses("not_a_member")


def test_the_same_end_again_says_nothing_new_and_another_is_refused() -> None:
    story = paired().given(end())

    story.when(end()).nothing()
    story.when(end(reason="mismatch")).refuses("already_ended", "2026-12-18")


def test_an_end_lies_after_the_beginning_and_not_in_the_future() -> None:
    paired().when(end(on=day("2026-08-31"))).refuses("before_start")
    paired().given(pause()).when(end(on=day("2026-10-31"))).refuses("before_start")
    paired(start_needs=("agreement",)).when(end(on=day("2026-08-31"))).refuses("before_start")
    paired().when(end(), at="2026-12-17T12:00Z").refuses("in_the_future")


def test_a_pairing_does_not_end_before_what_was_done_in_it() -> None:
    """INV-15, INV-20: whichever of the two is recorded first."""
    met = paired().given(hold())
    wrote = paired().given(
        mc.WriteNote(
            pairing_id=FIRST,
            author=ANNA.here,
            kind="journal",
            on=day("2026-09-10"),
            visibility="pair_private",
            body="We began",
        )
    )

    met.when(end(on=day("2026-09-09"))).refuses("meeting_after_end", "2026-09-10")
    assert met.when(end(on=day("2026-09-10"))).events
    wrote.when(end(on=day("2026-09-09"))).refuses("after_end", "a note on 2026-09-10")
    assert wrote.when(end(on=day("2026-09-10"))).events


def test_after_the_end_only_closing_feedback_verification_and_reopening_follow() -> None:
    """INV-15."""
    story = paired().given(hold(), end(on=day("2026-12-18")))
    late = {"pairing_id": FIRST, "on": day("2026-12-19")}

    for refused in (
        hold(meeting_id="meeting:2", held_on=day("2026-12-19")),
        mc.SetGoal(**late, statement="Too late"),
        mc.AgreeActionItem(**late, text="Too late", owner=ANNA.here),
        mc.WriteNote(
            **late, author=ANNA.here, kind="journal", visibility="pair_private", body="Too late"
        ),
        mc.ReportMismatch(**late, by=CLEO.here, grounds="style", wish="end"),
        mc.CancelMeeting(**late, cause="cancelled"),
        sign(ANNA, "2026-12-19"),
    ):
        story.when(refused).refuses("after_end")
    for accepted in (
        mc.GiveFeedback(
            **late,
            author=CLEO.here,
            about="pairing",
            visibility="coordinator",
            text="It helped",
        ),
        mc.VerifyMeeting(**late, meeting_id=hold().meeting_id, verdict="confirmed"),
        reopen(),
    ):
        assert story.when(accepted).events


def test_nothing_is_planned_for_a_pairing_that_ended() -> None:
    """INV-15."""
    story = paired().given(end())
    plan = mc.ScheduleMeeting(pairing_id=FIRST, starts_at=story.now.replace(year=2027), minutes=30)

    story.when(plan).refuses("after_end")
    tonight = mc.evolve(plan, starts_at=at("2026-12-18T20:00-08:00"))
    story.when(tonight, at="2026-12-18T12:00-08:00").refuses("after_end")


def test_a_late_log_of_an_earlier_meeting_is_accepted_after_the_pairing_ended() -> None:
    """INV-20."""
    story = paired().given(end())

    late = story.when(hold(held_on=day("2026-12-18")))

    assert late.events[0].held_on == day("2026-12-18")


# ------------------------------------------------------------------------------ reopening


def test_an_ended_pairing_goes_on_after_all() -> None:
    story = paired().given(end())

    after = story.when(reopen(reason="Both asked for it")).recorded()

    state = after.state(FIRST)
    assert isinstance(state, ActivePairing)
    assert state.facts.gaps == ((day("2026-12-18"), day("2027-01-11")),)


def test_nothing_happened_between_the_end_and_the_reopening() -> None:
    """INV-20: not after its end."""
    story = paired().given(end(), reopen())

    story.when(hold(held_on=day("2026-12-28"))).refuses("after_end", "reopened on 2027-01-11")
    assert story.when(hold(held_on=day("2026-12-18"))).events
    assert story.when(hold(held_on=day("2027-01-11"))).events


def test_a_reopening_is_refused_after_the_cohort_closed() -> None:
    """INV-15."""
    story = paired().given(end())

    story.when(reopen(day("2027-06-15"))).refuses("cohort_closed", "2027-06-15")
    assert story.when(reopen(day("2027-06-14"))).events


def test_a_reopening_is_refused_before_the_end_in_the_future_or_when_the_program_closed() -> None:
    """INV-14, INV-69."""
    story = paired().given(end())
    closed = story.given(mc.CloseProgram(program_id=PROGRAM, on=day("2026-12-31")))

    story.when(reopen(day("2026-12-17"))).refuses("ends_before_start")
    assert story.when(reopen(day("2026-12-18"))).events
    story.when(reopen(), at="2027-01-10T12:00Z").refuses("in_the_future")
    closed.when(reopen()).refuses("program_not_running")


def test_a_reopening_is_refused_when_a_member_left_the_program() -> None:
    """INV-13."""
    left = mc.EndEnrolment(participant_id=CLEO.here, on=day("2027-01-01"), outcome="withdrew")
    story = paired().given(end(), left)

    story.when(reopen()).refuses("enrolment_ended", "2027-01-01")


def test_a_reopening_is_refused_when_a_member_is_to_leave() -> None:
    """INV-13: an open pairing does not fit into an enrolment that ends."""
    left = mc.EndEnrolment(participant_id=CLEO.here, on=day("2027-02-01"), outcome="withdrew")
    story = paired().given(end(), left)

    story.when(reopen()).refuses("enrolment_ended", "2027-02-01")


def test_a_pair_that_parted_for_mismatch_is_reopened_for_a_reason_only() -> None:
    """INV-16."""
    story = paired().given(end(reason="mismatch"))

    story.when(reopen()).refuses("ended_for_mismatch")
    assert story.when(reopen(reason="They talked it over")).events


def test_a_pairing_of_a_cohort_that_is_not_known_any_more_is_reopened() -> None:
    story = paired().given(end())
    version = story.history[PROGRAM][2].version
    retracted = mc.RetractRecord(stream=PROGRAM, target=version)

    assert story.given(retracted).when(reopen()).events
    assert cohort().cohort_id not in [
        c.cohort_id for c in story.given(retracted).state(PROGRAM).cohorts
    ]


def test_commands_about_a_pairing_that_is_not_there_are_refused() -> None:
    """INV-14."""
    for command in (hold(), end(), pause(), resume(), reopen(), start(), sign(ANNA)):
        school().when(command).refuses("no_such_pairing")


def test_a_mentee_of_two_pairings_keeps_them_apart() -> None:
    eve = someone(0x40, "mentee")
    story = joined(paired(), eve).given(form(BEN, eve, pairing_id=SECOND))

    story.when(sign(BEN)).refuses("not_a_member")


# ----------------------------------------------------------- what the companions say of it


def test_whoever_leaves_by_the_end_of_a_pairing_leaves_one_that_does_not_go_on() -> None:
    left = [e for e in paired().when(end()).events if isinstance(e, mc.PairingLeft)]

    assert [e.pairing_goes_on for e in left] == [False, False]


def test_whoever_leaves_by_a_pause_that_frees_the_place_leaves_one_that_goes_on() -> None:
    rest = pause(frees_place=True)

    left = [e for e in paired().when(rest).events if isinstance(e, mc.PairingLeft)]

    assert [e.pairing_goes_on for e in left] == [True, True]


def test_a_pairing_ends_on_its_last_day_and_no_earlier() -> None:
    """INV-65."""
    goal = mc.SetGoal(pairing_id=FIRST, goal_id=GOAL, on=day("2026-10-06"), statement="Visit")
    waiting = paired(**WAITING)
    rests = paired().given(pause(since=day("2026-10-05")))
    stories = [waiting, waiting.given(goal), paired(), paired().given(hold()), rests]

    for story in stories:
        last = last_day(story.state(FIRST))
        assert isinstance(story.when(end(on=last - timedelta(days=1))).error, Refused)
        assert isinstance(story.given(end(on=last)).state(FIRST), EndedPairing)
