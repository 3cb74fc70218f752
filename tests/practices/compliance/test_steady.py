"""What moves a verdict and what does not, through the engine and on both axes of time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from practices.compliance.worked_example import (
    SEE,
    ZONE,
    Clock,
    Example,
    california,
    day,
    end_of,
    mc,
    told,
)

import mentorcore
from mentorcore.log.sealing.keys import MemoryKeys

WINTER = date(2025, 12, 19)
FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def example() -> Iterator[Example]:
    """The worked example, to which tests add what should not matter to each other."""
    clock = Clock()
    with mentorcore.open(keys=MemoryKeys(), clock=clock) as engine:
        yield told(engine, clock, california())


def verdicts(example: Example, **asked: Any) -> dict[str, tuple[Any, ...]]:
    """Every result by its id: its state, and all that goes with it but the place in the log."""
    found = example.engine.compliance(viewer=SEE, **asked)
    return {
        row.result: (row.state, row.measured, row.due_on, row.satisfied_on, row.said, row.evidence)
        for row in found.rows
    }


def unrelated(example: Example, what: str, on: date) -> Any:
    """Something that no rule of the pack looks at."""
    pairing = example.pairings["A"]
    match what:
        case "person":
            return mc.RegisterPerson(name="Somebody")
        case "note":
            author = example.enrolled["A"]
            words = {"kind": "journal", "visibility": "author_private", "body": "Mine"}
            return mc.WriteNote(pairing_id=pairing, author=author, on=on, **words)
        case "planned":
            at = example.clock.now + timedelta(days=3)
            return mc.ScheduleMeeting(pairing_id=pairing, starts_at=at, minutes=45)
        case "training":
            mentor = example.enrolled["Mentor A"]
            return mc.RecordTraining(participant_id=mentor, training_kind="basics", on=on)
        case _:
            owner = example.enrolled["A"]
            return mc.AgreeActionItem(pairing_id=pairing, text="Visit", owner=owner, on=on)


@FEW
@given(
    what=st.sampled_from(["person", "note", "planned", "training", "item"]),
    on=st.dates(day("2025-09-20"), WINTER),
)
def test_an_unrelated_event_never_changes_a_verdict(example: Example, what: str, on: date) -> None:
    before = verdicts(example, as_of=WINTER)

    example.ask(unrelated(example, what, on))

    assert verdicts(example, as_of=WINTER) == before


@FEW
@given(on=st.dates(day("2025-09-23"), WINTER), minutes=st.integers(1, 120))
def test_a_late_fact_changes_what_is_true_and_not_what_was_known(
    example: Example, on: date, minutes: int
) -> None:
    """A meeting of the past is logged; it counts from its day on, for whoever knows of it."""
    known = example.engine.position
    key = f"us-ca-teacher-induction/CA-3/{example.enrolled['B']}"
    before = verdicts(example, as_of=WINTER)[key]
    asked = mc.HoldMeeting(pairing_id=example.pairings["B"], held_on=on, minutes=minutes)

    example.ask(asked)

    after = verdicts(example, as_of=WINTER)[key]
    assert _minutes(after[1]) == _minutes(before[1]) + minutes
    assert verdicts(example, as_of=WINTER, as_known=known)[key] == before
    earlier = verdicts(example, as_of=on - timedelta(days=1))[key]
    assert earlier == verdicts(example, as_of=on - timedelta(days=1), as_known=known)[key]


@FEW
@given(minutes=st.integers(1, 120))
def test_a_correction_of_evidence_moves_the_verdict_from_when_it_is_known(
    example: Example, minutes: int
) -> None:
    row = example.engine.compliance(viewer=SEE, as_of=WINTER, rule="CA-3").row(
        "CA-3", example.enrolled["A"]
    )
    assert row is not None
    target, known = row.evidence[-1], example.engine.position
    held = next(
        r.event
        for r in example.engine.effective(stream=target.stream)
        if r.version == target.version
    )

    example.ask(
        mc.AmendRecord(stream=target.stream, target=target.version, changes={"minutes": minutes})
    )

    key = row.result
    now, then = verdicts(example, as_of=WINTER), verdicts(example, as_of=WINTER, as_known=known)
    assert _minutes(now[key][1]) == _minutes(row.measured) - held.minutes + minutes
    assert then[key][1] == row.measured
    before = held.held_on - timedelta(days=1)
    assert (
        verdicts(example, as_of=before)[key] == verdicts(example, as_of=before, as_known=known)[key]
    )


def _minutes(measured: str) -> int:
    return int(measured.removesuffix(" min").replace(",", ""))


def test_every_verdict_but_for_want_of_data_names_evidence(example: Example) -> None:
    found = example.engine.compliance(viewer=SEE, as_of=day("2026-06-05"))

    bare = [
        row.result
        for row in found.rows
        if row.state not in ("insufficient_data", "not_applicable") and not row.evidence
    ]
    places = {(r.stream, r.version): r.position for r in example.engine.events()}
    assert not bare
    assert all(
        places[e.stream, e.version] == e.position for row in found.rows for e in row.evidence
    )


def test_asking_of_a_day_is_the_same_from_stored_facts_and_from_events(example: Example) -> None:
    known = example.engine.position

    by_day = verdicts(example, as_of=day("2025-10-20"))

    instant = datetime.combine(day("2025-10-20"), time(23, 59), ZONE).astimezone(UTC)
    assert by_day == verdicts(example, as_of=instant)
    assert by_day == verdicts(example, as_of=day("2025-10-20"), as_known=known)


def test_a_log_without_the_pack_tells_that_it_is_missing_and_all_else_as_ever(
    tmp_path: Path,
) -> None:
    log, file, clock = tmp_path / "program.db", tmp_path / "district.toml", Clock()
    text = california().text.replace('"us-ca-teacher-induction"', '"district-induction"')
    file.write_text(text, encoding="utf-8")
    pack = mc.read_pack(file)
    keys = MemoryKeys()
    with mentorcore.open(str(log), keys=keys, clock=clock, packs=[file]) as engine:
        made = told(engine, clock, pack)
        then = made.engine.compliance(viewer=SEE, as_of=WINTER, as_known=end_of(WINTER))
        status = engine.status(viewer=SEE).numbers
    with closing(sqlite3.connect(log)) as db, db:
        db.execute("DELETE FROM log_index WHERE kind = 'policy'")

    with mentorcore.open(str(log), keys=keys, clock=clock) as engine:
        [row] = engine.compliance(viewer=SEE, as_of=WINTER).rows
        same = engine.status(viewer=SEE).numbers
    with mentorcore.open(str(log), keys=keys, clock=clock, packs=[file]) as engine:
        again = engine.compliance(viewer=SEE, as_of=WINTER, as_known=end_of(WINTER))

    assert (row.state, row.code, row.pack, row.pack_version) == (
        "insufficient_data",
        "pack_missing",
        "district-induction",
        "1",
    )
    assert same == status
    assert (again.rows, again.total) == (then.rows, then.total)


def test_a_process_is_there_once_its_document_is_referenced(example: Example) -> None:
    known = example.engine.position
    key = f"us-ca-teacher-induction/CA-6a/{example.program}"

    example.ask(
        mc.ReferenceDocument(
            program_id=example.program,
            process="early_completion",
            title="How to finish early",
            on=day("2025-10-01"),
            published=True,
        )
    )

    assert verdicts(example, as_of=day("2025-10-01"))[key][0] == "met"
    assert verdicts(example, as_of=day("2025-09-30"))[key][0] == "breached"
    assert verdicts(example, as_of=day("2025-10-01"), as_known=known)[key][0] == "breached"


def test_an_early_completion_waives_the_two_years_from_then_on(example: Example) -> None:
    key = f"us-ca-teacher-induction/CA-1/{example.enrolled['A']}"

    example.ask(
        mc.WaiveRequirement(
            participant_id=example.enrolled["A"],
            rule_id="CA-1",
            relief="early_completion",
            granted_by="coordinator",
            since=day("2026-05-01"),
            basis="Ten years of teaching elsewhere",
        )
    )

    assert verdicts(example, as_of=day("2026-05-01"))[key][0] == "waived"
    assert verdicts(example, as_of=day("2026-04-30"))[key][0] == "not_yet_due"
