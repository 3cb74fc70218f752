"""An import reads a file once; each response it takes keeps its raw answers and what it caused."""

from typing import Any

import pytest
from domain.school import ANNA, mc

from mentorcore.testing import given

BATCH, RESPONSE = f"import:{1:032x}", f"response:{1:032x}"
COUNTS = mc.Counts(taken=1)


def start() -> Any:
    return mc.StartImport(
        batch_id=BATCH,
        adapter="csv",
        adapter_version="1.0",
        form="meeting-log",
        mapping_digest="0f",
    )


def take(**other: Any) -> Any:
    usual = {
        "response_id": RESPONSE,
        "batch_id": BATCH,
        "form": "meeting-log",
        "lifecycle": "complete",
        "subjects": (ANNA.person,),
        "response_key": ("7",),
        "answers": (mc.RawAnswer(question="q1", label="Who?", raw=("Anna",)),),
    }
    return mc.TakeResponse(**(usual | other))


def complete(**other: Any) -> Any:
    return mc.CompleteImport(**({"batch_id": BATCH, "counts": COUNTS} | other))


def test_a_reading_starts_takes_responses_and_ends_with_its_counts() -> None:
    story = given(start(), take()).when(complete()).recorded()

    batch, response = story.state(BATCH), story.state(RESPONSE)

    assert (batch.outcome, batch.counts) == ("completed", COUNTS)
    assert response.readings == 1
    assert response.latest.answers[0].raw == ("Anna",)


def test_a_changed_answer_is_taken_beside_the_old_one() -> None:
    """INV-56: the old one stays readable."""
    edited = take(answers=(mc.RawAnswer(question="q1", label="Who?", raw=("Ben",)),))

    story = given(start(), take(), edited)

    assert [e.answers[0].raw for e in story.events(RESPONSE)] == [("Anna",), ("Ben",)]
    assert story.state(RESPONSE).readings == 2


@pytest.mark.parametrize("lifecycle", ["preview", "test", "spam"])
def test_previews_tests_and_spam_are_taken_and_cause_nothing(lifecycle: Any) -> None:
    """INV-57."""
    caused = (mc.Caused(fact="meeting", stream=f"pairing:{1:032x}", version=2),)
    story = given(start())

    assert story.when(take(lifecycle=lifecycle)).events
    story.when(take(lifecycle=lifecycle, caused=caused)).refuses("causes_nothing", lifecycle)
    assert story.when(take(lifecycle="partial", caused=caused)).events


def test_a_response_names_somebody_under_whose_key_it_is_sealed() -> None:
    given(start()).when(take(subjects=())).refuses("nobody_named")


def test_a_reading_starts_once() -> None:
    given(start()).when(start()).refuses("already_started")


def test_a_reading_that_never_started_takes_nothing() -> None:
    given().when(take()).refuses("no_such_import")
    given().when(complete()).refuses("no_such_import")


def test_a_reading_that_is_over_takes_nothing_more() -> None:
    over = given(start(), complete())

    over.when(take()).refuses("import_over", "completed")
    over.when(complete()).nothing()
    over.when(complete(outcome="failed")).refuses("import_over")
    over.when(start()).refuses("already_started")


def test_responses_that_are_missing_are_named_and_nothing_else_happens() -> None:
    """INV-81: reported, never removed."""
    ended = given(start(), take()).when(complete(missing=(RESPONSE,)))

    assert ended.events[0].missing == (RESPONSE,)
    assert ended.recorded().state(RESPONSE).readings == 1


# ------------------------------------------------------------------------------ taken back


def reverse(**other: Any) -> Any:
    return mc.ReverseImport(**({"batch_id": BATCH, "retracted": 2} | other))


def test_a_reading_that_is_over_is_taken_back_with_what_had_to_be_left() -> None:
    """INV-56."""
    left = (mc.Left(stream=f"pairing:{1:032x}", version=2, why="others_rest_on_it"),)
    story = given(start(), take(), complete())

    taken_back = story.when(reverse(left=left, reason="The wrong file", authority="board"))

    event = taken_back.events[0]
    assert (event.retracted, event.left, event.authority) == (2, left, "board")
    assert event.subjects == (f"person:{1:032x}",)
    assert taken_back.recorded().state(BATCH).reversals == 1


def test_a_reading_under_way_or_unknown_is_not_taken_back() -> None:
    given(start()).when(reverse()).refuses("import_not_over")
    given().when(reverse()).refuses("no_such_import")


