"""Members join a circle and leave it, and the circle goes on (INV-17, INV-22, INV-72)."""

from datetime import date
from typing import Any

import pytest
from domain.laws import broken
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    EDA,
    FAY,
    FIRST,
    GUS,
    PROGRAM,
    SECOND,
    Someone,
    add,
    at,
    circle,
    day,
    end,
    enrol,
    form,
    hold,
    leave,
    mc,
    member,
    paired,
    pause,
    reopen,
    resume,
    school,
    version_of,
)
from domain.steady import steady
from domain.test_companions import check
from hypothesis import given as of
from hypothesis import strategies as st

from mentorcore.domain.effective import effective
from mentorcore.domain.pairing.deciding.members import check_sizes
from mentorcore.domain.pairing.state import EndedPairing, PausedPairing
from mentorcore.domain.settings import Capacity
from mentorcore.errors import Invalid, Refused
from mentorcore.testing import Scenario

OCTOBER, NOVEMBER = day("2026-10-01"), day("2026-11-01")
LAST = day("2026-12-01")
ON: Any = {"pairing_id": FIRST}


def grown() -> Scenario:
    """Anna with Cleo, Dara and Eda; Fay joined on 1 October, Eda left on 1 November."""
    return circle(CLEO, DARA, EDA).given(add(FAY), leave(EDA))


def members(story: Scenario, on: str) -> list[str]:
    there = story.state(FIRST).facts.members_on(day(on))
    names = {ANNA: "anna", BEN: "ben", CLEO: "cleo", DARA: "dara", EDA: "eda", FAY: "fay"}
    return sorted(name for who, name in names.items() if who.here in there)


def load(story: Scenario, who: Someone = ANNA) -> int:
    found: int = story.state(who.here).load()
    return found


def retract(event_class: type, story: Scenario) -> Any:
    return mc.RetractRecord(stream=FIRST, target=version_of(story, FIRST, event_class))


def amend(event_class: type, story: Scenario, **changes: Any) -> Any:
    target = version_of(story, FIRST, event_class)
    return mc.AmendRecord(stream=FIRST, target=target, changes=changes)


# ---------------------------------------------------------------- joining


def test_a_member_joins_and_takes_a_place_of_whoever_leads() -> None:
    story = circle(CLEO, DARA, EDA)

    joined = story.when(add(FAY))

    joined.then(
        mc.MemberJoined(
            participant=FAY.here,
            role=FAY.role,
            primary=False,
            since=OCTOBER,
            subjects=(FAY.person,),
        )
    )
    assert [s for s, _ in joined.decision] == [FIRST, FAY.here, ANNA.here]
    assert (load(story), load(joined.recorded())) == (3, 4)
    check(joined.recorded())


def test_whoever_was_a_member_on_a_day_is_one_then_and_at_no_other_time() -> None:
    story = grown()

    assert members(story, "2026-09-30") == ["anna", "cleo", "dara", "eda"]
    assert members(story, "2026-10-01") == ["anna", "cleo", "dara", "eda", "fay"]
    assert members(story, "2026-11-01") == ["anna", "cleo", "dara", "eda", "fay"]
    assert members(story, "2026-11-02") == ["anna", "cleo", "dara", "fay"]


def test_joining_again_on_the_same_day_says_nothing_new() -> None:
    grown().when(add(FAY)).nothing()


@pytest.mark.parametrize("since", ["2026-09-20", "2026-10-20"])
def test_nobody_is_a_member_twice_at_once(since: str) -> None:
    grown().when(add(FAY, day(since))).refuses("member_twice", "since 2026-10-01")


def test_whoever_left_may_join_again() -> None:
    story = grown().given(add(EDA, LAST))

    assert "eda" not in members(story, "2026-11-15")
    assert "eda" in members(story, "2026-12-01")
    assert load(story) == 4


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (add(FAY, day("2026-08-31")), "before_start"),
        (add(FAY, role="mentor"), "role_differs"),
        (add(CLEO), "member_twice"),
        (mc.AddMember(**ON, participant="participant:99", since=OCTOBER), "no_such_participant"),
        (mc.AddMember(pairing_id=SECOND, participant=FAY.here, since=OCTOBER), "no_such_pairing"),
    ],
)
def test_what_cannot_be_is_refused(command: Any, code: str) -> None:
    circle(CLEO, DARA, EDA).when(command).refuses(code)


def test_nobody_joins_in_the_future() -> None:
    story = circle(CLEO, DARA, EDA)

    story.when(add(FAY), at="2026-09-30T12:00-07:00").refuses("in_the_future")
    story.when(leave(EDA), at="2026-09-30T12:00-07:00").refuses("in_the_future")


