"""Meetings are planned, cancelled, held and confirmed."""

from datetime import timedelta
from functools import reduce
from typing import Any

import pytest
from domain.school import (
    ANNA,
    BEN,
    CLEO,
    DARA,
    FIRST,
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
    mc,
    member,
    paired,
    pause,
    resume,
    school,
    someone,
    version_of,
)

from mentorcore.domain.person.state import Person, evolve

TEN = at("2026-09-10T10:00-07:00")


def plan(starts_at: str | None = "2026-10-05T10:00-07:00", **other: Any) -> Any:
    moment = None if starts_at is None else at(starts_at)
    usual = {"pairing_id": FIRST, "meeting_id": MEETING, "starts_at": moment, "minutes": 30}
    return mc.ScheduleMeeting(**(usual | other))


def cancel(**other: Any) -> Any:
    usual = {
        "pairing_id": FIRST,
        "meeting_id": MEETING,
        "cause": "cancelled",
        "on": day("2026-10-02"),
    }
    return mc.CancelMeeting(**(usual | other))


def verify(**other: Any) -> Any:
    usual = {
        "pairing_id": FIRST,
        "meeting_id": MEETING,
        "verdict": "confirmed",
        "on": day("2026-09-11"),
    }
    return mc.VerifyMeeting(**(usual | other))


# ------------------------------------------------------------------------------ held


def test_a_meeting_is_logged_on_the_pairing_and_for_each_person_in_it() -> None:
    """Section 4: a principal is never without its companions."""
    decided = paired().when(hold(held_at=TEN, topics=("A lesson",)))

    decided.then(
        (
            FIRST,
            mc.MeetingHeld(
                meeting_id=MEETING,
                held_on=day("2026-09-10"),
                held_at=TEN,
                minutes=60,
                modality="in_person",
                kind="one_to_one",
                attendees=(ANNA.here, CLEO.here),
                subjects=(ANNA.person, CLEO.person),
                topics=("A lesson",),
            ),
        ),
        *(
            (
                who.person,
                mc.MeetingAttended(
                    meeting_id=MEETING,
                    pairing_id=FIRST,
                    held_at=TEN,
                    minutes=60,
                    principal_stream=FIRST,
                    principal=2,
                ),
            )
            for who in (ANNA, CLEO)
        ),
    )


def test_a_meeting_with_a_date_only_has_no_companions() -> None:
    """Section 4."""
    decided = paired().when(hold())

    assert [type(e) for e in decided.events] == [mc.MeetingHeld]
    assert decided.events[0].held_at is None


def test_an_instant_is_recorded_in_utc() -> None:
    held = paired().when(hold(held_at=TEN)).events[0]

    assert held.held_at.utcoffset() == timedelta(0)


def test_a_meeting_needs_a_day() -> None:
    """Dates are never guessed."""
    paired().when(hold(held_on=None)).refuses("no_date")


def test_a_meeting_in_a_group_is_a_group_meeting_unless_it_says_otherwise() -> None:
    group = school(shape="group", largest=4).given(form(ANNA, CLEO, DARA))

    assert group.when(hold()).events[0].kind == "group"
    assert group.when(hold(kind="triad")).events[0].kind == "triad"


@pytest.mark.parametrize("minutes", [0, -5, 481])
def test_a_meeting_lasts_from_a_minute_to_the_limit(minutes: Any) -> None:
    """INV-21."""
    paired().when(hold(minutes=minutes)).refuses("minutes_out_of_range", "between 1 and 480")


def test_the_limit_of_minutes_is_the_program_s() -> None:
    """INV-21: setting."""
    story = paired(meeting_limit=90)

    assert story.when(hold(minutes=90)).events
    story.when(hold(minutes=91)).refuses("minutes_out_of_range")


def test_asynchronous_contact_has_a_limit_of_its_own() -> None:
    """INV-21."""
    story = paired(contact_limit=15)

    assert story.when(hold(minutes=15, modality="async")).events
    assert story.when(hold(minutes=16)).events
    story.when(hold(minutes=16, modality="async")).refuses("minutes_out_of_range", "15 minutes")


def test_asynchronous_contact_is_recorded_where_it_counts_nothing() -> None:
    """INV-21: or counts zero, by setting."""
    assert paired(contact_limit=0).when(hold(minutes=60, modality="async")).events


