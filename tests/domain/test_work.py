"""Goals, action items, notes, feedback and mismatches."""

from typing import Any

import pytest
from domain.school import (
    ANNA,
    CLEO,
    DARA,
    FIRST,
    GOAL,
    MEETING,
    day,
    end,
    form,
    hold,
    mc,
    paired,
    school,
)

SEPT = day("2026-09-10")


def goal(**other: Any) -> Any:
    usual = {
        "pairing_id": FIRST,
        "goal_id": GOAL,
        "statement": "Lead one meeting",
        "on": SEPT,
    }
    return mc.SetGoal(**(usual | other))


def progress(status: Any, on: Any = "2026-09-20", **other: Any) -> Any:
    usual = {"pairing_id": FIRST, "goal_id": GOAL, "status": status, "on": day(on)}
    return mc.RecordGoalProgress(**(usual | other))


def item(**other: Any) -> Any:
    usual = {
        "pairing_id": FIRST,
        "item_id": "item:1",
        "text": "Visit a lesson",
        "owner": CLEO.here,
        "on": SEPT,
    }
    return mc.AgreeActionItem(**(usual | other))


def close(on: Any = "2026-09-20", **other: Any) -> Any:
    return mc.CloseActionItem(**({"pairing_id": FIRST, "item_id": "item:1", "on": day(on)} | other))


def note(**other: Any) -> Any:
    usual = {
        "pairing_id": FIRST,
        "note_id": "note:1",
        "author": ANNA.here,
        "kind": "reflection",
        "on": SEPT,
        "visibility": "pair_private",
        "body": "We talked about beginnings",
    }
    return mc.WriteNote(**(usual | other))


def feedback(**other: Any) -> Any:
    usual = {
        "pairing_id": FIRST,
        "feedback_id": "feedback:1",
        "author": CLEO.here,
        "about": "pairing",
        "on": SEPT,
        "visibility": "coordinator",
        "ratings": (mc.Rating(scale="fit", rating=4),),
    }
    return mc.GiveFeedback(**(usual | other))


def mismatch(**other: Any) -> Any:
    usual = {
        "pairing_id": FIRST,
        "mismatch_id": "mismatch:1",
        "by": CLEO.here,
        "on": SEPT,
        "grounds": "schedule",
        "wish": "mediation",
    }
    return mc.ReportMismatch(**(usual | other))


def settle(on: Any = "2026-09-20", **other: Any) -> Any:
    usual = {"pairing_id": FIRST, "mismatch_id": "mismatch:1", "outcome": "continue"}
    return mc.SettleMismatch(**(usual | {"on": day(on)} | other))


# ------------------------------------------------------------------------------ goals


def test_a_goal_is_the_mentee_s() -> None:
    paired().when(goal(area="teaching", due_on=day("2027-01-31"))).then(
        mc.GoalSet(
            goal_id=GOAL,
            on=SEPT,
            subjects=(CLEO.person,),
            area="teaching",
            due_on=day("2027-01-31"),
            statement="Lead one meeting",
        )
    )


def test_where_there_are_several_mentees_a_goal_names_its_owner() -> None:
    story = school(shape="group", largest=4).given(form(ANNA, CLEO, DARA))

    story.when(goal()).refuses("nobody_named")
    assert story.when(goal(owner=DARA.here)).events[0].subjects == (DARA.person,)
    paired().when(goal(owner=DARA.here)).refuses("not_a_member")


def test_a_goal_has_words_and_is_due_after_it_was_set() -> None:
    paired().when(goal(statement=" ")).refuses("empty_text")
    paired().when(goal(due_on=day("2026-09-09"))).refuses("ends_before_start")
    assert paired().when(goal(due_on=SEPT)).events


def test_a_goal_is_set_once_and_while_the_pairing_lives() -> None:
    paired().given(goal()).when(goal()).refuses("already_set")
    paired().when(goal(on=day("2026-08-31"))).refuses("before_start")
    paired().when(goal(), at="2026-09-09T12:00Z").refuses("in_the_future")


def test_a_goal_is_reworded_by_a_new_one() -> None:
    story = paired().given(goal())
    anew = goal(goal_id="goal:2", revises=GOAL, statement="Lead two meetings")

    after = story.when(anew).recorded().state(FIRST).facts.goals

    assert (after[GOAL].replaced, after["goal:2"].replaced) == (True, False)
    paired().when(anew).refuses("no_such_goal")
    story.when(goal(goal_id="goal:2", revises=GOAL, on=day("2026-09-09"))).refuses(
        "before_the_goal"
    )


