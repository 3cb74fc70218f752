"""A practice's view of a program: rows of its own, told from streams of its own kinds.

It is a fold like that of the core, with partials of its own that are stored beside the core's. The
core's views are made of nothing in it: a practice that is taken away, or whose view cannot be told,
changes no figure of the core.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.model import Model
from mentorcore.domain.values import Withheld
from mentorcore.errors import MentorcoreError, PracticeError, Refused
from mentorcore.log.storage.store import Store
from mentorcore.projections.access.redactor import METADATA, Redactor, others_withheld
from mentorcore.projections.attention.needs import KINDS, Need
from mentorcore.projections.folding.event_reader import EventReader, Reader
from mentorcore.projections.folding.lacking import Lacking
from mentorcore.projections.folding.moment import NOW, Moment, known_by
from mentorcore.projections.folding.names_told import NamesTold
from mentorcore.projections.folding.partial_codec import unfit_for_storing
from mentorcore.projections.folding.projection import Projection
from mentorcore.projections.summary.followed import Followed
from mentorcore.projections.summary.point_in_time import folded
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot
from mentorcore.projections.summary.rows_shown import is_shown

__all__ = [
    "LOG",
    "Parts",
    "PracticeViews",
    "ProgramView",
    "Together",
    "View",
    "check_views",
    "key_of",
    "needs_of",
    "rows_of",
    "told",
    "totals_of",
]

LOG = "log"
"""The group of what belongs to the whole log and not to one program."""

Parts = Mapping[str, Any]
"""Partials by stream."""

CORE_NAMES = frozenset({"summary", "story"})
"""Names under which the core keeps partials."""


def _no_needs(_part: Any, _at: ProgramSnapshot, _seer: Redactor) -> tuple[Need, ...]:
    return ()


def _no_rows(_part: Any, _at: ProgramSnapshot, _seer: Redactor) -> tuple[Any, ...]:
    return ()


def _always(_at: ProgramSnapshot) -> bool:
    return True


def _counted(rows: tuple[Any, ...]) -> str:
    return f"({len(rows)} rows)"


def _class_name(totals: Any) -> str:
    return type(totals).__name__


@attrs.frozen
class Together:
    """How a view is told whose rows rest on several streams at once; of mentorcore's own alone.

    Attributes:
        rows: ``(parts, at, seer)``: all rows, each with the stream of what it is about.
        needs: ``(parts, at, seer)``: what needs a person, each with that stream.
        narrow: ``(at, subject)``: the program as far as rows about a subject can rest on it.
        named: The members by which one of the rows about a subject is named in explanations.
        for_model: ``(model)``: the view of a log that is kept by those rules, where it folds the
            streams of practices as well.
        concerns: Whether there is anything to tell of a program; where there is not, nothing is
            folded for it.
    """

    rows: Callable[[Parts, ProgramSnapshot, Redactor], Iterable[tuple[str, Any]]]
    needs: Callable[[Parts, ProgramSnapshot, Redactor], Iterable[tuple[str, Need]]]
    narrow: Callable[[ProgramSnapshot, str], ProgramSnapshot]
    named: tuple[str, str]
    concerns: Callable[[ProgramSnapshot], bool] = _always
    for_model: Callable[[Model], "ProgramView"] | None = None


@attrs.frozen
class ProgramView:
    """How a practice tells of a program.

    Attributes:
        name: What it is asked for by: the practice's name and its own, ``observation.matrix``.
        projection: Folds the streams of the practice's kinds, each into a partial. What founds
            such a stream names its program in ``program_id``; or the projection's ``group``
            answers `LOG` for what belongs to the whole log.
        rows: ``(part, at, seer)``: the rows of one stream, attrs classes whose first member is the
            id that the row is about. *part* is its partial, *at* the program as the core knows it
            with the day that is looked at, and *seer* decides what the viewer is shown
            (``seer.show``). A member is shown the rows that name them.
        needs: ``(part, at, seer)``: what needs a person in one stream.
        combine: ``(parts, at)``: totals over all streams, an attrs class; they are for those who
            may see the program in numbers.
        kinds: By kind of need, the kind of the core before which it is placed by urgency.
        about: By kind of need, what it says, in a few words.
        together: How it is told where rows rest on several streams at once.
        dated: Whether its partials keep the day of every fact, and its rows leave out what was not
            true yet: then the partials of all days tell any day.
        prompted_by: Events without one of which nothing in it needs a person: where the log holds
            none, nothing is folded to find that out. Left out, it is always looked at.
    """

    name: str
    projection: Projection[Any]
    rows: Callable[[Any, ProgramSnapshot, Redactor], Iterable[Any]] = _no_rows
    needs: Callable[[Any, ProgramSnapshot, Redactor], Iterable[Need]] = _no_needs
    combine: Callable[[Parts, ProgramSnapshot], Any] | None = None
    kinds: Mapping[str, str] = attrs.Factory(dict)
    about: Mapping[str, str] = attrs.Factory(dict)
    together: Together | None = None
    dated: bool = False
    prompted_by: frozenset[type] = frozenset()

    @property
    def prompts(self) -> frozenset[str]:
        """The names of the events that `prompted_by` tells."""
        return frozenset(event_info(event).name for event in self.prompted_by)

    def asked(self, at: ProgramSnapshot) -> Moment:
        """The moment for which its partials are wanted where a program is looked at."""
        if not self.dated or isinstance(at.asked.as_of, datetime):
            return at.asked
        return Moment(as_known=at.asked.as_known)


@attrs.frozen
class View:
    """What a practice's view tells of a program on a day.

    Attributes:
        program: The program's id.
        name: The view's name, such as ``observation.matrix``.
        day: The day for which it is told, in the program's zone.
        position: The position of the log it is at.
        as_of: What was asked for: facts true by then.
        as_known: What was asked for: what the log knew by then.
        rows: Its rows, in the order of the streams that they come from.
        totals: What it adds up to, for the coordinator and auditors.
        others: Stands for the rows that the viewer is not shown.
        unknown: Kinds of streams that the log holds and nobody here can read.
        lacking: What it lacks, where states were left out of the export that it is told from.
    """

    program: str
    name: str
    day: date
    position: int
    as_of: date | datetime | None
    as_known: datetime | int | None
    viewer: str
    rows: tuple[Any, ...] = attrs.field(repr=_counted)  # texts of a practice's rows are its own
    totals: Any = attrs.field(repr=_class_name)
    others: Withheld | None
    unknown: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()

    def row(self, subject: str) -> Any:
        """The row about a subject, ``None`` when there is none or it is not shown."""
        return next((row for row in self.rows if key_of(row) == subject), None)


def key_of(row: Any) -> str:
    """What a row is about: its first member."""
    return str(getattr(row, attrs.fields(type(row))[0].name))


def told(view: ProgramView, parts: Parts, at: ProgramSnapshot, seer: Redactor) -> View:
    """What a view tells of a program, as the viewer may see it."""
    every = list(rows_of(view, parts, at, seer))
    shown = [row for _, row in every if is_shown(at, seer, row)]
    return View(
        program=at.program_id,
        name=view.name,
        day=at.day,
        position=at.position,
        as_of=at.asked.as_of,
        as_known=known_by(at.asked),
        viewer=seer.viewer.kind,
        rows=tuple(shown),
        totals=totals_of(view, parts, at, seer),
        others=others_withheld() if len(shown) < len(every) else None,
        unknown=at.unknown,
    )


def rows_of(
    view: ProgramView, parts: Parts, at: ProgramSnapshot, seer: Redactor
) -> Iterator[tuple[str, Any]]:
    """Every row with the stream it comes from, whether or not the viewer is shown it."""
    if view.together is not None:
        with _named(view):
            yield from list(view.together.rows(parts, at, seer))
        return
    for stream, part in sorted(parts.items()):
        with _named(view):
            found = list(view.rows(part, at, seer))
        for row in found:
            if not attrs.has(type(row)):
                raise PracticeError(f"{row!r} is no row: it has no members", practice=view.name)
            yield stream, row


def totals_of(view: ProgramView, parts: Parts, at: ProgramSnapshot, seer: Redactor) -> Any:
    """What a view adds up to; withheld from members."""
    if view.combine is None or (view.together and not view.together.concerns(at)):
        return None
    if not seer.may(METADATA):
        return others_withheld()
    with _named(view):
        return view.combine(parts, at)


def needs_of(
    view: ProgramView, parts: Parts, at: ProgramSnapshot, seer: Redactor
) -> Iterator[tuple[str, Need]]:
    """What needs a person, as far as the viewer is shown it, with the stream it comes from."""
    for stream, found in _needs(view, parts, at, seer):
        for need in found:
            if need.kind not in view.kinds:
                known = ", ".join(sorted(view.kinds)) or "none"
                raise PracticeError(
                    f"the kind of need {need.kind!r} is not declared; declared: {known}",
                    practice=view.name,
                )
            if is_shown(at, seer, need):
                yield stream, need


def _needs(
    view: ProgramView, parts: Parts, at: ProgramSnapshot, seer: Redactor
) -> Iterator[tuple[str, list[Need]]]:
    if view.together is not None:
        with _named(view):
            yield from [(s, [need]) for s, need in view.together.needs(parts, at, seer)]
        return
    for stream, part in sorted(parts.items()):
        with _named(view):
            found = list(view.needs(part, at, seer))
        yield stream, found


@contextmanager
def _named(view: ProgramView) -> Iterator[None]:
    """Whatever a practice runs into is said to be its own."""
    try:
        yield
    except MentorcoreError:
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise PracticeError(f"its view cannot be told: {said}", practice=view.name) from error


class PracticeViews:
    """The views of the practices that are here, each with the partials that it is told from.

    Args:
        views: Which views.
        store: The log.
        read: What reads its events.
        model: The rules that the log is kept by.

    Raises:
        PracticeError: The views do not fit together; see `check_views`.
    """

    def __init__(
        self, views: Sequence[ProgramView], store: Store, read: Reader, model: Model
    ) -> None:
        check_views(views)
        self._store = store
        self.views = {view.name: view for view in views}
        folds = {view.projection.view: view.projection for view in views}
        self._followed = {
            name: Followed(projection, store, read, model) for name, projection in folds.items()
        }
        self._told = NamesTold(store, (name for view in views for name in view.prompts))
        self.kinds = {kind: before for view in views for kind, before in view.kinds.items()}
        """By kind of need, the kind of the core before which it is placed."""

    def close(self) -> None:
        """Store what was folded since the partials were stored last."""
        for followed in self._followed.values():
            followed.close()

    def followed(self) -> dict[str, int]:
        """The stored views, each with the position up to which it is folded."""
        return {name: followed.position for name, followed in self._followed.items()}

    def kept(self) -> tuple[Followed, ...]:
        """What the stored views are kept by, by name."""
        return tuple(followed for _, followed in sorted(self._followed.items()))

    def named(self, name: str) -> ProgramView:
        """The view that is called so.

        Raises:
            Refused: There is none (``no_such_view``); says which there are.
        """
        if name not in self.views:
            listed = ", ".join(self.views) or "none"
            raise Refused(f"there is no view {name!r} here; there is {listed}", "no_such_view")
        return self.views[name]

    def reading(self, view: ProgramView) -> EventReader:
        """What reads and folds events for a view."""
        return self._followed[view.projection.view].reading

    def parts(self, view: ProgramView, at: ProgramSnapshot, *, dated: bool = True) -> Parts:
        """The partials of a view at the moment at which a program is looked at.

        Where they are looked at on another day, later facts are left out here (``dated=False``).
        """
        if view.together is not None and not view.together.concerns(at):
            return {}
        persons = list(at.persons) if "person" in view.projection.initial else []
        followed = self._followed[view.projection.view]
        asked = view.asked(at) if dated else at.asked
        if asked == NOW:
            parts, reached = followed.parts(at.program_id, lambda _: persons, LOG, known=at.holds)
            if reached == at.position:
                return parts
        ids = followed.streams(asked, at.position, at.program_id, LOG, known=at.holds) + persons
        return folded(followed.reading, self._store, ids, at.position, asked.until(at.zone))

    def all_parts(self, at: ProgramSnapshot) -> Iterator[tuple[ProgramView, Parts]]:
        """Every view with its partials."""
        for view in self.views.values():
            yield view, self.parts(view, at)

    def needs(self, at: ProgramSnapshot, seer: Redactor) -> list[Need]:
        """What needs a person in any of them, as far as the viewer is shown it."""
        return [
            need
            for view in self.views.values()
            if self._may_need(view, at)
            for _, need in needs_of(view, self.parts(view, at), at, seer)
        ]

    def _may_need(self, view: ProgramView, at: ProgramSnapshot) -> bool:
        if view.together is None and view.needs is _no_needs:
            return False
        return not view.prompted_by or self._told.any(view.prompts, at.position)


def check_views(views: Sequence[ProgramView]) -> None:
    """Whether views can be told beside each other and beside the core.

    Raises:
        PracticeError: Says of the first view that cannot why.
    """
    names: set[str] = set()
    kinds: set[str] = set(KINDS)
    folds: dict[str, Projection[Any]] = {}
    for view in views:
        projection = view.projection
        problems = [f"the name {view.name!r} is taken"] if view.name in names else []
        if projection.name in CORE_NAMES or folds.get(projection.name, projection) != projection:
            problems.append(f"partials are kept under the name {projection.name!r} already")
        for kind, before in view.kinds.items():
            if kind in kinds:
                problems.append(f"there is a kind of need {kind!r} already")
            if before not in KINDS:
                problems.append(f"{kind!r} is placed before {before!r}, which is no kind of need")
        problems += [
            f"{kind!r} is no kind of need of its own" for kind in view.about.keys() - view.kinds
        ]
        for made in projection.initial.values():
            problems += unfit_for_storing(made)
        if problems:
            raise PracticeError("; ".join(problems), practice=view.name)
        names.add(view.name)
        kinds |= view.kinds.keys()
        folds[projection.name] = projection