def test_attendees_are_members() -> None:
    """INV-22."""
    paired().when(hold(attendees=(ANNA.here, DARA.here))).refuses(
        "not_a_member", participant=DARA.here
    )


def test_guests_are_declared() -> None:
    """INV-22."""
    held = paired().when(hold(attendees=(CLEO.here,), guests=("principal",))).events[0]

    assert (held.attendees, held.subjects) == ((CLEO.here,), (CLEO.person,))
    assert held.guests == ("principal",)


def test_whoever_is_named_twice_attended_once() -> None:
    held = paired().when(hold(held_at=TEN, attendees=(CLEO.here, ANNA.here, CLEO.here)))

    assert held.events[0].attendees == (CLEO.here, ANNA.here)
    assert [stream for stream, _ in held.decision] == [FIRST, CLEO.person, ANNA.person]


def test_whoever_logs_a_meeting_is_a_member() -> None:
    paired().when(hold(logged_by=DARA.here)).refuses("not_a_member")
    assert paired().when(hold(logged_by=ANNA.here)).events[0].logged_by == ANNA.here


def test_a_meeting_is_logged_once() -> None:
    """INV-20."""
    paired().given(hold()).when(hold()).refuses("already_held")


def test_a_pairing_that_waits_for_its_start_meets_only_to_get_ready() -> None:
    """INV-20: not before the pairing was active."""
    waiting = paired(start_needs=("authorization",))
    started = waiting.given(
        mc.StartPairing(pairing_id=FIRST, on=day("2026-09-12"), authorized=True)
    )

    waiting.when(hold()).refuses("not_active")
    started.when(hold()).refuses("before_start", "2026-09-12")
    assert started.when(hold(held_on=day("2026-09-12"))).events


def test_a_meeting_during_a_rest_is_recorded() -> None:
    """INV-20 *Project*: it is reported, not refused."""
    story = paired().given(pause())

    assert story.when(hold(held_on=day("2026-11-05"))).events
    assert story.given(resume()).when(hold(held_on=day("2026-11-05"))).events


# ------------------------------------------------------------------------------ only a day


def plan_for(on: str, **other: Any) -> Any:
    return plan(starts_at=None, starts_on=day(on), **other)


def test_a_meeting_is_planned_for_a_day() -> None:
    story = paired()

    planned = story.when(plan_for("2026-10-05"), at="2026-10-01T12:00Z").events[0]

    assert (planned.starts_at, planned.starts_on) == (None, day("2026-10-05"))


def test_the_day_of_a_planned_time_is_that_of_the_program() -> None:
    late = plan("2026-10-06T05:00+00:00")

    planned = paired().when(late, at="2026-10-01T12:00Z").events[0]

    assert planned.starts_on == day("2026-10-05")
    paired().when(mc.evolve(late, starts_on=day("2026-10-06"))).refuses("dates_differ")


def test_a_meeting_without_day_and_time_is_not_planned() -> None:
    paired().when(plan(starts_at=None)).refuses("no_date")


def test_a_meeting_is_planned_for_today_until_the_day_is_over_in_the_program_s_zone() -> None:
    story = paired()

    assert story.when(plan_for("2026-10-05"), at="2026-10-06T06:59Z").events
    story.when(plan_for("2026-10-05"), at="2026-10-06T07:00Z").refuses("in_the_past")


def test_planned_for_the_same_day_again_nothing_is_new() -> None:
    story = paired().given(plan_for("2026-10-05"), at="2026-10-01T12:00Z")

    assert story.when(plan_for("2026-10-05"), at="2026-10-02T12:00Z").events == ()
    timed = story.when(plan(), at="2026-10-02T12:00Z").events[0]
    assert (timed.sequence, timed.starts_on) == (2, day("2026-10-05"))


def test_a_time_that_was_planned_is_corrected_to_a_day_and_back() -> None:
    story = paired().given(plan(), at="2026-10-01T12:00Z")
    version = version_of(story, FIRST, mc.MeetingScheduled)

    def amended(story: Any, **changes: Any) -> Any:
        asked = mc.AmendRecord(stream=FIRST, target=version, changes=changes)
        after = story.when(asked, at="2026-10-02T12:00Z").recorded()
        planned = after.state(FIRST).facts.meetings[MEETING].scheduled
        return after, (planned.starts_at, planned.starts_on)

    story, on_a_day = amended(story, starts_on=day("2026-10-07"))
    story, at_a_time = amended(story, starts_at=at("2026-10-08T10:00-07:00"))

    assert on_a_day == (None, day("2026-10-07"))
    assert at_a_time == (at("2026-10-08T10:00-07:00"), day("2026-10-08"))


