"""A pairing's meetings, goals, steps and words, one event at a time, in whatever order they come.

Each fact is kept with its own date, so that a meeting or goal that is logged late finds its place
without folding the pairing again.
"""

from bisect import insort
from functools import partial
from typing import Any

from mentorcore.domain.pairing.events.forming import AgreementSigned
from mentorcore.domain.pairing.events.meetings import (
    DuplicatesRuledOut,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
)
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    FeedbackGiven,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
    MismatchReported,
    MismatchSettled,
    NoteWritten,
)
from mentorcore.log.recorded import Recorded
from mentorcore.projections.summary.partials import (
    HANDED_OVER,
    Apart,
    Closure,
    Doubled,
    Feedback,
    Goal,
    GoalStep,
    Item,
    LastMeeting,
    LateLog,
    PairingPart,
    Planned,
    Ref,
    ReportedMismatch,
    Signature,
)

__all__ = ["LATE_DAYS", "WINDOW", "WORK"]

LATE_DAYS = 7
"""A meeting that was told more days than this after it was held is marked as logged late."""

WINDOW = 6
"""How many ratings by one author are looked at to see whether they fall."""

# The constructors of named tuples are slow; these take the members as one tuple.
_ref = partial(tuple.__new__, Ref)
_latest = partial(tuple.__new__, LastMeeting)


def _held(part: PairingPart, told: Recorded[MeetingHeld]) -> None:
    # Most of what a log holds are meetings, so this function is written for speed.
    e, ref = told.event, _ref((told.version, told.position))
    day, at, modality, minutes = e.held_on, e.held_at, e.modality, e.minutes
    part.meetings += 1
    modalities = part.modalities
    modalities[modality] = modalities.get(modality, 0) + 1
    if modality == "async":
        took = str(minutes)
        part.contacts[took] = part.contacts.get(took, 0) + 1
    else:
        part.minutes += minutes
    if e.joint_id is not None or not _everybody(e.attendees, part.together):
        part.apart[e.meeting_id] = Apart(modality, minutes, e.attendees, e.joint_id)
    if day in part.untimed or (at is None and day in part.timed):
        part.doubled[e.meeting_id] = Doubled(day, ref)
    (part.untimed if at is None else part.timed).add(day)
    last = part.last
    if last is None or day > last.on or (day == last.on and _later(at, ref, last)):
        part.last = _latest((day, at, ref))
    if part.planned:
        part.planned.pop(e.meeting_id, None)
    # Days are worked out only where there may be too many of them.
    recorded = told.recorded_at.toordinal()
    if recorded - day.toordinal() >= LATE_DAYS:
        sent = told.told_at
        part.import_days = max(part.import_days, (told.recorded_at - sent).days)
        if sent.toordinal() - day.toordinal() >= LATE_DAYS:
            part.late.append(LateLog(day, sent, ref))


def _everybody(there: tuple[str, ...], together: tuple[str, ...]) -> bool:
    """Whether just those were there with whom the pairing was formed."""
    return there == together or {*there} == {*together}


def _later(at: Any, ref: Ref, last: LastMeeting) -> bool:
    """Whether a meeting on the same day stands behind the last one: timed ones do, then by time."""
    return (at is not None, at or 0, ref) > (last.at is not None, last.at or 0, last.ref)


def _ruled_out(part: PairingPart, told: Recorded[DuplicatesRuledOut]) -> None:
    ref = Ref(told.version, told.position)
    for meeting in told.event.meetings:
        part.ruled_out[meeting] = max(ref, part.ruled_out.get(meeting, ref))


def _scheduled(part: PairingPart, told: Recorded[MeetingScheduled]) -> None:
    e = told.event
    before = part.planned.get(e.meeting_id)
    if before is None or before.sequence <= e.sequence:
        ref = Ref(told.version, told.position)
        part.planned[e.meeting_id] = Planned(e.sequence, e.starts_on, e.starts_at, e.minutes, ref)


def _cancelled(part: PairingPart, told: Recorded[MeetingCancelled]) -> None:
    part.planned.pop(told.event.meeting_id, None)
    part.missed[told.event.cause] = part.missed.get(told.event.cause, 0) + 1


