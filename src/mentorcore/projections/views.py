"""The questions that can be asked of a log, each with who is asking and about which time.

What answers the rarer ones is imported when one is asked: a status needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import attrs

from mentorcore.cached_property import cached_property
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.domain.program import IN_PROGRAMS
from mentorcore.errors import Refused, practice_missing
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Opener, Redactor, Viewer
from mentorcore.projections.attention.needs import Need
from mentorcore.projections.folding.moment import NOW, Moment
from mentorcore.projections.program_view import PracticeViews, ProgramView, View, told
from mentorcore.projections.status.status import STATUS
from mentorcore.projections.summary.point_in_time import late_facts, repeated_meetings
from mentorcore.projections.summary.program_snapshot import PackFinder, ProgramSnapshot, no_packs
from mentorcore.projections.summary.snapshots import Snapshots

if TYPE_CHECKING:
    from mentorcore.projections.attention.needs import Attention
    from mentorcore.projections.diff.rows import Diff
    from mentorcore.projections.explain.explainer import FigureExplainer
    from mentorcore.projections.explain.explanation import Explanation, Figure
    from mentorcore.projections.history.recorded_event import RecordedEvents
    from mentorcore.projections.history.rows import History
    from mentorcore.projections.history.subjects import HistoryIndex
    from mentorcore.projections.program_scope import ProgramScope
    from mentorcore.projections.status.rows import Status
    from mentorcore.projections.summary.effective_records import Effective
    from mentorcore.projections.summary.finder import Finder
    from mentorcore.projections.summary.followed import Followed

__all__ = ["ProgramLine", "Views"]


@attrs.frozen
class ProgramLine:
    """A program: ``state`` is designed, launched or closed; ``lacks`` as of `Figure.lacks`."""

    program: str
    name: str
    state: str
    time_zone: str
    launched_on: date | None
    closed_on: date | None
    lacks: tuple[tuple[str, int], ...] = ()


class Views:
    """Answers questions from a log; safe to share between threads.

    Args:
        store: The log.
        codec: What reads its events.
        opener: What opens sealed values for those who may see them: `Sealing.open`.
        model: The rules that the log is kept by.
        views: The views of the practices that are here.
        missing: What is said of a kind of stream whose practice is not here.
        packs: What finds registered policy packs.

    Raises:
        PracticeError: The practices' views do not fit together; see `check_views`.
    """

    def __init__(
        self,
        store: Store,
        codec: Codec,
        opener: Opener,
        *,
        model: Model = CORE_MODEL,
        views: Sequence[ProgramView] = (),
        missing: Callable[[str], Refused] = practice_missing,
        packs: PackFinder = no_packs,
    ) -> None:
        self._store = store
        self._codec = codec
        self._model = model
        self._missing = missing
        self._opener = opener
        self._snapshots = Snapshots(store, codec, model, packs)
        self._reading = self._snapshots.reading
        self._practices = PracticeViews(views, store, codec.recorded, model)

    @cached_property
    def _library(self) -> HistoryIndex:
        from mentorcore.projections.history.subjects import HistoryIndex

        return HistoryIndex(self._store, self._codec, self._model, self._missing)

    @cached_property
    def records(self) -> RecordedEvents:
        """Who shows records by themselves, whatever stream they are on."""
        from mentorcore.projections.history.recorded_event import RecordedEvents

        return RecordedEvents(self._store, self._codec, self._model, self._library)

    def scope(self, viewer: Viewer) -> ProgramScope | None:
        """What belongs to the program of a viewer; nothing for who knows the whole log."""
        program, read = viewer.program, self._codec.recorded
        if program is None:
            return None
        from mentorcore.projections.program_scope import ProgramScope

        return ProgramScope(program, self._store, read, self._snapshots, self._library.program_of)

    def position(self, asked: Moment) -> int:
        """The position up to which the log counts at a moment."""
        return self._snapshots.position(asked)

    def lives(self, person: str, asked: Moment) -> frozenset[str]:
        """All ids that led to the same person at a moment."""
        return self._snapshots.lives(person, asked)

    def survivor(self, person: str) -> str:
        """A person, or the one into whom they were merged."""
        return self._library.survivors([person], self._store.tail()).get(person, person)

    def shown(self, told: Recorded[Any], viewer: Viewer) -> dict[str, Any]:
        """One recorded event as a viewer may see it; see `RecordedEvents.shown`."""
        if (scope := self.scope(viewer)) is not None:
            scope.check_event(told)
        return self.records.shown(told, self.seer(viewer, NOW))

    def seer(self, viewer: Viewer, asked: Moment) -> Redactor:
        """What decides for a viewer, who is one person by whatever ids led to them at a moment."""
        return self._snapshots.seer(viewer, self._opener, asked)

    @cached_property
    def finder(self) -> Finder:
        """Who finds people and pairings by what they are called."""
        from mentorcore.projections.summary.finder import Finder

        return Finder(self._snapshots, self._opener, self.scope)

    def close(self) -> None:
        """Store what was folded since the views were stored last."""
        self._snapshots.close()
        self._practices.close()

    def followed(self) -> dict[str, int]:
        """The views that are kept here, each with the position up to which it is folded."""
        return {**self._snapshots.followed(), **self._practices.followed()}

    def stored(self) -> tuple[Followed, ...]:
        """What the stored views are kept by, the core's first."""
        return self._snapshots.kept, *self._practices.kept()

    def parts(self, program_id: str) -> tuple[dict[str, Any], int]:
        """The partials of a program and its people as they are, with the position they are at.

        Raises:
            FollowerStopped: An event of the log cannot be read or folded.
        """
        return self._snapshots.parts(program_id)

    def as_it_stands(self, program_id: str, today: date | datetime) -> ProgramSnapshot:
        """All partials of a program as the log has it now, for who decides about all of it.

        Raises:
            Refused: There is no such program (``no_such_program``).
        """
        return self._snapshots.gather(program_id, today)

    def programs(self, asked: Moment = NOW) -> tuple[ProgramLine, ...]:
        """The programs of the log at a moment, in the order of their ids."""
        return tuple(
            ProgramLine(
                program=s.program_id,
                name=s.name,
                state="closed" if s.closed_on else "launched" if s.launched_on else "designed",
                time_zone=s.time_zone,
                launched_on=s.launched_on,
                closed_on=s.closed_on,
            )
            for s in self._snapshots.programs(asked)
        )

    def status(
        self, program_id: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> Status:
        """The state of a program: in numbers, each participant, each pairing.

        Args:
            program_id: Which program.
            asked: At which moment.
            viewer: Who is asking.
            today: The current day, or the current instant, which falls on a day of the program.
                When valid time is asked for, that day is looked at instead.

        Raises:
            Refused: There is no such program (``no_such_program``).
            FollowerStopped: An event of the log cannot be read or folded.
        """
        at = self._snapshots.gather(program_id, today, asked)
        return STATUS.combine(at, self.seer(viewer, asked))

    def attention(
        self, program_id: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> Attention:
        """What needs a person in a program, the most urgent first; see `status`."""
        from mentorcore.projections.attention.attention import attention

        at = self._gather_late(program_id, today, asked)
        seer = self.seer(viewer, asked)
        return attention(at, seer, self._practices.needs(at, seer), self._practices.kinds)

    def view(
        self,
        name: str,
        program_id: str,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        today: date | datetime,
    ) -> View:
        """What a practice's view tells of a program; see `status`.

        Raises:
            Refused: There is no such view (``no_such_view``) or program.
            PracticeError: The practice that brings the view failed.
        """
        at = self._snapshots.gather(program_id, today, asked)
        view = self._practices.named(name)
        return told(view, self._practices.parts(view, at), at, self.seer(viewer, asked))

    def history(
        self,
        subject: str,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        today: date | datetime | None = None,
    ) -> History:
        """Everything recorded about a participant, pairing, person or program, as a timeline.

        Args:
            subject: The id of what it is about.
            asked: At which moment.
            viewer: Who is asking.
            today: As for `status`: minutes are counted by the settings in force on it. Left out,
                by those in force last.

        Raises:
            Refused: Nothing is recorded under that id (``no_such_subject``).
            FollowerStopped: An event of the log cannot be read or folded.
        """
        from mentorcore.projections.history.history import tell

        if (scope := self.scope(viewer)) is not None:
            scope.check(subject, asked)
        position = self._snapshots.position(asked)
        found = self._library.subject(subject, position, asked, today)
        is_program = kind_of(subject) == "program"
        unknown = self._snapshots.unknown(asked, position) if is_program else ()
        history = attrs.evolve(tell(found, self.seer(viewer, asked)), unknown=unknown)
        return history if scope is None else scope.history(history)

    def effective(
        self,
        asked: Moment = NOW,
        *,
        today: date | datetime,
        stream: str | None = None,
        names: Sequence[str] = (),
    ) -> Iterator[Effective[Any]]:
        """The records that stand, corrections applied; see `Queries.effective`."""
        from mentorcore.projections.summary.effective_records import EffectiveRecords, Selection

        wanted = Selection(self._snapshots.position(asked), asked, today, tuple(names))
        return EffectiveRecords(self._store, self._reading).tell(wanted, stream)

    def figures(
        self, subject: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> tuple[Figure, ...]:
        """The figures of a subject that can be explained, with their values."""
        about, why = self._why(subject, asked, viewer, today)
        return why.figures(about)

    def explain(
        self,
        subject: str | Need,
        figure: str,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        today: date | datetime,
    ) -> Explanation:
        """Why a figure is what it is, or why something needs a person.

        Args:
            subject: A program, cohort, pairing, participant or person by id; or a need.
            figure: The name of the figure; nothing for a need.
            asked: At which moment.
            viewer: Who is asking.
            today: As for `status`.

        Raises:
            Refused: There is no such subject, figure or need.
        """
        if isinstance(subject, Need):
            _, why = self._why(subject.subject, asked, viewer, today)
            return why.need(subject)
        about, why = self._why(subject, asked, viewer, today)
        return why.explain(about, figure)

    def _why(
        self, subject: str, asked: Moment, viewer: Viewer, today: date | datetime
    ) -> tuple[str, FigureExplainer]:
        from mentorcore.projections.explain.explainer import FigureExplainer
        from mentorcore.projections.explain.practice_figures import PracticeFigures

        if (scope := self.scope(viewer)) is not None:
            scope.check(subject, asked)
        about, program = self._about(subject, asked, viewer.program)
        at, seer = self._gather_late(program, today, asked), self.seer(viewer, asked)
        index = self._library
        figures = PracticeFigures(self._practices, index, self._store, at=at, seer=seer)
        more: Any = {"index": index, "practices": figures}
        return about, FigureExplainer(self._reading, self._store, at, seer, **more)

    def _about(self, subject: str, asked: Moment, only: str | None) -> tuple[str, str]:
        """What is asked about, a person by the only enrolment; and the program it belongs to.

        Both as the log knew them then, whatever was true when.
        """
        from mentorcore.projections.history.timeline import UNTOLD

        known = Moment(as_known=asked.as_known)
        if kind_of(subject) not in ("person", *IN_PROGRAMS, *UNTOLD):
            program = self._library.program_of(subject)
            return subject, program or self.programs(known)[0].program
        for line in self.programs(known):
            mine = only in (None, line.program)
            if not mine or (at := self._snapshots.members(line.program, known)) is None:
                continue
            if at.program.holds(subject):
                return subject, line.program
            held = [s for s, p in at.enrolments.items() if subject in p.persons]
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
        from mentorcore.projections.diff.comparison import Comparison

        looks = [self._look(program_id, today, asked) for asked in (then, now)]
        comparison = Comparison(self._store, self._codec.recorded, self._practices)
        return comparison.diff(program_id, (then, now), looks, self.seer(viewer, now))

    def _gather_late(
        self, program_id: str, today: date | datetime, asked: Moment
    ) -> ProgramSnapshot:
        """A program at a moment, with what was told after its closing, and what may be repeated."""
        at = self._snapshots.gather(program_id, today, asked)
        return attrs.evolve(
            at,
            after_close=late_facts(self._reading, self._store, at),
            repeats=repeated_meetings(self._reading, self._store, at),
        )

    def _look(
        self, program_id: str, today: date | datetime, asked: Moment
    ) -> ProgramSnapshot | int:
        """A program at a moment; only the position where there was none yet."""
        try:
            return self._snapshots.gather(program_id, today, asked)
        except Refused:
            return self._snapshots.position(asked)