# ------------------------------------------------------------------------------ overlap


def elsewhere(held_at: Any, minutes: Any = 60, **other: Any) -> Any:
    """A meeting of Ben and Cleo in their own pairing."""
    return hold(
        pairing_id=SECOND, meeting_id="meeting:2", held_at=at(held_at), minutes=minutes, **other
    )


def two_pairings() -> Any:
    co_mentors = form(members=(member(BEN), member(CLEO)), pairing_id=SECOND)
    return paired().given(co_mentors)


@pytest.mark.parametrize(
    ("held_at", "minutes"),
    [
        ("2026-09-10T10:00-07:00", 60),
        ("2026-09-10T09:30-07:00", 31),
        ("2026-09-10T10:59-07:00", 5),
        ("2026-09-10T10:20-07:00", 10),
        ("2026-09-10T09:00-07:00", 240),
        ("2026-09-10T17:30+00:00", 30),
    ],
)
def test_nobody_is_in_two_meetings_at_once(held_at: Any, minutes: Any) -> None:
    """INV-23, across pairings."""
    story = two_pairings().given(hold(held_at=TEN))

    story.when(elsewhere(held_at, minutes)).refuses(
        "overlaps", meeting=MEETING, held_at=TEN, minutes=60
    )


@pytest.mark.parametrize(
    ("held_at", "minutes"), [("2026-09-10T09:00-07:00", 60), ("2026-09-10T11:00-07:00", 30)]
)
def test_a_meeting_until_ten_and_one_from_ten_do_not_overlap(held_at: Any, minutes: Any) -> None:
    """Section 4: intervals are half-open."""
    story = two_pairings().given(hold(held_at=TEN))

    assert story.when(elsewhere(held_at, minutes)).events


JOINT, OTHER_JOINT = f"joint-meeting:{1:032x}", f"joint-meeting:{2:032x}"


def test_one_call_with_two_pairings_takes_everybody_s_time_once() -> None:
    """INV-26."""
    story = two_pairings().given(hold(held_at=TEN, joint_id=JOINT))

    held, *attended = story.when(elsewhere("2026-09-10T10:30-07:00", joint_id=JOINT)).events

    assert held.joint_id == JOINT
    assert [a.joint_id for a in attended] == [JOINT, JOINT]


@pytest.mark.parametrize("first", [None, OTHER_JOINT])
@pytest.mark.parametrize("second", [None, JOINT])
def test_meetings_that_are_not_one_and_the_same_take_time_each(first: Any, second: Any) -> None:
    """INV-23, INV-26."""
    story = two_pairings().given(hold(held_at=TEN, joint_id=first))

    story.when(elsewhere("2026-09-10T10:30-07:00", joint_id=second)).refuses("overlaps")


@pytest.mark.parametrize("start", ["2026-09-10T11:00-07:00", "2026-09-10T08:59-07:00"])
def test_a_joint_meeting_is_at_one_time(start: str) -> None:
    """INV-85."""
    story = two_pairings().given(hold(held_at=TEN, joint_id=JOINT))

    story.when(elsewhere(start, joint_id=JOINT)).refuses("not_at_once", "2026-09-10 17:00 UTC")
    story.when(elsewhere(start, joint_id=OTHER_JOINT)).recorded()


def test_both_parts_of_a_joint_meeting_are_moved_one_after_the_other() -> None:
    """INV-85: the first correction stands alone until the second follows."""
    story = two_pairings().given(
        hold(held_at=TEN, joint_id=JOINT), elsewhere("2026-09-10T10:30-07:00", joint_id=JOINT)
    )
    moved = {"held_at": at("2026-09-09T10:00-07:00")}

    for pairing in (FIRST, SECOND):
        target = version_of(story, pairing, mc.MeetingHeld)
        story = story.given(mc.AmendRecord(stream=pairing, target=target, changes=moved))

    times = {m.held_at for m in story.state(ANNA.person).attended}
    assert times == {at("2026-09-09T10:00-07:00")}


