"""A corrected record passes the guards of the original, and takes its companions along (INV-65)."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    AUTUMN,
    BEN,
    CLEO,
    DARA,
    FIRST,
    GOAL,
    MEETING,
    NOON,
    PROGRAM,
    SECOND,
    THIRD,
    Someone,
    at,
    cohort,
    day,
    end,
    enrol,
    form,
    hold,
    joined,
    mc,
    member,
    paired,
    pause,
    program,
    reopen,
    resume,
    school,
    settings,
    someone,
    version_of,
)

from mentorcore.domain.values import Sealed

TEN = at("2026-09-10T10:00-07:00")


def amend(
    story: Any, event_class: Any, stream: Any = FIRST, *, nth: Any = None, **changes: Any
) -> Any:
    """Amend the first record of a class on a stream."""
    target = nth or version_of(story, stream, event_class)
    return mc.AmendRecord(stream=stream, target=target, changes=changes)


# ------------------------------------------------------------------------------ the record


def test_minutes_are_corrected_on_the_meeting_and_for_each_person_in_it() -> None:
    """INV-65: the companions say what the corrected record says."""
    story = paired().given(hold(held_at=TEN))

    amended = story.when(amend(story, mc.MeetingHeld, minutes=45))

    after = amended.then(
        (
            FIRST,
            mc.RecordAmended(
                target=2,
                target_name="pairing.meeting-held",
                target_version=1,
                subjects=(ANNA.person, CLEO.person),
                public_changes=(("minutes", 45),),
            ),
        ),
        *(
            (
                who.person,
                mc.RecordAmended(
                    target=3,
                    target_name="person.meeting-attended",
                    target_version=1,
                    subjects=(),
                    public_changes=(("minutes", 45),),
                ),
            )
            for who in (ANNA, CLEO)
        ),
    )
    assert after.state(FIRST).facts.meetings[MEETING].held.minutes == 45
    assert after.state(CLEO.person).attended[0].minutes == 45


def test_a_corrected_time_moves_the_day_and_frees_the_old_time() -> None:
    """INV-23."""
    story = paired().given(hold(held_at=TEN))

    after = story.when(
        amend(story, mc.MeetingHeld, held_at=at("2026-09-11T10:00-07:00")), at=NOON
    ).recorded()

    held = after.state(FIRST).facts.meetings[MEETING].held
    assert held.held_on == day("2026-09-11")
    assert after.state(ANNA.person).attended[0].held_at == at("2026-09-11T10:00-07:00")
    assert after.when(hold(held_at=TEN, meeting_id="meeting:2")).events


def test_a_corrected_day_alone_says_that_the_time_is_not_known() -> None:
    """Section 4: meetings with a date only have no companion."""
    story = paired().given(hold(held_at=TEN))

    amended = story.when(amend(story, mc.MeetingHeld, held_on=day("2026-09-14")), at=NOON)

    assert [type(e) for e in amended.events] == [
        mc.RecordAmended,
        mc.RecordRetracted,
        mc.RecordRetracted,
    ]
    after = amended.recorded()
    assert after.state(FIRST).facts.meetings[MEETING].held.held_at is None
    assert after.state(CLEO.person).attended == ()


def test_whoever_was_there_after_all_is_put_back() -> None:
    story = paired().given(hold(held_at=TEN))
    only = amend(story, mc.MeetingHeld, attendees=(ANNA.here,))
    both = amend(story, mc.MeetingHeld, attendees=(ANNA.here, CLEO.here))
    later = amend(story, mc.MeetingHeld, minutes=45)

    after = story.given(only, both, later)

    assert [a.minutes for a in after.state(CLEO.person).attended] == [45]
    assert [a.minutes for a in after.state(ANNA.person).attended] == [45]


def test_a_time_that_became_known_adds_the_companions() -> None:
    story = paired().given(hold())

    amended = story.when(amend(story, mc.MeetingHeld, held_at=TEN))

    attended = mc.MeetingAttended(
        meeting_id=MEETING,
        pairing_id=FIRST,
        held_at=TEN,
        minutes=60,
        principal_stream=FIRST,
        principal=2,
    )
    assert amended.decision[1:] == ((ANNA.person, attended), (CLEO.person, attended))


def test_a_time_taken_away_leaves_the_day() -> None:
    story = paired().given(hold(held_at=TEN))

    after = story.when(amend(story, mc.MeetingHeld, held_at=None)).recorded()

    held = after.state(FIRST).facts.meetings[MEETING].held
    assert (held.held_at, held.held_on) == (None, day("2026-09-10"))
    assert after.state(ANNA.person).attended == ()


def test_whoever_was_not_there_after_all_loses_the_meeting() -> None:
    story = paired().given(hold(held_at=TEN))

    amended = story.when(amend(story, mc.MeetingHeld, attendees=(ANNA.here,)))

    after = amended.recorded()
    held = after.state(FIRST).facts.meetings[MEETING].held
    assert (held.attendees, held.subjects) == ((ANNA.here,), (ANNA.person,))
    assert after.state(CLEO.person).attended == ()
    assert len(after.state(ANNA.person).attended) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes": 0}, "minutes_out_of_range"),
        ({"attendees": (DARA.here,)}, "not_a_member"),
        ({"held_on": day("2026-08-31")}, "before_start"),
        ({"held_on": day("2027-01-31")}, "in_the_future"),
        ({"held_at": at("2026-09-12T10:00-07:00"), "held_on": day("2026-09-11")}, "dates_differ"),
    ],
)
def test_a_corrected_record_passes_the_guards_of_the_original(changes: Any, code: Any) -> None:
    """INV-65."""
    story = paired().given(hold(held_at=TEN))

    story.when(amend(story, mc.MeetingHeld, **changes), at=NOON).refuses(code)


def test_a_corrected_time_overlaps_no_other_meeting() -> None:
    """INV-23, INV-65."""
    co_mentors = form(members=(member(BEN), member(CLEO)), pairing_id=SECOND)
    noon = hold(pairing_id=SECOND, meeting_id="meeting:2", held_at=at("2026-09-10T12:00-07:00"))
    story = paired().given(co_mentors, hold(held_at=TEN), noon)

    story.when(amend(story, mc.MeetingHeld, minutes=121)).refuses("overlaps", meeting="meeting:2")
    assert story.when(amend(story, mc.MeetingHeld, minutes=120)).events


def test_an_amendment_that_changes_nothing_says_nothing_new() -> None:
    story = paired().given(hold(held_at=TEN))

    story.when(amend(story, mc.MeetingHeld, minutes=60)).nothing()
    story.when(amend(story, mc.MeetingHeld)).nothing()


def test_amendments_follow_one_another() -> None:
    story = paired().given(hold(held_at=TEN))
    story = story.given(amend(story, mc.MeetingHeld, minutes=45))

    again = story.when(amend(story, mc.MeetingHeld, modality="phone"))

    assert again.events == (
        mc.RecordAmended(
            target=2,
            target_name="pairing.meeting-held",
            target_version=1,
            subjects=(ANNA.person, CLEO.person),
            public_changes=(("modality", "phone"),),
        ),
    )
    held = again.recorded().state(FIRST).facts.meetings[MEETING].held
    assert (held.minutes, held.modality) == (45, "phone")


def test_what_is_personal_is_kept_apart_from_what_is_not() -> None:
    story = paired().given(hold(topics=("Beginnings",)))
    asked = mc.AmendRecord(
        stream=FIRST,
        target=2,
        changes={"topics": ("Endings",), "minutes": 45},
        reason="Two rows mixed up",
        authority="coordinator",
    )

    amended = story.when(asked)

    amended.then(
        mc.RecordAmended(
            target=2,
            target_name="pairing.meeting-held",
            target_version=1,
            subjects=(ANNA.person, CLEO.person),
            public_changes=(("minutes", 45),),
            personal_names=("topics",),
            personal_changes=(("topics", ("Endings",)),),
            reason="Two rows mixed up",
            authority="coordinator",
        )
    )


def test_sealed_texts_stay_sealed_and_unread() -> None:
    """A correction is decided without opening anything."""
    sealed = Sealed("AAEC", FIRST, 2, "body", "free_text", (ANNA.person, CLEO.person))
    note = mc.NoteWritten(
        note_id="note:1",
        author=ANNA.here,
        kind="journal",
        on=day("2026-09-10"),
        visibility="pair_private",
        subjects=(ANNA.person, CLEO.person),
        body=sealed,
    )
    story = paired().given((FIRST, note))

    after = story.when(amend(story, mc.NoteWritten, on=day("2026-09-11"))).recorded()

    assert after.state(FIRST).facts.notes["note:1"].body == sealed


# ------------------------------------------------------------------------------ what is fixed


@pytest.mark.parametrize(
    "changes",
    [
        {"meeting_id": "meeting:2"},
        {"subjects": (DARA.person,)},
        {"logged_by": CLEO.here},
    ],
)
def test_ids_people_and_authors_are_not_amended(changes: Any) -> None:
    """INV-50."""
    story = paired().given(hold(logged_by=ANNA.here))

    story.when(amend(story, mc.MeetingHeld, **changes)).refuses("not_amendable", "record it again")


def test_members_and_what_follows_from_the_settings_are_not_amended() -> None:
    """INV-50."""
    story = paired()
    others = (member(BEN, primary=True), member(CLEO))

    story.when(amend(story, mc.PairingFormed, members=others)).refuses("not_amendable")
    story.when(amend(story, mc.PairingFormed, cohort_id="cohort:2")).refuses("not_amendable")
    story.when(amend(story, mc.PairingFormed, shape="group")).refuses("not_amendable", "shape")
    story.when(amend(story, mc.PairingFormed, start_needs=("agreement",))).refuses("not_amendable")


def test_naming_an_id_as_it_is_changes_nothing() -> None:
    story = paired().given(hold())

    story.when(amend(story, mc.MeetingHeld, meeting_id=MEETING)).nothing()


def test_a_text_is_narrowed_and_never_widened() -> None:
    """INV-50, INV-27."""
    note = mc.WriteNote(
        pairing_id=FIRST,
        author=ANNA.here,
        kind="reflection",
        on=day("2026-09-10"),
        visibility="growth_only",
        body="We began",
    )
    story = paired().given(note)

    def to(visibility: Any) -> Any:
        return story.when(amend(story, mc.NoteWritten, visibility=visibility))

    to("public").refuses("visibility_widened", "not narrower than growth_only")
    to("evaluative").refuses("visibility_widened")
    to("safeguarding").refuses("visibility_widened")
    assert to("pair_private").events
    assert to("author_private").events
    narrowed = to("author_private").recorded()
    narrowed.when(amend(narrowed, mc.NoteWritten, visibility="growth_only")).refuses(
        "visibility_widened"
    )


def test_a_record_that_is_not_there_is_not_amended() -> None:
    paired().when(amend(paired(), None, nth=9, minutes=5)).refuses("no_such_record")


def test_a_retracted_record_is_not_amended() -> None:
    story = paired().given(hold(), mc.RetractRecord(stream=FIRST, target=2))

    story.when(amend(story, mc.MeetingHeld, minutes=5)).refuses("retracted")


def test_a_companion_is_not_amended_itself() -> None:
    """INV-65: it is corrected together with its principal."""
    story = paired().given(hold(held_at=TEN))

    story.when(amend(story, mc.MeetingAttended, CLEO.person, minutes=45)).refuses("companion")


def test_what_is_looked_up_elsewhere_is_retracted_and_recorded_again() -> None:
    story = school().given(
        mc.LinkExternalIdentity(person_id=ANNA.person, scheme="email", value="a@example.org")
    )

    story.when(amend(story, mc.ExternalIdentityLinked, ANNA.person, scheme="sso")).refuses(
        "not_amendable", "retract it and record it again"
    )


def test_a_reason_is_sealed_for_the_people_of_the_stream() -> None:
    """A record that names nobody still belongs to somebody's pairing, enrolment or person."""
    story = paired().given(end())
    trained = mc.QualifyMentor(participant_id=ANNA.here, since=day("2026-08-25"))
    line = mc.RecordReportingLine(
        person_id=CLEO.person, superior=BEN.person, kind="chair", since=day("2026-08-01")
    )
    story = story.given(trained, line)

    def subjects(event_class: Any, stream: Any, **changes: Any) -> Any:
        asked = mc.AmendRecord(
            stream=stream,
            target=version_of(story, stream, event_class),
            changes=changes,
            reason="A slip",
        )
        return story.when(asked).events[0].subjects

    later = {"since": day("2026-08-26")}
    assert subjects(mc.PairingEnded, FIRST, closing_conversation=True) == (
        ANNA.person,
        CLEO.person,
    )
    assert subjects(mc.MentorQualified, ANNA.here, **later) == (ANNA.person,)
    assert subjects(mc.ReportingLineRecorded, CLEO.person, **later) == (CLEO.person,)


