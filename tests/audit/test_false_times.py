"""A recorded time that falls, or contradicts the day on which a checkpoint was seen, is found."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from audit.made_logs import Auditor, MadeLog, events
from audit.vectors import WITNESS as WITNESS_SIGNER
from audit.vectors import WITNESS_KEY
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.audit import standalone
from mentorcore.audit.notes.checkpoint import SignatureLine

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WITNESS = str(WITNESS_KEY)


def dated(*moments: datetime | None) -> MadeLog:
    """A log of events that say they were recorded then; of one that says nothing, no time stands."""
    rows = []
    for n, (position, stream, version, name, _) in enumerate(events(len(moments))):
        at = moments[n]
        told: dict[str, Any] = {"_s": f"salt{n:012}"}
        if at is not None:
            told["at"] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        told |= {"v": 1, "m": {}, "d": {"n": n}}
        stored = json.dumps(told, separators=(",", ":")).encode()
        rows.append((position, stream, version, name, stored))
    return MadeLog(rows)


def days(*counts: float) -> MadeLog:
    """A log of events so many days after noon of the first of July."""
    return dated(*(NOON + timedelta(days=count) for count in counts))


@pytest.mark.parametrize("shape", ["log.db", "bundle", "bundle.zip"])
@pytest.mark.parametrize("held", [True, False])
def test_a_recorded_time_that_falls_is_found_at_that_event(
    shape: str, held: bool, tmp_path: Path
) -> None:
    made, auditor = days(0, 1, 2, -172, 3, -1), Auditor(tmp_path)
    log = made.file(tmp_path / shape) if shape == "log.db" else made.bundle(tmp_path / shape)
    if held:
        auditor.hold(made.note())

    report = auditor.verify(log)

    (fault,) = report["faults"]
    assert (report["verdict"], fault["index"], fault["position"]) == ("changed", 3, 4)
    assert "recorded on 2026-01-10T12:00:00.000000Z" in fault["reason"]
    assert "the one before on 2026-07-03T12:00:00.000000Z" in fault["reason"]
    assert report["covered"] == (6 if held else 0)


def test_one_microsecond_is_enough(tmp_path: Path) -> None:
    made = dated(NOON, NOON - timedelta(microseconds=1))

    assert Auditor(tmp_path).verify(made.bundle(tmp_path / "bundle"))["verdict"] == "changed"


def test_equal_times_and_states_without_one_are_in_order(tmp_path: Path) -> None:
    made, auditor = dated(NOON, NOON, None, NOON, None), Auditor(tmp_path)
    auditor.hold(made.note())

    assert auditor.verify(made.bundle(tmp_path / "bundle"))["verdict"] == "verified"


def test_a_time_behind_one_that_is_not_told_is_compared_with_the_last_that_is(
    tmp_path: Path,
) -> None:
    made = dated(NOON, None, NOON - timedelta(days=1))

    report = Auditor(tmp_path).verify(made.bundle(tmp_path / "bundle"))

    assert (report["verdict"], report["faults"][0]["index"]) == ("changed", 2)


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01 12:00:00.000000Z",
        "2026-07-01T12:00:00.000000z",
        "2026-07-01T24:00:00.000000Z",
        "2026-07-01T12:60:00.000000Z",
        "2026-07-01T12:00:00,000000Z",
        "9999-99-99T99:99:99.999999Z",
        "\u0662026-07-01T12:00:00.00000Z",
    ],
)
def test_a_time_that_is_not_written_as_one_is_a_fault_at_its_event(
    text: str, tmp_path: Path
) -> None:
    made = days(0, 1, 2)
    stated = made.events[1]
    mangled = stated[4].replace(b"2026-07-02T12:00:00.000000Z", text.encode())
    other = MadeLog([made.events[0], (*stated[:4], mangled), made.events[2]])

    report = Auditor(tmp_path).verify(other.bundle(tmp_path / "bundle"))

    assert (report["verdict"], report["faults"][0]["index"]) == ("changed", 1)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12))
def test_the_first_that_falls_is_told_and_no_other(steps: list[int]) -> None:
    counts = [sum(steps[: n + 1]) for n in range(len(steps))]
    made = days(*counts)
    found = standalone.Verification(_Source(made), [], [], 0)

    report = found.report({}, {}, _Asked())

    falls = [n for n in range(1, len(counts)) if counts[n] < max(counts[:n])]
    assert [fault["index"] for fault in report["faults"]] == falls[:1]


class _Source:
    def __init__(self, made: MadeLog) -> None:
        self.rows, self.log_id, self.hints = made.rows, made.log_id, made.leaves
        self.faults, self.notices, self.notes = list[Any](), list[str](), list[Any]
        self.told, self.redacted, self.disclosed = (
            dict[str, Any](),
            dict[int, Any](),
            dict[int, Any](),
        )
        self.differing = set[str]()


class _Asked:
    streams, nonce, max_age = False, None, None


def held_on(auditor: Auditor, made: MadeLog, size: int, day: date) -> list[tuple[str, str]]:
    """Hold the checkpoint of a size, received on a day."""
    path = auditor.folder / f"{size}.txt"
    path.write_text(made.note(size), "utf-8")
    return [(str(path), day.isoformat())]


@pytest.mark.parametrize(
    ("size", "day", "index"),
    [
        (3, date(2026, 7, 3), None),
        (3, date(2026, 7, 4), None),  # it was a day on its way
        (3, date(2026, 7, 20), 3),  # what comes after it says that it is older
        (3, date(2026, 7, 2), None),  # another zone, or a clock that goes ahead a little
        (3, date(2026, 7, 1), 2),  # it covers what says that it is younger
        (3, date(2026, 1, 1), 2),
        (6, date(2026, 7, 20), None),  # nothing comes after it
        (6, date(9999, 12, 31), None),
        (6, date(1, 1, 2), 5),
    ],
)
def test_the_day_on_which_a_checkpoint_was_received_bounds_what_it_covers_and_what_not(
    size: int, day: date, index: int | None, tmp_path: Path
) -> None:
    made, auditor = days(0, 1, 2, 3, 4, 5), Auditor(tmp_path)
    received = held_on(auditor, made, size, day)

    report = auditor.verify(
        made.bundle(tmp_path / "bundle"), checkpoint=[received[0][0]], received=received
    )

    assert report["covered"] == size
    if index is None:
        assert (report["verdict"], report["faults"]) == ("verified", [])
    else:
        (fault,) = report["faults"]
        assert (report["verdict"], fault["index"]) == ("changed", index)
        assert f"{size}.txt, seen on {day}," in fault["reason"]


def test_that_a_checkpoint_came_late_is_named_as_the_other_explanation(tmp_path: Path) -> None:
    """It was made on the first of July, and what was recorded until it arrived is in order."""
    made, auditor = days(0, 1, 2), Auditor(tmp_path)
    received = held_on(auditor, made, 1, date(2026, 7, 20))
    log = made.bundle(tmp_path / "bundle")

    dated = auditor.verify(log, checkpoint=[received[0][0]], received=received)
    undated = auditor.verify(log, checkpoint=[received[0][0]])

    assert "dated back, or that was not the newest then" in dated["faults"][0]["reason"]
    assert (undated["verdict"], undated["notices"]) == ("verified", [])


def test_a_backdated_event_is_found_by_the_day_alone(tmp_path: Path) -> None:
    """The log rested since January; the checkpoint came in July; what follows says February."""
    made, auditor = days(-180, -179, -150), Auditor(tmp_path)
    received = held_on(auditor, made, 2, date(2026, 7, 1))

    report = auditor.verify(
        made.file(tmp_path / "log.db"), checkpoint=[received[0][0]], received=received
    )

    assert (report["verdict"], report["faults"][0]["position"]) == ("changed", 3)
    assert auditor.verify(made.file(tmp_path / "again.db"))["verdict"] == "unanchored"


@pytest.mark.parametrize(("seen", "told"), [(0, False), (-9, True), (30, True)])
def test_a_time_that_a_witness_contradicts_is_a_notice(
    seen: int, told: bool, tmp_path: Path
) -> None:
    """One of the clocks is wrong, and nobody knows which."""
    made, auditor = days(-2, -1, 0, 1, 2), Auditor(tmp_path)
    at = int((NOON + timedelta(days=seen)).timestamp())
    auditor.hold(made.note(3, seen_at=at))

    report = auditor.verify(made.bundle(tmp_path / "bundle"), witness=[WITNESS])

    assert (report["verdict"], report["covered"]) == ("verified", 3)
    assert any("seen on 2026-" in notice for notice in report["notices"]) is told


@pytest.mark.parametrize(
    ("at", "verdict"),
    [(0, "bad-signature"), (1, "verified"), (2**63 - 1, "verified"), (2**63, "bad-signature")],
)
def test_a_cosignature_is_of_a_time_that_there_is(at: int, verdict: str, tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    note = made.note()
    said = f"cosignature/v1\ntime {at}\n{note.partition(chr(10) * 2)[0]}\n".encode()
    payload = WITNESS_KEY.id + at.to_bytes(8) + WITNESS_SIGNER.signed(said)
    auditor.hold(f"{note}{SignatureLine(WITNESS_KEY.name, payload).text}\n")

    assert auditor.verify(made.bundle(tmp_path / "bundle"), witness=[WITNESS])["verdict"] == verdict


@pytest.mark.parametrize(("ahead", "verdict"), [(290, "verified"), (330, "stale")])
def test_clocks_may_differ_by_five_minutes(ahead: int, verdict: str, tmp_path: Path) -> None:
    made, auditor = MadeLog(events(8)), Auditor(tmp_path)
    auditor.hold(made.note(seen_at=int(time.time()) + ahead))

    report = auditor.verify(made.bundle(tmp_path / "bundle"), witness=[WITNESS], max_age=86_400)

    assert report["verdict"] == verdict
