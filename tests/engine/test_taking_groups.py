"""Groups and pairs of one program from lists and logs: who joined, who left, who was there."""

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from engine.world import COORDINATOR, World, engine, mc

import mentorcore

SETTINGS: Any = mc.Settings(
    roles=(mc.Role(code="mentor", part="mentor"), mc.Role(code="mentee", part="mentee")),
    shape="one_to_one",
    more_shapes=(mc.ShapeBounds(shape="group", smallest=3, largest=6),),
    capacity=mc.Capacity(places=6),
)
NAMES = ("Ada", "Bo", "Lin", "Sol", "Kim", "Zoe")
LIST = """
form = "pairs"
kind = "pairing-list"
coverage = "full"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "On"
shape = "Shape"
joined_on = "Joined"
left_on = "Left"
[answers]
separator = ";"
[defaults]
basis = "assigned"
"""
LOG = """
form = "meets"
kind = "meeting-log"
coverage = "full"
[people]
by = "name"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
time = "Time"
minutes = "Minutes"
absent = "Absent"
joint = "Joint"
note = "Note"
[answers]
separator = ";"
[defaults]
modality = "video"
note_visibility = "pair_private"
"""
PAIRS = "Id,Mentor,Mentee,On,Shape,Joined,Left\n"
MEETS = "Id,Mentor,Mentee,Day,Time,Minutes,Absent,Joint,Note\n"
GROUP = "1,Ada,Lin; Sol; Kim,2026-09-01,group,,\n"
PAIR = "2,Bo,Zoe,2026-09-01,,,\n"
JOINED = "3,Ada,Zoe,2026-09-01,,2026-10-01,\n"
LEFT = "4,Ada,Kim,2026-09-01,,,2026-11-01\n"


