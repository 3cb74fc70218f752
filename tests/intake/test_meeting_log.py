"""A meeting log becomes meetings, notes, steps and plans."""

from datetime import UTC, date, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.made_forms import (
    MEETINGS,
    codes,
)
from intake.people import People
from intake.small_program import (
    ANNA,
    BEN,
    P_ANNA,
    P_BEN,
    PAIR,
    PLANNED,
    Form,
    enrolment,
    person,
    program,
)

from mentorcore.domain.pairing.events.meetings import CancelMeeting, HoldMeeting, ScheduleMeeting
from mentorcore.domain.pairing.events.work import AgreeActionItem, WriteNote
from mentorcore.domain.values import ParticipantId, PersonId
from mentorcore.intake.directory import KnownPairing
from mentorcore.intake.intents import Rejected

MET = {"E-mail": "anna@example.org", "Mentee": "Ben Ode", "Date": "2026-10-05", "Minutes": "45 min"}


def test_a_meeting_is_held_on_its_day_where_no_time_is_told() -> None:
    intended = Form(MEETINGS).row({**MET, "How": "zoom", "Topics": "planning; reading ;"})

    (held,) = (f.command for f in intended.facts)
    assert isinstance(held, HoldMeeting)
    assert (held.pairing_id, held.minutes, held.modality) == (PAIR, 45, "video")
    assert (held.held_at, held.held_on) == (None, date(2026, 10, 5))
    assert held.topics == ("planning", "reading")
    assert held.attendees == ()
    assert intended.subjects == (ANNA, BEN)


@pytest.mark.parametrize(
    "cells",
    [
        {"Date": "2026-10-05", "Time": "15:30"},
        {"Date": "2026-10-05", "Time": "3:30 PM"},
        {"Date": "2026-10-05 15:30"},
        {"Date": "2026-10-05T22:30:00Z"},
    ],
)
def test_a_time_is_the_programs_unless_it_says_its_own_zone(cells: dict[str, str]) -> None:
    intended = Form(MEETINGS).row({**MET, **cells})

    assert intended.facts[0].command.held_at == datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
    assert intended.facts[0].command.held_on is None


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Date": "2026-11-01", "Time": "01:30"}, "happened twice in America/Los_Angeles"),
        ({"Date": "2026-03-08 02:30"}, "did not exist in America/Los_Angeles"),
        ({"Date": "5 October"}, "is not a time in a form that is known here"),
        ({"Date": "05/10/2026"}, "the order is unknown; add date_order"),
        ({"Date": ""}, "Date: is empty"),
        ({"Time": "noon"}, "Time: 'noon' is not a time"),
        ({"Minutes": ""}, "Minutes: is empty"),
        ({"Minutes": "-99"}, "Minutes: is empty"),
        ({"Minutes": "long"}, "Minutes: 'long' is not a duration"),
        ({"How": "Teams"}, "How: 'Teams' is none of in_person, video, phone, async"),
        ({"Status": "maybe"}, "Status: 'maybe' is none of held, cancelled, missed"),
        ({"Mentee": "Carla Ruiz"}, "there is no pairing of 'anna@example.org' and 'Carla Ruiz'; 'anna@example.org' is paired with 'Ben Ode'"),
        ({"Who was there": "Carla Ruiz"}, "nobody with the e-mail address 'Carla Ruiz'"),
        ({"Who was there": "carla@example.org"}, "'carla@example.org' is not a member"),
        ({"E-mail": "", "Mentee": ""}, "nobody is named"),
    ],
)  # fmt: skip
def test_what_a_log_cannot_mean_is_told_in_a_sentence(cells: dict[str, str], said: str) -> None:
    with pytest.raises(Rejected) as caught:
        Form(MEETINGS).row({**MET, **cells})

    assert said in str(caught.value)


def test_a_clock_time_that_happened_twice_can_be_settled_by_declaration() -> None:
    form = Form(MEETINGS.replace("[answers]", "[answers]\nfold = 1"))

    intended = form.row({**MET, "Date": "2026-11-01", "Time": "01:30"})

    assert intended.facts[0].command.held_at == datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def test_minutes_may_come_from_two_clock_times() -> None:
    cells = {**MET, "Minutes": "", "Time": "15:30", "Until": "16:45"}

    assert Form(MEETINGS).row(cells).facts[0].command.minutes == 75
    with pytest.raises(Rejected, match="it would end at 15:00, not after 15:30"):
        Form(MEETINGS).row({**cells, "Until": "15:00"})
    with pytest.raises(Rejected, match="nothing says when it began"):
        Form(MEETINGS).row({**cells, "Time": ""})


