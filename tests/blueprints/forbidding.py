"""Whom the rules of a state let mentor, as their sentences say; nothing here knows mentorcore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def is_forbidden(pack: str, fact: Callable[[str], Any], mentees: int) -> bool:
    """Whether a pack forbids somebody to mentor one more.

    Args:
        pack: The pack.
        fact: What is stated of the mentor; what nobody states forbids as well.
        mentees: How many mentees there would be.
    """
    years = fact("experience_years") or 0
    match pack:
        case "us-nj-induction":
            # a certificate, three years, two of the last five full-time, rated effective
            return not (
                fact("certificate") not in {None, "none"}
                and years >= 3
                and (fact("full_time_years") or 0) >= 2
                and fact("rating") in {"effective", "highly_effective"}
            )
        case "us-tx-mentor":
            # three complete years; two for whoever teaches six hours a day, and four for any other
            return years < 3 or mentees > (2 if fact("teaching_minutes_per_day") >= 360 else 4)
        case _:
            return False
