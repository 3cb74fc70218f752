"""The catalogue says of every event what it is, what it holds, and what leads to it."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import attrs
import pytest
from engine.full_program import FullProgram
from engine.world import NOON, SETTINGS, STARTED, TODAY, World, engine, mc
from log.made_up import Held
from practices.worlds import WITH_STREAMS, lived_through

from mentorcore.domain.corrections.command_behind import principal_of
from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.engine.commands.command_parsing import command_name
from mentorcore.engine.engine import Engine
from mentorcore.practices.registry import Practices
from mentorcore.reference import catalog as made
from mentorcore.reference.catalog import versions_read

CATALOG = mc.catalog()
MODEL = Practices.of(()).model
AGAIN = "recorded again"
CLASSES = {event_info(cls).name: cls for cls in MODEL.events}


def rarely(opened: Engine) -> None:
    """What a full program does not ask for: ends in the past, and corrections with companions."""
    world = World(opened)
    world.do(
        world.forming(world.mentor(), world.mentee(), ended=mc.Ending(on=TODAY, reason="completed"))
    )
    pairing = world.pair()
    held = world.ask(mc.HoldMeeting(pairing_id=pairing, held_on=TODAY, minutes=30)).events[0]
    for changes in ({"held_at": NOON - timedelta(hours=3)}, {"held_on": STARTED}):
        world.do(mc.AmendRecord(stream=pairing, target=held.version, changes=changes))
    world.do(mc.MoveRecord(stream=pairing, target=held.version, to=world.pair()))
    paused = world.ask(
        mc.PausePairing(pairing_id=pairing, since=STARTED + timedelta(days=60), frees_place=False)
    ).events[0]
    world.do(mc.AmendRecord(stream=pairing, target=paused.version, changes={"frees_place": True}))


def joining_and_leaving(opened: Engine) -> None:
    """Members join a circle in each of its situations, and leave it in each way."""
    groups = (mc.ShapeBounds(shape="group", smallest=2, largest=9),)
    world = World(opened, attrs.evolve(SETTINGS, more_shapes=groups))
    circle = world.circle()
    mentor = world.mentor(places=6)
    joined = world.ask(mc.AddMember(pairing_id=circle, participant=mentor, since=STARTED)).events
    primary = {"primary": True}
    world.do(mc.AmendRecord(stream=circle, target=joined[0].version, changes=primary))
    _, one, other, *_ = world.members(circle)
    world.do(mc.RemoveMember(pairing_id=circle, participant=one, on=STARTED))
    world.do(mc.EndEnrolment(participant_id=other, on=STARTED, outcome="withdrew"))
    pause = mc.PausePairing(pairing_id=circle, since=STARTED, frees_place=True)
    world.do(pause)
    late = STARTED + timedelta(days=1)
    world.do(mc.AddMember(pairing_id=circle, participant=world.mentee(), since=late))
    world.do(mc.ResumePairing(pairing_id=circle, on=late + timedelta(days=1)))
    after = mc.AddMember(
        pairing_id=circle, participant=world.mentee(), since=late + timedelta(days=2)
    )
    joined = world.ask(after).events
    world.do(mc.AmendRecord(stream=circle, target=joined[0].version, changes={"since": late}))


@pytest.fixture(scope="module")
def happened() -> list[Any]:
    """Everything there is to ask for: of the core in three logs, of each practice in one."""
    found: list[Any] = []
    stories: tuple[Callable[[Engine], object], ...] = (
        FullProgram,
        rarely,
        joining_and_leaving,
        *(partial(lived_through, practice) for practice in WITH_STREAMS),
    )
    for number, story in enumerate(stories):
        with engine(start=1 + number * 1000) as opened:
            story(opened)
            found.extend(opened.events())
    return found


def asked(record: Any, places: dict[str, Any]) -> str:
    """The command behind a record; that of its principal, for a companion."""
    causation = str(record.causation)
    if "#" not in causation:
        return causation
    led = places[causation]
    # What was put where it belongs is there because of its retraction elsewhere.
    again = led.name == "record.retracted" and record.name != led.name
    return AGAIN if again else asked(led, places)


def test_the_commands_said_to_lead_to_an_event_are_those_that_do(happened: list[Any]) -> None:
    places = {f"{r.stream}#{r.version}": r for r in happened}
    seen: dict[str, set[str]] = {}
    for record in happened:
        if (command := asked(record, places)) != AGAIN:
            seen.setdefault(record.name, set()).add(command)

    assert {e.name: set(e.caused_by) for e in CATALOG.events} == seen


def test_a_companion_names_the_events_that_it_accompanies(happened: list[Any]) -> None:
    places = {(r.stream, r.version): r for r in happened}
    seen: dict[str, set[str]] = {}
    for record in happened:
        principal = principal_of(record.event)
        if principal is not None:
            seen.setdefault(record.name, set()).add(places[principal].name)

    said = {e.name: set(e.recorded_with) for e in CATALOG.events if e.recorded_with}

    assert said.keys() == {e.name for e in CATALOG.events if e.companion}
    assert seen == said
    assert {c for causes in MODEL.caused_by.values() for c in causes} == set(MODEL.commands)
    assert MODEL.caused_by.keys() == set(MODEL.events) >= MODEL.recorded_with.keys()


def test_events_stand_in_the_streams_that_the_catalogue_says(happened: list[Any]) -> None:
    streams = {event.name: event.streams for event in CATALOG.events}

    assert all(r.stream.partition(":")[0] in streams[r.name] for r in happened)
    assert all(streams.values())
    assert "audit" not in streams["record.amended"]
    founding = {e.name for e in CATALOG.events if e.founding}
    assert {r.name for r in happened if r.name in founding and r.version == 1} == founding


@pytest.mark.parametrize("event", CATALOG.events, ids=lambda event: event.name)
def test_every_event_is_told_with_all_its_fields(event: Any) -> None:
    cls = CLASSES[event.name]

    fields = {field.name: field for field in event.fields}

    assert list(fields) == [f.name for f in attrs.fields(cls)]
    assert all(field.meaning and field.type for field in event.fields)
    assert {n for n, f in fields.items() if f.personal} == set(personal_fields(cls))
    assert set(event.true_at) <= set(fields)
    assert event.schema["title"] == event.name
    assert event.schema["properties"]["v"]["const"] == event.version == event.versions[-1]
    assert set(event.caused_by) <= {command_name(c) for c in MODEL.commands}


def test_the_catalogue_holds_every_event_and_names_the_version_it_describes() -> None:
    assert [event.name for event in CATALOG.events] == sorted(CLASSES)
    assert CATALOG.mentorcore == mc.__version__
    assert json.loads(json.dumps(mc.plain(CATALOG)))["events"][0]["name"] == CATALOG.events[0].name


def test_a_field_says_what_it_holds_in_words() -> None:
    fields = {f.name: f for f in made._fields(Held)}

    assert {name: field.type for name, field in fields.items()} == {
        "meeting_id": "meeting id",
        "held_at": "instant",
        "held_on": "day",
        "minutes": "whole number",
        "hours": "number",
        "kind": "`one_to_one` · `group`",
        "open": "yes or no",
        "label": "text",
        "subjects": "list of person ids",
        "marks": "list of Mark",
        "first": "Mark",
        "pair": "word and whole number",
        "days": "list of day or nothing",
        "comment": "text",
        "remarks": "list of Remark",
        "about_both": "text",
    }
    assert [name for name, field in fields.items() if field.optional] == [
        *("held_at", "first", "comment", "remarks")
    ]
    assert (fields["remarks"].personal, fields["remarks"].whose) == ("feedback", "`subjects[1]`")
    assert fields["about_both"].whose == "`subjects[1]` and `subjects[0]`"
    assert fields["comment"].whose == "all `subjects`"
    assert [f.name for f in fields["marks"].fields] == ["scale", "points", "given_at"]


def test_an_event_is_found_by_its_name_and_an_unknown_one_hints_at_its_like() -> None:
    assert CATALOG.event("pairing.formed").founding

    with pytest.raises(mc.Invalid, match=r"perhaps pairing\.formed"):
        CATALOG.event("pairing.form")
    with pytest.raises(mc.Invalid, match="one that `mentorcore catalog` lists"):
        CATALOG.event("zzz")


def test_the_versions_that_are_read_reach_back_as_far_as_steps_lead() -> None:
    steps: Any = {("a.b", 2): dict, ("a.b", 3): dict, ("a.c", 1): dict}

    assert versions_read("a.b", 4, steps) == (2, 3, 4)
    assert versions_read("a.c", 1, steps) == (1,)
