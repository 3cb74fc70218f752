"""The periods that a rule is about, one after the other, and how much of one has passed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import cast

import attrs

from mentorcore.policy.evaluation.case import Case, no_semesters
from mentorcore.policy.evaluation.outcomes import Outcome, no_calendar
from mentorcore.policy.evaluation.school import SUMMER, Part, Span
from mentorcore.policy.grammar import Period, Window
from mentorcore.policy.results import Cited
from mentorcore.policy.school_rules import BY_CALENDAR

__all__ = [
    "Periods",
    "closes_early",
    "due_in",
    "elapsed",
    "is_known_at",
    "of_periods",
    "periods_of",
    "telling",
    "whole",
]

ONE = timedelta(days=1)
ROLLING = "rolling "


@attrs.frozen
class Periods:
    """The periods from some day on to the day asked.

    Attributes:
        spans: They, the first one from that day on.
        relief: The extension by which one of them lasts longer.
        is_known: Whether a school year is known for the day asked as well.
    """

    spans: tuple[Span, ...]
    relief: Cited | None = None
    is_known: bool = True


def periods_of(
    case: Case, period: Period, since: date, window: Window = "in_session_week"
) -> Periods | Outcome:
    """The periods from *since* on; or why they cannot be told.

    Args:
        case: What is asked.
        period: The period of the rule.
        since: Since when it counts.
        window: What a rolling period counts.
    """
    if period == "program":
        until = max(case.subject.planned_end, since + ONE)
        return _stretched((Span(since, until, until - ONE, since, "program"),), case)
    if period.startswith(ROLLING):
        return _rolling(case, int(period.removeprefix(ROLLING)), since, window)
    if not case.school.knows(since):
        return no_calendar(since)
    parts = case.school.parts(cast("Part", period))
    if parts is None:
        return no_semesters()
    spans = tuple(p.cut(since) for p in parts if since < p.until and p.since <= case.end)
    if case.subject.ended_on is not None:
        # Whoever ended in a break owes nothing of the period behind it.
        spans = tuple(p for p in spans if p.begins <= case.end) or spans[:1]
    return attrs.evolve(_stretched(spans, case), is_known=is_known_at(case, since, case.end))


def is_known_at(case: Case, since: date, day: date) -> bool:
    """Whether school years are known from *since* to *day*, or only the summer before it is not."""
    known = case.school.known_until(since)
    return known is not None and day < known + timedelta(days=SUMMER)


def of_periods(case: Case, found: Periods, decide: Callable[[Span], Outcome]) -> Outcome:
    """What is so of all periods, as `telling` chooses; the others are told in words."""
    outcomes = [decide(span) for span in found.spans]
    shown = telling(outcomes)
    if shown.state != "breached" and not found.is_known:
        return no_calendar(case.end)
    if found.relief is not None:
        evidence = (*shown.evidence, found.relief)
        shown = attrs.evolve(shown, relief=found.relief, evidence=evidence)
    if len(outcomes) == 1:
        return shown
    told = zip(found.spans, outcomes, strict=True)
    others = "; ".join(f"{s.name}: {o.state.replace('_', ' ')}, {o.said}" for s, o in told)
    return attrs.evolve(shown, said=others)


def telling(outcomes: Sequence[Outcome]) -> Outcome:
    """What is shown of periods one after the other, the first one first.

    What was breached stays so, what is at risk now comes before what was late once, and that
    before what is well; else it is the last one that counts.
    """
    for state in ("breached", "at_risk", "cured_late"):
        for outcome in outcomes:
            if outcome.state == state:
                return outcome
    return ([o for o in outcomes if o.state != "not_applicable"] or outcomes)[-1]


def closes_early(case: Case, span: Span) -> bool:
    """Whether the subject ended inside of a period, so that it closes on that day."""
    ended = case.subject.ended_on
    return ended is not None and ended < span.last


def due_in(span: Span) -> date | None:
    """The last day of a period; a rolling one has none."""
    return span.last if span.last < date.max else None


def elapsed(case: Case, span: Span) -> Fraction:
    """Which share of a period has passed: of its weeks in session, or of its days."""
    covered = is_known_at(case, span.since, span.until - ONE)
    weeks = case.school.weeks(span.since, span.until) if covered else ()
    if weeks:
        return Fraction(sum(week.is_over(case.end) for week in weeks), len(weeks))
    return Fraction((case.end - span.since).days + 1, (span.until - span.since).days)


def whole(case: Case, period: Period, span: Span) -> Span:
    """A period as it is for whoever is there from its beginning."""
    if period == "program":
        since = min((cohort.starts_on for cohort in case.subject.cohorts), default=span.since)
        return attrs.evolve(span, since=min(since, span.since))
    parts: Iterable[Span] = ()
    if not period.startswith(ROLLING):
        parts = case.school.parts(cast("Part", period)) or ()
    return next((part for part in parts if part.has(span.since)), span)


def _stretched(spans: tuple[Span, ...], case: Case) -> Periods:
    """An extension moves the end of the period that had begun when it was granted."""
    for granted in reversed(case.reliefs):
        if granted.relief == "extension" and granted.new_limit is not None:
            limit = granted.new_limit
            begun = [n for n, span in enumerate(spans) if span.since <= granted.on]
            if not begun:
                break
            at = begun[-1]
            longer = attrs.evolve(spans[at], until=limit + ONE, last=limit)
            return Periods((*spans[:at], longer, *spans[at + 1 :]), granted.cited)
    return Periods(spans)


def _rolling(case: Case, number: int, since: date, window: Window) -> Periods | Outcome:
    if window in BY_CALENDAR and not case.school.knows(since):
        return no_calendar(since)
    windows = case.windows(window, since)
    if windows is None:
        return no_semesters()
    over = [w for w in windows if w.is_over(case.end)]
    first = over[-number].since if len(over) >= number else since
    name = f"the last {number}"
    known = window not in BY_CALENDAR or is_known_at(case, since, case.end)
    return Periods((Span(first, case.end + ONE, date.max, first, name),), is_known=known)
