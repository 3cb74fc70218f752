"""Practices are put together with the core; what does not fit is refused or left out, and named."""

import itertools
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.world import TODAY, World, mc
from practices.stranger import VISITS
from practices.stranger.deciding import AGGREGATE
from practices.stranger.events import MakeVisit, VisitFollowedUp, VisitMade
from practices.stranger.view import LIST

import mentorcore
from mentorcore.domain.declarations import command, event
from mentorcore.domain.model import Guard
from mentorcore.domain.pairing.events.forming import PairingStarted
from mentorcore.domain.pairing.events.meetings import HoldMeeting, MeetingHeld
from mentorcore.domain.values import ProgramId, Stream
from mentorcore.errors import PracticeError, Refused
from mentorcore.practices import spec
from mentorcore.practices.compliance.view import RESULTS
from mentorcore.practices.practice import OURS, Here, Practice
from mentorcore.practices.registry import Practices


@event("acme-visit.made", founding=True)
class Ungrouped:
    """A visit of no program."""

    minutes: int


@event("acme-visit.made", version=2, founding=True)
class Newer:
    """A visit as it is written today."""

    program_id: ProgramId
    minutes: int


@event("acme-visit.Made", founding=True)
class Misspelt:
    """A visit whose name is none."""

    program_id: ProgramId


@event("acme-visit.whispered", anonymous=True)
class Whispered:
    """Something that nobody said."""

    minutes: int


@event("acme-visit.joined", companion=True)
class Joined:
    """A companion of its own."""

    principal_stream: Stream
    principal: int


@event("acme-visit.held")
class Unstorable:
    """Something that JSON has no word for."""

    found: complex


@command(leads_to=VisitMade, also=(MeetingHeld,))
class MakeMeeting:
    """A command that leads to what is not its own."""

    visit_id: Stream


@command(leads_to=VisitMade)
class MakeNothing:
    """A command that names no stream."""

    minutes: int


@command(leads_to=VisitMade)
class HoldMeetings:
    """A command."""

    visit_id: Stream


def rules(**other: Any) -> Any:
    return attrs.evolve(AGGREGATE, **other)


def practice(aggregate: Any = AGGREGATE, **other: Any) -> Practice:
    return attrs.evolve(VISITS, aggregates=(aggregate,), **other)


def brought(found: Practices) -> list[Here]:
    """Those that do not come with mentorcore."""
    return [here for here in found.here if here.origin != OURS]


