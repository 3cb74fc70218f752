"""Which events a figure rests on, found by telling it again without them.

Each event is left out in turn and the figure is told from the rest, by the very projection that
makes it. Where the figure becomes another, the event is decisive. What is listed in the end gives
the same figure by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import attrs

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import is_correction
from mentorcore.log.recorded import Recorded
from mentorcore.projections.access.redactor import Redactor
from mentorcore.projections.folding.projection import Projection, refold
from mentorcore.projections.summary.point_in_time import late_in
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot, snapshot

__all__ = [
    "MISSING",
    "Ablation",
    "Chosen",
    "Counterfactual",
    "Place",
    "Question",
    "SearchResult",
    "candidates",
    "search",
]

Place = tuple[str, int]
"""An event by stream and version."""

Chosen = Mapping[str, frozenset[int]]
"""Events by stream and version."""

Question = Callable[[ProgramSnapshot, Redactor], Any]
"""What tells a figure."""

ENOUGH = 300_000
"""Events folded beyond which not every event is left out in turn; about two seconds' work."""
TRIES = 80
"""How often parts of a long list are left out before the rest is listed as it is."""


class Missing:
    """Stands for a figure that cannot be told."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = Missing()


class Counterfactual(Protocol):
    """What can be told from whichever events are asked for."""

    told: Mapping[str, Sequence[Recorded[Any]]]

    def value(self, chosen: Chosen) -> Any:
        """What is told from these events alone."""


class Ablation:
    """One figure, told from whichever events are asked for.

    Args:
        projection: What folds the events.
        question: What tells the figure.
        at: All that is known, with the moment at which it is looked at.
        seer: Who is asking.
        told: The events of every stream that can matter.
        late: Whether facts logged after the close matter.
    """

    def __init__(
        self,
        projection: Projection[Any],
        question: Question,
        at: ProgramSnapshot,
        seer: Redactor,
        told: Mapping[str, Sequence[Recorded[Any]]],
        *,
        late: bool = False,
    ) -> None:
        self.told = told
        self._projection = projection
        self._question = question
        self._at = at
        self._seer = seer
        self._until = at.until
        self._late = late
        self._parts: dict[tuple[str, frozenset[int]], Any] = {}

    def value(self, chosen: Chosen) -> Any:
        """The figure, from these events alone; `MISSING` when they do not tell it."""
        parts = {s: self._part(s, versions) for s, versions in chosen.items() if versions}
        at = self._at
        found = snapshot(
            parts,
            at.program_id,
            day=at.day,
            moment=at.moment,
            position=at.position,
            asked=at.asked,
        )
        if found is None:
            return MISSING
        # Who may see what is decided by everything that is known, not by what is tried here.
        found = attrs.evolve(found, circles=at.circles, unknown=at.unknown)
        closed = found.program.closed_on
        closing = found.part.refs.get("closed")
        if self._late and closed is not None and closing is not None:
            facts = [
                fact
                for stream, versions in chosen.items()
                if stream in found.enrolments or stream in found.pairings
                for fact in late_in(
                    stream, self._of(stream, versions), closed, at.zone, closing.position
                )
            ]
            facts.sort(key=lambda f: f.evidence.position)
            found = attrs.evolve(found, after_close=tuple(facts))
        return self._question(found, self._seer)

    def _of(self, stream: str, versions: frozenset[int]) -> list[Recorded[Any]]:
        return [r for r in self.told[stream] if r.version in versions]

    def _part(self, stream: str, versions: frozenset[int]) -> Any:
        key = stream, versions
        if key not in self._parts:
            empty = self._projection.initial[kind_of(stream)]()
            told = self._of(stream, versions)
            self._parts[key] = refold(self._projection, empty, told, self._until).partial
        return self._parts[key]


def candidates(
    told: Mapping[str, Sequence[Recorded[Any]]], events: frozenset[type] | None
) -> dict[str, frozenset[int]]:
    """The events of some classes, those that found a stream, and all their corrections.

    Args:
        told: Events by stream.
        events: The classes; ``None`` for all.
    """
    chosen: dict[str, frozenset[int]] = {}
    for stream, recorded in told.items():
        kept: set[int] = set()
        for r in recorded:
            if is_correction(r.event):
                wanted = r.event.target in kept
            else:
                of = type(r.event)
                wanted = events is None or of in events or event_info(of).founding
            if wanted:
                kept.add(r.version)
        chosen[stream] = frozenset(kept)
    return chosen


@attrs.frozen
class SearchResult:
    """What a search came to.

    Attributes:
        value: The figure from all candidates.
        chosen: The events that it rests on.
        again: The figure from them alone.
        without: By event, what the figure would be without it, where that is another.
        whole: Whether the effect of every event was worked out.
    """

    value: Any
    chosen: Chosen
    again: Any
    without: Mapping[Place, Any]
    whole: bool = True


def search(trial: Counterfactual, among: Chosen) -> SearchResult:
    """Find the events that a figure rests on.

    Args:
        trial: The figure.
        among: The events that can matter.
    """
    value = trial.value(among)
    looked_at = among
    if _work(among) > ENOUGH:
        looked_at = _halved(trial, among, value)
        if _work(looked_at, among) > ENOUGH:
            chosen = _whole(trial, among, _places(looked_at))
            return SearchResult(value, chosen, trial.value(chosen), {}, whole=False)
    without = {}
    for place in sorted(_places(looked_at)):
        other = trial.value(_minus(among, place))
        if other != value:
            without[place] = other
    chosen = _whole(trial, among, set(without))
    if trial.value(chosen) != value:
        chosen = _whole(trial, among, _fewest(trial, looked_at, value, set(without)))
    again = trial.value(chosen)
    if again != value:
        chosen, again = among, value
    return SearchResult(value, chosen, again, without)


def _places(chosen: Chosen) -> set[Place]:
    return {(s, v) for s, versions in chosen.items() for v in versions}


def _work(chosen: Chosen, among: Chosen | None = None) -> int:
    """How much has to be folded to leave out each of the chosen events in turn."""
    whole = chosen if among is None else among
    return sum(len(versions) * (len(whole[s]) + 2 * len(whole)) for s, versions in chosen.items())


def _halved(trial: Counterfactual, among: Chosen, value: Any) -> Chosen:
    """What is left when the oldest half is left out where it can be, then quarters, and so on."""
    positions = {(s, r.version): r.position for s, told in trial.told.items() for r in told}
    kept, tries = among, 0
    size = len(_places(among)) // 2
    while size:
        places = sorted(_places(kept), key=lambda place: positions[place])
        for start in range(0, len(places), size):
            if tries == TRIES:
                return kept
            tries += 1
            fewer = kept
            for place in places[start : start + size]:
                fewer = _minus(fewer, place)
            if trial.value(fewer) == value:
                kept = fewer
        size //= 2
    return kept


def _fewest(trial: Counterfactual, among: Chosen, value: Any, decisive: set[Place]) -> set[Place]:
    """As few events as tell the figure, where some can stand for others: the latest stay."""
    kept = among
    positions = {(s, r.version): r.position for s, told in trial.told.items() for r in told}
    rest = _places(among) - decisive
    for place in sorted(rest, key=lambda place: positions[place]):
        fewer = _minus(kept, place)
        if trial.value(fewer) == value:
            kept = fewer
    return _places(kept)


def _minus(chosen: Chosen, place: Place) -> Chosen:
    stream, version = place
    return {**chosen, stream: chosen[stream] - {version}}


def _whole(trial: Counterfactual, among: Chosen, places: set[Place]) -> Chosen:
    """Events with what opened what they end, with their corrections, and those with theirs."""
    chosen: dict[str, frozenset[int]] = {}
    for stream in {s for s, _ in places}:
        kept = {v for s, v in places if s == stream}
        kept |= _opening(trial.told[stream], kept) & among[stream]
        corrections = [
            r for r in trial.told[stream] if is_correction(r.event) and r.version in among[stream]
        ]
        for r in reversed(corrections):
            if r.version in kept:
                kept.add(r.event.target)
        for r in corrections:
            if r.event.target in kept:
                kept.add(r.version)
        chosen[stream] = frozenset(kept)
    return chosen


def _opening(told: Sequence[Recorded[Any]], kept: set[int]) -> set[int]:
    """What ends or judges something says little without what it ends."""
    wanted = {
        (of, name, getattr(r.event, name))
        for r in told
        if r.version in kept and (opened_by := event_info(type(r.event)).opened_by) is not None
        for of, name in (opened_by,)
    }
    return {
        r.version
        for r in told
        for of, name, named in wanted
        if type(r.event) is of and getattr(r.event, name) == named
    }
