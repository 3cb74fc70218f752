"""A goal check-in: a goal is set, or one that was set before has come to somewhere."""

from mentorcore.domain.pairing.events.work import RecordGoalProgress, SetGoal
from mentorcore.domain.values import GoalId
from mentorcore.intake.finding import NotFound, find_goal
from mentorcore.intake.forms.pairings import member, paired, pairing_of
from mentorcore.intake.intended import Intended
from mentorcore.intake.row import Row

__all__ = ["read"]

OVER = frozenset({"achieved", "deferred", "abandoned"})


def read(row: Row) -> Intended:
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
