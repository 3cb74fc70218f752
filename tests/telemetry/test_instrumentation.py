"""An engine tells OpenTelemetry what it does, in words of fixed lists and numbers."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from engine.full_program import MARK, FullProgram
from engine.harbor import harbor
from engine.world import COORDINATOR, TODAY, World, engine, mc
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from mentorcore.errors import Refused
from mentorcore.telemetry.instrumentation import OPERATIONS

ID = re.compile(r"[a-z-]+:[0-9a-f]{32}|[0-9a-f]{32}")
SEES = mc.Viewer.coordinator()


class Ear:
    """What a host's own providers were told."""

    def __init__(self) -> None:
        self.spans_there, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers, self.meters = TracerProvider(), MeterProvider([self.reader])
        self.tracers.add_span_processor(SimpleSpanProcessor(self.spans_there))

    def on(self, opened: Any) -> Any:
        return mc.instrument(opened, tracer_provider=self.tracers, meter_provider=self.meters)

    @property
    def spans(self) -> list[Any]:
        return list(self.spans_there.get_finished_spans())

    @property
    def attributes(self) -> list[dict[str, Any]]:
        return [dict(cast("Any", span.attributes)) for span in self.spans]

    def points(self) -> dict[str, list[tuple[dict[str, Any], Any]]]:
        """By instrument, its attributes with what was counted."""
        told = self.reader.get_metrics_data()
        metrics = (
            [m for r in told.resource_metrics for s in r.scope_metrics for m in s.metrics]
            if told
            else []
        )
        return {
            m.name: [
                (
                    dict(p.attributes or {}),
                    getattr(p, "value", None) if hasattr(p, "value") else p.count,
                )
                for p in m.data.data_points
            ]
            for m in metrics
        }

    def text(self) -> str:
        """Everything that left the process, as text."""
        told = self.reader.get_metrics_data()
        return " ".join([*(s.to_json() for s in self.spans), told.to_json() if told else ""])


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.tracers.shutdown()
    ear.meters.shutdown()


def test_a_command_is_one_span_with_what_came_of_it(ear: Ear) -> None:
    with engine() as opened, ear.on(opened):
        asked = mc.RegisterPerson(name="Ada")
        for _ in range(2):
            opened.handle(asked, actor=COORDINATOR, key="one")
        with pytest.raises(Refused):
            opened.handle(
                mc.LaunchProgram(program_id=f"program:{1:032x}", on=TODAY), actor=COORDINATOR
            )
        with pytest.raises(mc.Invalid):
            opened.handle(cast("Any", "nonsense"), actor=COORDINATOR)

    told = [{k.removeprefix("mentorcore."): v for k, v in a.items()} for a in ear.attributes]
    handled = {"operation": "handle", "store": "memory"}
    register = handled | {"command": "register-person"}
    assert [span.name for span in ear.spans] == ["mentorcore.handle"] * 4
    assert told == [
        register | {"outcome": "recorded", "events": 1},
        register | {"outcome": "replayed"},
        handled | {"command": "launch-program", "outcome": "refused", "refusal": "no_such_program"},
        handled | {"command": "other", "outcome": "failed", "error.type": "Invalid"},
    ]
    assert [span.status.is_ok for span in ear.spans] == [True, True, True, False]
    assert not any(span.events or span.status.description for span in ear.spans)


def test_several_commands_are_one_operation_and_are_counted_one_by_one(ear: Ear) -> None:
    with engine() as opened, ear.on(opened):
        opened.batch((mc.RegisterPerson(name=n) for n in "abc"), actor=COORDINATOR)

        points = ear.points()

    assert ear.attributes[0]["mentorcore.commands"] == ("register-person",)
    assert ear.attributes[0]["mentorcore.events"] == 3
    words = {"mentorcore.command": "register-person", "mentorcore.outcome": "recorded"}
    assert points["mentorcore.commands"] == [(words, 3)]
    assert points["mentorcore.events.recorded"] == [({}, 3)]


def test_the_outermost_call_alone_is_told(ear: Ear) -> None:
    with engine() as opened, ear.on(opened):
        world = World(opened)
        world.pair()
        before = len(ear.spans)

        opened.status(viewer=SEES)
        opened.find("Somebody", viewer=SEES)

    assert [s.name for s in ear.spans[before:]] == ["mentorcore.status", "mentorcore.find"]
    assert {s.parent for s in ear.spans} == {None}
    assert ear.attributes[-1]["mentorcore.viewer"] == "coordinator"


def test_a_span_stands_below_that_of_the_host(ear: Ear) -> None:
    request = ear.tracers.get_tracer("host").start_as_current_span("request")
    with engine() as opened, ear.on(opened), request:
        opened.programs()

    inner, outer = ear.spans
    assert (inner.name, outer.name) == ("mentorcore.programs", "request")
    assert inner.parent.span_id == outer.context.span_id


