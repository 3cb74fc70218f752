"""The questions put to an export from which states were left out: what is not whole says so.

Figures are told from the events that are there. Beside them stands what each of them lacks, so that
no number is smaller than that of the log without anybody's knowing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.domain.values import Withheld
from mentorcore.errors import Refused
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.left_out import (
    CORRECTIONS,
    LeftOutEvents,
    left_out_of,
    refuse_untold,
    untold,
    whole_of,
)
from mentorcore.log.storage.store import Row, Store
from mentorcore.projections.access.redactor import Opener, Viewer
from mentorcore.projections.attention.attention import NEEDS
from mentorcore.projections.attention.needs import Attention, Need
from mentorcore.projections.diff.rows import Diff
from mentorcore.projections.explain.explanation import Explanation, Figure
from mentorcore.projections.explain.gaps import Gaps
from mentorcore.projections.folding.lacking import Lacking, lacks_in
from mentorcore.projections.folding.moment import NOW, Moment
from mentorcore.projections.history.rows import History
from mentorcore.projections.program_view import View
from mentorcore.projections.status.rows import Status
from mentorcore.projections.summary.effective_records import Effective
from mentorcore.projections.summary.people import Who
from mentorcore.projections.views import ProgramLine, Views

__all__ = ["IncompleteViews"]

ABSENT = frozenset({"no_such_subject", "no_such_program"})
"""Codes of refusals that say that something is not there."""
FOUNDING = ("program", "participant")
"""Kinds of streams without which nothing is told of others, either."""
HELD = "pairing.meeting-held"
"""Records that are counted by the settings of their program."""


class IncompleteViews(Views):
    """Answers questions from what is left of a log; see `Views`.

    Args:
        store: The log.
        codec: What reads its events.
        opener: What opens sealed values.
        model: The rules that the log is kept by.
        more: As of `Views`.
    """

    def __init__(
        self, store: Store, codec: Codec, opener: Opener, *, model: Model = CORE_MODEL, **more: Any
    ) -> None:
        super().__init__(store, codec, opener, model=model, **more)
        self._left_out: LeftOutEvents = left_out_of(store)

    def programs(self, asked: Moment = NOW) -> tuple[ProgramLine, ...]:
        """See `Views.programs`.

        Raises:
            Refused: Nothing at all can be told of one of them (``states_left_out``).
        """
        position = self._snapshots.position(asked)
        counts: dict[str, dict[str, int]] = {}
        for stream, rows in self._left_out.rows.items():
            if kind_of(stream) == "program" and rows[0].position <= position:
                if stream in self._left_out.unfounded:
                    raise untold(f"which programs there are, {stream} among them,")
                counts[stream] = _counted(rows, position)
        return tuple(
            attrs.evolve(line, lacks=tuple(sorted(counts.get(line.program, {}).items())))
            for line in super().programs(asked)
        )

    def status(
        self, program_id: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> Status:
        """See `Views.status`."""
        with self._untold_where_left_out(program_id, asked):
            found = super().status(program_id, asked, viewer=viewer, today=today)
        return attrs.evolve(found, lacking=tuple(self._gaps(program_id, asked, today).status()))

    def attention(
        self, program_id: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> Attention:
        """See `Views.attention`."""
        with self._untold_where_left_out(program_id, asked):
            found = super().attention(program_id, asked, viewer=viewer, today=today)
        gaps = self._gaps(program_id, asked, today)
        return attrs.evolve(found, lacking=tuple(gaps.needs(self._practices.views.values())))

    def view(
        self,
        name: str,
        program_id: str,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        today: date | datetime,
    ) -> View:
        """See `Views.view`."""
        with self._untold_where_left_out(program_id, asked):
            found = super().view(name, program_id, asked, viewer=viewer, today=today)
        gaps = self._gaps(program_id, asked, today)
        return attrs.evolve(found, lacking=tuple(gaps.view(self._practices.named(name))))

    def history(
        self,
        subject: str,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        today: date | datetime | None = None,
    ) -> History:
        """See `Views.history`.

        Raises:
            Refused: Nothing at all can be told of the subject (``states_left_out``).
        """
        if subject in self._left_out.unfounded:
            raise untold(subject)
        with self._untold_where_left_out(subject, asked):
            found = super().history(subject, asked, viewer=viewer, today=today)
        # A meeting stands on the stream of its pairing, and what founded that may be left out.
        counts: dict[str, int] = {}
        told = {subject, *(e.evidence.stream for e in found.entries)}
        told |= {who.participant for who in found.people} | {who.person for who in found.people}
        is_counted = any(entry.name == HELD for entry in found.entries)
        for stream, rows in self._left_out.rows.items():
            loose = stream in self._left_out.unfounded and kind_of(subject) != "pairing"
            counting = is_counted and kind_of(stream) == "program"
            if stream in told or loose or counting:
                for name, number in _counted(rows, found.position).items():
                    counts[name] = counts.get(name, 0) + number
        lacking = Lacking(subject, "entries", tuple(sorted(counts.items())))
        people = tuple(map(self._named, found.people))
        return attrs.evolve(found, people=people, lacking=(lacking,) if counts else ())

    def _named(self, who: Who) -> Who:
        """Somebody whose name was left out has one all the same."""
        if who.name is None and who.person in self._left_out.rows:
            return attrs.evolve(who, name=Withheld("name", "it was left out of this export"))
        return who

    def effective(
        self,
        asked: Moment = NOW,
        *,
        today: date | datetime,
        stream: str | None = None,
        names: Sequence[str] = (),
    ) -> Iterator[Effective[Any]]:
        """See `Views.effective`.

        Raises:
            Refused: Some of the records that are asked for were left out (``states_left_out``).
        """
        position = self._snapshots.position(asked)
        refuse_untold(self._left_out, "these records", position, names=names, stream=stream)
        for found, rows in self._left_out.rows.items():
            concerns = rows[0].position <= position and (
                kind_of(found) == "program" or stream in (None, found)
            )
            if concerns and self._can_change(found, rows, position, names):
                raise untold("these records")
        return super().effective(asked, today=today, stream=stream, names=names)

    def _can_change(
        self, stream: str, rows: Sequence[Row], position: int, names: Sequence[str]
    ) -> bool:
        """Whether what is not told of a stream can change records that are told.

        A correction of which nothing is known may be of any record of its stream, and the settings
        of a program say how much of a meeting counts.
        """
        if kind_of(stream) == "program" and (not names or HELD in names):
            return True
        corrects = any(
            row.name in CORRECTIONS and not row.state and row.position <= position for row in rows
        )
        return corrects and any(not names or r.name in names for r in self._store.stream(stream))

    def figures(
        self, subject: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> tuple[Figure, ...]:
        """See `Views.figures`.

        Raises:
            Refused: Nothing at all can be told of the subject (``states_left_out``).
        """
        with self._untold_where_left_out(subject, asked):
            found = super().figures(subject, asked, viewer=viewer, today=today)
            about, program = self._about(subject, asked, viewer.program)
        lacks = self._lacks(about, program, asked, today)
        return tuple(attrs.evolve(figure, lacks=lacks(figure.name)) for figure in found)

    def explain(
        self,
        subject: str | Need,
        figure: str,
        asked: Moment = NOW,
        *,
        viewer: Viewer,
        today: date | datetime,
    ) -> Explanation:
        """See `Views.explain`."""
        if subject in self._left_out.unfounded:
            raise untold(str(subject))
        about = subject.subject if isinstance(subject, Need) else subject
        with self._untold_where_left_out(about, asked):
            own, program = self._about(about, asked, viewer.program)
            lacks = self._lacks(own, program, asked, today)
            try:
                found = super().explain(subject, figure, asked, viewer=viewer, today=today)
            except Refused as refused:
                if refused.code not in ABSENT and (lacks(figure) or lacks(f"numbers.{figure}")):
                    raise untold(f"{figure or 'this'} of {about}") from None
                raise
        if found.subject != own:  # one of their only pairing
            lacks = self._lacks(found.subject, program, asked, today)
        lack = lacks(found.figure)
        told = (Lacking(found.subject, found.figure, lack),) if lack else ()
        return attrs.evolve(found, lacking=told)

    def _lacks(
        self, subject: str, program: str, asked: Moment, today: date | datetime
    ) -> Callable[[str], tuple[tuple[str, int], ...]]:
        """Tells of every figure of a subject what it lacks."""
        gaps, views = self._gaps(program, asked, today), tuple(self._practices.views.values())
        needs = tuple(gaps.needs(views))
        viewed = tuple(one for view in views for one in gaps.view(view))
        own = tuple(gaps.subject(subject))

        def lacks(figure: str) -> tuple[tuple[str, int], ...]:
            if figure.partition(".")[0] in NEEDS:
                return lacks_in(needs, program, figure.partition(".")[0])
            if any(figure.startswith(f"{view.name}.") for view in views):
                return lacks_in(viewed, program, figure)
            return lacks_in(own, subject, figure)

        return lacks

    def diff(
        self, program_id: str, then: Moment, now: Moment, *, viewer: Viewer, today: date | datetime
    ) -> Diff:
        """See `Views.diff`."""
        with self._untold_where_left_out(program_id, then, now):
            found = super().diff(program_id, then, now, viewer=viewer, today=today)
        counts: dict[str, int] = {}
        for rows in self._left_out.rows.values():
            for name, number in _counted(rows, max(found.positions)).items():
                counts[name] = counts.get(name, 0) + number
        lacking = Lacking(program_id, "rows", tuple(sorted(counts.items())))
        return attrs.evolve(found, lacking=(lacking,) if counts else ())

    @contextmanager
    def _untold_where_left_out(self, subject: str, *moments: Moment) -> Iterator[None]:
        """Say that something cannot be told, and not that it is not there, where it may be there.

        Raises:
            Refused: As in the block, or ``states_left_out``.
        """
        try:
            yield
        except Refused as refused:
            if refused.code in ABSENT and any(self._may_be(subject, at) for at in moments):
                raise untold(subject) from None
            raise

    def _may_be(self, subject: str, asked: Moment) -> bool:
        """Whether something may be there that is not told."""
        position = self._snapshots.position(asked)
        if kind_of(subject) != "cohort":  # which has no stream of its own
            rows = whole_of(self._store).stream(subject)
            if not rows or rows[0].position > position:
                return False
        return any(
            rows[0].position <= position and (stream == subject or kind_of(stream) in FOUNDING)
            for stream, rows in self._left_out.rows.items()
        )

    def _gaps(self, program: str, asked: Moment, today: date | datetime) -> Gaps:
        at = self._snapshots.gather(program, today, asked)
        return Gaps(self._left_out, self._model, at)


def _counted(rows: Sequence[Row], position: int) -> dict[str, int]:
    """How many events of each name there are up to a position."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.position <= position:
            counts[row.name] = counts.get(row.name, 0) + 1
    return counts
