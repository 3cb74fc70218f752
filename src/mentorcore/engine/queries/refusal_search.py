"""Why something was refused: the decision is made again, each time with an event left out.

An event without which the answer would be another is decisive. So every refusal explains itself by
the rule that made it, also one that no list of reasons has ever heard of.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from mentorcore.domain.aggregate import fold, kind_of
from mentorcore.domain.cohort import CohortOpened
from mentorcore.domain.declarations import event_info
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.domain.person.events import ExternalIdentityLinked
from mentorcore.domain.program import ProgramClosed, ProgramLaunched
from mentorcore.domain.values import Sealed, Stream
from mentorcore.errors import Asked, KeyMissing, MalformedEvent, PracticeError, Refused
from mentorcore.intake.held_names import folded
from mentorcore.log.recorded import Recorded
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Store
from mentorcore.projections.explain.provenance_search import Chosen, SearchResult, search

__all__ = ["AllowedNow", "Refusal", "Told", "decided_again", "refusal_rests_on", "scenery_of"]

Told = Mapping[str, Sequence[Recorded[Any]]]
Opener = Callable[[Sealed], Any]


ALSO: Mapping[str, tuple[type, ...]] = {"program_not_running": (ProgramLaunched, ProgramClosed)}
"""By code, events that speak to a refusal although it would be the same without them.

A program that is launched tomorrow does not run today, and neither does one that never is.
"""


@attrs.frozen
class Refusal:
    """A refusal as a value: its word and its sentence."""

    code: str
    reason: str

    def __str__(self) -> str:
        return self.reason


class AllowedNow:
    """Stands for a decision that would not be refused."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AllowedNow)

    def __hash__(self) -> int:
        return 0

    def __str__(self) -> str:
        return "it would have been allowed"


class Again:
    """One decision, made on whichever events are asked for.

    Args:
        asked: What was asked, and when.
        told: The events of the streams that the decision reads.
        model: The rules that decide.
    """

    def __init__(self, asked: Asked, told: Told, model: Model) -> None:
        self.told = told
        self._asked = asked
        self._model = model

    def value(self, chosen: Chosen) -> Any:
        """What the answer would be; what founds a stream is never left out."""
        history = {
            Stream(s): tuple(
                _placed(r) for r in told if r.version in chosen.get(s, ()) or is_founding(r)
            )
            for s, told in self.told.items()
        }
        states = {s: _state(self._model, s, placed) for s, placed in history.items()}
        situation = self._model.situation(self._asked.at, history, states)
        try:
            self._model.decide(situation, self._asked.command)
        except Refused as refused:
            return Refusal(refused.code, refused.reason)
        except (AssertionError, AttributeError, KeyError, TypeError, PracticeError):
            # Without this event nothing like what was read could have been there.
            return None
        return AllowedNow()


def is_founding(recorded: Recorded[Any]) -> bool:
    """Whether an event founds its stream."""
    return event_info(type(recorded.event)).founding


def decided_again(
    store: Store, codec: Codec, asked: Asked, position: int, model: Model = CORE_MODEL
) -> Told:
    """The events of every stream that a decision reads, as the log held them at a position."""
    history: dict[Stream, tuple[VersionedEvent, ...]] = {}
    states: dict[Stream, Any] = {}
    told: dict[str, Sequence[Recorded[Any]]] = {}
    situation = model.situation(asked.at, history, states)
    known: tuple[Stream, ...] = ()
    while (wanted := model.reads(asked.command, situation)) != known:
        known = wanted
        unread = [s for s in dict.fromkeys(wanted) if s not in history]
        for stream, rows in (store.streams(unread) if unread else {}).items():
            told[stream] = [codec.recorded(r) for r in rows if r.position <= position]
            history[Stream(stream)] = tuple(map(_placed, told[stream]))
            states[Stream(stream)] = _state(model, stream, history[Stream(stream)])
    return told


def refusal_rests_on(
    refused: Refused, told: Told, opener: Opener, model: Model = CORE_MODEL
) -> SearchResult:
    """The events on which a refusal rests, with what the answer would be without each.

    Args:
        refused: The refusal.
        told: The events of the streams that the decision reads.
        opener: What opens sealed values.
        model: The rules that decide.
    """
    asked = refused.asked
    assert asked is not None
    if refused.code == "identity_taken":
        return _taken(refused, told, opener)
    among = {s: frozenset(r.version for r in recorded) for s, recorded in told.items()}
    done = search(Again(asked, told, model), among)
    founding = {
        s: frozenset(r.version for r in recorded if is_founding(r)) for s, recorded in told.items()
    }
    spoken = {
        s: frozenset(r.version for r in recorded if type(r.event) in ALSO.get(refused.code, ()))
        for s, recorded in told.items()
    }
    chosen = {s: done.chosen.get(s, frozenset()) | founding[s] | spoken[s] for s in told}
    return attrs.evolve(done, chosen=chosen)


def scenery_of(done: SearchResult, told: Sequence[Recorded[Any]]) -> frozenset[int]:
    """Events of a stream that only had to be there so that it came to this refusal.

    Without a launch or a cohort another rule would have refused before.
    """
    assert isinstance(done.value, Refusal)
    found = set()
    for r in told:
        other = done.without.get((r.stream, r.version))
        another = isinstance(other, Refusal) and other.code != done.value.code
        if another and isinstance(r.event, ProgramLaunched | CohortOpened):
            found.add(r.version)
    return frozenset(found)


def _taken(refused: Refused, told: Told, opener: Opener) -> SearchResult:
    """An identity is held against the index; the event that put it there is another person's."""
    command: Any = refused.asked.command if refused.asked else None
    owner = str(refused.facts.get("person"))
    same = frozenset(
        r.version
        for r in told.get(owner, ())
        if isinstance(r.event, ExternalIdentityLinked)
        and r.event.scheme == command.scheme
        and _same(opener, r.event.value, command.value)
    )
    founding = frozenset(r.version for r in told.get(owner, ()) if is_founding(r))
    value = Refusal(refused.code, refused.reason)
    without = {(owner, version): AllowedNow() for version in same}
    again = value if same else AllowedNow()
    return SearchResult(value, {owner: same | founding}, again, without)


def _same(opener: Opener, held: Any, stated: str) -> bool:
    try:
        text = opener(held) if isinstance(held, Sealed) else held
    except (KeyMissing, MalformedEvent):
        return False
    return isinstance(text, str) and folded(text) == folded(stated)


def _placed(recorded: Recorded[Any]) -> VersionedEvent:
    return VersionedEvent(recorded.version, recorded.recorded_at, recorded.event)


def _state(model: Model, stream: str, placed: Sequence[VersionedEvent]) -> Any:
    return fold(model.aggregates[kind_of(stream)], placed)
