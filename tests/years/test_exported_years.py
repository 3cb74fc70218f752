"""Every figure of a year can be worked out again from an export of it, by somebody without keys."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from projections.lives import Step, live, lives, peopled
from years.district import made_year
from years.running import OFFICE, Office

import mentorcore
from mentorcore.cli.main import main
from mentorcore.engine.engine import Engine
from mentorcore.engine.export_opening import open_export
from mentorcore.practices.registry import Practices

mc: Any = mentorcore
AUDITOR, SEES = mc.Viewer.auditor(), mc.Viewer.coordinator()
SEALED = "sealed, and no keys are here"
FEW = 12
"""Figures of a year that are explained; each of them tries out many events."""


def differences(log: Engine, export: Engine, dice: random.Random, **when: Any) -> Iterator[str]:
    """Whatever of a log cannot be told in the same way from its export."""
    when = {"as_known": export.position, **when}
    for line in log.programs(**when):
        for name in ("status", "attention"):
            told = getattr(log, name)(line.program, viewer=AUDITOR, **when)
            if getattr(export, name)(line.program, viewer=AUDITOR, **when) != told:
                yield f"{name} of {line.name} for an auditor"
            published = mc.plain(getattr(log, name)(line.program, viewer=SEES, **when))
            for figure in export.recompute(json.loads(json.dumps(published))).figures:
                is_text = isinstance(figure.published, str | dict) or figure.published is None
                if not (figure.verdict == "equal" or (is_text and figure.why == SEALED)):
                    yield f"{name} for a coordinator: {figure}"
        status = log.status(line.program, viewer=AUDITOR, **when)
        rows: list[str] = [p.pairing for p in status.pairings]
        rows += [p.who.participant for p in status.participants]
        rows += [c.cohort for c in status.cohorts]
        yield from explained_otherwise(log, export, [line.program, *rows], dice, when)


def explained_otherwise(
    log: Engine, export: Engine, subjects: list[str], dice: random.Random, when: dict[str, Any]
) -> Iterator[str]:
    """Figures that rest on other events in the export, or come to another value."""
    for viewer in (AUDITOR, SEES):
        for subject in dice.sample(subjects, min(FEW, len(subjects))):
            listed = log.figures(subject, viewer=viewer, **when)
            figure = dice.choice(listed).name
            told = log.explain(subject, figure, viewer=viewer, **when)
            found = export.explain(subject, figure, viewer=viewer, **when)
            hidden = isinstance(found.value, mc.Withheld) and found.value.reason == SEALED
            if viewer == AUDITOR and export.figures(subject, viewer=viewer, **when) != listed:
                yield f"the figures of {subject}"
            if found.events != told.events and not hidden:
                yield f"why {subject} {figure} for {viewer.kind}"
            if mc.plain(found.value) != mc.plain(told.value) and SEALED not in str(
                mc.plain(found.value)
            ):
                yield f"{subject} {figure} for {viewer.kind}"
            if not found.holds:
                yield f"{subject} {figure} does not hold"


def exported(log: Engine, folder: Path, form: str = "bundle") -> Engine:
    """An export of a log as it is now, opened by somebody else on the same day."""
    now = log.now()
    log.export(folder / form, recipient="state-auditor", actor=OFFICE)
    return open_export(folder / form, clock=lambda: now)


def test_the_year_of_the_example_is_told_by_its_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", str(tmp_path / "example")]) == 0
    capsys.readouterr()
    today = datetime.now(UTC).date()

    opened = mc.open(tmp_path / "example" / "program.db")
    with opened as log, exported(log, tmp_path, "june.zip") as export:
        found = list(differences(log, export, random.Random(1), as_of=today))
        then = today - timedelta(days=60)
        found += differences(log, export, random.Random(2), as_of=then)

    assert not found


def test_a_generated_year_is_told_by_its_export(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for export in made_year(3, pairs=4).imports:
        office.take(export)

    with office.engine as log, exported(log, tmp_path) as asked:
        found = list(differences(log, asked, random.Random(3), as_of=date(2026, 3, 31)))
        found += differences(log, asked, random.Random(4), as_known=asked.position // 2)

    assert not found


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(lives())
def test_any_life_of_a_program_is_told_by_its_export(steps: list[Step]) -> None:
    town = peopled(practices=Practices.of(()))
    live(town, steps)

    kept = tempfile.TemporaryDirectory()
    with kept as folder, town.engine as log, exported(log, Path(folder)) as export:
        found = list(differences(log, export, random.Random(5)))

    assert not found
