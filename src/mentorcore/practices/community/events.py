"""What a program shares with its people, and what becomes of it: resources, assigned and used.

What is shared is published on purpose, so nothing here may hold anything personal; who was asked to
read something, and who did, is for those alone and for the coordinator.
"""

from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from mentorcore.practices.spec import (
    Code,
    CohortId,
    ParticipantId,
    PracticeCommand,
    ProgramId,
    command,
    event,
    fresh,
    identifier,
    public,
)

if TYPE_CHECKING:
    ResourceId: TypeAlias = str
else:
    ResourceId = identifier("ResourceId", "resource")

ResourceKind = Literal["guide", "article", "course", "workshop", "recording"]


@event("resource.published", occurred="on", founding=True)
class ResourcePublished:
    """Something was made available that helps people mentor.

    Attributes:
        resource_id: The resource.
        kind: What it is.
        title: What it is called.
        roles: The roles that it is for; all, where none is named.
        cohort_id: The cohort that it is for; all, where none is named.
        pointer: Where it is found: a web address, or a path from the program's own page.
    """

    resource_id: ResourceId
    program_id: ProgramId
    kind: ResourceKind
    on: date
    title: str = public()
    roles: tuple[Code, ...] = ()
    cohort_id: CohortId | None = None
    pointer: str | None = public(default=None)


@command(leads_to=ResourcePublished)
class PublishResource(PracticeCommand):
    """Make a guide, an article, a course, a workshop or a recording available."""

    program_id: ProgramId
    kind: ResourceKind
    title: str
    on: date
    roles: tuple[Code, ...] = ()
    cohort_id: CohortId | None = None
    pointer: str | None = None
    resource_id: ResourceId | None = fresh("resource", default=None)


@event("resource.revised", occurred="on")
class ResourceRevised:
    """A resource took another form; what stays as it was is ``None``.

    Attributes:
        title: What it is called now.
        pointer: Where it is found now.
    """

    on: date
    title: str | None = public(default=None)
    pointer: str | None = public(default=None)


@command(leads_to=ResourceRevised)
class ReviseResource(PracticeCommand):
    """Say that a resource has another title, is found elsewhere, or both; or has a new edition."""

    resource_id: ResourceId
    on: date
    title: str | None = None
    pointer: str | None = None


@event("resource.retired", occurred="on", transition=True, once=True)
class ResourceRetired:
    """A resource is given to nobody any more; whoever has it may go on to use it."""

    on: date


@command(leads_to=ResourceRetired)
class RetireResource(PracticeCommand):
    """Take a resource out of use; it comes back by retracting that."""

    resource_id: ResourceId
    on: date


@event("resource.assigned", occurred="on")
class ResourceAssigned:
    """A participant was asked to go through a resource.

    Attributes:
        participant: Who was asked.
        due_on: The day by which; nothing if they are free to choose.
    """

    participant: ParticipantId
    on: date
    due_on: date | None = None


@command(leads_to=ResourceAssigned)
class AssignResource(PracticeCommand):
    """Ask a participant to go through a resource."""

    resource_id: ResourceId
    participant: ParticipantId
    on: date
    due_on: date | None = None


@event("resource.used", occurred="on")
class ResourceUsed:
    """A participant opened a resource, whether or not it was assigned to them.

    Attributes:
        participant: Who opened it.
    """

    participant: ParticipantId
    on: date


@command(leads_to=ResourceUsed)
class RecordResourceUse(PracticeCommand):
    """Record that a participant opened a resource; a day counts once."""

    resource_id: ResourceId
    participant: ParticipantId
    on: date
