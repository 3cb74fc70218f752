"""Goals are set and carried on, feedback is given."""

from datetime import UTC, date, datetime

import attrs
import pytest
from intake.made_forms import (
    FEEDBACK,
    GOALS,
    kinds,
    refused,
)
from intake.small_program import (
    GOAL,
    P_ANNA,
    P_BEN,
    P_CARLA,
    PAIR,
    Form,
    people,
)

from mentorcore.domain.pairing.events.work import GiveFeedback, RecordGoalProgress, SetGoal
from mentorcore.domain.values import GoalId
from mentorcore.intake.directory import KnownGoal
from mentorcore.intake.intents import Rejected

CHECKED = {"E-mail": "ben@example.org", "Goal": "Lead a team meeting"}


def test_a_goal_that_is_not_known_is_set() -> None:
    either = GOALS + 'unknown_goal = "set"\n'
    intended = Form(either).row(
        {**CHECKED, "Goal": "Visit three classes ", "Due": "2027-01-31", "Status": "in progress"},
        at=datetime(2026, 11, 5, tzinfo=UTC),
    )

    set_, progress = (f.command for f in intended.facts)
    assert isinstance(set_, SetGoal)
    assert (set_.statement, set_.on) == ("Visit three classes", date(2026, 11, 4))
    assert set_.due_on == date(2027, 1, 31)
    assert isinstance(progress, RecordGoalProgress)
    assert (progress.goal_id, progress.status) == (set_.goal_id, "in_progress")


@pytest.mark.parametrize("status", ["", "set"])
def test_a_goal_that_was_only_set_has_no_progress(status: str) -> None:
    intended = Form(GOALS).row({**CHECKED, "Goal": "Something new", "Status": status})

    assert kinds(intended) == [SetGoal]


def test_the_same_words_are_the_same_goal() -> None:
    intended = Form(GOALS).row(
        {**CHECKED, "Goal": " LEAD a team  meeting", "Status": "achieved", "Comment": "At last"}
    )

    (progress,) = (f.command for f in intended.facts)
    assert (progress.goal_id, progress.status, progress.comment) == (GOAL, "achieved", "At last")


def test_a_remark_without_a_status_is_progress() -> None:
    intended = Form(GOALS).row({**CHECKED, "Comment": "Slowly"})

    assert intended.facts[0].command.status == "in_progress"


def test_a_goal_that_is_reported_as_achieved_twice_says_nothing_new() -> None:
    form = Form(GOALS)
    goal = form.known.goal(PAIR, GOAL)
    assert goal is not None
    form.known.put(attrs.evolve(goal, status="achieved", on=date(2026, 10, 1)))

    assert form.row({**CHECKED, "Status": "achieved"}).facts == ()
    assert len(form.row({**CHECKED, "Status": "achieved"}, again=True).facts) == 1
    assert len(form.row({**CHECKED, "Status": "in_progress"}).facts) == 1


FELT = {"E-mail": "ben@example.org", "Helpful": "4"}


def test_feedback_rates_on_the_scales_of_the_program() -> None:
    intended = Form(FEEDBACK).row({**FELT, "Helpful": "very much", "Text": "Thank you"})

    (given,) = (f.command for f in intended.facts)
    assert isinstance(given, GiveFeedback)
    assert [(r.scale, r.rating) for r in given.ratings] == [("helpful", 5)]
    assert (given.author, given.about, given.visibility) == (P_BEN, "pairing", "coordinator")
    assert given.text == "Thank you"


def test_feedback_about_a_person_is_about_the_other_one() -> None:
    intended = Form(FEEDBACK).row({**FELT, "About": "person"})

    assert intended.facts[0].command.about_participant == P_ANNA


def test_feedback_about_a_person_in_a_group_has_to_say_about_whom() -> None:
    known = people()
    pairing = known.pairing(PAIR)
    assert pairing is not None
    known.put(attrs.evolve(pairing, members=frozenset({P_ANNA, P_BEN, P_CARLA})))

    with pytest.raises(Rejected, match="nothing tells the about_person"):
        Form(FEEDBACK, known).row({**FELT, "About": "person"})


def test_empty_feedback_and_odd_ratings_are_refused() -> None:
    assert "nothing was rated and nothing written" in refused(Form(FEEDBACK), **{**FELT, "Helpful": ""})  # fmt: skip
    assert "Helpful: '4 or 5' is not a whole number" in refused(Form(FEEDBACK), **{**FELT, "Helpful": "4 or 5"})  # fmt: skip


def test_a_cell_cannot_show_what_is_confidential() -> None:
    text = FEEDBACK.replace('kind = "feedback"', 'kind = "feedback"\nmode = "confidential"')
    form = Form(text.replace('text = "Text"', 'visibility = "Who"\ntext = "Text"'))

    with pytest.raises(Rejected, match="Who: 'public' would show what is confidential"):
        form.row({**FELT, "Who": "public"})
    assert form.row(FELT).facts[0].command.visibility == "coordinator"


def test_words_that_two_goals_share_are_refused() -> None:
    form = Form(GOALS)
    form.known.put(
        KnownGoal(goal=GoalId("goal:" + "9" * 32), pairing=PAIR, statement=CHECKED["Goal"])
    )

    with pytest.raises(Rejected, match="this pairing has 2 goals with these words"):
        form.row({**CHECKED, "Status": "achieved"})
