"""Who is recognised, what is refused, and who is told what: counted, and never ranked (INV-78)."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from engine.world import Clock, World, mc, numbers
from practices.community.recognising import CITATION, GIVEN, thanking
from practices.community.test_resources import amended, refusal, retracted
from practices.community.world import Sharing, begun

import mentorcore
from mentorcore.domain.values import Code, Withheld
from mentorcore.practices.community.recognition.deciding import (
    Recognition,
    evolve,
    recognised,
)

SEES = mc.Viewer.coordinator()
DAY = timedelta(days=1)
AGAIN = "She came to each rehearsal of my first lesson"


@pytest.fixture
def here() -> Any:
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        yield begun(engine)


def given(here: Sharing, viewer: Any = SEES, **moment: Any) -> Any:
    return here.engine.view("community.recognition", here.world.program, viewer=viewer, **moment)


def member(here: Sharing, participant: str) -> Any:
    return mc.Viewer.member(here.world.persons[participant])


def test_a_recognition_is_awarded_once(here: Sharing) -> None:
    made = here.world.do(thanking(here))

    again = thanking(here, recognition_id=made)

    assert refusal(lambda: here.world.ask(again)) == "already_awarded"


def test_a_recognition_is_of_a_program(here: Sharing) -> None:
    of_none = thanking(here, program_id=f"program:{9:032x}")

    assert refusal(lambda: here.world.ask(of_none)) == "no_such_program"


def test_a_participant_of_the_program_is_recognised(here: Sharing) -> None:
    nobody = thanking(here, to=f"participant:{9:032x}")

    assert refusal(lambda: here.world.ask(nobody)) == "no_such_participant"


def test_nobody_is_recognised_in_another_program(here: Sharing) -> None:
    other = World(here.engine)

    stray = thanking(here, program_id=other.program)

    assert refusal(lambda: here.world.ask(stray)) == "no_such_participant"


def test_whoever_gives_it_is_registered(here: Sharing) -> None:
    from_nobody = thanking(here, by=f"person:{9:032x}")

    assert refusal(lambda: here.world.ask(from_nobody)) == "no_such_person"


def test_a_person_gives_it_or_an_office(here: Sharing) -> None:
    two = thanking(here, office=Code("school_board"))
    made = here.world.ask(thanking(here))

    assert refusal(lambda: here.world.ask(two)) == "two_givers"
    assert refusal(lambda: amended(here, made, office="school_board")) == "two_givers"


def test_it_may_come_from_nobody_who_is_named(here: Sharing) -> None:
    made = here.world.do(thanking(here, by=None))

    told = given(here).row(made)

    assert (told.by, told.office) == (None, None)


@pytest.mark.parametrize("citation", ["", " \u200b"])
def test_a_citation_says_something(here: Sharing, citation: str) -> None:
    blank = thanking(here, citation=citation)

    assert refusal(lambda: here.world.ask(blank)) == "empty_text"


def test_nobody_is_recognised_in_the_future(here: Sharing) -> None:
    tomorrow = thanking(here, on=date(2026, 11, 24))

    assert refusal(lambda: here.world.ask(tomorrow)) == "in_the_future"


def test_what_is_no_event_of_it_changes_nothing() -> None:
    empty = Recognition()

    assert evolve(empty, object()) is empty
    assert recognised("", empty, object()) == ()


def test_a_citation_is_amended_and_taken_back_under_the_same_key(here: Sharing) -> None:
    record = here.world.ask(thanking(here))
    made = record.events[0].stream

    amended(here, record, citation=AGAIN)
    told = given(here).row(made)
    taken_back = retracted(here, record)

    assert told.citation == AGAIN
    assert given(here).row(made) is None
    retracted(here, taken_back)
    assert given(here).row(made).citation == AGAIN


def test_both_times_are_asked_for(here: Sharing) -> None:
    known = here.engine.position
    made = here.world.do(thanking(here))

    assert given(here, as_of=GIVEN).row(made) is not None
    assert given(here, as_of=GIVEN - DAY).row(made) is None
    assert given(here, as_known=known).row(made) is None


def test_recognition_is_counted_by_kind_and_nobody_is_ranked(here: Sharing) -> None:
    """INV-78"""
    for kind in ("thanks", "award", "thanks"):
        here.world.do(thanking(here, kind=kind))
    here.world.do(thanking(here, kind="thanks", to=here.mentee, by=None))

    told = given(here)

    assert told.totals.given == 4
    assert list(told.totals.by_kind.items()) == [("award", 1), ("thanks", 3)]
    assert [row.recognition for row in told.rows] == sorted(r.recognition for r in told.rows)
    counted = [f.name for f in attrs.fields(type(told.rows[0])) if f.type in ("int", int)]
    assert counted == [], "a row counts nothing by which people could be put in an order"


def test_a_member_is_told_what_was_given_to_them_and_no_counts(here: Sharing) -> None:
    mine = here.world.do(thanking(here))
    theirs = here.world.do(thanking(here, to=here.mentee, by=None, kind="award"))

    told = given(here, member(here, here.mentor))

    assert told.row(mine).citation == CITATION
    assert told.row(theirs) is None
    assert isinstance(told.totals, Withheld)
    assert told.others is not None


def test_what_is_said_is_read_by_whom_it_is_said_of_and_the_coordinator(here: Sharing) -> None:
    made = here.world.do(thanking(here))

    def told(viewer: Any) -> Any:
        return given(here, viewer).row(made).citation

    assert told(SEES) == told(member(here, here.mentor)) == CITATION
    assert isinstance(told(mc.Viewer.auditor()), Withheld)
    assert isinstance(told(member(here, here.mentee)), Withheld)


def test_a_figure_says_which_record_it_rests_on(here: Sharing) -> None:
    made = here.world.do(thanking(here))

    why = here.engine.explain(made, "community.recognition.kind", viewer=SEES)

    assert why.value == "thanks"
    assert {ground.record.name for ground in why.grounds} == {"recognition.awarded"}
