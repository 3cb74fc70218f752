"""What of a program's resources was assigned, opened, and never opened.

Nobody is ranked by it: those who were asked stand in the order of the days on which they were. A
member is shown the resources that were assigned to them, with their own assignment and no counts.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import attrs

from mentorcore.practices.community.events import (
    ResourceAssigned,
    ResourcePublished,
    ResourceRetired,
    ResourceRevised,
    ResourceUsed,
)
from mentorcore.practices.community.rows import AssignmentRow, ResourceRow, UptakeTotals
from mentorcore.practices.spec import (
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    who,
)

FIGURES: frozenset[Literal["coordinator", "auditor"]] = frozenset({"coordinator", "auditor"})
"""Who is told how many."""
OWN: frozenset[Literal["coordinator", "auditor", "author"]] = FIGURES | {"author"}
"""Who is told of an assignment: those, and whoever it was made to."""


@attrs.define
class AssignmentPart:
    """An assignment, as it is folded."""

    participant: str
    on: date
    due_on: date | None


@attrs.define
class ResourcePart:
    """A resource, as it is folded."""

    resource: str = ""
    kind: str = ""
    title: str = ""
    pointer: str | None = None
    published_on: date | None = None
    retired_on: date | None = None
    assigned: list[AssignmentPart] = attrs.Factory(list)
    used: dict[str, list[date]] = attrs.Factory(dict)

    def opened(self, told: AssignmentPart) -> date | None:
        """The first day from the assignment on on which the resource was opened by them."""
        days = (day for day in self.used.get(told.participant, []) if day >= told.on)
        return min(days, default=None)

    def is_overdue(self, told: AssignmentPart, day: date) -> bool:
        """Whether it ought to have been opened by now, and was not."""
        return told.due_on is not None and told.due_on < day and self.opened(told) is None


def apply(part: ResourcePart, told: Any) -> ResourcePart:
    """Fold one event into the resource."""
    match told.event:
        case ResourcePublished() as published:
            part.resource, part.kind = published.resource_id, published.kind
            part.title, part.pointer = published.title, published.pointer
            part.published_on = published.on
        case ResourceRevised() as revised:
            part.title = revised.title or part.title
            part.pointer = revised.pointer or part.pointer
        case ResourceAssigned() as assigned:
            part.assigned.append(AssignmentPart(assigned.participant, assigned.on, assigned.due_on))
        case ResourceUsed() as used:
            part.used.setdefault(used.participant, []).append(used.on)
        case retired:
            part.retired_on = retired.on
    return part


def rows(part: ResourcePart, at: ProgramSnapshot, seer: Redactor) -> Iterator[ResourceRow]:
    """The resource, with the assignments that the viewer may know of."""
    if part.published_on is None:
        return

    def told(count: int) -> Any:
        return seer.show(count, FIGURES, "program_metadata")

    opened = [part.opened(one) is not None for one in part.assigned]
    yield ResourceRow(
        resource=part.resource,
        kind=part.kind,
        title=part.title,
        pointer=part.pointer,
        state="published" if part.retired_on is None else "retired",
        published_on=part.published_on,
        retired_on=part.retired_on,
        assigned=told(len(opened)),
        used=told(sum(opened)),
        never_opened=told(len(opened) - sum(opened)),
        overdue=told(sum(part.is_overdue(one, at.day) for one in part.assigned)),
        readers=told(len(part.used)),
        assignments=tuple(
            _assignment(part, one, at, seer) for one in part.assigned if _may_know(one, at, seer)
        ),
    )


def _may_know(one: AssignmentPart, at: ProgramSnapshot, seer: Redactor) -> bool:
    return seer.may(OWN, author=at.person(one.participant))


def _assignment(
    part: ResourcePart, one: AssignmentPart, at: ProgramSnapshot, seer: Redactor
) -> AssignmentRow:
    opened = part.opened(one)
    late = part.is_overdue(one, at.day)
    return AssignmentRow(
        participant=one.participant,
        who=who(at, seer, one.participant),
        state="overdue" if late else "assigned" if opened is None else "used",
        on=one.on,
        due_on=one.due_on,
        opened_on=opened,
    )


def needs(part: ResourcePart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """What was assigned to somebody, and not opened by its day; a retired resource asks nobody."""
    if part.published_on is None or part.retired_on is not None:
        return
    for one in part.assigned:
        if one.due_on is None or not part.is_overdue(one, at.day) or not _may_know(one, at, seer):
            continue
        yield Need(
            kind="resource_unopened",
            subject=part.resource,
            people=(who(at, seer, one.participant),),
            since=one.due_on,
            days=(at.day - one.due_on).days,
            why=f"a {part.kind} was to be opened by {one.due_on} and was not",
            due_on=one.due_on,
        )


def combine(parts: Any, at: ProgramSnapshot) -> UptakeTotals:
    """All resources of a program together."""
    every = [part for part in parts.values() if part.published_on is not None]
    asked = [(part, one) for part in every for one in part.assigned]
    unopened = [(part, one) for part, one in asked if part.opened(one) is None]
    return UptakeTotals(
        resources=len(every),
        retired=sum(part.retired_on is not None for part in every),
        assigned=len(asked),
        used=len(asked) - len(unopened),
        never_opened=len(unopened),
        overdue=sum(part.is_overdue(one, at.day) for part, one in unopened),
        retired_open=sum(part.retired_on is not None for part, _ in unopened),
        never_used=sum(not part.used for part in every),
    )


UPTAKE = ProgramView(
    name="community.uptake",
    projection=Projection(
        name="community",
        version=1,
        initial={"resource": ResourcePart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset(
            {ResourcePublished, ResourceRevised, ResourceRetired, ResourceAssigned, ResourceUsed}
        ),
    ),
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={"resource_unopened": "goal_overdue"},
    about={"resource_unopened": "somebody did not open in time what was assigned to them"},
    prompted_by=frozenset({ResourceAssigned}),
)
