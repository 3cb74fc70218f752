"""Lists of resources come in by forms, and logs of who was asked to read them and who did."""

from collections.abc import Iterator
from typing import Any

import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, engine, mc
from practices.community.world import ASSIGNED, DUE, REVISED, TITLE, USED, Sharing, published

from mentorcore.practices.community import PRACTICE
from mentorcore.practices.community.events import ReviseResource

SEES = mc.Viewer.coordinator()
LIST = """
form = "resources"
kind = "resource-list"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
title = "Title"
kind = "Kind"
on = "Published"
pointer = "Link"
roles = "For"
"""
LOG = """
form = "uses"
kind = "resource-log"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
who = "Name"
title = "Course"
assigned_on = "Assigned"
due_on = "Due"
used_on = "Opened"
"""
LISTED, LOGGED = "No,Title,Kind,Published,Link,For\n", "No,Name,Course,Assigned,Due,Opened\n"


@pytest.fixture
def here() -> Iterator[Sharing]:
    with engine() as made:
        yield published(made)


def take(here: Sharing, mapping: str, head: str, *rows: str) -> Any:
    source: Any = Text(head + "".join(f"{row}\n" for row in rows), "list.csv")
    read = mc.read_mapping(mapping, "list.toml", kinds=PRACTICE.form_kinds)
    return here.engine.take_in(source, read, actor=COORDINATOR)


def uptake(here: Sharing) -> Any:
    return here.engine.view("community.uptake", here.world.program, viewer=SEES)


def mentee(here: Sharing) -> str:
    """The mentee's name."""
    rows = here.engine.status(here.world.program, viewer=SEES).participants
    return next(str(row.who.name) for row in rows if row.who.participant == here.mentee)


def refused(report: Any) -> list[str]:
    return [f.reason for f in report.findings if f.outcome == "refused"]


def test_a_row_publishes_a_resource(here: Sharing) -> None:
    report = take(here, LIST, LISTED, "1,Listening,article,2026-09-03,/listening,mentor")

    found = [row for row in uptake(here).rows if row.title == "Listening"]
    assert report.counts.taken == 1
    assert [(row.kind, row.pointer) for row in found] == [("article", "/listening")]


def test_a_link_that_names_somebody_refuses_its_row(here: Sharing) -> None:
    report = take(here, LIST, LISTED, "1,Listening,article,2026-09-03,mailto:a@b.example,")

    assert report.counts.refused == 1
    assert len(uptake(here).rows) == 1


def test_a_row_tells_whom_a_resource_was_assigned_to_and_that_they_opened_it(
    here: Sharing,
) -> None:
    take(here, LOG, LOGGED, f"1,{mentee(here)},{TITLE.upper()},{ASSIGNED},{DUE},{USED}")

    (told,) = uptake(here).rows[0].assignments
    assert (told.participant, told.on, told.due_on) == (here.mentee, ASSIGNED, DUE)
    assert told.opened_on == USED


def test_a_row_that_is_filled_in_later_adds_what_it_tells_now(here: Sharing) -> None:
    name = mentee(here)
    take(here, LOG, LOGGED, f"1,{name},{TITLE},{ASSIGNED},{DUE},")

    take(here, LOG, LOGGED, f"1,{name},{TITLE},{ASSIGNED},{DUE},{USED}")

    (told,) = uptake(here).rows[0].assignments
    assert told.state == "used"


def test_what_was_assigned_already_is_opened_all_the_same(here: Sharing) -> None:
    name = mentee(here)

    report = take(
        here,
        LOG,
        LOGGED,
        f"1,{name},{TITLE},{ASSIGNED},,",
        f"2,{name},{TITLE},{ASSIGNED},,{USED}",
    )

    assert report.counts.taken == 2
    assert uptake(here).rows[0].used == 1


def test_a_resource_is_found_by_what_it_was_called_before(here: Sharing) -> None:
    here.ask(ReviseResource, on=REVISED, title="Second edition")

    report = take(here, LOG, LOGGED, f"1,{mentee(here)},{TITLE},,,{USED}")

    assert report.counts.taken == 1
    assert uptake(here).rows[0].readers == 1


def test_a_title_that_no_resource_or_several_have_refuses_its_row(here: Sharing) -> None:
    name = mentee(here)

    unknown = take(here, LOG, LOGGED, f"1,{name},Unheard of,,,{USED}")
    here.publish()
    several = take(here, LOG, LOGGED, f"2,{name},{TITLE},,,{USED}")

    assert "no resources" in refused(unknown)[0]
    assert "2 resources" in refused(several)[0]


def test_a_row_without_a_day_says_nothing(here: Sharing) -> None:
    report = take(here, LOG, LOGGED, f"1,{mentee(here)},{TITLE},,,")

    assert "neither" in refused(report)[0]


def test_a_mapping_without_either_day_tells_nothing() -> None:
    bare = LOG.replace('assigned_on = "Assigned"\n', "").replace('used_on = "Opened"\n', "")

    with pytest.raises(mc.Invalid, match="when it was assigned"):
        mc.read_mapping(bare, "list.toml", kinds=PRACTICE.form_kinds)