@pytest.mark.parametrize(
    ("way", "allowed"),
    [
        (("in_progress",), True),
        (("achieved",), True),
        (("deferred",), True),
        (("abandoned",), True),
        (("in_progress", "in_progress", "achieved"), True),
        (("achieved", "achieved"), False),
        (("achieved", "deferred"), False),
        (("achieved", "abandoned"), False),
        (("deferred", "achieved"), False),
        (("deferred", "abandoned"), True),
        (("abandoned", "achieved"), False),
        (("abandoned", "deferred"), False),
        (("achieved", "in_progress", "abandoned"), True),
        (("deferred", "in_progress"), True),
        (("abandoned", "in_progress"), True),
    ],
)
def test_goals_move_as_drawn_and_going_back_is_an_explicit_record(way: Any, allowed: Any) -> None:
    """INV-29."""
    *before, last = way
    story = paired().given(
        goal(), *(progress(s, f"2026-09-{20 + n}") for n, s in enumerate(before))
    )

    asked = story.when(progress(last, "2026-10-01"))

    if allowed:
        assert asked.recorded().state(FIRST).facts.goals[GOAL].status == last
    else:
        asked.refuses("no_such_transition", f"goal that is {before[-1]}")


def test_earlier_progress_stays() -> None:
    """INV-29."""
    story = paired().given(
        goal(), progress("achieved"), progress("in_progress", "2026-10-01"), end()
    )

    steps = story.state(FIRST).facts.goals[GOAL].steps

    assert steps == ((day("2026-09-20"), "achieved"), (day("2026-10-01"), "in_progress"))


def test_late_progress_fits_between_what_was_before_and_after_it() -> None:
    """INV-29."""
    story = paired().given(
        goal(), progress("in_progress", "2026-09-15"), progress("achieved", "2026-10-15")
    )

    after = story.when(progress("in_progress", "2026-10-01")).recorded()

    assert after.state(FIRST).facts.goals[GOAL].status == "achieved"
    story.when(progress("deferred", "2026-10-01")).refuses("no_such_transition", "is deferred")
    story.when(progress("achieved", "2026-10-01")).refuses("no_such_transition", "is achieved")


def test_steps_of_one_day_follow_one_another_as_recorded() -> None:
    """INV-29."""
    story = paired().given(goal(), progress("in_progress"), progress("achieved"))

    story.when(progress("achieved")).refuses("no_such_transition", "is achieved")
    back = story.when(progress("in_progress")).recorded()
    assert back.state(FIRST).facts.goals[GOAL].status == "in_progress"


def test_progress_has_a_goal_and_comes_after_it() -> None:
    story = paired().given(goal())

    paired().when(progress("achieved")).refuses("no_such_goal")
    story.when(progress("achieved", "2026-09-09")).refuses("before_the_goal")
    assert story.when(progress("achieved", "2026-09-10")).events
    story.when(progress("achieved"), at="2026-09-19T12:00Z").refuses("in_the_future")
    story.given(end(on=day("2026-09-15"))).when(progress("achieved")).refuses("after_end")


# ------------------------------------------------------------------------------ items


def test_a_small_step_is_agreed_and_done() -> None:
    story = paired().given(hold(), goal())

    agreed = story.when(item(due_on=SEPT, goal_id=GOAL, meeting_id=MEETING)).recorded()
    done = agreed.when(close()).then(
        mc.ActionItemClosed(item_id="item:1", on=day("2026-09-20"), outcome="done")
    )

    assert done.state(FIRST).facts.items["item:1"].outcome == "done"
    done.when(close("2026-09-21")).nothing()
    done.when(close(outcome="dropped")).refuses("already_closed")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"text": " "}, "empty_text"),
        ({"owner": DARA.here}, "not_a_member"),
        ({"due_on": day("2026-09-09")}, "ends_before_start"),
        ({"goal_id": "goal:9"}, "no_such_goal"),
        ({"meeting_id": "meeting:9"}, "no_such_meeting"),
        ({"on": day("2026-08-31")}, "before_start"),
        ({"on": day("2099-08-31")}, "in_the_future"),
    ],
)
def test_a_step_has_words_an_owner_and_a_day_that_fit(other: Any, code: Any) -> None:
    paired().when(item(**other), at="2026-10-01T12:00Z").refuses(code)


def test_a_step_is_agreed_once_and_closed_after_it() -> None:
    story = paired().given(item())

    story.when(item()).refuses("already_agreed")
    story.when(close("2026-09-09")).refuses("before_the_item")
    assert story.when(close("2026-09-10")).events
    story.when(close(), at="2026-09-19T12:00Z").refuses("in_the_future")
    paired().when(close()).refuses("no_such_item")


# ------------------------------------------------------------------------------ notes


def test_a_note_carries_its_visibility_and_belongs_to_everybody_in_the_pairing() -> None:
    """INV-27: the class is part of the record."""
    paired().when(note()).then(
        mc.NoteWritten(
            note_id="note:1",
            author=ANNA.here,
            kind="reflection",
            on=SEPT,
            visibility="pair_private",
            subjects=(ANNA.person, CLEO.person),
            body="We talked about beginnings",
        )
    )


def test_a_note_without_a_visibility_cannot_be_said() -> None:
    """INV-27."""
    with pytest.raises(TypeError, match="visibility"):
        mc.WriteNote(pairing_id=FIRST, author=ANNA.here, kind="journal", on=SEPT, body="No class")


