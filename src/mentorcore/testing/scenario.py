"""Tell a decision as a story: given what happened, when this is asked, then that follows.

```python
given(program, ada, ben).when(FormPairing(...)).then(PairingFormed(...))
given(pairing, ended).when(HoldMeeting(...)).refuses("after_end", contains="ended on")
```

Nothing is stored: histories are built in memory, and the rules that the engine uses decide.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs

from mentorcore.domain.aggregate import Decision, Situation, fold, kind_of
from mentorcore.domain.declarations import event_info, evolve, fresh_kinds
from mentorcore.domain.effective import VersionedEvent, valid_time
from mentorcore.domain.model import CORE_MODEL, Model
from mentorcore.domain.values import Stream
from mentorcore.errors import Invalid, Refused

__all__ = ["Outcome", "Scenario", "given"]

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
WHEN_TRUE = ("on", "since", "held_on", "held_at", "issued_on", "ended")


def given(*facts: Any, at: datetime | str | None = None, model: Model = CORE_MODEL) -> "Scenario":
    """A history in which *facts* happened, in this order.

    Args:
        facts: Events, pairs of a stream and an event, or commands, which stand for the events
            that they lead to. An event without a stream belongs to the stream that it founds,
            else to the latest stream of its kind.
        at: When the facts were recorded, an instant or its ISO text with an offset. Without it,
            each was recorded when the days it names were over everywhere.
        model: The rules that decide: those of the core, or with practices.

    Raises:
        Refused: A command among the facts is refused.
    """
    return Scenario(model=model).given(*facts, at=at)


@attrs.frozen
class Scenario:
    """What has happened so far, in several streams.

    Attributes:
        history: The events of each stream.
        now: The latest instant at which something was recorded.
        made: How many ids were supplied to commands that left them open.
        model: The rules that decide.
    """

    history: Mapping[Stream, tuple[VersionedEvent, ...]] = attrs.field(factory=dict)
    now: datetime = BEGINNING
    made: int = 0
    model: Model = attrs.field(default=CORE_MODEL, repr=False)

    def given(self, *facts: Any, at: datetime | str | None = None) -> "Scenario":
        """The same history, and then *facts*; see `given`."""
        story = self
        for fact in facts:
            if type(fact) in self.model.commands:
                story = story.when(fact, at=at).recorded()
                continue
            stream, event = fact if isinstance(fact, tuple) else (story.stream_of(fact), fact)
            story = story.record(((stream, event),), story.instant(event, at))
        return story

    def when(self, command: Any, at: datetime | str | None = None) -> "Outcome":
        """Decide *command* on this history.

        Args:
            command: What is asked. Ids that it leaves open are supplied, always the same ones.
            at: The instant of the decision; see `given`.
        """
        story, command = self._filled(command)
        now = story.instant(command, at)
        try:
            return Outcome(story, command, now, story.decide(command, now))
        except (Refused, Invalid) as error:
            return Outcome(story, command, now, (), error)

    def state(self, stream: str) -> Any:
        """What the events of *stream* add up to."""
        return fold(self.model.aggregates[kind_of(stream)], self.history.get(Stream(stream), ()))

    def events(self, stream: str) -> tuple[Any, ...]:
        """The events of *stream*, in the order in which they were recorded."""
        return tuple(p.event for p in self.history.get(Stream(stream), ()))

    def situation(self, command: Any, now: datetime) -> Situation:
        """All that a decision on *command* may know: what it reads, until it asks for no more."""
        history: dict[Stream, tuple[VersionedEvent, ...]] = {}
        states: dict[Stream, Any] = {}
        seen = self.model.situation(now, history, states)
        while unread := [s for s in self.model.reads(command, seen) if s not in history]:
            for stream in unread:
                history[stream] = self.history.get(stream, ())
                states[stream] = self.state(stream)
        return seen

    def decide(self, command: Any, now: datetime) -> Decision:
        """What *command* leads to.

        Raises:
            Refused: The rules do not allow it.
            Invalid: It is malformed.
        """
        return self.model.decide(self.situation(command, now), command)

    def record(self, decision: Decision, at: datetime) -> "Scenario":
        """The same history, and then these events, recorded at one instant."""
        history = dict(self.history)
        for stream, event in decision:
            placed = history.get(stream, ())
            version = placed[-1].version + 1 if placed else 1
            history[stream] = (*placed, VersionedEvent(version, at, event))
        return attrs.evolve(self, history=history, now=max(self.now, at))

    def stream_of(self, event: Any) -> Stream:
        """The stream that an event belongs to when nobody says it."""
        kind, _, _ = event_info(type(event)).name.partition(".")
        if event_info(type(event)).founding:
            return Stream(getattr(event, self.model.aggregates[kind].id_field))
        known = [s for s in self.history if kind_of(s) == kind]
        if not known:
            raise ValueError(f"no {kind} is known yet that {type(event).__name__} could be about")
        return known[-1]

    def instant(self, told: Any, at: datetime | str | None) -> datetime:
        """When *told*, an event or a command, was recorded or decided."""
        if at is not None:
            return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC)
        return max(self.now, *_over(told, asked=type(told) in self.model.commands))

    def _filled(self, command: Any) -> "tuple[Scenario, Any]":
        made, ids = self.made, {}
        for name, kind in fresh_kinds(type(command)).items():
            if getattr(command, name) is None:
                made += 1
                ids[name] = f"{kind}:{made:032x}"
        return attrs.evolve(self, made=made), evolve(command, **ids)


@attrs.frozen
class Outcome:
    """What a decision led to; say what it should have been with one of the methods."""

    story: Scenario
    command: Any
    now: datetime
    decision: Decision
    error: Refused | Invalid | None = None

    def then(self, *expected: Any) -> Scenario:
        """Confirm that exactly these events were decided, and go on from there.

        Args:
            expected: Events, or pairs of a stream and an event, in order. Companions need not be
                named; when one is, all are.
        """
        decided: list[Any] = list(self._answer())
        if not any(_companion(e) for e in expected):
            decided = [pair for pair in decided if not _companion(pair)]
        wanted = [
            e if isinstance(e, tuple) else (decided[i][0] if i < len(decided) else "?", e)
            for i, e in enumerate(expected)
        ]
        if decided != wanted:
            raise AssertionError(f"expected{_listed(wanted)}\nbut decided{_listed(decided)}")
        return self.recorded()

    def refuses(self, code: str, contains: str = "", **facts: object) -> Scenario:
        """Confirm that it was refused, and that nothing happened.

        Args:
            code: The code of the refusal, all of it.
            contains: Words of the reason.
            facts: Some or all of what the refusal rests on.
        """
        if not isinstance(self.error, Refused):
            raise AssertionError(f"expected {code!r}\nbut decided{_listed(self._answer())}")  # noqa: TRY004 - a test fails
        if self.error.code != code or contains not in self.error.reason:
            raise AssertionError(
                f"expected a refusal {code!r} with {contains!r}\n"
                f"but it was {self.error.code!r}: {self.error.reason}"
            )
        found = {name: self.error.facts.get(name) for name in facts}
        if found != facts:
            raise AssertionError(f"expected the facts {facts}\nbut they are {self.error.facts}")
        return self.story

    def nothing(self) -> Scenario:
        """Confirm that there was nothing new to record."""
        if self._answer():
            raise AssertionError(f"expected nothing new\nbut decided{_listed(self.decision)}")
        return self.story

    def invalid(self, *paths: str) -> Scenario:
        """Confirm that the command was malformed, with problems at exactly these paths."""
        if not isinstance(self.error, Invalid):
            raise AssertionError(f"expected problems\nbut decided{_listed(self._answer())}")  # noqa: TRY004 - a test fails
        found = tuple(p.path for p in self.error.problems)
        if found != paths:
            raise AssertionError(f"expected problems at {paths}\nbut they are: {self.error}")
        return self.story

    def recorded(self) -> Scenario:
        """The history with what was decided.

        Raises:
            Refused: It was refused.
        """
        return self.story.record(self._answer(), self.now)

    @property
    def events(self) -> tuple[Any, ...]:
        """The events decided, companions included."""
        return tuple(event for _, event in self._answer())

    def _answer(self) -> Decision:
        if self.error is not None:
            raise self.error
        return self.decision


def _over(told: Any, *, asked: bool) -> list[datetime]:
    """When the days and instants that *told* names as past were over everywhere on earth."""
    if not asked and event_info(type(told)).occurred:
        day, instant = valid_time(told, BEGINNING)
        return [_next_noon(day) if instant is None else instant]
    times: list[datetime] = [BEGINNING]
    for name in WHEN_TRUE:
        stated = getattr(told, name, None)
        if isinstance(stated, datetime):
            times.append(stated.astimezone(UTC))
        elif isinstance(stated, date):
            times.append(_next_noon(stated))
        elif stated is not None:
            times.append(_next_noon(stated.on))
    return times


def _next_noon(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(12), UTC)


def _companion(told: Any) -> bool:
    event = told[1] if isinstance(told, tuple) else told
    return event_info(type(event)).companion


def _listed(decision: Any) -> str:
    return "".join(f"\n  {stream}: {event}" for stream, event in decision) or " nothing"
