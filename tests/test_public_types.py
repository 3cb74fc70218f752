"""Whatever public names lead to is public as well, and type checkers see all of it."""

import os
import re
import subprocess
import sys
import typing
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from public_types import INTERNAL, OPEN_ENDED, attributes, hints, members, reachable, signature
from test_front_door import ROOT, built

import mentorcore
from mentorcore.adapters import spec as adapters
from mentorcore.domain.model import CORE_MODEL
from mentorcore.practices import spec as practices
from mentorcore.practices.built_in import BUILT_IN

DOORS = {"names": mentorcore, "practices": practices, "adapters": adapters}
"""The modules that hosts and authors import, by the page of the reference that lists their names."""


@cache
def page(name: str) -> str:
    return (ROOT / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("thing", "way"), [pytest.param(t, w, id=w) for t, w in reachable().items()]
)
def test_every_type_that_public_names_lead_to_is_public_and_in_the_reference(
    thing: Any, way: str
) -> None:
    doors = [
        (door, name)
        for door, module in DOORS.items()
        for name in module.__all__
        if getattr(module, name) is thing
    ]

    assert doors, f"{thing.__module__}.{thing.__name__} is reached by {way} and is not public"
    assert any(f"`{name}`" in page(door) or f"## {name}\n" in page(door) for door, name in doors)


def test_what_is_left_out_of_that_is_there() -> None:
    public = [getattr(d, n) for d in (mentorcore, practices) for n in d.__all__]
    classes = {thing.__name__ for thing in public if isinstance(thing, type)}

    assert {member.partition(".")[0] for member in INTERNAL} <= classes
    assert set(OPEN_ENDED) <= set(practices.__all__)


def test_the_unions_hold_the_whole_model() -> None:
    assert typing.get_args(mentorcore.Command) == CORE_MODEL.commands
    assert typing.get_args(mentorcore.Event) == CORE_MODEL.events


def test_a_public_alias_can_be_read_at_run_time() -> None:
    def ask(known: mentorcore.Known | None, command: mentorcore.Command) -> mentorcore.Event:
        raise LookupError((known, command))

    assert len(hints(ask)) == 3


@pytest.mark.parametrize("practice", [p for p in BUILT_IN if p.aggregates], ids=lambda p: p.name)
def test_every_command_of_a_practice_is_one_to_a_type_checker(practice: Any) -> None:
    commands = [c for rules in practice.aggregates for c in rules.commands]

    assert commands
    assert all(issubclass(c, practices.PracticeCommand) for c in commands)


def test_every_method_of_the_engine_stands_in_the_reference_with_what_it_takes_and_answers() -> (
    None
):
    text = page("names")

    for name, function in members(mentorcore.Engine):
        if name.startswith("_"):
            continue
        takes, _, answer = signature(function).rpartition(" -> ")
        is_property = isinstance(vars_of(mentorcore.Engine, name), property)
        said = f"`{name}: {answer}`" if is_property else f"`{name}{takes} -> {answer}`"
        assert f"### Engine.{name}\n\n{said}\n" in text


def vars_of(cls: type, name: str) -> Any:
    return next(vars(house)[name] for house in cls.__mro__ if name in vars(house))


def test_a_signature_is_told_in_public_names() -> None:
    told = signature(mentorcore.Engine.handle)

    assert told.startswith("(command: Command | practices.spec.PracticeCommand, *, actor: Actor, ")
    assert told.endswith(" -> Answer")
    assert "outcome: 'taken' | 'amended'" in signature(mentorcore.Report.find)
    assert "source: str | os.PathLike[str] | adapters.spec.Source" in signature(
        mentorcore.Engine.take_in
    )


@pytest.mark.parametrize(
    "row",
    [t for t in reachable() if isinstance(t, type) and attrs.has(t)],
    ids=lambda t: t.__name__,
)
def test_the_types_of_all_attributes_of_a_row_can_be_told(row: Any) -> None:
    told = attributes(row)

    assert set(told) >= {f.name for f in attrs.fields(row) if not f.name.startswith("_")}