def test_a_person_is_not_a_member_by_two_enrolments() -> None:
    twin = Someone(CLEO.person, "participant:1f", "lead")
    story = circle(CLEO, DARA, EDA, both_roles=True).given(enrol(twin))

    story.when(mc.AddMember(**ON, participant=twin.here, since=OCTOBER)).refuses("same_person")


def test_whoever_joins_is_enrolled_on_that_day() -> None:
    """INV-13."""
    late = circle(CLEO, DARA, EDA)
    gone = late.given(
        mc.EndEnrolment(participant_id=FAY.here, on=day("2026-09-20"), outcome="withdrew")
    )
    begun = mc.AmendRecord(
        stream=FAY.here,
        target=version_of(late, FAY.here, mc.ParticipantEnrolled),
        changes={"since": day("2026-10-05")},
    )

    gone.when(add(FAY)).refuses("enrolment_ended")
    late.given(begun).when(add(FAY)).refuses("outside_enrolment")


def test_a_full_mentor_takes_nobody_more() -> None:
    """INV-06: the place is that of whoever leads."""
    story = circle(CLEO, DARA, EDA, capacity=Capacity(places=3))

    story.when(add(FAY)).refuses("no_free_place", load=3, capacity=3)
    story.given(leave(EDA, OCTOBER)).when(add(FAY)).recorded()


def test_where_pairings_are_counted_a_member_more_takes_no_place() -> None:
    story = circle(CLEO, DARA, EDA, capacity=Capacity(places=1, counted_by="pairing"))

    joined = story.when(add(FAY))

    assert [s for s, _ in joined.decision] == [FIRST, FAY.here]
    assert load(joined.recorded()) == 1


def test_a_second_leader_takes_as_many_places_as_there_are_mentees() -> None:
    story = circle(CLEO, DARA, EDA).given(add(GUS))

    assert (load(story, GUS), load(story)) == (3, 3)
    assert load(story.given(add(FAY, LAST)), GUS) == 4


def test_a_circle_has_the_largest_size_of_its_shape_at_most() -> None:
    """INV-17."""
    story = circle(CLEO, DARA, EDA, largest=4)

    story.when(add(FAY)).refuses("size_out_of_bounds", "a group of this program has 3 to 4")


def test_a_circle_keeps_its_bounds_on_every_day_and_not_only_now() -> None:
    """A late record of an earlier day counts with those of later days."""
    story = circle(CLEO, DARA, EDA, smallest=4).given(add(FAY, LAST))

    story.when(leave(EDA, NOVEMBER)).refuses("size_out_of_bounds")
    story.when(leave(EDA, LAST)).recorded()


def test_a_one_to_one_pairing_takes_a_co_mentor_where_there_is_room() -> None:
    paired(largest=3).when(add(BEN)).recorded()
    paired(largest=3).when(add(DARA)).refuses("shape_broken")
    paired().when(add(BEN)).refuses("size_out_of_bounds", "a one-to-one pairing of this program")


def test_who_joins_is_trained_as_the_others_were() -> None:
    """INV-04; while a pairing waits for its start nobody needs to be."""
    needs = mc.RequiredTraining(kind="basics", role=FAY.role)
    trained = [
        mc.RecordTraining(participant_id=w.here, training_kind="basics", on=day("2026-08-25"))
        for w in (CLEO, DARA, EDA)
    ]
    story = circle(trainings=(needs,)).given(*trained)
    members = tuple(member(w) for w in (ANNA, CLEO, DARA, EDA))

    story.given(form(members=members)).when(add(FAY)).refuses("training_missing")
    waiting = circle(trainings=(needs,), start_needs=("training",)).given(form(members=members))
    waiting.when(add(FAY)).recorded()


def test_nobody_joins_a_superior_who_evaluates_them() -> None:
    """INV-03, whoever of the two came first."""
    line = mc.RecordReportingLine(
        person_id=FAY.person, superior=ANNA.person, kind="evaluator", since=day("2026-08-01")
    )
    other = mc.RecordReportingLine(
        person_id=CLEO.person, superior=GUS.person, kind="evaluator", since=day("2026-08-01")
    )

    circle(CLEO, DARA, EDA).given(line).when(add(FAY)).refuses("reporting_line")
    circle(CLEO, DARA, EDA).given(other).when(add(GUS)).refuses("reporting_line")


def test_whoever_left_because_they_did_not_fit_does_not_come_back_without_a_reason() -> None:
    """INV-16."""
    story = circle(CLEO, DARA, EDA).given(leave(EDA, reason="mismatch"))

    story.when(add(EDA, LAST)).refuses("ended_for_mismatch", "2026-11-01")
    others = form(members=tuple(map(member, (GUS, CLEO, DARA))), pairing_id=SECOND, on=LAST)
    story.when(others).recorded()


# ---------------------------------------------------------------- leaving


