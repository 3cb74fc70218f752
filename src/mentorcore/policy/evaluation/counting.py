"""How many and how often: counts in a period, and a count for each window."""

from datetime import timedelta
from fractions import Fraction

from mentorcore.policy.evaluation.case import Case, no_semesters
from mentorcore.policy.evaluation.dosage import is_behind
from mentorcore.policy.evaluation.outcomes import Outcome, no_calendar, not_applicable
from mentorcore.policy.evaluation.periods import (
    closes_early,
    due_in,
    is_known_at,
    of_periods,
    periods_of,
)
from mentorcore.policy.evaluation.school import Span
from mentorcore.policy.facts import Fact
from mentorcore.policy.other_kinds import Count
from mentorcore.policy.results import Cited, State
from mentorcore.policy.school_rules import BY_CALENDAR
from mentorcore.policy.time_kinds import Cadence

__all__ = ["cadence", "count"]

ONE = timedelta(days=1)


def count(rule: Count, case: Case) -> Outcome:
    """The number of facts stays within bounds in each period."""
    found = periods_of(case, rule.period, case.subject.since)
    if isinstance(found, Outcome):
        return found
    facts = case.subject.meetings(rule.counts)

    def decide(span: Span) -> Outcome:
        return _counted(rule, case, span, tuple(fact for fact in facts if span.has(fact.on)))

    return of_periods(case, found, decide)


def _counted(rule: Count, case: Case, span: Span, facts: tuple[Fact, ...]) -> Outcome:
    number = len(facts)
    short = rule.min is not None and number < rule.min
    many = rule.max is not None and number > rule.max
    bounds = _bounds(rule.min, rule.max)
    early = closes_early(case, span)
    if short and early and case.subject.left:
        return not_applicable("obligation_ended", f"it ended with {number}, {bounds} required")
    state: State = "met"
    if many or (short and (early or span.is_over(case.as_of))):
        state = "breached"
    elif short:
        behind = is_behind(case, span, Fraction(number, rule.min or 1), rule.slack_percent)
        state = "at_risk" if behind else "not_yet_due"
    reached = facts[rule.min - 1].on if rule.min and not short else None
    return Outcome(
        state=state,
        said=f"{number} in {span.name}, {bounds} required",
        measured=f"{number:,}",
        threshold=bounds,
        due_on=due_in(span),
        satisfied_on=reached if state == "met" else None,
        evidence=case.evidence(facts),
    )


def _bounds(least: int | None, most: int | None) -> str:
    if most is None:
        return f"{least or 0:,} or more"
    return f"at most {most:,}" if least is None else f"{least:,} to {most:,}"


def cadence(rule: Cadence, case: Case) -> Outcome:
    """Every closed window of the span has its count; one that was missed cannot be made up."""
    anchor = case.anchor(rule.anchor)
    if anchor is None:
        return not_applicable("no_anchor", "what the windows are counted from has not happened")
    in_school_time = rule.window in BY_CALENDAR
    if in_school_time and not case.school.knows(anchor.on):
        return no_calendar(anchor.on)
    windows = case.windows(rule.window, anchor.on)
    if windows is None:
        return no_semesters()
    facts = case.subject.meetings(rule.counts)
    numbered = _owed(rule, case, windows)
    closed = [(n, w) for n, w in numbered if w.is_over(case.end)]
    found = {n: tuple(fact for fact in facts if w.has(fact.on)) for n, w in numbered}
    missed = [(len(found[n]), n, w) for n, w in closed if len(found[n]) < rule.min_count]
    evidence = case.evidence([f for n, _ in closed for f in found[n]] or (anchor,))
    each = f"{rule.min_count} in each {rule.window.replace('_', ' ')}"
    if len(missed) > rule.tolerance:
        had, number, window = min(missed)
        return Outcome(
            state="breached",
            said=f"window {number} ({window.name}) has {had} of {rule.min_count}; "
            f"{len(missed)} of {len(closed)} closed windows missed",
            measured=f"{had} in window {number}",
            threshold=each,
            due_on=window.last,
            evidence=evidence,
            missing=tuple(f"window {n} ({w.name})" for _, n, w in missed),
        )
    waits = [(n, w) for n, w in numbered if not w.is_over(case.end)]
    if not _is_done(rule, case, numbered, waits):
        if in_school_time and not waits and not is_known_at(case, anchor.on, case.end):
            return no_calendar(case.end)
        if case.subject.ended_on is None:
            return _open(rule, case, waits, found, evidence=evidence, each=each)
    if not closed:
        return not_applicable("obligation_ended", "it ended before a window was over")
    return Outcome(
        state="met",
        said=f"{len(closed) - len(missed)} of {len(closed)} windows have {rule.min_count} or more",
        measured=f"{len(closed) - len(missed)} of {len(closed)} windows",
        threshold=each,
        due_on=closed[-1][1].last,
        evidence=evidence,
    )


def _owed(rule: Cadence, case: Case, windows: tuple[Span, ...]) -> list[tuple[int, Span]]:
    """The windows of the span with their numbers, none that reaches over the end of the cohort."""
    numbered = list(enumerate(windows, 1))[rule.first - 1 : rule.last]
    if rule.last is None:
        numbered = [(n, w) for n, w in numbered if w.last < case.subject.planned_end]
    return numbered


def _is_done(
    rule: Cadence,
    case: Case,
    numbered: list[tuple[int, Span]],
    waits: list[tuple[int, Span]],
) -> bool:
    """Whether nothing is owed any more: the last window is over, or the cohort is."""
    if waits:
        return False
    if rule.last is None:
        return case.subject.planned_end <= case.as_of + ONE
    return bool(numbered) and numbered[-1][0] == rule.last


def _open(
    rule: Cadence,
    case: Case,
    waits: list[tuple[int, Span]],
    found: dict[int, tuple[Fact, ...]],
    *,
    evidence: tuple[Cited, ...],
    each: str,
) -> Outcome:
    """Windows are still to come: at risk shortly before one closes without its count."""
    if not waits:
        return Outcome(
            state="not_yet_due",
            said="the next window has not begun",
            threshold=each,
            evidence=evidence,
        )
    number, window = waits[0]
    had = len(found[number])
    close = (window.last - case.as_of).days <= rule.at_risk_days
    return Outcome(
        state="at_risk" if had < rule.min_count and close else "not_yet_due",
        said=f"window {number} ({window.name}) has {had} of {rule.min_count} so far",
        measured=f"{had} in window {number}",
        threshold=each,
        due_on=window.last,
        evidence=evidence,
    )
