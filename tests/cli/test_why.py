"""Asked why on the command line, a figure names its events so that an auditor can check them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from cli.asking import Run

import mentorcore as mc
from mentorcore.render.why import why_data, why_lines


@pytest.fixture
def log(program: Path, run: Run) -> Path:
    """The example with its people, pairings, and meetings."""
    for form in ("people", "pairings", "meetings"):
        export, mapping = program / f"exports/{form}.csv", program / f"mappings/{form}.toml"
        assert run("import", program, export, "--mapping", mapping).code == 0
    return program


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A log with one pair, who met twice; the second time was corrected."""
    path = tmp_path / "small.db"
    boss: Any = mc.Actor(id="command-line", role="coordinator", kind="system")
    any_: Any = mc
    with mc.open(path) as engine:

        def do(command: Any) -> Any:
            return engine.handle(command, actor=boss).events[0]

        goal = any_.ProgramGoal(goal_id=engine.new_id("goal"), statement="Stay")
        roles = (
            any_.Role(code="mentor", part="mentor"),
            any_.Role(code="mentee", part="mentee"),
        )
        settings = any_.Settings(roles=roles, shape="one_to_one")
        program = do(
            any_.DesignProgram(time_zone="UTC", settings=settings, name="Harbor", goals=(goal,))
        ).stream
        started = any_.LaunchProgram(program_id=program, on=DAY)
        do(started)
        cohort = do(
            any_.OpenCohort(
                program_id=program,
                name="Autumn",
                starts_on=DAY,
                ends_on=DAY.replace(year=2030),
                enrols_from=DAY,
                enrols_until=DAY.replace(year=2029),
            )
        ).event.cohort.cohort_id
        members = []
        for name, role in (("Anna Berg", "mentor"), ("Ben \x1b[31mOde", "mentee")):
            person = do(any_.RegisterPerson(name=name)).stream
            enrol = any_.EnrolParticipant(
                person_id=person, program_id=program, cohort_id=cohort, role=role, since=DAY
            )
            members.append(any_.Member(participant=do(enrol).stream, role=role))
        pairing = do(
            any_.FormPairing(program_id=program, cohort_id=cohort, members=tuple(members), on=DAY)
        ).stream
        for minutes in (45, 30):
            do(any_.HoldMeeting(pairing_id=pairing, held_on=DAY, minutes=minutes))
        do(any_.AmendRecord(stream=pairing, target=3, changes={"minutes": 60}, reason="misread"))
    return path


DAY = date(2025, 9, 1)


def test_a_figure_is_told_with_its_events_in_words(small: Path, run: Run) -> None:
    said = run("why", small, "Anna Berg", "minutes")

    assert said.code == 0
    assert said.out.startswith("Minutes of meetings that count: Anna Berg & Ben")
    assert "\n  minutes = 105\n" in said.out
    assert "2025-09-01  pairing: meeting held  [+45]" in said.out
    assert "pairing: meeting held (amended)  [+60; its correction #4: +30]" in said.out
    flowing = " ".join(said.out.split())
    assert "minutes 30 → 60; because: misread; by command-line" in flowing
    assert "days after it was true, because of hold-meeting" in flowing
    assert re.search(
        r"Worked out again from these \d events alone, it is the same: 105\.", said.out
    )


def test_a_correction_is_told_with_its_author_authority_and_reason_and_who_asked(
    small: Path, run: Run
) -> None:
    with mc.open(small) as engine:
        anna = engine.find("Anna Berg", viewer=mc.Viewer.coordinator())[0].person
        pairing = engine.status(viewer=mc.Viewer.coordinator()).pairings[0].pairing
        any_: Any = mc
        engine.handle(
            any_.AmendRecord(
                stream=pairing,
                target=2,
                changes={"minutes": 50},
                reason="counted twice",
                authority="director-office",
            ),
            actor=mc.Actor(anna, "program-manager", "person"),
            asked_by=f"login:{7:032x}",
        )

    told = [run("why", small, "Anna Berg", "minutes"), run("history", small, "Anna Berg")]

    for said in told:
        flowing = " ".join(said.out.split())
        assert "minutes 45 → 50; because: counted twice;" in flowing
        assert "on the authority of director-office;" in flowing
        assert "by Anna Berg as program manager, asked by login:…00000007" in flowing


def test_a_name_cannot_steer_the_terminal(small: Path, run: Run) -> None:
    assert "\x1b" not in run("why", small, "Anna Berg", "members").out


def test_as_data_it_lists_every_event(small: Path, run: Run) -> None:
    data = run("why", small, "Anna Berg", "minutes", "--json").data

    assert (data["value"], data["again"], data["holds"]) == (105, 105, True)
    assert [e["version"] for e in data["events"]][-3:] == [2, 3, 4]
    assert data["grounds"][0]["record"]["name"] == "pairing.meeting-held"
    assert data["grounds"][0]["effect"] == "+45"


def test_without_a_figure_they_are_listed(small: Path, run: Run) -> None:
    said = run("why", small, "Anna Berg")
    data = run("why", small, "program", "--json").data

    assert "ask for one by its name" in said.out
    assert re.search(r"since +2025-09-01 +since when they take part", said.out)
    assert "Pairings have figures of their own: pairing:" in said.out
    assert {"figure", "numbers.minutes"} & {f["name"] for f in data["figures"]}


@pytest.mark.parametrize("named", ["program", "Harbor"])
def test_a_program_is_asked_about_by_its_name_or_as_the_only_one(
    small: Path, run: Run, named: str
) -> None:
    assert run("why", small, named, "meetings", "--json").data["value"] == 2


