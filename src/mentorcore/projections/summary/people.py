"""People as a view shows them: their roles, and their names where the viewer may see them."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from attrs import field

from mentorcore.domain.participant.applying import Application
from mentorcore.domain.participant.events import ParticipantEnrolled, ParticipantReassigned
from mentorcore.domain.person.events import Contact
from mentorcore.personal_text import without_text
from mentorcore.projections.access.redactor import CONTACT, NAME, Redactor, Shown
from mentorcore.projections.folding.figure import figure
from mentorcore.projections.summary.event_groups import MEMBERS, NAMES
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["Who", "applicant", "contact_of", "name_of", "who"]


@attrs.frozen
class Who:
    """A participant: enrolment, person, role, and name."""

    participant: str = field(metadata=figure("the enrolment's id", MEMBERS))
    person: str = field(
        metadata=figure("the person's id", ParticipantEnrolled, ParticipantReassigned, MEMBERS)
    )
    role: str = field(metadata=figure("the role", ParticipantEnrolled, MEMBERS))
    name: Shown = field(repr=without_text, metadata=figure("the person's name", NAMES, MEMBERS))


def who(at: ProgramSnapshot, seer: Redactor, participant: str, together: Iterable[str] = ()) -> Who:
    """A participant as the viewer may see them.

    Args:
        at: The program.
        seer: Who is asking.
        participant: The enrolment.
        together: The persons who see the name beside those of the own pairings.
    """
    state = at.participants.get(participant)
    person, role = ("", "") if state is None else (state.person_id, state.role)
    return Who(participant, person, role, name_of(at, seer, person, together))


def applicant(at: ProgramSnapshot, seer: Redactor, stream: str, application: Application) -> Who:
    """Somebody who applied, as the viewer may see them; the id is that of the enrolment to come."""
    person = application.person_id
    return Who(stream, person, application.role, name_of(at, seer, person))


def name_of(
    at: ProgramSnapshot, seer: Redactor, person: str, together: Iterable[str] = ()
) -> Shown:
    """A person's name; members see the names of the people in their own pairings."""
    part = at.persons.get(person)
    if part is None:
        return None
    return seer.show(part.name, NAME, "name", members=at.circle(person).union(together))


def contact_of(at: ProgramSnapshot, seer: Redactor, person: str) -> Shown:
    """How to reach a person; the coordinator sees it, and the person."""
    part = at.persons.get(person)
    if part is None:
        return None
    return as_contact(seer.show(part.contact, CONTACT, "contact", author=person))


def as_contact(opened: Any) -> Any:
    """An opened contact, which was sealed as JSON."""
    return Contact(**opened) if isinstance(opened, Mapping) else opened
