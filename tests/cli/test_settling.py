"""What may be recorded twice is shown with both records, and settled by one command either way."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run

import mentorcore

mc: Any = mentorcore
BOSS = mentorcore.Actor(id="console", role="coordinator", kind="system")
DAY = date(2025, 9, 12)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A program in which Ada and Lin met, and somebody wrote it down twice."""
    path = tmp_path / "program.db"
    text = mc.BLUEPRINT_TEMPLATE.replace("2026-", "2025-").replace("2027-", "2026-")
    with mc.open(path) as engine:
        commands = mc.read_blueprint(text, "program.toml").commands(engine.new_id)
        program = engine.batch(commands, actor=BOSS).stream
        cohort = engine.status(viewer=mc.Viewer.coordinator()).cohorts[0].cohort
        members = []
        for name, role in (("Ada Byron", "mentor"), ("Lin Wu", "mentee")):
            person = engine.handle(mc.RegisterPerson(name=name), actor=BOSS).stream
            enrol = mc.EnrolParticipant(
                person_id=person,
                program_id=program,
                cohort_id=cohort,
                role=role,
                since=date(2025, 9, 1),
            )
            here = engine.handle(enrol, actor=BOSS).stream
            members.append(mc.Member(participant=here, role=role, primary=role == "mentor"))
        forming = mc.FormPairing(
            program_id=program, cohort_id=cohort, members=tuple(members), on=date(2025, 9, 1)
        )
        pairing = engine.handle(forming, actor=BOSS).stream
        for _ in range(2):
            held = mc.HoldMeeting(pairing_id=pairing, held_on=DAY, minutes=30)
            engine.handle(held, actor=BOSS)
    return path


def commands(text: str) -> list[list[str]]:
    """The commands that an answer prints, as somebody types them."""
    joined = re.sub(r"\\\n\s+", "", text)
    found = re.findall(r"mentorcore (record .*)", joined)
    return [shlex.split(line) for line in found]


@pytest.mark.parametrize("verb", ["status", "attention"])
@pytest.mark.parametrize("way", [0, 1])
def test_either_command_settles_it_as_it_is_printed(
    run: Run, log: Path, verb: str, way: int
) -> None:
    """INV-89."""
    told = run(verb, log)
    assert "Ada Byron & Lin Wu, 2025-09-12: pairing:" in told.out

    done = run(*commands(told.out)[way])

    assert done.code == 0, done.err
    assert "recorded twice" not in run(verb, log).out
    meetings = run("status", log, "--json").data["pairings"][0]["meetings"]
    assert meetings == (1, 2)[way]


def test_a_duplicate_is_named_by_stream_and_version_in_any_form(run: Run, log: Path) -> None:
    needs = run("attention", log, "--json").data["needs"]
    (need,) = (n for n in needs if n["kind"] == "probable_duplicate")
    first, second = (f"{r['stream']}#{r['version']}" for r in need["records"])
    stream, version = first.split("#")

    apart = run(
        "record",
        log,
        "retract-record",
        f"stream={stream}",
        f"target={second.split('#')[1]}",
        "cause=duplicate",
        f"duplicate_of={stream}",
        f"duplicate_of={version}",
    )

    assert apart.code == 0, apart.err


@pytest.mark.parametrize("stated", ["pairing:1", f"pairing:{1:032x}#y", "5"])
def test_a_duplicate_that_names_no_record_is_refused_in_words(
    run: Run, log: Path, stated: str
) -> None:
    said = run(
        "record", log, "retract-record", f"target=pairing:{1:032x}#2", "cause=duplicate",
        f"duplicate_of={stated}",
    )  # fmt: skip

    assert said.code == 2
    assert "duplicate_of" in said.err


def test_what_was_sent_late_can_be_asked_for(run: Run, log: Path) -> None:
    """INV-88."""
    told = run("status", log, "--late")

    assert told.code == 0
    assert re.search(r"Ada Byron & Lin Wu\s+2025-09-12\s+20\d\d-\d\d-\d\d\s+\d+", told.out)


def test_where_nothing_was_late_that_is_said(run: Run, program: Path) -> None:
    assert "No meeting was sent more than a week after" in run("status", program, "--late").out