@pytest.mark.parametrize("body", ["", "  \n"])
def test_drafts_never_enter_the_log(body: Any) -> None:
    """INV-73."""
    paired().when(note(body=body)).refuses("empty_text", "draft")
    paired().when(feedback(ratings=(), text=body)).refuses("empty_text", "draft")


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"author": DARA.here}, "not_a_member"),
        ({"meeting_id": "meeting:9"}, "no_such_meeting"),
        ({"on": day("2026-08-31")}, "before_start"),
        ({"on": day("2099-08-31")}, "in_the_future"),
    ],
)
def test_a_note_has_an_author_and_a_day_that_fit(other: Any, code: Any) -> None:
    paired().when(note(**other), at="2026-10-01T12:00Z").refuses(code)


def test_a_note_is_submitted_once_and_amended_after_that() -> None:
    """INV-73."""
    story = paired().given(hold(), note(meeting_id=MEETING))

    story.when(note()).refuses("already_written", "amend")
    amended = story.given(mc.AmendRecord(stream=FIRST, target=3, changes={"body": "We began well"}))
    assert amended.state(FIRST).facts.notes["note:1"].body == "We began well"


# ------------------------------------------------------------------------------ feedback


def test_feedback_is_attributed_and_about_somebody_or_something() -> None:
    given = paired().when(feedback(about="person", about_participant=ANNA.here, text="Patient"))

    assert given.events == (
        mc.FeedbackGiven(
            feedback_id="feedback:1",
            author=CLEO.here,
            about="person",
            on=SEPT,
            visibility="coordinator",
            subjects=(CLEO.person, ANNA.person),
            ratings=(mc.Rating(scale="fit", rating=4),),
            about_participant=ANNA.here,
            text="Patient",
        ),
    )


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"author": DARA.here}, "not_a_member"),
        ({"about_participant": DARA.here}, "not_a_member"),
        ({"about": "person"}, "nobody_named"),
        ({"about": "person", "about_participant": CLEO.here}, "same_person"),
        ({"about": "meeting"}, "no_such_meeting"),
        ({"ratings": ()}, "empty_text"),
        ({"ratings": (mc.Rating(scale="warmth", rating=4),)}, "no_such_scale"),
        ({"ratings": (mc.Rating(scale="fit", rating=0),)}, "off_the_scale"),
        ({"ratings": (mc.Rating(scale="fit", rating=6),)}, "off_the_scale"),
        ({"ratings": (mc.Rating(scale="fit", rating=4),) * 2}, "rated_twice"),
        ({"on": day("2026-08-31")}, "before_start"),
        ({"on": day("2099-08-31")}, "in_the_future"),
    ],
)
def test_feedback_keeps_to_members_scales_and_days(other: Any, code: Any) -> None:
    paired().when(feedback(**other), at="2026-10-01T12:00Z").refuses(code)


def test_feedback_is_given_once_about_a_meeting_that_is_known() -> None:
    story = paired().given(hold(), feedback(about="meeting", meeting_id=MEETING, text="Short"))

    story.when(feedback()).refuses("already_given")


def test_feedback_may_be_of_the_first_day_or_of_any_after_the_end() -> None:
    """INV-15: closing feedback."""
    story = paired().given(end())

    assert story.when(feedback(on=day("2026-09-01"))).events
    assert story.when(feedback(on=day("2027-03-01"))).events


@pytest.mark.parametrize("rating", [1, 5])
def test_a_scale_includes_its_ends(rating: Any) -> None:
    ratings = (mc.Rating(scale="fit", rating=rating),)

    assert paired().when(feedback(ratings=ratings)).events


# ------------------------------------------------------------------------------ mismatch


def test_a_mismatch_is_reported_and_settled() -> None:
    """INV-74: a follow-up is open until it is settled."""
    reported = paired().when(mismatch(text="Our hours never meet")).recorded()
    assert reported.state(FIRST).facts.mismatches["mismatch:1"].outcome is None

    settled = reported.when(settle()).recorded()

    assert settled.state(FIRST).facts.mismatches["mismatch:1"].outcome == "continue"
    settled.when(settle("2026-09-21")).nothing()
    settled.when(settle(outcome="end")).refuses("already_settled", "continue")


def test_a_mismatch_is_reported_once_by_a_member() -> None:
    paired().given(mismatch()).when(mismatch()).refuses("already_reported")
    paired().when(mismatch(by=DARA.here)).refuses("not_a_member")
    paired().when(mismatch(), at="2026-09-09T12:00Z").refuses("in_the_future")
    paired().when(mismatch(on=day("2026-08-31"))).refuses("before_start")


def test_a_mismatch_is_settled_after_it_was_reported_and_before_the_end() -> None:
    """INV-15, INV-74."""
    story = paired().given(mismatch())

    paired().when(settle()).refuses("no_such_mismatch")
    story.when(settle("2026-09-09")).refuses("before_the_report")
    assert story.when(settle("2026-09-10")).events
    story.when(settle(), at="2026-09-19T12:00Z").refuses("in_the_future")
    story.given(end(on=day("2026-09-15"))).when(settle()).refuses("after_end")