def test_a_reason_that_nobody_s_key_could_seal_is_not_dropped_in_silence() -> None:
    asked = mc.AmendRecord(
        stream=PROGRAM, target=2, changes={"on": day("2026-08-18")}, reason="A slip"
    )

    program().when(asked).refuses("reason_not_kept", "authority")


# ------------------------------------------------------------------------------ a life moved


def test_a_corrected_beginning_moves_the_memberships() -> None:
    story = paired()

    amended = story.when(amend(story, mc.PairingFormed, on=day("2026-08-25")))

    moved = {"subjects": (), "public_changes": (("since", day("2026-08-25")),)}
    assert amended.decision[1:] == tuple(
        (
            who.here,
            mc.RecordAmended(
                target=2, target_name="participant.pairing-joined", target_version=1, **moved
            ),
        )
        for who in (ANNA, CLEO)
    )
    assert amended.recorded().state(FIRST).since == day("2026-08-25")


def test_no_meeting_is_left_outside_a_corrected_beginning_or_end() -> None:
    """INV-65, INV-20."""
    met = paired().given(hold())
    ended = met.given(end())

    met.when(amend(met, mc.PairingFormed, on=day("2026-09-11"))).refuses("before_start")
    assert met.when(amend(met, mc.PairingFormed, on=day("2026-09-10"))).events
    ended.when(amend(ended, mc.PairingEnded, on=day("2026-09-09"))).refuses("meeting_after_end")
    assert ended.when(amend(ended, mc.PairingEnded, on=day("2026-09-10"))).events


