"""Which rules count by an academic calendar, and say nothing without one."""

import attrs

from mentorcore.policy.grammar import Rule

__all__ = ["BY_CALENDAR", "counts_school_time"]

BY_CALENDAR = frozenset({"instructional_day", "in_session_week", "term", "semester", "school_year"})
"""Units, windows and periods that a calendar tells."""
FIELDS = ("unit", "window", "per", "period", "before", "prorate")
"""Where a rule says by what it counts."""


def counts_school_time(rule: Rule) -> bool:
    """Whether a rule counts in units that only an academic calendar tells."""
    said = attrs.asdict(rule, recurse=False)
    return any(_by_calendar(said[field]) for field in FIELDS if field in said)


def _by_calendar(word: object) -> bool:
    if isinstance(word, tuple):
        return "enrolled_share" in word
    return word in BY_CALENDAR or word in ("enrolled_share", "school_year_start")
