"""An engine that tells OpenTelemetry what it does.

Only the outermost call is told: a command that decides others is one operation. Texts of errors are
left out, since they may name people; what is told of an error is its class, and of a refusal its
code.
"""

import functools
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

from mentorcore.engine.engine import Engine
from mentorcore.errors import MissingExtra, Refused
from mentorcore.intake.report import Report
from mentorcore.telemetry.told import came_of, commands_in, raised, responses, stated

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Meter, MeterProvider, Observation
    from opentelemetry.trace import Tracer, TracerProvider

    from mentorcore.engine.health import Health

__all__ = ["OPERATIONS", "Instrumentation", "instrument"]

OPERATIONS = (
    *("handle", "batch", "check", "settle", "take_in", "sync"),
    *("status", "attention", "compliance", "view", "history", "figures", "explain", "diff"),
    "programs",
    *("find", "find_people", "find_pairings", "person_of"),
    *("checkpoint", "receipt", "export", "verify"),
)
"""The methods of an engine of which each call is a span; those that iterate are none."""

FRESH = 1.0
"""Seconds for which what was found about a log is told again."""

_ASKED: ContextVar[bool] = ContextVar("mentorcore_telemetry_asked", default=False)


def instrument(
    engine: Engine,
    *,
    tracer_provider: "TracerProvider | None" = None,
    meter_provider: "MeterProvider | None" = None,
) -> "Instrumentation":
    """Let an engine tell OpenTelemetry what it is asked, for how long, and what came of it.

    Spans and metrics hold words of fixed lists and numbers: names of commands and operations,
    codes of refusals, classes of errors, counts, positions. No id, name, text or key stands in
    them, and no text of an error.

    Args:
        engine: The engine; what is asked of it inside of `Engine.within` is told, too.
        tracer_provider: Where spans go; by default the global one.
        meter_provider: Where metrics go; by default the global one.

    Raises:
        MissingExtra: OpenTelemetry is not installed.
    """
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtra("telemetry", "opentelemetry") from error
    ours = version("mentorcore")
    tracer = trace.get_tracer("mentorcore", ours, tracer_provider)
    meter = metrics.get_meter("mentorcore", ours, meter_provider)
    return Instrumentation(engine, tracer, meter)


