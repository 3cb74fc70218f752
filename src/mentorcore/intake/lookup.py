"""Who or what a row means: people by name or address, their pairing on a day, a goal by its words.

Nothing is guessed: what fits nobody, or fits several, is answered with a sentence.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

import attrs

from mentorcore.domain.person.events import Scheme
from mentorcore.domain.values import CohortId, PersonId
from mentorcore.intake.directory import (
    Directory,
    KnownGoal,
    KnownPairing,
    KnownParticipant,
    KnownPerson,
    folded,
)
from mentorcore.intake.mappings.mapping import Naming
from mentorcore.intake.mappings.toml_tables import did_you_mean

__all__ = [
    "NamedPerson",
    "NotFound",
    "enrolled_as",
    "find_cohort",
    "find_goal",
    "find_pairing",
    "find_person",
    "goals_to_go_on",
    "one_enrolment",
    "with_a_typing_error",
]

SUGGESTED = 5_000
"""Among how many names a suggestion is looked for; more would take too long a row."""


class NotFound(LookupError):  # noqa: N818 - an answer about a row
    """Nobody fits, or several do; the message is a sentence about it."""


@attrs.frozen
class NamedPerson:
    """Somebody as a row names them, and the enrolments that this can mean."""

    text: str
    person: KnownPerson
    enrolments: tuple[KnownParticipant, ...]


def find_person(known: Directory, by: Naming, text: str, scheme: Scheme) -> KnownPerson | None:
    """The one person meant by a cell, or ``None`` when nobody is.

    Raises:
        NotFound: Several people are called so.
    """
    if by == "name":
        found = known.named(text)
    else:
        found = known.identified("email" if by == "email" else scheme, text)
    if len(found) > 1:
        raise NotFound(
            f"{len(found)} people of this program are called {text!r}; name them by their e-mail "
            "address or number"
        )
    return found[0] if found else None


def enrolled_as(
    known: Directory,
    by: Naming,
    text: str,
    scheme: Scheme,
    parts: Collection[str] = (),
) -> NamedPerson:
    """Whom a cell means among those who take part.

    Args:
        known: Who is known.
        by: How the cell names people.
        text: The cell.
        scheme: Whose numbers ``external_id`` means.
        parts: The parts in a pairing that fit; any when empty.

    Raises:
        NotFound: Nobody, several, or somebody who takes no such part.
    """
    person = find_person(known, by, text, scheme)
    if person is None:
        raise NotFound(_nobody(known, by, text, scheme))
    enrolments = known.enrolments(person.person)
    if not enrolments:
        raise NotFound(f"{text!r} is known, but not enrolled in this program")
    fitting = tuple(e for e in enrolments if not parts or _part(known, e) in parts)
    if not fitting:
        roles = " and ".join(sorted({e.role for e in enrolments}))
        raise NotFound(f"{text!r} is enrolled as {roles}, and cannot stand in this place")
    return NamedPerson(text, person, fitting)


def one_enrolment(said: NamedPerson, day: date, cohort: CohortId | None) -> KnownParticipant:
    """The enrolment that is meant on a day.

    Raises:
        NotFound: Several fit, or none in that cohort.
    """
    found = [e for e in said.enrolments if cohort is None or e.cohort == cohort]
    if not found:
        raise NotFound(f"{said.text!r} is not enrolled in that cohort")
    running = [e for e in found if e.since <= day and (e.until is None or day <= e.until)]
    if len(running) > 1:
        raise NotFound(
            f"{said.text!r} is enrolled {len(running)} times; say in which cohort this was"
        )
    return running[0] if running else found[-1]


def find_pairing(known: Directory, people: Sequence[NamedPerson], day: date) -> KnownPairing:
    """The pairing of these people that a day belongs to.

    It is the one that lived on the day; failing that the last one formed before, so that its end
    can be named, or the first one after.

    Raises:
        NotFound: They have none, or several on that day.
    """
    first, *others = people
    common = [
        p
        for mine in first.enrolments
        for p in known.pairings(mine.participant)
        if all(any(e.participant in p.members for e in said.enrolments) for said in others)
    ]
    if not common:
        raise NotFound(f"there is no pairing of {_named(people)}{_partners(known, people)}")
    common.sort(key=lambda p: (p.since, p.pairing))
    lived = [p for p in common if p.lived_on(day)]
    if len(lived) > 1:
        live = [p for p in lived if p.until is None or day < p.until]
        if len(live) != 1:
            raise NotFound(
                f"{_named(people)} had {len(lived)} pairings on {day}; name the others as well"
            )
        return live[0]
    if lived:
        return lived[0]
    earlier = [p for p in common if p.since <= day]
    return earlier[-1] if earlier else common[0]


OVER = frozenset({"achieved", "abandoned"})
"""Statuses after which a goal does not go on in a later pairing."""
ALIKE = 0.9
"""From which likeness on a statement may be a goal's own with a typing error."""