def about(story: Any, **told: Any) -> Any:
    return {"pairing_id": FIRST, "on": day("2026-09-10")} | told


@pytest.mark.parametrize(
    "done",
    [
        mc.SetGoal(**about(None, statement="Lead a meeting")),
        mc.AgreeActionItem(**about(None, text="Visit", owner=CLEO.here)),
        mc.WriteNote(
            **about(
                None, author=ANNA.here, kind="journal", visibility="pair_private", body="We began"
            )
        ),
        mc.ReportMismatch(**about(None, by=CLEO.here, grounds="style", wish="mediation")),
        mc.SignAgreement(**about(None, signer=ANNA.here)),
        mc.SignAgreement(**about(None, signer=ANNA.here, on=day("2026-09-10"))),
    ],
)
def test_nothing_else_is_left_outside_a_corrected_beginning(done: Any) -> None:
    """INV-65."""
    story = paired().given(done)

    story.when(amend(story, mc.PairingFormed, on=day("2026-09-11"))).refuses("before_start")
    assert story.when(amend(story, mc.PairingFormed, on=day("2026-09-10"))).events


def test_progress_is_not_left_outside_a_corrected_end() -> None:
    story = paired().given(
        mc.SetGoal(**about(None, statement="Lead a meeting", goal_id=GOAL)),
        mc.RecordGoalProgress(
            pairing_id=FIRST, goal_id=GOAL, status="achieved", on=day("2026-12-01")
        ),
        end(),
    )

    story.when(amend(story, mc.PairingEnded, on=day("2026-11-30"))).refuses("after_end")


