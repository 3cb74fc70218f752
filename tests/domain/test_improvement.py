"""What was found leads to an action with an owner and a day, and is looked at again."""

from typing import Any

import pytest
from domain.school import PROGRAM, day, mc, program, version_of

ACTION: Any = f"improvement:{1:032x}"
LATE = "2026-11-01T12:00Z"


def adopt(**other: Any) -> Any:
    """On 1 October: mentors learn to give feedback, until 30 October."""
    usual = {
        "program_id": PROGRAM,
        "improvement_id": ACTION,
        "on": day("2026-10-01"),
        "finding": "Half of the mentees say that feedback is rare",
        "finding_ref": "pulse-2026-09",
        "action": "A workshop on feedback for all mentors",
        "owner": "program-lead",
        "due_on": day("2026-10-30"),
    }
    return mc.AdoptImprovementAction(**(usual | other))


def review(**other: Any) -> Any:
    usual = {
        "program_id": PROGRAM,
        "improvement_id": ACTION,
        "on": day("2026-10-28"),
        "outcome": "partly_effective",
        "due_on": day("2026-12-18"),
    }
    return mc.ReviewImprovement(**(usual | other))


def test_an_action_is_adopted_and_looked_at_until_nothing_is_left_to_look_at() -> None:
    story = program().given(adopt(), review(), at=LATE)

    over = story.when(review(outcome="effective", due_on=None), at=LATE).recorded()

    assert [type(e).__name__ for e in over.events(PROGRAM)[-3:]] == [
        "ImprovementActionAdopted",
        "ImprovementReviewed",
        "ImprovementReviewed",
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"finding": " "}, "empty_text"),
        ({"action": ""}, "empty_text"),
        ({"on": day("2026-11-02")}, "in_the_future"),
        ({"due_on": day("2026-09-30")}, "ends_before_start"),
    ],
)
def test_an_action_says_what_was_found_what_is_done_and_by_when(wrong: Any, code: str) -> None:
    program().when(adopt(**wrong), at=LATE).refuses(code)


def test_no_action_is_adopted_in_a_closed_program() -> None:
    story = program().given(mc.CloseProgram(program_id=PROGRAM, on=day("2026-10-01")), at=LATE)

    story.when(adopt(), at=LATE).refuses("program_closed")


def test_the_same_action_is_adopted_once_and_another_under_its_id_is_refused() -> None:
    story = program().given(adopt(), at=LATE)

    story.when(adopt(), at=LATE).nothing()
    story.when(adopt(owner="dean"), at=LATE).refuses("already_there")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"improvement_id": f"improvement:{9:032x}"}, "no_such_improvement"),
        ({"on": day("2026-11-02")}, "in_the_future"),
        ({"on": day("2026-09-30")}, "before_it_begins"),
        ({"due_on": day("2026-10-27")}, "ends_before_start"),
    ],
)
def test_what_is_looked_at_was_adopted(wrong: Any, code: str) -> None:
    program().given(adopt(), at=LATE).when(review(**wrong), at=LATE).refuses(code)


def test_what_came_of_an_action_is_told_after_the_program_closed_as_well() -> None:
    closing = mc.CloseProgram(program_id=PROGRAM, on=day("2026-10-20"))

    assert program().given(adopt(), closing, at=LATE).when(review(), at=LATE).events


def test_an_action_is_one_of_the_program() -> None:
    story = program().given(adopt(), at=LATE)
    action = adopt().improvement_id

    assert story.state(PROGRAM).holds(action)
    assert not program().state(PROGRAM).holds(action)


def test_an_action_that_was_looked_at_is_not_retracted_before_that_is() -> None:
    story = program().given(adopt(), review(), at=LATE)
    target = version_of(story, PROGRAM, mc.ImprovementActionAdopted)

    story.when(mc.RetractRecord(stream=PROGRAM, target=target), at=LATE).refuses(
        "others_rest_on_it"
    )


def test_what_is_amended_passes_the_same_guards() -> None:
    story = program().given(adopt(), review(), at=LATE)
    target = version_of(story, PROGRAM, mc.ImprovementReviewed)
    early = mc.AmendRecord(stream=PROGRAM, target=target, changes={"on": day("2026-09-30")})

    story.when(early, at=LATE).refuses("before_it_begins")