def test_behind_a_joint_meeting_another_one_is_still_noticed() -> None:
    story = two_pairings().given(
        hold(held_at=TEN, joint_id=JOINT),
        hold(held_at=at("2026-09-10T11:00-07:00"), meeting_id="meeting:3"),
    )

    story.when(elsewhere("2026-09-10T10:30-07:00", joint_id=JOINT)).refuses(
        "overlaps", meeting="meeting:3"
    )


def test_a_pairing_logs_a_joint_meeting_once() -> None:
    """INV-23, INV-26: else its minutes would count twice."""
    story = two_pairings().given(hold(held_at=TEN, joint_id=JOINT))

    again = hold(held_at=at("2026-09-10T10:15-07:00"), joint_id=JOINT, meeting_id="meeting:3")

    story.when(again).refuses("overlaps", meeting=MEETING)


def test_a_pairing_logs_a_joint_meeting_of_a_day_once() -> None:
    """INV-26: also where no time is known."""
    story = two_pairings().given(hold(held_at=None, held_on=day("2026-09-10"), joint_id=JOINT))

    for on in ("2026-09-10", "2026-09-11"):
        again = hold(held_at=None, held_on=day(on), joint_id=JOINT, meeting_id="meeting:3")
        story.when(again).refuses("overlaps")
    beside = hold(
        pairing_id=SECOND,
        held_at=None,
        held_on=day("2026-09-10"),
        joint_id=JOINT,
        meeting_id="meeting:3",
    )
    assert story.when(beside).events


def test_a_joint_meeting_that_is_amended_stays_one() -> None:
    story = two_pairings().given(
        hold(held_at=TEN, joint_id=JOINT), elsewhere("2026-09-10T10:00-07:00", joint_id=JOINT)
    )

    amended = story.when(
        mc.AmendRecord(
            stream=FIRST, target=version_of(story, FIRST, mc.MeetingHeld), changes={"minutes": 50}
        )
    )

    assert len(amended.events) == 3


def test_whoever_was_not_there_is_in_no_second_meeting() -> None:
    """INV-23 is about attendees."""
    story = two_pairings().given(hold(held_at=TEN, attendees=(ANNA.here,)))

    assert story.when(elsewhere("2026-09-10T10:00-07:00")).events


def test_a_person_of_two_programs_sits_in_one_meeting_at_a_time() -> None:
    """INV-23: all programs, by person."""
    also_cleo = Someone(CLEO.person, f"participant:{0x1C:032x}", "mentor")
    story = school(both_roles=True).given(
        enrol(also_cleo), form(), form(also_cleo, DARA, pairing_id=SECOND), hold(held_at=TEN)
    )

    story.when(elsewhere("2026-09-10T10:30-07:00")).refuses("overlaps")


def test_a_long_meeting_before_a_short_one_is_still_found() -> None:
    """INV-23: whatever lies between the two in the order of their beginnings."""
    story = two_pairings().given(
        hold(held_at=at("2026-09-10T08:00-07:00"), minutes=300, attendees=(CLEO.here,)),
        hold(
            held_at=at("2026-09-10T08:30-07:00"),
            minutes=10,
            meeting_id="meeting:3",
            attendees=(ANNA.here,),
        ),
        hold(held_at=at("2026-09-09T08:00-07:00"), minutes=10, meeting_id="meeting:4"),
        hold(held_at=at("2026-09-11T08:00-07:00"), minutes=10, meeting_id="meeting:5"),
    )

    story.when(elsewhere("2026-09-10T12:00-07:00", 10)).refuses("overlaps")
    assert story.when(elsewhere("2026-09-10T13:00-07:00", 10)).events


def test_meetings_with_a_date_only_do_not_overlap() -> None:
    """INV-23 *Project*: same pairing and day without a time is reported as probable duplicate."""
    story = paired().given(hold())

    assert story.when(hold(meeting_id="meeting:2")).events


# ------------------------------------------------------------------------------ planned


def test_a_meeting_is_planned_and_moved_under_its_own_id() -> None:
    """INV-24: rescheduling keeps the id."""
    story = paired().given(plan())

    moved = story.when(plan("2026-10-06T10:00-07:00"))

    moved.then(
        mc.MeetingScheduled(
            meeting_id=MEETING,
            sequence=2,
            starts_on=day("2026-10-06"),
            starts_at=at("2026-10-06T10:00-07:00"),
            minutes=30,
            modality="in_person",
            attendees=(ANNA.here, CLEO.here),
        )
    )