def test_a_corrected_goal_stays_before_its_progress() -> None:
    """INV-65: a record finds what it rests on."""
    story = paired().given(
        mc.SetGoal(**about(None, statement="Lead a meeting", goal_id=GOAL)),
        mc.RecordGoalProgress(
            pairing_id=FIRST, goal_id=GOAL, status="achieved", on=day("2026-09-20")
        ),
    )

    story.when(amend(story, mc.GoalSet, on=day("2026-09-21"))).refuses("others_rest_on_it")
    assert story.when(amend(story, mc.GoalSet, on=day("2026-09-19"))).events


def test_a_goal_of_one_of_several_mentees_stays_hers() -> None:
    group = school(shape="group", largest=4).given(form(ANNA, CLEO, DARA))
    story = group.given(
        mc.SetGoal(**about(None, statement="Lead a meeting", goal_id=GOAL, owner=DARA.here))
    )

    after = story.when(amend(story, mc.GoalSet, area="teaching")).recorded()

    goal = after.state(FIRST).facts.goals[GOAL].set
    assert (goal.area, goal.subjects) == ("teaching", (DARA.person,))
    assert after.events(FIRST)[-1].subjects == (DARA.person,)


def test_a_corrected_beginning_lies_inside_every_enrolment() -> None:
    """INV-13."""
    story = paired()

    story.when(amend(story, mc.PairingFormed, on=day("2026-08-19"))).refuses("outside_enrolment")


def test_a_pairing_that_is_over_is_corrected_although_its_place_is_taken_by_now() -> None:
    """INV-06: it takes no place today."""
    one = {"capacity": mc.Capacity(places=1)}
    story = paired(**one).given(
        end(on=day("2026-10-01")), form(ANNA, DARA, pairing_id=SECOND, on=day("2026-10-01"))
    )

    assert story.when(amend(story, mc.PairingFormed, on=day("2026-09-03"))).events
    assert story.when(amend(story, mc.PairingEnded, on=day("2026-09-30"))).events


