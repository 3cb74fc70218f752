"""How a decision is made: what was asked, what was read, and what follows from both.

An aggregate is three pure functions over frozen values. ``evolve`` folds what happened into a
state and never fails; ``reads`` names the streams that a command needs to see; ``decide`` answers
with the events to record, with nothing when there is nothing new, or with a refusal.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import attrs

from mentorcore.domain.corrections.events import Cause
from mentorcore.domain.declarations import command_info, event_info, is_event
from mentorcore.domain.effective import VersionedEvent, effective
from mentorcore.domain.values import PersonId, Stream
from mentorcore.errors import Invalid, Problem, Refused

__all__ = [
    "Aggregate",
    "Decision",
    "Keepers",
    "Situation",
    "decides",
    "events_in",
    "fold",
    "is_blank",
    "is_zone",
    "kind_of",
    "replaced",
    "rules_in",
    "utc",
]

S = TypeVar("S")
Rule = TypeVar("Rule", bound=Callable[..., Any])
_BLANK = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]*")

Decision = tuple[tuple[Stream, Any], ...]
"""The events to record, each with its stream, in order; ``()`` means nothing new."""


def decides(*commands: type) -> Callable[[Rule], Rule]:
    """Say of a function that it decides these commands; see `rules_in`."""

    def marked(rule: Rule) -> Rule:
        rule.__decides__ = commands  # type: ignore[attr-defined] # read by `rules_in`
        return rule

    return marked


def rules_in(*modules: Mapping[str, Any]) -> Mapping[type, Callable[..., Decision]]:
    """What decides each command, as the functions of these modules say.

    Raises:
        TypeError: Two functions say that they decide the same command.
    """
    found: dict[type, Callable[..., Decision]] = {}
    for told in (told for module in modules for told in module.values()):
        for command in getattr(told, "__decides__", ()):
            if found.setdefault(command, told) is not told:
                raise TypeError(f"{command.__name__} is decided by {told} and by {found[command]}")
    return found


def events_in(kind: str, *modules: Mapping[str, Any]) -> tuple[type, ...]:
    """The events of one kind of stream that these modules declare."""
    told = (told for module in modules for told in module.values())
    events = (event for event in told if isinstance(event, type) and is_event(event))
    named = (event for event in events if event_info(event).name.startswith(f"{kind}."))
    return tuple(dict.fromkeys(named))


def _nobody(*_: Any) -> tuple[Any, ...]:
    return ()


def _as_recorded(
    _now: "Situation",
    _stream: Stream,
    _to: Stream,
    _placed: VersionedEvent,
    _changes: Mapping[str, Any],
) -> Mapping[str, Any]:
    return {}


def _nothing(_now: "Situation", _then: "Situation", _stream: Stream) -> Decision:
    return ()


def _whatever(
    _now: "Situation", _corrected: Stream, _stream: Stream, _placed: tuple[VersionedEvent, ...]
) -> None:
    return None


@attrs.frozen
class Keepers:
    """Who is in on what is confidential.

    Attributes:
        handlers: The persons who handle it.
        founder: The person it comes from; nobody where that is not known.
        concerned: The persons whom it is about. Who turns out to be one of them by another id
            handles it no longer.
    """

    handlers: frozenset[str] = frozenset()
    founder: str | None = None
    concerned: frozenset[str] = frozenset()


@attrs.frozen(eq=False)
class Aggregate(Generic[S]):
    """The rules of one kind of stream.

    Attributes:
        kind: The kind of stream, the part of its id before the colon.
        initial: The state before anything happened.
        evolve: ``(state, event) -> state``; total, whatever history holds.
        events: The event classes that may stand in such a stream, beside corrections.
        commands: The command classes that are decided by these rules.
        id_field: The field in which a command names its stream.
        reads: ``(command, seen)``: the streams that a command needs to see, as far as those that
            were read already tell. Asked again until nothing new is named.
        decide: ``(now, command)``: the events that a command leads to.
        subjects: ``(stream, state, event)``: the persons under whose keys the reason for a
            correction of *event* is sealed, where that names nobody itself.
        members: ``(founding event)``: the participants or persons whom such a stream is about.
        keepers: ``(state)``: who is in on what such a stream holds, of a confidential kind. Other
            members are not shown that there is such a stream, and who may read in it is asked of
            the state as it is now, whatever moment is told.
        restate: ``(now, stream, to, placed, changes)``: what the command behind a record of
            *stream* says otherwise than, or beyond, the fields of its event, when it is asked for
            on the stream *to*.
        beside: ``(seen, stream, event)``: the streams that a correction of *event* needs to see
            beyond those of the command behind it.
        consistent: ``(now, corrected, stream, placed)``: refuses what a correction of a record on
            *corrected* would make of a stream; *placed* are its events as they would be.
        settled: ``(now, then, stream)``: what a correction of a record on *stream* leads to beyond
            what goes along with that record; *then* is the situation with the correction.
        misplaced: Why a record is taken back that belongs to another stream of this kind;
            ``None`` where none is moved to another.
        final: The refusal of a correction of a correction, where what was taken back does not
            come back so.
        rests_on_streams: Kinds of streams whose versions must still hold when a decision of these
            rules is stored, beside persons and participants, which always do.
        written_once: Whether such a stream is hardly ever read again by who wrote it, and so not
            worth remembering.
        command_behind: The command that leads to each event, by whose rules a corrected one is
            decided again.
    """

    kind: str
    initial: S
    evolve: Callable[[S, Any], S]
    events: tuple[type, ...]
    commands: tuple[type, ...]
    id_field: str
    reads: Callable[[Any, "Situation"], tuple[Stream, ...]]
    decide: Callable[["Situation", Any], Decision]
    subjects: Callable[[Stream, S, Any], tuple[PersonId, ...]] = _nobody
    members: Callable[[Any], tuple[str, ...]] = _nobody
    keepers: Callable[[S], Keepers] | None = None
    restate: Callable[
        ["Situation", Stream, Stream, VersionedEvent, Mapping[str, Any]], Mapping[str, Any]
    ] = _as_recorded
    beside: Callable[["Situation", Stream, Any], tuple[Stream, ...]] = _nobody
    consistent: Callable[["Situation", Stream, Stream, tuple[VersionedEvent, ...]], None] = (
        _whatever
    )
    settled: Callable[["Situation", "Situation", Stream], Decision] = _nothing
    misplaced: Cause | None = None
    final: Callable[[], Refused] | None = None
    rests_on_streams: tuple[str, ...] = ()
    written_once: bool = False
    command_behind: Mapping[type, type] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        behind = {command_info(c).leads_to: c for c in self.commands}
        object.__setattr__(self, "command_behind", {e: c for e, c in behind.items() if e})


def fold(aggregate: Aggregate[S], placed: Iterable[VersionedEvent]) -> S:
    """The state after *placed*, corrections applied, in the order of valid time."""
    state = aggregate.initial
    for item in effective(placed):
        state = aggregate.evolve(state, item.event)
    return state


def replaced(state: S, **changes: Any) -> S:
    """*state* with other values in some fields, for a state class without slots.

    Nothing is checked, for events were when they were made, and a log of a million is folded.
    """
    made = object.__new__(type(state))
    fields = made.__dict__
    fields.update(state.__dict__)
    fields.update(changes)
    return made


def kind_of(stream: str) -> str:
    """The kind of a stream: the part of its id before the colon.

    Raises:
        Invalid: The id is no text; a `uuid.UUID` names nothing here.
    """
    try:
        return stream.partition(":")[0]
    except AttributeError:
        stated: object = stream
        problem = Problem(
            "id", f"is a {type(stated).__name__}", "text, such as person: and 32 digits"
        )
        raise Invalid("this names nothing in a log", [problem]) from None


@attrs.frozen
class Situation:
    """All that a decision may know.

    Attributes:
        now: The instant of the decision, in UTC.
        history: The events of each stream read, as they stand in the log.
        aggregates: The rules by kind of stream.
        states: The folded states; kept so that equal reads fold once.
        corrects: The record that is decided again with corrected fields; ``None`` when something
            is decided for the first time.
    """

    now: datetime
    history: Mapping[Stream, tuple[VersionedEvent, ...]]
    aggregates: Mapping[str, Aggregate[Any]]
    states: Mapping[Stream, Any]
    corrects: VersionedEvent | None = None

    def has(self, stream: Stream) -> bool:
        """Whether *stream* was read."""
        return stream in self.history

    def state(self, stream: Stream) -> Any:
        """The state of a stream that was read."""
        return self.states[stream]

    def rules_of(self, stream: Stream) -> Aggregate[Any]:
        """The rules of a stream."""
        return self.aggregates[kind_of(stream)]

    def next_version(self, stream: Stream) -> int:
        """The version that the next event of *stream* gets."""
        placed = self.history[stream]
        return placed[-1].version + 1 if placed else 1

    def zone(self, program: Any) -> ZoneInfo:
        """The time zone that days and weeks of *program* are counted in."""
        return ZoneInfo(program.time_zone)

    def day(self, program: Any, instant: datetime) -> date:
        """The day on which *instant* falls in the program's time zone."""
        return instant.astimezone(self.zone(program)).date()

    def today(self, program: Any) -> date:
        """The current day in the program's time zone."""
        return self.day(program, self.now)

    def asked_at(self) -> datetime:
        """When this was first decided: now, or when the record that is corrected was recorded."""
        return self.now if self.corrects is None else self.corrects.recorded_at

    def without(self, dropped: Mapping[Stream, frozenset[int]]) -> "Situation":
        """The same situation as if these versions of these streams had never been recorded."""
        history, states = dict(self.history), dict(self.states)
        for stream, versions in dropped.items():
            kept = tuple(p for p in history[stream] if p.version not in versions)
            history[stream] = kept
            states[stream] = fold(self.rules_of(stream), kept)
        return attrs.evolve(self, history=history, states=states)

    def after(self, decided: Decision) -> "Situation":
        """The situation once these events are recorded too, all on streams that were read."""
        history, states = dict(self.history), dict(self.states)
        for stream in dict.fromkeys(s for s, _ in decided):
            told = [event for s, event in decided if s == stream]
            added = enumerate(told, self.next_version(stream))
            history[stream] += tuple(VersionedEvent(v, self.now, event) for v, event in added)
            states[stream] = fold(self.rules_of(stream), history[stream])
        return attrs.evolve(self, history=history, states=states)

    def again(
        self, corrected: VersionedEvent, dropped: Mapping[Stream, frozenset[int]]
    ) -> "Situation":
        """The situation in which *corrected* is decided again, as if *dropped* were not there."""
        return attrs.evolve(self.without(dropped), corrects=corrected)


def is_blank(text: object) -> bool:
    """Whether a text says nothing: white space and characters without width at most.

    A sealed text (of a record that is decided again for a correction) is never read here.
    """
    return isinstance(text, str) and _BLANK.fullmatch(text) is not None


def is_zone(name: str) -> bool:
    """Whether *name* is a time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def utc(instant: datetime) -> datetime:
    """The same instant, stated in UTC."""
    return instant.astimezone(UTC)