def test_the_same_plan_again_says_nothing_new() -> None:
    paired().given(plan()).when(plan()).nothing()


def test_what_is_planned_lies_ahead() -> None:
    paired().when(plan(), at="2026-10-05T17:00Z").refuses("in_the_past")
    assert paired().when(plan(), at="2026-10-05T16:59Z").events


def test_a_plan_keeps_to_members_and_minutes() -> None:
    paired().when(plan(attendees=(DARA.here,))).refuses("not_a_member")
    paired().when(plan(minutes=0)).refuses("minutes_out_of_range")
    assert paired().when(plan(attendees=(CLEO.here,))).events[0].attendees == (CLEO.here,)


def test_what_was_held_is_not_planned_again() -> None:
    paired().given(hold()).when(plan()).refuses("already_held")


def test_a_planned_meeting_is_held_under_its_id() -> None:
    story = paired().given(plan())

    after = story.given(hold(held_on=day("2026-10-05")))

    meeting = after.state(FIRST).facts.meetings[MEETING]
    assert meeting.scheduled.sequence == 1
    assert meeting.held.held_on == day("2026-10-05")


# ------------------------------------------------------------------------------ cancelled


def test_a_meeting_is_cancelled_or_missed() -> None:
    """INV-24."""
    missed = cancel(cause="no_show", absent=(CLEO.here,), by=ANNA.here)

    decided = paired().given(plan()).when(missed)

    decided.then(
        mc.MeetingCancelled(
            meeting_id=MEETING,
            cause="no_show",
            on=day("2026-10-02"),
            by=ANNA.here,
            absent=(CLEO.here,),
        )
    )


def test_a_meeting_that_nobody_planned_may_have_been_missed() -> None:
    assert paired().when(cancel()).events


def test_the_same_cancellation_again_says_nothing_new_and_another_is_refused() -> None:
    story = paired().given(cancel())

    story.when(cancel()).nothing()
    story.when(cancel(cause="no_show")).refuses("already_cancelled")


def test_a_cancellation_names_members_and_a_day_that_has_come() -> None:
    paired().when(cancel(absent=(DARA.here,))).refuses("not_a_member")
    paired().when(cancel(by=DARA.here)).refuses("not_a_member")
    paired().when(cancel(), at="2026-10-01T12:00Z").refuses("in_the_future")
    paired().when(cancel(on=day("2026-08-31"))).refuses("before_start")


def test_held_after_cancelled_needs_the_cancellation_retracted() -> None:
    """INV-24."""
    story = paired().given(cancel())

    story.when(hold()).refuses("was_cancelled")
    story.when(plan()).refuses("was_cancelled")
    taken_back = story.given(mc.RetractRecord(stream=FIRST, target=2))
    assert taken_back.when(hold()).events
    assert taken_back.when(plan()).events


def test_what_was_held_is_not_cancelled() -> None:
    """INV-24."""
    paired().given(hold()).when(cancel()).refuses("already_held")


# ------------------------------------------------------------------------------ verified


def test_a_meeting_is_confirmed_or_disputed() -> None:
    story = paired().given(hold())

    confirmed = story.when(verify(by=CLEO.here)).recorded()

    assert confirmed.state(FIRST).facts.meetings[MEETING].verdict == "confirmed"
    confirmed.when(verify()).nothing()
    assert confirmed.when(verify(verdict="disputed")).events


def test_only_a_held_meeting_is_verified_by_a_member_afterwards() -> None:
    story = paired().given(hold())

    paired().when(verify()).refuses("no_such_meeting")
    paired().given(plan()).when(verify()).refuses("no_such_meeting")
    story.when(verify(by=DARA.here)).refuses("not_a_member")
    story.when(verify(on=day("2026-09-09"))).refuses("before_the_meeting")
    assert story.when(verify(on=day("2026-09-10"))).events
    story.when(verify(on=day("2026-12-01")), at="2026-11-01T12:00Z").refuses("in_the_future")


def test_where_another_has_to_verify_the_author_does_not() -> None:
    """INV-25: verifier ≠ author where the settings say so."""
    strict = paired(verifier_is_another=True).given(hold(logged_by=ANNA.here))
    usual = paired().given(hold(logged_by=ANNA.here))

    strict.when(verify(by=ANNA.here)).refuses("own_meeting")
    assert strict.when(verify(by=CLEO.here)).events
    assert strict.when(verify()).events
    assert usual.when(verify(by=ANNA.here)).events


