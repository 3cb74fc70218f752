"""The board of plans (ILP, IIP, IDP): goals, action items and evidence, at each signed revision.

A plan is what a pairing has recorded anyway; a revision is the day on which it was put on paper and
signed. Nothing here rates anybody.
"""

from collections.abc import Iterator, Mapping

from mentorcore.domain.requirements.evidence_events import EvidenceAttached
from mentorcore.practices.plan.fold import FOLD
from mentorcore.practices.plan.parts import CounsellingPart, GoalPart, ItemPart, PlanPart, by
from mentorcore.practices.plan.rows import (
    BoardTotals,
    GoalRow,
    ItemRow,
    PaperRow,
    PlanRow,
    RevisionRow,
)
from mentorcore.practices.plan.standing import (
    Revision,
    beside,
    closing,
    goals_on,
    in_order,
    items_on,
    moved_on,
    revisions,
    stands,
)
from mentorcore.practices.spec import (
    WORK,
    Need,
    ProgramSnapshot,
    ProgramView,
    Redactor,
    who,
)

__all__ = ["BOARD"]


class _Plan:
    """The plan of a pairing on the day that is looked at.

    Attributes:
        roles: The roles of the members, each of which signs.
        revisions: Its revisions.
        changes: The goals that came or went since the latest one.
    """

    def __init__(self, folded: PlanPart, at: ProgramSnapshot) -> None:
        self.part, self.at = by(folded, at.day), at
        part = self.part
        self.members = at.pairings[part.pairing].members
        self.roles = tuple(sorted({member.role for member in self.members}))
        self.revisions = revisions(part, self.roles)
        self.goals = goals_on(part, at.day)
        self.changes: tuple[str, ...] = ()
        if self.revisions:
            then = goals_on(part, self.revisions[-1].paper.on)
            self.changes = tuple(sorted({*then} ^ {*self.goals}))

    @property
    def state(self) -> str:
        """How it stands; see `PlanRow`."""
        if not self.revisions:
            return "draft" if self.goals else "empty"
        if self.revisions[-1].unsigned(self.roles):
            return "unsigned"
        return "changed" if self.changes else "signed"


Parts = Mapping[str, PlanPart | CounsellingPart]


def rows(
    part: PlanPart | CounsellingPart, at: ProgramSnapshot, seer: Redactor
) -> Iterator[PlanRow]:
    """The plan of a pairing."""
    if not isinstance(part, PlanPart) or part.pairing not in at.pairings:
        return
    plan = _Plan(part, at)
    part = plan.part
    last = plan.revisions[-1] if plan.revisions else None
    items = sorted(part.items.items(), key=lambda found: found[1][:2])
    yield PlanRow(
        pairing=part.pairing,
        members=tuple(who(at, seer, member.participant) for member in plan.members),
        state=plan.state,
        revision=len(plan.revisions),
        days=None if last is None else (at.day - last.paper.on).days,
        changes=plan.changes,
        goals=tuple(_goal(plan, goal_id, goal, seer) for goal_id, goal in in_order(part)),
        items=tuple(_item(plan, item_id, item, seer) for item_id, item in items),
        revisions=tuple(_revision(plan, revision) for revision in plan.revisions),
        papers=tuple(
            PaperRow(p.evidence, p.kind, p.title, p.on, p.signed_by) for p in beside(part)
        ),
    )


def _goal(plan: _Plan, goal_id: str, goal: GoalPart, seer: Redactor) -> GoalRow:
    status, since = stands(plan.part, goal_id, plan.at.day)
    holding = (r for r in plan.revisions if goal_id in goals_on(plan.part, r.paper.on))
    persons = [member.person for member in plan.members]
    return GoalRow(
        goal=goal_id,
        area=goal.area,
        set_on=goal.on,
        due_on=goal.due_on,
        status=status,
        status_on=since,
        revisions=tuple(revision.number for revision in holding),
        statement=seer.show(goal.statement, WORK, "goal", members=persons),
    )


def _item(plan: _Plan, item_id: str, item: ItemPart, seer: Redactor) -> ItemRow:
    closed = closing(plan.part, item_id)
    persons = [member.person for member in plan.members]
    return ItemRow(
        item=item_id,
        owner=who(plan.at, seer, item.owner),
        goal=item.goal,
        agreed_on=item.on,
        due_on=item.due_on,
        state="open" if closed is None else closed.outcome,
        closed_on=None if closed is None else closed.on,
        text=seer.show(item.text, WORK, "action_item", members=persons),
    )


def _revision(plan: _Plan, revision: Revision) -> RevisionRow:
    day = revision.paper.on
    return RevisionRow(
        revision=revision.number,
        evidence=revision.paper.evidence,
        title=revision.paper.title,
        dated=day,
        signed_by=tuple(sorted(revision.signed)),
        unsigned=revision.unsigned(plan.roles),
        signed_on=revision.signed_on(plan.roles),
        goals=goals_on(plan.part, day),
        items=items_on(plan.part, day),
    )


def needs(part: PlanPart | CounsellingPart, at: ProgramSnapshot, seer: Redactor) -> Iterator[Need]:
    """A plan that lacks a signature, and one whose goals are others than those that were signed.

    Nothing is asked of pairings that never put a plan on paper, nor of those that have ended.
    """
    if not isinstance(part, PlanPart) or part.pairing not in at.pairings:
        return
    if at.pairings[part.pairing].situation == "ended":
        return
    plan = _Plan(part, at)
    if plan.state not in ("unsigned", "changed"):
        return
    last = plan.revisions[-1]
    paper = f"revision {last.number} of a plan, of {last.paper.on}"
    if plan.state == "unsigned":
        since = last.paper.on
        why = f"{paper}, is not signed by {' and '.join(last.unsigned(plan.roles))}"
    else:
        since = min(moved_on(plan.part, goal_id, at.day) for goal_id in plan.changes)
        count = len(plan.changes)
        why = f"{count} {'goal' if count == 1 else 'goals'} came or went since {paper}"
    yield Need(
        kind=f"plan_{plan.state}",
        subject=part.pairing,
        people=tuple(who(at, seer, member.participant) for member in plan.members),
        since=since,
        days=(at.day - since).days,
        why=why,
    )


def combine(parts: Parts, at: ProgramSnapshot) -> BoardTotals:
    """All plans of a program together."""
    every = [part for part in parts.values() if isinstance(part, PlanPart)]
    plans = [_Plan(part, at) for part in every if part.pairing in at.pairings]
    states = [plan.state for plan in plans]
    reached = [stands(plan.part, g, at.day)[0] for plan in plans for g in plan.goals]
    return BoardTotals(
        pairings=len(plans),
        empty=states.count("empty"),
        draft=states.count("draft"),
        unsigned=states.count("unsigned"),
        changed=states.count("changed"),
        signed=states.count("signed"),
        goals=len(reached),
        achieved=reached.count("achieved"),
    )


BOARD = ProgramView(
    name="plan.board",
    projection=FOLD,
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={"plan_unsigned": "item_overdue", "plan_changed": "item_overdue"},
    about={
        "plan_unsigned": "a plan lacks a signature",
        "plan_changed": "a plan was changed since it was signed",
    },
    dated=True,
    prompted_by=frozenset({EvidenceAttached}),
)
