"""What no rule can know about a row is asked once, and the answer is an event."""

from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from engine.world import COORDINATOR, mc
from practices.conftest import Visited
from practices.stranger import VISITS
from practices.stranger.forms import VISIT_LOG
from practices.stranger.forms import read as read_visit
from practices.test_forms import MAPPING, TITLES, Text

from mentorcore.engine.engine import Engine
from mentorcore.errors import Refused
from mentorcore.intake.intents import Asked, Reason
from mentorcore.practices.spec import Intents, Row

VISIT = "11/4/2026 17:00:00,Somebody 1,Somebody 0,11/3/2026,30,,Loud\n"
OTHER = "11/5/2026 17:00:00,Somebody 1,Somebody 0,11/4/2026,20,,Quiet\n"


def read_doubting(row: Row) -> Intents:
    """A visit; a loud one only after somebody said that it is to be taken."""
    said = row.settled.get(None)
    if row.text("note") == "Loud" and said is None:
        raise Asked([Reason("", "is it a visit?")], ("take_it", "leave_it"))
    return read_visit(row)


DOUBTING = attrs.evolve(VISITS, forms=(attrs.evolve(VISIT_LOG, read=read_doubting),))


@pytest.fixture
def asking(visited: Visited) -> Engine:
    """The same log, by a practice whose form asks."""
    return visited.shared.open(DOUBTING)


def take(engine: Engine, rows: str, titles: str = TITLES) -> Any:
    source: Any = Text(titles + rows)
    mapping = mc.read_mapping(MAPPING, "visits.toml", kinds=DOUBTING.form_kinds)
    return engine.take_in(source, mapping, actor=COORDINATOR)


def streams(engine: Engine, name: str) -> list[str]:
    return [r.stream for r in engine.events() if r.name == name]


def test_a_row_that_is_asked_about_is_refused_and_its_question_names_the_answers(
    asking: Engine,
) -> None:
    report = take(asking, VISIT + OTHER)

    (question,) = report.questions
    assert report.sentence() == "1 taken, 1 refused."
    assert (question.sentence, question.where.line) == ("is it a visit?", 2)
    assert question.commands("my program")[0] == (
        f"mentorcore settle 'my program' {question.response} take_it"
    )
    assert report.plain()["questions"][0]["answers"] == ["take_it", "leave_it"]
    assert question.response not in streams(asking, "response.taken")


def test_the_same_row_asks_the_same_question_again_and_nothing_is_recorded(asking: Engine) -> None:
    first = take(asking, VISIT)
    position = asking.position

    again = take(asking, VISIT)
    wider = take(asking, VISIT.replace("\n", ",North\n"), TITLES.replace("\n", ",School\n"))

    assert first.questions[0].response == again.questions[0].response
    assert first.questions[0].response == wider.questions[0].response
    assert asking.position == position


def test_an_answer_is_recorded_before_the_response_and_the_next_import_acts_on_it(
    asking: Engine,
) -> None:
    (question,) = take(asking, VISIT).questions
    asking.settle(question.response, "take_it", actor=COORDINATOR)

    report = take(asking, OTHER + VISIT)

    assert (report.sentence(), report.questions) == ("2 taken.", [])
    assert question.response in streams(asking, "response.taken")
    assert take(asking, VISIT + OTHER).sentence() == "2 unchanged."


def test_what_is_to_be_left_is_asked_no_more_until_another_answer_is_given(asking: Engine) -> None:
    (question,) = take(asking, VISIT).questions
    asking.settle(question.response, "leave_it", actor=COORDINATOR)

    left = take(asking, VISIT)
    asking.settle(question.response, "take_it", actor=COORDINATOR)
    taken = take(asking, VISIT)

    assert (left.sentence(), left.questions) == ("1 skipped.", [])
    assert "somebody said that this response is to be left" in left.findings[0].reason
    assert taken.sentence() == "1 taken."


def test_rows_that_say_something_else_are_questions_of_their_own(asking: Engine) -> None:
    (one,) = take(asking, VISIT).questions
    (other,) = take(asking, VISIT.replace(",30,", ",45,")).questions
    asking.settle(one.response, "take_it", actor=COORDINATOR)

    report = take(asking, VISIT.replace(",30,", ",45,"))

    assert one.response != other.response
    assert [q.response for q in report.questions] == [other.response]


def test_an_answer_about_nothing_that_was_asked_is_refused(asking: Engine) -> None:
    with pytest.raises(Refused) as refused:
        asking.settle(f"response:{0xF0:032x}", "take_it", actor=COORDINATOR)

    assert refused.value.code == "no_such_response"


def test_an_answer_that_is_taken_back_is_asked_for_again(asking: Engine) -> None:
    (question,) = take(asking, VISIT).questions
    asking.settle(question.response, "leave_it", actor=COORDINATOR)

    asking.handle(mc.RetractRecord(stream=question.response, target=1), actor=COORDINATOR)

    assert [q.response for q in take(asking, VISIT).questions] == [question.response]


def test_an_import_that_is_taken_back_leaves_the_answer(asking: Engine) -> None:
    (question,) = take(asking, VISIT).questions
    asking.settle(question.response, "take_it", actor=COORDINATOR)
    taken = take(asking, VISIT)

    asking.handle(mc.ReverseImport(batch_id=taken.batch), actor=COORDINATOR)
    again = take(asking, VISIT)

    assert again.sentence() == "1 taken."


def test_what_is_settled_is_told_to_the_reader_of_an_edit_too(asking: Engine) -> None:
    take(asking, VISIT.replace("Loud", "Calm"))
    (question,) = take(asking, VISIT).questions
    asking.settle(question.response, "take_it", actor=COORDINATOR)

    report = take(asking, VISIT)

    assert report.sentence() == "1 amended."
    said: Mapping[Any, Any] = asking._desk.session().state(question.response).settled
    assert said == {None: "take_it"}