def test_a_pairing_of_the_past_is_corrected_like_one() -> None:
    """INV-04: what had ended when it was recorded needs no training today."""
    needed = mc.RequiredTraining(kind="basics", role="mentor")
    over = mc.Ending(on=day("2026-10-01"), reason="completed")
    waiting = {"start_needs": ("agreement",), "trainings": (needed,)}
    story = school(**waiting).given(form(ended=over))

    after = story.when(amend(story, mc.PairingFormed, on=day("2026-09-03"))).recorded()

    assert after.state(FIRST).facts.formed_on == day("2026-09-03")
    assert after.state(FIRST).facts.start_needs == ()
    story.when(amend(story, mc.PairingFormed, on=day("2026-10-02"))).refuses("ends_before_start")


def test_a_later_end_meets_no_second_primary_mentor() -> None:
    """INV-12, INV-65."""
    story = paired().given(
        end(on=day("2026-10-01")), form(BEN, CLEO, pairing_id=SECOND, on=day("2026-10-05"))
    )

    story.when(amend(story, mc.PairingEnded, on=day("2026-10-06"))).refuses(
        "primary_mentor_exists", pairing=SECOND
    )
    assert story.when(amend(story, mc.PairingEnded, on=day("2026-10-05"))).events


def test_an_earlier_beginning_meets_no_second_primary_mentor() -> None:
    """INV-12, INV-65."""
    story = paired().given(
        end(on=day("2026-10-01")), form(BEN, CLEO, pairing_id=SECOND, on=day("2026-10-05"))
    )
    asked = amend(story, mc.PairingFormed, SECOND, on=day("2026-09-30"))

    story.when(asked).refuses("primary_mentor_exists")


def test_a_later_end_lies_inside_every_enrolment() -> None:
    """INV-13, INV-65."""
    left = mc.EndEnrolment(participant_id=CLEO.here, on=day("2026-10-05"), outcome="completed")
    story = paired().given(end(on=day("2026-10-01")), left)

    story.when(amend(story, mc.PairingEnded, on=day("2026-10-06"))).refuses("outside_enrolment")
    assert story.when(amend(story, mc.PairingEnded, on=day("2026-10-05"))).events


def test_a_step_is_not_moved_past_the_next() -> None:
    """INV-14."""
    story = paired().given(pause(), resume(), end(), reopen())

    for event_class, on in (
        (mc.PairingPaused, {"since": day("2026-11-21")}),
        (mc.PairingResumed, {"on": day("2026-12-19")}),
        (mc.PairingEnded, {"on": day("2027-01-12")}),
    ):
        story.when(amend(story, event_class, **on)).refuses("others_rest_on_it")
    for event_class, on in (
        (mc.PairingPaused, {"since": day("2026-11-05")}),
        (mc.PairingResumed, {"on": day("2026-11-25")}),
        (mc.PairingEnded, {"on": day("2026-12-20")}),
        (mc.PairingReopened, {"on": day("2027-01-20")}),
    ):
        assert story.when(amend(story, event_class, **on), at="2027-02-01T12:00Z").events


def test_a_rest_that_did_not_free_its_place_after_all_needs_it_back() -> None:
    """INV-06, INV-65."""
    one = {"capacity": mc.Capacity(places=1)}
    freed = paired(**one).given(pause(frees_place=True))
    taken = freed.given(form(ANNA, DARA, pairing_id=SECOND, on=day("2026-11-05")))

    taken.when(amend(taken, mc.PairingPaused, frees_place=False)).refuses(
        "no_free_place", load=1, capacity=1
    )
    kept = freed.when(amend(freed, mc.PairingPaused, frees_place=False)).recorded()
    assert kept.state(ANNA.here).load() == 1


def test_a_rest_that_freed_its_place_after_all_gives_it_back() -> None:
    story = paired().given(pause())

    after = story.when(amend(story, mc.PairingPaused, frees_place=True)).recorded()

    assert after.state(ANNA.here).load() == 0
    assert after.state(ANNA.here).live_pairings()


def test_whether_a_rest_freed_its_place_is_not_changed_once_it_is_over() -> None:
    story = paired().given(pause(), resume())

    story.when(amend(story, mc.PairingPaused, frees_place=True)).refuses("others_rest_on_it")


