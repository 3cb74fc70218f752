"""Who applied to take part and is not enrolled: how far each application has come.

An applicant takes part in nothing, so no other figure of the status counts them.
"""

from datetime import date

import attrs
from attrs import field

from mentorcore.domain.participant import applying as a
from mentorcore.domain.participant.applying import Application
from mentorcore.domain.values import Withheld
from mentorcore.projections.access.redactor import METADATA, Redactor
from mentorcore.projections.folding.figure import figure
from mentorcore.projections.folding.projection import Evidence
from mentorcore.projections.summary.event_groups import APPLIED, NAMES
from mentorcore.projections.summary.people import Who, applicant
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, evidence

__all__ = ["ApplicationRow", "application_row", "shown_application", "waiting"]


@attrs.frozen
class ApplicationRow:
    """Somebody who applied and is not enrolled, as far as the application has come.

    Attributes:
        who: The applicant, by the id under which they would take part.
        state: ``applied``, ``waitlisted``, ``approved``, ``declined`` or ``withdrawn``.
        rank: The place on the waiting list, where one was said.
        waiting_days: For how many days it has been waited for a decision; nothing once nobody
            waits.
        passed: Steps of looking at it that were passed.
        failed: Those that were failed.
        recommendations: References that recommend, with reservations or without; the applicant is
            not shown how many.
    """

    who: Who = field(metadata=figure("who applied, and as what", NAMES, APPLIED))
    cohort: str = field(metadata=figure("the cohort", a.ApplicationSubmitted))
    applied_on: date = field(metadata=figure("when they applied", a.ApplicationSubmitted))
    state: str = field(metadata=figure("how far it has come", APPLIED))
    decided_on: date | None = field(metadata=figure("when it was decided last", APPLIED))
    rank: int | None = field(metadata=figure("the place on the waiting list", APPLIED))
    waiting_days: int | None = field(
        metadata=figure("days for which it has been waited for a decision", APPLIED)
    )
    passed: int = field(
        metadata=figure("steps of looking at it that were passed", a.ApplicationScreened)
    )
    failed: int = field(
        metadata=figure("steps of looking at it that were failed", a.ApplicationScreened)
    )
    references: int = field(metadata=figure("references that came", a.ReferenceReceived))
    recommendations: int | Withheld = field(
        metadata=figure("references that recommend", a.ReferenceReceived)
    )
    corrections: int = field(metadata=figure("corrections of this application", APPLIED))
    evidence: tuple[Evidence, ...] = field(
        metadata=figure("the latest events of the application", APPLIED)
    )

    @property
    def participant(self) -> str:
        """The id under which the applicant would take part."""
        return self.who.participant


def shown_application(seer: Redactor, application: Application) -> bool:
    """Whether the viewer is shown an application: members, their own and no colleague's."""
    return seer.may(METADATA, members=(application.person_id,))


def waiting(at: ProgramSnapshot, state: str) -> int:
    """How many applications are in a state in which somebody waits."""
    return sum(application.stands == state for application in at.applications.values())


def application_row(
    at: ProgramSnapshot, seer: Redactor, stream: str, application: Application
) -> ApplicationRow:
    """An application as the viewer may see it."""
    part = at.enrolments[stream]
    steps = [s.outcome for s in application.screenings]
    said = [r.recommendation for r in application.references]
    since = application.decided_on or application.on
    return ApplicationRow(
        who=applicant(at, seer, stream, application),
        cohort=application.cohort_id,
        applied_on=application.on,
        state=application.stands,
        decided_on=application.decided_on,
        rank=application.rank if application.stands == "waitlisted" else None,
        waiting_days=max(0, (at.day - since).days) if application.is_open else None,
        passed=steps.count("passed"),
        failed=steps.count("failed"),
        references=len(said),
        recommendations=seer.show(
            len(said) - said.count("does_not_recommend"), a.NOT_APPLICANT, "recommendation"
        ),
        corrections=len(part.corrections),
        evidence=evidence(stream, (*part.refs.values(), *part.corrections)),
    )