def test_a_member_leaves_and_gives_the_place_back() -> None:
    story = circle(CLEO, DARA, EDA)

    left = story.when(leave(EDA))

    left.then(mc.MemberLeft(participant=EDA.here, on=NOVEMBER, reason="left_role"))
    after = left.recorded()
    assert load(after) == 2
    assert after.state(EDA.here).live_pairings() == ()
    assert type(after.state(FIRST)).__name__ == "ActivePairing"
    check(after)


def test_leaving_again_says_nothing_new_and_on_another_day_is_refused() -> None:
    story = grown()

    story.when(leave(EDA)).nothing()
    story.when(leave(EDA, LAST)).refuses("not_a_member", "from 2026-09-01 until 2026-11-01")
    story.when(leave(FAY, day("2026-09-15"))).refuses("not_a_member", "from 2026-10-01 on")
    story.when(leave(GUS)).refuses("not_a_member")


def test_a_circle_goes_on_while_it_has_the_smallest_size() -> None:
    """INV-17."""
    story = circle(CLEO, DARA, EDA).given(leave(EDA))

    story.when(leave(DARA, LAST)).refuses("size_out_of_bounds", "a group of this program has 3")
    story.when(end(on=LAST)).recorded()


def test_a_circle_without_anybody_who_leads_it_ends() -> None:
    story = circle(CLEO, DARA, EDA)

    story.when(leave(ANNA)).refuses("shape_broken", "a group has a mentor")
    story.given(add(GUS)).when(leave(ANNA)).recorded()


def test_nobody_leaves_before_what_is_recorded_of_them() -> None:
    story = circle(CLEO, DARA, EDA).given(hold(held_on=day("2026-11-20")))

    story.when(leave(EDA)).refuses("not_a_member", on=day("2026-11-20"))
    story.when(leave(EDA, day("2026-11-20"))).recorded()


def test_who_left_earlier_is_not_left_again_by_the_end_of_the_circle() -> None:
    story = grown().given(pause(since=day("2026-12-01"), frees_place=True))

    assert len([s for s in story.when(resume(day("2026-12-05"))).decision if s[0] == EDA.here]) == 0
    ended = story.when(end(on=day("2026-12-18")))
    assert EDA.here not in [s for s, _ in ended.decision]
    assert FAY.here in [s for s, _ in ended.decision]
    assert ended.recorded().state(EDA.here).pairings[-1].until == NOVEMBER


def test_a_circle_does_not_end_before_somebody_left_it() -> None:
    grown().when(end(on=day("2026-10-20"))).refuses("after_end", "the leaving of a member")


def test_an_enrolment_ends_where_the_circle_can_go_on() -> None:
    """INV-72: the member leaves in the same append."""
    story = circle(CLEO, DARA, EDA)

    done = story.when(mc.EndEnrolment(participant_id=EDA.here, on=NOVEMBER, outcome="transferred"))

    done.then(
        (EDA.here, mc.EnrolmentEnded(on=NOVEMBER, outcome="transferred", subjects=(EDA.person,))),
        (FIRST, mc.MemberLeft(participant=EDA.here, on=NOVEMBER, reason="transferred")),
    )
    after = done.recorded()
    assert load(after) == 2
    assert after.state(EDA.here).ended_on == NOVEMBER
    check(after)


def test_an_enrolment_does_not_end_where_the_circle_cannot_go_on() -> None:
    """INV-72."""
    gone: Any = {"on": NOVEMBER, "outcome": "withdrew"}
    small = circle(CLEO, DARA)

    for who in (CLEO, ANNA):
        left = mc.EndEnrolment(participant_id=who.here, **gone)
        small.when(left).refuses("live_pairing", "cannot go on without", pairings=(FIRST,))
    big = circle(CLEO, DARA, EDA).given(hold(held_on=day("2026-11-20")))
    big.when(mc.EndEnrolment(participant_id=EDA.here, **gone)).refuses("not_a_member")
    late = circle(CLEO, DARA, EDA).given(add(FAY, LAST))
    late.when(mc.EndEnrolment(participant_id=FAY.here, **gone)).refuses("not_a_member")


def test_an_enrolment_whose_circle_is_not_known_does_not_end() -> None:
    joined = mc.PairingJoined(
        pairing_id=SECOND,
        role=CLEO.role,
        primary=False,
        since=OCTOBER,
        places=0,
        principal_stream=SECOND,
        principal=1,
    )
    story = school().given((CLEO.here, joined))

    ended = mc.EndEnrolment(participant_id=CLEO.here, on=NOVEMBER, outcome="withdrew")

    story.when(ended).refuses("live_pairing")


# ---------------------------------------------------------------- who is primary


def led(**other: Any) -> Scenario:
    """Anna answers for the mentees of her circle."""
    story = circle(**other)
    first, *others = (ANNA, CLEO, DARA, EDA)
    return story.given(form(members=(member(first, primary=True), *map(member, others))))


