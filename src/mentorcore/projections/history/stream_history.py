"""One stream's part in a history: whom it is about, and who may see what of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.proposals import PairingProposed
from mentorcore.domain.pairing.events.work import NoteWritten
from mentorcore.domain.pairing.sharing import NEVER_SHARED
from mentorcore.domain.pairing.stays import Stay
from mentorcore.domain.settings import Settings
from mentorcore.projections.access.redactor import METADATA, Readers, Redactor
from mentorcore.projections.history.memberships import About
from mentorcore.projections.history.timeline import StreamTimeline

__all__ = ["WITH_MEMBERS", "StreamHistory", "as_survivors", "of_a_practice", "of_the_core"]

WITH_MEMBERS: Readers = frozenset({"member"})
"""Those with whom an author shares a note read it like members a text of their pairing."""


@attrs.frozen
class StreamHistory:
    """One stream's part in a history.

    Attributes:
        person: Whose stream it is, of an enrolment or a person.
        persons: By participant, the persons behind the members of a pairing.
        members: The persons who may see that something happened.
        settings: Those of its program, by which minutes are counted, where that is asked.
        roles: Of a practice's stream, the roles of its members by participant.
        stays: Of a pairing that somebody joined or left, when each was a member.
        opened: The notes that an exception opened to the coordinator.
        shared: By note, the participants with whom its author shares it.
        for_cases: By note, the cases for which an exception opened it to those who handle them.
        confidential: Whether members are told of it only where they are in on it.
        now: The same stream as it stands now, where it has grown since the moment that is asked
            about. Facts are told as they were known then, and who may read a text is asked now.
    """

    stream: str
    persons: Mapping[str, str]
    members: frozenset[str]
    person: str | None = None
    story: StreamTimeline = attrs.Factory(StreamTimeline)
    settings: Settings | None = None
    roles: Mapping[str, str] = attrs.Factory(dict)
    stays: tuple[Stay, ...] = ()
    opened: frozenset[str] = frozenset()
    shared: Mapping[str, frozenset[str]] = attrs.Factory(dict)
    for_cases: Mapping[str, frozenset[str]] = attrs.Factory(dict)
    confidential: bool = False
    now: "StreamHistory | None" = None

    @property
    def kind(self) -> str:
        """The kind of the stream."""
        return kind_of(self.stream)

    def on(self, day: date) -> "StreamHistory":
        """The same, about the members of a day alone, who may see what happened on it."""
        there = self.members_on(day)
        if self.now is not None:
            there &= self.now.members_on(day)
        return self if there == self.members else attrs.evolve(self, members=there)

    def members_on(self, day: date) -> frozenset[str]:
        """Who was a member on a day, by all that is known of the stream here."""
        if not self.stays:
            return self.members
        there = (s for s in self.stays if s.since <= day and (s.until is None or day <= s.until))
        return frozenset(s.person for s in there)

    def readers_of(self, record: Any) -> frozenset[str]:
        """The persons with whom a record is shared; nobody, unless it is a note."""
        if not isinstance(record, NoteWritten) or record.visibility in NEVER_SHARED:
            return frozenset()
        return frozenset(self.persons.get(p, "") for p in self.shared.get(record.note_id, ()))

    def case_of(self, record: Any) -> str | None:
        """The case that a record stands in, or serves."""
        named = event_info(type(record)).case
        if self.confidential or named is None:
            return self.stream if self.confidential else None
        return str(getattr(record, named))

    def opened_for(self, record: Any, seer: Redactor) -> str | None:
        """A case that the viewer handles and for which a note was opened."""
        if not isinstance(record, NoteWritten):
            return None
        cases = sorted(self.for_cases.get(record.note_id, ()))
        return next((case for case in cases if seer.handles(case)), None)

    def opens_to(self, seer: Redactor) -> bool:
        """Whether notes in it were opened for a case that the viewer handles."""
        return any(seer.handles(case) for cases in self.for_cases.values() for case in cases)

    def shows(self, record: Any, seer: Redactor) -> bool:
        """Whether the viewer may see that a record is there.

        Be it only because it is shared with them, or was opened for a case that they handle. What
        serves a case is shown to no other member.
        """
        case = self.case_of(record)
        if case is not None and not self.confidential:
            return seer.viewer.kind in METADATA - {"member"} or seer.handles(case)
        return (
            self.is_shown(seer)
            or seer.may(WITH_MEMBERS, members=self.readers_of(record))
            or self.opened_for(record, seer) is not None
        )

    def is_hidden(self, seer: Redactor) -> bool:
        """Whether the viewer may not even know that there is such a stream."""
        return self.confidential and not self.is_shown(seer)

    def is_shown(self, seer: Redactor) -> bool:
        """Whether the viewer may see that something happened; a program's events are no secret."""
        if self.confidential:
            return seer.sees(self.stream)
        return self.kind == "program" or seer.may(METADATA, members=self.members)


def of_the_core(stream: str, founding: Any, **more: Any) -> StreamHistory:
    """A stream's part, as the event that founded it says whom it is about."""
    person = stream if kind_of(stream) == "person" else getattr(founding, "person_id", None)
    persons: dict[str, str] = {}
    if isinstance(founding, PairingFormed | PairingProposed):
        pairs = zip(founding.members, founding.subjects, strict=False)
        persons = {m.participant: subject for m, subject in pairs}
    together = frozenset(persons.values()) or frozenset({person or ""})
    return StreamHistory(stream, person=person, persons=persons, members=together, **more)


def of_a_practice(stream: str, about: About, **more: Any) -> StreamHistory:
    """The part of a practice's stream, by whom it is about."""
    members = frozenset(about.persons.values()) | about.alone
    persons = about.persons
    return StreamHistory(
        stream,
        persons=persons,
        members=members,
        roles=about.roles,
        confidential=about.confidential,
        **more,
    )


def as_survivors(chapter: StreamHistory, survivors: Mapping[str, str]) -> StreamHistory:
    """A stream's part, with whoever was merged into another as that one."""
    if not survivors:
        return chapter
    return attrs.evolve(
        chapter,
        persons={p: survivors.get(person, person) for p, person in chapter.persons.items()},
        stays=tuple(
            attrs.evolve(s, person=survivors.get(s.person, s.person)) for s in chapter.stays
        ),
        now=None if chapter.now is None else as_survivors(chapter.now, survivors),
        members=frozenset(survivors.get(person, person) for person in chapter.members),
        person=survivors.get(chapter.person or "", chapter.person),
    )
