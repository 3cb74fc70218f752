"""Which version of a pack is in force for a subject on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from mentorcore.policy.evaluation.subjects import Subject
from mentorcore.policy.facts import Adopted

__all__ = ["adoptions_for", "begun_on", "in_force"]


def begun_on(subject: Subject) -> date | None:
    """Since when a subject is enrolled: of a pairing, its first mentee; of a program, never."""
    if subject.scope == "program":
        return None
    if subject.pairing is not None:
        parts = {member.participant: member.part for member in subject.pairing.members}
        mentees = [p for p in subject.participants if parts[p.id] == "mentee"]
        return min(p.enrolled_on for p in mentees or subject.participants)
    return subject.since


def adoptions_for(subject: Subject) -> tuple[Adopted, ...]:
    """The adoption in force of each pack: the last one that reaches the subject.

    One for new enrolments leaves whoever was enrolled before under the version before it.
    """
    ordered = sorted(subject.facts.adopted, key=lambda adopted: adopted.cited)
    found = in_force(ordered, subject.as_of, begun_on(subject))
    return tuple(sorted(found, key=lambda adopted: adopted.pack_id))


class Adopting(Protocol):
    """An adoption of a pack, as facts have it or as a program remembers it."""

    @property
    def pack_id(self) -> str: ...
    @property
    def effective_from(self) -> date: ...
    @property
    def applies_to(self) -> str: ...


AdoptingT = TypeVar("AdoptingT", bound=Adopting)


def in_force(adopted: Iterable[AdoptingT], on: date, begun: date | None) -> tuple[AdoptingT, ...]:
    """The adoption of each pack that is in force on a day, for whoever began on another.

    Args:
        adopted: The adoptions in the order in which they were recorded.
        on: The day.
        begun: Since when whoever it is about is enrolled; nothing for the program itself.
    """
    found: dict[str, AdoptingT] = {}
    for one in sorted(adopted, key=lambda adopting: adopting.effective_from):
        earlier = begun is not None and begun < one.effective_from
        if one.effective_from <= on and not (one.applies_to == "new_enrolments" and earlier):
            found[one.pack_id] = one
    return tuple(found.values())