class School(World):
    """Two mentors and four mentees, and files to take in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(engine(), SETTINGS)
        self.folder = folder
        self.people = {n: self.somebody(n, "mentor" if n in NAMES[:2] else "mentee") for n in NAMES}
        self.names = {p: n for n, p in self.people.items()}

    def somebody(self, name: str, role: str) -> str:
        return self.enrol(role, self.person(name=name))

    def take(self, text: str, mapping: str = LIST) -> Any:
        file = self.folder / "export.csv"
        file.write_text(text, encoding="utf-8")
        read = mentorcore.read_mapping(mapping, "m.toml")
        return self.engine.take_in(file, read, actor=COORDINATOR)

    def groups(self, **when: Any) -> list[tuple[str, list[str]]]:
        told = self.engine.status(viewer=mentorcore.Viewer.coordinator(), **when)
        return sorted((p.shape, sorted(str(m.name) for m in p.members)) for p in told.pairings)

    def there(self) -> list[list[str]]:
        held = self.engine.events(names=["pairing.meeting-held"])
        return [sorted(self.names[a] for a in r.event.attendees) for r in held]

    def numbers(self) -> Any:
        return self.engine.status(viewer=mentorcore.Viewer.coordinator()).numbers


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def test_a_list_tells_pairs_and_groups_and_who_came_and_went(school: School) -> None:
    told = school.take(PAIRS + GROUP + PAIR + JOINED + LEFT)

    assert told.sentence() == "4 taken."
    now = [("group", ["Ada", "Lin", "Sol", "Zoe"]), ("one_to_one", ["Bo", "Zoe"])]
    assert school.groups() == now
    assert school.groups(as_of=date(2026, 9, 30))[0] == ("group", ["Ada", "Kim", "Lin", "Sol"])
    assert school.groups(as_of=date(2026, 10, 1))[0] == (
        "group",
        ["Ada", "Kim", "Lin", "Sol", "Zoe"],
    )


def test_the_list_again_says_nothing_new(school: School) -> None:
    school.take(PAIRS + GROUP + PAIR + JOINED + LEFT)
    position = school.engine.position

    again = school.take(PAIRS + GROUP + PAIR + JOINED + LEFT)

    assert (again.sentence(), school.engine.position) == ("4 unchanged.", position)


def test_a_group_that_is_listed_as_it_is_now_is_the_group_that_is_known(school: School) -> None:
    school.take(PAIRS + GROUP + JOINED + LEFT)

    school.take("Id,Mentor,Mentee,On,Shape,Joined,Left\n9,Ada,Lin; Sol; Zoe,2026-09-01,group,,\n")

    assert [shape for shape, _ in school.groups()] == ["group"]


@pytest.mark.parametrize("order", list(permutations((JOINED, LEFT))))
def test_members_come_and_go_in_any_order_of_exports(school: School, order: Any) -> None:
    school.take(PAIRS + GROUP)

    for number in range(1, 3):
        school.take(PAIRS + GROUP + "".join(order[:number]))

    assert school.groups() == [("group", ["Ada", "Lin", "Sol", "Zoe"])]


def test_a_corrected_row_moves_the_day_of_joining(school: School) -> None:
    school.take(PAIRS + GROUP + JOINED)

    told = school.take(PAIRS + GROUP + JOINED.replace("10-01", "10-15"))

    assert told.sentence() == "1 amended, 1 unchanged."
    assert "Zoe" not in str(school.groups(as_of=date(2026, 10, 10)))


def test_a_joining_told_of_the_wrong_person_is_told_of_the_right_one(school: School) -> None:
    school.take(PAIRS + GROUP.replace("; Kim", "") + JOINED)

    told = school.take(PAIRS + GROUP.replace("; Kim", "") + JOINED.replace("Zoe", "Kim"))

    assert told.sentence() == "1 amended, 1 unchanged."
    assert school.groups() == [("group", ["Ada", "Kim", "Lin", "Sol"])]


def test_a_group_too_small_for_its_shape_is_refused_by_the_name_of_the_shape(
    school: School,
) -> None:
    told = school.take(PAIRS + GROUP.replace("; Sol; Kim", "") + PAIR.replace("Zoe", "Zoe; Kim"))

    said = [finding.reason for finding in told.findings]
    assert "a group of this program has 3 to 6 members, not 2" in said[0]
    assert "a one-to-one pairing of this program has 2 to 2 members, not 3" in said[1]


def test_a_log_of_a_group_names_the_members_of_each_day(school: School) -> None:
    school.take(PAIRS + GROUP + JOINED + LEFT)

    told = school.take(
        MEETS
        + "1,Ada,,2026-09-10,,60,Kim,,\n2,Ada,,2026-10-10,,60,,,\n"
        + "3,Ada,,2026-11-10,,60,,,\n4,Ada,Kim,2026-11-11,,60,,,\n",
        LOG,
    )

    assert told.sentence() == "3 taken, 1 refused."
    assert "'Kim' was not a member of this pairing on 2026-11-11" in told.findings[0].reason
    assert school.there() == [
        ["Ada", "Lin", "Sol"],
        ["Ada", "Kim", "Lin", "Sol", "Zoe"],
        ["Ada", "Lin", "Sol", "Zoe"],
    ]


def two_pairs(school: School) -> School:
    school.take(PAIRS + "1,Ada,Lin,2026-09-01,,,\n2,Ada,Sol,2026-09-01,,,\n")
    return school


JOINT = "1,Ada,Lin; Sol,2026-09-10,15:00,60,,yes,\n"


@pytest.mark.parametrize("time", ["15:00", ""])
def test_one_call_with_two_mentees_is_one_meeting_of_two_pairings(
    school: School, time: str
) -> None:
    """INV-26."""
    told = two_pairs(school).take(MEETS + JOINT.replace("15:00", time), LOG)

    assert told.sentence() == "1 taken."
    held = [r.event for r in school.engine.events(names=["pairing.meeting-held"])]
    assert len({e.joint_id for e in held} - {None}) == 1
    assert school.there() == [["Ada", "Lin"], ["Ada", "Sol"]]
    assert (school.numbers().minutes, school.numbers().mentor_minutes) == (120, 60)


def test_a_joint_meeting_is_declared_and_not_guessed(school: School) -> None:
    told = two_pairs(school).take(MEETS + JOINT.replace("yes", ""), LOG)

    assert told.sentence() == "1 refused."
    assert "there is no pairing of 'Ada' and 'Lin' and 'Sol'" in told.findings[0].reason


@pytest.mark.parametrize(("old", "new"), [(",60,", ",45,"), ("15:00", "16:30"), ("09-10", "09-11")])
def test_a_corrected_row_amends_both_parts_of_a_joint_meeting(
    school: School, old: str, new: str
) -> None:
    two_pairs(school).take(MEETS + JOINT, LOG)

    told = school.take(MEETS + JOINT.replace(old, new), LOG)

    assert told.sentence() == "1 amended."
    minutes = 45 if new == ",45," else 60
    assert (school.numbers().meetings, school.numbers().mentor_minutes) == (2, minutes)
    assert not list(school.engine.events(names=["record.retracted"]))


@pytest.mark.parametrize("others", ["Lin", "Lin; Sol; Kim"])
def test_a_joint_meeting_gains_and_loses_a_pairing(school: School, others: str) -> None:
    two_pairs(school).take(
        PAIRS + "1,Ada,Lin,2026-09-01,,,\n2,Ada,Sol,2026-09-01,,,\n3,Ada,Kim,2026-09-01,,,\n"
    )
    school.take(MEETS + JOINT, LOG)

    told = school.take(MEETS + JOINT.replace("Lin; Sol", others), LOG)

    assert told.sentence() == "1 amended."
    count = len(others.split(";"))
    assert (school.numbers().meetings, school.numbers().minutes) == (count, 60 * count)
    assert school.numbers().mentor_minutes == 60


def test_what_is_noted_of_a_joint_meeting_is_noted_in_each_pairing(school: School) -> None:
    two_pairs(school).take(MEETS + JOINT.replace("yes,", "yes,Well"), LOG)

    notes = list(school.engine.events(names=["pairing.note-written"]))

    assert len({n.stream for n in notes}) == 2
