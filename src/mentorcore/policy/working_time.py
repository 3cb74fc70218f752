"""How much somebody works, which some rules scale what they ask for by."""

from collections.abc import Iterable
from datetime import date

from mentorcore.policy.facts import Fact, Plain

__all__ = ["working_time"]

EMPLOYED = "person.employment-recorded"
FULL = 100
"""Full working time, in hundredths."""


def working_time(
    since: date, enrolled: Fact, person: Iterable[Fact]
) -> tuple[tuple[date, int], ...]:
    """The working time in hundredths, from the enrolment on.

    An enrolment that says nothing else goes by the post in force then; later posts change it.
    """
    own = enrolled.values["fte_percent"]
    posts = [f for f in person if f.name == EMPLOYED]
    if own == FULL:
        held = [f for f in posts if f.on <= since and _still(f, since)]
        own = held[-1].values["fte_percent"] if held else own
    found = {since: _number(own)}
    found.update((f.on, _number(f.values["fte_percent"])) for f in posts if f.on > since)
    return tuple(sorted(found.items()))


def _still(post: Fact, day: date) -> bool:
    until = post.values.get("until")
    return until is None or (isinstance(until, date) and day < until)


def _number(value: Plain) -> int:
    assert isinstance(value, int)
    return value
