"""An example of every event of what keeps a program alive, before every view."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from projections.cases import EARLY, LATELY, NOTHING, case, mentor, told

from mentorcore.domain.sustaining import improvement, support

i: Any = improvement  # ids are plain text here
s: Any = support
SUPPORT, ACTION = f"support:{1:032x}", f"improvement:{1:032x}"


def allocated(**more: Any) -> Any:
    usual = {
        "support_id": SUPPORT,
        "kind": "release_time",
        "amount": 600,
        "unit": "minutes",
        "since": EARLY,
    }
    return s.SupportAllocated(**usual | more)


def adopted() -> Any:
    return i.ImprovementActionAdopted(
        improvement_id=ACTION,
        on=EARLY,
        finding="Feedback is rare",
        action="A workshop on feedback",
        owner="program-lead",
        due_on=date(2026, 9, 15),
    )


@case(
    support.SupportAllocated,
    status={"evidence.3.version": 4, "numbers": NOTHING},
    attention=NOTHING,
    history=told("program.support-allocated"),
)
def _(town: Any, pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(town.program, allocated(since=LATELY, participant=mentor(town, pair)))


@case(support.SupportUsed, status=NOTHING, attention=NOTHING, history=told("program.support-used"))
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    town.tell(town.program, allocated())
    yield
    town.tell(town.program, s.SupportUsed(support_id=SUPPORT, on=LATELY, amount=700))


@case(
    improvement.ImprovementActionAdopted,
    status={"evidence.3.version": 4, "numbers": NOTHING},
    attention=NOTHING,
    history=told("program.improvement-adopted"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    yield
    town.tell(town.program, adopted())


@case(
    improvement.ImprovementReviewed,
    status=NOTHING,
    attention=NOTHING,
    history=told("program.improvement-reviewed"),
)
def _(town: Any, _pair: str) -> Iterator[None]:
    town.subject = town.program
    town.tell(town.program, adopted())
    yield
    reviewed = i.ImprovementReviewed(
        improvement_id=ACTION, on=date(2026, 9, 18), outcome="effective"
    )
    town.tell(town.program, reviewed)
