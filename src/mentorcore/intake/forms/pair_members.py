"""Whose enrolments a row of a list of pairings means, and in which cohort the pairing stands."""

from datetime import date

from mentorcore.domain.settings import SUPPORTED
from mentorcore.domain.values import CohortId
from mentorcore.intake.directory import KnownParticipant
from mentorcore.intake.forms.pairings import WHO
from mentorcore.intake.lookup import NamedPerson, NotFound, find_cohort, one_enrolment, settled
from mentorcore.intake.row import Row

__all__ = ["PAIRED", "enrolled_in", "named_cohort", "which_people"]

PAIRED = (*WHO, "co_mentors")
"""The fields that name the members of a pairing in a list."""


def which_people(
    row: Row,
    people: tuple[NamedPerson, ...],
    others: tuple[NamedPerson, ...],
    on: date,
    cohort: CohortId | None,
) -> tuple[NamedPerson, ...]:
    """The people named; of namesakes the one who is paired so, or is in the cohort."""
    if not any(said.namesakes for said in people):
        return people
    found: list[NamedPerson] = []
    for said in people:
        beside = {
            e.participant
            for other in (*people, *others)
            if other is not said
            for e in other.enrolments
        }
        paired_so = {
            e.participant
            for e in said.enrolments
            for p in row.known.pairings(e.participant)
            if p.since == on and not beside.isdisjoint(p.members)
        }
        inside = {e.participant for e in said.enrolments if e.cohort == cohort}
        try:
            which = settled(row.known, said, on, paired_so or inside)
        except NotFound as problem:
            row.wrong(_field(row, said), str(problem))
            continue
        found.append(row.means(said, which) if said.namesakes else said)
    return tuple(found)


def _field(row: Row, said: NamedPerson) -> str:
    """The field of which a cell names somebody."""
    return next((f for f in PAIRED if row.tells(f) and said.text in row.texts(f)), "")


def enrolled_in(
    row: Row, people: tuple[NamedPerson, ...], on: date | None, cohort: CohortId | None
) -> tuple[dict[str, KnownParticipant], CohortId | None]:
    """The enrolment that each person has in the pairing, by person, and the cohort it stands in.

    A pairing stands in the cohort of its mentee; whoever supports them may be enrolled in any.
    """
    found: dict[str, KnownParticipant] = {}
    settings = row.known.program.settings
    supported = [s for s in people if any(settings.part(e.role) in SUPPORTED for e in s.enrolments)]
    led = supported or people
    where = cohort
    for said in (*led, *(s for s in people if s not in led)) if on is not None else ():
        assert on is not None
        try:
            one = one_enrolment(said, on, where)
        except NotFound as problem:
            row.wrong("", str(problem))
            continue
        found[said.person.person] = one
        if where is None and said is led[-1]:
            where = _common_cohort(row, found)
    mine = {found[s.person.person].cohort for s in led if s.person.person in found}
    if cohort is not None and mine and cohort not in mine:
        names = " and ".join(repr(s.text) for s in led)
        row.wrong("cohort", f"{names} is not enrolled in that cohort")
    order = [s.person.person for s in people if s.person.person in found]
    return {person: found[person] for person in order}, where


def named_cohort(row: Row) -> CohortId | None:
    """The cohort that a row names, if it names one."""
    name = row.word("cohort")
    if name is None:
        return None
    try:
        return find_cohort(row.known, name)
    except NotFound as problem:
        row.wrong("cohort", str(problem))
        return None


def _common_cohort(row: Row, enrolled: dict[str, KnownParticipant]) -> CohortId | None:
    cohorts = {e.cohort for e in enrolled.values()}
    if len(cohorts) == 1:
        return cohorts.pop()
    row.wrong("", "these people are enrolled in different cohorts; say in a column in which one")
    return None
