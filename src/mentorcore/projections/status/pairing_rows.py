"""One pairing as a row of the status: what was done in it, and what to know of its records."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from mentorcore.domain.school_calendar import EVERY_DAY, SchoolTime
from mentorcore.domain.settings import MENTORING, Settings
from mentorcore.projections.access.redactor import METADATA, MISMATCH, WORK, Redactor, readers_of
from mentorcore.projections.folding.moment import day_in
from mentorcore.projections.status.pairing_figures import (
    EndRow,
    FeedbackRow,
    GoalCounts,
    GoalRow,
    ItemRow,
    LateRow,
    Mark,
    MismatchRow,
    PairingRow,
    Score,
    SubstituteRow,
)
from mentorcore.projections.summary.pairing_activity import LATE_DAYS
from mentorcore.projections.summary.pairing_on_day import (
    credited,
    goals,
    met_while_paused,
    next_meeting,
    open_items,
    open_misfits,
    person_of,
    waits_for,
)
from mentorcore.projections.summary.partials import HANDED_OVER, Feedback, PairingPart
from mentorcore.projections.summary.people import who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence

__all__ = ["feedback_rows", "goal_counts", "mismatch_rows", "pairing_row", "quiet_since"]


def pairing_row(at: ProgramSnapshot, seer: Redactor, part: PairingPart) -> PairingRow:
    """A pairing as the viewer may see it."""
    assert part.since is not None
    assert part.formed_on is not None
    planned = next_meeting(part, at.day, at.moment)
    quiet = quiet_since(part)
    time = at.time(part.cohort_id)
    last = part.last
    life = (*part.life, *part.continued, *part.changes, *part.corrections)
    refs = (*life, last and last.ref, planned and planned.ref)
    return PairingRow(
        pairing=part.pairing_id,
        cohort=part.cohort_id,
        shape=part.shape,
        situation=part.situation,
        since=part.since,
        formed_on=part.formed_on,
        active_from=part.active_from,
        planned_end=part.planned_end,
        members=tuple(who(at, seer, m.participant) for m in part.members),
        waits_for=waits_for(part),
        meetings=part.meetings,
        minutes=credited(part, at.settings),
        modalities=tuple(sorted(part.modalities.items())),
        last_meeting=None if last is None else last.on,
        quiet_days=None if quiet is None else max(0, time.elapsed(quiet, at.day)),
        next_meeting=None if planned is None else planned.starts_at or planned.on,
        missed=part.missed.get("no_show", 0),
        cancelled=part.missed.get("cancelled", 0),
        goals=tuple(_goals(at, seer, part)),
        goal_counts=goal_counts(part, at.day, time),
        items=tuple(_items(at, seer, part)),
        notes=tuple(sorted(part.notes.items())),
        feedback=feedback_rows(at, seer, part),
        mismatches=mismatch_rows(at, seer, part),
        ended=_end(part),
        late=late_rows(at, part),
        import_days=part.import_days,
        marks=tuple(_marks(at, part)),
        evidence=evidence(part.pairing_id, refs),
        co_mentors=_co_mentors(at, part),
        substitutes=tuple(
            SubstituteRow(m.participant, m.substitute_until)
            for m in part.members
            if m.substitute_until is not None
        ),
    )


def _co_mentors(at: ProgramSnapshot, part: PairingPart) -> tuple[str, ...]:
    """Who mentors beside the primary mentor; whoever stands in for a while is a substitute."""
    if not any(m.primary for m in part.members):
        return ()
    return tuple(
        m.participant
        for m in part.members
        if not m.primary and m.substitute_until is None and at.settings.part(m.role) in MENTORING
    )


def quiet_since(part: PairingPart) -> date | None:
    """Since when an active pairing has been quiet: its last meeting, or when it became active."""
    if part.situation != "active" or part.since is None:
        return None
    return part.since if part.last is None else max(part.last.on, part.since)


def goal_counts(part: PairingPart, day: date, time: SchoolTime = EVERY_DAY) -> GoalCounts:
    """How many goals of a pairing have reached which status."""
    standing = [g for g in goals(part, day, time) if not g.replaced]
    reached = Counter(g.status for g in standing)
    overdue = 0 if part.situation == "ended" else sum(g.overdue > 0 for g in standing)
    return GoalCounts(**reached, overdue=overdue)


def _goals(at: ProgramSnapshot, seer: Redactor, part: PairingPart) -> Iterator[GoalRow]:
    members = [m.person for m in part.members]
    for g in goals(part, at.day, at.time(part.cohort_id)):
        yield GoalRow(
            goal=g.goal_id,
            area=g.goal.area,
            set_on=g.goal.on,
            due_on=g.goal.due_on,
            status="replaced" if g.replaced and g.status != HANDED_OVER else g.status,
            status_on=g.status_on,
            overdue=0 if part.situation == "ended" else g.overdue,
            statement=seer.show(g.goal.statement, WORK, "goal", members=members),
            evidence=evidence(part.pairing_id, g.refs),
        )


def _items(at: ProgramSnapshot, seer: Redactor, part: PairingPart) -> Iterator[ItemRow]:
    members = [m.person for m in part.members]
    for item_id, item in open_items(part):
        due = None if part.situation == "ended" else item.due_on
        yield ItemRow(
            item=item_id,
            owner=item.owner,
            agreed_on=item.on,
            due_on=item.due_on,
            overdue=0 if due is None else max(0, at.time(part.cohort_id).elapsed(due, at.day)),
            text=seer.show(item.text, WORK, "action_item", members=members),
            evidence=evidence(part.pairing_id, [item.ref]),
        )


def feedback_rows(
    at: ProgramSnapshot, seer: Redactor, part: PairingPart
) -> tuple[FeedbackRow, ...]:
    """The latest feedback of each author, in the order in which it was given."""
    latest = {f.author: f for f in part.feedback}
    rows = sorted(latest.values(), key=lambda f: (f.on, f.ref))
    return tuple(_feedback(at, seer, part, f) for f in rows)


def _feedback(
    at: ProgramSnapshot, seer: Redactor, part: PairingPart, given: Feedback
) -> FeedbackRow:
    return FeedbackRow(
        author=given.author,
        on=given.on,
        about=given.about_participant or given.about,
        visibility=given.visibility,
        ratings=seer.show(
            tuple(_score(at.settings, scale, rating) for scale, rating in given.ratings),
            readers_of(given.visibility),
            given.visibility,
            author=person_of(part, given.author),
            members=[m.person for m in part.members],
        ),
        evidence=evidence(part.pairing_id, [given.ref]),
    )


def _score(settings: Settings, code: str, rating: int) -> Score:
    scale = settings.scale(code)
    if scale is None:
        return Score(code, rating, None, None)
    return Score(code, rating, scale.lowest, scale.highest)


def mismatch_rows(
    at: ProgramSnapshot, seer: Redactor, part: PairingPart
) -> tuple[MismatchRow, ...]:
    """The open mismatches: that there is one is seen by all members, what it is about is not."""
    rows = []
    for mismatch_id, misfit in open_misfits(part):
        author = person_of(part, misfit.by)
        rows.append(
            MismatchRow(
                mismatch=mismatch_id,
                on=misfit.on,
                due_on=at.time(part.cohort_id).after(misfit.on, at.settings.grace_days),
                by=seer.show(misfit.by, METADATA, "mismatch", author=author),
                grounds=seer.show(misfit.grounds, MISMATCH, "mismatch", author=author),
                wish=seer.show(misfit.wish, MISMATCH, "mismatch", author=author),
                text=seer.show(misfit.text, MISMATCH, "mismatch", author=author),
                evidence=evidence(part.pairing_id, [misfit.ref]),
            )
        )
    return tuple(rows)


def _end(part: PairingPart) -> EndRow | None:
    end = part.ended
    if end is None:
        return None
    return EndRow(
        on=end.on,
        reason=end.reason,
        initiated_by=end.initiated_by,
        closing_conversation=end.closing_conversation,
        successor=end.successor,
        evidence=evidence(part.pairing_id, [end.ref]),
    )


def late_rows(at: ProgramSnapshot, part: PairingPart) -> tuple[LateRow, ...]:
    """The meetings that were told late, the latest first."""
    rows = []
    for late in part.late:
        sent_on = day_in(late.told_at, at.zone)
        days = at.time(part.cohort_id).elapsed(late.on, sent_on)
        if days > LATE_DAYS:
            rows.append(LateRow(late.on, sent_on, days, evidence(part.pairing_id, [late.ref])))
    return tuple(sorted(rows, key=lambda row: (-row.days, row.on, row.evidence[0].version)))


def _marks(at: ProgramSnapshot, part: PairingPart) -> Iterator[Mark]:
    stream = part.pairing_id
    if resting := met_while_paused(part):
        behind = [p.ref for p in part.pauses]
        yield Mark(
            "met_while_paused", len(resting), on=tuple(resting), evidence=evidence(stream, behind)
        )
    if late := late_rows(at, part):
        yield Mark("logged_late", len(late), late[0].days, evidence=late[0].evidence)
    if doubled := part.doubled.keys() - part.ruled_out.keys():
        behind = sorted(part.doubled[meeting].ref for meeting in doubled)
        yield Mark("probable_duplicate", len(behind), evidence=evidence(stream, behind))
    if part.disputed:
        behind = list(part.disputed.values())
        yield Mark("disputed", len(behind), evidence=evidence(stream, behind))
    if part.corrections:
        behind = part.corrections
        yield Mark("corrected", len(behind), evidence=evidence(stream, behind))