def test_who_joins_a_circle_with_a_primary_mentor_has_no_other() -> None:
    """INV-12."""
    pairs = led(more_shapes=(mc.ShapeBounds(shape="one_to_one"),))
    taken = pairs.given(form(BEN, FAY, pairing_id=SECOND, shape="one_to_one"))

    taken.when(add(FAY)).refuses("primary_mentor_exists", pairing=SECOND)
    assert pairs.given(add(FAY)).state(FAY.here).pairings[-1].primary


def test_a_circle_has_one_primary_mentor_at_a_time() -> None:
    led().when(add(GUS, primary=True)).refuses("primary_mentor_exists")
    circle(CLEO, DARA, EDA).when(add(FAY, primary=True)).refuses("shape_broken")


def test_a_primary_mentor_who_joins_answers_for_the_mentees_from_then_on() -> None:
    pairs = circle(CLEO, DARA, EDA, more_shapes=(mc.ShapeBounds(shape="one_to_one"),))
    taken = pairs.given(form(BEN, CLEO, pairing_id=SECOND, shape="one_to_one"))

    taken.when(add(GUS, primary=True)).refuses("primary_mentor_exists", pairing=SECOND)
    story = pairs.given(add(GUS, primary=True))
    spans = [(j.since, j.until, j.primary) for j in story.state(CLEO.here).pairings]
    assert spans == [(day("2026-09-01"), OCTOBER, False), (OCTOBER, None, True)]
    check(story)


def test_once_the_primary_mentor_left_the_mentees_may_have_another() -> None:
    pairs = led(more_shapes=(mc.ShapeBounds(shape="one_to_one"),)).given(add(GUS))
    another = form(BEN, CLEO, pairing_id=SECOND, shape="one_to_one", on=LAST)

    pairs.when(another).refuses("primary_mentor_exists")
    story = pairs.given(leave(ANNA))
    story.when(another).recorded()
    story.when(add(BEN, LAST, primary=True)).recorded()


# ---------------------------------------------------------------- days of others


def test_a_meeting_is_attended_by_the_members_of_its_day() -> None:
    """INV-22."""
    story = grown()

    def there(on: str) -> set[str]:
        held = story.when(hold(held_on=day(on))).decision[0][1]
        return set(held.attendees)

    assert there("2026-09-30") == {w.here for w in (ANNA, CLEO, DARA, EDA)}
    assert there("2026-10-15") == {w.here for w in (ANNA, CLEO, DARA, EDA, FAY)}
    assert there("2026-11-15") == {w.here for w in (ANNA, CLEO, DARA, FAY)}


@pytest.mark.parametrize(("who", "on"), [(FAY, "2026-09-30"), (EDA, "2026-11-02")])
def test_who_was_not_a_member_then_is_named_in_no_record_of_that_day(who: Someone, on: str) -> None:
    """INV-22."""
    then: Any = {**ON, "on": day(on)}
    asked = [
        hold(held_on=day(on), attendees=(ANNA.here, who.here)),
        mc.CancelMeeting(**then, cause="no_show", absent=(who.here,)),
        mc.CancelMeeting(**then, cause="cancelled", by=who.here),
        mc.SetGoal(**then, owner=who.here, statement="Lead a meeting"),
        mc.AgreeActionItem(**then, owner=who.here, text="Visit"),
        mc.WriteNote(
            **then, author=who.here, kind="session_note", visibility="pair_private", body="Well"
        ),
        mc.ReportMismatch(**then, by=who.here, grounds="style", wish="mediation"),
        mc.SignAgreement(**then, signer=who.here),
    ]

    for command in asked:
        grown().when(command).refuses("not_a_member", on, participant=who.here)


def test_what_former_members_did_while_they_were_members_is_recorded_late() -> None:
    then: Any = {**ON, "on": day("2026-10-20")}
    story = grown().given(
        hold(held_on=day("2026-10-20"), attendees=(ANNA.here, EDA.here), logged_by=EDA.here),
        mc.SetGoal(**then, owner=EDA.here, goal_id="goal:9", statement="Lead a meeting"),
        mc.RecordGoalProgress(**then, goal_id="goal:9", status="in_progress"),
        mc.AgreeActionItem(**then, owner=EDA.here, item_id="item:9", text="Visit"),
        mc.CloseActionItem(**ON, on=LAST, item_id="item:9", outcome="dropped"),
        mc.WriteNote(
            **then, author=EDA.here, kind="session_note", visibility="pair_private", body="Well"
        ),
    )

    note = story.events(FIRST)[-1]
    assert set(note.subjects) == {w.person for w in (ANNA, CLEO, DARA, EDA, FAY)}
    later = mc.RecordGoalProgress(**ON, on=LAST, goal_id="goal:9", status="achieved")
    story.when(later).refuses("not_a_member", "whoever this goal belongs to")


