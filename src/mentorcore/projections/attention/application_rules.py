"""Which applications need a person: undecided for long, approved and forgotten, or next in line."""

from collections.abc import Iterator
from datetime import date

from mentorcore.domain.cohort import Cohort, CohortClosed, CohortOpened
from mentorcore.domain.participant.applying import Application
from mentorcore.domain.program import ProgramClosed
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.attention.needs import Need, in_days, tells
from mentorcore.projections.folding.figure import rests_on
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.status.status import enrolled_in, state_of
from mentorcore.projections.summary.event_groups import APPLIED, ENROLLED
from mentorcore.projections.summary.people import applicant
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence

__all__ = ["APPLICATION_RULES", "DECISION_DAYS"]

DECISION_DAYS = 14
"""For so many days nobody is reminded of an application that waits for its first decision."""


def _waiting(at: ProgramSnapshot, stands: str) -> Iterator[tuple[str, Application]]:
    """The applications of that state in cohorts that are not over."""
    if state_of(at) == "closed":
        return
    for stream, application in at.applications.items():
        if application.stands == stands and not at.is_over(application.cohort_id):
            yield stream, application


@tells(
    application_undecided=rests_on(
        "an application has waited long for a decision", APPLIED, CohortClosed, ProgramClosed
    )
)
def undecided(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """Nobody has decided about an application for weeks."""
    for stream, application in _waiting(at, "applied"):
        days = (at.day - application.on).days
        if days > DECISION_DAYS:
            said = f"an application as {application.role} has been undecided for {in_days(days)}"
            yield _need(at, seer, ("application_undecided", said), stream, application.on)


@tells(
    application_approved=rests_on(
        "somebody was approved and is not enrolled", APPLIED, CohortClosed, ProgramClosed
    )
)
def approved(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """Somebody was approved and is still to be enrolled."""
    for stream, application in _waiting(at, "approved"):
        since = application.decided_on or application.on
        said = f"approved as {application.role} on {since}, and not enrolled yet"
        yield _need(at, seer, ("application_approved", said), stream, since)


@tells(
    place_free=rests_on(
        "a cohort has a free place, and somebody is waiting for one",
        APPLIED,
        ENROLLED,
        CohortOpened,
        CohortClosed,
        ProgramClosed,
    )
)
def free_places(at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A cohort has free places, and people are on its waiting list; the next ones are named."""
    for cohort in at.program.cohorts:
        free = _free(at, cohort)
        listed = [
            (application.rank or len(at.applications) + 1, application.on, stream)
            for stream, application in _waiting(at, "waitlisted")
            if application.cohort_id == cohort.cohort_id
        ]
        if free < 1 or not listed:
            continue
        chosen = [stream for _, _, stream in sorted(listed)][:free]
        since = max(_waits_since(at.applications[s]) for s in chosen)
        places = "1 place is" if free == 1 else f"{free} places are"
        waiting = "1 person is" if len(listed) == 1 else f"{len(listed)} people are"
        yield Need(
            kind="place_free",
            subject=cohort.cohort_id,
            people=tuple(applicant(at, seer, s, at.applications[s]) for s in chosen),
            since=since,
            days=(at.day - since).days,
            why=f"{places} free, and {waiting} on the waiting list",
            amount=free,
            limit=len(listed),
            text=cohort.name,
            evidence=tuple(e for s in chosen for e in _behind(at, s)),
        )


def _free(at: ProgramSnapshot, cohort: Cohort) -> int:
    """How many places of a cohort nobody has; those who were approved are about to take one."""
    if cohort.places is None or not at.day < cohort.enrols_until:
        return 0
    taken = enrolled_in(at, cohort.cohort_id)
    promised = sum(a.cohort_id == cohort.cohort_id for _, a in _waiting(at, "approved"))
    return cohort.places - taken - promised


def _waits_since(application: Application) -> date:
    return application.decided_on or application.on


def _behind(at: ProgramSnapshot, stream: str) -> tuple[Evidence, ...]:
    return evidence(stream, at.enrolments[stream].refs.values())


def _need(
    at: ProgramSnapshot, seer: Redactor, said: tuple[str, str], stream: str, since: date
) -> Need:
    application = at.applications[stream]
    kind, why = said
    return Need(
        kind=kind,
        subject=stream,
        people=(applicant(at, seer, stream, application),),
        since=since,
        days=(at.day - since).days,
        why=why,
        code=application.role,
        evidence=_behind(at, stream),
    )


APPLICATION_RULES = (undecided, approved, free_places)
