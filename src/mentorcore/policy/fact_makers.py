"""What everybody does alike who makes `Facts`: of stored partials, and of streams."""

from collections.abc import Iterable
from datetime import date

from mentorcore.domain.cohort import Cohort
from mentorcore.domain.school_calendar import AcademicCalendar, calendars_for, school_time
from mentorcore.policy.facts import Adopted, CohortFacts, Fact
from mentorcore.policy.results import Cited

__all__ = ["FORMED", "adopted_packs", "cohort_facts", "with_start"]

ADOPTED, FORMED, STARTED = "program.policy-pack-adopted", "pairing.formed", "pairing.started"


def adopted_packs(own: Iterable[Fact]) -> tuple[Adopted, ...]:
    """The packs that a program adopted, of the facts of its own stream."""
    return tuple(_adopted(fact) for fact in own if fact.name == ADOPTED)


def _adopted(fact: Fact) -> Adopted:
    said = fact.values
    replaces = said.get("replaces")
    return Adopted(
        pack_id=str(said["pack_id"]),
        version=str(said["version"]),
        digest=str(said["digest"]),
        effective_from=fact.on,
        applies_to=str(said["applies_to"]),
        replaces=None if replaces is None else str(replaces),
        cited=fact.cited,
    )


def cohort_facts(cohort: Cohort, years: Iterable[AcademicCalendar], cited: Cited) -> CohortFacts:
    """A cohort with those school years of its program that it goes by."""
    calendars = calendars_for(cohort.cohort_id, years)
    return CohortFacts(
        id=cohort.cohort_id,
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        cited=cited,
        calendars=calendars,
        school_time=school_time(calendars),
    )


def with_start(told: list[Fact], active_from: date | None) -> list[Fact]:
    """The facts of a pairing with its start, where it was active as soon as it was formed."""
    if active_from is None:
        return told
    place, formed = next((n, fact) for n, fact in enumerate(told) if fact.name == FORMED)
    began = Fact(STARTED, active_from, formed.cited, {"on": active_from})
    return [*told[: place + 1], began, *told[place + 1 :]]
