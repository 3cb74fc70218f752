"""A corrected day leaves nothing outside what rests on it (INV-65)."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    CLEO,
    FIRST,
    GOAL,
    MEETING,
    at,
    day,
    end,
    hold,
    mc,
    paired,
    pause,
    school,
    version_of,
)
from domain.test_amendments import amend
from domain.test_life import WAITING, sign, start

STARTED = paired(**WAITING).given(sign(ANNA), sign(CLEO), start())
ITEM: Any = f"item:{1:032x}"


def test_a_pairing_was_not_formed_after_it_started_rested_or_ended() -> None:
    """INV-14: signatures and meetings may be lacking, the steps still rest on the forming."""
    authorized = paired(start_needs=("authorization",)).given(start(authorized=True))
    rested = paired().given(pause(since=day("2026-09-10")))
    ended = paired(start_needs=("agreement",)).given(end(on=day("2026-09-10")))

    for story in (authorized, rested, ended):
        later = amend(story, mc.PairingFormed, on=day("2026-09-12"))
        story.when(later, at="2026-12-01T12:00Z").refuses("before_start", "2026-09-12")
        sooner = amend(story, mc.PairingFormed, on=day("2026-09-02"))
        assert story.when(sooner).events


@pytest.mark.parametrize(
    "fact",
    [
        mc.CancelMeeting(
            pairing_id=FIRST, meeting_id=MEETING, cause="cancelled", on=day("2026-09-10")
        ),
        mc.GiveFeedback(
            pairing_id=FIRST,
            feedback_id=f"feedback:{1:032x}",
            author=CLEO.here,
            about="pairing",
            on=day("2026-09-10"),
            visibility="coordinator",
            text="Glad",
        ),
        mc.ScheduleMeeting(
            pairing_id=FIRST,
            meeting_id=MEETING,
            starts_at=at("2026-09-11T06:00+00:00"),  # the evening before in the program's zone
            minutes=30,
        ),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_pairing_was_not_formed_after_anything_in_it(fact: Any) -> None:
    if isinstance(fact, mc.ScheduleMeeting):
        story = paired().given(fact, at="2026-09-03T12:00Z")
    else:
        story = paired().given(fact)

    later = amend(story, mc.PairingFormed, on=day("2026-09-11"))
    story.when(later, at="2026-12-01T12:00Z").refuses("before_start", "2026-09-10")
    on_the_day = amend(story, mc.PairingFormed, on=day("2026-09-10"))
    assert story.when(on_the_day, at="2026-12-01T12:00Z").events


def test_a_forming_that_was_amended_and_undone_passes_the_same_rules() -> None:
    """INV-50, INV-65: undoing an amendment is decided like the record that it brings back."""
    moved = paired().given(amend(paired(), mc.PairingFormed, on=day("2026-08-25")))
    story = moved.given(pause(since=day("2026-08-28")))
    version = version_of(story, FIRST, mc.RecordAmended)

    story.when(mc.RetractRecord(stream=FIRST, target=version)).refuses("before_start")
    changes = {"on": day("2026-08-29")}
    story.when(mc.AmendRecord(stream=FIRST, target=version, changes=changes)).refuses(
        "before_start"
    )


def test_a_start_that_waited_for_signatures_keeps_them() -> None:
    """INV-14."""
    signed = version_of(STARTED, FIRST, mc.AgreementSigned)

    late = mc.AmendRecord(stream=FIRST, target=signed, changes={"on": day("2026-09-09")})
    STARTED.when(late).refuses("agreement_missing", missing=[ANNA.here])
    STARTED.when(mc.RetractRecord(stream=FIRST, target=signed)).refuses("agreement_missing")
    in_time = mc.AmendRecord(stream=FIRST, target=signed, changes={"on": day("2026-09-08")})
    assert STARTED.when(in_time).events


def test_a_later_revision_of_the_agreement_does_not_stand_for_the_first() -> None:
    """INV-14."""
    story = STARTED.given(sign(ANNA, "2026-09-20", revision=2))
    again = version_of(story, FIRST, mc.AgreementSigned)

    story.when(mc.RetractRecord(stream=FIRST, target=again)).refuses("agreement_missing")
    assert story.when(amend(story, mc.PairingStarted, on=day("2026-09-07"))).events


def test_a_meeting_was_not_held_after_it_was_verified() -> None:
    """INV-25."""
    story = paired().given(
        hold(),
        mc.VerifyMeeting(
            pairing_id=FIRST,
            meeting_id=MEETING,
            by=CLEO.here,
            verdict="confirmed",
            on=day("2026-09-12"),
        ),
    )

    later = amend(story, mc.MeetingHeld, held_on=day("2026-09-13"))
    story.when(later).refuses("before_the_meeting", "2026-09-12")
    assert story.when(amend(story, mc.MeetingHeld, held_on=day("2026-09-12"))).events


def test_what_was_agreed_reported_or_set_precedes_what_came_of_it() -> None:
    on = {"pairing_id": FIRST, "on": day("2026-09-10")}
    then = {"pairing_id": FIRST, "on": day("2026-09-12")}
    story = paired().given(
        mc.AgreeActionItem(**on, item_id=ITEM, text="Visit", owner=CLEO.here),
        mc.CloseActionItem(**then, item_id=ITEM),
        mc.SetGoal(**on, goal_id=GOAL, statement="Lead"),
        mc.RecordGoalProgress(**then, goal_id=GOAL, status="achieved"),
    )

    for event in (mc.ActionItemAgreed, mc.GoalSet):
        story.when(amend(story, event, on=day("2026-09-13"))).refuses("others_rest_on_it")
        assert story.when(amend(story, event, on=day("2026-09-12"))).events


def test_an_enrolment_did_not_begin_after_it_ended() -> None:
    """INV-65, INV-72."""
    left = mc.EndEnrolment(participant_id=ANNA.here, on=day("2026-09-01"), outcome="withdrew")
    story = school().given(left)

    later = amend(story, mc.ParticipantEnrolled, ANNA.here, since=day("2026-09-02"))
    story.when(later, at="2026-12-01T12:00Z").refuses("ends_before_start", "2026-09-01")
    sooner = amend(story, mc.ParticipantEnrolled, ANNA.here, since=day("2026-09-01"))
    assert story.when(sooner, at="2026-12-01T12:00Z").events
