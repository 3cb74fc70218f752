"""The one enrolment that a row of a list is about, whoever else has the name or another role."""

from datetime import date

from mentorcore.domain.values import ParticipantId
from mentorcore.intake.lookup import NamedPerson
from mentorcore.intake.row import Row

__all__ = ["enrolment_of"]


def enrolment_of(row: Row, day: date) -> ParticipantId | None:
    """The enrolment that a row is about; noted as wrong where there is none, or are several."""
    said = row.must("participant", row.person("participant"))
    role = row.code("role")
    if said is None or said.namesakes:
        return None  # what is unclear about a name is said in the end
    found = [e for e in said.enrolments if role in (None, e.role)]
    there = [e for e in found if e.ran_on(day)] or found
    if len(there) == 1:
        return there[0].participant
    row.wrong("participant", _unclear(said, role, sorted({e.role for e in there})))
    return None


def _unclear(said: NamedPerson, role: str | None, roles: list[str]) -> str:
    if not roles:
        return f"{said.text!r} does not take part as {role}"
    if len(roles) > 1:
        return f"{said.text!r} takes part as {' and as '.join(roles)}; say which, in role"
    return f"{said.text!r} is enrolled several times as {roles[0]} at that time"
