"""Rules of time: deadlines, cadence, minutes and length of service, each a value."""

from typing import Literal

import attrs

from mentorcore.policy.grammar import (
    CountFrom,
    Period,
    Prorate,
    Rule,
    Selector,
    Unit,
    Window,
    written,
)

__all__ = ["AverageDosage", "Cadence", "Deadline", "Duration", "SubMinimum", "TotalDosage"]


@attrs.frozen(kw_only=True)
class Deadline(Rule):
    """A satisfying fact is valid on or before the due date.

    Attributes:
        anchor: From whose day the limit runs.
        limit: How many units after it.
        unit: The unit.
        count_from: Whether the anchor day is day 0 (``day_after``) or day 1 (``same_day``).
        satisfied_by: The facts that satisfy it.
    """

    anchor: Selector
    limit: int
    unit: Unit = "calendar_day"
    count_from: CountFrom = "day_after"
    satisfied_by: Selector


@attrs.frozen(kw_only=True)
class Cadence(Rule):
    """Every closed window of the span has its count.

    Attributes:
        anchor: From whose day windows are counted.
        first: The first window that counts, from 1.
        last: The last one; nothing until the end of the enrolment.
        window: The window.
        min_count: How many facts each has to have.
        counts: The facts that count.
        tolerance: How many windows may miss.
    """

    anchor: Selector
    first: int = attrs.field(default=1, metadata=written("from", least=1))
    last: int | None = attrs.field(default=None, metadata=written("to", least=1))
    window: Window
    min_count: int = attrs.field(default=1, metadata=written(least=1))
    counts: Selector
    tolerance: int = 0


@attrs.frozen(kw_only=True)
class AverageDosage(Rule):
    """Credited minutes reach ``minutes`` times the completed units.

    Attributes:
        anchor: From whose day units are counted.
        minutes: Minutes for each unit.
        per: The unit.
        period: The period over which the mean is taken.
        counts: The meetings that count.
        verified_only: Whether only meetings count whose last verdict is ``confirmed``.
        min_weeks: Completed units below which nothing is said yet.
    """

    anchor: Selector
    minutes: int = attrs.field(metadata=written(least=1))
    per: Window
    period: Period = "school_year"
    counts: Selector
    verified_only: bool = False
    min_weeks: int = 0


@attrs.frozen(kw_only=True)
class SubMinimum:
    """Minutes that have to be of one modality or kind.

    Attributes:
        minutes: How many.
        modality: The modality; nothing for any.
        kind: The kind of meeting; nothing for any.
    """

    minutes: int = attrs.field(metadata=written(least=1))
    modality: str | None = None
    kind: str | None = None


@attrs.frozen(kw_only=True)
class TotalDosage(Rule):
    """The total and every sub-minimum is reached within the period.

    Attributes:
        minutes: Minutes in all.
        period: The period.
        counts: The meetings that count.
        verified_only: Whether only meetings count whose last verdict is ``confirmed``.
        sub_minimum: Minutes that have to be of one sort.
        prorate: How the total (and each sub-minimum) is pro-rated.
        slack_percent: By which share of the total one may be behind before it is at risk.
    """

    minutes: int = attrs.field(metadata=written(least=1))
    period: Period = "school_year"
    counts: Selector
    verified_only: bool = False
    sub_minimum: tuple[SubMinimum, ...] = ()
    prorate: Prorate = "none"
    slack_percent: int = attrs.field(default=10, metadata=written("slack", hundredths=True))


@attrs.frozen(kw_only=True)
class Duration(Rule):
    """The served length reaches the required one.

    Attributes:
        anchor: From whose day service counts.
        limit: How many units are required.
        unit: The unit.
        prorate: How that is pro-rated; several are applied in order.
        school_year_counts: How much of a school year has to be served for it to count.
    """

    anchor: Selector
    limit: int = attrs.field(metadata=written(least=1))
    unit: Unit = "school_year"
    prorate: tuple[Prorate, ...] = attrs.field(default=(), metadata=written(one_or_more=True))
    school_year_counts: Literal["any", "majority", "full"] = "full"