def _signed(part: PairingPart, told: Recorded[AgreementSigned]) -> None:
    e = told.event
    signature = Signature(e.on, e.revision, e.cadence, Ref(told.version, told.position))
    _keep(part.signatures, e.signer, signature)


def _keep(kept: dict[str, Any], key: str, fact: Any) -> None:
    """Keep the later of two facts about one thing, by its day and then by its version."""
    before = kept.get(key)
    if before is None or (before.on, before.ref) <= (fact.on, fact.ref):
        kept[key] = fact


def _goal(part: PairingPart, told: Recorded[GoalSet]) -> None:
    e, ref = told.event, Ref(told.version, told.position)
    goal = Goal(e.on, e.due_on, e.area, e.revises, e.reached, e.statement, ref)
    _keep(part.goals, e.goal_id, goal)


def _handed_over(part: PairingPart, told: Recorded[GoalHandedOver]) -> None:
    e = told.event
    step = GoalStep(e.on, HANDED_OVER, Ref(told.version, told.position))
    part.handed_over[e.goal_id] = step


def _step(part: PairingPart, told: Recorded[GoalProgressRecorded]) -> None:
    e = told.event
    _keep(part.steps, e.goal_id, GoalStep(e.on, e.status, Ref(told.version, told.position)))


def _item(part: PairingPart, told: Recorded[ActionItemAgreed]) -> None:
    e, ref = told.event, Ref(told.version, told.position)
    _keep(part.items, e.item_id, Item(e.on, e.owner, e.due_on, e.text, ref))
    _drop_text(part, e.item_id)


def _closed(part: PairingPart, told: Recorded[ActionItemClosed]) -> None:
    e = told.event
    _keep(part.closings, e.item_id, Closure(e.on, e.outcome, Ref(told.version, told.position)))
    _drop_text(part, e.item_id)


def _drop_text(part: PairingPart, item_id: str) -> None:
    item, closing = part.items.get(item_id), part.closings.get(item_id)
    if item and closing and closing[0::2] >= (item.on, item.ref):
        part.items[item_id] = item._replace(text=None)


def _note(part: PairingPart, told: Recorded[NoteWritten]) -> None:
    part.notes[told.event.kind] = part.notes.get(told.event.kind, 0) + 1


def _feedback(part: PairingPart, told: Recorded[FeedbackGiven]) -> None:
    e = told.event
    given = Feedback(
        e.on,
        Ref(told.version, told.position),
        e.author,
        e.about,
        e.about_participant,
        e.visibility,
        tuple((r.scale, r.rating) for r in e.ratings),
    )
    insort(part.feedback, given, key=lambda f: (f.on, f.ref))
    alike = [f for f in part.feedback if (f.author, f.visibility) == (e.author, e.visibility)]
    if len(alike) > WINDOW:
        part.feedback.remove(alike[0])


def _misfit(part: PairingPart, told: Recorded[MismatchReported]) -> None:
    e = told.event
    ref = Ref(told.version, told.position)
    _keep(part.misfits, e.mismatch_id, ReportedMismatch(e.on, e.by, e.grounds, e.wish, e.text, ref))


def _settled(part: PairingPart, told: Recorded[MismatchSettled]) -> None:
    e = told.event
    _keep(part.settled, e.mismatch_id, Closure(e.on, e.outcome, Ref(told.version, told.position)))


WORK: dict[type, Any] = {
    MeetingHeld: _held,
    DuplicatesRuledOut: _ruled_out,
    MeetingScheduled: _scheduled,
    MeetingCancelled: _cancelled,
    AgreementSigned: _signed,
    GoalSet: _goal,
    GoalHandedOver: _handed_over,
    GoalProgressRecorded: _step,
    ActionItemAgreed: _item,
    ActionItemClosed: _closed,
    NoteWritten: _note,
    FeedbackGiven: _feedback,
    MismatchReported: _misfit,
    MismatchSettled: _settled,
}
"""What happens in a pairing while it lasts."""
