"""Yearly counselling: the signed forms that judge a participant, kept apart from every plan.

What is told is that a form exists, of which day, and which roles have signed it. It is told to the
coordinator, to auditors and to whom it is about; a mentor is shown nothing of it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import attrs
from attrs import field

from mentorcore.domain.requirements.evidence_events import ParticipantEvidenceAttached
from mentorcore.practices.plan.fold import FOLD
from mentorcore.practices.plan.parts import CounsellingPart, FormPart, PlanPart
from mentorcore.practices.spec import (
    Need,
    ProgramSnapshot,
    ProgramView,
    Redactor,
    Who,
    figure,
    who,
)

__all__ = ["COUNSELLING", "CounsellingRow", "CounsellingTotals", "FormRow"]

Attached = ParticipantEvidenceAttached


@attrs.frozen
class FormRow:
    """A form of counselling, as it was signed by a day."""

    evidence: str = field(metadata=figure("the id of the form", Attached))
    title: str = field(metadata=figure("which form it is", Attached))
    on: date = field(metadata=figure("the day of the form", Attached))
    signed_by: tuple[str, ...] = field(metadata=figure("the roles that had signed", Attached))


@attrs.frozen
class CounsellingRow:
    """The counselling of a participant as it is shown.

    Attributes:
        last_on: The day of the latest form.
        due_on: A year after it.
        overdue: Days past that; 0 before, and for whoever has left.
        forms: The forms, in the order of their days.
    """

    participant: str = field(metadata=figure("the participant"))
    whom: Who = field(metadata=figure("whom it is about"))
    last_on: date = field(metadata=figure("the day of the latest form", Attached))
    due_on: date = field(metadata=figure("when the next one is due", Attached))
    overdue: int = field(metadata=figure("days past that", Attached))
    forms: tuple[FormRow, ...] = field(metadata=figure("the forms", Attached))


@attrs.frozen
class CounsellingTotals:
    """The counselling of all participants together."""

    participants: int = field(metadata=figure("participants with a form", Attached))
    forms: int = field(metadata=figure("forms", Attached))
    overdue: int = field(metadata=figure("participants whose next form is due", Attached))


Part = PlanPart | CounsellingPart


def _forms(part: Part, at: ProgramSnapshot) -> list[FormPart]:
    """The forms of a participant by the day that is looked at; none of a pairing.

    Who signs by themselves signs the latest form of that title.
    """
    if not isinstance(part, CounsellingPart) or part.participant not in at.participants:
        return []
    forms = [form for form in part.forms if form.on <= at.day]
    for signed in part.signatures:
        alike = [n for n, f in enumerate(forms) if f.title == signed.title and f[:2] <= signed[:2]]
        if alike and signed.on <= at.day:
            form = forms[alike[-1]]
            names = dict.fromkeys((*form.signed_by, *signed.signed_by))
            forms[alike[-1]] = form._replace(signed_by=tuple(names))
    return forms


def rows(part: Part, at: ProgramSnapshot, seer: Redactor) -> Iterator[CounsellingRow]:
    """The counselling of a participant; nobody is listed before the first form."""
    forms = _forms(part, at)
    if not isinstance(part, CounsellingPart) or not forms:
        return
    last = forms[-1].on
    yield CounsellingRow(
        participant=part.participant,
        whom=who(at, seer, part.participant),
        last_on=last,
        due_on=a_year_after(last),
        overdue=_overdue(part, at),
        forms=tuple(FormRow(f.evidence, f.title, f.on, f.signed_by) for f in forms),
    )


def a_year_after(day: date) -> date:
    """The same day of the next year; of 29 February the 28th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def _overdue(part: CounsellingPart, at: ProgramSnapshot) -> int:
    """Days past the day on which the next form was due, for whoever is still enrolled."""
    forms = _forms(part, at)
    if not forms or not at.participants[part.participant].enrolled_on(at.day):
        return 0
    return max(0, (at.day - a_year_after(forms[-1].on)).days)


def needs(part: Part, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A participant whose last counselling was more than a year ago."""
    if isinstance(part, CounsellingPart) and (days := _overdue(part, at)):
        last = _forms(part, at)[-1].on
        yield Need(
            kind="counselling_due",
            subject=part.participant,
            people=(who(at, seer, part.participant),),
            since=a_year_after(last),
            days=days,
            why=f"the last form of yearly counselling is of {last}",
            due_on=a_year_after(last),
        )


def combine(parts: Mapping[str, Part], at: ProgramSnapshot) -> CounsellingTotals:
    """The counselling of a whole program."""
    every = [part for part in parts.values() if isinstance(part, CounsellingPart)]
    found = [part for part in every if _forms(part, at)]
    return CounsellingTotals(
        participants=len(found),
        forms=sum(len(_forms(part, at)) for part in found),
        overdue=sum(_overdue(part, at) > 0 for part in found),
    )


COUNSELLING = ProgramView(
    name="plan.counselling",
    projection=FOLD,
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={"counselling_due": "item_overdue"},
    about={"counselling_due": "yearly counselling is due"},
    dated=True,
    prompted_by=frozenset({Attached}),
)