def test_a_start_is_corrected_without_asking_for_the_authorization_again() -> None:
    story = paired(start_needs=("authorization",)).given(
        mc.StartPairing(pairing_id=FIRST, on=day("2026-09-08"), authorized=True)
    )

    after = story.when(amend(story, mc.PairingStarted, on=day("2026-09-09"))).recorded()

    assert after.state(FIRST).since == day("2026-09-09")


def test_an_unmet_wish_is_corrected_like_it_is_formed() -> None:
    """INV-10, INV-65."""
    unmet = mc.Unmet(criterion="same-school", reason="None here")
    story = school(soft_criteria=("same-school",)).given(form(unmet_soft=(unmet,)))

    blank = (mc.Unmet(criterion="same-school", reason=" "),)

    story.when(amend(story, mc.PairingFormed, unmet_soft=blank)).refuses("reason_needed")
    assert story.when(amend(story, mc.PairingFormed, unmet_soft=())).events
    assert story.when(amend(story, mc.PairingFormed, basis="import")).events


def test_sealed_reasons_of_unmet_wishes_are_not_read_again() -> None:
    sealed = Sealed("AAEC", FIRST, 1, "unmet_soft", "free_text", (ANNA.person, CLEO.person))
    formed = school().when(form()).decision
    events = [(s, e) for s, e in formed if s != FIRST]
    with_reasons = mc.evolve(formed[0][1], unmet_soft=sealed)
    story = school().given((FIRST, with_reasons), *events)

    after = story.when(amend(story, mc.PairingFormed, basis="import")).recorded()

    assert after.events(FIRST)[0].unmet_soft == sealed


def test_a_line_that_arose_later_does_not_forbid_a_correction() -> None:
    """INV-03: it is a fact and is recorded; the pairing was formed before it."""
    line = mc.RecordReportingLine(
        person_id=CLEO.person, superior=ANNA.person, kind="chief", since=day("2026-10-01")
    )
    earlier = mc.RecordReportingLine(
        person_id=CLEO.person, superior=ANNA.person, kind="chief", since=day("2026-08-01")
    )

    assert (
        (story := paired().given(line)).when(amend(story, mc.PairingFormed, basis="import")).events
    )
    (story := paired().given(earlier)).when(amend(story, mc.PairingFormed, basis="import")).refuses(
        "reporting_line"
    )


def test_a_later_mismatch_does_not_forbid_a_correction() -> None:
    """INV-16: they had not parted yet."""
    story = paired().given(
        end(on=day("2026-10-01")),
        form(pairing_id=SECOND, on=day("2026-10-05")),
        end(pairing_id=SECOND, on=day("2026-11-01"), reason="mismatch"),
    )

    assert story.when(amend(story, mc.PairingFormed, basis="import")).events


# ------------------------------------------------------------------------------ other streams


def test_a_planned_meeting_is_corrected_as_of_when_it_was_planned() -> None:
    plan = mc.ScheduleMeeting(
        pairing_id=FIRST, meeting_id=MEETING, starts_at=at("2026-10-05T10:00-07:00"), minutes=30
    )
    story = paired().given(plan, at="2026-10-01T12:00Z")
    story = story.given(hold(held_on=day("2026-10-05")), at="2026-10-06T12:00Z")

    after = story.when(amend(story, mc.MeetingScheduled, minutes=45), at=NOON).recorded()

    assert after.state(FIRST).facts.meetings[MEETING].scheduled.minutes == 45
    story.when(
        amend(story, mc.MeetingScheduled, starts_at=at("2026-09-30T10:00-07:00")), at=NOON
    ).refuses("in_the_past")


def test_an_earlier_plan_is_corrected_and_stays_the_earlier_one() -> None:
    plan = mc.ScheduleMeeting(
        pairing_id=FIRST, meeting_id=MEETING, starts_at=at("2026-10-05T10:00-07:00"), minutes=30
    )
    moved = mc.evolve(plan, starts_at=at("2026-10-06T10:00-07:00"))
    story = paired().given(plan, moved, at="2026-10-01T12:00Z")

    after = story.when(amend(story, mc.MeetingScheduled, minutes=45)).recorded()

    planned = after.state(FIRST).facts.meetings[MEETING].scheduled
    assert (planned.sequence, planned.minutes) == (2, 30)


def test_a_plan_of_a_pairing_that_ended_since_is_corrected() -> None:
    plan = mc.ScheduleMeeting(
        pairing_id=FIRST, meeting_id=MEETING, starts_at=at("2026-10-05T10:00-07:00"), minutes=30
    )
    story = paired().given(plan, at="2026-10-01T12:00Z").given(end(), at="2026-12-20T12:00Z")

    assert story.when(amend(story, mc.MeetingScheduled, modality="video")).events


