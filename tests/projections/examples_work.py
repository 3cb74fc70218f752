"""An example of every event of a pairing's goals, steps and words, before every view."""

from collections.abc import Iterator
from typing import Any

from projections.cases import EARLY, LATELY, NOTHING, case, mentee, p, persons, told
from projections.town import Town

from mentorcore.domain.pairing.events.work import (
    ActionItemAgreed,
    ActionItemClosed,
    FeedbackGiven,
    GoalHandedOver,
    GoalProgressRecorded,
    GoalSet,
    MismatchReported,
    MismatchSettled,
    NoteWritten,
)


@case(
    GoalSet,
    status={"pairings.0.goals.0.overdue": 10, "numbers.goals.overdue": 1},
    attention={"kinds": ["no_meeting", "goal_overdue"], "needs.1.text": "Plan a unit"},
    history=told("pairing.goal-set"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, goal(town, pair))


def goal(town: Town, pair: str) -> Any:
    return p.GoalSet(
        goal_id=f"goal:{1:032x}",
        on=EARLY,
        due_on=LATELY,
        statement="Plan a unit",
        subjects=persons(town, pair)[1:],
    )


@case(
    GoalProgressRecorded,
    status={"pairings.0.goals.0.status": "achieved", "numbers.goals.achieved": 1},
    attention={"kinds": ["no_meeting"]},
    history=told("pairing.goal-progress-recorded"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, goal(town, pair))
    yield
    reached: Any = f"goal:{1:032x}"
    town.tell(
        pair,
        p.GoalProgressRecorded(
            goal_id=reached, on=LATELY, status="achieved", subjects=persons(town, pair)[1:]
        ),
    )


@case(
    GoalHandedOver,
    status={"pairings.0.goals.0.status": "handed_over", "numbers.goals.set": 0},
    attention={"kinds": ["no_meeting"]},
    history=NOTHING,
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, goal(town, pair))
    yield
    handed: Any = f"goal:{1:032x}"
    town.tell(
        pair,
        p.GoalHandedOver(
            goal_id=handed, on=LATELY, principal_stream=f"pairing:{9:032x}", principal=4
        ),
    )


@case(
    ActionItemAgreed,
    status={"pairings.0.items.0.text": "Visit a class", "numbers.open_items": 1},
    attention={"kinds": ["no_meeting", "item_overdue"]},
    history=told("pairing.action-item-agreed"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, item(town, pair))


def item(town: Town, pair: str) -> Any:
    return p.ActionItemAgreed(
        item_id=f"item:{1:032x}",
        owner=mentee(town, pair),
        on=EARLY,
        due_on=LATELY,
        text="Visit a class",
        subjects=persons(town, pair)[1:],
    )


@case(
    ActionItemClosed,
    status={"pairings.0.items": [], "numbers.open_items": 0},
    attention={"kinds": ["no_meeting"]},
    history=told("pairing.action-item-closed"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, item(town, pair))
    yield
    closed: Any = f"item:{1:032x}"
    town.tell(pair, p.ActionItemClosed(item_id=closed, on=LATELY, outcome="done"))


@case(
    NoteWritten,
    status={"pairings.0.notes": [["journal", 1]]},
    attention=NOTHING,
    history=told("pairing.note-written"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        pair,
        p.NoteWritten(
            note_id=f"note:{1:032x}",
            author=mentee(town, pair),
            kind="journal",
            on=LATELY,
            visibility="pair_private",
            body="It went well",
            subjects=persons(town, pair),
        ),
    )


@case(
    FeedbackGiven,
    status={"pairings.0.feedback.0.ratings.0.rating": 2},
    attention={"kinds": ["low_feedback", "no_meeting"]},
    history=told("pairing.feedback-given"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(
        pair,
        p.FeedbackGiven(
            feedback_id=f"feedback:{1:032x}",
            author=mentee(town, pair),
            about="pairing",
            on=LATELY,
            visibility="coordinator",
            ratings=(p.Rating(scale="fit", rating=2),),
            subjects=persons(town, pair),
        ),
    )


@case(
    MismatchReported,
    status={"pairings.0.mismatches.0.grounds": "style", "numbers.open_mismatches": 1},
    attention={"kinds": ["mismatch", "no_meeting"]},
    history=told("pairing.mismatch-reported"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    yield
    town.tell(pair, mismatch(town, pair))


def mismatch(town: Town, pair: str) -> Any:
    return p.MismatchReported(
        mismatch_id=f"mismatch:{1:032x}",
        by=mentee(town, pair),
        on=LATELY,
        grounds="style",
        wish="mediation",
        text="We talk past each other",
        subjects=persons(town, pair),
    )


@case(
    MismatchSettled,
    status={"pairings.0.mismatches": [], "numbers.open_mismatches": 0},
    attention={"kinds": ["no_meeting"]},
    history=told("pairing.mismatch-settled"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.tell(pair, mismatch(town, pair))
    yield
    settled: Any = f"mismatch:{1:032x}"
    town.tell(pair, p.MismatchSettled(mismatch_id=settled, outcome="continue", on=LATELY))
