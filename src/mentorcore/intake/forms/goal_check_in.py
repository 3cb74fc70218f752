"""A goal check-in: a goal is set, or one that was set before has come to somewhere."""

from collections.abc import Sequence
from datetime import date
from typing import get_args

from mentorcore.domain.pairing.events.work import (
    GoalProgressRecorded,
    GoalSet,
    GoalStatus,
    RecordGoalProgress,
    SetGoal,
)
from mentorcore.domain.settings import SUPPORTED
from mentorcore.domain.values import GoalId, ParticipantId
from mentorcore.intake.directory import KnownGoal, KnownPairing, KnownParticipant, folded
from mentorcore.intake.form_kind import Field, FormKind, Hint
from mentorcore.intake.forms.pairings import MEMBERS, WHO, member, nobody, paired, pairing_of
from mentorcore.intake.intents import Asked, Intents, Reason
from mentorcore.intake.lookup import NotFound, find_goal, goals_to_go_on, with_a_typing_error
from mentorcore.intake.mappings.templates import mapping_to_edit
from mentorcore.intake.row import Row
from mentorcore.near_words import did_you_mean

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
NEW = "; a row that sets one says so in its status"


def _read(row: Row) -> Intents:
    """A goal and where it stands; the same words are the same goal, also with the next mentor."""
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
    mentee = _mentee(row, owner, pairing)
    known = _known(row, pairing, mentee, statement)
    earlier = None if known else _going_on(row, pairing, mentee, statement, on)
    if known is None and earlier is None:
        left = goals_to_go_on(row.known, mentee, pairing, on) if mentee else ()
        _may_be_set(row, [*row.known.goals(pairing.pairing), *left], statement, status)
    row.check()
    goal = known.goal if known else GoalId(row.ids("goal"))
    if not status and (measure or comment):
        status = "in_progress"
    if known is None:
        row.say(
            "goal",
            SetGoal,
            pairing_id=pairing.pairing,
            goal_id=goal,
            statement=earlier.statement if earlier else statement.strip(),
            on=on,
            owner=owner,
            area=area,
            indicator=row.text("indicator"),
            due_on=due,
            continues=earlier.goal if earlier else None,
            continues_in=earlier.pairing if earlier else None,
        )
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


def _mentee(
    row: Row, owner: ParticipantId | None, pairing: KnownPairing
) -> KnownParticipant | None:
    """Whose goal it is: whoever is named as its owner, or the only mentee."""
    if owner is not None:
        return row.known.enrolment(owner)
    settings = row.known.program.settings
    members = (row.known.enrolment(m) for m in sorted(pairing.members))
    mentees = [m for m in members if m is not None and settings.part(m.role) in SUPPORTED]
    return mentees[0] if len(mentees) == 1 else None


def _known(
    row: Row, pairing: KnownPairing, mentee: KnownParticipant | None, statement: str
) -> KnownGoal | None:
    try:
        return find_goal(row.known, pairing, statement, [mentee.person] if mentee else [])
    except NotFound as problem:
        row.wrong("goal", str(problem))
        return None


def _going_on(
    row: Row, pairing: KnownPairing, mentee: KnownParticipant | None, statement: str, on: date
) -> KnownGoal | None:
    """The goal of an earlier pairing of the mentee that these words name (INV-31)."""
    if mentee is None:
        return None
    wanted = folded(statement)
    left = goals_to_go_on(row.known, mentee, pairing, on)
    return next((g for g in reversed(left) if folded(g.statement) == wanted), None)


def _may_be_set(row: Row, goals: Sequence[KnownGoal], statement: str, stated: str) -> None:
    """Words that no goal has: a new goal, if the row sets one and it is no typing error."""
    if stated not in {"", "set"} and row.choice("unknown_goal", "refuse") != "set":
        hint = did_you_mean(statement, [g.statement for g in goals if not g.gone])
        row.wrong("goal", f"nobody set the goal {statement.strip()!r} before{hint or NEW}")
        return
    near = with_a_typing_error(statement, goals)
    answer = row.settled.get(None)
    if near is None or answer == "take_it":
        return
    row.check()
    if answer == "leave_it":
        row.wrong("goal", "it is settled that this row sets no goal")
        return
    asked = (
        f"{statement.strip()!r} is nearly the goal {near.statement!r}; correct the row, or say "
        "whether it is another goal (take_it) or the row is to be left (leave_it)"
    )
    raise Asked([Reason(row.mapping.fields.get("goal", ""), asked)], ("take_it", "leave_it"))


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
        Field(
            "unknown_goal",
            "choice",
            "what progress on a goal that nobody set does: it is refused, or sets the goal as well",
            choices=("refuse", "set"),
        ),
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
    in_order_of="on",
    template=mapping_to_edit("goal-check-in", "goals", _REST),
)
