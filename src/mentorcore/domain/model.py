"""The rules that a log is kept by, as a value: every kind of stream, every command, every event."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar, get_args

import attrs

from mentorcore.domain import auditing, import_rules
from mentorcore.domain import program_deciding as program
from mentorcore.domain.aggregate import Aggregate, Decision, Situation, kind_of
from mentorcore.domain.corrections import deciding as corrections
from mentorcore.domain.corrections.commands import AmendRecord, CorrectionCommand
from mentorcore.domain.corrections.events import CORRECTIONS
from mentorcore.domain.declarations import command_info, event_info, personal_fields
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.instants import in_utc
from mentorcore.domain.pairing.deciding import decider as pairing
from mentorcore.domain.participant import deciding as participant
from mentorcore.domain.person import deciding as person
from mentorcore.domain.person.events import MeetingAttended
from mentorcore.domain.requirements.case_events import CaseRaised
from mentorcore.domain.values import Stream
from mentorcore.errors import Invalid, PracticeError, Refused

__all__ = [
    "CORE",
    "CORE_MODEL",
    "CORRECTIONS",
    "OPEN_COMPANIONS",
    "Guard",
    "Model",
    "command_name",
]

CORE: tuple[Aggregate[Any], ...] = (
    person.AGGREGATE,
    program.AGGREGATE,
    participant.AGGREGATE,
    pairing.AGGREGATE,
    import_rules.BATCH,
    import_rules.RESPONSE,
    auditing.AGGREGATE,
)
"""What every log is kept by. Corrections may stand on any stream."""

OPEN_COMPANIONS: Mapping[type, str] = MappingProxyType(
    {MeetingAttended: "person", CaseRaised: "pairing"}
)
"""The companions of the core that a practice may record, with the kind of stream they stand on."""

R = TypeVar("R")
Reads = Callable[[Any, Situation], tuple[Stream, ...]]
Rule = Callable[[Situation, Any], Decision]


def _reads_nothing(_command: Any, _seen: Situation) -> tuple[Stream, ...]:
    return ()


def _allows(_now: Situation, _command: Any) -> None:
    return None


@attrs.frozen(eq=False)
class Guard:
    """What narrows a command of the core; it holds for corrections as well.

    Attributes:
        command: The class of the command.
        reads: ``(command, seen)``: what it needs to see, beside what the command's rules read.
        check: ``(now, command)``: refuses, or does nothing, before the command's rules are asked.
        outcome: ``(now, command, decided)``: refuses what the command would lead to, or does
            nothing; ``None`` where that is not looked at.
        rests_on_streams: Kinds of streams whose versions must still hold when what the command
            leads to is stored; see `Aggregate`.
    """

    command: type
    reads: Reads = _reads_nothing
    check: Callable[[Situation, Any], None] = _allows
    outcome: Callable[[Situation, Any, Decision], None] | None = None
    rests_on_streams: tuple[str, ...] = ()


def command_name(command_class: type) -> str:
    """The name of a command in words: ``hold-meeting`` for `HoldMeeting`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", command_class.__name__).lower()


