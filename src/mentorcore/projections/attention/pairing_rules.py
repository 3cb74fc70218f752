"""Which pairings need a person: silence, waiting, overdue work, poor fit."""

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from typing import Any

from mentorcore.domain.pairing.events.forming import AgreementSigned
from mentorcore.domain.pairing.events.meetings import MeetingHeld
from mentorcore.domain.pairing.events.work import FeedbackGiven
from mentorcore.domain.participant import events as q
from mentorcore.domain.participant.state import Participant
from mentorcore.domain.person import events as r
from mentorcore.domain.settings import SUPPORTED, Cadence
from mentorcore.projections.access.redactor import WORK, Redactor, readers_of
from mentorcore.projections.attention.ended import is_over
from mentorcore.projections.attention.needs import Need, in_days, tells
from mentorcore.projections.folding.figure import rests_on
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.status.pairing_rows import mismatch_rows, quiet_since
from mentorcore.projections.summary.event_groups import GOALS, ITEMS, MEMBERS, MISFITS, TURNS
from mentorcore.projections.summary.pairing_on_day import (
    LIVE,
    cadence,
    goals,
    open_items,
    person_of,
    ratings_by,
    waits_for,
)
from mentorcore.projections.summary.partials import PairingPart, Ref, ReportsTo
from mentorcore.projections.summary.people import Who, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence

__all__ = ["PAIRING_RULES", "live", "people_of"]

_UNREACHED = {"set": "not begun", "in_progress": "in progress"}
FEWEST = 3
"""Ratings needed before one can say that they fall."""


def live(at: ProgramSnapshot) -> Iterator[PairingPart]:
    """The pairings that are under way; of a cohort that has ended only those that were extended."""
    for part in at.pairings.values():
        if part.situation in LIVE and not is_over(at, part):
            yield part


def people_of(
    at: ProgramSnapshot, seer: Redactor, part: PairingPart, first: str = ""
) -> tuple[Who, ...]:
    """The members; the one it is most about comes first."""
    members = sorted(part.members, key=lambda m: m.participant != first)
    return tuple(who(at, seer, m.participant) for m in members)


def _behind(part: PairingPart, *refs: Ref) -> tuple[Evidence, ...]:
    return evidence(part.pairing_id, refs)


def _passed(at: ProgramSnapshot, part: PairingPart, since: date) -> int:
    """The days that count from a day on; none of a break does."""
    return max(0, at.time(part.cohort_id).elapsed(since, at.day))


def _longer(at: ProgramSnapshot, since: date, days: int) -> str:
    """Says that days of a break were left out, where some were."""
    return "" if days == (at.day - since).days else " of school"


def quiet_days(at: ProgramSnapshot, part: PairingPart, agreed: Cadence, since: date) -> int:
    """How long a pairing has been quiet, in the days that its cadence counts.

    A term and a year hold their own breaks, so all of their days count; but no silence becomes too
    long in a break.
    """
    if agreed.unit in {"term", "year"}:
        return max(0, (at.today(part.cohort_id) - since).days)
    return _passed(at, part, since)