def test_a_text_is_sealed_for_the_members_of_its_day() -> None:
    note = mc.WriteNote(
        **ON,
        on=LAST,
        author=ANNA.here,
        kind="session_note",
        visibility="pair_private",
        body="Well",
    )

    written = grown().given(note).events(FIRST)[-1]

    assert EDA.person not in written.subjects
    assert FAY.person in written.subjects


def test_last_feedback_is_given_by_former_members_and_about_them() -> None:
    rated: Any = {**ON, "about": "person", "text": "Thank you"}
    story = grown()

    for author, about in ((EDA, ANNA), (ANNA, EDA)):
        given = mc.GiveFeedback(
            **rated,
            on=LAST,
            author=author.here,
            about_participant=about.here,
            visibility="pair_private",
        )
        story = story.given(given)
    early = mc.GiveFeedback(
        **rated,
        on=day("2026-09-20"),
        author=ANNA.here,
        about_participant=FAY.here,
        visibility="pair_private",
    )
    story.when(early).refuses("not_a_member")


def test_a_former_member_may_still_confirm_a_meeting() -> None:
    story = grown().given(hold(meeting_id="meeting:9"))
    verdict: Any = {**ON, "meeting_id": "meeting:9", "verdict": "confirmed"}

    story.when(mc.VerifyMeeting(**verdict, on=LAST, by=EDA.here)).recorded()
    early = mc.VerifyMeeting(**verdict, on=day("2026-09-15"), by=FAY.here)
    story.when(early).refuses("not_a_member")


def test_the_mentee_whose_goal_it_is_is_the_one_of_that_day() -> None:
    story = circle(CLEO, DARA, smallest=2).given(leave(DARA, OCTOBER))
    goal: Any = {**ON, "statement": "Lead a meeting"}

    story.when(mc.SetGoal(**goal, on=day("2026-09-20"))).refuses("nobody_named")
    (_, event), *_ = story.when(mc.SetGoal(**goal, on=LAST)).decision
    assert event.subjects == (CLEO.person,)


def test_a_circle_starts_when_its_members_of_that_day_have_signed() -> None:
    waiting = circle(start_needs=("agreement",)).given(
        form(members=tuple(map(member, (ANNA, CLEO, DARA)))), add(FAY)
    )
    signed = [mc.SignAgreement(**ON, on=OCTOBER, signer=who.here) for who in (ANNA, CLEO, DARA)]
    start = mc.StartPairing(**ON, on=day("2026-10-05"))

    waiting.given(*signed).when(start).refuses("agreement_missing", missing=[FAY.here])
    left = waiting.given(leave(FAY, OCTOBER), *signed)
    story = left.given(start)
    story.when(retract(mc.MemberLeft, story)).refuses("agreement_missing")


# ---------------------------------------------------------------- late, and corrected


def test_a_member_of_a_circle_that_has_ended_is_recorded_late() -> None:
    over = circle(CLEO, DARA, EDA).given(end())

    story = over.given(add(FAY), leave(EDA))

    assert [j.until for j in story.state(FAY.here).pairings] == [day("2026-12-18")]
    assert story.state(EDA.here).pairings[-1].until == NOVEMBER
    assert story.state(FAY.here).live_pairings() == story.state(EDA.here).live_pairings() == ()
    check(story)
    story.when(add(GUS, day("2026-12-19"))).refuses("after_end")


def test_the_end_of_a_circle_taken_back_brings_back_whoever_was_recorded_late() -> None:
    story = circle(CLEO, DARA, EDA).given(end(), add(FAY))

    open_again = story.given(retract(mc.PairingEnded, story))
    moved = story.given(amend(mc.PairingEnded, story, on=day("2026-12-01")))

    assert [j.until for j in open_again.state(FAY.here).pairings] == [None]
    assert [j.until for j in moved.state(FAY.here).pairings] == [LAST]
    check(open_again)
    check(moved)


@pytest.mark.parametrize("frees", [True, False])
def test_a_pause_and_a_second_beginning_hold_for_whoever_is_recorded_late(frees: bool) -> None:
    story = circle(CLEO, DARA, EDA).given(
        pause(frees_place=frees), resume(), end(), reopen(day("2026-12-28")), add(FAY)
    )

    live = story.state(FAY.here).live_pairings()

    assert [j.since for j in live] == [day("2026-12-28")]
    assert load(story) == 4
    check(story)
    late = leave(EDA, day("2026-10-20"))
    story.when(late).refuses("others_rest_on_it", "taken up again on 2026-12-28")


def test_a_member_who_joins_a_circle_in_a_pause_takes_a_place_when_it_goes_on() -> None:
    paused = circle(CLEO, DARA, EDA, capacity=Capacity(places=3)).given(
        pause(frees_place=True), add(FAY, day("2026-11-05"))
    )

    assert load(paused) == 0
    paused.when(resume()).refuses("no_free_place", capacity=3)


