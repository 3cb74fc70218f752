"""What is required of whoever joins later, works part-time or brings earlier service along."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from mentorcore.policy.evaluation.case import Case
from mentorcore.policy.evaluation.school import Span
from mentorcore.policy.facts import Fact
from mentorcore.policy.grammar import Selector

__all__ = [
    "counted_credit",
    "credit_in",
    "enrolled_share",
    "mean_fte",
    "share_left",
    "units_credited",
]

CREDITED = Selector(event="participant.service-credited")
ONE = timedelta(days=1)


def mean_fte(case: Case, since: date, until: date) -> Fraction:
    """Working time on average from *since* to before *until*, over the days with lessons.

    A change splits the time at its day. Where no day has lessons, all days count.
    """
    changes = _fte(case)
    days = [since, *(at for at, _ in changes if since < at < until), until]
    weights: list[tuple[int, int]] = []
    for count in (case.school.lessons, _days):
        weights = [(count(first, end), _fte_on(changes, first)) for first, end in pairwise(days)]
        if sum(weight for weight, _ in weights):
            break
    total = sum(weight for weight, _ in weights)
    if not total:
        return Fraction(_fte_on(changes, since), 100)
    return Fraction(sum(weight * fte for weight, fte in weights), total * 100)


def enrolled_share(case: Case, span: Span, full: Span) -> Fraction:
    """The weeks in session for which the subject is there, of those of the whole period."""
    ended = case.subject.ended_on
    there = case.school.weeks(span.since, span.until)
    if ended is not None:
        there = tuple(week for week in there if week.is_over(ended))
    return _share(len(there), case, full)


def share_left(case: Case, span: Span, full: Span) -> Fraction:
    """The weeks in session from joining on, of those of the whole period.

    For length of service: who leaves early has served less, and is not asked for less.
    """
    return _share(len(case.school.weeks(span.since, span.until)), case, full)


def _share(weeks: int, case: Case, full: Span) -> Fraction:
    of = len(case.school.weeks(full.since, full.until))
    return Fraction(weeks, of) if of else Fraction(1)


def counted_credit(case: Case) -> tuple[Fact, ...]:
    """What was credited of earlier service, as far as it counts: what somebody verified."""
    return tuple(
        fact
        for fact in case.subject.found(CREDITED)
        if fact.values.get("verified") is True or case.pack.unverified_credit_counts
    )


def credit_in(case: Case, span: Span) -> tuple[Fact, ...]:
    """What counts in a period; what was credited before somebody came counts from then on."""
    return tuple(c for c in counted_credit(case) if span.has(max(c.on, case.subject.since)))


def units_credited(facts: tuple[Fact, ...], unit: str) -> int:
    """How many units of a kind were credited; weeks of service are weeks in session."""
    named = unit.removeprefix("in_session_")
    amounts = (fact.values.get("amount") for fact in facts if fact.values.get("unit") == named)
    return sum(amount for amount in amounts if isinstance(amount, int))


def _fte(case: Case) -> tuple[tuple[date, int], ...]:
    """Whose working time counts: the participant's, or in a pairing the first mentee's."""
    people = case.subject.participants
    if case.subject.scope in ("cohort", "program"):
        return ()
    someone = next((p for p in people if p.part == "mentee"), people[0])
    return tuple(sorted(change for change in someone.fte if change[0] <= case.as_of))


def _fte_on(changes: tuple[tuple[date, int], ...], day: date) -> int:
    found = changes[0][1] if changes else 100
    for at, fte in changes:
        if at <= day:
            found = fte
    return found


def _days(since: date, until: date) -> int:
    return (until - since).days