def test_nothing_that_leaves_the_process_names_or_tells_of_anybody(ear: Ear) -> None:
    with engine() as opened, ear.on(opened):
        world = FullProgram(opened)
        for viewer in (SEES, mc.Viewer.auditor(), mc.Viewer.member(world.persons[world.mentor_id])):
            opened.status(world.program, viewer=viewer)
            opened.attention(world.program, viewer=viewer)
            opened.find(world.texts[0], viewer=viewer)
            opened.person_of("payroll", world.texts[0])
            for subject in (world.pairing, *world.persons.values()):
                opened.history(subject, viewer=viewer)
            for figure in opened.figures(world.pairing, viewer=viewer):
                opened.explain(world.pairing, figure.name, viewer=viewer)
        for wrong in (
            lambda: opened.history(MARK, viewer=SEES),
            lambda: opened.view(MARK, viewer=SEES),
        ):
            with pytest.raises(Exception):  # noqa: B017 - whatever it is, it is not told
                wrong()
        text = ear.text()

    spans = [s.to_json() for s in ear.spans]
    assert len(spans) > 200
    assert MARK not in text
    outer = re.compile(r'"(trace_id|span_id|parent_id)": "0x[0-9a-f]+"')
    assert not any(ID.search(outer.sub("", span)) for span in spans)
    assert "example.org" not in text


def test_an_import_is_told_by_counts(ear: Ear) -> None:
    with harbor() as it, ear.on(it.engine):
        it.people().take("meetings")

        points, last = ear.points(), ear.attributes[-1]

    assert last["mentorcore.operation"] == "take_in"
    assert last["mentorcore.responses.refused"] == 3
    told = {a["mentorcore.outcome"]: n for a, n in points["mentorcore.responses"]}
    assert told["refused"] >= 3
    assert "Ben Odde" not in ear.text()


def test_the_log_is_measured_as_it_stands(ear: Ear, durable_url: str, tmp_path: Path) -> None:
    key = tmp_path / "signing.key"
    mc.create_signing_key(key, "log.example.org/a")
    with (
        engine(
            durable_url, keys=str(tmp_path / "k"), sign=mc.sign_with(key, background=False)
        ) as opened,
        ear.on(opened),
    ):
        world = World(opened)
        opened.status(viewer=SEES)
        opened.checkpoint()
        world.person(name="Ada")

        points = ear.points()

        assert points["mentorcore.log.reachable"] == [({}, 1)]
        assert points["mentorcore.log.position"] == [({}, opened.position)]
        lags = {a["mentorcore.view"].partition("@")[0]: n for a, n in points["mentorcore.view.lag"]}
        assert lags["summary"] == 1
        assert points["mentorcore.checkpoint.uncovered"] == [({}, 1)]
        durations = {
            a["mentorcore.operation"]: n for a, n in points["mentorcore.operation.duration"]
        }
        assert durations["status"] == 1


def test_when_it_is_removed_nothing_is_told_and_the_engine_is_as_before(ear: Ear) -> None:
    with engine() as opened:
        before = dict(vars(opened))
        with ear.on(opened):
            assert vars(opened) != before
        opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
        points = ear.points()

        assert vars(opened).keys() - before.keys() <= {"_views"}
        assert ear.spans == []
        assert "mentorcore.log.position" not in points


def test_a_closed_engine_is_not_reachable_and_keeps_nothing_alive(ear: Ear) -> None:
    opened = engine()
    ear.on(opened)
    opened.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
    opened.close()
    del opened

    assert "mentorcore.log.position" not in ear.points()


def test_inside_a_transaction_of_the_host_it_is_told_once(ear: Ear, tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "log.db"
    with engine(str(path)) as opened, ear.on(opened):
        host = sqlite3.connect(path, isolation_level=None)
        for through_the_block in (False, True):
            host.execute("BEGIN")
            with opened.within(host) as inside:
                asked = inside if through_the_block else opened
                asked.handle(mc.RegisterPerson(name="Ada"), actor=COORDINATOR)
            host.execute("COMMIT")
        host.close()

        assert opened.position == 2
    assert [s.name for s in ear.spans] == ["mentorcore.handle"] * 2


def test_the_answers_are_the_same(ear: Ear) -> None:
    def live(watched: bool) -> list[Any]:
        with engine() as opened:
            told = ear.on(opened) if watched else None
            world = World(opened)
            world.pair()
            found = [
                opened.status(viewer=SEES),
                opened.attention(viewer=SEES),
                [told.name for told in opened.events()],
            ]
            if told is not None:
                told.remove()
            return found

    assert live(watched=True) == live(watched=False)


def test_every_operation_is_a_method_of_the_engine() -> None:
    there = {n for n in OPERATIONS if callable(getattr(mc.Engine, n, None))}

    assert set(OPERATIONS) - there <= {"check"}


@pytest.mark.processes
def test_without_opentelemetry_it_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "import mentorcore as mc\n"
        "with mc.open() as engine:\n"
        "    try: mc.instrument(engine)\n"
        "    except mc.MissingExtra as missing: print(missing)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip().endswith("pip install 'mentorcore[opentelemetry]'")


def test_only_what_was_counted_is_an_attribute() -> None:
    from mentorcore.telemetry.told import raised

    assert raised(Refused("Ada is here already", "already_enrolled", person="Ada")) == {
        "mentorcore.outcome": "refused",
        "mentorcore.refusal": "already_enrolled",
    }
    assert raised(mc.LogError("Ada")) == {
        "mentorcore.outcome": "failed",
        "error.type": "LogError",
    }


GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "operate-a-log.md"


def test_the_guide_works_and_lists_every_instrument(
    ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    [block] = re.findall(r"<!-- the tests run this -->\n```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}

    exec(block, names)
    names["engine"].close()
    with harbor() as it, ear.on(it.engine):
        it.people().take("meetings")
        instruments = set(ear.points())

    assert instruments - {"mentorcore.checkpoint.uncovered"}
    assert {name for name in instruments if f"`{name}`" not in text} == set()
    assert (tmp_path / "program.db").exists()
