"""What the events of a resource add up to, and when they fit together."""

from typing import Any

import attrs

from mentorcore.practices.community.events import (
    ResourceAssigned,
    ResourcePublished,
    ResourceRetired,
    ResourceRevised,
    ResourceUsed,
)
from mentorcore.practices.spec import Refused, replaced

__all__ = ["Resource", "check_resource", "evolve"]


@attrs.frozen(slots=False)
class Resource:
    """A resource, or nothing yet.

    Attributes:
        revised: How it changed, in the order of the days.
        assigned: Whom it was assigned to, in the order of the days.
        used: Who opened it, in the order of the days.
    """

    published: ResourcePublished | None = None
    revised: tuple[ResourceRevised, ...] = ()
    retired: ResourceRetired | None = None
    assigned: tuple[ResourceAssigned, ...] = ()
    used: tuple[ResourceUsed, ...] = ()


def evolve(state: Resource, event: Any) -> Resource:
    """Fold one event into the resource."""
    match event:
        case ResourcePublished():
            return replaced(state, published=event)
        case ResourceRevised():
            return replaced(state, revised=(*state.revised, event))
        case ResourceRetired():
            return replaced(state, retired=event)
        case ResourceAssigned():
            return replaced(state, assigned=(*state.assigned, event))
        case ResourceUsed():
            return replaced(state, used=(*state.used, event))
        case _:
            return state


def check_resource(state: Resource) -> None:
    """Refuse a resource whose records do not fit together.

    Raises:
        Refused: With the code of the rule that is broken.
    """
    published, retired = state.published, state.retired
    if published is None:  # nothing stands before what founds it, as the core sees to
        return
    changed = [told.on for told in state.revised] + [told.on for told in state.assigned]
    days = changed + [told.on for told in state.used]
    days += [] if retired is None else [retired.on]
    if any(day < published.on for day in days):
        raise Refused(f"this resource was published on {published.on} only", "before_the_resource")
    if retired is not None and any(day > retired.on for day in changed):
        raise Refused(f"this resource was retired on {retired.on}", "resource_retired")
    if any(told.due_on is not None and told.due_on < told.on for told in state.assigned):
        raise Refused("an assignment is not due before it is made", "due_too_early")
    people = [told.participant for told in state.assigned]
    if len(set(people)) < len(people):
        raise Refused(
            "this resource is assigned to them already; amend that instead", "already_assigned"
        )
