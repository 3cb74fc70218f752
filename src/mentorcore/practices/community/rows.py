"""The rows of `community.uptake`: a resource with those who were asked to use it."""

from datetime import date

import attrs
from attrs import field

from mentorcore.practices.community.events import (
    ResourceAssigned,
    ResourcePublished,
    ResourceRetired,
    ResourceRevised,
    ResourceUsed,
)
from mentorcore.practices.spec import Shown, Who, figure

__all__ = ["AssignmentRow", "ResourceRow", "UptakeTotals"]

TITLED = (ResourcePublished, ResourceRevised)
UPTAKE = (ResourceAssigned, ResourceUsed)


@attrs.frozen
class AssignmentRow:
    """A resource that was assigned to somebody.

    Attributes:
        state: ``used``, ``assigned``, or ``overdue`` once its day has passed and it was never
            opened.
        opened_on: The first day on or after the assignment on which they opened it.
    """

    participant: str = field(metadata=figure("the enrolment's id", ResourceAssigned))
    who: Who = field(metadata=figure("whom it was assigned to", ResourceAssigned))
    state: str = field(metadata=figure("how it stands", *UPTAKE))
    on: date = field(metadata=figure("the day it was assigned", ResourceAssigned))
    due_on: date | None = field(metadata=figure("when it is due", ResourceAssigned))
    opened_on: date | None = field(metadata=figure("when it was opened", ResourceUsed))


@attrs.frozen
class ResourceRow:
    """A resource as it is shown; members are shown what was assigned to them, and no counts.

    Attributes:
        state: ``published`` or ``retired``.
        assigned: To how many it was assigned.
        used: How many of those opened it since.
        never_opened: How many of those did not.
        overdue: How many of those ought to have by now.
        readers: How many opened it at all, assigned or not.
        assignments: To whom it was assigned, in the order of the days.
    """

    resource: str = field(metadata=figure("the resource's id"))
    kind: str = field(metadata=figure("what it is", ResourcePublished))
    title: str = field(metadata=figure("what it is called", *TITLED))
    pointer: str | None = field(metadata=figure("where it is found", *TITLED))
    state: str = field(metadata=figure("whether it is in use", ResourcePublished, ResourceRetired))
    published_on: date = field(metadata=figure("the day it was published", ResourcePublished))
    retired_on: date | None = field(metadata=figure("the day it was retired", ResourceRetired))
    assigned: Shown = field(metadata=figure("to how many it was assigned", ResourceAssigned))
    used: Shown = field(metadata=figure("how many of those opened it", *UPTAKE))
    never_opened: Shown = field(metadata=figure("how many of those never opened it", *UPTAKE))
    overdue: Shown = field(metadata=figure("how many of those are late", *UPTAKE))
    readers: Shown = field(metadata=figure("how many opened it at all", ResourceUsed))
    assignments: tuple[AssignmentRow, ...] = field(
        metadata=figure("to whom it was assigned", *UPTAKE)
    )


@attrs.frozen
class UptakeTotals:
    """All resources of a program together.

    Attributes:
        resources: Resources that were published.
        retired: Of those, the ones that are in use no more.
        retired_open: Assignments of retired resources that were never opened.
        never_used: Resources that nobody ever opened.
    """

    resources: int = field(metadata=figure("resources", ResourcePublished))
    retired: int = field(metadata=figure("resources retired", ResourceRetired))
    assigned: int = field(metadata=figure("assignments", ResourceAssigned))
    used: int = field(metadata=figure("assignments opened", *UPTAKE))
    never_opened: int = field(metadata=figure("assignments never opened", *UPTAKE))
    overdue: int = field(metadata=figure("assignments that are late", *UPTAKE))
    retired_open: int = field(
        metadata=figure("assignments of retired resources never opened", *UPTAKE, ResourceRetired)
    )
    never_used: int = field(
        metadata=figure("resources nobody opened", ResourcePublished, ResourceUsed)
    )
