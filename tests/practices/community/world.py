"""A program that shares things with its people, on a real engine: a guide, and a pair that reads.

Today is 23 November 2026. The guide is published on 1 September, and due at the end of that month.
"""

from collections.abc import Generator
from datetime import UTC, date, datetime
from typing import Any

import attrs
from engine.world import World, mc
from practices.community import voices

from mentorcore.domain.values import Code
from mentorcore.engine.engine import Engine
from mentorcore.practices.community.announcement.events import (
    AnnouncementIssued,
    AnnouncementWithdrawn,
    IssueAnnouncement,
    WithdrawAnnouncement,
)
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
from mentorcore.practices.community.gathering.events import (
    GatheringAttended,
    GatheringHeld,
    RecordAttendance,
    RecordGathering,
)

PUBLISHED, ASSIGNED, DUE, USED, REVISED, RETIRED = (
    date(2026, 9, 1),
    date(2026, 9, 2),
    date(2026, 9, 30),
    date(2026, 9, 20),
    date(2026, 10, 1),
    date(2026, 11, 2),
)
TITLE, POINTER = "The first conversation", "https://mentoring.example.edu/first?edition=1"
MET, MET_AT = date(2026, 10, 7), datetime(2026, 10, 7, 14, tzinfo=UTC)
WORKSHOP, MEETING = "Giving feedback", "Mentors' table"
TERM = mc.Term(name="Autumn", since=date(2026, 9, 7), until=date(2026, 11, 21))


@attrs.define
class Sharing:
    """A pair, and a resource that the program shares."""

    world: World
    mentor: str
    mentee: str
    resource: str = ""
    gathering: str = ""
    announcement: str = ""

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def publishing(self, **other: Any) -> PublishResource:
        usual: dict[str, Any] = {
            "program_id": self.world.program,
            "kind": "guide",
            "title": TITLE,
            "on": PUBLISHED,
            "pointer": POINTER,
        }
        return PublishResource(**usual | other)

    def publish(self, **other: Any) -> str:
        self.resource = self.world.do(self.publishing(**other))
        return self.resource

    def ask(self, command: Any, **fields: Any) -> Any:
        """What the engine answers to a command about the resource."""
        return self.world.ask(command(resource_id=self.resource, **fields))

    def gathering_of(self, **other: Any) -> RecordGathering:
        usual: dict[str, Any] = {
            "program_id": self.world.program,
            "kind": "workshop",
            "title": WORKSHOP,
            "on": MET,
        }
        return RecordGathering(**usual | other)

    def gather(self, **other: Any) -> str:
        self.gathering = self.world.do(self.gathering_of(**other))
        return self.gathering

    def attend(self, participant: str = "", **other: Any) -> Any:
        """What the engine answers to somebody's having been there; the mentor, if not said."""
        usual: dict[str, Any] = {"gathering_id": self.gathering, "minutes": 90}
        who = participant or self.mentor
        return self.world.ask(RecordAttendance(participant=who, **usual | other))

    def announcing(self, **other: Any) -> IssueAnnouncement:
        usual: dict[str, Any] = {
            "program_id": self.world.program,
            "channel": "newsletter",
            "title": "November",
            "on": MET,
            "pointer": POINTER,
        }
        return IssueAnnouncement(**usual | other)

    def announce(self, **other: Any) -> str:
        self.announcement = self.world.do(self.announcing(**other))
        return self.announcement

    def withdraw(self, on: date) -> Any:
        """What the engine answers to the withdrawal of the announcement."""
        return self.world.ask(WithdrawAnnouncement(announcement_id=self.announcement, on=on))


def calendar(program: str, *terms: Any) -> Any:
    """The calendar of a school year."""
    return mc.SetAcademicCalendar(program_id=program, school_year="2026-27", terms=terms)


def begun(engine: Engine) -> Sharing:
    """A pair, and nothing shared yet."""
    world = World(engine)
    return Sharing(world, *world.members(world.pair()))


def published(engine: Engine, **other: Any) -> Sharing:
    """A resource that was published."""
    here = begun(engine)
    here.publish(**other)
    return here


def world(here: Sharing) -> Generator[Any, Any, None]:
    """Everything that can be asked for of resources, in order; each command gets its answer."""
    answer = yield here.publishing()
    guide = answer.stream
    for participant in (here.mentee, here.mentor):
        yield AssignResource(resource_id=guide, participant=participant, on=ASSIGNED, due_on=DUE)
    yield RecordResourceUse(resource_id=guide, participant=here.mentee, on=USED)
    yield ReviseResource(resource_id=guide, on=REVISED, title=f"{TITLE}, second edition")
    yield RetireResource(resource_id=guide, on=RETIRED)
    answer = yield here.publishing(kind="recording", title="A triad meeting")
    yield AssignResource(
        resource_id=answer.stream, participant=here.mentor, on=ASSIGNED, due_on=DUE
    )
    shared = answer.stream
    here.world.ask(calendar(here.world.program, TERM))
    here.world.mentor()  # who stays away
    for kind, title in (("workshop", WORKSHOP), ("mentor_meeting", MEETING)):
        answer = yield here.gathering_of(
            kind=kind,
            title=title,
            resources=(shared,),
            training="basics" if kind == "workshop" else None,
        )
        at = MET_AT if kind == "workshop" else None
        yield RecordAttendance(
            gathering_id=answer.stream, participant=here.mentor, held_at=at, minutes=90
        )
    answer = yield here.announcing(roles=(Code("mentor"),))
    yield WithdrawAnnouncement(announcement_id=answer.stream, on=MET)
    yield from voices.told(here.world, here.mentor, here.mentee)


PARTICIPANT: Any = f"participant:{1:032x}"
EXAMPLES: tuple[Any, ...] = (
    ResourcePublished(
        resource_id=f"resource:{1:032x}",
        program_id=f"program:{1:032x}",
        kind="guide",
        on=PUBLISHED,
        title=TITLE,
        cohort_id=f"cohort:{1:032x}",
        pointer=POINTER,
    ),
    ResourceRevised(on=REVISED, title=TITLE, pointer=POINTER),
    ResourceRetired(on=RETIRED),
    ResourceAssigned(participant=PARTICIPANT, on=ASSIGNED, due_on=DUE),
    ResourceUsed(participant=PARTICIPANT, on=USED),
    *voices.EXAMPLES,
    AnnouncementIssued(
        announcement_id=f"announcement:{1:032x}",
        program_id=f"program:{1:032x}",
        channel="newsletter",
        on=MET,
        title="November",
        cohort_id=f"cohort:{1:032x}",
        pointer=POINTER,
    ),
    AnnouncementWithdrawn(on=MET),
    GatheringHeld(
        gathering_id=f"gathering:{1:032x}",
        program_id=f"program:{1:032x}",
        kind="workshop",
        on=MET,
        title=WORKSHOP,
        until=MET,
        resources=(f"resource:{1:032x}",),
        training="basics",
    ),
    GatheringAttended(
        participant=PARTICIPANT,
        meeting_id=f"meeting:{1:032x}",
        held_on=MET,
        held_at=MET_AT,
        minutes=90,
        subjects=(f"person:{1:032x}",),
    ),
)
"""One event of each class, as the rules make them."""
