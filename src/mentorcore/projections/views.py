"""The questions that can be asked of a log, each with who is asking and about which time."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import attrs

from mentorcore.domain.decider import kind_of
from mentorcore.errors import Refused
from mentorcore.log.codec import Codec
from mentorcore.log.store import Store
from mentorcore.projections.attention import ATTENTION
from mentorcore.projections.diff_rows import Diff, Moment
from mentorcore.projections.difference import Comparison
from mentorcore.projections.explanation import Explanation, Figure
from mentorcore.projections.following import Following
from mentorcore.projections.gathered import (
    Gathered,
    day_in,
    gathered,
    instant_in,
    streams_beside,
    zone_of,
)
from mentorcore.projections.history import tell
from mentorcore.projections.history_rows import History
from mentorcore.projections.needs import Attention, Need
from mentorcore.projections.partials import ProgramPart
from mentorcore.projections.past import folded, known_position, late_facts, until_end_of
from mentorcore.projections.reading import Reading
from mentorcore.projections.recomputing import Recomputing
from mentorcore.projections.seeing import Opener, Seer, Viewer
from mentorcore.projections.status import STATUS
from mentorcore.projections.status_rows import Status
from mentorcore.projections.subjects import Library
from mentorcore.projections.summary import PROGRAMS, SUMMARY
from mentorcore.projections.why import Why

__all__ = ["ProgramLine", "Views"]

_ANY = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class ProgramLine:
    """A program of the log: ``state`` is designed, launched or closed, as recorded."""

    program: str
    name: str
    state: str
    time_zone: str
    launched_on: date | None
    closed_on: date | None


class Views:
    """Answers questions from a log; safe to share between threads.

    Args:
        store: The log.
        codec: What reads its events.
        opener: What opens sealed values for those who may see them: `Sealing.open`.
    """

    def __init__(self, store: Store, codec: Codec, opener: Opener) -> None:
        self._store = store
        self._codec = codec
        self._opener = opener
        self._reading = Reading(SUMMARY, codec.recorded)
        self._following = Following(SUMMARY, store, codec.recorded)
        alone: Any = Recomputing(store)
        self._recomputing = Following(SUMMARY, alone, codec.recorded)
        self._library = Library(store, codec)
        self._comparison = Comparison(store, codec.recorded)

    def close(self) -> None:
        """Store what was folded since the views were stored last."""
        self._following.close()

    def parts(self, program_id: str) -> tuple[dict[str, Any], int]:
        """The partials of a program and its people as they are, with the position they are at.

        Raises:
            FollowerStopped: An event of the log cannot be read or folded.
        """
        return self._following.parts(program_id, lambda found: streams_beside(program_id, found))

    def programs(
        self,
        *,
        as_of: date | datetime | None = None,
        as_known: datetime | int | None = None,
    ) -> tuple[ProgramLine, ...]:
        """The programs of the log, in the order of their ids.

        Args:
            as_of: Only what was true by then: a day of each program, or an instant.
            as_known: Only what the log knew by then: an instant, or a position.
        """
        parts, position = self._followed(as_known).parts(PROGRAMS, lambda _found: ())
        if as_known is not None:
            position = min(position, self._position(as_known))
        if as_of is not None or as_known is not None:
            parts = self._programs_then(parts, position, as_of)
        states = [p.state for p in parts.values() if isinstance(p, ProgramPart) and p.state]
        return tuple(
            ProgramLine(
                program=s.program_id,
                name=s.name,
                state="closed" if s.closed_on else "launched" if s.launched_on else "designed",
                time_zone=s.time_zone,
                launched_on=s.launched_on,
                closed_on=s.closed_on,
            )
            for s in states
        )

    def status(
        self,
        program_id: str,
        *,
        viewer: Viewer,
        today: date | datetime,
        as_of: date | datetime | None = None,
        as_known: datetime | int | None = None,
    ) -> Status:
        """The state of a program: in numbers, each participant, each pairing.

        Args:
            program_id: Which program.
            viewer: Who is asking.
            today: The current day, or the current instant, which falls on a day of the program.
                With *as_of* that day is looked at instead.
            as_of: Only what was true by then: a day of the program, or an instant.
            as_known: Only what the log knew by then: an instant, or a position.

        Raises:
            Refused: There is no such program (``no_such_program``).
            FollowerStopped: An event of the log cannot be read or folded.
            KeyMissing: The viewer may see a personal value whose key is not here.
        """
        at = self._gather(program_id, today, as_of, as_known)
        return STATUS.combine(at, Seer(viewer, self._opener))

    def attention(
        self,
        program_id: str,
        *,
        viewer: Viewer,
        today: date | datetime,
        as_of: date | datetime | None = None,
        as_known: datetime | int | None = None,
    ) -> Attention:
        """What needs a person in a program, the most urgent first; see `status`."""
        at = self._gather(program_id, today, as_of, as_known)
        at = attrs.evolve(at, after_close=late_facts(self._reading, self._store, at))
        return ATTENTION.combine(at, Seer(viewer, self._opener))

    def history(
        self,
        subject: str,
        *,
        viewer: Viewer,
        as_of: date | datetime | None = None,
        as_known: datetime | int | None = None,
    ) -> History:
        """Everything recorded about a participant, pairing, person or program, as a timeline.

        Args:
            subject: The id of what it is about.
            viewer: Who is asking.
            as_of: Only what was true by then.
            as_known: Only what the log knew by then.

        Raises:
            Refused: Nothing is recorded under that id (``no_such_subject``).
            FollowerStopped: An event of the log cannot be read or folded.
            KeyMissing: The viewer may see a personal value whose key is not here.
        """
        found = self._library.subject(subject, self._position(as_known), as_of, as_known)
        return tell(found, Seer(viewer, self._opener))

    def figures(
        self,
        subject: str,
        *,
        viewer: Viewer,
        today: date | datetime,
        as_of: date | datetime | None = None,
        as_known: datetime | int | None = None,
    ) -> tuple[Figure, ...]:
        """The figures of a subject that can be explained, with their values."""
        about, why = self._why(subject, viewer, today, as_of, as_known)
        return why.figures(about)

    def explain(
        self,
        subject: str | Need,
        figure: str,
        *,
        viewer: Viewer,
        today: date | datetime,
        as_of: date | datetime | None = None,
        as_known: datetime | int | None = None,
    ) -> Explanation:
        """Why a figure is what it is, or why something needs a person.

        Args:
            subject: A program, cohort, pairing, participant or person by id; or a need.
            figure: The name of the figure; nothing for a need.
            viewer: Who is asking.
            today: As for `status`.
            as_of: Only what was true by then.
            as_known: Only what the log knew by then.

        Raises:
            Refused: There is no such subject, figure or need.
        """
        if isinstance(subject, Need):
            _, why = self._why(subject.subject, viewer, today, as_of, as_known)
            return why.need(subject)
        about, why = self._why(subject, viewer, today, as_of, as_known)
        return why.explain(about, figure)

    def _why(
        self,
        subject: str,
        viewer: Viewer,
        today: date | datetime,
        as_of: date | datetime | None,
        as_known: datetime | int | None,
    ) -> tuple[str, Why]:
        about, program = self._about(subject)
        at = self._gather(program, today, as_of, as_known)
        at = attrs.evolve(at, after_close=late_facts(self._reading, self._store, at))
        return about, Why(self._reading, self._store, at, Seer(viewer, self._opener))

    def _about(self, subject: str) -> tuple[str, str]:
        """What is asked about, a person by the only enrolment; and the program it belongs to."""
        if kind_of(subject) in ("program", "pairing", "participant"):
            return subject, self._library.program_of(subject)
        for line in self.programs():
            parts, _ = self._following.parts(line.program, partial(_and, line.program))
            at = gathered(parts, line.program, day=date.min, moment=_ANY, position=0)
            if at is None:
                continue
            if any(c.cohort_id == subject for c in at.program.cohorts):
                return subject, line.program
            held = [s for s, p in at.participants.items() if p.person_id == subject]
            if len(held) > 1:
                listed = ", ".join(held)
                raise Refused(f"{subject} takes part several times, as {listed}", "several")
            if held:
                return held[0], line.program
        raise Refused(f"nothing is recorded about {subject}", "no_such_subject")

    def diff(
        self, program_id: str, then: Moment, now: Moment, *, viewer: Viewer, today: date | datetime
    ) -> Diff:
        """What changed in a program between two moments, and which events did it.

        Args:
            program_id: Which program.
            then: The moment to begin with; it may be the later one.
            now: The moment to compare it with.
            viewer: Who is asking.
            today: See `status`.

        Raises:
            Refused: There is no such program at either moment (``no_such_program``).
        """
        looks = [self._look(program_id, today, moment) for moment in (then, now)]
        return self._comparison.diff(program_id, (then, now), looks, Seer(viewer, self._opener))

    def _look(self, program_id: str, today: date | datetime, moment: Moment) -> Gathered | int:
        """A program at a moment; only the position where there was none yet."""
        known = moment.as_known
        assert not isinstance(known, str)  # the engine has turned a checkpoint into its position
        try:
            return self._gather(program_id, today, moment.as_of, known)
        except Refused:
            return self._position(known)

    def _position(self, as_known: datetime | int | None) -> int:
        if as_known is None:
            return self._store.tail()
        return known_position(self._store, self._codec.envelope, as_known)

    def _gather(
        self,
        program_id: str,
        today: date | datetime,
        as_of: date | datetime | None,
        as_known: datetime | int | None,
    ) -> Gathered:
        parts, position = self._followed(as_known).parts(
            program_id, lambda found: streams_beside(program_id, found)
        )
        if as_known is not None:
            position = min(position, self._position(as_known))
        if as_known is not None or as_of is not None:
            parts = self._then(program_id, parts, position, as_of)
        zone = zone_of(parts, program_id)
        moment = until_end_of(as_of, zone) if as_of is not None else instant_in(today, zone)
        at = gathered(
            parts,
            program_id,
            day=day_in(as_of if as_of is not None else today, zone),
            moment=moment.astimezone(UTC),
            position=position,
            as_of=as_of,
            as_known=as_known,
        )
        if at is None:
            raise Refused(f"there is no program {program_id}", "no_such_program")
        return at

    def _followed(self, as_known: datetime | int | None) -> Following:
        """What the log knew earlier is for an audit, which believes nothing but events."""
        return self._following if as_known is None else self._recomputing

    def _programs_then(
        self, parts: Mapping[str, Any], position: int, as_of: date | datetime | None
    ) -> dict[str, Any]:
        """The partials of programs as they were; a day ends in each program's own zone."""
        known = folded(self._reading, self._store, parts, position)
        if as_of is None:
            return known
        then: dict[str, Any] = {}
        for program in known:
            until = until_end_of(as_of, zone_of(known, program))
            then |= folded(self._reading, self._store, [program], position, until)
        return then

    def _then(
        self,
        program_id: str,
        parts: Mapping[str, Any],
        position: int,
        as_of: date | datetime | None,
    ) -> dict[str, Any]:
        """The partials of a program as they were; those of today name its streams."""
        program = folded(self._reading, self._store, [program_id], position)
        until = None if as_of is None else until_end_of(as_of, zone_of(program, program_id))
        # Streams of today's group hold all that were there then, taken back since or not.
        streams = [program_id, *(s for s in parts if not s.startswith("person:"))]
        then = folded(self._reading, self._store, streams, position, until)
        persons = [s for s in streams_beside(program_id, then) if s != program_id]
        return then | folded(self._reading, self._store, persons, position, until)


def _and(stream: str, _found: object) -> list[str]:
    """That stream as well."""
    return [stream]
