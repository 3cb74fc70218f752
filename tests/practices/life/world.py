"""A small program in which something is set aside, and something is improved."""

from typing import Any

from engine.world import STARTED, TODAY, World, mc

SEES = mc.Viewer.coordinator()


def allocation(world: World, **more: Any) -> Any:
    """Ten hours of release time for the whole program, since it began."""
    usual = {
        "program_id": world.program,
        "kind": "release_time",
        "amount": 600,
        "unit": "minutes",
        "since": STARTED,
    }
    return mc.AllocateSupport(**usual | more)


def set_aside(world: World, **more: Any) -> str:
    return str(world.ask(allocation(world, **more)).events[0].event.support_id)


def use(world: World, support: str, amount: int, **more: Any) -> Any:
    """Some of it was used, today unless said otherwise."""
    asked = {"program_id": world.program, "support_id": support, "on": TODAY, "amount": amount}
    return world.ask(mc.RecordSupportUse(**asked | more))


def adopted(world: World, **more: Any) -> str:
    """A workshop on feedback, by the end of September."""
    usual = {
        "program_id": world.program,
        "on": STARTED,
        "finding": "Feedback is rare",
        "action": "A workshop on feedback",
        "owner": "program-lead",
        "due_on": STARTED.replace(month=9, day=30),
    }
    made = world.ask(mc.AdoptImprovementAction(**usual | more))
    return str(made.events[0].event.improvement_id)


def reviewed(world: World, improvement: str, **more: Any) -> Any:
    usual = {
        "program_id": world.program,
        "improvement_id": improvement,
        "on": TODAY,
        "outcome": "effective",
    }
    return world.ask(mc.ReviewImprovement(**usual | more))


def seen(world: World, view: str, viewer: Any = SEES, **moment: Any) -> Any:
    return world.engine.view(view, world.program, viewer=viewer, **moment)


def needs(world: World, kind: str, viewer: Any = SEES, **moment: Any) -> Any:
    return world.engine.attention(world.program, viewer=viewer, **moment).of(kind)
