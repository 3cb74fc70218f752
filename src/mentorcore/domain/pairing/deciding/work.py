"""Members set goals, agree on steps, write, give feedback, and say when they do not fit."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from mentorcore.domain.aggregate import Decision, Situation, decides, is_blank
from mentorcore.domain.declarations import recorded_as
from mentorcore.domain.pairing.deciding.life import (
    check_day,
    check_members,
    check_owner,
    check_was_member,
)
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    AgreeActionItem,
    CloseActionItem,
    FeedbackGiven,
    GiveFeedback,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
    MismatchReported,
    MismatchSettled,
    NoteWritten,
    RecordGoalProgress,
    ReportMismatch,
    SetGoal,
    SettleMismatch,
    WriteNote,
)
from mentorcore.domain.pairing.goals import Goal
from mentorcore.domain.pairing.state import EndedPairing, Facts, NotFormed, Pairing
from mentorcore.domain.person.merging import survivor_of
from mentorcore.domain.program import Program, check_past
from mentorcore.domain.settings import Settings
from mentorcore.domain.values import ParticipantId, PersonId, Stream
from mentorcore.errors import Refused

ONWARD = {
    "set": {"in_progress", "achieved", "deferred", "abandoned"},
    "in_progress": {"in_progress", "achieved", "deferred", "abandoned"},
    "achieved": {"in_progress"},
    "deferred": {"in_progress", "abandoned"},
    "abandoned": {"in_progress"},
}
"""Statuses a goal may move to; going back to ``in_progress`` is an explicit record (INV-29)."""


OVER = frozenset({"achieved", "abandoned"})
"""Statuses after which a goal does not go on in a later pairing."""


@decides(SetGoal)
def set_goal(now: Situation, state: Pairing, program: Program, command: SetGoal) -> Decision:
    """Set a goal, or a new wording of an earlier one."""
    facts, me = _facts(state), Stream(command.pairing_id)
    assert command.goal_id is not None
    check_past(now, program, command.on)
    check_day(state, command.on, "a goal")
    if command.statement is not None and is_blank(command.statement):
        raise Refused("a goal needs a statement", "empty_text")
    if command.goal_id in facts.goals:
        raise Refused("this goal is set already; amend it instead", "already_set")
    if command.revises is not None:
        revised = facts.goals.get(command.revises)
        if revised is None:
            raise Refused("the goal that this one revises does not exist", "no_such_goal")
        if command.on < revised.set.on:
            raise Refused(f"the revised goal was set on {revised.set.on} only", "before_the_goal")
    if command.due_on is not None and command.due_on < command.on:
        raise Refused("a goal is due on the day it is set or later", "ends_before_start")
    owner = command.owner or mentee(facts, program.settings_on(command.on), command.on)
    check_members(facts, (owner,), command.on)
    subjects = _persons(facts, owner)
    if command.continues is None:
        return ((me, recorded_as(GoalSet, command, subjects=subjects)),)
    earlier = _continued(now, state, command, subjects)
    reached = None if earlier.status == "set" else earlier.status
    assert command.continues_in is not None
    handed = GoalHandedOver(
        goal_id=command.continues,
        on=command.on,
        principal_stream=me,
        principal=now.next_version(me),
    )
    return (
        (me, recorded_as(GoalSet, command, subjects=subjects, reached=reached)),
        (Stream(command.continues_in), handed),
    )


def _continued(
    now: Situation, state: Pairing, command: SetGoal, subjects: tuple[PersonId, ...]
) -> Goal:
    """The goal of an ended pairing that goes on in this one (INV-31)."""
    assert command.continues is not None
    if command.continues_in is None:
        raise Refused("say in which pairing the goal that goes on was set", "no_such_goal")
    before: Pairing = now.state(Stream(command.continues_in))
    goal = None if isinstance(before, NotFormed) else before.facts.goals.get(command.continues)
    if goal is None or isinstance(before, NotFormed):
        raise Refused("the goal that goes on does not exist", "no_such_goal")
    if before.facts.program_id != _facts(state).program_id:
        raise Refused("a goal goes on in a pairing of the same program", "other_program")
    if not _survivors(now, subjects) & _survivors(now, goal.set.subjects):
        raise Refused("a goal goes on with the mentee who set it", "another_person")
    if not isinstance(before, EndedPairing) or before.on > command.on:
        raise Refused("the pairing of this goal had not ended on that day", "pairing_goes_on")
    if goal.handed_over is not None:
        raise Refused("this goal goes on in another pairing already", "goal_handed_over")
    if goal.replaced or goal.status in OVER:
        raise Refused("this goal is over, and does not go on", "goal_is_over")
    return goal


def _survivors(now: Situation, persons: Iterable[PersonId]) -> set[PersonId]:
    return {survivor_of(now, person) for person in persons}


@decides(RecordGoalProgress)
def progress(
    now: Situation, state: Pairing, program: Program, command: RecordGoalProgress
) -> Decision:
    """Move a goal to a status."""
    facts = _facts(state)
    goal = facts.goals.get(command.goal_id)
    if goal is None:
        raise Refused("there is no such goal", "no_such_goal")
    check_past(now, program, command.on)
    check_day(state, command.on, "progress of a goal")
    if command.on < goal.set.on:
        raise Refused(f"this goal was set on {goal.set.on} only", "before_the_goal")
    if goal.handed_over is not None and command.on > goal.handed_over:
        raise Refused(
            f"this goal goes on in a later pairing since {goal.handed_over}; record it there",
            "goal_handed_over",
        )
    check_owner(facts, goal, command.on)
    _check_step(goal, command)
    recorded = recorded_as(GoalProgressRecorded, command, subjects=goal.set.subjects)
    return ((Stream(command.pairing_id), recorded),)


def _check_step(goal: Goal, command: RecordGoalProgress) -> None:
    # A late record stands between those of the days before and after it.
    before = [status for day, status in goal.steps if day <= command.on]
    behind = [status for day, status in goal.steps if day > command.on]
    way = (before[-1] if before else goal.set.reached or "set", command.status, *behind[:1])
    for old, new in pairwise(way):
        if new not in ONWARD[old]:
            raise Refused(f"a goal that is {old} does not become {new}", "no_such_transition")


@decides(AgreeActionItem)
def agree_item(
    now: Situation, state: Pairing, program: Program, command: AgreeActionItem
) -> Decision:
    """Record a small agreed step."""
    facts = _facts(state)
    assert command.item_id is not None
    check_past(now, program, command.on)
    check_day(state, command.on, "an action item")
    check_members(facts, (command.owner,), command.on)
    if command.text is not None and is_blank(command.text):
        raise Refused("an action item needs a text", "empty_text")
    if command.item_id in facts.items:
        raise Refused("this action item is agreed already; amend it instead", "already_agreed")
    if command.due_on is not None and command.due_on < command.on:
        raise Refused("an action item is due when agreed or later", "ends_before_start")
    if command.goal_id is not None and command.goal_id not in facts.goals:
        raise Refused("there is no such goal", "no_such_goal")
    if command.meeting_id is not None and command.meeting_id not in facts.meetings:
        raise Refused("there is no such meeting", "no_such_meeting")
    agreed = recorded_as(ActionItemAgreed, command, subjects=_persons(facts, command.owner))
    return ((Stream(command.pairing_id), agreed),)


@decides(CloseActionItem)
def close_item(
    now: Situation, state: Pairing, program: Program, command: CloseActionItem
) -> Decision:
    """Record that a step was done or dropped."""
    item = _facts(state).items.get(command.item_id)
    if item is None:
        raise Refused("there is no such action item", "no_such_item")
    check_past(now, program, command.on)
    check_day(state, command.on, "the end of an action item")
    if command.on < item.agreed.on:
        raise Refused(f"this item was agreed on {item.agreed.on} only", "before_the_item")
    if item.outcome is not None:
        if item.outcome == command.outcome:
            return ()
        raise Refused(f"this item is {item.outcome} already", "already_closed")
    closed = recorded_as(ActionItemClosed, command)
    return ((Stream(command.pairing_id), closed),)


@decides(WriteNote)
def write(now: Situation, state: Pairing, program: Program, command: WriteNote) -> Decision:
    """Submit a text; drafts never enter the log (INV-73)."""
    facts = _facts(state)
    assert command.note_id is not None
    check_past(now, program, command.on)
    check_day(state, command.on, "a note")
    check_members(facts, (command.author,), command.on)
    if command.body is not None and is_blank(command.body):
        raise Refused("an empty note is a draft, and drafts are not recorded", "empty_text")
    if command.note_id in facts.notes:
        raise Refused("this note is written already; amend it instead", "already_written")
    if command.meeting_id is not None and command.meeting_id not in facts.meetings:
        raise Refused("there is no such meeting", "no_such_meeting")
    note = recorded_as(NoteWritten, command, subjects=facts.persons_on(command.on))
    return ((Stream(command.pairing_id), note),)


@decides(GiveFeedback)
def give_feedback(
    now: Situation, state: Pairing, program: Program, command: GiveFeedback
) -> Decision:
    """Give attributed feedback; closing feedback is accepted after the end (INV-15)."""
    facts = _facts(state)
    assert command.feedback_id is not None
    check_past(now, program, command.on)
    begins = facts.formed_on
    if command.on < begins:
        raise Refused(f"this pairing began on {begins}", "before_start", since=begins)
    about = command.about_participant
    for member in (command.author,) if about is None else (command.author, about):
        check_was_member(facts, member, command.on)
    if command.about == "person" and about is None:
        raise Refused("feedback about a person names the member it is about", "nobody_named")
    if about == command.author:
        raise Refused("nobody gives feedback about themself", "same_person")
    if command.about == "meeting" and command.meeting_id not in facts.meetings:
        raise Refused("there is no such meeting", "no_such_meeting")
    if not command.ratings and (command.text is not None and is_blank(command.text)):
        raise Refused("empty feedback is a draft, and drafts are not recorded", "empty_text")
    if not command.ratings and command.text is None:
        raise Refused("feedback needs a rating or a text", "empty_text")
    _on_scale(command, program.settings_on(command.on))
    if command.feedback_id in facts.feedback:
        raise Refused("this feedback is given already; amend it instead", "already_given")
    given = recorded_as(FeedbackGiven, command, subjects=_persons(facts, command.author, about))
    return ((Stream(command.pairing_id), given),)


@decides(ReportMismatch)
def report_mismatch(
    now: Situation, state: Pairing, program: Program, command: ReportMismatch
) -> Decision:
    """Report that the members do not fit; a follow-up is due in the grace period (INV-74)."""
    facts = _facts(state)
    assert command.mismatch_id is not None
    check_past(now, program, command.on)
    check_day(state, command.on, "a mismatch")
    check_members(facts, (command.by,), command.on)
    if command.mismatch_id in facts.mismatches:
        raise Refused("this mismatch is reported already", "already_reported")
    reported = recorded_as(MismatchReported, command, subjects=facts.persons_on(command.on))
    return ((Stream(command.pairing_id), reported),)


@decides(SettleMismatch)
def settle_mismatch(
    now: Situation, state: Pairing, program: Program, command: SettleMismatch
) -> Decision:
    """Record how a reported mismatch was settled."""
    mismatch = _facts(state).mismatches.get(command.mismatch_id)
    if mismatch is None:
        raise Refused("no such mismatch was reported", "no_such_mismatch")
    check_past(now, program, command.on)
    check_day(state, command.on, "the settlement of a mismatch")
    if command.on < mismatch.reported.on:
        raise Refused("it cannot be settled before it was reported", "before_the_report")
    if mismatch.outcome is not None:
        if mismatch.outcome == command.outcome:
            return ()
        raise Refused(f"this mismatch was settled: {mismatch.outcome}", "already_settled")
    settled = recorded_as(MismatchSettled, command)
    return ((Stream(command.pairing_id), settled),)


def mentee(facts: Facts, settings: Settings, on: date) -> ParticipantId:
    """The one mentee whose goals these are on a day.

    Raises:
        Refused: There are several, so the command has to name one.
    """
    there = [s.member for s in facts.stays_on(on)]
    mentees = [m.participant for m in there if settings.part(m.role) == "mentee"]
    if len(mentees) != 1:
        raise Refused("say whose goal it is: this pairing has not just one mentee", "nobody_named")
    return mentees[0]


def _on_scale(command: GiveFeedback, settings: Settings) -> None:
    if len({r.scale for r in command.ratings}) != len(command.ratings):
        raise Refused("a scale is rated once", "rated_twice")
    for rating in command.ratings:
        scale = settings.scale(rating.scale)
        if scale is None:
            raise Refused(f"this program has no scale {rating.scale!r}", "no_such_scale")
        if not scale.lowest <= rating.rating <= scale.highest:
            raise Refused(
                f"{rating.scale!r} runs from {scale.lowest} to {scale.highest}, "
                f"and {rating.rating} lies outside",
                "off_the_scale",
            )


def _persons(facts: Facts, *participants: ParticipantId | None) -> tuple[PersonId, ...]:
    found = (facts.person_of(p) for p in participants if p is not None)
    return tuple(dict.fromkeys(p for p in found if p is not None))


def _facts(state: Pairing) -> Facts:
    assert not isinstance(state, NotFormed)
    return state.facts
