"""What is recorded by hand names people, pairings and things as people do."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run
from cli.test_naming import People, begun, mc
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.render.text import alphabetical


@pytest.fixture
def people(run: Run, tmp_path: Path) -> People:
    """A program with one pairing, and somebody beside it."""
    made = begun(run, tmp_path / "mine")
    pair = made.pair(
        made.enrol("Ayo Cole", "mentor", "ayo@example.org"), made.enrol("Lin Wu", "mentee")
    )
    made.pairing = pair  # type: ignore[attr-defined]
    return made


def fields(said: Any) -> dict[str, Any]:
    assert said.code == 0, said.err
    return dict(said.data["events"][0]["fields"])


def test_ids_that_no_later_command_needs_are_not_listed(run: Run, people: People) -> None:
    said = run("record", people.log, "close-cohort", f"cohort_id={people.cohort}", "on=2026-07-01")

    told = [line.split(" = ")[0].strip() for line in said.out.splitlines() if " = " in line]
    assert said.code == 0, said.err
    assert told == ["cohort_id"]


@pytest.mark.parametrize("who", ["Ayo Cole", "ayo@example.org", "Ayo Cole <ayo@example.org>"])
def test_a_participant_is_named(run: Run, people: People, who: str) -> None:
    on = people.since.isoformat()

    said = run(
        "record", people.log, "qualify-mentor", f"participant_id={who}", f"since={on}", "--json"
    )

    assert said.code == 0, said.err
    with mc.open(people.log) as engine:
        found = engine.find("Ayo Cole", viewer=mc.Viewer.coordinator())[0]
    assert said.data["events"][0]["stream"] == found.participant


def test_somebody_who_takes_part_in_nothing_is_enrolled_by_name(run: Run, people: People) -> None:
    person = people.do(mc.RegisterPerson(name="Ines Roth"))
    words = ["person_id=ines roth", "role=mentor", f"since={people.since}"]

    said = run("record", people.log, "enrol-participant", *words, "--json")

    assert fields(said)["person_id"] == person
    assert fields(said)["program_id"] == people.program
    assert fields(said)["cohort_id"] == people.cohort


def test_a_pairing_is_named_by_its_people_and_a_goal_by_its_words(run: Run, people: People) -> None:
    on = f"on={people.since}"
    pair = "pairing_id=Ayo Cole & Lin Wu"
    words = [pair, "statement=Calm Mondays", "area=classroom", on]
    goal = fields(run("record", people.log, "set-goal", *words, "--json"))["goal_id"]

    said = run(
        "record",
        people.log,
        "record-goal-progress",
        pair,
        "goal_id=calm mondays",
        "status=in_progress",
        on,
        "--json",
    )

    assert fields(said)["goal_id"] == goal


def test_a_meeting_is_named_by_its_day(run: Run, people: People) -> None:
    words = ["pairing_id=Lin Wu & Ayo Cole", f"held_on={people.since}", "minutes=30"]
    held = fields(run("record", people.log, "hold-meeting", *words, "--json"))

    said = run(
        "record",
        people.log,
        "verify-meeting",
        "pairing_id=Lin Wu",
        f"meeting_id={people.since}",
        "by=Lin Wu",
        "verdict=disputed",
        f"on={people.since}",
        "--json",
    )

    assert fields(said)["meeting_id"] == held["meeting_id"]


def test_members_in_a_list_are_named(run: Run, people: People, tmp_path: Path) -> None:
    people.enrol("Kim Sato", "mentee")
    asked = {
        "command": "form-pairing",
        "program_id": people.program,
        "cohort_id": people.cohort,
        "on": people.since.isoformat(),
        "members": [
            {"participant": "Ayo Cole", "role": "mentor"},
            {"participant": "Kim Sato", "role": "mentee"},
        ],
    }
    file = tmp_path / "commands.json"
    file.write_text(json.dumps([asked]))

    said = run("record", people.log, "--from", file, "--json")

    assert said.code == 0, said.err


def test_a_name_that_fits_several_is_answered_with_all_of_them(run: Run, people: People) -> None:
    other = people.enrol("Ayo Cole", "mentee", "other@example.org")

    said = run("record", people.log, "end-enrolment", "participant_id=Ayo Cole", "outcome=withdrew")

    told = " ".join(said.err.split())
    assert said.code == 1
    assert "participant_id: 'Ayo Cole' may be 2 of them" in told
    assert "<ayo@example.org>, mentor" in told
    assert other in told


def test_a_name_that_fits_nobody_says_which_field(run: Run, people: People) -> None:
    said = run("record", people.log, "hold-meeting", "pairing_id=Ayo Cole & Nobody", "minutes=5")

    assert said.code == 1
    assert "pairing_id: nobody called 'Nobody'" in " ".join(said.err.split())


def test_options_stand_anywhere_between_the_words(run: Run, people: People) -> None:
    words = ["pairing_id=Lin Wu", "minutes=30", f"held_on={people.since}"]
    at = ["--key", "once"]

    said = [
        run("record", *at, people.log, "hold-meeting", *words, "--json"),
        run("record", people.log, *at, "hold-meeting", *words, "--json"),
        run("record", people.log, "hold-meeting", *at, *words, "--json"),
        run("record", people.log, "hold-meeting", words[0], *at, *words[1:], "--json"),
    ]

    assert [s.code for s in said] == [0] * 4
    assert [s.data["replayed"] for s in said] == [False, True, True, True]
    wrong = run("record", people.log, "hold-meeting", *words, "--kay", "once")
    assert "unrecognized arguments: --kay once" in " ".join(wrong.err.split())


def test_which_cohort_is_asked_where_there_are_several(run: Run, people: People) -> None:
    opened = mc.OpenCohort(
        program_id=people.program,
        name="spring",
        starts_on=people.since,
        ends_on=people.since + timedelta(days=200),
        enrols_from=people.since,
        enrols_until=people.since + timedelta(days=100),
    )
    people.do(opened)

    said = run("record", people.log, "close-cohort", "on=2026-07-01")

    assert said.code == 1
    assert "cohort_id: this program has several cohorts" in " ".join(said.err.split())
    assert "spring: cohort:" in " ".join(said.err.split())


def met(run: Run, people: People) -> str:
    """A meeting, named as lists of records name one."""
    words = ["pairing_id=Lin Wu", "minutes=30", f"held_on={people.since}"]
    event = run("record", people.log, "hold-meeting", *words, "--json").data["events"][0]
    return f"{event['stream']}#{event['version']}"


def test_a_correction_names_people_as_the_first_record_does(run: Run, people: People) -> None:
    target = met(run, people)

    for who in (["Lin Wu"], ["ayo@example.org", "lin wu"]):
        words = [f"changes.attendees={w}" for w in who]
        said = run("record", people.log, "amend-record", f"target={target}", *words, "--json")

        assert said.code == 0, said.err
        with mc.open(people.log) as engine:
            (meeting,) = engine.effective(names=["pairing.meeting-held"])
        assert len(meeting.event.attendees) == len(who)
    nobody = ["changes.attendees=Lyn Wo"]
    said = run("record", people.log, "amend-record", f"target={target}", *nobody)
    assert "changes.attendees: nobody called 'Lyn Wo'" in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("changes.minutes=abc", "minutes: 'abc' is not a whole number"),
        ("changes.held_on=soon", "held_on: 'soon' is no day such as 2026-10-01"),
        ("changes.modality=fax", "modality: 'fax' is none of in_person, video, phone, async"),
    ],
)
def test_wrong_values_of_a_correction_are_told_in_words(
    run: Run, people: People, word: str, told: str
) -> None:
    said = run("record", people.log, "amend-record", f"target={met(run, people)}", word)

    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_a_text_of_digits_stays_a_text_in_a_correction(run: Run, people: People) -> None:
    words = ["pairing_id=Lin Wu", "statement=2026", f"on={people.since}"]
    event = run("record", people.log, "set-goal", *words, "--json").data["events"][0]
    target = f"target={event['stream']}#{event['version']}"

    said = run("record", people.log, "amend-record", target, "changes.statement=007", "--json")

    assert said.code == 0, said.err
    assert "007" in run("history", people.log, "Lin Wu").out


@pytest.mark.parametrize("who", ["program", "Lin Wu", "ayo@example.org"])
def test_who_ended_a_pairing_is_a_word_or_a_name(run: Run, people: People, who: str) -> None:
    words = ["pairing_id=Lin Wu", f"on={people.since}", "reason=no_fault", f"initiated_by={who}"]

    said = run("record", people.log, "end-pairing", *words, "--json")

    told = fields(said)["initiated_by"]
    assert told == who if who == "program" else told.startswith("participant:")


def test_who_is_in_no_pairing_is_told_so(run: Run, people: People) -> None:
    people.enrol("Ines Roth", "mentee")

    said = run("record", people.log, "hold-meeting", "pairing_id=Ines Roth", "minutes=30")

    assert "'Ines Roth' is in no pairing" in said.err


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("minutes=abc", "minutes: 'abc' is not a whole number"),
        ("minutes=4.5", "minutes: '4.5' is not a whole number"),
        ("held_on=yesterday", "held_on: 'yesterday' is no day such as 2026-10-01"),
        ("modality=fax", "modality: 'fax' is none of"),
    ],
)
def test_wrong_values_are_told_in_words(run: Run, people: People, word: str, told: str) -> None:
    said = run("record", people.log, "hold-meeting", "pairing_id=Ayo Cole & Lin Wu", word)

    assert said.code == 2
    assert told in " ".join(said.err.split())


def test_people_are_listed_as_people_sort_names(run: Run, people: People) -> None:
    for name in ("zed Moran", "Zoe Abt", "bo lund", "Élodie Petit", "Emil Frey"):
        people.enrol(name, "mentor")

    out = run("status", people.log).out

    names = ["Ayo Cole", "bo lund", "Élodie Petit", "Emil Frey", "zed Moran", "Zoe Abt"]
    places = [out.index(f"  {name}") for name in names]
    assert places == sorted(places)


def test_letters_with_a_stroke_stand_beside_those_without() -> None:
    names = ["Zoe", "Łukasz", "Øyvind", "Luke", "Ole", "Đorđe", "Dora", "Þór", "Tina", "Æmil"]

    listed = sorted(names, key=alphabetical)

    assert listed == [
        "Æmil",
        "Dora",
        "Đorđe",
        "Łukasz",
        "Luke",
        "Ole",
        "Øyvind",
        "Þór",
        "Tina",
        "Zoe",
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="aAbBéEłLøOzZ ", min_size=1, max_size=6), max_size=6))
def test_capitals_and_accents_never_part_names_that_are_else_equal(names: list[str]) -> None:
    listed = sorted(names, key=alphabetical)

    bare = [alphabetical(name)[0] for name in listed]
    assert bare == sorted(bare)
    assert sorted(names, key=lambda n: alphabetical(n.swapcase())[0]) == sorted(
        names, key=lambda n: alphabetical(n)[0]
    )


# ------------------------------------------------------------------- who left and came back


@pytest.fixture
def returned(run: Run, people: People) -> list[str]:
    """Lin Wu, paired with Ayo Cole, left and came back, and was paired with her once more."""
    day = people.since + timedelta(days=60)
    lin = ["participant_id=Lin Wu", f"on={day}", "outcome=withdrew"]
    over = ["pairing_id=Lin Wu", f"on={day}", "reason=no_fault", "initiated_by=program"]
    again = ["person_id=Lin Wu", "role=mentee", f"since={day + timedelta(days=30)}"]
    assert run("record", people.log, "end-pairing", *over).code == 0
    assert run("record", people.log, "end-enrolment", *lin).code == 0
    assert run("record", people.log, "enrol-participant", *again).code == 0
    members = [
        {"participant": "Ayo Cole", "role": "mentor", "primary": True},
        {"participant": "Lin Wu", "role": "mentee"},
    ]
    formed = [f"members={json.dumps(members)}", f"on={day + timedelta(days=30)}"]
    made = run("record", people.log, "form-pairing", *formed, "--json")
    return [people.pairing, str(made.data["events"][0]["stream"])]  # type: ignore[attr-defined]


@pytest.mark.parametrize("word", ["Lin Wu", "Ayo Cole & Lin Wu"])
def test_the_day_says_which_pairing_of_the_same_people_is_meant(
    run: Run, people: People, returned: list[str], word: str
) -> None:
    for after, which in ((10, 0), (60, 0), (90, 1), (120, 1)):
        on = people.since + timedelta(days=after)
        words = [f"pairing_id={word}", "minutes=30", f"held_on={on}"]

        said = run("record", people.log, "hold-meeting", *words, "--json")

        assert said.code == 0, said.err
        assert said.data["events"][0]["stream"] == returned[which]


def test_between_two_pairings_of_the_same_people_both_are_shown(
    run: Run, people: People, returned: list[str]
) -> None:
    on = people.since + timedelta(days=75)

    words = ["pairing_id=Ayo Cole & Lin Wu", "minutes=30", f"held_on={on}"]
    said = run("record", people.log, "hold-meeting", *words)

    assert said.code == 1
    assert all(pairing in said.err for pairing in returned)


def test_a_name_means_the_person_whatever_they_are_enrolled_as_twice(
    run: Run, people: People, returned: list[str]
) -> None:
    told = run("history", people.log, "Lin Wu", "--json").data["histories"]
    why = run("why", people.log, "Lin Wu", "own_minutes")

    streams = [{e["evidence"]["stream"] for e in one["entries"]} for one in told]
    assert [set(returned) & seen for seen in streams] == [{returned[1]}, {returned[0]}]
    assert "may be 2 of them" not in why.err
