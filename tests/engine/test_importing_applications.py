"""A list of applications is taken in: who applied, what was decided, and who is enrolled then."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from engine.harbor import Text
from engine.world import COORDINATOR, World, engine, mc

SEES = mc.Viewer.coordinator()
MAPPING = """
form = "applications"
kind = "application-list"
[people]
by = "email"
[source]
timestamp = "Sent"
zone = "America/Los_Angeles"
keys = ["Email"]
[fields]
name = "Name"
email = "Email"
role = "Applies as"
statement = "Why"
waitlisted_on = "Waitlisted on"
rank = "Rank"
decision = "Decision"
decided_on = "Decided on"
withdrawn_on = "Withdrawn on"
[fields.screened]
interview = "Interview on"
[defaults]
on = "submitted"
decided_by = "panel"
"""
TITLES = (
    "Sent,Name,Email,Applies as,Why,Interview on,Waitlisted on,Rank,Decision,Decided on,"
    "Withdrawn on\n"
)
LISTED = """
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
"""


@pytest.fixture
def world() -> Iterator[World]:
    with engine() as opened:
        yield World(opened)


def line(name: str = "Ina Berg", *cells: str) -> str:
    told = [*cells, *[""] * (7 - len(cells))]
    email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    return ",".join(["2026-09-01T10:00", name, email, "mentor", *told]) + "\n"


def take(world: World, *lines: str, mapping: str = MAPPING, titles: str = TITLES) -> Any:
    source: Any = Text(titles + "".join(lines), "list.csv")
    return world.engine.take_in(source, mc.read_mapping(mapping, "list.toml"), actor=COORDINATOR)


def told(world: World) -> Any:
    return world.engine.status(world.program, viewer=SEES)


def test_whoever_applied_is_known_and_waits(world: World) -> None:
    report = take(world, line("Ina Berg", "I listen", "2026-09-05"), line("Jon Lee"))

    ina, jon = sorted(told(world).applications, key=lambda a: str(a.who.name))
    assert not report.rejects
    assert (ina.who.name, ina.applied_on, ina.passed) == ("Ina Berg", date(2026, 9, 1), 1)
    assert (jon.state, jon.who.role) == ("applied", "mentor")


def test_the_same_list_again_says_nothing_new(world: World) -> None:
    rows = (line("Ina Berg", "", "2026-09-05", "2026-09-10", "2"), line("Jon Lee"))
    take(world, *rows)
    before = world.engine.position

    take(world, *rows)

    assert world.engine.position == before


def test_a_later_list_says_what_was_decided(world: World) -> None:
    take(world, line("Ina Berg"), line("Jon Lee"), line("Kim Fox"))
    decided = ("", "", "2026-09-10", "1", "approved", "2026-09-20")

    take(
        world,
        line("Ina Berg", *decided),
        line("Jon Lee", "", "", "", "", "declined", "2026-09-12"),
        line("Kim Fox", "", "", "", "", "", "", "2026-09-09"),
    )

    states = {a.who.name: a.state for a in told(world).applications}
    assert states == {"Ina Berg": "approved", "Jon Lee": "declined", "Kim Fox": "withdrawn"}
    (ina,) = [a for a in told(world).applications if a.who.name == "Ina Berg"]
    history = world.engine.history(ina.participant, viewer=SEES)
    decisions = history.of("participant.application-decided")
    assert [d.value("decision") for d in decisions] == ["waitlisted", "approved"]


def test_an_edited_decision_amends_what_was_recorded(world: World) -> None:
    take(world, line("Ina Berg", "", "", "", "", "approved", "2026-09-20"))

    take(world, line("Ina Berg", "", "", "", "", "approved", "2026-09-21"))

    (ina,) = told(world).applications
    assert (ina.state, ina.decided_on) == ("approved", date(2026, 9, 21))
    assert ina.corrections == 1


def test_an_enrolment_list_enrols_those_who_were_approved_where_they_applied(world: World) -> None:
    take(
        world,
        line("Ina Berg", "", "", "", "", "approved", "2026-09-20"),
        line("Jon Lee", "", "", "2026-09-10", "1"),
    )
    ina = next(a.participant for a in told(world).applications if a.who.name == "Ina Berg")

    report = take(
        world,
        "Ina Berg,ina@example.org,mentor,2026-10-01\n",
        "Jon Lee,jon@example.org,mentor,2026-10-01\n",
        "New Man,new@example.org,mentor,2026-10-01\n",
        mapping=LISTED,
        titles="Name,Email,As,Since\n",
    )

    (reject,) = report.rejects
    assert "waitlisted; approve it before enrolling the applicant" in reject.reason
    assert told(world).participant(ina).who.name == "Ina Berg"
    assert sorted(str(p.who.name) for p in told(world).participants) == ["Ina Berg", "New Man"]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (("", "", "", "", "approved"), "Decided on"),
        (("", "", "", "", "maybe", "2026-09-20"), "Decision"),
        (("", "", "", "", "approved", "2026-08-20"), "2026-08-20 is before that"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_reason(
    world: World, cells: Any, problem: str
) -> None:
    report = take(world, line("Ina Berg", *cells))

    (reject,) = report.rejects
    assert problem in reject.reason
    assert not told(world).applications


def test_a_list_that_is_taken_back_leaves_no_application(world: World) -> None:
    report = take(world, line("Ina Berg", "", "", "2026-09-10", "1"))

    world.do(mc.ReverseImport(batch_id=report.batch))

    assert not told(world).applications


def test_a_decision_says_who_took_it() -> None:
    with pytest.raises(mc.Invalid, match="decided_by"):
        mc.read_mapping(MAPPING.replace('decided_by = "panel"\n', ""), "list.toml")