@tells(
    no_meeting=rests_on("no meeting for longer than agreed", MeetingHeld, AgreementSigned, TURNS)
)
def no_meeting(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """No meeting for longer than the cadence allows; a pause does not count as silence."""
    for part in live(at):
        agreed, since = cadence(part, at.settings), quiet_since(part)
        if agreed is None or since is None:
            continue
        quiet, met = quiet_days(at, part, agreed, since), part.last is not None
        if quiet <= agreed.days:
            continue
        said = in_days(quiet) + _longer(at, since, quiet)
        last = f"no meeting for {said}" if met else f"no meeting since it began {said} ago"
        yield Need(
            kind="no_meeting",
            subject=part.pairing_id,
            people=people_of(at, seer, part),
            since=since,
            days=quiet,
            why=f"{last}; the agreed rhythm allows {in_days(agreed.days)}",
            limit=agreed.days,
            evidence=_behind(part, part.last.ref if part.last else part.life[-1]),
        )


@tells(
    waiting_to_start=rests_on(
        "a pairing waits to start", AgreementSigned, q.TrainingCompleted, TURNS
    )
)
def waiting(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A formed pairing waits for an agreement, for training or for authorization."""
    for part in live(at):
        if not waits_for(part) or part.since is None or part.since > at.today(part.cohort_id):
            continue
        missing = [need for need in waits_for(part) if _is_missing(at, part, need)]
        unsigned = [m.participant for m in part.members if m.participant not in part.signatures]
        days = _passed(at, part, part.since)
        said = in_days(days) + _longer(at, part.since, days)
        what = " and ".join(missing) if missing else "nothing more; it can be started"
        yield Need(
            kind="waiting_to_start",
            subject=part.pairing_id,
            people=people_of(at, seer, part, unsigned[0] if "agreement" in missing else ""),
            since=part.since,
            days=days,
            why=f"formed {said} ago and still waiting for {what}",
            code=missing[0] if missing else None,
            amount=len(unsigned) if "agreement" in missing else None,
            evidence=_behind(part, *part.life),
        )


def _is_missing(at: ProgramSnapshot, part: PairingPart, need: str) -> bool:
    if need == "agreement":
        return any(m.participant not in part.signatures for m in part.members)
    if need == "training":
        return any(_untrained(at, at.participants.get(m.participant)) for m in part.members)
    return True


def _untrained(at: ProgramSnapshot, participant: Participant | None) -> bool:
    return participant is not None and any(
        t.role == participant.role and not participant.trained(t.kind, at.day)
        for t in at.settings.trainings
    )


@tells(goal_overdue=rests_on("a goal is past its due date", GOALS))
def overdue_goals(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A goal is past its due date and neither reached nor given up."""
    for part in live(at):
        for goal in goals(part, at.day, at.time(part.cohort_id)):
            if not goal.overdue:
                continue
            yield Need(
                kind="goal_overdue",
                subject=part.pairing_id,
                people=people_of(at, seer, part),
                since=goal.goal.due_on,
                days=goal.overdue,
                why=f"a goal was due on {goal.goal.due_on} and is {_UNREACHED[goal.status]}",
                due_on=goal.goal.due_on,
                code=goal.status,
                text=seer.show(goal.goal.statement, WORK, "goal", members=_persons(part)),
                evidence=_behind(part, *goal.refs),
            )


@tells(item_overdue=rests_on("an action item is past its due date", ITEMS))
def overdue_items(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """An action item is past its due date and still open."""
    for part in live(at):
        for _, item in open_items(part):
            days = 0 if item.due_on is None else _passed(at, part, item.due_on)
            if not days:
                continue
            yield Need(
                kind="item_overdue",
                subject=part.pairing_id,
                people=people_of(at, seer, part, item.owner),
                since=item.due_on,
                days=days,
                why=f"an action item was due on {item.due_on} and is open",
                due_on=item.due_on,
                text=seer.show(item.text, WORK, "action_item", members=_persons(part)),
                evidence=_behind(part, item.ref),
            )


def _persons(part: PairingPart) -> list[str]:
    return [m.person for m in part.members]


@tells(
    mismatch_overdue=rests_on("a mismatch should have been settled", MISFITS),
    mismatch=rests_on("a mismatch is to be settled", MISFITS),
)
def mismatches(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A reported mismatch is not settled; it is due within the period of grace (INV-74)."""
    for part in live(at):
        for row in mismatch_rows(at, seer, part):
            days, over = _passed(at, part, row.on), at.today(part.cohort_id) > row.due_on
            yield Need(
                kind="mismatch_overdue" if over else "mismatch",
                subject=part.pairing_id,
                people=people_of(at, seer, part),
                since=row.on,
                days=days,
                why=f"a mismatch was reported {in_days(days)}{_longer(at, row.on, days)} ago and "
                + ("was" if over else "is")
                + f" to be settled by {row.due_on}",
                due_on=row.due_on,
                text=row.text,
                evidence=row.evidence,
            )


@tells(
    low_feedback=rests_on("the latest rating is low", FeedbackGiven, TURNS),
    falling_feedback=rests_on("ratings fall", FeedbackGiven, TURNS),
)
def feedback(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """The latest rating is low, or the last two are below those before."""
    for part in live(at):
        readable = [
            f
            for f in part.feedback
            if seer.may(
                readers_of(f.visibility),
                author=person_of(part, f.author),
                members=_persons(part),
            )
        ]
        for (author, _about, scale), given in ratings_by(readable).items():
            told = _low(at, scale, given) or _falling(scale, given)
            if told is None:
                continue
            kind, why, limit, refs = told
            yield Need(
                kind=kind,
                subject=part.pairing_id,
                people=people_of(at, seer, part, author),
                since=given[-1][0].on,
                days=_passed(at, part, given[-1][0].on),
                why=why,
                code=scale,
                amount=given[-1][1],
                limit=limit,
                evidence=_behind(part, *refs),
            )


Told = tuple[str, str, int | None, list[Ref]]


def _low(at: ProgramSnapshot, code: str, given: list[Any]) -> Told | None:
    scale = at.settings.scale(code)
    latest, rating = given[-1]
    if scale is None or scale.low_at is None or rating > scale.low_at:
        return None
    why = f"rated {rating} on {code}, where {scale.low_at} or less of {scale.highest} is low"
    return "low_feedback", why, scale.low_at, [latest.ref]


def _falling(code: str, given: list[Any]) -> Told | None:
    if len(given) < FEWEST:
        return None
    before, last = [r for _, r in given[:-2]], [r for _, r in given[-2:]]
    # Whole numbers throughout: both of the last two lie below the mean of those before.
    if max(last) * len(before) >= sum(before):
        return None
    listed = ", ".join(str(r) for r in (*before, *last))
    why = f"ratings on {code} fall: {listed}"
    return "falling_feedback", why, None, [f.ref for f, _ in given]


@tells(
    reporting_line=rests_on(
        "one member has come to be the superior of another", r.ReportingLineRecorded, TURNS
    )
)
def reporting_lines(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """One member has come to be the superior of another whom they support (INV-03)."""
    for part in live(at):
        for upper, lower in permutations(part.members, 2):
            if at.settings.part(lower.role) not in SUPPORTED:
                continue
            ids = at.ids(upper.person)
            for whose, line in _lines(at, lower.person):
                begun = line.since <= at.today(part.cohort_id)
                runs = begun and (line.until is None or at.day < line.until)
                prohibited = line.kind in at.settings.prohibited_lines
                if line.superior in ids and prohibited and runs:
                    behind = evidence(whose, [line.ref])
                    yield Need(
                        kind="reporting_line",
                        subject=part.pairing_id,
                        people=people_of(at, seer, part, upper.participant),
                        since=line.since,
                        days=_passed(at, part, line.since),
                        why=f"since {line.since} one member is the {line.kind} of another",
                        code=line.kind,
                        evidence=(*behind, *_behind(part, part.life[0])),
                    )


def _lines(at: ProgramSnapshot, person: str) -> Iterator[tuple[str, ReportsTo]]:
    """The reporting lines of a person, under whichever id they were recorded."""
    for one in at.ids(person):
        if one in at.persons:
            yield from ((one, line) for line in at.persons[one].lines)


@tells(pause_over=rests_on("a pause lasts longer than planned", TURNS))
def pauses_over(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A pause has lasted longer than was planned."""
    for part in live(at):
        pause = part.pauses[-1] if part.situation == "paused" else None
        planned = None if pause is None else pause.planned_until
        if pause is None or planned is None or planned > at.today(part.cohort_id):
            continue
        days = _passed(at, part, planned)
        yield Need(
            kind="pause_over",
            subject=part.pairing_id,
            people=people_of(at, seer, part),
            since=planned,
            days=days,
            why=f"a pause was planned until {planned} and still lasts",
            due_on=planned,
            evidence=_behind(part, pause.ref),
        )


@tells(past_planned_end=rests_on("a pairing goes on behind its planned end", TURNS))
def past_planned_end(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A pairing goes on behind its planned end; nothing ends by itself."""
    for part in live(at):
        end = part.planned_end
        if end is None or end >= at.today(part.cohort_id):
            continue
        yield Need(
            kind="past_planned_end",
            subject=part.pairing_id,
            people=people_of(at, seer, part),
            since=end,
            days=_passed(at, part, end),
            why=f"it was planned to end on {end} and goes on: end it, or plan anew",
            due_on=end,
            evidence=_behind(part, *part.life),
        )


@tells(substitute_over=rests_on("somebody stands in longer than was agreed", MEMBERS, TURNS))
def substitutes_over(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A substitute is still a member behind the last day that was agreed; nobody leaves alone."""
    for part in live(at):
        for member in part.members:
            until = member.substitute_until
            if until is None or until >= at.today(part.cohort_id):
                continue
            yield Need(
                kind="substitute_over",
                subject=part.pairing_id,
                people=people_of(at, seer, part, member.participant),
                since=until,
                days=_passed(at, part, until),
                why=f"a {member.role} was to stand in until {until} and is still a member: "
                "let them leave, or agree on a later day",
                due_on=until,
                code=member.role,
                evidence=_behind(part, *part.changes),
            )


PAIRING_RULES = (
    mismatches,
    reporting_lines,
    feedback,
    no_meeting,
    waiting,
    pauses_over,
    overdue_goals,
    overdue_items,
    past_planned_end,
    substitutes_over,
)