class Model:
    """The core with the aggregates of practices; equal to itself alone, so a key of caches.

    Args:
        more: What practices add to the core.
        practices: The name of the practice that each added kind belongs to, for messages.
        guards: What narrows commands of the core.

    Attributes:
        aggregates: The rules by kind of stream.
        events: Every event class.
        names: Every event class by its stored name.
        commands: Every command class.
        commands_by_name: The same by their names in words, such as ``hold-meeting``.
        companions: The stored names of the events that only accompany others.
        rests_on: Kinds of streams that decisions rest on, by kind; see `Aggregate`.
        caused_by: The commands that lead to each event. A record that was put where it belongs is
            recorded there again, by ``MoveRecord`` and because of its retraction; that is not
            said again of every kind of record.
        recorded_with: The events that each companion is recorded with, in the same append.

    Raises:
        PracticeError: A kind, an event or a command is claimed twice, or an event is not named
            after its kind.
    """

    def __init__(
        self,
        more: Iterable[Aggregate[Any]] = (),
        practices: Mapping[str, str] | None = None,
        *,
        guards: Iterable[Guard] = (),
    ) -> None:
        added = tuple(more)
        self._practices = dict(practices or {})
        self.aggregates: Mapping[str, Aggregate[Any]] = MappingProxyType(self._by_kind(added))
        every = (*CORE, *added)
        self.events: tuple[type, ...] = (*(e for a in every for e in a.events), *CORRECTIONS)
        self.names: Mapping[str, type] = MappingProxyType(
            {event_info(e).name: e for e in self.events}
        )
        self.companions = frozenset(n for n, e in self.names.items() if event_info(e).companion)
        self.commands: tuple[type, ...] = (
            *(c for a in every for c in a.commands),
            *get_args(CorrectionCommand),
        )
        self.commands_by_name: Mapping[str, type] = MappingProxyType(
            {command_name(c): c for c in self.commands}
        )
        self.caused_by: Mapping[type, tuple[type, ...]] = MappingProxyType(self._causes())
        self.recorded_with: Mapping[type, tuple[type, ...]] = MappingProxyType(self._principals())
        self._reads: dict[type, Reads] = {c: a.reads for a in CORE for c in a.commands}
        self._rules: dict[type, Rule] = {c: a.decide for a in CORE for c in a.commands}
        for aggregate in added:
            self._reads |= dict.fromkeys(aggregate.commands, self._checked_reads(aggregate))
            self._rules |= dict.fromkeys(aggregate.commands, self._checked_rule(aggregate))
        for command in get_args(CorrectionCommand):
            self._reads[command] = self._correction_reads
            self._rules[command] = self._correct
        narrowing = tuple(guards)
        for guard in narrowing:
            self._narrow(guard)
        self.rests_on = _rests_on(every, narrowing)

    def __repr__(self) -> str:
        return f"Model({', '.join(self.aggregates)})"

    def situation(
        self, now: datetime, history: Mapping[Stream, tuple[VersionedEvent, ...]], states: Any
    ) -> Situation:
        """What a decision may know: the time, the streams read, and their folded states."""
        return Situation(now, history, self.aggregates, states)

    def reads(self, command: Any, seen: Situation) -> tuple[Stream, ...]:
        """The streams that *command* needs to see, as far as *seen* tells.

        Asked again until nothing new is named: a meeting names its pairing, and only the pairing
        knows the program and the persons.
        """
        return self._reads[type(command)](command, seen)

    def decide(self, now: Situation, command: Any) -> Decision:
        """The events that *command* leads to in the situation *now*.

        Raises:
            Refused: The rules do not allow it; the reason is a sentence.
            PracticeError: The rules of a practice crashed, or answered with what is not theirs.
        """
        return self._rules[type(command)](now, in_utc(command))

    def knows(self, command_class: type) -> bool:
        """Whether it is one of the commands that these rules decide."""
        return command_class in self._rules

    def is_confidential(self, kind: str) -> bool:
        """Whether members are told of streams of a kind only where they are in on them."""
        rules = self.aggregates.get(kind)
        return rules is not None and rules.keepers is not None

    def _narrow(self, guard: Guard) -> None:
        reads, rule = self._reads[guard.command], self._rules[guard.command]

        def read(command: Any, seen: Situation) -> tuple[Stream, ...]:
            return (*reads(command, seen), *guard.reads(command, seen))

        def decide(now: Situation, command: Any) -> Decision:
            guard.check(now, command)
            decided = rule(now, command)
            if guard.outcome is not None:
                guard.outcome(now, command, decided)
            return decided

        self._reads[guard.command], self._rules[guard.command] = read, decide

    def _by_kind(self, added: Iterable[Aggregate[Any]]) -> dict[str, Aggregate[Any]]:
        found = {a.kind: a for a in CORE}
        claimed: dict[type, str] = dict.fromkeys(CORRECTIONS, "record")
        claimed |= dict.fromkeys(get_args(CorrectionCommand), "record")
        claimed |= {claim: a.kind for a in CORE for claim in (*a.events, *a.commands)}
        names = {event_info(e).name for e in (*CORRECTIONS, *(e for a in CORE for e in a.events))}
        asked = {command_name(c) for a in CORE for c in a.commands}
        asked.update(command_name(c) for c in get_args(CorrectionCommand))
        for aggregate in added:
            kind = aggregate.kind
            if kind in found or kind == "record":
                raise self._unfit(kind, f"the kind {kind!r} is claimed already")
            found[kind] = aggregate
            for claim in (*aggregate.events, *aggregate.commands):
                if claim in claimed:
                    of = claimed[claim]
                    raise self._unfit(kind, f"{claim.__name__} belongs to the kind {of!r} already")
                claimed[claim] = kind
            for command in map(command_name, aggregate.commands):
                if command in asked:
                    raise self._unfit(kind, f"two commands are called {command!r}")
                asked.add(command)
            for event in aggregate.events:
                name = event_info(event).name
                if not name.startswith(f"{kind}."):
                    raise self._unfit(
                        kind,
                        f"{event.__name__} is called {name!r}, and not after its kind,"
                        f" such as '{kind}.{name.rpartition('.')[2]}'",
                    )
                if name in names:
                    raise self._unfit(kind, f"two events are called {name!r}")
                names.add(name)
        return found

    def _causes(self) -> dict[type, tuple[type, ...]]:
        """The commands that lead to each event, those first whose own record it is."""
        found: defaultdict[type, dict[type, None]] = defaultdict(dict)
        for command in self.commands:
            if (own := command_info(command).leads_to) is not None:
                found[own][command] = None
        for command in self.commands:
            for event in command_info(command).also:
                found[event][command] = None
        for event in self.events:
            if event_info(event).by_amendment:
                found[event][AmendRecord] = None
        return {event: tuple(found[event]) for event in self.events}

    def _principals(self) -> dict[type, tuple[type, ...]]:
        """A companion goes with the last record that its command leads to before it."""
        companions = [event for event in self.events if event_info(event).companion]
        found: dict[type, dict[type, None]] = {event: {} for event in companions}
        for command in self.commands:
            principal: type | None = None
            for event in command_info(command).events:
                if event in found and principal is not None:
                    found[event][principal] = None
                if not event_info(event).companion:
                    principal = event
        return {event: tuple(principals) for event, principals in found.items()}

    def _unfit(self, kind: str, why: str, command: Any = None) -> PracticeError:
        asked = "" if command is None else type(command).__name__
        return PracticeError(why, practice=self._practices.get(kind, kind), command=asked)

    def _correction_reads(self, command: Any, seen: Situation) -> tuple[Stream, ...]:
        return corrections.reads(command, seen, self.reads)

    def _correct(self, now: Situation, command: Any) -> Decision:
        return corrections.decide(now, command, self.decide)

    def _checked_reads(self, aggregate: Aggregate[Any]) -> Reads:
        def reads(command: Any, seen: Situation) -> tuple[Stream, ...]:
            return tuple(aggregate.reads(command, seen))

        return self._naming(aggregate, reads, 0)

    def _checked_rule(self, aggregate: Aggregate[Any]) -> Rule:
        """The rules of a practice, which may fail and may answer with anything."""

        def decide(now: Situation, command: Any) -> Decision:
            decision = tuple((stream, event) for stream, event in aggregate.decide(now, command))
            own = _places(aggregate, now, decision)
            for stream, event in decision:
                why = _not_its_own(aggregate, now, own, stream, event)
                if why:
                    raise self._unfit(aggregate.kind, why, command)
            return decision

        return self._naming(aggregate, decide, 1)

    def _naming(
        self, aggregate: Aggregate[Any], rule: Callable[..., R], command: int
    ) -> Callable[..., R]:
        """A rule that says whose it is when it fails; *command* is the place of its command."""

        def named(*told: Any) -> R:
            try:
                return rule(*told)
            except (Refused, Invalid, PracticeError):
                raise
            except Exception as error:
                why = f"{type(error).__name__}: {error}"
                raise self._unfit(aggregate.kind, why, told[command]) from error

        return named