def find_goal(
    known: Directory, pairing: KnownPairing, statement: str, owners: Collection[PersonId] = ()
) -> KnownGoal | None:
    """The goal with this statement, whatever its capitals and spaces.

    Args:
        known: Who and what is known.
        pairing: The pairing in which it was set.
        statement: The goal in words.
        owners: Whose goal it is; anybody's when empty.

    Raises:
        NotFound: Several have it.
    """
    wanted = folded(statement)
    found = [
        g
        for g in known.goals(pairing.pairing)
        if folded(g.statement) == wanted and (not owners or not g.owners or set(owners) & g.owners)
    ]
    standing = [g for g in found if not g.gone] or found
    if len(standing) > 1:
        raise NotFound(f"this pairing has {len(standing)} goals with these words")
    return standing[0] if standing else None


def goals_to_go_on(
    known: Directory, mentee: KnownParticipant, pairing: KnownPairing, day: date
) -> tuple[KnownGoal, ...]:
    """The goals that a mentee set in pairings that had ended by a day, and that are not over."""
    return tuple(
        goal
        for earlier in known.pairings(mentee.participant)
        if earlier.pairing != pairing.pairing and earlier.until is not None and earlier.until <= day
        for goal in known.goals(earlier.pairing)
        if mentee.person in goal.owners and not goal.gone and goal.status not in OVER
    )


def with_a_typing_error(statement: str, goals: Iterable[KnownGoal]) -> KnownGoal | None:
    """The goal that these words may name with a typing error, if there is one.

    Words that differ in a number tell two goals apart, such as one for each grade.
    """
    wanted = folded(statement)
    near = [
        (SequenceMatcher(None, wanted, folded(g.statement)).ratio(), g)
        for g in goals
        if not g.gone and _numbers(g.statement) == _numbers(statement)
    ]
    best = max(near, key=lambda found: found[0], default=None)
    return best[1] if best is not None and best[0] >= ALIKE else None


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def find_cohort(known: Directory, name: str | None) -> CohortId:
    """The cohort of this name; the only one when no name is given.

    Raises:
        NotFound: There is none of that name, or several and no name.
    """
    cohorts = known.program.cohorts
    if name is None:
        if len(cohorts) == 1:
            return cohorts[0].cohort_id
        raise NotFound(
            f"this program has {len(cohorts)} cohorts; say which one, in a column or a default"
        )
    for cohort in cohorts:
        if folded(cohort.name) == folded(name):
            return cohort.cohort_id
    hint = did_you_mean(name, [c.name for c in cohorts])
    raise NotFound(f"this program has no cohort {name!r}{hint}")


def _part(known: Directory, enrolment: KnownParticipant) -> str:
    return known.program.settings.part(enrolment.role) or "none"


def _nobody(known: Directory, by: Naming, text: str, scheme: Scheme) -> str:
    if by == "name":
        hint = _suggestion(text, tuple(known.names())[:SUGGESTED])
        return f"nobody called {text!r} takes part in this program{hint}"
    which: Scheme = "email" if by == "email" else scheme
    what = "e-mail address" if by == "email" else f"{scheme} number"
    hint = _suggestion(text, tuple(known.values(which))[:SUGGESTED])
    return f"nobody with the {what} {text!r} is known{hint}"


@lru_cache(maxsize=256)
def _suggestion(text: str, among: tuple[str, ...]) -> str:
    return did_you_mean(text, among)


def _named(people: Sequence[NamedPerson]) -> str:
    return " and ".join(repr(said.text) for said in people)


def _partners(known: Directory, people: Sequence[NamedPerson]) -> str:
    """With whom the first one is paired instead, where that is one person."""
    others = {
        enrolment.person
        for mine in people[0].enrolments
        for pairing in known.pairings(mine.participant)
        for member in pairing.members - {mine.participant}
        if (enrolment := known.enrolment(member)) is not None
    }
    if len(people) == 1 or len(others) != 1:
        return ""
    person = known.person(others.pop())
    return f"; {people[0].text!r} is paired with {person.name!r}" if person else ""
