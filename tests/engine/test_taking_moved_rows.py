"""A row that comes to mean somebody or something else leaves nothing behind where it was."""

from datetime import date
from typing import Any

import pytest
from engine.rosters import ADA, BO, LIN, SOL, Roster, row
from engine.world import mc
from hypothesis import given, settings
from hypothesis import strategies as st

HEAD = """
form = "{0}"
kind = "{0}"
coverage = "full"
[people]
by = "{1}"
[source]
keys = ["Id"]
[fields]
"""
MEETINGS = (
    HEAD.format("meeting-log", "name")
    + """
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
status = "Status"
note = "Note"
action = "Action"
next_on = "Next"
[defaults]
modality = "video"
note_visibility = "pair_private"
"""
)
GOALS = (
    HEAD.format("goal-check-in", "name")
    + """
mentee = "Mentee"
goal = "Goal"
status = "Status"
on = "Day"
"""
)
PEOPLE = (
    HEAD.format("enrolment", "email")
    + """
name = "Name"
email = "Email"
role = "Role"
since = "Since"
places = "Places"
post = "Post"
external_id = "Number"
[fields.training]
basics = "Basics"
"""
)
PAIRS = {"Ada": {"Mentor": ADA, "Mentee": LIN}, "Bo": {"Mentor": BO, "Mentee": SOL}}


def meeting(pair: str, day: str, **more: str) -> dict[str, str]:
    usual = {"Day": day, "Minutes": "30", "Status": "held", "Note": "", "Action": "", "Next": ""}
    return {**PAIRS[pair], **usual, **more}


def goal(mentee: str, words: str, status: str, day: str) -> dict[str, str]:
    return {"Mentee": mentee, "Goal": words, "Status": status, "Day": day}


def person(name: str, email: str, **more: str) -> dict[str, str]:
    usual = {"Role": "mentor", "Since": "2026-09-02", "Places": "", "Post": "", "Number": ""}
    return {"Name": name, "Email": email, **usual, "Basics": "", **more}


ROWS: dict[str, list[dict[str, str]]] = {
    MEETINGS: [
        meeting(
            "Ada", "2026-10-01", Note="They talked", Action="Call home", Next="2026-12-14 15:00"
        ),
        meeting(
            "Bo", "2026-10-01", Note="They talked", Action="Call home", Next="2026-12-14 15:00"
        ),
        meeting("Ada", "2026-10-02", Minutes="45"),
        meeting("Bo", "2026-10-02", Status="cancelled"),
        meeting("Ada", "2026-10-05", Note="They talked again", Action="Write home"),
    ],
    GOALS: [
        goal(LIN, "Read more", "set", "2026-10-01"),
        goal(SOL, "Read more", "set", "2026-10-01"),
        goal(LIN, "Known to all", "achieved", "2026-10-05"),
        goal(SOL, "Known to all", "in_progress", "2026-10-06"),
        goal(LIN, "Write more", "set", "2026-10-07"),
    ],
    PEOPLE: [
        person("Dee Fox", "dee@example.org", Places="1", Post="Teacher", Number="11"),
        person("Dee Foxe", "dee@example.org", Post="Head", Number="12", Basics="2026-09-01"),
        person("Eva Holm", "eva@example.org", Role="mentee", Post="Head", Number="11"),
        person("Ola Known", "ola@example.org", Places="1", Post="Teacher", Basics="2026-09-03"),
    ],
}


def program() -> Roster:
    """Two pairs, a goal of each, and somebody who is known by other means."""
    at = Roster()
    at.take(row(ADA, LIN), row(BO, SOL))
    known = at.world.person(name="Ola Known", contact=mc.Contact(email="ola@example.org"))
    at.here["Ola Known"] = at.world.enrol("mentor", known)
    for listed in at.pairings():
        owner = next(m for m in listed.members if m.name in {LIN, SOL})
        at.world.do(
            mc.SetGoal(
                pairing_id=listed.pairing,
                statement="Known to all",
                on=date(2026, 9, 10),
                owner=at.here[owner.name],
            )
        )
    return at


@pytest.mark.parametrize("mapping", list(ROWS), ids=["meetings", "goals", "people"])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_what_a_row_says_last_is_all_that_stands_of_it(mapping: str, data: Any) -> None:
    """INV-84: on every stream that any of its earlier states had touched."""
    sent = data.draw(st.lists(st.sampled_from(ROWS[mapping]), min_size=2, max_size=4))
    at, alone = program(), program()

    alone.take_row(mapping, sent[-1])
    for number, cells in enumerate(sent):
        report = at.take_row(mapping, cells, saved=str(number))
        assert report.counts.refused == 0

    assert at.everybody() == alone.everybody()


def test_a_plan_whose_day_is_over_goes_with_the_meeting_that_was_on_the_wrong_pair() -> None:
    """INV-84: nothing of a row stays where it does not belong."""
    at = program()
    before = at.record()
    at.take_row(MEETINGS, ROWS[MEETINGS][0])
    planned = at.record()[0][3]
    at.clock.move(days=40)

    at.take_row(MEETINGS, ROWS[MEETINGS][1])

    assert "pairing.meeting-scheduled" in {name for name, _ in planned}
    assert at.record()[0] == before[0]
