"""What may be announced, and to whom it is told that it was."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from engine.world import Clock, mc, numbers
from practices.community.world import MET, Sharing, published

import mentorcore
from mentorcore.domain.values import Code, Withheld
from mentorcore.errors import Refused
from mentorcore.practices.community.announcement.deciding import (
    Announcement,
    check_announcement,
    evolve,
)

SEES = mc.Viewer.coordinator()
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Any:
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        here = published(engine)
        here.announce()
        yield here


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def told(here: Sharing, viewer: Any = SEES, **moment: Any) -> Any:
    return here.engine.view("community.announcements", here.world.program, viewer=viewer, **moment)


def member(here: Sharing, participant: str) -> Any:
    return mc.Viewer.member(here.world.persons[participant])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"program_id": f"program:{99:032x}"}, "no_such_program"),
        ({"cohort_id": f"cohort:{99:032x}"}, "no_such_cohort"),
        ({"title": " "}, "empty_text"),
        ({"pointer": "mailto:ann@example.edu"}, "no_address"),
        ({"on": date(2026, 11, 24)}, "in_the_future"),
    ],
)
def test_what_is_announced_is_known(here: Sharing, said: Any, code: str) -> None:
    assert refusal(lambda: here.announce(**said)) == code


def test_an_announcement_is_issued_once(here: Sharing) -> None:
    again = {"announcement_id": here.announcement}

    assert refusal(lambda: here.announce(**again)) == "already_published"


def test_only_what_was_announced_is_withdrawn(here: Sharing) -> None:
    here.announcement = f"announcement:{99:032x}"

    assert refusal(lambda: here.withdraw(MET)) == "no_such_announcement"


def test_an_announcement_is_withdrawn_once_and_not_before_it_was_issued(here: Sharing) -> None:
    assert refusal(lambda: here.withdraw(MET - DAY)) == "before_the_announcement"
    assert refusal(lambda: here.withdraw(date(2026, 11, 24))) == "in_the_future"
    (gone,) = here.withdraw(MET).events

    assert refusal(lambda: here.withdraw(MET)) == "announcement_withdrawn"
    earlier = {"on": MET - DAY}
    amend = mc.AmendRecord(stream=gone.stream, target=gone.version, changes=earlier)
    assert refusal(lambda: here.world.ask(amend)) == "before_the_announcement"


def test_a_withdrawal_is_taken_back(here: Sharing) -> None:
    (gone,) = here.withdraw(MET + DAY).events

    before, then = told(here, as_of=MET).rows[0], told(here).rows[0]
    here.world.ask(mc.RetractRecord(stream=gone.stream, target=gone.version))

    assert [before.state, then.state, then.withdrawn_on] == ["issued", "withdrawn", MET + DAY]
    assert told(here).rows[0].state == "issued"
    assert told(here, as_known=gone.position).rows[0].state == "withdrawn"


def test_an_announcement_is_told_to_whom_it_is_for(here: Sharing) -> None:
    here.announce(roles=(Code("mentor"),), title="For mentors")

    everybody, mentors = told(here).rows

    assert (everybody.addressed, mentors.addressed) == (2, 1)
    assert [who.participant for who in mentors.audience] == [here.mentor]


def test_an_announcement_is_told_to_a_cohort(here: Sharing) -> None:
    cohort = here.world.cohort

    here.announce(cohort_id=cohort)

    row = told(here).row(here.announcement)
    assert (row.cohort, row.addressed) == (cohort, 2)


def test_nothing_was_announced_before_its_day(here: Sharing) -> None:
    assert told(here, as_of=MET - DAY).rows == ()


def test_whoever_came_later_was_not_told(here: Sharing) -> None:
    here.world.enrol("mentee", since=MET + DAY)

    assert told(here).rows[0].addressed == 2


def test_members_are_told_what_was_announced_to_them(here: Sharing) -> None:
    here.announce(roles=(Code("mentor"),), title="For mentors")

    mine = told(here, member(here, here.mentor))
    theirs = told(here, member(here, here.mentee))

    assert [row.title for row in mine.rows] == ["November", "For mentors"]
    assert [[w.participant for w in r.audience] for r in mine.rows] == [[here.mentor]] * 2
    assert all(isinstance(row.addressed, Withheld) for row in mine.rows)
    assert [row.title for row in theirs.rows] == ["November"]


def test_what_is_no_event_of_it_and_what_never_began_changes_nothing() -> None:
    empty = Announcement()

    check_announcement(empty)

    assert evolve(empty, object()) is empty
