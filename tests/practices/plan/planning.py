"""A pairing with a plan, on a real engine: goals, steps, and papers with their signatures.

Today is 23 November 2026; the pairing began on 17 August.
"""

from datetime import date
from typing import Any

import attrs
from engine.world import World, mc

from mentorcore.engine.engine import Engine

SEES = mc.Viewer.coordinator()
BOTH = ("mentee", "mentor")
READS = "Every pupil reads aloud once a week"


@attrs.define
class Planning:
    """A mentor and a mentee, and short ways to record what their plan is made of."""

    world: World
    mentor: str
    mentee: str
    pairing: str

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def goal(self, on: date, statement: str = READS, **more: Any) -> str:
        asked = mc.SetGoal(pairing_id=self.pairing, statement=statement, on=on, **more)
        goal: str = self.world.ask(asked).events[0].event.goal_id
        return goal

    def reached(self, goal: str, on: date, status: Any = "achieved") -> Any:
        step = mc.RecordGoalProgress(pairing_id=self.pairing, goal_id=goal, on=on, status=status)
        return self.world.ask(step).events[0]

    def item(self, on: date, **more: Any) -> str:
        usual: dict[str, Any] = {"text": "Visit the library", "owner": self.mentee}
        asked = mc.AgreeActionItem(pairing_id=self.pairing, on=on, **usual | more)
        item: str = self.world.ask(asked).events[0].event.item_id
        return item

    def close(self, item: str, on: date, outcome: Any = "done") -> None:
        closing = mc.CloseActionItem(pairing_id=self.pairing, item_id=item, on=on, outcome=outcome)
        self.world.ask(closing)

    def attach(self, on: date, signed_by: tuple[str, ...] = BOTH, **other: Any) -> Any:
        """A paper of the plan; answers with its event as it is recorded."""
        usual: dict[str, Any] = {
            "kind": "plan",
            "title": "ilp",
            "purpose": "mentoring",
            "visibility": "growth_only",
        }
        asked: dict[str, Any] = {"pairing_id": self.pairing, "on": on, "signed_by": signed_by}
        return self.world.ask(mc.AttachEvidence(**asked | usual | other)).events[0]

    def counsel(
        self, on: date, signed_by: tuple[str, ...] = ("mentee", "chair"), **other: Any
    ) -> Any:
        """A form of yearly counselling of the mentee."""
        usual: dict[str, Any] = {
            "kind": "form",
            "title": "counselling",
            "purpose": "evaluation",
            "visibility": "evaluative",
        }
        asked: dict[str, Any] = {"participant_id": self.mentee, "on": on, "signed_by": signed_by}
        return self.world.ask(mc.AttachParticipantEvidence(**asked | usual | other)).events[0]

    def viewed(self, name: str, viewer: Any = SEES, **moment: Any) -> Any:
        return self.engine.view(name, self.world.program, viewer=viewer, **moment)

    def board(self, viewer: Any = SEES, **moment: Any) -> Any:
        """The row of the pairing; nothing where it is not shown."""
        return self.viewed("plan.board", viewer, **moment).row(self.pairing)

    def needs(self, viewer: Any = SEES, **moment: Any) -> list[Any]:
        """What needs somebody about plans and counselling."""
        asked = self.engine.attention(self.world.program, viewer=viewer, **moment)
        return [n for n in asked.needs if n.kind.startswith(("plan_", "counselling_"))]


def planned(engine: Engine) -> Planning:
    """A pairing without a plan."""
    world = World(engine)
    mentor, mentee = world.mentor(), world.mentee()
    return Planning(world, mentor, mentee, world.pair(mentor, mentee))
