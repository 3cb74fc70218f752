"""The rows of `community.gatherings` and `community.mentors`."""

from datetime import date

import attrs
from attrs import field

from mentorcore.practices.community.gathering.events import GatheringAttended, GatheringHeld
from mentorcore.practices.spec import Shown, Who, figure

__all__ = ["AttendanceRow", "GatheringRow", "GatheringTotals", "MentorRow"]

BOTH = (GatheringHeld, GatheringAttended)


@attrs.frozen
class AttendanceRow:
    """Somebody who was at a gathering, on one of its days.

    Attributes:
        recorded: Whether the training that it was is recorded of them; nothing where it was none.
    """

    participant: str = field(metadata=figure("the enrolment's id", GatheringAttended))
    who: Who = field(metadata=figure("who was there", GatheringAttended))
    on: date = field(metadata=figure("the day on which they were there", GatheringAttended))
    minutes: int = field(metadata=figure("how long they were there", GatheringAttended))
    recorded: bool | None = field(metadata=figure("whether the training is recorded", *BOTH))


@attrs.frozen
class GatheringRow:
    """A gathering as it is shown; members are shown those that they were at, and no counts.

    Attributes:
        until: Of several days, the last.
        resources: The resources that were shared there.
        attendees: How many were there.
        unrecorded: How many of them are without the training that it was.
        attendances: Who was there, in the order of the days.
    """

    gathering: str = field(metadata=figure("the gathering's id"))
    kind: str = field(metadata=figure("what it was", GatheringHeld))
    title: str = field(metadata=figure("what it was called", GatheringHeld))
    on: date = field(metadata=figure("its day", GatheringHeld))
    until: date | None = field(metadata=figure("its last day", GatheringHeld))
    resources: tuple[str, ...] = field(metadata=figure("what was shared", GatheringHeld))
    training: str | None = field(metadata=figure("the training that it was", GatheringHeld))
    attendees: Shown = field(metadata=figure("how many were there", GatheringAttended))
    unrecorded: Shown = field(metadata=figure("how many lack the training", *BOTH))
    attendances: tuple[AttendanceRow, ...] = field(metadata=figure("who was there", *BOTH))


@attrs.frozen
class GatheringTotals:
    """All gatherings of a program together.

    Attributes:
        shared: Resources that were shared at any of them.
        attendees: Participants who were at any of them.
    """

    workshops: int = field(metadata=figure("workshops", GatheringHeld))
    mentor_meetings: int = field(metadata=figure("meetings of mentors", GatheringHeld))
    shared: int = field(metadata=figure("resources that were shared", GatheringHeld))
    attendees: int = field(metadata=figure("who was at any", GatheringAttended))


@attrs.frozen
class MentorRow:
    """A mentor, and whether they come to the meetings of mentors.

    Attributes:
        subject: The enrolment's id again, by which explanations name it.
        topic: What the row tells of them: always ``meetings``.
        title: The same in words.
        state: ``came``; ``absent`` where meetings of mentors were held in the term and they were at
            none since its beginning; ``joined_since`` where they were enrolled only after that;
            ``none_held`` where there were none to come to.
        last_on: The last day on which they were at one, however long ago.
        term: What the term is called; nothing where the program's calendar tells none.
        since: The first day that is looked at: of the last term that is over, or as many days
            back as stand for a term.
        held: How many were held from then on.
    """

    participant: str = field(metadata=figure("the enrolment's id"))
    subject: str = field(metadata=figure("the enrolment's id"))
    topic: str = field(metadata=figure("what is told"))
    title: str = field(metadata=figure("what is told"))
    who: Who = field(metadata=figure("the mentor"))
    state: str = field(metadata=figure("whether they come to meetings of mentors", *BOTH))
    last_on: date | None = field(metadata=figure("when they came last", *BOTH))
    term: str | None = field(metadata=figure("which term is looked at"))
    since: date = field(metadata=figure("since when is looked at"))
    held: int = field(metadata=figure("how many meetings were held", GatheringHeld))