def test_a_meeting_whose_author_is_not_known_is_verified_by_anybody() -> None:
    """INV-25."""
    story = paired(verifier_is_another=True).given(hold())

    assert story.when(verify(by=ANNA.here)).events


def test_a_mentor_of_two_pairings_meets_each_in_its_own() -> None:
    third = someone(0x50, "mentee")
    story = paired().given(mc.RegisterPerson(person_id=third.person), enrol(third))
    story = story.given(form(ANNA, third, pairing_id=SECOND), hold(held_at=TEN))

    story.when(elsewhere("2026-09-10T10:30-07:00")).refuses("overlaps")
    assert story.when(elsewhere("2026-09-10T11:30-07:00")).events
    assert story.given(end()).when(elsewhere("2026-09-11T11:30-07:00")).events
    assert story.state(PROGRAM).runs_on(day("2026-09-10"))


def test_time_that_something_else_than_a_pairing_took_is_taken() -> None:
    """INV-23."""
    visit = mc.MeetingAttended(
        meeting_id="meeting:7",
        held_at=TEN,
        minutes=60,
        principal_stream=f"observation:{1:032x}",
        principal=1,
    )

    story = paired().given((ANNA.person, visit))

    story.when(hold(held_at=TEN)).refuses("overlaps", meeting="meeting:7")


# ------------------------------------------------------------------------------ all of them real


def ruled_out(on: str = "2026-09-10") -> Any:
    return mc.RuleOutDuplicates(pairing_id=FIRST, on=day(on))


def test_the_meetings_of_a_day_are_said_to_be_all_real() -> None:
    story = paired().given(hold(), hold(meeting_id="meeting:8"))

    after = story.when(ruled_out()).recorded()

    said = after.events(FIRST)[-1]
    assert (said.on, said.meetings) == (day("2026-09-10"), tuple(sorted((MEETING, "meeting:8"))))
    assert after.when(ruled_out()).events == ()
    third = after.given(hold(meeting_id="meeting:9"))
    assert third.when(ruled_out()).events


def test_where_no_two_meetings_are_there_is_nothing_to_rule_out() -> None:
    story = paired().given(hold(), hold(meeting_id="meeting:8", held_on=day("2026-09-11")))

    story.when(ruled_out()).refuses("no_such_meeting")


def test_a_day_that_was_ruled_out_is_corrected() -> None:
    tenth, eleventh = day("2026-09-10"), day("2026-09-11")
    days = [hold(meeting_id=f"meeting:{n}", held_on=on) for n, on in enumerate((tenth, tenth))]
    more = [hold(meeting_id=f"meeting:{n}", held_on=eleventh) for n in (5, 6)]
    story = paired().given(*days, *more, ruled_out())

    asked = mc.AmendRecord(
        stream=FIRST,
        target=version_of(story, FIRST, mc.DuplicatesRuledOut),
        changes={"on": eleventh, "meetings": ("meeting:5", "meeting:6")},
    )

    assert story.when(asked).recorded().state(FIRST).facts.ruled_out == {"meeting:5", "meeting:6"}


@pytest.mark.parametrize(("modality", "counted"), [("in_person", 90), ("video", 90), ("async", 30)])
def test_of_asynchronous_contact_as_much_counts_as_the_settings_allow(
    modality: str, counted: int
) -> None:
    """INV-21."""
    role = mc.Role(code="peer", part="peer")

    settings = mc.Settings(roles=(role,), shape="reciprocal", contact_limit=30)

    assert settings.counted_minutes(modality, 90) == counted


def test_meetings_are_known_in_the_order_in_which_they_were_held() -> None:
    story = paired().given(
        hold(meeting_id="meeting:5", held_at=at("2026-09-10T10:00-07:00")),
        hold(meeting_id="meeting:6", held_at=at("2026-09-11T10:00-07:00")),
        hold(meeting_id="meeting:7", held_at=at("2026-09-12T10:00-07:00")),
    )
    told = [p.event for p in story.history[ANNA.person]]

    backwards = reduce(evolve, reversed(told), Person())

    assert backwards.attended == story.state(ANNA.person).attended
    assert [m.meeting_id for m in backwards.attended] == ["meeting:5", "meeting:6", "meeting:7"]
