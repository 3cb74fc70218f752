"""The group of a program that is enrolled for the same period."""

from datetime import date

from mentorcore.domain.aggregate import is_blank
from mentorcore.domain.declarations import public, value
from mentorcore.domain.values import CohortId
from mentorcore.errors import Refused

__all__ = ["Cohort", "check_cohort"]


@value
class Cohort:
    """The group enrolled for the same period; dates are half-open, ``enrols_until`` excluded.

    Attributes:
        name: What the cohort is called.
        starts_on: Its first day.
        ends_on: The first day after it.
        enrols_from: The first day on which people can enrol.
        enrols_until: The first day on which they cannot any more.
        places: How many can enrol; nothing for any number.
    """

    cohort_id: CohortId
    name: str = public()
    starts_on: date
    ends_on: date
    enrols_from: date
    enrols_until: date
    places: int | None = None


def check_cohort(cohort: Cohort) -> None:
    """Whether a cohort can be opened as it is described.

    Raises:
        Refused: It has no name, or its dates or places do not fit together.
    """
    if is_blank(cohort.name):
        raise Refused("a cohort needs a name", "empty_text")
    if cohort.ends_on <= cohort.starts_on:
        raise Refused(
            f"the cohort would end on {cohort.ends_on}, before it starts on {cohort.starts_on}",
            "ends_before_start",
        )
    if cohort.enrols_until <= cohort.enrols_from:
        raise Refused("the enrolment window closes before it opens", "ends_before_start")
    if cohort.places is not None and cohort.places < 0:
        raise Refused("a cohort has 0 or more places", "places_out_of_range")
