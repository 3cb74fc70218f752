"""The guides to applications, support and findings are carried out as they are printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from cli.asking import Run, Said

import mentorcore as mc
from mentorcore.practices.employment import PRACTICE as EMPLOYMENT
from mentorcore.practices.support import PRACTICE as SUPPORT

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
SEES = mc.Viewer.coordinator()


def carried_out(run: Run, guide: str, log: Path) -> list[Said]:
    """What the command lines of a guide come to; an id in one is the first of its kind answered."""
    text = (HOW_TO / f"{guide}.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    known: dict[str, str] = {}
    done = []
    for line in lines:
        words = [str(log) if w == "my-program" else w for w in shlex.split(line)[1:]]
        for kind, one in known.items():
            words = [w.replace(f"{kind}:…", one) for w in words]
        said = run(*words)
        assert (said.code, said.err) == (0, ""), line
        for one in re.findall(r"(?:support|improvement):[0-9a-f]{32}", said.out):
            known.setdefault(one.partition(":")[0], one)
        done.append(said)
    return done


@pytest.fixture
def log(run: Run, tmp_path: Path) -> Path:
    """A program from the template, with a mentor."""
    folder = tmp_path / "mine"
    for _ in range(2):
        assert run("init", folder).code == 0
    run("record", folder, "register-person", "name=Ada Byron")
    enrol = ("enrol-participant", "person_id=Ada Byron", "role=mentor", "since=2026-09-01")
    assert run("record", folder, *enrol).code == 0
    return folder


def test_the_guide_to_applications_leads_from_the_application_to_the_enrolment(
    run: Run, log: Path
) -> None:
    *_, status, _attention, history = carried_out(run, "take-applications", log)

    assert "Ina Berg   mentor  2026-09-14" in status.out
    told = re.findall(r"application \w+|reference received|enrolled", history.out)
    assert told == [
        "application submitted",
        "application screened",
        "reference received",
        "application decided",
        "application decided",
        "enrolled",
    ]


def test_applications_are_listed_in_the_order_of_the_waiting_list(run: Run, log: Path) -> None:
    for name, rank in (("Jon Lee", 2), ("Kim Fox", 1), ("Lea Ott", None)):
        run("record", log, "register-person", f"name={name}")
        apply = ("submit-application", f"person_id={name}", "role=mentor", "on=2026-09-01")
        assert run("record", log, *apply).code == 0
        if rank:
            wait = ("decision=waitlisted", f"rank={rank}", "decided_by=panel", "on=2026-09-02")
            run("record", log, "decide-application", f"participant_id={name}", *wait)

    told = run("status", log).out

    rows = re.findall(r"(Kim Fox|Jon Lee|Lea Ott) +mentor +2026-09-01 +([a-z0-9, ]+?) {2}", told)
    assert rows == [
        ("Kim Fox", "waitlisted, 1"),
        ("Jon Lee", "waitlisted, 2"),
        ("Lea Ott", "applied"),
    ]
    assert "applications       1 undecided, 2 on the waiting list" in told


def test_the_guide_to_support_sets_aside_and_uses(run: Run, log: Path) -> None:
    *_, view = carried_out(run, "keep-track-of-support", log)

    with mc.open(log / "program.db") as engine:
        told: Any = engine.view("support.uptake", viewer=SEES)
    assert {(r.kind, r.amount, r.used) for r in told.rows} == {
        ("release_time", 600, 90),
        ("stipend", 120_000, 0),
        ("staff", 12, 0),
    }
    assert "release time minutes 600 90" in view.out


def test_the_guide_to_findings_closes_an_action_and_tells_outcomes(run: Run, log: Path) -> None:
    *_, view = carried_out(run, "follow-up-on-findings", log)

    with mc.open(log / "program.db") as engine:
        actions: Any = engine.view("improvement.actions", viewer=SEES)
        outcomes: Any = engine.view("employment.outcomes", viewer=SEES)
    assert [(r.state, r.outcome, r.reviews) for r in actions.rows] == [("closed", "effective", 2)]
    (row,) = outcomes.rows
    assert [(found.level, found.outcome) for found in row.levels] == [
        ("school", "retained"),
        ("district", "retained"),
    ]
    assert "retained" in view.out


@pytest.mark.parametrize(
    "kind", [*SUPPORT.form_kinds, *EMPLOYMENT.form_kinds], ids=lambda kind: kind.name
)
def test_the_mapping_to_begin_with_of_each_list_is_read(kind: Any) -> None:
    kinds = (*SUPPORT.form_kinds, *EMPLOYMENT.form_kinds)

    assert mc.read_mapping(kind.template, f"{kind.name}.toml", kinds=kinds)
