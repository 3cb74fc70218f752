"""One question: what a rule says of a subject; what every kind of rule looks at to answer it."""

from collections.abc import Iterable
from datetime import date, timedelta

import attrs

from mentorcore.policy.evaluation.outcomes import Outcome, insufficient
from mentorcore.policy.evaluation.reliefs import Granted
from mentorcore.policy.evaluation.school import School, Span, month_on
from mentorcore.policy.evaluation.subjects import Subject
from mentorcore.policy.facts import Fact
from mentorcore.policy.grammar import CountFrom, Selector, Unit, Window
from mentorcore.policy.pack import Pack
from mentorcore.policy.results import Cited
from mentorcore.policy.school_rules import BY_CALENDAR

__all__ = ["Case", "extended", "no_semesters"]

ONE = timedelta(days=1)


@attrs.frozen(kw_only=True, eq=False)
class Case:
    """What a rule is asked about.

    Attributes:
        pack: The pack that the rule is of.
        subject: The subject, on the day asked.
        school: Its school years.
        reliefs: The reliefs from the rule that hold for the subject.
        adopted: The event by which the program adopted the pack.
    """

    pack: Pack
    subject: Subject
    school: School
    reliefs: tuple[Granted, ...] = ()
    adopted: tuple[Cited, ...] = ()

    @property
    def as_of(self) -> date:
        """The day asked."""
        return self.subject.as_of

    @property
    def end(self) -> date:
        """The last day that counts: the day asked, or the one on which the subject ended."""
        return self.subject.ended_on or self.as_of

    def evidence(self, facts: Iterable[Fact] = ()) -> tuple[Cited, ...]:
        """What a result rests on: some facts, or else the subject itself and the adoption."""
        found = dict.fromkeys(fact.cited for fact in facts)
        return tuple(found) or self.subject.own or self.adopted

    def anchor(self, selector: Selector) -> Fact | None:
        """The first fact from whose day a rule counts."""
        found = self.subject.found(selector)
        return found[0] if found else None

    def windows(self, window: Window, since: date) -> tuple[Span, ...] | None:
        """The windows from a day on, the one of the day asked among them; as `School.windows`."""
        known = self.school.known_until(since) if window in BY_CALENDAR else None
        until = known or self.end + ONE
        return self.school.windows(window, since, until)

    def due(self, anchor: date, limit: int, unit: Unit, count_from: CountFrom) -> date | None:
        """The last day in time, so many units after a day; ``None`` without a calendar for it.

        The anchor is day 0, or with ``same_day`` day 1. Weeks in session, terms, semesters and
        school years are counted from the one that the anchor lies in, and end on their last day
        with lessons.
        """
        first = ONE if count_from == "same_day" else timedelta()
        if unit == "calendar_day":
            return anchor + timedelta(days=limit) - first
        if unit == "week":
            return anchor + timedelta(weeks=limit) - first
        if unit == "month":
            return month_on(anchor, limit) - first
        known = self.school.known_until(anchor)
        if known is None:
            return None
        if unit == "instructional_day":
            due = self.school.lesson(limit, anchor + ONE - first) if limit else anchor
            return due if due is not None and due < known else None
        windows = self.windows(unit, anchor)
        return windows[limit - 1].last if windows and 0 < limit <= len(windows) else None


def extended(due: date, reliefs: tuple[Granted, ...]) -> tuple[date, Cited | None]:
    """The last day in time after extensions, and the one that set it: the last that was granted."""
    for granted in reversed(reliefs):
        if granted.relief == "extension" and granted.new_limit is not None:
            return granted.new_limit, granted.cited
    return due, None


def no_semesters() -> Outcome:
    """A semester is asked for and a school year cannot be halved."""
    return insufficient("no_semester", "a school year has no even number of terms to halve")
