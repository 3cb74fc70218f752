"""Whose history is asked for, and which streams tell it.

A pairing's history is on its own stream. A participant's is on the enrolment's stream, on the
person's, and on those of the pairings that the participant was brought into. A stream of a practice
tells of the members that its founding event names, and belongs to the history of each of them; one
that names nobody belongs to its program's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.model import Model
from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.members import MemberJoined, MemberLeft
from mentorcore.domain.pairing.events.proposals import PairingProposed
from mentorcore.domain.pairing.events.sharing import NoteShared
from mentorcore.domain.pairing.sharing import sharing
from mentorcore.domain.pairing.state import NotFormed, Pairing
from mentorcore.domain.pairing.state import evolve as evolve_pairing
from mentorcore.domain.pairing.stays import Stay
from mentorcore.domain.participant.applying import ApplicationSubmitted
from mentorcore.domain.participant.events import (
    PairingJoined,
    PairingOffered,
    ParticipantEnrolled,
)
from mentorcore.domain.settings import Settings
from mentorcore.errors import Refused
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.access.redactor import NAME, Redactor
from mentorcore.projections.folding.event_reader import EventReader, rows_until
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.history.memberships import Memberships
from mentorcore.projections.history.stream_history import (
    StreamHistory,
    as_survivors,
    of_a_practice,
    of_the_core,
)
from mentorcore.projections.history.timeline import StreamTimeline, story_of
from mentorcore.projections.summary.partials import PersonPart
from mentorcore.projections.summary.people import Who
from mentorcore.projections.summary.point_in_time import folded, program_then
from mentorcore.projections.summary.program_snapshot import settings_of
from mentorcore.projections.summary.summary import SUMMARY

__all__ = [
    "HistoryIndex",
    "HistorySubject",
]

_NAMED_IN = frozenset({event_info(PairingJoined).name, event_info(PairingOffered).name})
_MEMBER = event_info(MemberJoined).name
_SHARED = event_info(NoteShared).name
_REGROUPED = frozenset({_MEMBER, event_info(MemberLeft).name})


@attrs.frozen
class HistorySubject:
    """Whose history it is, with the streams that tell it.

    Attributes:
        until: The instant up to which facts count, when valid time was asked for.
        roles: By participant, the role of whoever appears.
        persons: By participant, the person.
        names: By person, what is recorded of their name.
    """

    stream: str
    chapters: tuple[StreamHistory, ...]
    zone: ZoneInfo
    until: datetime | None
    position: int
    asked: Moment
    roles: Mapping[str, str]
    persons: Mapping[str, str]
    names: Mapping[str, PersonPart]

    def people(self, seer: Redactor) -> Iterator[Who]:
        """The participants who appear, as the viewer may see them."""
        circles = [c.members for c in self.chapters if c.kind == "pairing"]
        roles, persons = dict(self.roles), dict(self.persons)
        shown = [c for c in self.chapters if c.is_shown(seer)]
        if len(shown) < len(self.chapters):  # who is in what is not shown is not told, either
            told = {p for c in shown for p in (c.stream, *c.persons)}
            persons = {p: person for p, person in persons.items() if p in told}
        for chapter in shown:
            roles |= chapter.roles
            persons |= {p: chapter.persons[p] for p in chapter.roles}
        for participant, person in sorted(persons.items()):
            together = frozenset({person}).union(*(c for c in circles if person in c))
            part = self.names.get(person)
            name = seer.show(part and part.name, NAME, "name", members=together)
            yield Who(participant, person, roles[participant], name)


def _stays(told: Iterable[Recorded[Any]]) -> tuple[Stay, ...]:
    """When each member of a pairing was one, as its standing records say."""
    state: Pairing = NotFormed()
    for fact in effective(VersionedEvent(r.version, r.recorded_at, r.event) for r in told):
        state = evolve_pairing(state, fact.event)
    return () if isinstance(state, NotFormed) else state.facts.stays


class HistoryIndex:
    """Finds the streams of a history in the log.

    Args:
        store: The log.
        codec: What reads its events.
        model: The rules that the log is kept by.
        missing: What is said of a kind of stream whose practice is not here.
    """

    def __init__(
        self, store: Store, codec: Codec, model: Model, missing: Callable[[str], Refused]
    ) -> None:
        self._store = store
        self._codec = codec
        self._model = model
        self._missing = missing
        self._stories = EventReader(story_of(model), codec.recorded, model)
        self._summaries = EventReader(SUMMARY, codec.recorded, model)
        self.memberships = Memberships(store, codec.recorded, model)

    def program_of(self, stream: str) -> str | None:
        """The program that a stream belongs to, a program its own; ``None`` for the whole log.

        Raises:
            Refused: Nothing is recorded there (``no_such_subject``).
        """
        rows = self._store.stream(stream)
        if not rows:
            raise Refused(f"nothing is recorded about {stream}", "no_such_subject")
        if kind_of(stream) not in self._model.aggregates:
            raise self._missing(kind_of(stream))
        for row in rows:
            program = getattr(self._codec.recorded(row).event, "program_id", None)
            if program is not None:
                return str(program)
        return None

    def subject(
        self,
        stream: str,
        position: int,
        asked: Moment,
        today: date | datetime | None,
    ) -> HistorySubject:
        """The streams of a history; see `Views.history`."""
        kind_of(stream)  # what is no text names nothing, whatever a database makes of it
        own = self._rows([stream], position)[stream]
        if not own and asked.as_known is not None:
            by_then = f"nothing was recorded about {stream} by then, up to position {position}"
            raise Refused(by_then, "no_such_subject")
        founding = self._founding(stream, own)
        program = getattr(founding, "program_id", "")
        then = program_then(self._summaries, self._store, program, position, asked)
        settings = settings_of(then.parts.get(program), asked.as_of or today, then.zone)
        streams = [stream]
        if kind_of(stream) == "person":
            streams.extend(self._lives([stream], position))
        if isinstance(founding, ParticipantEnrolled | ApplicationSubmitted):
            streams.extend(self._lives([founding.person_id], position))
            joined = [self._codec.recorded(r) for r in own if r.name in _NAMED_IN]
            streams.extend(dict.fromkeys(j.event.pairing_id for j in joined))
        streams.extend(self.memberships.streams_about(stream, founding, position))
        rows = self._rows(streams, position)
        told = {s: self._founding(s, r) for s, r in rows.items() if r}
        formed = [e for e in told.values() if isinstance(e, PairingFormed | PairingProposed)]
        joined_later = [
            self._codec.recorded(r).event
            for found in rows.values()
            for r in found
            if r.name == _MEMBER
        ]
        enrolled = [
            e for e in told.values() if isinstance(e, ParticipantEnrolled | ApplicationSubmitted)
        ]
        roles: dict[str, str] = {m.participant: m.role for e in formed for m in e.members}
        persons: dict[str, str] = {
            m.participant: person
            for e in formed
            for m, person in zip(e.members, e.subjects, strict=False)
        }
        for e in joined_later:
            roles[e.participant] = e.role
            persons[e.participant] = e.subjects[0]
        for e in enrolled:
            roles[e.participant_id], persons[e.participant_id] = e.role, e.person_id
        survivors = self.survivors([*persons.values(), stream], position)
        persons = {p: survivors.get(person, person) for p, person in persons.items()}
        grown = self._grown(streams, position)
        chapters = tuple(
            as_survivors(
                self._with_now(
                    self._chapter(s, r, then.until, told[s], settings), told[s], grown.get(s)
                ),
                survivors,
            )
            for s, r in rows.items()
            if r
        )
        named = {*persons.values(), *(p for c in chapters if c.roles for p in c.members)}
        names = folded(self._summaries, self._store, sorted(named), position)
        return HistorySubject(
            stream=stream,
            chapters=chapters,
            zone=then.zone,
            until=then.until,
            position=position,
            asked=asked,
            roles=roles,
            persons=persons,
            names={s: p for s, p in names.items() if isinstance(p, PersonPart)},
        )

    def _lives(self, persons: Sequence[str], position: int) -> list[str]:
        """Persons, those into whom they were merged, and all who were merged into those."""
        found: dict[str, None] = {}
        waiting = list(persons)
        while waiting:
            found |= dict.fromkeys(waiting)
            parts = folded(self._summaries, self._store, waiting, position)
            near = [o for p in parts.values() if isinstance(p, PersonPart) for o in _near(p)]
            waiting = [o for o in dict.fromkeys(near) if o not in found]
        return list(found)

    def survivors(self, persons: Sequence[str], position: int) -> dict[str, str]:
        """By person who was merged into another, the one that goes on."""
        asked = sorted({p for p in persons if kind_of(p) == "person"})
        streams = self._lives(asked, position)
        parts = folded(self._summaries, self._store, streams, position)
        into = {s: p.merged_into for s, p in parts.items() if p.merged_into is not None}
        found: dict[str, str] = {}
        for person in into:
            survivor, passed = person, {person}
            while survivor in into and into[survivor] not in passed:
                survivor = into[survivor]
                passed.add(survivor)
            found[person] = survivor
        return found

    def has_grown(self, position: int) -> bool:
        """Whether anything was recorded behind a position."""
        return position < self._store.tail()

    def until(self, stream: str, position: int) -> StreamHistory:
        """A stream's part up to a position; who may read it is asked now."""
        return self.about(stream, self._rows([stream], position)[stream], position)

    def about(self, stream: str, rows: Sequence[Row], position: int | None = None) -> StreamHistory:
        """A stream's part with whom it is about, whoever was merged as the one that goes on.

        Args:
            stream: The stream.
            rows: Its rows.
            position: Up to where they count; nothing where they are all that there are.
        """
        founding = self._founding(stream, rows)
        found = self._chapter(stream, rows, None, founding, None)
        if position is not None:
            grown = self._grown([stream], position)
            found = self._with_now(found, founding, grown.get(stream))
        people = [*found.persons.values(), *found.members, found.person or ""]
        return as_survivors(found, self.survivors(people, self._store.tail()))

    def _chapter(
        self,
        stream: str,
        rows: Sequence[Row],
        until: datetime | None,
        founding: Any,
        settings: Settings | None,
    ) -> StreamHistory:
        story: StreamTimeline = self._stories.fold(stream, rows, until).partial
        if self.memberships.is_of_a_practice(stream):
            about = self.memberships.of(stream, founding)
            return of_a_practice(stream, about, story=story, settings=settings)
        shared: Mapping[str, frozenset[str]] = {}
        if any(row.name == _SHARED for row in rows):
            shared = self._shared(stream, story)
        if not any(row.name in _REGROUPED for row in rows):
            return of_the_core(stream, founding, story=story, settings=settings, shared=shared)
        stays = _stays(self._codec.recorded(r) for r in rows)
        told = of_the_core(
            stream, founding, story=story, settings=settings, stays=stays, shared=shared
        )
        persons = {s.member.participant: s.person for s in stays}
        return attrs.evolve(
            told,
            persons={**told.persons, **persons},
            members=told.members.union(persons.values()),
        )

    def _grown(self, streams: Sequence[str], position: int) -> dict[str, list[Row]]:
        """The streams that have grown since a position, as they stand now."""
        if not self.has_grown(position):
            return {}
        whole = self._store.streams(streams)
        return {s: list(rows) for s, rows in whole.items() if rows and rows[-1].position > position}

    def _with_now(
        self, then: StreamHistory, founding: Any, grown: Sequence[Row] | None
    ) -> StreamHistory:
        """A stream's part as of a moment, with what it is now, which says who may read it."""
        if grown is None:
            return then
        now = self._chapter(then.stream, grown, None, founding, None)
        return attrs.evolve(then, members=then.members & now.members, now=now)

    def _shared(self, stream: str, story: StreamTimeline) -> dict[str, frozenset[str]]:
        """With whom notes were shared at the moment of a story, as far as they still are.

        Whatever moment is asked about, what was ended since is not shown any more.
        """
        now: StreamTimeline = self._stories.fold(stream, self._store.stream(stream)).partial
        today = sharing(told.event for told in now.facts.values())
        then = sharing(told.event for told in story.facts.values())
        return {note: members & today.get(note, frozenset()) for note, members in then.items()}

    def _founding(self, stream: str, rows: Sequence[Row]) -> Any:
        """The event that founded a stream, corrected since or not."""
        kind = kind_of(stream)
        if rows and kind not in self._model.aggregates:
            raise self._missing(kind)
        if not rows or kind not in self._stories.projection.initial:
            raise Refused(f"nothing is recorded about {stream}", "no_such_subject")
        told: list[Recorded[Any]] = self._stories.told(rows[:1])
        return told[0].event if told else None

    def _rows(self, streams: Sequence[str], position: int) -> dict[str, list[Row]]:
        return dict(rows_until(self._store, streams, position))


def _near(part: PersonPart) -> Iterator[str]:
    """The persons with whom one was merged."""
    yield from part.absorbed
    if part.merged_into is not None:
        yield part.merged_into
