"""Community: what keeps a program alive between meetings, such as the resources that it shares."""

from mentorcore.practices.community.deciding import RESOURCE
from mentorcore.practices.community.events import (
    AssignResource,
    PublishResource,
    RecordResourceUse,
    ResourceAssigned,
    ResourcePublished,
    ResourceRetired,
    ResourceRevised,
    ResourceUsed,
    RetireResource,
    ReviseResource,
)
from mentorcore.practices.community.view import UPTAKE
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = [
    "PRACTICE",
    "AssignResource",
    "PublishResource",
    "RecordResourceUse",
    "ResourceAssigned",
    "ResourcePublished",
    "ResourceRetired",
    "ResourceRevised",
    "ResourceUsed",
    "RetireResource",
    "ReviseResource",
]

PRACTICE = Practice(name="community", contract=CONTRACT, aggregates=(RESOURCE,), views=(UPTAKE,))
