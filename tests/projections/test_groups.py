"""Members of a circle by day, and whose time meetings took (INV-22, INV-26)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projections.town import BEGAN, Town, mc

from mentorcore.projections.access.redactor import Viewer
from mentorcore.projections.folding.moment import Moment

STARTED = "2026-09-01"
SHAPES = (mc.ShapeBounds(shape="group", smallest=3, largest=6),)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


class Circle:
    """Anna leads Ben, Cleo and Dan; Eda joins on 1 October, Dan leaves on 1 November."""

    def __init__(self, **settings: Any) -> None:
        self.town = Town(more_shapes=SHAPES, **settings)
        self.anna = self.town.enrol("mentor", "Anna")
        self.ben, self.cleo, self.dan, self.eda = (
            self.town.enrol("mentee", name) for name in ("Ben", "Cleo", "Dan", "Eda")
        )
        capacity = mc.SetMentorCapacity(
            participant_id=self.anna, places=6, since=date(2026, 8, 17), reason="Agreed"
        )
        self.town.do(capacity)
        members = [mc.Member(participant=self.anna, role="mentor")]
        members += [
            mc.Member(participant=p, role="mentee") for p in (self.ben, self.cleo, self.dan)
        ]
        self.town.to("2026-12-01")
        self.pairing = self.town.do(
            mc.FormPairing(
                program_id=self.town.program,
                cohort_id=self.town.cohort,
                members=tuple(members),
                on=date(2026, 9, 1),
                shape="group",
            )
        )
        here: Any = {"pairing_id": self.pairing}
        self.town.do(mc.AddMember(**here, participant=self.eda, since=OCTOBER))
        self.town.do(mc.RemoveMember(**here, participant=self.dan, on=NOVEMBER))

    def members(self, as_of: date | None = None) -> list[str]:
        row = self.status(as_of).pairing(self.pairing)
        return sorted(str(m.name) for m in row.members)

    def status(self, as_of: date | None = None) -> Any:
        return self.town.status(asked=Moment(as_of=as_of))

    def row(self, participant: str, as_of: date | None = None) -> Any:
        return next(p for p in self.status(as_of).participants if p.participant == participant)


@pytest.fixture
def circle() -> Circle:
    return Circle()


@pytest.mark.parametrize(
    ("as_of", "members", "load"),
    [
        (date(2026, 9, 30), ["Anna", "Ben", "Cleo", "Dan"], 3),
        (OCTOBER, ["Anna", "Ben", "Cleo", "Dan", "Eda"], 4),
        (date(2026, 11, 2), ["Anna", "Ben", "Cleo", "Eda"], 3),
        (None, ["Anna", "Ben", "Cleo", "Eda"], 3),
    ],
)
def test_members_and_load_are_those_of_the_day(
    circle: Circle, as_of: date | None, members: list[str], load: int
) -> None:
    assert circle.members(as_of) == members
    assert circle.row(circle.anna, as_of).capacity.load == load


def test_whoever_left_waits_for_a_mentor_again_and_the_circle_goes_on(circle: Circle) -> None:
    assert circle.row(circle.dan).pairings == ()
    assert circle.row(circle.eda).pairings == (circle.pairing,)
    assert circle.status().pairing(circle.pairing).situation == "active"
    assert circle.status().numbers.unpaired == 1


def test_a_history_tells_joining_and_leaving_and_nothing_of_days_without_them(
    circle: Circle,
) -> None:
    for on in ("2026-09-15", "2026-10-15", "2026-11-15"):
        circle.town.meet(circle.pairing, on)

    def told(participant: str) -> list[str]:
        entries = circle.town.history(participant).entries
        return [f"{e.name.partition('.')[2]} {e.on:%m-%d}" for e in entries if "pairing." in e.name]

    assert told(circle.dan) == [
        "formed 09-01",
        "meeting-held 09-15",
        "member-joined 10-01",
        "meeting-held 10-15",
        "member-left 11-01",
    ]
    assert told(circle.eda) == [
        "formed 09-01",
        "member-joined 10-01",
        "meeting-held 10-15",
        "member-left 11-01",
        "meeting-held 11-15",
    ]


def test_a_member_reads_of_the_days_as_a_member_only(circle: Circle) -> None:
    town = circle.town
    for on in (date(2026, 9, 15), date(2026, 11, 15)):
        town.ask(
            mc.WriteNote(
                pairing_id=circle.pairing,
                author=circle.anna,
                kind="session_note",
                on=on,
                visibility="pair_private",
                body="Well",
            )
        )

    def notes(participant: str) -> list[date]:
        viewer = Viewer.member(town.persons[participant])
        told = town.history(circle.pairing, viewer=viewer)
        return [e.on for e in told.entries if e.name == "pairing.note-written"]

    assert notes(circle.dan) == [date(2026, 9, 15)]
    assert notes(circle.eda) == [date(2026, 11, 15)]
    assert len(notes(circle.ben)) == 2


def test_a_correction_of_a_joining_shows_in_the_members_of_the_day(circle: Circle) -> None:
    earlier = mc.AmendRecord(stream=circle.pairing, target=2, changes={"since": date(2026, 9, 20)})

    circle.town.ask(earlier)

    assert "Eda" in circle.members(date(2026, 9, 25))


def test_each_who_was_there_has_the_minutes_of_a_meeting_once(circle: Circle) -> None:
    """INV-26."""
    there = (circle.anna, circle.ben)
    circle.town.meet(circle.pairing, "2026-09-15", 60)
    circle.town.meet(circle.pairing, "2026-10-15", 30, attendees=there)
    circle.town.meet(circle.pairing, "2026-11-15", 45)

    own = {n: circle.row(getattr(circle, n)).own_minutes for n in ("anna", "ben", "dan", "eda")}

    assert own == {"anna": 135, "ben": 135, "dan": 60, "eda": 45}
    assert circle.status().numbers.minutes == circle.status().numbers.mentor_minutes == 135


def joint(town: Town, pairings: list[str], joint_id: str, minutes: list[int]) -> None:
    for pairing, lasted in zip(pairings, minutes, strict=True):
        town.meet(pairing, "2026-09-10", lasted, joint_id=joint_id)


def test_a_joint_meeting_counts_for_each_pairing_and_once_for_the_mentor() -> None:
    """INV-26."""
    town = Town()
    anna = town.enrol("mentor", "Anna")
    pairs = [town.pair(anna, town.enrol("mentee", name)) for name in ("Ben", "Cleo")]
    town.to("2026-10-01")

    joint(town, pairs, f"joint-meeting:{1:032x}", [45, 45])
    town.meet(pairs[0], "2026-09-20", 30)

    told = town.status()
    assert [p.minutes for p in told.pairings] == [75, 45]
    assert (told.numbers.minutes, told.numbers.mentor_minutes) == (120, 75)
    assert next(p for p in told.participants if p.participant == anna).own_minutes == 75


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(10, 60)),
        max_size=6,
    )
)
def test_a_mentor_spends_the_time_of_each_call_once(calls: list[tuple[int, int, int]]) -> None:
    """INV-26: whatever pairings took part, against a count over the calls alone."""
    town = Town(capacity=mc.Capacity(places=4))
    anna = town.enrol("mentor", "Anna")
    pairs = [town.pair(anna, town.enrol("mentee", f"Mentee {n}")) for n in range(4)]
    town.to("2026-12-01")

    for number, (first, count, minutes) in enumerate(calls):
        at = datetime(2026, 9, 10, 15, tzinfo=UTC) + timedelta(days=number)
        for pairing in {pairs[(first + n) % 4] for n in range(count)}:
            joint_id = f"joint-meeting:{number + 1:032x}" if count > 1 else None
            asked = {"pairing_id": pairing, "minutes": minutes, "joint_id": joint_id}
            town.ask(mc.HoldMeeting(**asked, held_at=at))

    numbers = town.status().numbers
    assert numbers.mentor_minutes == sum(minutes for _, _, minutes in calls)
    assert numbers.minutes == sum(minutes * count for _, count, minutes in calls)


def test_co_mentors_are_told_from_the_primary_mentor_and_from_who_stands_in() -> None:
    town = Town()
    pair = town.pair()
    cora, dora = town.enrol("mentor", "Cora"), town.enrol("mentor", "Dora")
    since = {"pairing_id": pair, "since": BEGAN}
    town.ask(mc.AddMember(**since, participant=cora))
    town.ask(mc.AddMember(**since, participant=dora, substitute_until=BEGAN))

    (row,) = town.status().pairings

    assert row.co_mentors == (cora,)
    assert [(s.participant, s.until) for s in row.substitutes] == [(dora, BEGAN)]
