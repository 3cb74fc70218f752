"""The hours of the one documented query are those of the status, on every day."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projections.lives import Step, errant_lives, live, lives, peopled
from projections.town import BEGAN, Town, mc
from tables.hosts import Host

from mentorcore.errors import Invalid, Refused


def revised(town: Town, **changes: Any) -> None:
    """Other settings from a day on."""
    days = changes.pop("days", 0)
    town.settings = attrs.evolve(town.settings, **changes)
    town.ask(
        mc.ReviseProgram(
            program_id=town.program,
            effective_from=town.today + timedelta(days=days),
            settings=town.settings,
        )
    )


def together(town: Town, when: int) -> None:
    """One mentor meets the mentees of two pairings at once."""
    mentor, _, *mentees = list(town.persons)[:4]
    day, joint = BEGAN + timedelta(days=when), f"joint-meeting:{when:032x}"
    for mentee in mentees:
        with suppress(Refused, Invalid):
            town.pair(mentor, mentee)
    for formed in list(town.engine.events(names=["pairing.formed"])):
        if formed.event.members[0].participant == mentor:
            with suppress(Refused, Invalid):
                town.meet(formed.stream, day, 40 + when, at=None, joint_id=joint)


def days(town: Town) -> Iterator[date]:
    """Days of a history: the ends, and some between."""
    span = (town.today - BEGAN).days
    yield from (BEGAN + timedelta(days=n) for n in range(-2, span + 3, max(1, span // 9)))
    yield town.today


def counted(connection: Any, day: date) -> dict[str, int]:
    """The minutes that count of each pairing as of a day."""
    cursor = connection.cursor()
    cursor.execute(
        "select pairing_id, sum(minutes) from mentorcore_counted_minutes "
        f"where since <= '{day}' and (until is null or '{day}' < until) group by pairing_id"
    )
    return {pairing: int(minutes) for pairing, minutes in cursor.fetchall()}


def assert_hours_agree(town: Town, tables: Any, connection: Any) -> None:
    for day in days(town):
        told = town.status(as_of=day)
        assert counted(connection, day) == {
            p.pairing: p.minutes for p in told.pairings if p.meetings
        }
        months = tables.mentor_hours(day)

        by_person: dict[str, int] = {}
        for month in months:
            by_person[month.person] = by_person.get(month.person, 0) + month.minutes
        mentors = {r.who.person for r in told.participants if r.part == "mentor"}
        for person in mentors:
            rows = [r for r in told.of_person(person) if r.part == "mentor"]
            if len(rows) == 1:
                assert by_person.get(person, 0) == rows[0].own_minutes, (day, person)
        assert by_person.keys() <= mentors
        assert sum(by_person.values()) == told.numbers.mentor_minutes, day
        assert all(month.month <= f"{day:%Y-%m}" for month in months)


@settings(max_examples=8, deadline=None)
@given(lives(60), st.integers(1, 40), st.integers(5, 60))
def test_hours_are_those_of_the_status_on_every_day(
    steps: list[Step], when: int, limit: int
) -> None:
    town = peopled(contact_limit=35)
    with closing(sqlite3.connect(":memory:")) as connection:
        tables = town.engine.tables(connection)
        revised(town, contact_limit=limit, days=3)
        live(town, steps[::2])
        together(town, when)
        tables.update()
        live(town, steps[1::2])
        town.later(days=4)

        tables.update()

        assert_hours_agree(town, tables, connection)
        assert tables.verify() == ()


@settings(max_examples=8, deadline=None)
@given(errant_lives(60), st.integers(1, 40))
def test_they_are_when_much_is_corrected(steps: list[Step], when: int) -> None:
    town = peopled(contact_limit=35)
    with closing(sqlite3.connect(":memory:")) as connection:
        tables = town.engine.tables(connection)
        together(town, when)
        live(town, steps)
        revised(town, contact_limit=10)
        town.later(days=2)

        tables.update()

        assert_hours_agree(town, tables, connection)
        assert tables.verify() == ()


def test_a_joint_meeting_counts_once(host: Host) -> None:
    town = Town()
    town.to("2026-09-28")
    mentor = town.enrol("mentor", "Anna")
    pairs = [town.pair(mentor, town.enrol("mentee", name)) for name in ("Ben", "Bea")]
    for pairing in pairs:
        town.meet(pairing, "2026-08-31", 40, joint_id=f"joint-meeting:{7:032x}")
    town.meet(pairs[0], "2026-09-02", 25)
    tables = town.engine.tables(host.connection)

    months = tables.mentor_hours(town.today)

    assert [(m.month, m.minutes) for m in months] == [("2026-08", 40), ("2026-09", 25)]
    assert {m.person for m in months} == {town.persons[mentor]}


def test_what_counts_changes_on_the_day_on_which_other_settings_hold(
    town: Town, host: Host
) -> None:
    revised(town, contact_limit=10, days=3)
    tables = town.engine.tables(host.connection)
    eve, day = town.today + timedelta(days=2), town.today + timedelta(days=3)

    before, after = tables.mentor_hours(eve), tables.mentor_hours(day)

    assert [m.minutes for m in before] == [75]
    assert [m.minutes for m in after] == [55]
    assert [m.hours for m in after] == [0.92]


def test_who_becomes_a_facilitator_is_paid_from_then_on(town: Town, host: Host) -> None:
    roles = [mc.Role(code="mentor", part="none"), *town.settings.roles[1:]]
    revised(town, roles=tuple(roles), days=2)
    tables = town.engine.tables(host.connection)

    before = tables.mentor_hours(town.today + timedelta(days=1))
    after = tables.mentor_hours(town.today + timedelta(days=2))

    assert [m.minutes for m in before] == [75]
    assert after == ()


def test_a_meeting_of_tomorrow_counts_tomorrow(town: Town, host: Host) -> None:
    tables = town.engine.tables(host.connection)

    months = {day: tables.mentor_hours(date(2026, 9, day)) for day in (1, 2)}

    assert [[m.minutes for m in found] for found in months.values()] == [[45], [75]]


@pytest.mark.parametrize("prefix", ["x", "payroll_2026_", "_"])
def test_the_query_asks_the_tables_of_its_prefix(town: Town, host: Host, prefix: str) -> None:
    tables = town.engine.tables(host.connection, prefix=prefix)

    rows = host.rows(tables.mentor_hours_sql(town.today))

    assert [int(row[3]) for row in rows] == [75]
    assert [float(row[4]) for row in rows] == [1.25]


@pytest.mark.parametrize("odd", ["before it was formed", "before they joined", "by a stranger"])
def test_what_no_rule_allows_is_told_as_the_status_tells_it(host: Host, odd: str) -> None:
    """Logs of other builds hold such meetings; nothing here decides whether they may be."""
    town = Town()
    town.to("2026-09-28")
    mentor, late, stranger = (town.enrol("mentor", name) for name in ("Anna", "Amir", "Ada"))
    pairing = town.pair(mentor, on=BEGAN + timedelta(days=7))
    town.ask(mc.AddMember(pairing_id=pairing, participant=late, since=BEGAN + timedelta(days=20)))
    town.meet(pairing, BEGAN + timedelta(days=9), at=None)
    held = next(iter(town.engine.events(names=["pairing.meeting-held"]))).event
    there = {"before they joined": late, "by a stranger": stranger}.get(odd, mentor)
    told = attrs.evolve(
        held,
        meeting_id=f"meeting:{99:032x}",
        held_on=BEGAN + timedelta(days=2 if odd.startswith("before it") else 12),
        attendees=(there,),
    )
    town.tell(pairing, told)

    tables = town.engine.tables(host.connection)

    for day in (BEGAN + timedelta(days=n) for n in range(0, 30, 3)):
        rows = {r.who.person: r.own_minutes for r in town.status(as_of=day).participants}
        months = tables.mentor_hours(day)
        assert counted(host.connection, day) == {
            p.pairing: p.minutes for p in town.status(as_of=day).pairings if p.meetings
        }
        assert {m.person: m.minutes for m in months if m.minutes} == {
            person: minutes
            for person, minutes in rows.items()
            if minutes and person in {town.persons[p] for p in (mentor, late, stranger)}
        }
    assert tables.verify() == ()


def test_one_human_with_two_ids_is_paid_once_for_a_joint_meeting(host: Host) -> None:
    town = Town()
    town.to("2026-09-28")
    mentors = [town.enrol("mentor", name) for name in ("Anna", "A. Berg")]
    pairs = [town.pair(m, town.enrol("mentee", f"Mentee {n}")) for n, m in enumerate(mentors)]
    for pairing in pairs:
        town.meet(pairing, "2026-09-02", 40, at=None, joint_id=f"joint-meeting:{7:032x}")
    tables = town.engine.tables(host.connection)
    before = tables.mentor_hours(town.today)
    survivor, absorbed = (town.persons[m] for m in mentors)
    left = date(2026, 9, 20)
    town.ask(
        mc.EndPairing(pairing_id=pairs[1], on=left, reason="left_role", initiated_by="program")
    )
    town.ask(mc.EndEnrolment(participant_id=mentors[1], on=left, outcome="withdrew"))
    town.ask(mc.MergePersons(survivor=survivor, absorbed=absorbed))
    tables.update()

    after = {day: tables.mentor_hours(date(2026, 9, day)) for day in (1, 2, 28)}

    assert [m.minutes for m in before] == [40, 40]
    assert {day: [(m.person, m.minutes) for m in months] for day, months in after.items()} == {
        1: [],
        2: [(survivor, 40)],
        28: [(survivor, 40)],
    }
    for day, months in after.items():
        told = town.status(as_of=date(2026, 9, day)).numbers.mentor_minutes
        assert told == sum(m.minutes for m in months)
    assert tables.verify() == ()


def test_two_programs_are_told_apart(host: Host) -> None:
    town = Town()
    town.to("2026-09-28")
    mentor = town.enrol("mentor", "Anna")
    town.meet(town.pair(mentor), "2026-09-02", 25)
    first, town.program = town.program, town.design("Bay")
    town.do(mc.LaunchProgram(program_id=town.program, on=BEGAN))
    opened = mc.OpenCohort(
        program_id=town.program,
        name="2026",
        starts_on=BEGAN,
        ends_on=date(2027, 6, 30),
        enrols_from=date(2026, 6, 1),
        enrols_until=date(2027, 3, 1),
    )
    town.cohort = town.ask(opened).events[0].event.cohort.cohort_id
    again = town.enrol("mentor", "Anna", person=town.persons[mentor])
    town.meet(town.pair(again, town.enrol("mentee", "Bo")), "2026-09-03", 30)

    tables = town.engine.tables(host.connection)

    months = {(m.program, m.person): m.minutes for m in tables.mentor_hours(town.today)}
    person = town.persons[mentor]
    assert months == {(first, person): 25, (town.program, person): 30}
    assert tables.verify() == ()
