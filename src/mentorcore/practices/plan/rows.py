"""The rows of the board: a plan with its goals, steps and revisions, and all plans together."""

from datetime import date

import attrs
from attrs import field

from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
)
from mentorcore.domain.requirements.evidence_events import EvidenceAttached
from mentorcore.practices.spec import Shown, Who, figure, without_text

__all__ = ["BoardTotals", "GoalRow", "ItemRow", "PaperRow", "PlanRow", "RevisionRow"]

Attached = EvidenceAttached
GOALS = (GoalSet, GoalProgressRecorded, GoalHandedOver)
ITEMS = (ActionItemAgreed, ActionItemClosed)
PLAN = (*GOALS, *ITEMS, Attached)


@attrs.frozen
class GoalRow:
    """A goal of the plan.

    Attributes:
        status: ``set``, ``in_progress``, ``achieved``, ``deferred``, ``abandoned``, ``replaced``
            by a later wording, or ``handed_over`` to a later pairing.
        revisions: The revisions of the plan that hold it, as they are numbered.
        statement: The goal in words, for the members and the coordinator.
    """

    goal: str = field(metadata=figure("the goal's id", GoalSet))
    area: str | None = field(metadata=figure("the area it belongs to", GoalSet))
    set_on: date = field(metadata=figure("when it was set", GoalSet))
    due_on: date | None = field(metadata=figure("by when it is to be reached", GoalSet))
    status: str = field(metadata=figure("how far it has come", *GOALS))
    status_on: date = field(metadata=figure("since when", *GOALS))
    revisions: tuple[int, ...] = field(
        metadata=figure("the revisions of the plan that hold it", *GOALS, Attached)
    )
    statement: Shown = field(repr=without_text, metadata=figure("the goal in words", GoalSet))


@attrs.frozen
class ItemRow:
    """An action item of the plan.

    Attributes:
        owner: Whose step it is.
        goal: The goal that it serves.
        state: ``open``, ``done`` or ``dropped``.
        text: The step in words, for the members and the coordinator.
    """

    item: str = field(metadata=figure("the action item's id", ActionItemAgreed))
    owner: Who = field(metadata=figure("whose step it is", ActionItemAgreed))
    goal: str | None = field(metadata=figure("the goal that it serves", ActionItemAgreed))
    agreed_on: date = field(metadata=figure("when it was agreed", ActionItemAgreed))
    due_on: date | None = field(metadata=figure("by when it is to be done", ActionItemAgreed))
    state: str = field(metadata=figure("whether it is open", *ITEMS))
    closed_on: date | None = field(metadata=figure("when it was closed", *ITEMS))
    text: Shown = field(repr=without_text, metadata=figure("the step in words", ActionItemAgreed))


@attrs.frozen
class RevisionRow:
    """The plan as it was signed on a day.

    Attributes:
        revision: Its number, counted from 1 in the order of the days.
        evidence: The paper's id.
        title: What it is called, such as ``ilp`` or ``idp``.
        dated: The day of the paper; the plan stands as it was at the end of that day.
        signed_by: The roles that have signed.
        unsigned: The roles of members that have not signed.
        signed_on: The day on which everybody had signed; nothing before.
        goals: The ids of the goals that it holds.
        items: The ids of the action items that were open on that day.
    """

    revision: int = field(metadata=figure("the number of the revision", Attached))
    evidence: str = field(metadata=figure("the id of the paper", Attached))
    title: str = field(metadata=figure("what the paper is called", Attached))
    dated: date = field(metadata=figure("the day of the paper", Attached))
    signed_by: tuple[str, ...] = field(metadata=figure("the roles that have signed", Attached))
    unsigned: tuple[str, ...] = field(metadata=figure("the roles that have not", Attached))
    signed_on: date | None = field(metadata=figure("when everybody had signed", Attached))
    goals: tuple[str, ...] = field(metadata=figure("the goals that it holds", *GOALS, Attached))
    items: tuple[str, ...] = field(metadata=figure("the steps open then", *ITEMS, Attached))


@attrs.frozen
class PaperRow:
    """Evidence beside the plan itself, such as a form or a record of an inquiry."""

    evidence: str = field(metadata=figure("the id of the evidence", Attached))
    kind: str = field(metadata=figure("what sort of evidence it is", Attached))
    title: str = field(metadata=figure("what it is called", Attached))
    on: date = field(metadata=figure("the day of the evidence", Attached))
    signed_by: tuple[str, ...] = field(metadata=figure("the roles that have signed", Attached))


@attrs.frozen
class PlanRow:
    """The plan of a pairing as it is shown.

    Attributes:
        state: ``empty`` without goals; ``draft`` before a plan was attached; ``unsigned`` while a
            signature is missing; ``changed`` once its goals are others than the signed ones;
            ``signed``.
        revision: The number of the latest revision; 0 before the first.
        days: Days since the paper of that revision.
        changes: The goals that came or went since that revision.
        goals: Every goal, in the order in which they were set.
        items: Every action item, in the order of agreement.
        papers: What was attached beside the plan, in the order of the days.
    """

    pairing: str = field(metadata=figure("the pairing"))
    members: tuple[Who, ...] = field(metadata=figure("the members of the pairing"))
    state: str = field(metadata=figure("how the plan stands", *GOALS, Attached))
    revision: int = field(metadata=figure("the number of the latest revision", Attached))
    days: int | None = field(metadata=figure("days since the latest revision", Attached))
    changes: tuple[str, ...] = field(
        metadata=figure("the goals that came or went since", *GOALS, Attached)
    )
    goals: tuple[GoalRow, ...] = field(metadata=figure("the goals", *GOALS, Attached))
    items: tuple[ItemRow, ...] = field(metadata=figure("the action items", *ITEMS))
    revisions: tuple[RevisionRow, ...] = field(metadata=figure("the revisions", *PLAN))
    papers: tuple[PaperRow, ...] = field(metadata=figure("what was attached beside", Attached))


@attrs.frozen
class BoardTotals:
    """All plans of a program together."""

    pairings: int = field(metadata=figure("pairings"))
    empty: int = field(metadata=figure("pairings without a goal", *GOALS, Attached))
    draft: int = field(metadata=figure("plans that nobody signed yet", *GOALS, Attached))
    unsigned: int = field(metadata=figure("plans that lack a signature", *GOALS, Attached))
    changed: int = field(metadata=figure("plans changed since they were signed", *GOALS, Attached))
    signed: int = field(metadata=figure("plans that stand as signed", *GOALS, Attached))
    goals: int = field(metadata=figure("goals of plans", *GOALS))
    achieved: int = field(metadata=figure("goals that were achieved", *GOALS))
