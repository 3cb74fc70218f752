"""The group of a program that is enrolled for the same period: it is opened, and one day closed.

A cohort is closed together with what was still open in it (INV-71). What becomes of each pairing
is said with the closing; nothing ends by itself, and nothing is opened there afterwards.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from mentorcore.domain.aggregate import is_blank
from mentorcore.domain.declarations import command, event, fresh, public, value
from mentorcore.domain.pairing.events.ending import PairingContinued, PairingEnded
from mentorcore.domain.pairing.events.members import EndReason
from mentorcore.domain.participant.events import EnrolmentEnded, EnrolmentOutcome, PairingLeft
from mentorcore.domain.values import CohortId, PairingId, ProgramId
from mentorcore.errors import Refused

__all__ = [
    "ClosedCohort",
    "CloseCohort",
    "Cohort",
    "CohortClosed",
    "CohortOpened",
    "CohortOutcome",
    "OpenCohort",
    "Remaining",
    "check_closing",
    "check_cohort",
]

CohortOutcome = Literal["completed", "cancelled"]
Then = Literal["end", "move", "extend"]


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


@event("program.cohort-opened", at_latest="cohort.enrols_from")
class CohortOpened:
    """A cohort was opened for enrolment.

    Attributes:
        cohort: The cohort with its dates and places.
    """

    cohort: Cohort


@event("program.cohort-closed", occurred="on")
class CohortClosed:
    """A cohort was closed; its history stays. What was still open in it is recorded with it.

    Attributes:
        on: The first day on which it is no more.
        outcome: Whether it came to its end.
        successor: The cohort in which pairings of it may go on.
    """

    cohort_id: CohortId
    on: date
    outcome: CohortOutcome
    successor: CohortId | None = public(default=None, fixed=False)


@attrs.frozen(slots=False)
class ClosedCohort:
    """How a cohort was closed."""

    cohort_id: CohortId
    on: date
    outcome: str
    successor: CohortId | None = None


@command(leads_to=CohortOpened)
class OpenCohort:
    """Open a cohort for enrolment."""

    program_id: ProgramId
    name: str
    starts_on: date
    ends_on: date
    enrols_from: date
    enrols_until: date
    places: int | None = None
    cohort_id: CohortId | None = fresh("cohort", default=None)


@value
class Remaining:
    """What becomes of a pairing that is still open when its cohort is closed.

    Attributes:
        pairing_id: The pairing.
        then: It ends; it moves to the successor cohort; or it is extended and goes on.
        reason: Why it ends, where that is another reason than for all others.
        planned_end: Until when a pairing that goes on is planned.
    """

    pairing_id: PairingId
    then: Then = "end"
    reason: EndReason | None = None
    planned_end: date | None = None


@command(leads_to=CohortClosed, also=(PairingContinued, PairingEnded, PairingLeft, EnrolmentEnded))
class CloseCohort:
    """Close a cohort, and with it all that is still open in it: pairings and enrolments.

    Attributes:
        on: The day; pairings and enrolments that end do so on it.
        successor: The cohort to which pairings move.
        others: What becomes of the pairings that are not named.
        reason: Why pairings end; as its outcome says, where nothing is said.
        enrolments: How enrolments end; as its outcome says, where nothing is said.
        pairings: What becomes of single pairings.
    """

    program_id: ProgramId
    cohort_id: CohortId
    on: date
    outcome: CohortOutcome = "completed"
    successor: CohortId | None = None
    others: Then = "end"
    reason: EndReason | None = None
    enrolments: EnrolmentOutcome | None = None
    pairings: tuple[Remaining, ...] = ()

    def remaining(self, pairing_id: str) -> Remaining:
        """What becomes of a pairing."""
        named = next((r for r in self.pairings if r.pairing_id == pairing_id), None)
        return named or Remaining(pairing_id=PairingId(pairing_id), then=self.others)


def check_closing(asked: CloseCohort, cohorts: Iterable[Cohort], today: date) -> None:
    """Whether a cohort can be closed as it is asked (INV-71).

    Raises:
        Refused: It is not there, not begun or still to come, or its successor is none.
    """
    there = {c.cohort_id: c for c in cohorts}
    cohort = there.get(asked.cohort_id)
    if cohort is None:
        raise Refused("this program has no such cohort", "no_such_cohort")
    if asked.on > today:
        raise Refused(f"{asked.on} is in the future", "in_the_future")
    if asked.on < cohort.starts_on and asked.outcome == "completed":
        raise Refused(
            f"cohort {cohort.name} starts on {cohort.starts_on}; before that it can be cancelled",
            "ends_before_start",
        )
    moves = asked.others == "move" or any(r.then == "move" for r in asked.pairings)
    if moves and asked.successor is None:
        raise Refused("say to which cohort pairings move, as successor", "no_successor")
    if asked.successor is not None and (
        asked.successor not in there or asked.successor == asked.cohort_id
    ):
        raise Refused("the successor is no other cohort of this program", "no_such_cohort")


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