class Instrumentation:
    """An engine's spans and metrics, until it is closed or removed; see `mentorcore.instrument`.

    Args:
        engine: The engine.
        tracer: What makes spans.
        meter: What makes instruments.
    """

    def __init__(self, engine: Engine, tracer: "Tracer", meter: "Meter") -> None:
        self._engine = weakref.ref(engine)
        self._tracer = tracer
        self._health: tuple[float, Health] | None = None
        self._removed = False
        self._store = _kind_of_store(engine)
        self._duration = meter.create_histogram(
            "mentorcore.operation.duration", "s", "How long an operation took"
        )
        self._commands = meter.create_counter(
            "mentorcore.commands", "{command}", "Commands that were asked for, by what came of them"
        )
        self._events = meter.create_counter(
            "mentorcore.events.recorded", "{event}", "Events that were recorded"
        )
        self._responses = meter.create_counter(
            "mentorcore.responses", "{response}", "Survey responses, by what came of them"
        )
        for name, unit, about, told in (
            (
                "mentorcore.log.reachable",
                "1",
                "Whether the database of the log answers",
                _reachable,
            ),
            ("mentorcore.log.position", "{event}", "The position of the last event", _position),
            ("mentorcore.view.lag", "{event}", "Events that a view has not folded", _lags),
            (
                "mentorcore.checkpoint.uncovered",
                "{event}",
                "Positions that no signed checkpoint covers",
                _uncovered,
            ),
        ):
            meter.create_observable_gauge(name, [self._observing(told)], unit, about)
        self._watch(engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_of_error: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Tell nothing any more; once is enough, and twice does no harm."""
        self._removed = True
        engine = self._engine()
        if engine is not None:
            for name in (*OPERATIONS, "within"):
                vars(engine).pop(name, None)

    def _watch(self, engine: Engine) -> None:
        for name in OPERATIONS:
            method = getattr(engine, name, None)
            if method is not None and name not in vars(engine):
                setattr(engine, name, self._told(name, method))
        if "within" not in vars(engine):
            setattr(engine, "within", self._watching_inside(engine.within))  # noqa: B010 - as above

    def _watching_inside(
        self, within: Callable[[object], AbstractContextManager[Engine]]
    ) -> Callable[[object], AbstractContextManager[Engine]]:
        @functools.wraps(within)
        @contextmanager
        def inside(connection: object) -> Iterator[Engine]:
            with within(connection) as engine:
                self._watch(engine)
                yield engine

        return inside

    def _told(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def asked(*args: Any, **options: Any) -> Any:
            if _ASKED.get() or self._removed:
                return method(*args, **options)
            if name == "batch" and args:
                args = (tuple(args[0]), *args[1:])
            return self._call(name, method, args, options)

        return asked

    def _call(
        self, name: str, method: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415 - an extra

        commands = commands_in(name, args)
        attributes = stated(name, commands, options) | {"mentorcore.store": self._store}
        began, outcome = time.perf_counter(), {}
        token = _ASKED.set(True)
        with self._tracer.start_as_current_span(
            f"mentorcore.{name}",
            kind=SpanKind.INTERNAL,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                answer = method(*args, **options)
                outcome = came_of(answer)
            except BaseException as error:
                outcome = raised(error)
                if not isinstance(error, Refused):
                    span.set_status(StatusCode.ERROR)
                raise
            finally:
                _ASKED.reset(token)
                span.set_attributes(outcome)
                self._count(name, commands, outcome, time.perf_counter() - began)
        if isinstance(answer, Report):
            for what, count in responses(answer).items():
                self._responses.add(count, {"mentorcore.outcome": what})
        return answer

    def _count(
        self, name: str, commands: tuple[str, ...], outcome: dict[str, Any], seconds: float
    ) -> None:
        words = {k: v for k, v in outcome.items() if isinstance(v, str)}
        self._duration.record(seconds, {"mentorcore.operation": name, **words})
        for command in () if name == "check" else commands:
            self._commands.add(1, {"mentorcore.command": command, **words})
        if recorded := outcome.get("mentorcore.events"):
            self._events.add(recorded)

    def _observing(
        self, told: "Callable[[Health], Iterator[Observation]]"
    ) -> "Callable[[CallbackOptions], Iterator[Observation]]":
        def observed(_options: "CallbackOptions") -> "Iterator[Observation]":
            found = self._found()
            if found is not None:
                yield from told(found)

        return observed

    def _found(self) -> "Health | None":
        """What is known of the log now, looked for once for all gauges."""
        engine, now = self._engine(), time.monotonic()
        if engine is None or self._removed:
            return None
        if self._health is None or now - self._health[0] > FRESH:
            self._health = now, engine.health(FRESH)
        return self._health[1]


def _kind_of_store(engine: Engine) -> str:
    address = engine._store.url  # noqa: SLF001 - of the engine, which tells no address
    return "postgresql" if "://" in address else "memory" if address == ":memory:" else "sqlite"


def _observation(value: int, **attributes: str) -> "Observation":
    from opentelemetry.metrics import Observation  # noqa: PLC0415 - an extra

    return Observation(value, {f"mentorcore.{name}": text for name, text in attributes.items()})


def _reachable(found: "Health") -> "Iterator[Observation]":
    yield _observation(int(found.reachable))


def _position(found: "Health") -> "Iterator[Observation]":
    if found.reachable:
        yield _observation(found.position)


def _lags(found: "Health") -> "Iterator[Observation]":
    for view in found.views:
        yield _observation(view.behind, view=view.name)


def _uncovered(found: "Health") -> "Iterator[Observation]":
    if found.reachable and found.covered:
        yield _observation(found.uncovered)
