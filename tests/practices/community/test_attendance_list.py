"""A list of who was where is taken in, with the training that it was, a row for each or for all."""

import io
from contextlib import closing
from typing import Any

import attrs
import pytest
from engine.world import COORDINATOR, Clock, mc, numbers
from practices.community.world import MET, Sharing, begun

import mentorcore
from mentorcore.practices.community import PRACTICE

SEES = mc.Viewer.coordinator()
MAPPING = """
form = "attendance"
kind = "attendance-list"
[people]
by = "name"
[source]
timestamp = "Timestamp"
zone = "America/Los_Angeles"
date_order = "mdy"
[answers]
separator = ";"
[fields]
who = "Name"
on = "Date"
title = "Session"
minutes = "Minutes"
training = "Training"
"""
TITLES = "Timestamp,Name,Date,Session,Minutes,Training\n"


@attrs.frozen
class Text:
    """An export as its text."""

    content: str
    name: str = "attendance.csv"

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content.encode())


@pytest.fixture
def here() -> Any:
    with closing(mentorcore.open(":memory:", clock=Clock(), ids=numbers())) as engine:
        yield begun(engine)


def take(here: Sharing, *rows: str) -> Any:
    mapping = mc.read_mapping(MAPPING, "attendance.toml", kinds=PRACTICE.form_kinds)
    lines = "".join(f"10/8/2026 9:0{n}:00,{row}\n" for n, row in enumerate(rows))
    source: Any = Text(TITLES + lines)
    return here.engine.take_in(source, mapping, actor=COORDINATOR)


def gatherings(here: Sharing) -> Any:
    return here.engine.view("community.gatherings", here.world.program, viewer=SEES).rows


def names(here: Sharing) -> list[str]:
    """The names of the mentor and the mentee."""
    rows = here.engine.status(here.world.program, viewer=SEES).participants
    told = {row.who.participant: row.who.name for row in rows}
    return [str(told[one]) for one in (here.mentor, here.mentee)]


def test_a_row_for_each_makes_one_gathering(here: Sharing) -> None:
    mentor, mentee = names(here)

    report = take(
        here,
        f"{mentor},10/7/2026,Giving feedback,90,basics",
        f"{mentee},10/7/2026 09:30,giving feedback,45,basics",
    )

    (row,) = gatherings(here)
    assert report.counts.taken == 2
    assert (row.kind, row.title, row.on, row.training) == (
        "workshop",
        "Giving feedback",
        MET,
        "basics",
    )
    assert {(a.participant, a.minutes, a.recorded) for a in row.attendances} == {
        (here.mentor, 90, True),
        (here.mentee, 45, True),
    }


def test_a_row_for_all_makes_one_gathering(here: Sharing) -> None:
    mentor, mentee = names(here)

    take(here, f'"{mentor};{mentee}",10/7/2026,Giving feedback,90,')

    (row,) = gatherings(here)
    assert (row.attendees, row.unrecorded, row.training) == (2, 0, None)


def test_what_is_taken_in_again_changes_nothing(here: Sharing) -> None:
    mentor, _ = names(here)
    once = f"{mentor},10/7/2026,Giving feedback,90,basics"
    take(here, once)
    before = here.engine.position

    report = take(here, once)

    assert (report.counts.taken, here.engine.position) == (0, before)


def test_another_day_or_another_title_is_another_gathering(here: Sharing) -> None:
    mentor, mentee = names(here)

    take(
        here,
        f"{mentor},10/7/2026,Giving feedback,90,",
        f"{mentor},10/8/2026,Giving feedback,90,",
        f"{mentee},10/7/2026,Asking questions,90,",
    )

    assert len(gatherings(here)) == 3


def test_what_is_refused_of_a_row_refuses_it_as_a_whole(here: Sharing) -> None:
    mentor, _ = names(here)

    report = take(here, f"{mentor},10/7/2026,Giving feedback,1441,basics")

    assert report.counts.refused == 1
    assert gatherings(here) == ()


@pytest.mark.parametrize("row", ["Nobody Known,10/7/2026,A,90,", ",10/7/2026,A,90,", "X,,,,"])
def test_a_row_that_does_not_say_who_was_where_is_refused(here: Sharing, row: str) -> None:
    report = take(here, row)

    assert report.counts.refused == 1
    assert gatherings(here) == ()
