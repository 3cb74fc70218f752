"""How long somebody served: days, weeks, terms or school years."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import cast

from mentorcore.policy.evaluation.case import Case, no_semesters
from mentorcore.policy.evaluation.outcomes import Outcome, no_calendar, not_applicable, plural
from mentorcore.policy.evaluation.periods import is_known_at
from mentorcore.policy.evaluation.prorating import (
    CREDITED,
    counted_credit,
    mean_fte,
    share_left,
    units_credited,
)
from mentorcore.policy.evaluation.school import Part, Span
from mentorcore.policy.evaluation.stays import stays_of
from mentorcore.policy.grammar import Unit, Window
from mentorcore.policy.school_rules import BY_CALENDAR
from mentorcore.policy.time_kinds import Duration

__all__ = ["duration"]

ONE = timedelta(days=1)
DAYS = ("calendar_day", "instructional_day")
STARTED = "pairing.started"
LONG = ("term", "semester", "school_year")


Stays = tuple[tuple[date, date], ...]
"""First and last day of each time that counts; nothing in it where all time does."""

Served = tuple[tuple[date, Fraction], ...]
"""Each served unit: the day on which it was complete, and the working time in it."""


def duration(rule: Duration, case: Case) -> Outcome:
    """The served length reaches the required one."""
    anchor = case.anchor(rule.anchor)
    if anchor is None:
        return not_applicable("no_anchor", "what service is counted from has not happened")
    in_school_time = rule.unit in BY_CALENDAR
    if (in_school_time or "enrolled_share" in rule.prorate) and not case.school.knows(anchor.on):
        return no_calendar(anchor.on)
    unit, limit = _unit(rule, case, anchor.on)
    served = _served(rule, case, unit, anchor.on)
    if served is None:
        return no_semesters()
    credited = counted_credit(case) if "minus_credit" in rule.prorate else ()
    units = units_credited(credited, unit)
    if unit != rule.unit:
        units += units_credited(credited, rule.unit) * (limit // rule.limit)
    required = _required(rule, case, served, limit=limit, since=anchor.on, credited=units)
    reached = len(served) >= required
    words = unit.replace("_", " ")
    said = f"{plural(len(served), words)} of {required:,}"
    unverified = len(case.subject.found(CREDITED)) - len(counted_credit(case))
    if unverified and "minus_credit" in rule.prorate:
        said += "; credit that nobody verified is not counted"
    ended = case.subject.ended_on
    if not reached and ended is not None and case.subject.left:
        return not_applicable("obligation_ended", f"it ended on {ended} after {said}")
    if not reached and in_school_time and not is_known_at(case, anchor.on, case.end):
        return no_calendar(case.end)
    return Outcome(
        state="met" if reached else "breached" if ended is not None else "not_yet_due",
        said=said,
        measured=plural(len(served), words),
        threshold=plural(required, words),
        satisfied_on=served[required - 1][0] if reached and required else None,
        evidence=case.evidence((anchor, *credited)),
    )


def _unit(rule: Duration, case: Case, anchor: date) -> tuple[Unit, int]:
    """Years that are longer for part-time work are counted in terms, so that they round by term."""
    terms = case.school.terms_in_year(anchor)
    if rule.unit != "school_year" or "fte_extend" not in rule.prorate or terms <= 1:
        return rule.unit, rule.limit
    whole_time = mean_fte(case, anchor, case.end + ONE) == 1
    return ("school_year", rule.limit) if whole_time else ("term", rule.limit * terms)


def _required(
    rule: Duration, case: Case, served: Served, *, limit: int, since: date, credited: int
) -> int:
    """How many units are required, rounded up to whole ones."""
    required = Fraction(limit)
    for step in rule.prorate:
        if step == "minus_credit":
            required -= credited
        elif step == "fte_scale":
            required *= mean_fte(case, since, case.end + ONE)
        elif step == "enrolled_share":
            year = case.school.year_of(since)
            assert year is not None, "asked for only where the year is known"
            required *= share_left(case, year.cut(since), year)
    required = max(required, Fraction(0))
    if "fte_extend" in rule.prorate:
        return _extended(required, served, mean_fte(case, case.end, case.end + ONE))
    return -(-required.numerator // required.denominator)


def _extended(required: Fraction, served: Served, fte: Fraction) -> int:
    """How many units it takes until what was worked in them makes up what is required."""
    worked = Fraction(0)
    for number, (_, share) in enumerate(served, 1):
        worked += share
        if worked >= required:
            return number
    left = (required - worked) / max(fte, Fraction(1, 100))
    return len(served) - (-left.numerator // left.denominator)


def _served(rule: Duration, case: Case, unit: Unit, anchor: date) -> Served | None:
    stays = _stays(rule, case)
    end = max(min(case.end, max((last for _, last in stays), default=case.end)), anchor - ONE)
    if unit in DAYS:
        count = case.school.lessons if unit == "instructional_day" else _days
        number = count(anchor, end + ONE)
        fte = mean_fte(case, anchor, end + ONE)
        days = (_day(case, unit, anchor, n) for n in range(1, number + 1))
        return tuple((on, fte) for on in days if _was_there(stays, on, on))
    windows = case.windows(cast("Window", unit), anchor)
    if windows is None:
        return None
    if unit in LONG:
        whole = {part.until: part for part in case.school.parts(cast("Part", unit)) or ()}
        pairs = [(window, whole[window.until]) for window in windows]
        return tuple(_long(rule, case, pairs, end=end, stays=stays))
    over = (w for w in windows if w.is_over(end) and _was_there(stays, w.since, w.until - ONE))
    return tuple((w.last, mean_fte(case, w.since, w.until)) for w in over)


def _long(
    rule: Duration, case: Case, windows: Iterable[tuple[Span, Span]], *, end: date, stays: Stays
) -> Iterator[tuple[date, Fraction]]:
    """The terms, semesters or years that count: over, or left in the middle, and served enough."""
    stopped = case.subject.ended_on is not None or end < case.as_of
    for window, whole in windows:
        if window.is_over(end) or stopped:
            of = len(case.school.weeks(whole.since, whole.until))
            there = case.school.weeks(window.since, window.until)
            served = sum(
                week.is_over(end) and _was_there(stays, week.since, week.until - ONE)
                for week in there
            )
            if _is_enough(rule.school_year_counts, served, of):
                yield min(window.last, end), mean_fte(case, window.since, window.until)


def _is_enough(counts: str, served: int, of: int) -> bool:
    if counts == "any":
        return served > 0
    return served > 0 and (2 * served >= of if counts == "majority" else served == of)


def _stays(rule: Duration, case: Case) -> Stays:
    """The times in which somebody was in a pairing, where service in one is counted."""
    subject = case.subject
    if not rule.anchor.event.startswith("pairing.") or subject.participant is None:
        return ()
    started = rule.anchor.event == STARTED
    return tuple(
        stay
        for pairing in subject.pairings
        for member in pairing.members
        for begun in (pairing.active_from if started else member.since,)
        if member.participant == subject.id and begun is not None
        for stay in stays_of(subject, pairing, member, max(member.since, begun))
    )


def _was_there(stays: Stays, first: date, last: date) -> bool:
    return not stays or any(since <= last and first <= until for since, until in stays)


def _days(since: date, until: date) -> int:
    return (until - since).days


def _day(case: Case, unit: Unit, anchor: date, number: int) -> date:
    if unit == "instructional_day":
        return case.school.lesson(number, anchor) or anchor
    return anchor + timedelta(days=number - 1)