WRONG = """
import mentorcore as mc
from mentorcore import HoldMeting
from mentorcore.practices.observation.events import RecordDebrief

def ask(engine: mc.Engine, me: mc.Actor, pairing: mc.PairingId) -> None:
    engine.handle("nonsense", actor=me)
    engine.handle(None, actor=me)
    engine.handle({"pairing_id": pairing}, actor=me)
    engine.handle(mc.HoldMeeting, actor=me)
    engine.handle(mc.PersonRegistered(person_id=pairing, subjects=()), actor=me)
    engine.handle(mc.HoldMeeting(pairing_id=pairing, minuts=3), actor=me)
    engine.handle(mc.Contact(email="a@example.org"), actor=me)
    engine.batch(["nonsense"], actor=me)
    mc.Reffused
    engine.status(viewer=mc.Viewer.coordinator()).numberss
    engine.stattus(viewer=mc.Viewer.coordinator())
    engine.handle(mc.LaunchProgram(program_id=pairing, on="2026-09-01"), actor=me)
    status: mc.History = engine.status(viewer=mc.Viewer.coordinator())
"""

RIGHT = """
import datetime as dt
from collections.abc import Iterable, Sequence
import mentorcore as mc
from mentorcore.practices.observation.events import RecordDebrief

def total(numbers: mc.Numbers, rows: Sequence[mc.CohortRow], marks: Iterable[mc.Mark]) -> int:
    return numbers.minutes + sum(row.enrolled for row in rows) + len(list(marks))

def goals(row: mc.PairingRow) -> tuple[mc.GoalRow, ...]:
    return row.goals

def kept(told: mc.Recorded[mc.MeetingHeld], event: mc.Event) -> dt.date:
    return told.event.held_on if isinstance(event, mc.MeetingHeld) else dt.date.min

def ask(engine: mc.Engine, me: mc.Actor, pairing: mc.PairingId, known: mc.Known) -> mc.Answer:
    status = engine.status(viewer=mc.Viewer.coordinator(), as_known=known)
    if not isinstance(status.numbers, mc.Withheld):
        total(status.numbers, status.cohorts, status.pairings[0].marks)
    asked: list[mc.Command] = [mc.HoldMeeting(pairing_id=pairing, minutes=30)]
    engine.batch(asked, actor=me)
    engine.batch([mc.RegisterPerson(name="a"), mc.LaunchProgram(program_id="", on=dt.date.min)],
                 actor=me)
    engine.handle(engine.command("hold-meeting", {}), actor=me)
    return engine.handle(RecordDebrief(round_id="", visit_id="", on=dt.date.min, minutes=3), actor=me)

def asks(command: mc.Command) -> str:
    match command:
        case mc.HoldMeeting():
            return command.pairing_id
    return type(command).__name__
"""


def checked(folder: Path, **hosts: str) -> dict[str, list[tuple[int, str]]]:
    """The lines of each host's module of which a type checker says something, and what."""
    for name, text in hosts.items():
        (folder / f"{name}.py").write_text(text)
    words = ["--strict", "--cache-dir", os.devnull, *(f"{name}.py" for name in hosts)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MYPYPATH": ""},
    )
    found: dict[str, list[tuple[int, str]]] = {name: [] for name in hosts}
    for name, line, error in re.findall(r"(?m)^(\w+)\.py:(\d+): error: (.*)$", done.stdout):
        found[name].append((int(line), error))
    assert done.returncode == 1, done.stdout + done.stderr
    return found


@pytest.mark.processes
def test_a_type_checker_sees_what_a_host_does_wrong_and_nothing_in_what_it_does_right(
    tmp_path: Path,
) -> None:
    wrong = {n for n, line in enumerate(WRONG.splitlines(), 1) if "HoldMeting" in line}
    wrong |= set(range(8, len(WRONG.splitlines()) + 1))

    found = checked(tmp_path, wrong=WRONG, right=RIGHT)

    assert found["right"] == []
    assert wrong - {line for line, _ in found["wrong"]} == set()
    misspelt = [error for _, error in found["wrong"] if "HoldMeting" in error]
    assert misspelt[0].startswith('Module "mentorcore" has no attribute "HoldMeting"')


def test_the_unions_for_type_checkers_are_those_of_the_model() -> None:
    module = built()

    written = module.MODEL_TYPES.read_text(encoding="utf-8")

    assert written == module.model_types(), "run python docs/build.py"
