"""What a program changes because of what it found, and whether somebody looked at it again."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from mentorcore.domain.program import ProgramDesigned
from mentorcore.domain.sustaining.improvement import ImprovementActionAdopted, ImprovementReviewed
from mentorcore.practices.improvement.rows import ActionRow, ActionTotals
from mentorcore.practices.spec import (
    Evidence,
    Need,
    ProgramSnapshot,
    ProgramView,
    Projection,
    Recorded,
    Redactor,
)

__all__ = ["ACTIONS"]


@attrs.define
class ActionPart:
    """An action, as it is folded; ``refs`` are the version and position of its events."""

    finding: str = ""
    finding_ref: str | None = None
    action: str = ""
    owner: str = ""
    adopted_on: date | None = None
    due_on: date | None = None
    reviews: int = 0
    reviewed_on: date | None = None
    outcome: str | None = None
    remark: str = ""
    refs: list[tuple[int, int]] = attrs.Factory(list)

    def state(self, day: date) -> str:
        """How far it has come on a day."""
        if self.due_on is None:
            return "closed"
        return "overdue" if self.due_on < day else "open"


@attrs.define
class ImprovementPart:
    """What a program changes, as it is folded."""

    program: str = ""
    actions: dict[str, ActionPart] = attrs.Factory(dict)


def apply(part: ImprovementPart, told: Recorded[Any]) -> ImprovementPart:
    """Fold one event into what a program changes."""
    event = told.event
    if isinstance(event, ProgramDesigned):
        part.program = told.stream
        return part
    found = part.actions.setdefault(event.improvement_id, ActionPart())
    found.refs.append((told.version, told.position))
    match event:
        case ImprovementActionAdopted():
            found.finding, found.finding_ref = event.finding, event.finding_ref
            found.action, found.owner = event.action, event.owner
            found.adopted_on, found.due_on = event.on, event.due_on
        case reviewed:
            found.reviews += 1
            found.reviewed_on, found.due_on = reviewed.on, reviewed.due_on
            found.outcome, found.remark = reviewed.outcome, reviewed.remark
    return part


def rows(part: ImprovementPart, at: ProgramSnapshot, _seer: Redactor) -> Iterator[ActionRow]:
    """The actions, in the order in which they were adopted."""
    for improvement, found in _in_order(part):
        assert found.adopted_on is not None
        yield ActionRow(
            improvement=improvement,
            finding=found.finding,
            finding_ref=found.finding_ref,
            action=found.action,
            owner=found.owner,
            adopted_on=found.adopted_on,
            due_on=found.due_on,
            state=found.state(at.day),
            reviews=found.reviews,
            reviewed_on=found.reviewed_on,
            outcome=found.outcome,
            remark=found.remark,
            evidence=_behind(part, found),
        )


def _in_order(part: ImprovementPart) -> list[tuple[str, ActionPart]]:
    known = [(i, found) for i, found in part.actions.items() if found.adopted_on is not None]
    return sorted(known, key=lambda pair: (pair[1].adopted_on or date.min, pair[0]))


def _behind(part: ImprovementPart, found: ActionPart) -> tuple[Evidence, ...]:
    return tuple(Evidence(part.program, *ref) for ref in sorted(found.refs))


def needs(part: ImprovementPart, at: ProgramSnapshot, _seer: Redactor) -> Iterator[Need]:
    """An action whose day has passed, and nobody looked at what came of it."""
    for improvement, found in _in_order(part):
        if found.state(at.day) != "overdue":
            continue
        assert found.due_on is not None
        again = "looked at again" if found.reviews else "done and looked at"
        yield Need(
            kind="improvement_overdue",
            subject=improvement,
            people=(),
            since=found.due_on,
            days=(at.day - found.due_on).days,
            why=f"an action of {found.owner} was to be {again} by {found.due_on}",
            due_on=found.due_on,
            code=found.owner,
            text=found.action,
            evidence=_behind(part, found),
        )


def combine(parts: Mapping[str, ImprovementPart], at: ProgramSnapshot) -> ActionTotals:
    """All actions of a program together."""
    found = [action for part in parts.values() for _, action in _in_order(part)]
    states = [action.state(at.day) for action in found]
    return ActionTotals(
        adopted=len(found),
        open=sum(state != "closed" for state in states),
        overdue=states.count("overdue"),
        effective=sum(
            state == "closed" and action.outcome == "effective"
            for state, action in zip(states, found, strict=True)
        ),
    )


ACTIONS = ProgramView(
    name="improvement.actions",
    projection=Projection(
        name="improvement",
        version=1,
        initial={"program": ImprovementPart},
        apply=apply,
        corrected=lambda part, _correction, _target: part,
        combine=lambda parts: parts,
        events=frozenset({ProgramDesigned, ImprovementActionAdopted, ImprovementReviewed}),
    ),
    rows=rows,
    needs=needs,
    combine=combine,
    kinds={"improvement_overdue": "goal_overdue"},
    about={"improvement_overdue": "nobody looked at what came of an action"},
    prompted_by=frozenset({ImprovementActionAdopted}),
)
