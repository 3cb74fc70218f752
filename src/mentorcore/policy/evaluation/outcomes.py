"""What a kind of rule finds, before it is said of which rule and subject that is."""

from collections.abc import Iterable, Sequence
from datetime import date

import attrs

from mentorcore.policy.results import Cited, State

__all__ = [
    "Outcome",
    "days",
    "insufficient",
    "minutes",
    "no_calendar",
    "not_applicable",
    "plural",
    "worst",
]


@attrs.frozen(kw_only=True)
class Outcome:
    """A state and what goes with it; `Result` says what each of the fields means."""

    state: State
    said: str
    measured: str = ""
    threshold: str = ""
    due_on: date | None = None
    satisfied_on: date | None = None
    evidence: tuple[Cited, ...] = ()
    relief: Cited | None = None
    code: str | None = None
    missing: tuple[str, ...] = ()


def not_applicable(code: str, said: str) -> Outcome:
    """The rule asks nothing of the subject; the code says why."""
    return Outcome(state="not_applicable", code=code, said=said)


def insufficient(code: str, said: str, *, missing: Iterable[str] = ()) -> Outcome:
    """A fact or a calendar is missing that the rule needs; the code names it."""
    found = tuple(missing) or (code,)
    return Outcome(state="insufficient_data", code=code, said=said, missing=found)


def no_calendar(day: date) -> Outcome:
    """School time is counted, and nothing is known of the school year of that day."""
    return insufficient("no_calendar", f"no academic calendar is known for the time around {day}")


def plural(number: int, one: str) -> str:
    """A number with its word: ``1 day``, ``1,040 days``."""
    return f"{number:,} {one if number == 1 else one + 's'}"


def days(number: int) -> str:
    """A number of days in words."""
    return plural(number, "day")


def minutes(number: int) -> str:
    """Minutes as a threshold has them: ``1,040 min``."""
    return f"{number:,} min"


_WORST: tuple[State, ...] = (
    "breached",
    "insufficient_data",
    "cured_late",
    "at_risk",
    "not_yet_due",
    "waived",
    "met",
    "not_applicable",
)


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """The worst of several; what all of them rest on goes with it, and what is missing anywhere."""
    shown = min(outcomes, key=lambda outcome: _WORST.index(outcome.state))
    alike = [outcome for outcome in outcomes if outcome.state == shown.state]
    return attrs.evolve(
        shown,
        evidence=tuple(dict.fromkeys(cited for o in alike for cited in o.evidence)),
        missing=tuple(dict.fromkeys(word for o in alike for word in o.missing)),
        said="; ".join(dict.fromkeys(outcome.said for outcome in alike)),
    )
