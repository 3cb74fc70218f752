"""Answers why a figure is what it is, from the streams that it can rest on."""

from collections.abc import Iterator, Sequence

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.values import Erased, Withheld
from mentorcore.errors import Refused
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.attention.needs import KINDS, Need
from mentorcore.projections.explain.answers import About, Told, answer, explained, told_until
from mentorcore.projections.explain.explanation import Explanation, Figure
from mentorcore.projections.explain.figure_catalog import ALIASES, figures_in
from mentorcore.projections.explain.figure_queries import (
    FigureQuery,
    needs_about,
    of_figure,
    of_need,
    of_program,
    row_of,
)
from mentorcore.projections.explain.grounds import chapter_of
from mentorcore.projections.explain.practice_figures import PracticeFigures
from mentorcore.projections.explain.provenance_search import MISSING, Ablation
from mentorcore.projections.folding.event_reader import EventReader
from mentorcore.projections.folding.figure import DependsOn
from mentorcore.projections.history.subjects import HistoryIndex
from mentorcore.projections.status.rows import Status
from mentorcore.projections.status.status import live_pairings, shown_participant
from mentorcore.projections.summary.people import Who, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["FigureExplainer"]

HIDDEN = DependsOn("", frozenset())
"""What is said of a figure that the viewer may not see: not even what it tells."""


class FigureExplainer:
    """Explains figures at one moment for one viewer.

    Args:
        reading: What reads and folds events.
        store: The log.
        at: All that is known of the program at that moment.
        seer: Who is asking.
        index: Who may see what of a stream.
        practices: Explains the figures of practices' views.
    """

    def __init__(
        self,
        reading: EventReader,
        store: Store,
        at: ProgramSnapshot,
        seer: Redactor,
        *,
        index: HistoryIndex,
        practices: PracticeFigures | None = None,
    ) -> None:
        self._reading = reading
        self._store = store
        self._at = at
        self._seer = seer
        self._index = index
        self._practices = practices

    def figures(self, subject: str) -> tuple[Figure, ...]:
        """Every figure of a subject, and what about it needs a person."""
        row = row_of(self._at, self._seer, subject)
        more = () if self._practices is None else tuple(self._practices.figures(subject))
        if row is MISSING and not self._is_of_a_practice(subject):
            raise _unknown(subject)
        if row is MISSING or isinstance(row, Withheld):
            return more
        if isinstance(row, Status):
            # People and pairings are asked about by themselves; here only which there are.
            listed = [
                attrs.evolve(f, value=of_program(self._at, self._seer, (f.name,)))
                if f.name in {"participants", "pairings"}
                else f
                for f in figures_in(attrs.evolve(row, participants=(), pairings=()))
            ]
        else:
            listed = list(figures_in(row))
        counted: dict[str, int] = {}
        for need in needs_about(self._at, self._seer, subject):
            number = counted[need.kind] = counted.get(need.kind, 0) + 1
            name = need.kind if number == 1 else f"{need.kind}.{number}"
            listed.append(Figure(name, "what needs a person", need.why))
        return (*(f for f in listed if not f.name.endswith(("evidence", "lacking"))), *more)

    def explain(self, subject: str, figure: str) -> Explanation:
        """Why a figure is what it is.

        Raises:
            Refused: There is no such subject or figure; says which there are.
        """
        for about, name in self._meant(subject, figure):
            standpoint = of_figure(self._at, self._seer, about, name)
            if standpoint is not None:
                return self._explained(about, standpoint)
        kind = figure.partition(".")[0]
        if kind in KINDS or (self._practices is not None and kind in self._practices.kinds):
            return self.need(self._need_meant(subject, figure))
        if self._practices is not None:
            told = self._practices.explain(subject, figure)
            if told is not None:
                return told
        row = row_of(self._at, self._seer, subject)
        if row is MISSING and not self._is_of_a_practice(subject):
            raise _unknown(subject)
        if isinstance(row, Withheld):
            return answer(self._at, self._seer, About(subject, figure, HIDDEN, row))
        names = ", ".join(f.name for f in self.figures(subject))
        raise Refused(f"there is no figure {figure!r} of {subject}; there is {names}", "no_figure")

    def need(self, need: Need) -> Explanation:
        """Why something needs a person.

        Raises:
            Refused: It is not told at this moment to this viewer.
        """
        if self._practices is not None and need.kind in self._practices.kinds:
            told = self._practices.need(need)
            if told is not None:
                return told
        elif need.kind in KINDS:
            standpoint = of_need(self._at, need)
            if isinstance(standpoint.question(self._at, self._seer), Need):
                return self._explained(need.subject, standpoint)
        raise Refused(f"this need is not told here and now: {need.why}", "no_such_need")

    def _meant(self, subject: str, figure: str) -> Iterator[tuple[str, str]]:
        """What may be meant: the subject's figure, one of its numbers, or of its only pairing."""
        names = [figure, *([ALIASES[figure]] if figure in ALIASES else [])]
        yield from ((subject, name) for name in names)
        match kind_of(subject):
            case "program":
                yield subject, f"numbers.{figure}"
            case "participant":
                joined = live_pairings(self._at, subject) or self._at.joined.get(subject, ())
                if len(joined) == 1:
                    yield from ((joined[0], name) for name in names)

    def _need_meant(self, subject: str, figure: str) -> Need:
        kind, _, number = figure.partition(".")
        place = int(number) - 1 if number.isdecimal() else 0
        for about, _name in self._meant(subject, kind):
            told = needs_about(self._at, self._seer, about, kind)
            if self._practices is not None:
                told += [need for _, need in self._practices.needs_about(about, kind)]
            if 0 <= place < len(told):
                return told[place]
        raise Refused(f"{subject} has no such need at this moment: {figure}", "no_such_need")

    def _is_of_a_practice(self, subject: str) -> bool:
        return self._practices is not None and self._practices.tells(subject)

    def _explained(self, subject: str, standpoint: FigureQuery) -> Explanation:
        at, seer = self._at, self._seer
        value = standpoint.question(at, seer)
        about = About(subject, standpoint.figure, standpoint.rests, value, standpoint.shown)
        if isinstance(value, Withheld | Erased):
            return answer(at, seer, about)
        told = self._told(standpoint.streams)
        trial = Ablation(
            self._reading.projection, standpoint.question, at, seer, told, late=standpoint.late
        )
        return explained(
            at,
            seer,
            about,
            trial,
            chapter_of=lambda stream: chapter_of(at, stream, seer, self._index),
            people=lambda: list(self._people(standpoint.streams)),
        )

    def _told(self, streams: Sequence[str]) -> Told:
        return told_until(self._reading, self._store, streams, self._at.position)

    def _people(self, streams: Sequence[str]) -> Iterator[Who]:
        for stream in streams:
            state = self._at.participants.get(stream)
            if state is not None and shown_participant(self._at, self._seer, state):
                yield who(self._at, self._seer, stream)


def _unknown(subject: str) -> Refused:
    return Refused(f"nothing is told about {subject} at this moment", "no_such_subject")
