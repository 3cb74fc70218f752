"""How plans and counselling are folded: the one from pairings, the other from participants.

Both views are told from one fold, so that the log is read once for both.
"""

from bisect import insort
from typing import Any

from mentorcore.domain.pairing.events.forming import PairingFormed
from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
)
from mentorcore.domain.participant.events import ParticipantEnrolled
from mentorcore.domain.requirements.evidence_events import (
    EvidenceAttached,
    ParticipantEvidenceAttached,
)
from mentorcore.practices.plan.parts import (
    HANDED_OVER,
    Closing,
    CounsellingPart,
    FormPart,
    GoalPart,
    ItemPart,
    Paper,
    PlanPart,
    Step,
)
from mentorcore.practices.plan.standing import SIGNATURE
from mentorcore.practices.spec import Projection, Recorded

__all__ = ["FOLD"]

FORMS = frozenset({"form", "paper"})
"""The kinds of evidence that a form of counselling may be."""

Part = PlanPart | CounsellingPart


def apply(part: Part, told: Recorded[Any]) -> Part:
    """Fold one event into the plan of its pairing, or the counselling of its participant."""
    if isinstance(part, PlanPart):
        return _plan(part, told)
    return _counselling(part, told)


def _plan(part: PlanPart, told: Recorded[Any]) -> PlanPart:
    """Fold one event into the plan."""
    at = told.version
    match told.event:
        case PairingFormed() as e:
            part.pairing = e.pairing_id
        case GoalSet() as e:
            goal = GoalPart(e.on, at, e.due_on, e.area, e.revises, e.reached, e.statement)
            part.goals[e.goal_id] = goal
        case GoalProgressRecorded() as e:
            insort(part.steps.setdefault(e.goal_id, []), Step(e.on, at, e.status))
        case GoalHandedOver() as e:
            insort(part.steps.setdefault(e.goal_id, []), Step(e.on, at, HANDED_OVER))
        case ActionItemAgreed() as e:
            part.items[e.item_id] = ItemPart(e.on, at, e.owner, e.due_on, e.goal_id, e.text)
        case ActionItemClosed() as e:
            closing = Closing(e.on, at, e.outcome)
            part.closings[e.item_id] = max(closing, part.closings.get(e.item_id, closing))
        case EvidenceAttached() as e if e.visibility != "evaluative":
            insort(part.papers, Paper(e.on, at, e.evidence_id, e.kind, e.title, e.signed_by))
    return part


def _counselling(part: CounsellingPart, told: Recorded[Any]) -> CounsellingPart:
    """Fold one event into the counselling of a participant."""
    match told.event:
        case ParticipantEnrolled() as e:
            part.participant = e.participant_id
        case ParticipantEvidenceAttached() as e if e.visibility == "evaluative":
            form = FormPart(e.on, told.version, e.evidence_id, e.title, e.signed_by)
            if e.kind in FORMS:
                insort(part.forms, form)
            elif e.kind == SIGNATURE:
                insort(part.signatures, form)
    return part


FOUNDING = frozenset({PairingFormed, ParticipantEnrolled})
FACTS = frozenset(
    {
        GoalSet,
        GoalProgressRecorded,
        GoalHandedOver,
        ActionItemAgreed,
        ActionItemClosed,
        EvidenceAttached,
        ParticipantEvidenceAttached,
    }
)

FOLD: Projection[Any] = Projection(
    name="plan",
    version=1,
    initial={"pairing": PlanPart, "participant": CounsellingPart},
    apply=apply,
    corrected=lambda part, _correction, _target: part,
    combine=lambda parts: parts,
    events=FOUNDING | FACTS,
    unordered=FACTS,
)
"""The fold of both views; what founds a stream is folded in order, since it says whose it is."""