def test_a_cancelled_plan_is_corrected() -> None:
    plan = mc.ScheduleMeeting(
        pairing_id=FIRST, meeting_id=MEETING, starts_at=at("2026-10-05T10:00-07:00"), minutes=30
    )
    cancelled = mc.CancelMeeting(
        pairing_id=FIRST, meeting_id=MEETING, cause="cancelled", on=day("2026-10-02")
    )
    story = paired().given(plan, at="2026-10-01T12:00Z").given(cancelled)

    assert story.when(amend(story, mc.MeetingScheduled, modality="video")).events
    assert story.when(amend(story, mc.MeetingCancelled, cause="no_show")).events


def test_an_enrolment_is_corrected_with_the_person_s_record_of_it() -> None:
    story = joined(school(), someone(0x80, "mentor"))
    late = someone(0x80, "mentor")

    amended = story.when(amend(story, mc.ParticipantEnrolled, late.here, role="lead"))

    assert [stream for stream, _ in amended.decision] == [late.here, late.person]
    after = amended.recorded()
    assert after.state(late.here).role == "lead"
    assert after.state(late.person).enrolments[late.here].role == "lead"


def test_a_role_is_not_corrected_under_a_pairing() -> None:
    story = paired()

    story.when(amend(story, mc.ParticipantEnrolled, ANNA.here, role="lead")).refuses(
        "others_rest_on_it"
    )


def test_a_corrected_enrolment_begins_before_its_pairings() -> None:
    """INV-13."""
    story = paired()

    def since(text: str) -> Any:
        return story.when(amend(story, mc.ParticipantEnrolled, CLEO.here, since=day(text)))

    since("2026-09-02").refuses("outside_enrolment", pairing=FIRST)
    assert since("2026-09-01").events


def test_a_corrected_enrolment_meets_no_other_of_the_same_person() -> None:
    """INV-01, INV-65."""
    again = Someone(ANNA.person, f"participant:{0x1A:032x}", "mentor")
    left = mc.EndEnrolment(participant_id=ANNA.here, on=day("2026-09-10"), outcome="withdrew")
    story = school().given(left, enrol(again, since=day("2026-09-15")))

    story.when(amend(story, mc.EnrolmentEnded, ANNA.here, on=day("2026-09-16"))).refuses(
        "already_enrolled", participant=again.here
    )
    story.when(amend(story, mc.ParticipantEnrolled, again.here, since=day("2026-09-09"))).refuses(
        "already_enrolled", participant=ANNA.here
    )
    assert story.when(amend(story, mc.EnrolmentEnded, ANNA.here, on=day("2026-09-15"))).events
    assert story.when(
        amend(story, mc.ParticipantEnrolled, ANNA.here, since=day("2026-08-21"))
    ).events


def test_an_end_of_enrolment_is_corrected_with_its_words() -> None:
    left = mc.EndEnrolment(participant_id=ANNA.here, on=day("2026-10-01"), outcome="withdrew")
    story = school().given(left)
    asked = amend(story, mc.EnrolmentEnded, ANNA.here, outcome="transferred", reason="Moved")

    amended = story.when(asked).events[0]

    assert amended.public_changes == (("outcome", "transferred"),)
    assert amended.personal_names == ("reason",)


@pytest.mark.parametrize(
    ("fact", "changes"),
    [
        (
            mc.RecordTraining(
                participant_id=ANNA.here, training_kind="basics", on=day("2026-08-25")
            ),
            {"on": day("2026-08-26")},
        ),
        (
            mc.SetMentorCapacity(participant_id=ANNA.here, places=1, since=day("2026-08-25")),
            {"places": 2},
        ),
        (
            mc.EndMentorQualification(
                participant_id=ANNA.here, on=day("2026-08-25"), cause="suspended"
            ),
            {"cause": "retired"},
        ),
        (
            mc.RecordEmployment(person_id=ANNA.person, since=day("2026-08-25")),
            {"fte_percent": 50},
        ),
        (
            mc.RecordCredential(
                person_id=ANNA.person, kind="license", area="math", issued_on=day("2026-01-01")
            ),
            {"area": "physics"},
        ),
        (
            mc.ChangePersonDetails(person_id=ANNA.person, since=day("2026-08-25"), name="Roth"),
            {"name": "Berg"},
        ),
        (
            mc.ReportMismatch(
                pairing_id=FIRST,
                by=CLEO.here,
                on=day("2026-09-10"),
                grounds="style",
                wish="mediation",
            ),
            {"grounds": "schedule"},
        ),
        (
            mc.GiveFeedback(
                pairing_id=FIRST,
                author=CLEO.here,
                about="pairing",
                on=day("2026-09-10"),
                visibility="coordinator",
                text="Good",
            ),
            {"text": "Very good"},
        ),
    ],
)
def test_records_of_every_kind_are_corrected(fact: Any, changes: Any) -> None:
    """INV-65."""
    before = paired()
    story = before.given(fact)
    stream = next(
        s for s in story.history if len(story.history[s]) > len(before.history.get(s, ()))
    )
    asked = mc.AmendRecord(stream=stream, target=story.history[stream][-1].version, changes=changes)

    amendment = story.when(asked).events[0]

    told = {**dict(amendment.public_changes), **dict(amendment.personal_changes or ())}
    assert told == changes