def test_a_joining_is_amended_and_taken_back_with_all_that_it_took() -> None:
    story = circle(CLEO, DARA, EDA).given(add(FAY))

    moved = story.given(amend(mc.MemberJoined, story, since=day("2026-10-02")))
    gone = story.given(retract(mc.MemberJoined, story))
    back = gone.given(mc.RetractRecord(stream=FIRST, target=3))

    assert "fay" not in members(moved, "2026-10-01")
    assert moved.state(FAY.here).pairings[-1].since == day("2026-10-02")
    assert (load(moved), load(gone), load(back)) == (4, 3, 4)
    assert gone.state(FAY.here).pairings == ()
    for after in (moved, gone, back):
        check(after)


def test_a_leaving_is_taken_back_where_there_is_a_place() -> None:
    """INV-65: like joining."""
    story = circle(CLEO, DARA, EDA, capacity=Capacity(places=3)).given(leave(EDA))

    back = story.given(retract(mc.MemberLeft, story))

    assert (load(back), members(back, "2026-12-01")) == (3, ["anna", "cleo", "dara", "eda"])
    check(back)
    full = story.given(add(FAY, LAST))
    full.when(retract(mc.MemberLeft, full)).refuses("no_free_place")


def test_a_correction_keeps_the_bounds_and_what_rests_on_the_members() -> None:
    """INV-65: decided like the command."""
    story = circle(CLEO, DARA).given(add(FAY), leave(DARA))

    story.when(retract(mc.MemberJoined, story)).refuses("size_out_of_bounds")
    later = amend(mc.MemberJoined, story, since=day("2026-11-02"))
    story.when(later).refuses("size_out_of_bounds")
    left = circle(CLEO, DARA, EDA).given(add(FAY), leave(FAY))
    left.when(retract(mc.MemberJoined, left)).refuses("others_rest_on_it")
    met = circle(CLEO, DARA, EDA).given(add(FAY), hold(held_on=day("2026-10-20")))
    met.when(retract(mc.MemberJoined, met)).refuses("not_a_member")
    met.when(amend(mc.MeetingHeld, met, held_on=day("2026-09-20"))).refuses("not_a_member")
    twice = grown().given(add(EDA, LAST))
    twice.when(retract(mc.MemberLeft, twice)).refuses("others_rest_on_it")


def test_a_joining_stays_while_anything_of_the_member_is_recorded() -> None:
    then: Any = {**ON, "on": day("2026-10-20")}
    told: Any = {"visibility": "pair_private"}
    story = circle(CLEO, DARA, EDA).given(add(FAY))
    recorded = [
        mc.CancelMeeting(**then, cause="no_show", absent=(FAY.here,)),
        mc.CancelMeeting(**then, cause="cancelled", by=FAY.here),
        mc.SetGoal(**then, owner=FAY.here, statement="Lead a meeting"),
        mc.AgreeActionItem(**then, owner=FAY.here, text="Visit"),
        mc.WriteNote(**then, **told, author=FAY.here, kind="session_note", body="Well"),
        mc.ReportMismatch(**then, by=FAY.here, grounds="style", wish="mediation"),
        mc.SignAgreement(**then, signer=FAY.here),
        mc.GiveFeedback(**then, **told, about="program", author=FAY.here, text="Well"),
        mc.GiveFeedback(
            **then,
            **told,
            about="person",
            author=ANNA.here,
            about_participant=FAY.here,
            text="Well",
        ),
    ]

    for command in recorded:
        after = story.given(command)
        after.when(retract(mc.MemberJoined, after)).refuses("not_a_member")


def test_a_circle_is_not_taken_back_while_somebody_joined_it() -> None:
    story = circle(CLEO, DARA, EDA).given(add(FAY))

    story.when(retract(mc.PairingFormed, story)).refuses("others_rest_on_it")
    later = amend(mc.PairingFormed, story, on=day("2026-10-02"))
    story.when(later).refuses("before_start")


def test_a_meeting_of_everybody_moved_to_another_circle_is_one_of_everybody_there() -> None:
    other = form(members=tuple(map(member, (GUS, EDA, FAY))), pairing_id=SECOND)
    story = circle(CLEO, DARA, EDA).given(add(FAY), leave(FAY), other, hold(held_on=LAST))

    moved = story.given(
        mc.MoveRecord(stream=FIRST, target=version_of(story, FIRST, mc.MeetingHeld), to=SECOND)
    )

    held = moved.events(SECOND)[-1]
    assert set(held.attendees) == {w.here for w in (GUS, EDA, FAY)}


def test_what_lies_between_the_days_of_a_history_without_its_joining_is_left_alone() -> None:
    left = mc.MemberLeft(participant=FAY.here, on=NOVEMBER, reason="left_role")

    story = circle(CLEO, DARA, EDA).given((FIRST, left))

    assert members(story, "2026-12-01") == ["anna", "cleo", "dara", "eda"]


