"""What was announced, by which channel, and to whom.

A member is shown what was announced to them, and to how many to nobody but those who may count.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
from attrs import field

from mentorcore.practices.community.announcement.events import (
    AnnouncementIssued,
    AnnouncementWithdrawn,
)
from mentorcore.practices.community.view import FIGURES, OWN
from mentorcore.practices.spec import (
    ProgramSnapshot,
    ProgramView,
    Projection,
    Redactor,
    Shown,
    Who,
    figure,
    who,
)

__all__ = ["ANNOUNCEMENTS", "AnnouncementRow"]


@attrs.frozen
class AnnouncementRow:
    """An announcement as it is shown.

    Attributes:
        state: ``issued`` or ``withdrawn``.
        roles: The roles that it is for; all, where none is named.
        cohort: The cohort that it is for; all, where none is named.
        addressed: To how many it was announced: who took part then, of those whom it is for.
        audience: Who they are; of members, themselves alone.
    """

    announcement: str = field(metadata=figure("the announcement's id"))
    channel: str = field(metadata=figure("how people were told", AnnouncementIssued))
    title: str = field(metadata=figure("what it is called", AnnouncementIssued))
    pointer: str | None = field(metadata=figure("where it is found", AnnouncementIssued))
    state: str = field(
        metadata=figure("whether it holds", AnnouncementIssued, AnnouncementWithdrawn)
    )
    on: date = field(metadata=figure("the day it was issued", AnnouncementIssued))
    withdrawn_on: date | None = field(metadata=figure("when it ended", AnnouncementWithdrawn))
    roles: tuple[str, ...] = field(metadata=figure("the roles that it is for", AnnouncementIssued))
    cohort: str | None = field(metadata=figure("the cohort that it is for", AnnouncementIssued))
    addressed: Shown = field(metadata=figure("to how many it was told", AnnouncementIssued))
    audience: tuple[Who, ...] = field(metadata=figure("who was told", AnnouncementIssued))


@attrs.define
class AnnouncementPart:
    """An announcement, as it is folded."""

    announcement: str = ""
    channel: str = ""
    title: str = ""
    pointer: str | None = None
    on: date | None = None
    withdrawn_on: date | None = None
    roles: tuple[str, ...] = ()
    cohort: str | None = None


def apply(part: AnnouncementPart, told: Any) -> AnnouncementPart:
    """Fold one event into the announcement."""
    match told.event:
        case AnnouncementIssued() as issued:
            part.announcement, part.channel = issued.announcement_id, issued.channel
            part.title, part.pointer, part.on = issued.title, issued.pointer, issued.on
            part.roles, part.cohort = issued.roles, issued.cohort_id
        case withdrawn:
            part.withdrawn_on = withdrawn.on
    return part


def rows(part: AnnouncementPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[AnnouncementRow]:
    """The announcement, with those of its audience whom the viewer may know of."""
    if part.on is None:
        return
    told = _audience(part, part.on, at)
    yield AnnouncementRow(
        announcement=part.announcement,
        channel=part.channel,
        title=part.title,
        pointer=part.pointer,
        state="issued" if part.withdrawn_on is None else "withdrawn",
        on=part.on,
        withdrawn_on=part.withdrawn_on,
        roles=part.roles,
        cohort=part.cohort,
        addressed=seer.show(len(told), FIGURES, "program_metadata"),
        audience=tuple(who(at, seer, p) for p in told if seer.may(OWN, author=at.person(p))),
    )


def _audience(part: AnnouncementPart, on: date, at: ProgramSnapshot) -> list[str]:
    """Who took part on the day, of those whom it is for."""
    return [
        participant
        for participant, state in at.participants.items()
        if state.enrolled_on(on)
        and (not part.roles or state.role in part.roles)
        and part.cohort in {None, state.cohort_id}
    ]


ANNOUNCEMENTS = ProgramView(
    name="community.announcements",
    projection=Projection(
        name="announcements",
        version=1,
        initial={"announcement": AnnouncementPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({AnnouncementIssued, AnnouncementWithdrawn}),
    ),
    rows=rows,
)
