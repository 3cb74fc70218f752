"""What an import does where two records are of one person, or somebody said so."""

from collections.abc import Collection, Iterable, Iterator

import attrs

from mentorcore.domain.declarations import evolve
from mentorcore.domain.responses import Settled
from mentorcore.domain.values import PersonId
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.errors import Refused
from mentorcore.intake.amendments import Step
from mentorcore.intake.intents import Reason, Rejected
from mentorcore.intake.namesakes import merging

__all__ = ["advised", "of_survivors"]


def advised(
    problem: Rejected, said: Settled, made: Collection[PersonId], people: SessionDirectory
) -> Rejected:
    """The refusal of an edit, with how to merge two persons whom somebody said to be one.

    Args:
        problem: The refusal.
        said: What somebody said of the response.
        made: The persons whom it had registered.
        people: Who is known.
    """
    same = [other for other, answer in said.items() if other and answer == "same_person"]
    apart = [(one, own) for one in same for own in made if not _is_one(one, own, people)]
    if not apart or not isinstance(problem.__cause__, Refused):
        return problem
    command = merging(*apart[0])
    return Rejected(
        Reason(r.column, f"{r.sentence}; or merge the two records of this person: {command}")
        for r in problem.reasons
    )


def of_survivors(steps: Iterable[Step], people: SessionDirectory) -> Iterator[Step]:
    """Steps that record something new about the survivor, where a person was merged."""
    for step in steps:
        person = getattr(step.command, "person_id", None)
        found = None if person is None else people.person(person)
        if found is None or found.person == person:
            yield step
        else:
            yield attrs.evolve(step, command=evolve(step.command, person_id=found.person))


def _is_one(one: str, other: PersonId, people: SessionDirectory) -> bool:
    """Whether two ids lead to one person."""
    found = people.person(other)
    return found is None or one in found.lives