# ---------------------------------------------------------------- any year of a circle


EVERYBODY = (ANNA, BEN, CLEO, DARA, EDA, FAY, GUS)
LATER = at("2027-02-01T12:00Z")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("add", "lead", "leave", "enrolment", "meet", "pause", "resume"),
                *("end", "reopen", "retract", "retract", "move"),
            ]
        ),
        st.sampled_from(EVERYBODY),
        st.integers(0, 12) | st.integers(0, 90),
    ),
    max_size=12,
)


@steady(120)
@of(STEPS)
def test_whatever_is_asked_a_circle_and_its_places_fit_together(steps: Any) -> None:
    """Sizes and attendance on every day, and as many places taken as there are mentees (INV-65)."""
    story = circle(CLEO, DARA, EDA)
    for number, (what, who, days) in enumerate(steps):
        on = october(days)
        asked = {
            "add": add(who, on),
            "lead": add(who, on, primary=True),
            "leave": leave(who, on),
            "pause": pause(since=on, frees_place=days % 2 == 0),
            "resume": resume(on),
            "end": end(on=on),
            "reopen": reopen(on),
            "meet": hold(held_on=on, meeting_id=f"meeting:{number + 1:032x}"),
            "retract": mc.RetractRecord(stream=FIRST, target=2 + days % 9),
            "move": _moved(story, 2 + days % 7, october(days * 7 % 91)),
            "enrolment": mc.EndEnrolment(participant_id=who.here, on=on, outcome="withdrew"),
        }[what]
        try:
            story = story.when(asked, at=LATER).recorded()
        except (Refused, Invalid):
            continue
        _fits(story)


def _moved(story: Scenario, target: int, to: date) -> Any:
    """A record of the circle, dated on another day."""
    events = story.events(FIRST)
    dated_since = target <= len(events) and hasattr(events[target - 1], "since")
    changes = {"since" if dated_since else "on": to}
    return mc.AmendRecord(stream=FIRST, target=target, changes=changes)


def _fits(story: Scenario) -> None:
    state = story.state(FIRST)
    stands = [p.event for p in effective(story.history[FIRST])]
    assert broken(stands, LATER.tzinfo) == []  # type: ignore[arg-type] # it has one
    check_sizes(state, story.state(PROGRAM))
    there = {m.participant: m for m in state.facts.members}
    mentees = sum(m.role == "mentee" for m in there.values())
    led_by = any(m.primary for m in there.values())
    given_back = isinstance(state, EndedPairing) or (
        isinstance(state, PausedPairing) and state.frees_place
    )
    for who in EVERYBODY:
        taken = [(j.places, j.primary) for j in story.state(who.here).pairings if j.until is None]
        if who.here not in there or given_back:
            assert taken == [], who
        elif who.role == "mentee":
            assert taken == [(0, led_by)], who
        else:
            assert taken == [(mentees, there[who.here].primary)], who
    check(story)


def told(story: Scenario, *asked: Any) -> Scenario:
    """What is recorded of each, all long after; places fit at every step."""
    for command in asked:
        story = story.when(command, at=LATER).recorded()
        _fits(story)
    return story


def october(after: int) -> date:
    return date.fromordinal(OCTOBER.toordinal() + after)


def undo(target: int) -> Any:
    return mc.RetractRecord(stream=FIRST, target=target)


def move(target: int, **changes: Any) -> Any:
    return mc.AmendRecord(stream=FIRST, target=target, changes=changes)


def freed(after: int) -> Any:
    return pause(since=october(after), frees_place=True)


def test_who_joins_again_takes_as_many_places_as_there_are_mentees_by_then() -> None:
    """What changed about a place after a joining that was taken back counts once."""
    story = told(circle(CLEO, DARA, EDA), add(BEN), leave(CLEO, october(1)), undo(2))

    again = told(story, add(BEN))

    assert load(again, BEN) == 2


def test_a_pause_is_taken_back_with_what_was_recorded_of_whoever_joined_in_it() -> None:
    story = told(circle(CLEO, DARA, EDA), freed(0), add(BEN, october(1)), add(FAY, october(2)))

    back = told(story, undo(2))

    assert (load(back), load(back, BEN)) == (4, 4)


def test_a_pause_that_stands_again_holds_for_whoever_joined_meanwhile() -> None:
    story = told(circle(CLEO, DARA, EDA), freed(5), undo(2), add(BEN), leave(CLEO, october(7)))

    paused = told(story, undo(3))

    assert (load(paused), load(paused, BEN)) == (0, 0)
    assert load(told(paused, resume(october(9))), BEN) == 2