HOLD: Any = type("HoldMeeting", (), {"__annotations__": {"visit_id": Stream}})


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ([practice(name="Visits")], "small letters, digits and hyphens"),
        ([attrs.evolve(VISITS, contract=2)], "written for contract 2; this mentorcore keeps"),
        ([VISITS, VISITS], "another has its name"),
        ([VISITS, practice(name="more", views=())], "'acme-visit' is claimed already"),
        ([practice(rules(kind="visit"))], "carries no hyphen, as only mentorcore's own do"),
        ([practice(rules(kind="acme-"))], "'acme-' is no kind"),
        ([practice(rules(events=(VisitFollowedUp,)))], "no event founds a stream"),
        ([practice(rules(events=(VisitMade, Joined)))], "Joined is a companion"),
        ([practice(rules(events=(VisitMade, Whispered)))], "Whispered is anonymous"),
        (
            [practice(rules(events=(Misspelt,), commands=()), views=())],
            "not a name such as pairing.formed",
        ),
        ([practice(rules(events=(VisitMade, Unstorable), commands=()))], "complex"),
        (
            [practice(rules(events=(Newer,), commands=()))],
            r"no step leads 'acme-visit.made' on from version 1",
        ),
        ([practice(upcasts={("pairing.formed", 1): dict})], "steps for 'pairing.formed'"),
        ([practice(rules(commands=(MakeMeeting,)))], "leads to MeetingHeld, which is not its own"),
        ([practice(rules(commands=(MakeNothing,)))], "MakeNothing has no field 'visit_id'"),
        (
            [practice(rules(commands=(command(leads_to=VisitMade)(HOLD),)))],
            "two commands are called 'hold-meeting'",
        ),
        ([practice(views=(attrs.evolve(LIST, name="list"),))], "is not called 'visits"),
        ([practice(rules(kind="acme-call"), views=(LIST,))], "folds streams of the kind"),
        ([practice(rules(events=(Ungrouped,), commands=()))], "names no program_id"),
        ([practice(guards=(Guard(HoldMeeting, lambda *_: (), print),))], "have guards"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(more: Any, why: str) -> None:
    with pytest.raises(PracticeError, match=why) as refused:
        Practices.of(more)

    assert refused.value.practice == more[-1].name


def test_what_is_no_practice_is_refused() -> None:
    with pytest.raises(PracticeError, match="is no Practice"):
        Practices.of([AGGREGATE])  # type: ignore[list-item] # the point


def test_a_kind_of_mentorcore_carries_no_hyphen() -> None:
    with pytest.raises(PracticeError, match="as only those of other distributions do"):
        Practices([Here(VISITS, OURS)])


def test_a_view_may_belong_to_the_whole_log() -> None:
    whole = attrs.evolve(LIST.projection, group=lambda _event: spec.LOG)
    view = attrs.evolve(LIST, projection=whole)

    found = Practices.of([practice(rules(events=(Ungrouped,), commands=()), views=(view,))])

    assert found.views[-1:] == (view,)


def test_rows_of_several_streams_are_told_by_mentorcores_own_views_only() -> None:
    view = attrs.evolve(LIST, together=RESULTS.together)

    with pytest.raises(PracticeError, match="tells rows of several streams together"):
        Practices.of([practice(views=(view,))])


def test_a_step_leads_older_payloads_on() -> None:
    steps: Any = {("acme-visit.made", 1): lambda fields: {**fields, "minutes": 0}}

    found = Practices.of([practice(rules(events=(Newer,), commands=()), upcasts=steps)])

    assert ("acme-visit.made", 1) in found.upcasts


def test_a_guard_narrows_a_command_of_the_core_and_its_corrections() -> None:
    def check(_now: Any, command: HoldMeeting) -> None:
        if command.minutes > 60:
            raise Refused("no meeting is longer than an hour here", "guarded")

    guard = Guard(HoldMeeting, lambda command, _seen: (Stream(command.pairing_id),), check)
    ours = Practice(name="short", contract=1, guards=(guard,))
    with mentorcore.open(practices=Practices([Here(ours, OURS)])) as opened:
        world = World(opened)
        pairing = world.pair()
        held = world.ask(mc.HoldMeeting(pairing_id=pairing, held_on=TODAY, minutes=60))
        version = held.events[0].version

        with pytest.raises(Refused, match="longer than an hour"):
            world.ask(mc.HoldMeeting(pairing_id=pairing, held_on=TODAY, minutes=61))
        with pytest.raises(Refused, match="longer than an hour"):
            world.ask(mc.AmendRecord(stream=pairing, target=version, changes={"minutes": 61}))


def test_nothing_is_recorded_when_a_practice_answers_with_what_is_not_its_own() -> None:
    def answer(_now: Any, command: MakeVisit) -> Any:
        return ((Stream(command.pairing_id), PairingStarted(on=command.on)),)

    with mentorcore.open(practices=[practice(rules(decide=answer))]) as opened:
        world = World(opened)
        mentee = world.mentee()
        pairing = world.pair(mentee=mentee)
        before = opened.position

        with pytest.raises(PracticeError, match="PairingStarted is none of its events") as failed:
            world.do(MakeVisit(pairing_id=pairing, visited=mentee, on=TODAY, minutes=5))

        assert failed.value.command == "MakeVisit"
        assert opened.position == before


# ---------------------------------------------------------------------------------- installed ones

Install = Callable[[str, str], str]

GOOD = """
from practices.stranger import VISITS
from mentorcore.practices.spec import hookimpl

@hookimpl
def mentorcore_practices(register):
    register(VISITS)
"""


def made_ones(group: str) -> list[EntryPoint]:
    found = entry_points(group=group)
    return [entry for entry in found if entry.dist and entry.dist.name.startswith("made-")]


NUMBER = itertools.count(1)
"""A module that was imported once is not looked for again, though its folder is gone."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a made distribution with one plugin module; gives back its entry point's name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("mentorcore.plugins.entry_points", made_ones)

    def install(name: str, source: str) -> str:
        module = f"made_practice_{next(NUMBER)}"
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"made_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: made-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[mentorcore.practices]\n{name} = {module}\n")
        return name

    return install


def test_an_installed_practice_is_here_with_its_origin(install: Install) -> None:
    install("visits", GOOD)

    found = Practices.installed()

    (here,) = brought(found)
    assert (here.practice, here.origin, here.distribution) == (
        VISITS,
        "made-visits 1.0",
        "made-visits",
    )
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("raise RuntimeError('boom')", "RuntimeError: boom"),
        ("import no_such_module_here", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def mentorcore_practices(register): ...", "is not marked with @hookimpl"),
        ("nothing = 1", "it has no hook mentorcore_practices"),
        (GOOD.replace("register(VISITS)", "pass"), "it registers no practice"),
        (GOOD.replace("register(VISITS)", "register(3)"), "3 is no Practice"),
        (GOOD.replace("register(VISITS)", "register(VISITS); 1 / 0"), "ZeroDivisionError"),
    ],
)
def test_a_broken_practice_is_left_out_with_the_reason_and_the_others_work(
    install: Install, source: str, why: str
) -> None:
    install("broken", source)
    install("visits", GOOD)

    found = Practices.installed()

    assert [h.practice.name for h in brought(found)] == ["visits"]
    (left,) = found.left_out
    assert (left.name, left.origin) == ("broken", "made-broken 1.0")
    assert why in left.problem


def test_of_two_that_do_not_fit_together_the_second_is_left_out(install: Install) -> None:
    install("first", GOOD)
    install("second", GOOD)

    found = Practices.installed()

    assert [h.origin for h in brought(found)] == ["made-first 1.0"]
    assert [(x.name, x.problem) for x in found.left_out] == [
        ("second", "practice 'visits': another has its name")
    ]


def test_only_what_is_allowed_is_loaded(install: Install) -> None:
    install("loud", "raise AssertionError('loaded')")
    install("visits", GOOD)

    found = Practices.installed(allow=["visits", "absent"])

    assert [h.practice.name for h in brought(found)] == ["visits"]
    assert {x.name: x.problem for x in found.left_out} == {
        "loud": "it is not allowed",
        "absent": "it is allowed, but not installed",
    }


def test_those_left_out_are_listed_by_an_open_log(install: Install) -> None:
    install("broken", "1 / 0")

    with mentorcore.open(practices=Practices.installed()) as opened:
        *_, line = opened.practices()

    assert (line.name, line.here, line.problem) == (
        "broken",
        False,
        "ZeroDivisionError: division by zero",
    )


def test_the_spec_is_what_it_says() -> None:
    assert all(getattr(spec, name) is not None for name in spec.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = spec.nothing
