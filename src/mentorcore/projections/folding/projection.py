"""A view is a fold of the log: each stream by itself first, then the streams of a program together.

A `Projection` says how. `apply` folds one stream into its partial; `combine` makes the view of the
partials. So a correction or a late fact folds one stream again and nothing else.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

import attrs

from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import (
    OrderKey,
    VersionedEvent,
    effective,
    holds_at,
    is_correction,
    order_key,
)
from mentorcore.log.recorded import Recorded

__all__ = [
    "Also",
    "Belongs",
    "Evidence",
    "Projection",
    "Refolded",
    "fact_behind",
    "nobody_knows",
    "refold",
    "true_by",
]

Also = Callable[[dict[str, Any]], Iterable[str]]
"""From the partials of groups, further streams whose partials are wanted."""

Belongs = Callable[[str], bool | None]
"""Whether a stream belongs to what is asked about; ``None`` where that is not known either."""

V = TypeVar("V")
W = TypeVar("W")


def nobody_knows(_stream: str) -> bool | None:
    """Nothing but the projection itself tells where a stream belongs."""
    return None


@attrs.frozen(weakref_slot=False)
class Evidence:
    """An event that something rests on; the position is shown beside stream and version."""

    stream: str
    version: int
    position: int


@attrs.frozen
class Projection(Generic[V]):
    """How a question is answered from the log.

    Projections of the same name and version share their stored partials and differ in `combine`
    only.

    Attributes:
        name: The name under which partials are stored, with the version: ``summary@2``.
        version: Raised whenever the same events lead to other partials; older ones are dropped.
        initial: By kind of stream, the class of its partials, which is made without arguments.
            Streams of other kinds are left alone.
        apply: ``(partial, recorded) -> partial``, total. It may change the partial it is given,
            which nobody else holds, and touches nothing else.
        corrected: ``(partial, correction, target) -> partial``. What a correction corrects has
            been put right by then; it only learns that there was one, and of what.
        combine: What makes the view of partials; its arguments are the projection's own affair.
        events: The event classes that `apply` looks at.
        unordered: Those of them whose place in time the partial keeps itself, so that a late one
            is folded like any other. Their order must not matter beside that of the rest.
        group: From a founding event, the group that its stream belongs to, if any: by default the
            program that the event names.
        fixed_groups: By kind of stream whose group no event names, that group; nothing for kinds
            that answers ask for by the ids of their streams alone.
        holds: From the partial of a group's own stream, all ids of a kind that belong to the group
            and to no other; ``None`` from any other partial.
    """

    name: str
    version: int
    initial: Mapping[str, Callable[[], Any]]
    apply: Callable[[Any, Recorded[Any]], Any]
    corrected: Callable[[Any, Recorded[Any], Recorded[Any]], Any]
    combine: Callable[..., V]
    events: frozenset[type]
    unordered: frozenset[type] = frozenset()
    group: Callable[[Any], str | None] = lambda event: getattr(event, "program_id", None)
    fixed_groups: Mapping[str, str] = attrs.Factory(dict)
    holds: Callable[[Any], Collection[str] | None] = lambda _part: None

    @property
    def view(self) -> str:
        """The name under which a store keeps the partials."""
        return f"{self.name}@{self.version}"

    def combining(self, combine: Callable[..., W]) -> "Projection[W]":
        """The same fold, and the same stored partials, for another question."""
        other: Any = self
        made: Projection[W] = attrs.evolve(other, combine=combine)
        return made


@attrs.frozen
class Refolded:
    """A stream folded from its beginning.

    Attributes:
        partial: What it came to.
        last: Where its last fact stands in the order of valid time, unordered facts apart.
    """

    partial: Any
    last: OrderKey | None


def refold(
    projection: Projection[Any],
    empty: Any,
    recorded: Sequence[Recorded[Any]],
    as_of: datetime | None = None,
) -> Refolded:
    """Fold the standing facts of one stream in the order of valid time.

    Args:
        projection: Whose `apply`.
        empty: The partial to begin with.
        recorded: The stream's events in order; others than the projection's are left out.
        as_of: Only facts that were true by this instant. What founds a stream and declares no
            time of its own always was.
    """
    origin = {r.version: r for r in recorded}
    placed = effective(
        VersionedEvent(r.version, r.recorded_at, r.event)
        for r in recorded
        if type(r.event) in projection.events or is_correction(r.event)
    )
    if as_of is not None:
        placed = tuple(p for p in placed if true_by(p, as_of))
    anytime = sorted(
        (p for p in placed if type(p.event) in projection.unordered), key=lambda p: p.version
    )
    ordered = [p for p in placed if type(p.event) not in projection.unordered]
    partial = empty
    for p in (*ordered, *anytime):
        told = origin[p.version]
        if p.rests_on:
            told = attrs.evolve(told, event=p.event)
        partial = projection.apply(partial, told)
    for r in recorded:
        if is_correction(r.event):
            target = fact_behind(origin, r)
            if target is not None and type(target.event) in projection.events:
                partial = projection.corrected(partial, r, target)
    return Refolded(partial, order_key(ordered[-1]) if ordered else None)


def fact_behind(
    origin: Mapping[int, Recorded[Any]], correction: Recorded[Any]
) -> Recorded[Any] | None:
    """The fact that a correction, or the correction of one, is about.

    Args:
        origin: The events of the stream by version.
        correction: Which.
    """
    told: Recorded[Any] | None = correction
    while told is not None and is_correction(told.event):
        target = told.event.target
        told = origin.get(target) if target < told.version else None
    return told


def true_by(placed: VersionedEvent, as_of: datetime | None) -> bool:
    """Whether a fact was true by an instant; what founds a stream and says no time always was.

    What was planned before it was recorded, such as a cohort of a log that was begun in the middle
    of the year, was true by the day that it says itself.
    """
    if as_of is None:
        return True
    info = event_info(type(placed.event))
    always = info.founding and not info.occurred
    if always or holds_at(placed, as_of):
        return True
    day: date | None = attrgetter(info.at_latest)(placed.event) if info.at_latest else None
    return day is not None and day <= as_of.date()