@pytest.mark.parametrize(
    ("status", "cause"), [("cancelled", "cancelled"), ("She did not come", "no_show")]
)
def test_a_meeting_that_did_not_take_place_needs_no_minutes(status: str, cause: str) -> None:
    intended = Form(MEETINGS).row({**MET, "Minutes": "", "Status": status})

    (cancelled,) = (f.command for f in intended.facts)
    assert isinstance(cancelled, CancelMeeting)
    assert (cancelled.cause, cancelled.on) == (cause, date(2026, 10, 5))


def test_a_meeting_that_was_planned_for_the_day_is_the_one_that_is_logged() -> None:
    intended = Form(MEETINGS).row({**MET, "Date": "2026-11-03"})

    assert intended.facts[0].command.meeting_id == PLANNED


def test_note_step_and_next_meeting_come_along() -> None:
    intended = Form(MEETINGS).row(
        {
            **MET,
            "Note": "It went well.",
            "Next step": "Visit a class",
            "Due": "2026-10-20",
            "Next": "2026-12-15 15:00",
        }
    )

    held, note, step, planned = (f.command for f in intended.facts)
    assert codes(intended) == ["meeting", "note", "action", "next"]
    assert isinstance(note, WriteNote)
    assert (note.author, note.visibility, note.body) == (P_ANNA, "pair_private", "It went well.")
    assert note.meeting_id == held.meeting_id
    assert isinstance(step, AgreeActionItem)
    assert (step.owner, step.due_on) == (P_BEN, date(2026, 10, 20))
    assert isinstance(planned, ScheduleMeeting)
    assert planned.starts_at == datetime(2026, 12, 15, 23, 0, tzinfo=UTC)
    assert planned.meeting_id != held.meeting_id


@pytest.mark.parametrize("when", ["2026-10-20 15:00", "2026-11-30"])
def test_a_next_meeting_in_the_past_is_not_planned(when: str) -> None:
    assert codes(Form(MEETINGS).row({**MET, "Next": when})) == ["meeting"]


@pytest.mark.parametrize("when", ["2026-12-01", "2026-12-15"])
def test_a_next_meeting_of_which_only_the_day_is_known_is_planned_for_that_day(when: str) -> None:
    _, planned = (f.command for f in Form(MEETINGS).row({**MET, "Next": when}).facts)

    assert isinstance(planned, ScheduleMeeting)
    assert (planned.starts_at, planned.starts_on) == (None, date.fromisoformat(when))


CIRCLE_LOG = """
form = "circle"
kind = "meeting-log"
[people]
by = "name"
[fields]
mentor = "Lead"
on = "Day"
minutes = "Minutes"
attendees = "There"
absent = "Absent"
[defaults]
modality = "in_person"
[answers]
separator = ";"
"""
MENTEES = [(PersonId(f"person:{n:032x}"), f"Mentee {n}") for n in range(2, 5)]


def circle() -> People:
    """Anna leads a circle of three."""
    everybody = [(ANNA, "Anna Berg"), *MENTEES]
    places = {who: ParticipantId(who.replace("person", "participant")) for who, _ in everybody}
    return People(
        program(shape="group", smallest=2, largest=6),
        people=tuple(person(who, name, "") for who, name in everybody),
        enrolments=tuple(
            enrolment(places[who], who, "mentor" if who == ANNA else "mentee")
            for who, _ in everybody
        ),
        pairings=(
            KnownPairing(pairing=PAIR, members=frozenset(places.values()), since=date(2026, 9, 15)),
        ),
    )


def circle_met(**cells: str) -> tuple[str, ...]:
    """Who was there, by the number of the person."""
    row = {"Lead": "Anna Berg", "Day": "2026-10-05", "Minutes": "60", **cells}
    (held,) = (f.command for f in Form(CIRCLE_LOG, circle()).row(row).facts)
    return tuple(p[-1] for p in held.attendees)