def test_a_person_s_name_at_registration_is_corrected() -> None:
    story = school()

    after = story.when(amend(story, mc.PersonRegistered, ANNA.person, name="Anna Kern")).recorded()

    assert after.state(ANNA.person).name == "Anna Kern"


def test_a_number_that_says_what_an_earlier_one_said_is_not_left_over() -> None:
    """A correction that leaves nothing to say is a retraction."""
    first = mc.SetMentorCapacity(participant_id=ANNA.here, places=1, since=day("2026-08-25"))
    second = mc.SetMentorCapacity(participant_id=ANNA.here, places=2, since=day("2026-08-25"))
    story = school().given(first, second)
    last = story.history[ANNA.here][-1].version

    story.when(amend(story, None, ANNA.here, nth=last, places=1)).refuses("nothing_left")


# ------------------------------------------------------------------------------ the program


def test_a_cohort_s_days_are_corrected_and_its_id_is_not() -> None:
    story = program()
    longer = mc.Cohort(
        **{
            name: getattr(cohort(), name)
            for name in ("cohort_id", "name", "starts_on", "ends_on", "enrols_from")
        },
        enrols_until=day("2026-12-01"),
    )

    after = story.when(amend(story, mc.CohortOpened, PROGRAM, cohort=longer)).recorded()

    assert after.state(PROGRAM).cohort(AUTUMN).enrols_until == day("2026-12-01")
    other = mc.evolve(longer, cohort_id="cohort:2")
    story.when(amend(story, mc.CohortOpened, PROGRAM, cohort=other)).refuses("not_amendable")
    backwards = mc.evolve(longer, ends_on=longer.starts_on)
    story.when(amend(story, mc.CohortOpened, PROGRAM, cohort=backwards)).refuses(
        "ends_before_start"
    )
    story.when(amend(story, mc.CohortOpened, PROGRAM)).nothing()


def test_a_program_is_not_launched_after_it_closed() -> None:
    story = program().given(mc.CloseProgram(program_id=PROGRAM, on=day("2027-06-30")))

    story.when(amend(story, mc.ProgramLaunched, PROGRAM, on=day("2027-07-01"))).refuses(
        "others_rest_on_it"
    )
    assert story.when(amend(story, mc.ProgramLaunched, PROGRAM, on=day("2027-06-30"))).events
    assert story.when(amend(story, mc.ProgramClosed, PROGRAM, reason="cancelled")).events


def test_a_program_s_design_is_corrected_with_settings_that_fit() -> None:
    story = program()

    story.when(amend(story, mc.ProgramDesigned, PROGRAM, settings=settings(smallest=9))).invalid(
        "smallest"
    )
    assert story.when(amend(story, mc.ProgramDesigned, PROGRAM, name="Mentoring")).events


def test_a_record_of_an_import_is_not_amended() -> None:
    """INV-56: its facts are, one by one."""
    batch = f"import:{1:032x}"
    story = program().given(
        mc.StartImport(
            batch_id=batch, adapter="csv", adapter_version="1", form="f", mapping_digest="0f"
        )
    )

    story.when(amend(story, mc.ImportStarted, batch, form="g")).refuses("not_amendable")


def test_capacity_that_slipped_before_does_not_forbid_other_corrections() -> None:
    """INV-06: only a correction that adds to the load needs room."""
    story = joined(paired(), someone(0x90, "mentee"))
    story = story.given(
        form(ANNA, DARA, pairing_id=SECOND),
        mc.SetMentorCapacity(participant_id=ANNA.here, places=1, since=day("2026-09-05")),
    )

    assert story.when(amend(story, mc.PairingFormed, on=day("2026-09-02"))).events
    assert THIRD not in story.history
