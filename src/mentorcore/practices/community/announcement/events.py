"""A program told its people something at once: by which channel, whom, and where it is read."""

from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from mentorcore.practices.spec import (
    Code,
    CohortId,
    PracticeCommand,
    ProgramId,
    command,
    event,
    fresh,
    identifier,
    public,
)

if TYPE_CHECKING:
    AnnouncementId: TypeAlias = str
else:
    AnnouncementId = identifier("AnnouncementId", "announcement")

Channel = Literal["newsletter", "forum", "notice"]


@event("announcement.issued", occurred="on", founding=True)
class AnnouncementIssued:
    """Something was announced; what it says stands where it was, and not here.

    Attributes:
        announcement_id: The announcement.
        channel: How people were told.
        title: What it is called.
        roles: The roles that it is for; all, where none is named.
        cohort_id: The cohort that it is for; all, where none is named.
        pointer: Where it is found: a web address, or a path from the program's own page.
    """

    announcement_id: AnnouncementId
    program_id: ProgramId
    channel: Channel
    on: date
    title: str = public()
    roles: tuple[Code, ...] = ()
    cohort_id: CohortId | None = None
    pointer: str | None = public(default=None)


@command(leads_to=AnnouncementIssued)
class IssueAnnouncement(PracticeCommand):
    """Record that a newsletter, a post in a forum or a notice went out."""

    program_id: ProgramId
    channel: Channel
    title: str
    on: date
    roles: tuple[Code, ...] = ()
    cohort_id: CohortId | None = None
    pointer: str | None = None
    announcement_id: AnnouncementId | None = fresh("announcement", default=None)


@event("announcement.withdrawn", occurred="on", transition=True, once=True)
class AnnouncementWithdrawn:
    """What was announced holds no more."""

    on: date


@command(leads_to=AnnouncementWithdrawn)
class WithdrawAnnouncement(PracticeCommand):
    """Say that what was announced holds no more."""

    announcement_id: AnnouncementId
    on: date
