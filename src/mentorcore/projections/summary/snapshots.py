"""Programs at a moment: all that is known of one, as of now or of any time before."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from mentorcore.domain.model import Model
from mentorcore.domain.program import Program
from mentorcore.errors import FollowerStopped, Refused
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Store
from mentorcore.projections.summary.followed import Followed
from mentorcore.projections.summary.partials import ProgramPart
from mentorcore.projections.summary.point_in_time import folded, known_position, until_end_of
from mentorcore.projections.summary.program_snapshot import (
    ProgramSnapshot,
    day_in,
    instant_in,
    snapshot,
    streams_beside,
    zone_of,
)
from mentorcore.projections.summary.summary import PROGRAMS, SUMMARY

__all__ = ["Snapshots"]


class Snapshots:
    """Puts together what the log says of a program at a moment.

    Args:
        store: The log.
        codec: What reads its events.
        model: The rules that the log is kept by.
    """

    def __init__(self, store: Store, codec: Codec, model: Model) -> None:
        self._store = store
        self._codec = codec
        self._followed = Followed(SUMMARY, store, codec.recorded, model)
        self.reading = self._followed.reading

    def close(self) -> None:
        """Store what was folded since it was stored last."""
        self._followed.close()

    def position(self, as_known: datetime | int | None) -> int:
        """The position up to which the log counts."""
        if as_known is None:
            return self._store.tail()
        return known_position(self._store, self._codec.envelope, as_known)

    def unknown(self, position: int, as_known: datetime | int | None) -> tuple[str, ...]:
        """The kinds of streams up to a position that nobody here can read."""
        audited = as_known is not None
        with suppress(FollowerStopped):  # whatever stops a view does not stop the asker's
            self._followed.parts(PROGRAMS, lambda _found: (), audited=audited)
        return self._followed.unknown(position, audited=audited)

    def programs(
        self, as_of: date | datetime | None, as_known: datetime | int | None
    ) -> list[Program]:
        """The programs of the log, in the order of their ids; see `Views.programs`."""
        parts, position = self._followed.parts(
            PROGRAMS, lambda _found: (), audited=as_known is not None
        )
        if as_known is not None:
            position = min(position, self.position(as_known))
        if as_of is not None or as_known is not None:
            parts = self._programs_then(parts, position, as_of)
        return [p.state for p in parts.values() if isinstance(p, ProgramPart) and p.state]

    def parts(self, program_id: str, *, audited: bool) -> tuple[dict[str, Any], int]:
        """The partials of a program and its people as they are, with the position they are at."""
        return self._followed.parts(
            program_id, lambda found: streams_beside(program_id, found), audited=audited
        )

    def members(self, program_id: str) -> ProgramSnapshot | None:
        """A program with its people as of now, without a moment."""
        parts, _ = self._followed.parts(program_id, lambda _found: [program_id], audited=False)
        return snapshot(parts, program_id, day=date.min, moment=_ANY, position=0)

    def gather(
        self,
        program_id: str,
        today: date | datetime,
        as_of: date | datetime | None,
        as_known: datetime | int | None,
    ) -> ProgramSnapshot:
        """All that is known of a program at a moment; see `Views.status`."""
        audited = as_known is not None
        parts, position = self.parts(program_id, audited=audited)
        if as_known is not None:
            position = min(position, self.position(as_known))
        if as_known is not None or as_of is not None:
            parts = self._then(program_id, parts, position, as_of)
        zone = zone_of(parts, program_id)
        moment = until_end_of(as_of, zone) if as_of is not None else instant_in(today, zone)
        at = snapshot(
            parts,
            program_id,
            day=day_in(as_of if as_of is not None else today, zone),
            moment=moment.astimezone(UTC),
            position=position,
            as_of=as_of,
            as_known=as_known,
            unknown=self._followed.unknown(position, audited=audited),
        )
        if at is None:
            raise Refused(f"there is no program {program_id}", "no_such_program")
        return at

    def _programs_then(
        self, parts: Mapping[str, Any], position: int, as_of: date | datetime | None
    ) -> dict[str, Any]:
        """The partials of programs as they were; a day ends in each program's own zone."""
        known = folded(self.reading, self._store, parts, position)
        if as_of is None:
            return known
        then: dict[str, Any] = {}
        for program in known:
            until = until_end_of(as_of, zone_of(known, program))
            then |= folded(self.reading, self._store, [program], position, until)
        return then

    def _then(
        self,
        program_id: str,
        parts: Mapping[str, Any],
        position: int,
        as_of: date | datetime | None,
    ) -> dict[str, Any]:
        """The partials of a program as they were; those of today name its streams."""
        program = folded(self.reading, self._store, [program_id], position)
        until = None if as_of is None else until_end_of(as_of, zone_of(program, program_id))
        # Streams of today's group hold all that were there then, taken back since or not.
        streams = [program_id, *(s for s in parts if not s.startswith("person:"))]
        then = folded(self.reading, self._store, streams, position, until)
        persons = [s for s in streams_beside(program_id, then) if s != program_id]
        return then | folded(self.reading, self._store, persons, position, until)


_ANY = datetime.min.replace(tzinfo=UTC)