def _rests_on(
    aggregates: Iterable[Aggregate[Any]], guards: Sequence[Guard]
) -> Mapping[str, tuple[str, ...]]:
    """What decisions about each kind of stream rest on, by their rules and by what narrows them."""
    found: dict[str, dict[str, None]] = {}
    for aggregate in aggregates:
        more = (g.rests_on_streams for g in guards if g.command in aggregate.commands)
        kinds = (*aggregate.rests_on_streams, *(kind for kinds in more for kind in kinds))
        if kinds:
            found[aggregate.kind] = dict.fromkeys(kinds)
    return {kind: tuple(kinds) for kind, kinds in found.items()}


def _places(
    aggregate: Aggregate[Any], now: Situation, decision: Decision
) -> frozenset[tuple[Stream, int]]:
    """Where the events on streams of its own kind will stand that a practice answered with."""
    own = [stream for stream, _ in decision if kind_of(stream) == aggregate.kind]
    return frozenset(
        (stream, now.next_version(stream) + own[:place].count(stream))
        for place, stream in enumerate(own)
    )


def _not_its_own(
    aggregate: Aggregate[Any],
    now: Situation,
    own: frozenset[tuple[Stream, int]],
    stream: Stream,
    event: Any,
) -> str:
    """What is wrong with an event that the rules of a practice answered with; empty for nothing."""
    told = type(event)
    kind = kind_of(stream)
    if told in OPEN_COMPANIONS:
        if kind != OPEN_COMPANIONS[told]:
            where = OPEN_COMPANIONS[told]
            return f"{told.__name__} stands on streams of {where}s, and not on {stream}"
        if (event.principal_stream, event.principal) not in own:
            return f"{told.__name__} accompanies an event that is not recorded with it"
    elif told not in aggregate.events:
        return f"{told.__name__} is none of its events"
    elif kind != aggregate.kind:
        return f"{told.__name__} stands on streams of its own kind, and not on {stream}"
    if personal_fields(told):
        unread = next((p for p in event.subjects if not now.has(Stream(p))), None)
        if unread is not None:
            return f"{told.__name__} is sealed under a key of {unread}, whom it did not read"
    return ""


CORE_MODEL = Model()
"""The rules of the core alone."""