def test_what_had_to_be_left_may_be_taken_back_later() -> None:
    left = (mc.Left(stream=f"pairing:{1:032x}", version=2, why="others_rest_on_it"),)
    over = given(start(), complete())
    once = over.given(reverse(retracted=0, left=left))

    over.when(reverse(retracted=0)).nothing()
    once.when(reverse(retracted=0, left=left)).nothing()
    assert once.when(reverse(retracted=1)).recorded().state(BATCH).reversals == 2


# ------------------------------------------------------------------------------ settled answers

OTHER, FOREIGN = f"response:{8:032x}", f"response:{9:032x}"
UNTAKEN, PERSON = f"response:{0xF0:032x}", f"person:{0xB0:032x}"


def two_responses() -> Any:
    return given(
        start(), take(), take(response_id=OTHER), take(response_id=FOREIGN, form="enrolment")
    )


def settle(answer: Any, other: Any = None, response_id: Any = RESPONSE) -> Any:
    return mc.SettleResponse(response_id=response_id, answer=answer, other=other)


@pytest.mark.parametrize(
    ("answer", "other"),
    [("is_edit_of", OTHER), ("are_two", OTHER), ("take_it", None), ("leave_it", None)],
)
def test_somebody_says_what_a_response_is(answer: Any, other: Any) -> None:
    after = two_responses().when(settle(answer, other)).recorded()

    assert after.state(RESPONSE).settled == {other: answer}
    assert after.state(RESPONSE).latest is not None
    assert after.when(settle(answer, other)).events == ()


def test_another_answer_replaces_the_former_by_a_later_event() -> None:
    story = two_responses().given(settle("is_edit_of", OTHER), settle("take_it"))

    after = story.given(settle("are_two", OTHER), settle("leave_it"))

    assert after.state(RESPONSE).settled == {OTHER: "are_two", None: "leave_it"}
    assert [type(e) for e in after.events(RESPONSE)] == [
        mc.ResponseTaken,
        *[mc.ResponseSettled] * 4,
    ]


def test_what_was_settled_stays_settled_when_the_response_is_edited() -> None:
    story = two_responses().given(settle("are_two", OTHER))

    assert story.given(take(lifecycle="final")).state(RESPONSE).settled == {OTHER: "are_two"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (settle("is_edit_of", UNTAKEN), "no_such_response"),
        (settle("same_person", f"person:{0xF0:032x}"), "no_such_person"),
        (settle("same_person"), "not_an_answer"),
        (settle("another_person", OTHER), "not_an_answer"),
        (settle("is_edit_of", PERSON), "not_an_answer"),
        (settle("is_edit_of"), "not_an_answer"),
        (settle("leave_it", OTHER), "not_an_answer"),
        (settle("are_two", RESPONSE), "not_an_answer"),
        (settle("are_two", FOREIGN), "not_an_answer"),
    ],
)
def test_an_answer_that_answers_nothing_is_refused(asked: Any, code: str) -> None:
    two_responses().when(asked).refuses(code)


@pytest.mark.parametrize("answer", ["take_it", "leave_it"])
def test_whether_a_response_is_to_be_taken_is_said_before_it_is(answer: Any) -> None:
    after = given(start()).when(settle(answer, response_id=UNTAKEN)).recorded()

    assert after.state(UNTAKEN).settled == {None: answer}
    assert after.state(UNTAKEN).latest is None
    assert after.given(take(response_id=UNTAKEN)).state(UNTAKEN).settled == {None: answer}


@pytest.mark.parametrize("answer", ["is_edit_of", "are_two"])
def test_whether_two_are_one_is_said_before_the_later_one_is_taken(answer: Any) -> None:
    after = two_responses().when(settle(answer, RESPONSE, response_id=UNTAKEN)).recorded()

    assert after.state(UNTAKEN).settled == {RESPONSE: answer}


@pytest.mark.parametrize("answer", ["same_person", "another_person"])
@pytest.mark.parametrize("response", [RESPONSE, UNTAKEN])
def test_whom_a_response_means_is_said_of_a_person_of_the_log(answer: Any, response: str) -> None:
    story = two_responses().given(mc.RegisterPerson(person_id=PERSON, name="Ada"))

    after = story.when(settle(answer, PERSON, response_id=response)).recorded()

    assert after.state(response).settled == {PERSON: answer}


def test_of_two_responses_one_only_is_an_edit_of_the_other() -> None:
    story = two_responses().given(settle("is_edit_of", OTHER))

    story.when(settle("is_edit_of", RESPONSE, response_id=OTHER)).refuses("not_an_answer")
    assert story.when(settle("are_two", RESPONSE, response_id=OTHER)).events


def test_an_answer_that_is_retracted_settles_nothing() -> None:
    story = two_responses().given(settle("take_it"))

    after = story.when(mc.RetractRecord(stream=RESPONSE, target=2)).recorded()

    assert after.state(RESPONSE).settled == {}
