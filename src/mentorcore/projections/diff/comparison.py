"""A program at two moments: what is different in words, and which events did it.

Both moments are looked at with the eyes of the later question's day, so that only events make a
difference and not the days that went by.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from mentorcore.errors import Refused
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.diff.change_causes import Look, change_causes
from mentorcore.projections.diff.row_comparison import (
    Compared,
    changes,
    figures,
    rows,
    rows_of_view,
    totals_of_view,
)
from mentorcore.projections.diff.rows import (
    ChangeCause,
    Diff,
    Difference,
    FieldChange,
    ViewDifference,
)
from mentorcore.projections.folding.event_reader import Reader, rows_until
from mentorcore.projections.folding.moment import Moment
from mentorcore.projections.program_view import (
    PracticeViews,
    ProgramView,
    rows_of,
    totals_of,
)
from mentorcore.projections.status.rows import Status
from mentorcore.projections.status.status import STATUS
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot
from mentorcore.projections.summary.rows_shown import is_shown

__all__ = ["Comparison"]

Deeds = dict[str, tuple[ChangeCause, ...]]


class Comparison:
    """Compares a program at two moments.

    Args:
        store: The log.
        read: What reads its events.
        practices: The views of practices.
    """

    def __init__(self, store: Store, read: Reader, practices: PracticeViews) -> None:
        self._store = store
        self._read = read
        self._practices = practices

    def diff(
        self,
        program: str,
        moments: tuple[Moment, Moment],
        looks: Sequence[ProgramSnapshot | int],
        seer: Redactor,
    ) -> Diff:
        """What changed between two looks at a program.

        Args:
            program: Which program.
            moments: What was asked for.
            looks: The program at each moment; a position where there was none.
            seer: Who is asking.

        Raises:
            Refused: There is no such program at either moment.
        """
        there = [look for look in looks if isinstance(look, ProgramSnapshot)]
        if not there:
            raise Refused(f"there is no program {program}", "no_such_program")
        then, now = (_status(look, there[-1], seer) for look in looks)
        ends = [_look(look) for look in looks]
        before, after = rows(then), rows(now)
        found: Deeds = {}
        return Diff(
            program=program,
            then=moments[0],
            now=moments[1],
            positions=(ends[0].position, ends[1].position),
            viewer=seer.viewer.kind,
            numbers=changes(figures(then), figures(now)),
            rows=self._rows(before, after, ends, found, seer),
            views=tuple(self._views(looks, there[-1], ends, found, seer)),
        )

    def _views(
        self,
        looks: Sequence[ProgramSnapshot | int],
        latest: ProgramSnapshot,
        ends: list[Look],
        found: Deeds,
        seer: Redactor,
    ) -> Iterator[ViewDifference]:
        """The views of practices that are not the same at both looks."""
        for view in self._practices.views.values():
            then, now = (self._told(view, look, latest, seer) for look in looks)
            totals = changes(then[1], now[1])
            rows = self._rows(then[0], now[0], ends, found, seer)
            if totals or rows:
                yield ViewDifference(view.name, totals, rows)

    def _told(
        self,
        view: ProgramView,
        look: ProgramSnapshot | int,
        latest: ProgramSnapshot,
        seer: Redactor,
    ) -> tuple[dict[str, Compared], dict[str, Any]]:
        """The rows and totals of a view at a look, with the eyes of the later one's day."""
        if not isinstance(look, ProgramSnapshot):
            return {}, {}
        parts = self._practices.parts(view, look, dated=False)
        at = attrs.evolve(look, day=latest.day, moment=latest.moment)
        shown = (r for r in rows_of(view, parts, at, seer) if is_shown(at, seer, r[1]))
        told = rows_of_view(shown, view.together)
        return told, totals_of_view(totals_of(view, parts, at, seer))

    def _rows(
        self,
        before: Mapping[str, Compared],
        after: Mapping[str, Compared],
        ends: list[Look],
        found: Deeds,
        seer: Redactor,
    ) -> tuple[Difference, ...]:
        differences = [
            self._difference(before.get(key), after.get(key), ends, found, seer)
            for key in dict.fromkeys([*after, *before])
            if before.get(key) != after.get(key)
        ]
        return tuple(d for d in differences if d.changes)

    def _difference(
        self,
        before: Compared | None,
        after: Compared | None,
        ends: list[Look],
        found: Deeds,
        seer: Redactor,
    ) -> Difference:
        row = after or before
        assert row is not None
        different = changes(before.fields if before else {}, after.fields if after else {})
        standing = "gone" if after is None else "new" if before is None else "changed"
        done = self._done((row.own,), ends, found, seer)
        if standing != "gone" or not done:
            # Whatever else it shows went with it; a row that is not shown any more, though it is
            # there, went because of somebody in it.
            streams = _streams([r for r in (before, after) if r is not None], different)
            done = self._done(streams, ends, found, seer)
        return Difference(
            kind=row.kind,
            subject=row.subject,
            people=row.people,
            standing=standing,
            changes=different,
            deeds=tuple(sorted(done, key=lambda deed: deed.evidence.position)),
        )

    def _done(
        self, streams: Sequence[str], ends: list[Look], found: Deeds, seer: Redactor
    ) -> list[ChangeCause]:
        """What was done in these streams; looked up where it was not before."""
        unread = [stream for stream in streams if stream not in found]
        if unread:
            last = max(end.position for end in ends)
            for stream, rows in rows_until(self._store, unread, last):
                told = [self._read(row) for row in rows]
                found[stream] = tuple(change_causes(told, ends[0], ends[1], seer))
        return [deed for stream in streams for deed in found[stream]]


def _status(look: ProgramSnapshot | int, latest: ProgramSnapshot, seer: Redactor) -> Status | None:
    if not isinstance(look, ProgramSnapshot):
        return None
    return STATUS.combine(attrs.evolve(look, day=latest.day, moment=latest.moment), seer)


def _look(look: ProgramSnapshot | int) -> Look:
    if not isinstance(look, ProgramSnapshot):
        return Look(look, None)
    return Look(look.position, look.until)


def _streams(compared: Sequence[Compared], different: Sequence[FieldChange]) -> list[str]:
    """The streams from which these fields of a row come; its own first."""
    found = {compared[0].own: None}
    for change in different:
        field = change.field.partition(".")[0]
        for row in compared:
            found.update(dict.fromkeys(row.streams.get(field, ())))
    return list(found)
