"""Goals in check-ins: found like people are, handed over with the mentee, never set by a slip."""

from collections.abc import Iterator
from typing import Any

import pytest
from engine.harbor import Harbor, Text, harbor
from engine.world import COORDINATOR, mc
from hypothesis import given
from hypothesis import strategies as st

HEAD = "Id,Mentee,Goal,Status,On\n"
SET = "1,Carla Ruiz,Call each family once,set,2026-09-15\n"
MAPPING = """
form = "check-ins"
kind = "goal-check-in"
coverage = "partial"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
mentee = "Mentee"
goal = "Goal"
status = "Status"
on = "On"
"""
SEES = mc.Viewer.coordinator()


@pytest.fixture
def school() -> Iterator[Harbor]:
    with harbor() as opened:
        yield opened.people()


def take(school: Harbor, rows: str, mapping: str = MAPPING) -> Any:
    declared = mc.read_mapping(mapping, "check-ins.toml")
    return school.engine.take_in(Text(HEAD + rows), declared, actor=COORDINATOR)


def counts(school: Harbor) -> dict[str, int]:
    told: Any = school.engine.status(viewer=SEES)
    goals = told.numbers.goals
    reached = ("set", "in_progress", "achieved", "deferred", "abandoned")
    return {word: n for word in reached if (n := getattr(goals, word))}


def shown(school: Harbor) -> list[tuple[str, str]]:
    rows = school.engine.status(viewer=SEES).pairings
    return [(str(goal.statement), goal.status) for row in rows for goal in row.goals]


def test_progress_on_a_misspelt_goal_is_refused_with_the_goal_that_is_meant(
    school: Harbor,
) -> None:
    report = take(school, SET + "2,Carla Ruiz,Call each familly once,in_progress,2026-10-10\n")

    assert report.sentence() == "1 taken, 1 refused."
    assert "did you mean 'Call each family once'?" in report.findings[0].reason
    assert counts(school) == {"set": 1}


def test_progress_on_a_goal_that_nobody_set_says_how_one_is_set(school: Harbor) -> None:
    report = take(school, "2,Carla Ruiz,Read one book,achieved,2026-10-10\n")

    assert report.sentence() == "1 refused."
    assert "a row that sets one says so in its status" in report.findings[0].reason


def test_progress_may_set_goals_where_the_mapping_says_so(school: Harbor) -> None:
    either = MAPPING + '[defaults]\nunknown_goal = "set"\n'

    report = take(school, "2,Carla Ruiz,Read one book,in_progress,2026-10-10\n", either)

    assert report.sentence() == "1 taken."
    assert counts(school) == {"in_progress": 1}


def test_words_that_are_nearly_a_goal_are_asked_about_before_they_set_another(
    school: Harbor,
) -> None:
    slip = "2,Carla Ruiz,Call each familly once,set,2026-09-20\n"

    (question,) = take(school, SET + slip).questions
    school.engine.settle(question.response, "take_it", actor=COORDINATOR)
    report = take(school, SET + slip)

    assert "is nearly the goal 'Call each family once'" in question.sentence
    assert (report.sentence(), report.questions) == ("1 taken, 1 unchanged.", [])
    assert counts(school) == {"set": 2}


def test_a_slip_that_is_to_be_left_sets_no_goal(school: Harbor) -> None:
    slip = "2,Carla Ruiz,Call each familly once,set,2026-09-20\n"
    (question,) = take(school, SET + slip).questions
    school.engine.settle(question.response, "leave_it", actor=COORDINATOR)

    report = take(school, SET + slip)

    assert report.sentence() == "1 unchanged, 1 skipped."
    assert (report.questions, counts(school)) == ([], {"set": 1})


def test_words_that_differ_in_a_number_are_two_goals(school: Harbor) -> None:
    rows = "1,Carla Ruiz,Visit a lesson of grade 3,set,2026-09-15\n"
    more = "2,Carla Ruiz,Visit a lesson of grade 4,set,2026-09-15\n"

    assert take(school, rows + more).sentence() == "2 taken."


def test_a_goal_goes_on_with_the_next_mentor(school: Harbor) -> None:
    take(school, SET)

    report = take(school, SET + "2,Carla Ruiz,CALL  each family once,achieved,2026-11-10\n")

    assert report.sentence() == "1 taken, 1 unchanged."
    assert counts(school) == {"achieved": 1}
    assert shown(school) == [
        ("Call each family once", "handed_over"),
        ("Call each family once", "achieved"),
    ]


def test_what_was_reached_before_is_taken_along(school: Harbor) -> None:
    take(school, SET + "2,Carla Ruiz,Call each family once,in_progress,2026-10-01\n")

    take(school, "3,Carla Ruiz,Call each family once,set,2026-10-25\n")

    assert counts(school) == {"in_progress": 1}


def test_a_misspelt_goal_of_the_earlier_pairing_is_suggested(school: Harbor) -> None:
    take(school, SET)

    report = take(school, "2,Carla Ruiz,Call each familly once,achieved,2026-11-10\n")

    assert "did you mean 'Call each family once'?" in report.findings[0].reason
    assert counts(school) == {"set": 1}


def test_a_goal_that_was_reached_with_the_first_mentor_may_be_set_anew(school: Harbor) -> None:
    take(school, SET + "2,Carla Ruiz,Call each family once,achieved,2026-10-01\n")

    report = take(school, "3,Carla Ruiz,Call each family once,set,2026-11-10\n")

    assert report.sentence() == "1 taken."
    assert counts(school) == {"set": 1, "achieved": 1}


def test_a_late_row_about_the_first_pairing_moves_the_goal_there(school: Harbor) -> None:
    take(school, SET + "2,Carla Ruiz,Call each family once,achieved,2026-11-10\n")

    report = take(school, "3,Carla Ruiz,Call each family once,in_progress,2026-10-02\n")

    assert report.sentence() == "1 taken."
    assert counts(school) == {"achieved": 1}


def test_progress_that_was_taken_back_leaves_the_goal_where_it_was(school: Harbor) -> None:
    take(school, SET)
    on = "2,Carla Ruiz,Call each family once,{},2026-11-10\n"
    report = take(school, on.format("achieved"))

    school.engine.handle(mc.ReverseImport(batch_id=report.batch), actor=COORDINATOR)

    assert shown(school) == [("Call each family once", "set")]


def test_a_corrected_slip_leaves_one_goal(school: Harbor) -> None:
    full = MAPPING.replace("partial", "full")
    take(school, "1,Ben Ode,Speek up,set,2026-09-15\n", full)

    report = take(school, "1,Ben Ode,Speak up,set,2026-09-15\n", full)

    assert report.sentence() == "1 amended."
    assert shown(school) == [("Speak up", "set")]


@given(
    steps=st.lists(
        st.tuples(
            st.integers(min_value=0, max_value=60),
            st.sampled_from(["set", "in_progress"]),
            st.sampled_from(["Call each family once", "call each  FAMILY once "]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_one_goal_is_one_goal_however_often_it_is_checked_in(
    steps: list[tuple[int, str, str]],
) -> None:
    days = sorted(steps)
    rows = [SET]
    for n, (days_later, status, words) in enumerate(days, 2):
        month, rest = (9, 15 + days_later) if days_later < 15 else (10, days_later - 14)
        month, rest = (month, rest) if rest <= 31 else (11, rest - 31)
        rows.append(f"{n},Carla Ruiz,{words},{status},2026-{month:02}-{rest:02}\n")
    with harbor() as opened:
        school = opened.people()

        take(school, "".join(rows))
        take(school, "".join(rows))

        assert sum(counts(school).values()) == 1