def test_a_cohort_is_asked_about_by_its_name(small: Path, run: Run) -> None:
    assert run("why", small, "Autumn", "enrolled", "--json").data["value"] == 2


def test_what_is_not_there_is_refused(small: Path, run: Run) -> None:
    assert run("why", small, "Nobody", "minutes").code == 2
    said = run("why", small, "Anna Berg", "miles")
    assert (said.code, "there is no figure 'miles'" in said.err) == (2, True)


def test_the_past_is_asked_about_like_anywhere(small: Path, run: Run) -> None:
    data = run("why", small, "program", "meetings", "--as-of", "2025-08-31", "--json").data

    assert (data["value"], data["as_of"]) == (0, "2025-08-31")
    assert run("why", small, "program", "meetings", "--as-known", "1").code == 0


def test_an_auditor_sees_figures_and_no_names(small: Path, run: Run) -> None:
    said = run("why", small, "program", "minutes", "--as", "auditor")

    assert said.code == 0
    assert "Anna" not in said.out
    assert "minutes = 105" in said.out


def test_imported_records_tell_the_answers_behind_them(log: Path, run: Run) -> None:
    short = run("why", log, "program", "numbers.meetings")
    with mc.open(log / "program.db") as engine:
        row = max(engine.status(viewer=mc.Viewer.coordinator()).pairings, key=lambda p: p.minutes)
    figure = run("why", log, row.pairing, "minutes")
    full = run("why", log, row.pairing, "minutes", "--answers")

    assert short.code == 0
    assert "from the form meetings, read by csv 1, response response:…" in figure.out
    assert "minutes: 'Minutes' was answered '" in figure.out
    assert "names people by" not in figure.out
    assert "names people by" in full.out
    assert max(map(len, full.out.splitlines())) <= 100


# ------------------------------------------------------------------------------ refusals


def test_a_refusal_by_hand_tells_what_it_rests_on(small: Path, run: Run) -> None:
    with mc.open(small) as engine:
        pairing = engine.status(viewer=mc.Viewer.coordinator()).pairings[0].pairing
    end = ("end-pairing", f"pairing_id={pairing}", "reason=completed", "initiated_by=program")
    assert run("record", small, *end, "on=2025-10-01").code == 0
    again = (*end, "on=2025-11-01")

    plain, told = run("record", small, *again), run("record", small, *again, "--why")
    data = run("record", small, *again, "--why", "--json").data

    assert (plain.code, told.code) == (1, 1)
    assert "It rests on" not in plain.out + plain.err
    assert "2025-10-01  pairing: ended  [without it: it would have been allowed]" in told.out
    assert data["error"]["code"] == data["why"][0]["figure"] == "already_ended"
    assert data["why"][0]["holds"] is True


def test_refused_rows_tell_what_they_rest_on(log: Path, run: Run) -> None:
    form = (
        "import",
        log,
        log / "exports/meetings.csv",
        "--mapping",
        log / "mappings/meetings.toml",
    )

    plain, told = run(*form), run(*form, "--why")

    assert "Why this was refused" not in plain.out
    assert told.out.count("Why this was refused") == len(run(*form, "--why", "--json").data["why"])
    assert "── " in " ".join(told.out.split())


# ----------------------------------------------------------------------------- rendering


def explanation(**more: Any) -> mc.Explanation:
    usual: dict[str, Any] = {
        "subject": "pairing:" + "0" * 32,
        "figure": "minutes",
        "about": "minutes of meetings that count",
        "value": 45,
        "again": 45,
        "day": DAY,
        "position": 9,
        "as_of": None,
        "as_known": None,
        "viewer": "coordinator",
    }
    return mc.Explanation(**{**usual, **more})


def test_a_figure_that_does_not_hold_is_said_loudly(small: Path) -> None:
    boss = mc.Viewer.coordinator()
    with mc.open(small) as engine:
        pairing = engine.status(viewer=boss).pairings[0].pairing
        told = attrs.evolve(engine.explain(pairing, "minutes", viewer=boss), again=30)

    assert any("IT DIFFERS: 30." in line for line in why_lines(told))
    assert why_data(told)["holds"] is False


def test_what_rests_on_no_event_says_why() -> None:
    lines = list(why_lines(explanation(note="it rests on no event", day=None)))

    assert "It rests on no event." in lines
    assert lines[-1] == "There is nothing to work out again."


def test_what_is_not_shown_is_said_to_be_there() -> None:
    others = mc.Withheld("program_metadata", "this is shown to the coordinator only")

    told = "\n".join(why_lines(explanation(others=others)))

    assert "It rests on further events. This is shown to the coordinator only." in told


def test_rows_that_nothing_recorded_explains_are_told_together(
    run: Run, small: Path, tmp_path: Path
) -> None:
    mapping, export = tmp_path / "goals.toml", tmp_path / "goals.csv"
    mapping.write_text(
        'form = "goals"\nkind = "goal-check-in"\n[people]\nby = "name"\n[source]\nkeys = ["Id"]\n'
        '[fields]\nmentee = "Mentee"\ngoal = "Goal"\non = "On"\n'
    )
    rows = (f"{n},Nobody Number{n},Calm lessons,2026-10-01\n" for n in range(40))
    export.write_text("Id,Mentee,Goal,On\n" + "".join(rows))

    told = " ".join(run("import", small, export, "--mapping", mapping, "--why").out.split())

    assert told.count("row 2, row 3, row 4 and 37 more") == 1
    assert told.count("──") == 1
