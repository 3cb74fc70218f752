"""The example's files: made up anew for a day, the same for the same day, and never of the future."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import mentorcore
from mentorcore.demo.folder import IMPORTS, write
from mentorcore.demo.mishaps import exported
from mentorcore.demo.year import meetings, pairs, year

TODAY = date(2026, 11, 23)
DAYS = [TODAY + timedelta(days=17 * step) for step in range(-22, 23)]


def rows(folder: Path, export: str) -> list[dict[str, str]]:
    with (folder / "exports" / f"{export}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write(folder, TODAY)
    return folder


def test_the_same_day_gives_the_same_files(tmp_path: Path) -> None:
    write(tmp_path / "one", TODAY)
    write(tmp_path / "two", TODAY)

    one, two = (
        {p.relative_to(tmp_path / f): p.read_bytes() for p in (tmp_path / f).rglob("*.*")}
        for f in ("one", "two")
    )
    assert one == two
    assert len(one) == 1 + 5 + 7


def test_files_that_are_there_stay_as_they_are(example: Path, tmp_path: Path) -> None:
    write(tmp_path, TODAY)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.*")}

    again = write(tmp_path, TODAY + timedelta(days=30))

    assert not again
    assert {p: p.read_bytes() for p in tmp_path.rglob("*.*")} == before


def test_blueprint_and_mappings_are_sound(example: Path) -> None:
    blueprint = example / "blueprint.toml"

    plan = mentorcore.read_blueprint(blueprint.read_text(encoding="utf-8"), "blueprint.toml")
    forms = [
        mentorcore.read_mapping((example / i.mapping).read_text(encoding="utf-8"), i.mapping)
        for i in IMPORTS
    ]

    assert plan.settings.cadence is not None
    assert {f.kind for f in forms} == {
        "enrolment",
        "pairing-list",
        "meeting-log",
        "goal-check-in",
        "feedback",
    }


def test_there_are_forty_people_and_twenty_pairings(example: Path) -> None:
    people, listed = rows(example, "people"), rows(example, "pairings")

    assert len({p["Email Address"] for p in people}) == 40
    assert len(people) == 41  # somebody has a new name
    assert all(p["Email Address"].endswith(".example.org") for p in people)
    assert len(listed) == 20
    assert len(rows(example, "meetings")) > 200


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nothing_lies_in_the_future_whatever_the_day(today: date) -> None:
    calendar = year(today)
    first, later = exported(pairs(calendar), calendar)

    assert max(m.sent for m in later) < datetime.combine(today, datetime.min.time())
    assert max(m.sent for m in first) < max(m.sent for m in later)
    assert calendar.start.weekday() == 0


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nobody_meets_before_the_start_on_a_weekend_or_twice_at_once(today: date) -> None:
    calendar = year(today)
    listed = pairs(calendar)

    held = meetings(listed, calendar)

    assert all(m.pair.started <= m.on <= (m.pair.ended or today) for m in held)
    assert all(m.on.weekday() < 5 for m in held)
    assert not any(calendar.pause[0] <= m.on < calendar.pause[1] for m in held)
    spans = sorted((m.pair.mentor.name, m.on, m.at, m.minutes) for m in held)
    assert len({s[:3] for s in spans}) == len(spans)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_mishaps_of_the_meeting_logs_are_there_whatever_the_day(today: date) -> None:
    calendar = year(today)
    listed = pairs(calendar)
    sound = {(m.pair.number, m.on) for m in meetings(listed, calendar)}

    first, later = exported(listed, calendar)

    said = [(m.pair.number, m.on, m.at, m.minutes) for m in first if not m.day_first]
    assert len(said) == len(set(said)) + 1
    assert len([m for m in first if m.day_first and m.on.day > 12]) == 1
    assert len([m for m in first if m.pair.ended and m.on > m.pair.ended]) == 1
    assert len([m for m in first if m.named != m.pair.novice.name]) == 1
    assert len([m for m in first if (m.sent.date() - m.on).days > 30]) == 1
    assert {m.how for m in first} - {m.how for m in later} == {"Video call"}
    assert {m.how for m in later} - {m.how for m in first} == {"Online"}
    edited = [
        (m.minutes, n.minutes) for m, n in zip(first, later, strict=False) if m.minutes != n.minutes
    ]
    assert edited == [(6, 60)]
    assert {(m.pair.number, m.on) for m in later} >= sound
