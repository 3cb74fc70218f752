"""A long export costs its rows: no stream is read again from its start because others came between.

What is counted is events, statements and names, never seconds.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
from engine.harbor import Text, written
from engine.world import COORDINATOR, SETTINGS, STARTED, Clock, engine, mc

from mentorcore.log.storage.store import Row

HEADER = ["Id", "Mentor", "Mentee", "Held at", "Minutes"]
BEGAN = datetime(2026, 8, 18, 8, tzinfo=UTC)
MAPPING = """
form = "meetings"
kind = "meeting-log"
coverage = "partial"
[people]
by = "{by}"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Held at"
minutes = "Minutes"
[defaults]
modality = "in_person"
[answers]
date_order = "ymd"
"""


def commands(opened: Any, pairings: int) -> Iterator[Any]:
    """A program of so many pairs, known by name and by address."""
    program, cohort = opened.new_id("program"), opened.new_id("cohort")
    yield mc.DesignProgram(
        program_id=program,
        name="Induction",
        time_zone="America/Los_Angeles",
        settings=SETTINGS,
        goals=(mc.ProgramGoal(goal_id=opened.new_id("goal"), statement="Stay"),),
    )
    yield mc.LaunchProgram(program_id=program, on=STARTED)
    yield mc.OpenCohort(
        program_id=program,
        cohort_id=cohort,
        name="2026",
        starts_on=STARTED,
        ends_on=date(2027, 6, 1),
        enrols_from=STARTED,
        enrols_until=date(2027, 6, 1),
    )
    for number in range(pairings):
        members = {}
        for role in ("mentor", "mentee"):
            person, members[role] = opened.new_id("person"), opened.new_id("participant")
            yield mc.RegisterPerson(person_id=person, name=f"{role} {number}")
            yield mc.LinkExternalIdentity(
                person_id=person, scheme="email", value=f"{role}{number}@example.org"
            )
            yield mc.EnrolParticipant(
                participant_id=members[role],
                person_id=person,
                program_id=program,
                cohort_id=cohort,
                role=role,
                since=STARTED,
            )
        yield mc.FormPairing(
            program_id=program,
            cohort_id=cohort,
            members=(
                mc.Member(participant=members["mentor"], role="mentor", primary=True),
                mc.Member(participant=members["mentee"], role="mentee"),
            ),
            on=STARTED,
        )


@attrs.define
class Counted:
    """What a log was asked for, by streams that were read and rows that they had."""

    streams: int = 0
    rows: int = 0

    def __call__(self, found: dict[str, list[Row]]) -> dict[str, list[Row]]:
        self.streams += len(found)
        self.rows += sum(map(len, found.values()))
        return found


def program_of(opened: Any, pairings: int) -> None:
    opened.batch(list(commands(opened, pairings)), actor=COORDINATOR)


def counted(opened: Any) -> Counted:
    """Count what is read of streams from now on."""
    count, streams = Counted(), opened._store.streams
    opened._store.streams = lambda names: count(streams(names))
    return count


def export(pairings: int, first: int, last: int, *, addresses: bool) -> str:
    """Weeks as the outer loop: in the order of time, so round and round through all pairings."""
    rows = [HEADER]
    for week in range(first, last):
        for pair in range(pairings):
            held = BEGAN + timedelta(days=week, minutes=pair % 60)
            ends = f"{pair}@example.org" if addresses else f" {pair}"
            who = [f"mentor{ends}", f"mentee{ends}"]
            rows.append([f"R{week}-{pair}", *who, f"{held:%Y-%m-%d %H:%M:%S}", "45"])
    return written(rows)


def take(opened: Any, content: str, by: str) -> Any:
    mapping = mc.read_mapping(MAPPING.format(by=by), "meetings.toml")
    return opened.take_in(Text(content), mapping, actor=COORDINATOR)


def later() -> Clock:
    clock = Clock()
    clock.move(days=30)
    return clock


def test_an_export_in_the_order_of_time_reads_no_stream_twice() -> None:
    pairings, weeks = 120, 12
    with engine(clock=later()) as opened:
        program_of(opened, pairings)
        opened._desk.streams.forget()
        count = counted(opened)

        report = take(opened, export(pairings, 0, weeks, addresses=True), "email")

        # Of each pairing it, two persons and two enrolments, and the program: once, before its rows
        # came, and no row that the import itself wrote.
        assert report.counts.taken == pairings * weeks
        assert count.streams <= pairings * 5 + 10
        assert count.rows <= pairings * 12 + 10


def test_the_memory_of_streams_holds_what_a_program_imports_in_a_year() -> None:
    rows, year = 1_200, 80_000
    with engine(clock=later()) as opened:
        program_of(opened, 60)

        take(opened, export(60, 0, 20, addresses=True), "email")

        streams = opened._desk.streams
        assert streams._size * year / rows < streams._most
        assert len(streams._known) * year / rows < streams._keep


def test_ten_rows_into_a_large_program_open_the_names_of_those_whom_they_are_about() -> None:
    opening: list[str] = []
    with engine(clock=later()) as opened:
        program_of(opened, 150)
        take(opened, export(10, 0, 1, addresses=False), "name")
        count = counted(opened)
        sealing: Any = opened._desk.sealing
        whole = sealing.open

        def watched(sealed: Any) -> Any:
            opening.append(sealed.field)
            return whole(sealed)

        sealing.open = watched

        report = take(opened, export(10, 1, 2, addresses=False), "name")

        assert report.counts.taken == 10
        # The name and the address of twenty people, and each of them asked for twice at most; of
        # the three hundred of the program not one more. Nobody's stream is read: they are known.
        assert 0 < len(opening) <= 20 * 4
        assert count.rows <= 20
