"""Lists of reliefs and of papers are taken in, and an enrolment list states what rules ask for."""

from collections.abc import Iterator
from typing import Any

import pytest
from engine.adopting import adopting
from engine.harbor import Text
from engine.world import COORDINATOR, World, engine, mc

SEES = mc.Viewer.coordinator()
HEAD = """
form = "list"
kind = "{kind}"
[people]
by = "name"
[source]
keys = ["Key"]
[fields]
"""
RELIEFS = (
    HEAD.format(kind="relief-list")
    + """
participant = "Who"
role = "As"
rule = "Rule"
relief = "Relief"
granted_by = "By"
since = "Since"
new_limit = "New limit"
basis = "Ground"
"""
)
PAPERS = (
    HEAD.format(kind="evidence-list")
    + """
participant = "Who"
mentor = "Mentor"
mentee = "Mentee"
title = "Form"
on = "Signed on"
signed_by = "Signed by"
digest = "Digest"
[answers]
separator = ";"
[defaults]
kind = "form"
purpose = "compliance"
visibility = "coordinator"
"""
)
PEOPLE = """
form = "enrolment"
kind = "enrolment"
[people]
by = "email"
[source]
keys = ["Email"]
[fields]
name = "Name"
email = "Email"
role = "As"
since = "Since"
[fields.fact]
experience_years = "Years"
certificate = "Certificate"
[values.fact]
"Standard certificate" = "standard"
"""


@pytest.fixture
def world() -> Iterator[World]:
    with engine() as opened:
        world = World(opened)
        world.ask(adopting(world))
        yield world


def take(world: World, mapping: str, *lines: str) -> Any:
    source: Any = Text("\n".join(lines) + "\n", "list.csv")
    return world.engine.take_in(source, mc.read_mapping(mapping, "list.toml"), actor=COORDINATOR)


def events(world: World, name: str) -> list[Any]:
    return [r.event for r in world.engine.events() if r.name == name]


RELIEF = "Key,Who,As,Rule,Relief,By,Since,New limit,Ground"


def somebody(world: World, name: str, *roles: str) -> list[str]:
    person = world.person(name=name)
    return [world.enrol(role, person) for role in roles]


def test_a_list_of_reliefs_is_taken_and_an_edit_amends_it(world: World) -> None:
    (ina,) = somebody(world, "Ina Berg", "mentee")
    line = "1,Ina Berg,,CA-4,extension,coordinator,2026-11-23,2026-12-15,New timetable"

    first = take(world, RELIEFS, RELIEF, line)
    again = take(world, RELIEFS, RELIEF, line)
    edited = take(world, RELIEFS, RELIEF, line.replace("2026-12-15", "2026-12-20"))

    assert (first.counts.taken, again.counts.unchanged, edited.counts.amended) == (1, 1, 1)
    (waived,) = events(world, "participant.requirement-waived")
    assert (waived.rule_id, waived.relief) == ("CA-4", "extension")
    told = world.engine.history(ina, viewer=SEES).of("participant.requirement-waived")[0]
    assert told.standing == "amended"
    assert told.value("basis") == "New timetable"


def test_a_relief_that_a_pack_does_not_know_is_refused_with_the_reason(world: World) -> None:
    somebody(world, "Ina Berg", "mentee")

    report = take(world, RELIEFS, RELIEF, "1,Ina Berg,,CA-1,early_completion,mentor,2026-11-23,,x")

    assert report.counts.refused == 1
    assert "CA-6b" in report.rejects[0].reason
    assert not events(world, "participant.requirement-waived")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("Nobody Here,", "Nobody Here"),
        ("Ina Berg,", "takes part as mentee and as mentor; say which, in role"),
        ("Ina Berg,coordinator", "does not take part as coordinator"),
    ],
)
def test_whom_a_row_means_is_said_or_refused(cells: str, said: str) -> None:
    settings = mc.Settings(
        roles=(mc.Role(code="mentor", part="mentor"), mc.Role(code="mentee", part="mentee")),
        shape="one_to_one",
        both_roles=True,
    )
    with engine() as opened:
        world = World(opened, settings)
        world.ask(adopting(world))
        somebody(world, "Ina Berg", "mentor", "mentee")

        report = take(world, RELIEFS, RELIEF, f"1,{cells},CA-4,waiver,coordinator,2026-11-23,,x")
        named = take(
            world, RELIEFS, RELIEF, "2,Ina Berg,mentee,CA-4,waiver,coordinator,2026-11-23,,x"
        )

    assert said in report.rejects[0].reason
    assert named.counts.taken == 1


def test_papers_about_a_pairing_and_about_somebody_are_taken_from_one_list(world: World) -> None:
    (mentor,), (mentee,) = somebody(world, "Jon Lee", "mentor"), somebody(world, "Ina", "mentee")
    pairing = world.pair(mentor, mentee)

    report = take(
        world,
        PAPERS,
        "Key,Who,Mentor,Mentee,Form,Signed on,Signed by,Digest",
        f"1,,Jon Lee,Ina,plan,2026-11-20,mentor;mentee,{'ab' * 32}",
        "2,Ina,,,completion_form,2026-11-21,coordinator,",
        "3,Ina,,,completion_form,2026-11-21,coordinator,123",
    )

    assert (report.counts.taken, report.counts.refused) == (2, 1)
    (about_pairing,) = events(world, "pairing.evidence-attached")
    (about_mentee,) = events(world, "participant.evidence-attached")
    assert about_pairing.signed_by == ("mentor", "mentee")
    assert (about_mentee.title, about_mentee.digest) == ("completion_form", None)
    assert len(list(world.engine.events(stream=pairing))) == 2


def test_an_enrolment_list_states_what_rules_ask_for(world: World) -> None:
    titles = "Name,Email,As,Since,Years,Certificate"

    take(
        world,
        PEOPLE,
        titles,
        "Ina Berg,ina@example.org,mentor,2026-09-01,4,Standard certificate",
        "Jon Lee,jon@example.org,mentor,2026-09-01,,",
    )
    take(
        world,
        PEOPLE,
        titles,
        "Ina Berg,ina@example.org,mentor,2026-09-01,5,Standard certificate",
        "Jon Lee,jon@example.org,mentor,2026-09-01,,",
    )

    stated = {(e.fact, e.number, e.word) for e in events(world, "participant.fact-stated")}
    corrected = [r for r in world.engine.events() if r.name == "record.amended"]
    assert stated == {("experience_years", 4, None), ("certificate", None, "standard")}
    assert [dict(r.event.public_changes) for r in corrected] == [{"number": 5}]
