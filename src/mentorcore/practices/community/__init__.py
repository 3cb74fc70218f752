"""Community: what keeps a program alive between meetings, such as the resources that it shares."""

from typing import TYPE_CHECKING

from mentorcore.practices.community.announcement.deciding import ANNOUNCEMENT
from mentorcore.practices.community.announcement.events import (
    AnnouncementIssued,
    AnnouncementWithdrawn,
    IssueAnnouncement,
    WithdrawAnnouncement,
)
from mentorcore.practices.community.announcement.view import ANNOUNCEMENTS
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
from mentorcore.practices.community.focus.deciding import FOCUS
from mentorcore.practices.community.focus.events import FocusGroupHeld, RecordFocusGroup, Theme
from mentorcore.practices.community.focus.view import FOCUS_GROUPS
from mentorcore.practices.community.gathering.deciding import GATHERING
from mentorcore.practices.community.gathering.events import (
    GatheringAttended,
    GatheringHeld,
    RecordAttendance,
    RecordGathering,
)
from mentorcore.practices.community.gathering.view import GATHERINGS, MENTORS
from mentorcore.practices.community.recognition.deciding import RECOGNITION
from mentorcore.practices.community.recognition.events import AwardRecognition, RecognitionAwarded
from mentorcore.practices.community.recognition.view import GIVEN
from mentorcore.practices.community.view import UPTAKE
from mentorcore.practices.community.voice.deciding import VOICE
from mentorcore.practices.community.voice.events import (
    CollectTestimonial,
    PublishTestimonial,
    TakeDownTestimonial,
    TestimonialCollected,
    TestimonialPublished,
    TestimonialTakenDown,
)
from mentorcore.practices.community.voice.view import VOICES
from mentorcore.practices.spec import CONTRACT, Practice

if TYPE_CHECKING:
    from mentorcore.practices.spec import FormKind

__all__ = [
    "PRACTICE",
    "AnnouncementIssued",
    "AnnouncementWithdrawn",
    "IssueAnnouncement",
    "WithdrawAnnouncement",
    "AssignResource",
    "AwardRecognition",
    "CollectTestimonial",
    "GatheringAttended",
    "GatheringHeld",
    "FocusGroupHeld",
    "PublishResource",
    "PublishTestimonial",
    "RecognitionAwarded",
    "RecordAttendance",
    "RecordGathering",
    "RecordFocusGroup",
    "RecordResourceUse",
    "ResourceAssigned",
    "ResourcePublished",
    "ResourceRetired",
    "ResourceRevised",
    "ResourceUsed",
    "RetireResource",
    "ReviseResource",
    "TakeDownTestimonial",
    "TestimonialCollected",
    "TestimonialPublished",
    "TestimonialTakenDown",
    "Theme",
]


def _forms() -> "tuple[FormKind, ...]":
    from mentorcore.practices.community.focus.forms import (  # noqa: PLC0415 - asked for rarely
        FOCUS_GROUP_SHEET,
    )
    from mentorcore.practices.community.forms import (  # noqa: PLC0415 - the same
        RESOURCE_LIST,
        RESOURCE_LOG,
    )
    from mentorcore.practices.community.gathering.forms import (  # noqa: PLC0415 - the same
        ATTENDANCE_LIST,
    )
    from mentorcore.practices.community.recognition.forms import (  # noqa: PLC0415 - the same
        RECOGNITION_LIST,
    )

    return (RECOGNITION_LIST, FOCUS_GROUP_SHEET, ATTENDANCE_LIST, RESOURCE_LIST, RESOURCE_LOG)


PRACTICE = Practice(
    name="community",
    contract=CONTRACT,
    aggregates=(RESOURCE, VOICE, GATHERING, RECOGNITION, FOCUS, ANNOUNCEMENT),
    views=(UPTAKE, VOICES, GIVEN, FOCUS_GROUPS, GATHERINGS, MENTORS, ANNOUNCEMENTS),
    forms=_forms,
)