def test_a_pause_that_stands_again_holds_for_whoever_left_and_joined_again() -> None:
    """In the order of the records of that day: joined, and then given back."""
    story = told(circle(CLEO, DARA, EDA, largest=4), freed(1), undo(2), leave(CLEO, october(9)))

    paused = told(story, add(CLEO, october(10)), undo(3))

    assert paused.state(CLEO.here).place_in(FIRST) is None


@pytest.mark.parametrize(
    ("since", "places"), [((freed(5),), 0), ((end(),), 0), ((freed(5), resume(october(9))), 3)]
)
def test_whoever_had_not_left_has_the_place_that_the_circle_has_by_now(
    since: tuple[Any, ...], places: int
) -> None:
    """A leaving that is taken back after the circle paused, ended, or went on."""
    story = told(circle(CLEO, DARA, EDA), leave(EDA, october(2)), *since)

    back = told(story, undo(2))

    assert (load(back), back.state(EDA.here).place_in(FIRST) is not None) == (places, places > 0)


@pytest.mark.parametrize("ended", [False, True])
def test_whoever_had_not_joined_has_no_place_from_when_the_circle_went_on(ended: bool) -> None:
    story = told(circle(CLEO, DARA, EDA), add(FAY), freed(5), resume(october(9)))
    story = told(story, end()) if ended else story

    gone = told(story, undo(2))

    assert (load(gone), gone.state(FAY.here).pairings) == (0 if ended else 3, ())


def test_nothing_stands_of_whoever_had_not_joined_a_circle_that_is_over() -> None:
    story = told(circle(CLEO, DARA, EDA), end(), add(FAY))

    gone = told(story, undo(3))

    stands = [type(p.event) for p in effective(gone.history[FAY.here])]
    assert stands == [mc.ParticipantEnrolled]


def test_whoever_had_not_joined_again_left_for_good_before_the_circle_went_on() -> None:
    story = told(circle(CLEO, DARA, EDA), leave(EDA, october(2)), add(EDA, october(4)))
    since = told(story, freed(5), resume(october(9)))

    gone = told(since, undo(3))

    assert [j.until for j in gone.state(EDA.here).pairings] == [october(2)]


def test_a_correction_of_who_was_there_counts_for_whoever_joined_after() -> None:
    """The places of a second mentor, and who answers for a mentee."""
    story = told(circle(CLEO, DARA, EDA), leave(CLEO, october(1)), add(BEN, october(2)))
    led_by = told(circle(CLEO, DARA, EDA), add(GUS, primary=True), add(FAY, october(2)))

    assert load(told(story, undo(2)), BEN) == 3
    assert not told(led_by, undo(2)).state(FAY.here).place_in(FIRST).primary


def test_a_joining_is_moved_into_a_pause_and_out_of_it() -> None:
    story = told(circle(CLEO, DARA, EDA), add(BEN), freed(5))

    moved = told(story, move(2, since=october(8)))

    assert load(told(moved, undo(3)), BEN) == 3
    assert load(told(moved, move(2, since=october(2))), BEN) == 0
    assert load(told(moved, move(3, since=october(6)), resume(october(20))), BEN) == 3


def test_what_is_recorded_before_a_later_change_counts_with_it() -> None:
    """A circle that went on on a day before one on which somebody is known to leave, or join."""
    left = told(circle(CLEO, DARA, EDA), leave(EDA, october(40)))
    moved = told(circle(CLEO, DARA, EDA), add(BEN), move(2, since=october(20)), add(FAY))

    assert load(told(left, freed(5), resume(october(9)))) == 2
    assert load(told(moved, move(2, since=october(20), primary=True)), BEN) == 4


def test_what_others_did_is_taken_back_also_for_whoever_had_not_joined() -> None:
    story = told(circle(CLEO, DARA, EDA), add(BEN), leave(CLEO, october(2)), undo(2))

    told(story, undo(3))


def test_an_enrolment_does_not_end_before_the_circle_was_joined_again() -> None:
    story = told(circle(CLEO, DARA, EDA), leave(EDA, october(5)), add(EDA, october(9)))

    ended = mc.EndEnrolment(participant_id=EDA.here, on=october(5), outcome="withdrew")

    story.when(ended).refuses("not_a_member", "from 2026-10-10 on")


def test_a_circle_that_is_taken_up_again_has_the_size_and_parts_of_its_shape() -> None:
    """Also where somebody left, or joined, on the very day on which it ended (INV-17)."""
    over = circle(CLEO, DARA, EDA).given(end(on=OCTOBER))

    over.given(leave(ANNA, OCTOBER)).when(reopen(LAST)).refuses("shape_broken")
    over.when(add(FAY, OCTOBER, primary=True)).refuses("shape_broken", "only a mentor")


def test_the_program_of_a_circle_is_read_with_it() -> None:
    story = circle(CLEO, DARA, EDA)

    assert PROGRAM in story.situation(add(FAY), at("2027-02-01T12:00Z")).history
