"""Whether something happened by a day: deadlines."""

from datetime import date

from mentorcore.policy.evaluation.case import Case, extended
from mentorcore.policy.evaluation.outcomes import Outcome, days, no_calendar, not_applicable
from mentorcore.policy.results import Cited, State
from mentorcore.policy.time_kinds import Deadline

__all__ = ["deadline", "in_time", "is_let_off", "waiting"]


def deadline(rule: Deadline, case: Case) -> Outcome:
    """A satisfying fact is valid on or before the due date."""
    anchor = case.anchor(rule.anchor)
    if anchor is None:
        return not_applicable("no_anchor", "what the limit runs from has not happened")
    due = case.due(anchor.on, rule.limit, rule.unit, rule.count_from)
    if due is None:
        return no_calendar(anchor.on)
    due, relief = extended(due, case.reliefs)
    found = case.subject.found(rule.satisfied_by)
    if is_let_off(case, due, found[0].on if found else None):
        return not_applicable("obligation_ended", f"it ended on {case.subject.ended_on}, in time")
    if found:
        return in_time(due, found[0].on, (anchor.cited, found[0].cited), relief)
    return waiting(
        due,
        as_of=case.as_of,
        at_risk_days=rule.at_risk_days,
        evidence=(anchor.cited,),
        relief=relief,
    )


def is_let_off(case: Case, due: date, satisfied: date | None) -> bool:
    """Whether the subject ended before anything fell due; what came later is not late."""
    ended = case.subject.ended_on
    return ended is not None and ended <= due and (satisfied is None or due < satisfied)


def in_time(
    due: date, satisfied: date, evidence: tuple[Cited, ...], relief: Cited | None = None
) -> Outcome:
    """Satisfied on a day: met up to the due date and on it, cured late after it."""
    late = (satisfied - due).days
    return Outcome(
        state="cured_late" if late > 0 else "met",
        said=f"satisfied on {satisfied}, "
        + (f"{days(late)} after it was due" if late > 0 else f"due on {due}"),
        measured=str(satisfied),
        threshold=f"by {due}",
        due_on=due,
        satisfied_on=satisfied,
        evidence=_with(evidence, relief),
        relief=relief,
    )


def waiting(
    due: date,
    *,
    as_of: date,
    at_risk_days: int,
    evidence: tuple[Cited, ...],
    relief: Cited | None = None,
    missing: tuple[str, ...] = (),
) -> Outcome:
    """Not satisfied: breached after the due date, at risk shortly before it."""
    left = (due - as_of).days
    state: State = "breached" if left < 0 else "at_risk" if left <= at_risk_days else "not_yet_due"
    return Outcome(
        state=state,
        said=f"due on {due}, " + (f"{days(-left)} over" if left < 0 else f"{days(left)} left"),
        threshold=f"by {due}",
        due_on=due,
        evidence=_with(evidence, relief),
        relief=relief,
        missing=missing,
    )


def _with(evidence: tuple[Cited, ...], relief: Cited | None) -> tuple[Cited, ...]:
    return evidence if relief is None else (*evidence, relief)
