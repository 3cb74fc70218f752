"""A goal check-in: a goal is set, or one that was set before has come to somewhere."""

from typing import get_args

from mentorcore.domain.pairing.events.work import (
    GoalProgressRecorded,
    GoalSet,
    GoalStatus,
    RecordGoalProgress,
    SetGoal,
)
from mentorcore.domain.values import GoalId
from mentorcore.intake.form_kind import Field, FormKind, Hint
from mentorcore.intake.forms.pairings import MEMBERS, WHO, member, nobody, paired, pairing_of
from mentorcore.intake.intents import Intents
from mentorcore.intake.lookup import NotFound, find_goal
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row

__all__ = ["GOAL_CHECK_IN"]


_REST = """
[fields]
mentee = "Email Address"
goal = "Goal"
status = "Where does it stand?"
# due_on = "Until when?"
# comment = "Remark"

[values.status]
"New" = "set"
"On the way" = "in_progress"
"Reached" = "achieved"
"Dropped" = "abandoned"

[defaults]
on = "submitted"
"""


OVER = frozenset({"achieved", "deferred", "abandoned"})


def _read(row: Row) -> Intents:
    """A goal and where it stands; the same words within a pairing are the same goal."""
    on = row.must("on", row.day("on"))
    statement = row.must("goal", row.text("goal"))
    status, area, due = row.choice("status"), row.code("area"), row.day("due_on")
    people = paired(row)
    row.check()
    assert on is not None
    assert statement is not None
    pairing = pairing_of(row, people, on)
    row.check()
    assert pairing is not None
    owner = member(row, "owner", row.person("owner"), pairing)
    measure, comment = row.text("measure"), row.text("comment")
    try:
        known = find_goal(row.known, pairing, statement)
    except NotFound as problem:
        row.wrong("goal", str(problem))
        known = None
    row.check()
    goal = known.goal if known else GoalId(row.ids("goal"))
    if known is None:
        row.say(
            "goal",
            SetGoal,
            pairing_id=pairing.pairing,
            goal_id=goal,
            statement=statement.strip(),
            on=on,
            owner=owner,
            area=area,
            indicator=row.text("indicator"),
            due_on=due,
        )
    if not status and (measure or comment):
        status = "in_progress"
    repeated = (
        known is not None
        and status in OVER
        and known.status == status
        and (known.on is None or on >= known.on)
        and not row.again
    )
    if status and status != "set" and not repeated:
        row.say(
            "progress",
            RecordGoalProgress,
            pairing_id=pairing.pairing,
            goal_id=goal,
            on=on,
            status=status,
            measure=measure,
            comment=comment,
        )
    return row.done()


GOAL_CHECK_IN = FormKind(
    name="goal-check-in",
    fields=(
        *MEMBERS,
        Field("goal", "text", "the goal in its owner's words", needed=True),
        Field("on", "day", "the day of the check-in", needed=True),
        Field("status", "choice", "where the goal stands", choices=("set", *get_args(GoalStatus))),
        Field("owner", "person", "whose goal it is, in a group"),
        Field("area", "code", "what area it belongs to"),
        Field("indicator", "text", "how one would see that it is reached"),
        Field("due_on", "day", "until when"),
        Field("measure", "text", "what was measured"),
        Field("comment", "text", "a remark"),
    ),
    read=_read,
    tells={
        GoalSet: {
            "pairing": WHO,
            "on": ("on",),
            "area": ("area",),
            "due_on": ("due_on",),
            "statement": ("goal",),
            "indicator": ("indicator",),
        },
        GoalProgressRecorded: {
            "pairing": WHO,
            "goal_id": ("goal", *WHO),
            "on": ("on",),
            "status": ("status",),
            "measure": ("measure",),
            "comment": ("comment",),
        },
    },
    lacks=nobody,
    hints={
        "goal": Hint("goal", weight=4),
        "indicator": Hint("indicator", weight=2),
        "due": Hint("due_on", weight=1),
        "status": Hint("status", weight=1),
        "mentee": Hint("mentee", weight=1),
        "mentor": Hint("mentor"),
        "note": Hint("comment"),
        "feedback": Hint("comment"),
        "date": Hint("on"),
    },
    sender=("mentor", "mentee"),
    template=mapping_to_edit("goal-check-in", "goals", _REST),
)
