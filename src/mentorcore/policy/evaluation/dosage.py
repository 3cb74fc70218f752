"""Minutes: on average, and in all."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import attrs

from mentorcore.policy.evaluation.case import Case, no_semesters
from mentorcore.policy.evaluation.outcomes import Outcome, minutes, no_calendar, not_applicable
from mentorcore.policy.evaluation.periods import (
    closes_early,
    due_in,
    elapsed,
    is_known_at,
    of_periods,
    periods_of,
    whole,
)
from mentorcore.policy.evaluation.prorating import (
    credit_in,
    enrolled_share,
    mean_fte,
    units_credited,
)
from mentorcore.policy.evaluation.school import Span
from mentorcore.policy.facts import Fact
from mentorcore.policy.results import State
from mentorcore.policy.school_rules import BY_CALENDAR
from mentorcore.policy.time_kinds import AverageDosage, TotalDosage

__all__ = ["average_dosage", "is_behind", "total_dosage"]

ONE = timedelta(days=1)


def average_dosage(rule: AverageDosage, case: Case) -> Outcome:
    """Credited minutes reach so many for each completed unit of the period."""
    anchor = case.anchor(rule.anchor)
    if anchor is None:
        return not_applicable("no_anchor", "what the units are counted from has not happened")
    if rule.per in BY_CALENDAR and not case.school.knows(anchor.on):
        return no_calendar(anchor.on)
    found = periods_of(case, rule.period, anchor.on, rule.per)
    if isinstance(found, Outcome):
        return found
    if rule.per in BY_CALENDAR and not is_known_at(case, anchor.on, case.end):
        found = attrs.evolve(found, is_known=False)
    if case.school.windows(rule.per, anchor.on, anchor.on) is None:
        return no_semesters()
    meetings = case.subject.meetings(rule.counts, verified_only=rule.verified_only)

    def decide(span: Span) -> Outcome:
        return _averaged(rule, case, span, _within(meetings, span), anchor)

    return of_periods(case, found, decide)


def _averaged(
    rule: AverageDosage, case: Case, span: Span, meetings: tuple[Fact, ...], anchor: Fact
) -> Outcome:
    windows = case.school.windows(rule.per, span.since, span.until) or ()
    units = sum(1 for w in windows if w.is_over(case.end) and w.last < span.until)
    total, needed = _sum(meetings), rule.minutes * units
    unit = rule.per.removeprefix("in_session_").replace("_", " ") + ("" if units == 1 else "s")
    early = closes_early(case, span)
    evidence = case.evidence(meetings or (anchor,))
    if units < max(rule.min_weeks, 1):
        if early:
            return not_applicable("obligation_ended", f"it ended after {units} {unit}")
        return Outcome(
            state="not_yet_due",
            said=f"{units} completed {unit}, fewer than {max(rule.min_weeks, 1)}",
            measured=minutes(total),
            threshold=minutes(needed),
            due_on=due_in(span),
            evidence=evidence,
        )
    closed = early or span.is_over(case.as_of)
    state: State = "met" if total >= needed else "breached" if closed else "at_risk"
    return Outcome(
        state=state,
        said=f"{total:,} min / {units} {unit} = {_rounded(Fraction(total, units))}; "
        f"needs {needed:,}",
        measured=minutes(total),
        threshold=minutes(needed),
        due_on=due_in(span),
        evidence=evidence,
    )


def total_dosage(rule: TotalDosage, case: Case) -> Outcome:
    """The total is reached within the period, and every part of it that has to be of one sort."""
    found = periods_of(case, rule.period, case.subject.since)
    if isinstance(found, Outcome):
        return found
    full = whole(case, rule.period, found.spans[0])
    if rule.prorate == "enrolled_share" and not is_known_at(case, full.since, full.until - ONE):
        return no_calendar(full.until)
    meetings = case.subject.meetings(rule.counts, verified_only=rule.verified_only)

    def decide(span: Span) -> Outcome:
        return _totalled(rule, case, span, _within(meetings, span))

    return of_periods(case, found, decide)


@attrs.frozen
class _Wanted:
    """Minutes that are required, those that count, and what they are called."""

    name: str
    required: Fraction
    meetings: tuple[Fact, ...]

    @property
    def got(self) -> int:
        return _sum(self.meetings)

    @property
    def short(self) -> Fraction:
        return max(Fraction(0), self.required - self.got)

    @property
    def share(self) -> Fraction:
        return self.got / self.required if self.required else Fraction(1)


def _totalled(rule: TotalDosage, case: Case, span: Span, meetings: tuple[Fact, ...]) -> Outcome:
    credited = credit_in(case, span) if rule.prorate == "minus_credit" else ()
    wanted = _wanted(rule, case, span, meetings, units_credited(credited, "minute"))
    total = wanted[0]
    said = f"{total.got:,} of {_exact(total.required)} min"
    short = [f"{w.name} short by {_exact(w.short)} min" for w in wanted if w.short]
    if short:
        said += "; " + ("total reached, " if not total.short else "") + ", ".join(short)
    early = closes_early(case, span)
    if short and early and case.subject.left and rule.prorate != "enrolled_share":
        return not_applicable("obligation_ended", f"it ended with {said}")
    behind = is_behind(case, span, min(w.share for w in wanted), rule.slack_percent)
    return Outcome(
        state=_state(not short, early or span.is_over(case.as_of), behind),
        said=said,
        measured=minutes(total.got),
        threshold=f"{_exact(total.required)} min",
        due_on=due_in(span),
        satisfied_on=None if short else _reached_on(wanted),
        evidence=case.evidence((*meetings, *credited)),
        missing=tuple(short),
    )


def _state(reached: bool, closed: bool, behind: bool) -> State:
    if reached:
        return "met"
    return "breached" if closed else "at_risk" if behind else "not_yet_due"


def is_behind(case: Case, span: Span, reached: Fraction, slack_percent: int) -> bool:
    """Whether less is reached than the share of the period that passed, but for some slack."""
    return reached < elapsed(case, span) - Fraction(slack_percent, 100)


def _wanted(
    rule: TotalDosage, case: Case, span: Span, meetings: tuple[Fact, ...], credited: int
) -> tuple[_Wanted, ...]:
    """The total first. Credit is of no sort that anybody knows, so no part is less for it."""
    factor = Fraction(1)
    if rule.prorate == "enrolled_share":
        factor = enrolled_share(case, span, whole(case, rule.period, span))
    elif rule.prorate == "fte_scale":
        factor = mean_fte(case, span.since, span.until)
    elif rule.prorate == "fte_extend":
        factor = 1 / max(mean_fte(case, span.since, span.until), Fraction(1, 100))
    total = max(Fraction(0), rule.minutes * factor - credited)
    parts = (
        _Wanted(
            " ".join(filter(None, (part.modality, part.kind))).replace("_", " "),
            part.minutes * factor,
            tuple(
                fact
                for fact in meetings
                if part.modality in (None, fact.values.get("modality"))
                and part.kind in (None, fact.values.get("kind"))
            ),
        )
        for part in rule.sub_minimum
    )
    return _Wanted("total", total, meetings), *parts


def _within(meetings: tuple[Fact, ...], span: Span) -> tuple[Fact, ...]:
    return tuple(fact for fact in meetings if span.has(fact.on))


def _minutes(fact: Fact) -> int:
    found = fact.values.get("minutes")
    return found if isinstance(found, int) else 0


def _sum(meetings: Iterable[Fact]) -> int:
    return sum(_minutes(fact) for fact in meetings)


def _reached_on(wanted: tuple[_Wanted, ...]) -> date | None:
    """The day on which the last of what is required was reached."""
    found: list[date] = []
    for one in wanted:
        got = 0
        for fact in one.meetings:
            got += _minutes(fact)
            if got >= one.required:
                found.append(fact.on)
                break
    return max(found, default=None)


def _rounded(number: Fraction) -> str:
    """To two places, half up, for people; nothing is compared with it."""
    hundredths = (number * 200 + 1) // 2
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"


def _exact(number: Fraction) -> str:
    """Whole, or as a fraction to two places that says that it is one."""
    return f"{number.numerator:,}" if number.denominator == 1 else _rounded(number)
