"""Who or what a row means: people by name or address, their pairing on a day, a goal by its words.

Nothing is guessed: what fits nobody, or fits several, is answered with a sentence.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

from mentorcore.domain.person.events import Scheme
from mentorcore.domain.values import CohortId, PersonId
from mentorcore.intake.directory import (
    Directory,
    KnownGoal,
    KnownPairing,
    KnownParticipant,
    KnownPerson,
)
from mentorcore.intake.held_names import address, cell, folded, is_address, words
from mentorcore.intake.mappings.mapping import Naming
from mentorcore.intake.namesakes import NamedPerson, added, among, described, nearest, on_the_day
from mentorcore.near_words import did_you_mean

__all__ = [
    "NamedPerson",
    "NotFound",
    "SeveralFit",
    "SeveralPairings",
    "enrolled_as",
    "find_cohort",
    "find_goal",
    "find_pairing",
    "find_person",
    "find_people",
    "goals_to_go_on",
    "one_enrolment",
    "settled",
    "with_a_typing_error",
]

SUGGESTED = 5_000
"""Among how many names a suggestion is looked for; more would take too long a row."""


class NotFound(LookupError):  # noqa: N818 - an answer about a row
    """Nobody fits, or several do; the message is a sentence about it."""


class SeveralPairings(NotFound):
    """The people named had several pairings on the day."""


class SeveralFit(NotFound):
    """Several people fit; the message says by what they can be told apart."""

    def __init__(self, known: Directory, text: str, people: Sequence[KnownPerson]) -> None:
        who = "; ".join(described(known, person) for person in people)
        super().__init__(
            f"{len(people)} people of this program are called {text!r}: {who}; write the e-mail "
            "address instead, or behind the name what tells which one is meant, as in "
            f"{_told_apart(known, text, people[0])!r}"
        )


def find_people(known: Directory, by: Naming, text: str, scheme: Scheme) -> tuple[KnownPerson, ...]:
    """Everybody whom a cell may mean, by every name and address that somebody has or had.

    An address is read as one even where people are named otherwise.

    Raises:
        NotFound: What the cell adds to the name fits nobody of several, or says something else.
    """
    if by == "external_id" and (found := known.identified(scheme, text)):
        return found
    if by == "name" and (found := known.named(text)):
        return nearest(found, None, text)
    said = cell(text)
    if said.address or by == "email":
        stated = said.address or text
        found = nearest(known.identified("email", stated), "email", stated)
        if said.name and found and not any(_bears(p, said.name) for p in found):
            raise NotFound(f"{address(stated)!r} is the address of {found[0].name!r}")
        return found
    if by != "name" or said.name == text.strip():
        return ()
    found = nearest(known.named(said.name), None, said.name)
    if len(found) > 1:
        fitting = tuple(p for p in found if added(known, p, said.addition))
        if not fitting:
            raise SeveralFit(known, said.name, found)
        return fitting
    return found


def find_person(known: Directory, by: Naming, text: str, scheme: Scheme) -> KnownPerson | None:
    """The one person meant by a cell, or ``None`` when nobody is.

    Raises:
        NotFound: Several people are called so.
    """
    found = find_people(known, by, text, scheme)
    if len(found) > 1:
        raise SeveralFit(known, text, found)
    return found[0] if found else None


def enrolled_as(
    known: Directory,
    by: Naming,
    text: str,
    scheme: Scheme,
    parts: Collection[str] = (),
) -> NamedPerson:
    """Whom a cell means among those who take part; several who have one name until it is `settled`.

    Args:
        known: Who is known.
        by: How the cell names people.
        text: The cell.
        scheme: Whose numbers ``external_id`` means.
        parts: The parts in a pairing that fit; any when empty.

    Raises:
        NotFound: Nobody, or nobody who takes such a part.
    """
    people = find_people(known, by, text, scheme)
    if not people:
        raise NotFound(_nobody(known, by, text, scheme))
    taking_part = [(p, known.enrolments(p.person)) for p in people]
    enrolled = [(p, found) for p, found in taking_part if found]
    if not enrolled:
        raise NotFound(f"{text!r} is known, but not enrolled in this program")
    fitting = [
        (p, tuple(e for e in found if not parts or _part(known, e) in parts))
        for p, found in enrolled
    ]
    fitting = [(p, found) for p, found in fitting if found]
    if not fitting:
        roles = " and ".join(sorted({e.role for _, found in enrolled for e in found}))
        raise NotFound(f"{text!r} is enrolled as {roles}, and cannot stand in this place")
    enrolments = tuple(e for _, found in fitting for e in found)
    namesakes = tuple(p for p, _ in fitting) if len(fitting) > 1 else ()
    return NamedPerson(text, fitting[0][0], enrolments, namesakes)


def settled(
    known: Directory, said: NamedPerson, day: date, fitting: Collection[str] = ()
) -> NamedPerson:
    """Which one of several people of one name or address a cell means, by what the row says.

    An address is that of whoever has it on the day. Of namesakes it is, in this order, who has one
    of the enrolments that fit, who bears the name on the day, and who takes part on it.

    Args:
        known: Who is known.
        said: Whom the cell may mean.
        day: The day of the row.
        fitting: Enrolments that fit what else the row says.

    Raises:
        NotFound: Several are left.
    """
    left = on_the_day(said, day)
    fits = {e.person for e in left.enrolments if e.participant in fitting}
    left = among(left, fits)
    left = on_the_day(left, day, names=True)
    left = among(left, {e.person for e in left.enrolments if e.ran_on(day)})
    if left.namesakes:
        raise SeveralFit(known, said.text, left.namesakes)
    return left


def one_enrolment(said: NamedPerson, day: date, cohort: CohortId | None) -> KnownParticipant:
    """The enrolment that is meant on a day; the one in the cohort goes before others.

    One enrolment serves every cohort of the program. Of two in one part and cohort, as people have
    who were merged, the one goes on that lasts longer.

    Raises:
        NotFound: Several fit.
    """
    found = [e for e in said.enrolments if e.cohort == cohort] or said.enrolments
    running = [e for e in found if e.ran_on(day)]
    running = running or [e for e in said.enrolments if e.ran_on(day)]
    if len({(e.role, e.cohort) for e in running}) == 1:
        return max(running, key=lambda e: e.until or date.max)
    # Whoever is enrolled in two other cohorts could be paired by either of the enrolments.
    if len(running) > 1 and (cohort is None or len({e.role for e in running}) > 1):
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
    theirs = [[e.participant for e in said.enrolments] for said in others]
    both = {
        p.pairing: p
        for mine in first.enrolments
        for p in known.pairings(mine.participant)
        if not any(p.members.isdisjoint(one) for one in theirs)
    }
    common = list(both.values())
    if not common:
        raise NotFound(f"there is no pairing of {_named(people)}{_partners(known, people)}")
    common.sort(key=lambda p: (p.since, p.pairing))
    lived = [p for p in common if p.lived_on(day)]
    if len(lived) > 1:
        live = [p for p in lived if p.until is None or day < p.until]
        together = [p for p in live if _were_there(people, p, day)]
        live = together or live
        # On the day on which one ends, the one that goes on is meant, if both are of one person.
        if len(live) != 1 or not _are_of_the_same(people, lived):
            raise SeveralPairings(
                f"{_named(people)} had {len(lived)} pairings on {day}; name the others as well"
            )
        return live[0]
    if lived:
        return lived[0]
    earlier = [p for p in common if p.since <= day]
    return earlier[-1] if earlier else common[0]


def _are_of_the_same(people: Sequence[NamedPerson], pairings: Sequence[KnownPairing]) -> bool:
    """Whether pairings are of the same persons, and not of namesakes of theirs."""
    seated = frozenset[str]().union(*(p.members for p in pairings))
    return all(
        len({e.person for e in said.enrolments if e.participant in seated}) == 1 for said in people
    )


def _were_there(people: Sequence[NamedPerson], pairing: KnownPairing, day: date) -> bool:
    """Whether all of these people were members on a day."""
    there = pairing.members_on(day)
    return all(any(e.participant in there for e in said.enrolments) for said in people)


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
        for enrolment in known.enrolments(mentee.person)
        for earlier in known.pairings(enrolment.participant)
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


def _bears(person: KnownPerson, name: str) -> bool:
    return any(words(name) == words(held.text) for held in person.names)


def _told_apart(known: Directory, text: str, person: KnownPerson) -> str:
    """How a cell can say which one of several is meant."""
    if person.address:
        return f"{text} <{person.address}>"
    return f"{text} ({next(iter(known.schools(person.person)), 'school')})"


def _nobody(known: Directory, by: Naming, text: str, scheme: Scheme) -> str:
    if by == "name" and not is_address(text):
        hint = _suggestion(text, tuple(known.names())[:SUGGESTED])
        return f"nobody called {text!r} takes part in this program{hint}"
    which: Scheme = "email" if by == "email" or is_address(text) else scheme
    what = "e-mail address" if which == "email" else f"{scheme} number"
    hint = _suggestion(text, tuple(known.values(which))[:SUGGESTED])
    return f"nobody with the {what} {text!r} is known{hint}"


@lru_cache(maxsize=256)
def _suggestion(text: str, among: tuple[str, ...]) -> str:
    wanted = words(text)
    same = next((name for name in among if words(name) == wanted), None)
    return did_you_mean(text, among) if same is None else f"; did you mean {same!r}?"


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