@pytest.mark.parametrize(
    ("absent", "there"),
    [
        ("", ()),
        ("Mentee 3", ("1", "2", "4")),
        ("Mentee 3; Mentee 2", ("1", "4")),
        ("Anna Berg", ("2", "3", "4")),
    ],
)
def test_who_is_named_absent_of_a_held_meeting_was_not_there(
    absent: str, there: tuple[str, ...]
) -> None:
    assert circle_met(Absent=absent) == there


@given(st.sets(st.sampled_from(["Anna Berg", *(name for _, name in MENTEES)]), max_size=2))
def test_whoever_is_not_absent_was_there(absent: set[str]) -> None:
    everybody = {"1": "Anna Berg", **{who[-1]: name for who, name in MENTEES}}

    there = circle_met(Absent=";".join(sorted(absent))) or tuple(everybody)

    assert {everybody[number] for number in there} == set(everybody.values()) - absent


def test_who_was_there_stands_beside_who_was_absent() -> None:
    assert circle_met(There="Anna Berg; Mentee 2", Absent="Mentee 3") == ("1", "2")


def test_nobody_is_there_and_absent_at_once() -> None:
    with pytest.raises(Rejected, match="'Mentee 2' cannot have been there and absent at once"):
        circle_met(There="Anna Berg; Mentee 2", Absent="Mentee 2")


def test_whom_the_meeting_was_with_was_not_absent() -> None:
    row = {"Lead": "Anna Berg", "With": "Mentee 2", "Day": "2026-10-05", "Minutes": "60"}
    form = Form(
        CIRCLE_LOG.replace("attendees = ", "mentee = ").replace('"There"', '"With"'), circle()
    )

    with pytest.raises(Rejected, match="'Mentee 2' cannot have been there and absent at once"):
        form.row({**row, "Absent": "Mentee 2"})

    (held,) = (f.command for f in form.row({**row, "Absent": "Mentee 3"}).facts)
    assert [p[-1] for p in held.attendees] == ["1", "2", "4"]


def test_where_all_but_one_were_absent_nobody_met() -> None:
    with pytest.raises(Rejected, match="nobody met; say that the meeting was missed instead"):
        circle_met(Absent="Mentee 2; Mentee 3; Mentee 4")


def test_a_note_stays_as_it_was_typed() -> None:
    intended = Form(MEETINGS).row({**MET, "Note": "=HYPERLINK(1)\n - point "})

    assert intended.facts[1].command.body == "=HYPERLINK(1)\n - point "


def test_times_in_cells_of_days_can_be_declared_an_artefact() -> None:
    form = Form(MEETINGS.replace("[answers]", "[answers]\nignore_times = true"))

    intended = form.row({**MET, "Date": "2026-10-05 00:00:00"})

    assert intended.facts[0].command.held_on == date(2026, 10, 5)
    assert intended.facts[0].command.held_at is None


def regrouped() -> People:
    """The circle, which Mentee 3 joined on 1 October and Mentee 4 left on 1 November."""
    known = circle()
    (pairing,) = known.pairings(ParticipantId(ANNA.replace("person", "participant")))
    joined, left = date(2026, 10, 1), date(2026, 11, 1)
    days = {"3": (joined, None), "4": (pairing.since, left)}
    stays = tuple(
        (member, *days.get(member[-1], (pairing.since, None))) for member in sorted(pairing.members)
    )
    known.put(attrs.evolve(pairing, stays=stays))
    return known


def test_a_row_of_a_day_is_about_the_members_of_that_day() -> None:
    row = {"Lead": "Anna Berg", "Minutes": "60"}
    form = Form(CIRCLE_LOG, regrouped())

    def there(**cells: str) -> list[str]:
        (held,) = (f.command for f in form.row({**row, **cells}).facts)
        return [p[-1] for p in held.attendees]

    assert there(Day="2026-09-20", Absent="Mentee 2") == ["1", "4"]
    assert there(Day="2026-11-10", Absent="Mentee 2") == ["1", "3"]
    for day, who in (("2026-09-20", "Mentee 3"), ("2026-11-10", "Mentee 4")):
        with pytest.raises(Rejected, match=f"'{who}' was not a member of this pairing on {day}"):
            there(Day=day, Absent=who)
