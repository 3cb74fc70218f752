"""Why a figure of a practice's view is what it is, found like that of the core.

The row, the total or the need is told again over the practice's own projection with events left
out, so that it is explained without any table of what it rests on. The program as the core knows it
stays as it is meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.values import Withheld
from mentorcore.log.recorded import Recorded
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import Redactor, others_withheld
from mentorcore.projections.attention.needs import Need, bare
from mentorcore.projections.explain.answers import About, Told, answer, explained, told_until
from mentorcore.projections.explain.explanation import Explanation, Figure
from mentorcore.projections.explain.figure_catalog import figures_in, found, rests, settled
from mentorcore.projections.explain.grounds import chapter_of
from mentorcore.projections.explain.provenance_search import MISSING, Chosen
from mentorcore.projections.folding.figure import DependsOn, figures_of
from mentorcore.projections.folding.projection import refold
from mentorcore.projections.history.stream_history import StreamHistory, of_a_practice
from mentorcore.projections.history.subjects import HistoryIndex
from mentorcore.projections.program_view import (
    Parts,
    PracticeViews,
    ProgramView,
    key_of,
    needs_of,
    rows_of,
    totals_of,
)
from mentorcore.projections.status.status import shown_participant
from mentorcore.projections.summary.people import Who, who
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot
from mentorcore.projections.summary.rows_shown import is_shown

__all__ = ["PracticeFigures"]

STATE = "state"
"""What is meant where a row is named and none of its figures."""


class Counterfactual:
    """What a view tells from whichever events are asked for.

    Args:
        view: The view.
        question: What is told, of the view's partials.
        at: The program at the moment at which it is looked at.
        told: The events of every stream that can matter.
    """

    def __init__(
        self, view: ProgramView, question: Callable[[Parts], Any], at: ProgramSnapshot, told: Told
    ) -> None:
        self.told = told
        self._projection = view.projection
        self._question = question
        self._until = view.asked(at).until(at.zone)
        self._parts: dict[tuple[str, frozenset[int]], Any] = {}

    def value(self, chosen: Chosen) -> Any:
        """What is told from these events alone; `MISSING` when they do not tell it."""
        parts = {s: self._part(s, versions) for s, versions in chosen.items() if versions}
        return self._question(parts)

    def _part(self, stream: str, versions: frozenset[int]) -> Any:
        key = stream, versions
        if key not in self._parts:
            empty = self._projection.initial[kind_of(stream)]()
            told = [r for r in self.told[stream] if r.version in versions]
            self._parts[key] = refold(self._projection, empty, told, self._until).partial
        return self._parts[key]


@attrs.frozen
class Shown:
    """What a view tells of a subject: a row, or of a program the totals.

    Attributes:
        row: As the viewer may see it.
        streams: The streams that it comes from.
        question: What tells it, of the view's partials.
        named: Of a subject with several rows, what this one is called in front of its figures.
    """

    view: ProgramView
    row: Any
    streams: tuple[str, ...]
    question: Callable[[Parts], Any]
    named: tuple[str, ...] = ()

    def figure(self, name: str) -> str | None:
        """A figure of this row, by a name that tells it from those of other rows.

        Of a row with a name of its own it may be left out: then its state is meant.
        """
        name = name.removeprefix(f"{self.view.name}.")
        if not self.named:
            return name
        for named in self.named:
            if name == named:
                return STATE
            if name.startswith(f"{named}."):
                return name.removeprefix(f"{named}.")
        return None


class PracticeFigures:
    """Explains the figures and needs of practices' views at one moment for one viewer.

    Args:
        practices: The views.
        index: Whom streams are about, and who may see what of them.
        store: The log.
        at: The program at that moment.
        seer: Who is asking.
    """

    def __init__(
        self,
        practices: PracticeViews,
        index: HistoryIndex,
        store: Store,
        *,
        at: ProgramSnapshot,
        seer: Redactor,
    ) -> None:
        self._practices = practices
        self._index = index
        self._memberships = index.memberships
        self._store = store
        self._at = at
        self._seer = seer

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of need that practices find."""
        return frozenset(self._practices.kinds)

    def tells(self, subject: str) -> bool:
        """Whether any view tells of a subject, whether or not the viewer is shown it."""
        return any(True for _ in self._shown(subject))

    def figures(self, subject: str) -> Iterator[Figure]:
        """Every figure of a subject, named after its view; and what about it needs a person."""
        for shown in self._shown(subject):
            if isinstance(shown.row, Withheld):
                continue
            if shown.named:
                state, about = getattr(shown.row, STATE), shown.row.title
                yield Figure(f"{shown.view.name}.{shown.named[-1]}", about, state)
                continue
            for figure in _figures(shown.row):
                yield attrs.evolve(figure, name=f"{shown.view.name}.{figure.name}")
        counted: dict[str, int] = {}
        for _, need in self.needs_about(subject):
            number = counted[need.kind] = counted.get(need.kind, 0) + 1
            name = need.kind if number == 1 else f"{need.kind}.{number}"
            yield Figure(name, "what needs a person", need.why)

    def explain(self, subject: str, figure: str) -> Explanation | None:
        """Why a figure is what it is; ``None`` when no view tells such a figure of the subject.

        Args:
            subject: What the row is about; the program for totals.
            figure: Its path, with or without the name of its view before it.
        """
        for shown in self._shown(subject):
            name = shown.figure(figure)
            if name is None:
                continue
            if isinstance(shown.row, Withheld):
                about = About(subject, figure, DependsOn("", frozenset()), shown.row)
                return answer(self._at, self._seer, about)
            path = settled(shown.row, tuple(name.split(".")))
            value = found(shown.row, path)
            if value is MISSING:
                continue
            said = DependsOn(path[-1].replace("_", " "), shown.view.projection.events)
            if figures_of(type(shown.row)):
                said = rests(shown.row, path)

            def question(parts: Parts, told: Any = shown.question, path: Any = path) -> Any:
                return found(told(parts), path)

            whole = ".".join((shown.view.name, *shown.named[-1:], *path))
            about = About(subject, whole, said, value)
            return self._explained(shown.view, about, shown.streams, question)
        return None

    def need(self, need: Need) -> Explanation | None:
        """Why something needs a person; ``None`` when it does not at this moment."""
        wanted, whom = bare(need), _whom(need)
        for view, parts in self._practices.all_parts(self._at):
            if need.kind not in view.kinds:
                continue
            at, beside = self._narrowed(view, parts, need.subject)
            found = [
                (stream, told)
                for stream, told in needs_of(view, parts, at, self._seer)
                if bare(told) == wanted and _whom(told) == whom
            ]
            if not found:
                continue
            streams = beside or tuple(stream for stream, _ in found)
            mine = found[0][1]  # with the names that this viewer may see, whoever was told before

            def question(parts: Parts, view: ProgramView = view, at: ProgramSnapshot = at) -> Any:
                told = [
                    bare(n)
                    for _, n in needs_of(view, parts, at, self._seer)
                    if (n.subject, n.kind, n.code, _whom(n))
                    == (need.subject, need.kind, need.code, whom)
                ]
                if wanted in told:
                    return wanted
                return told[0].why if told else MISSING

            def shown(value: Any, mine: Need = mine) -> Any:
                return mine if value == wanted else value

            words = view.about.get(need.kind, need.kind.replace("_", " "))
            about = About(
                need.subject,
                need.kind,
                DependsOn(words, view.projection.events),
                wanted,
                shown,
            )
            return self._explained(view, about, streams, question)
        return None

    def needs_about(self, subject: str, kind: str | None = None) -> list[tuple[str, Need]]:
        """What practices find to need a person about a subject, with the stream it comes from."""
        return [
            (stream, need)
            for view, parts in self._practices.all_parts(self._at)
            for stream, need in needs_of(
                view, parts, self._narrowed(view, parts, subject)[0], self._seer
            )
            if need.subject == subject and kind in (None, need.kind)
        ]

    def _narrowed(
        self, view: ProgramView, parts: Parts, subject: str
    ) -> tuple[ProgramSnapshot, tuple[str, ...]]:
        """The program as far as rows about a subject rest on it, and the streams of that.

        Without streams each row rests on its own.
        """
        if view.together is None:
            return self._at, ()
        at = view.together.narrow(self._at, subject)
        persons = {state.person_id for state in at.participants.values()}
        persons |= {a for p in persons if p in at.persons for a in at.persons[p].absorbed}
        wanted = {at.program_id, *at.participants, *at.pairings, *persons}
        wanted |= {s for s in parts if self._memberships.is_of_a_practice(s)}
        return at, tuple(sorted(wanted & parts.keys()))

    def _several(self, view: ProgramView, parts: Parts, subject: str) -> Iterator[Shown]:
        """The rows of a subject that rest on several streams, each by its own name."""
        assert view.together is not None
        at, streams = self._narrowed(view, parts, subject)
        before, last = view.together.named
        for _, row in rows_of(view, {s: parts[s] for s in streams}, at, self._seer):
            if row.subject != subject:
                continue

            def told(parts: Parts, key: str = key_of(row)) -> Any:
                rows = (row for _, row in rows_of(view, parts, at, self._seer))
                return next((row for row in rows if key_of(row) == key), MISSING)

            name = getattr(row, last)
            named = (f"{getattr(row, before)}/{name}", name)
            may = is_shown(at, self._seer, row)
            yield Shown(view, row if may else others_withheld(), streams, told, named)

    def _shown(self, subject: str) -> Iterator[Shown]:
        """What each view tells of a subject."""
        at, seer = self._at, self._seer
        for view, parts in self._practices.all_parts(at):
            if view.together is not None:
                yield from self._several(view, parts, subject)
                continue
            if subject == at.program_id and view.combine is not None:

                def totals(parts: Parts, view: ProgramView = view) -> Any:
                    return totals_of(view, parts, at, seer)

                yield Shown(view, totals(parts), tuple(sorted(parts)), totals)
            for stream, row in rows_of(view, parts, at, seer):
                if key_of(row) == subject:

                    def told(parts: Parts, view: ProgramView = view) -> Any:
                        rows = (row for _, row in rows_of(view, parts, at, seer))
                        return next((row for row in rows if key_of(row) == subject), MISSING)

                    may = is_shown(at, seer, row)
                    yield Shown(view, row if may else others_withheld(), (stream,), told)
                    break

    def _explained(
        self,
        view: ProgramView,
        about: About,
        streams: Sequence[str],
        question: Callable[[Parts], Any],
    ) -> Explanation:
        at = self._at
        told = told_until(self._practices.reading(view), self._store, streams, at.position)
        chapters = {stream: self._chapter(stream, told[stream]) for stream in told}
        return explained(
            at,
            self._seer,
            about,
            Counterfactual(view, question, at, told),
            chapter_of=lambda stream: chapters[stream],
            people=lambda: self._people(chapters.values()),
        )

    def _chapter(self, stream: str, told: Sequence[Recorded[Any]]) -> StreamHistory:
        if not told or not self._memberships.is_of_a_practice(stream):
            return chapter_of(self._at, stream, self._seer, self._index)
        about = self._memberships.of(stream, told[0].event)
        return of_a_practice(stream, about, settings=self._at.settings)

    def _people(self, chapters: Any) -> list[Who]:
        at, seer = self._at, self._seer
        named = {participant for chapter in chapters for participant in chapter.persons}
        return [
            who(at, seer, participant)
            for participant in sorted(named & at.participants.keys())
            if shown_participant(at, seer, at.participants[participant])
        ]


def _whom(need: Need) -> tuple[Any, ...]:
    """Whom a need is about, without their names: one stream may need several people alike."""
    return tuple(getattr(person, "participant", None) for person in need.people)


def _figures(row: Any) -> Iterator[Figure]:
    """The figures of a row; of one that declares nothing, each of its members."""
    if figures_of(type(row)):
        yield from (f for f in figures_in(row) if not f.name.endswith("evidence"))
    elif attrs.has(type(row)):
        for field in attrs.fields(type(row)):
            if field.name != "evidence":
                yield Figure(field.name, field.name.replace("_", " "), getattr(row, field.name))
