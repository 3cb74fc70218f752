"""The questions put to an export from which states were left out: what is not whole says so.

Figures are told from the events that are there. Beside them stands what each of them lacks, so that
no number is smaller than that of the log without anybody's knowing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.left_out import (
    LeftOutEvents,
    left_out_of,
    refuse_untold,
    untold,
)
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Opener, Viewer
from mentorcore.projections.attention.attention import NEEDS
from mentorcore.projections.attention.needs import Attention, Need
from mentorcore.projections.diff.rows import Diff
from mentorcore.projections.explain.explanation import Explanation
from mentorcore.projections.explain.gaps import Gaps
from mentorcore.projections.folding.lacking import Lacking, lacks_in
from mentorcore.projections.folding.moment import NOW, Moment
from mentorcore.projections.history.rows import History
from mentorcore.projections.program_view import View
from mentorcore.projections.status.rows import Status
from mentorcore.projections.summary.effective_records import Effective
from mentorcore.projections.views import Views

__all__ = ["IncompleteViews"]


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

    def status(
        self, program_id: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> Status:
        """See `Views.status`."""
        found = super().status(program_id, asked, viewer=viewer, today=today)
        return attrs.evolve(found, lacking=tuple(self._gaps(program_id, asked, today).status()))

    def attention(
        self, program_id: str, asked: Moment = NOW, *, viewer: Viewer, today: date | datetime
    ) -> Attention:
        """See `Views.attention`."""
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
        found = super().history(subject, asked, viewer=viewer, today=today)
        # A meeting stands on the stream of its pairing, and what founded that may be left out.
        counts: dict[str, int] = {}
        told = {subject, *(e.evidence.stream for e in found.entries)}
        told |= {who.participant for who in found.people} | {who.person for who in found.people}
        for stream, rows in self._left_out.rows.items():
            loose = stream in self._left_out.unfounded and kind_of(subject) != "pairing"
            if stream in told or loose:
                for row in rows:
                    if row.position <= found.position:
                        counts[row.name] = counts.get(row.name, 0) + 1
        lacking = Lacking(subject, "entries", tuple(sorted(counts.items())))
        return attrs.evolve(found, lacking=(lacking,) if counts else ())

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
        return super().effective(asked, today=today, stream=stream, names=names)

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
        found = super().explain(subject, figure, asked, viewer=viewer, today=today)
        _, program = self._about(found.subject, asked, viewer.program)
        gaps = self._gaps(program, asked, today)
        kind = found.figure.partition(".")[0]
        views = self._practices.views.values()
        if kind in NEEDS:
            about, lacking = program, tuple(gaps.needs(views))
        elif any(found.figure.startswith(f"{view.name}.") for view in views):
            about = program
            lacking = tuple(one for view in views for one in gaps.view(view))
        else:
            about, lacking = found.subject, tuple(gaps.subject(found.subject))
        lacks = lacks_in(lacking, about, found.figure)
        told = (Lacking(found.subject, found.figure, lacks),) if lacks else ()
        return attrs.evolve(found, lacking=told)

    def diff(
        self, program_id: str, then: Moment, now: Moment, *, viewer: Viewer, today: date | datetime
    ) -> Diff:
        """See `Views.diff`."""
        found = super().diff(program_id, then, now, viewer=viewer, today=today)
        later = max(found.positions)
        counts: dict[str, int] = {}
        for rows in self._left_out.rows.values():
            for row in rows:
                if row.position <= later:
                    counts[row.name] = counts.get(row.name, 0) + 1
        lacking = Lacking(program_id, "rows", tuple(sorted(counts.items())))
        return attrs.evolve(found, lacking=(lacking,) if counts else ())

    def _gaps(self, program: str, asked: Moment, today: date | datetime) -> Gaps:
        at = self._snapshots.gather(program, today, asked)
        return Gaps(self._left_out, self._model, at)
