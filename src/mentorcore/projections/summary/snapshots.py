"""Programs at a moment: all that is known of one, as of now or of any time before."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.domain.person.events import PersonRegistered
from mentorcore.domain.program import Program
from mentorcore.errors import FollowerStopped, Refused
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.left_out import whole_of
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Opener, Redactor, Viewer
from mentorcore.projections.folding.moment import NOW, Moment, day_in, instant_in
from mentorcore.projections.summary.followed import Followed, nothing_else
from mentorcore.projections.summary.keeping import Keeping
from mentorcore.projections.summary.partials import PersonPart, ProgramPart
from mentorcore.projections.summary.point_in_time import folded, known_position, program_then
from mentorcore.projections.summary.program_snapshot import (
    PackFinder,
    ProgramSnapshot,
    absorbed_beside,
    no_packs,
    snapshot,
    streams_beside,
    zone_of,
)
from mentorcore.projections.summary.summary import PROGRAMS, SUMMARY

__all__ = ["Snapshots"]

_REGISTERED = event_info(PersonRegistered).name
_PAGE = 1_000
"""Persons read at once."""


class Snapshots:
    """Puts together what the log says of a program at a moment.

    Args:
        store: The log.
        codec: What reads its events.
        model: The rules that the log is kept by.
        packs: What finds registered policy packs.
    """

    def __init__(
        self, store: Store, codec: Codec, model: Model, packs: PackFinder = no_packs
    ) -> None:
        self._store = store
        self._packs = packs
        self._codec = codec
        self._followed = Followed(SUMMARY, store, codec.recorded, model)
        self._keeping = Keeping(store, codec.recorded, model)
        self.reading = self._followed.reading

    def close(self) -> None:
        """Store what was folded since it was stored last."""
        self._followed.close()

    def followed(self) -> dict[str, int]:
        """The stored view, with the position up to which it is folded."""
        return {SUMMARY.view: self._followed.position}

    @property
    def kept(self) -> Followed:
        """What the stored view is kept by."""
        return self._followed

    def position(self, asked: Moment) -> int:
        """The position up to which the log counts."""
        return known_position(whole_of(self._store), self._codec.envelope, asked)

    def unknown(self, asked: Moment, position: int) -> tuple[str, ...]:
        """The kinds of streams up to a position that nobody here can read."""
        with suppress(FollowerStopped):  # whatever stops a view does not stop the asker's
            self._followed.catch_up(asked, position)
        return self._followed.unknown(asked, position)

    def programs(self, asked: Moment) -> list[Program]:
        """The programs of the log, in the order of their ids; see `Views.programs`."""
        if asked == NOW:
            parts, _ = self._followed.parts(PROGRAMS, nothing_else)
        else:
            position = self.position(asked)
            parts = {}
            for stream in self._followed.streams(asked, position, PROGRAMS):
                then = program_then(self.reading, self._store, stream, position, asked)
                parts |= then.parts
        return [p.state for p in parts.values() if isinstance(p, ProgramPart) and p.state]

    def parts(self, program_id: str) -> tuple[dict[str, Any], int]:
        """The partials of a program and its people as they are, with the position they are at."""
        parts, position = self._followed.parts(
            program_id, lambda found: streams_beside(program_id, found)
        )
        asked: set[str] = set()
        while more := absorbed_beside(parts) - asked:
            asked |= more
            also = [program_id, *(s for s in parts if kind_of(s) == "person"), *sorted(asked)]
            parts, position = self._followed.parts(program_id, partial(_these, also))
        return parts, position

    def members(self, program_id: str, asked: Moment = NOW) -> ProgramSnapshot | None:
        """A program with those who take part, as the log knows or knew them; without a day."""
        if asked == NOW:
            parts, _ = self._followed.parts(program_id, lambda _found: [program_id])
        else:
            parts = self._then(program_id, self.position(asked), asked)
        return snapshot(parts, program_id, day=date.min, moment=_ANY, position=0)

    def everybody(self, position: int) -> Iterator[tuple[str, PersonPart]]:
        """Every person whom the log knew at a position, in the order of the log."""
        after = 0
        while rows := self._store.page(after, _PAGE, (_REGISTERED,)):
            streams = list(dict.fromkeys(r.stream for r in rows if r.position <= position))
            for stream, part in folded(self.reading, self._store, streams, position).items():
                if isinstance(part, PersonPart):
                    yield stream, part
            after = rows[-1].position

    def seer(self, viewer: Viewer, opener: Opener, asked: Moment) -> Redactor:
        """What decides for a viewer at a moment."""
        lives = () if viewer.person is None else self.lives(viewer.person, asked)
        return Redactor(viewer, opener, lives, self._keeping.of)

    def lives(self, person: str, asked: Moment) -> frozenset[str]:
        """All ids that led to the same person at a moment, as far as the log knew by then."""
        position = self.position(Moment(as_known=asked.as_known))
        looked_for, waiting = {person}, [person]
        while waiting:
            found = folded(self.reading, self._store, waiting, position).values()
            beside = {p for part in found if isinstance(part, PersonPart) for p in _merged(part)}
            waiting = sorted(beside - looked_for)
            looked_for |= beside
        return frozenset(looked_for)

    def gather(
        self, program_id: str, today: date | datetime, asked: Moment = NOW
    ) -> ProgramSnapshot:
        """All that is known of a program at a moment; see `Views.status`."""
        if asked == NOW:
            parts, position = self.parts(program_id)
        else:
            position = self.position(asked)
            parts = self._then(program_id, position, asked)
        zone = zone_of(parts, program_id)
        moment = asked.until(zone) or instant_in(today, zone)
        at = snapshot(
            parts,
            program_id,
            day=day_in(today if asked.as_of is None else asked.as_of, zone),
            moment=moment.astimezone(UTC),
            position=position,
            asked=asked,
            unknown=self._followed.unknown(asked, position),
            pack=self._packs,
        )
        if at is None:
            raise Refused(f"there is no program {program_id}", "no_such_program")
        return at

    def _then(self, program_id: str, position: int, asked: Moment) -> dict[str, Any]:
        """The partials of a program and its people as they were."""
        program = program_then(self.reading, self._store, program_id, position, asked)
        streams = self._followed.streams(asked, position, program_id)
        members = [s for s in streams if kind_of(s) != "person"]
        then = program.parts | folded(self.reading, self._store, members, position, program.until)
        persons = [s for s in streams_beside(program_id, then) if s != program_id]
        looked_for: set[str] = set()
        while persons:
            looked_for.update(persons)
            then |= folded(self.reading, self._store, persons, position, program.until)
            persons = sorted(absorbed_beside(then) - looked_for)
        return then


def _merged(part: PersonPart) -> Iterable[str]:
    return part.absorbed if part.merged_into is None else (*part.absorbed, part.merged_into)


def _these(streams: list[str], _found: dict[str, Any]) -> list[str]:
    return streams


_ANY = datetime.min.replace(tzinfo=UTC)
