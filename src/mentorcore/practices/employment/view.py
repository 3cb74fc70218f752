"""What became of the work of those who take part: in the school, the district, the profession.

It is what somebody recorded, with the day by which it was so. Whether that has to do with mentoring
is not said here, for there is nobody to compare with.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import attrs

from mentorcore.domain.person.events import EmploymentOutcomeRecorded
from mentorcore.practices.employment.rows import LevelRow, OutcomeRow, OutcomeTotal, OutcomeTotals
from mentorcore.practices.spec import (
    Evidence,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Recorded,
    Redactor,
    who,
)

__all__ = ["OUTCOMES"]

LEVELS = ("school", "district", "profession")
KNOWN = ("retained", "transferred", "left", "unknown")


class Told(NamedTuple):
    """The last outcome at a level, with the event that told it."""

    outcome: str
    on: date
    source: str | None
    version: int
    position: int


@attrs.define
class OutcomePart:
    """What is recorded of a person's work, as it is folded.

    Attributes:
        levels: By level, the last outcome.
    """

    person: str = ""
    levels: dict[str, Told] = attrs.Factory(dict)


def apply(part: OutcomePart, told: Recorded[Any]) -> OutcomePart:
    """Fold one outcome; they come in the order of their days."""
    event = told.event
    part.person = told.stream
    ref = (told.version, told.position)
    part.levels[event.level] = Told(event.outcome, event.on, event.source, *ref)
    return part


def rows(part: OutcomePart, at: ProgramSnapshot, seer: Redactor) -> Iterator[OutcomeRow]:
    """Somebody of whose work something is recorded, once for each enrolment."""
    if not part.levels:
        return
    for participant in at.enrolled_as.get(_goes_on(at, part.person), ()):
        yield OutcomeRow(
            participant=participant,
            who=who(at, seer, participant),
            levels=tuple(
                LevelRow(level, found.outcome, found.on, found.source)
                for level in LEVELS
                if (found := part.levels.get(level)) is not None
            ),
            evidence=tuple(
                Evidence(part.person, t.version, t.position)
                for t in sorted(part.levels.values(), key=lambda t: t.version)
            ),
        )


def _goes_on(at: ProgramSnapshot, person: str) -> str:
    """The id under which somebody goes on who was merged into another."""
    passed = {person}
    while (known := at.persons.get(person)) is not None and known.merged_into:
        if known.merged_into in passed:
            break
        person = known.merged_into
        passed.add(person)
    return person


def _roles(at: ProgramSnapshot, person: str) -> tuple[str, ...]:
    enrolments = (at.participants[s] for s in at.enrolled_as.get(person, ()))
    return tuple(dict.fromkeys(p.role for p in enrolments))


def combine(parts: Mapping[str, OutcomePart], at: ProgramSnapshot) -> OutcomeTotals:
    """Everybody who ever took part, each once at each level, by the outcome of the latest day."""
    latest: dict[tuple[str, str], Told] = {}
    for part in parts.values():
        person = _goes_on(at, part.person)
        for level, told in part.levels.items():
            before = latest.get((person, level))
            if before is None or (before.on, before.position) < (told.on, told.position):
                latest[person, level] = told
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for (person, level), told in latest.items():
        for role in _roles(at, person):
            counts = counted.setdefault((role, level), dict.fromkeys(KNOWN, 0))
            counts[told.outcome] += 1
    order = sorted(counted.items(), key=lambda c: (c[0][0], LEVELS.index(c[0][1])))
    return OutcomeTotals(
        tuple(
            OutcomeTotal(key=f"{role} {level}", role=role, level=level, **counts)
            for (role, level), counts in order
        )
    )


OUTCOMES = ProgramView(
    name="employment.outcomes",
    projection=Projection(
        name="employment",
        version=1,
        initial={"person": OutcomePart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({EmploymentOutcomeRecorded}),
        fixed_groups={"person": ""},
    ),
    rows=rows,
    combine=combine,
)
