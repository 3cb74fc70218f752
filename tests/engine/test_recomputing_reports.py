"""What was published is worked out again: equal, different, or not to be known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from engine.full_program import FullProgram
from engine.world import COORDINATOR, NOON, TODAY, Clock, World, engine, mc

from mentorcore.engine.engine import Engine
from mentorcore.engine.export_opening import open_export
from mentorcore.errors import Invalid

EARLIER = TODAY - timedelta(days=15)
"""A day on which the program was not closed yet, and much needed somebody."""
SEES, AUDITOR = mc.Viewer.coordinator(), mc.Viewer.auditor()


@attrs.frozen
class Made:
    """A log in which everything happened once, an export of it, and what was published of it."""

    log: Engine
    export: Engine
    world: FullProgram

    def published(self, name: str, **how: Any) -> Any:
        """A report as somebody reads it from a file."""
        ask: Callable[..., Any] = getattr(self.log, name)
        words = ("observation.matrix",) if name == "view" else ()
        return json.loads(json.dumps(mc.plain(ask(*words, **how))))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder: Path = tmp_path_factory.mktemp("reports")
    with engine(clock=Clock()) as log:
        world = FullProgram(log)
        world.pair()
        log.export(folder / "bundle", recipient="state-auditor", actor=COORDINATOR)
        with open_export(folder / "bundle", clock=lambda: NOON + timedelta(days=400)) as export:
            yield Made(log, export, world)


def verdicts(found: Any) -> set[str]:
    return {f.verdict for f in found.figures}


@pytest.mark.parametrize("report", ["status", "attention", "view"])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"as_of": TODAY - timedelta(days=15)},
        {"as_of": NOON - timedelta(days=15)},
        {"as_known": 40},
        {"as_known": NOON, "as_of": TODAY},
    ],
    ids=str,
)
def test_what_an_auditor_was_told_is_equal_in_every_figure(
    made: Made, report: str, how: dict[str, Any]
) -> None:
    published = made.published(report, viewer=AUDITOR, **how)

    found = made.export.recompute(published)

    assert verdicts(found) == {"equal"}
    assert found.holds
    assert found.is_whole
    assert len(found.figures) > 3


@pytest.mark.parametrize("report", ["status", "attention"])
def test_of_what_a_coordinator_was_told_only_names_and_texts_cannot_be_known(
    made: Made, report: str
) -> None:
    published = made.published(report, viewer=SEES, as_of=EARLIER)

    found = made.export.recompute(published)

    assert found.holds
    hidden = found.of("unknown")
    texts = [
        text
        for figure in hidden
        for text in (
            figure.published.values() if isinstance(figure.published, dict) else [figure.published]
        )
    ]
    assert hidden
    assert all("Somebody" in text or text in made.world.texts for text in texts)
    assert {figure.why for figure in hidden} == {"sealed, and no keys are here"}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all numbers, days and words of a report that are figures."""
    if isinstance(value, dict):
        for name, inner in value.items():
            header = not path and name in ("program", "position", "as_of", "as_known", "viewer")
            if name not in ("evidence", "records", "reason", "withheld") and not header:
                yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    elif value is not None:
        yield path


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value} "


def altered(report: Any, path: tuple[Any, ...]) -> Any:
    """A copy of a report in which one thing is another."""
    copied = json.loads(json.dumps(report))
    inner = copied
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = changed(inner[path[-1]])
    return copied


@pytest.mark.parametrize("report", ["status", "attention"])
def test_whatever_is_altered_in_a_report_is_found(made: Made, report: str) -> None:
    published = made.published(report, viewer=AUDITOR, as_of=EARLIER)
    every = list(leaves(published))

    missed = [path for path in every[::23] if made.export.recompute(altered(published, path)).holds]

    assert len(every) > 50
    assert not missed


def test_a_figure_that_differs_is_told_with_both_values_and_its_events(made: Made) -> None:
    published = made.published("status", viewer=AUDITOR)
    row = next(r for r in published["pairings"] if r["pairing"] == made.world.pairing)
    truly, row["minutes"] = row["minutes"], row["minutes"] + 60

    (figure,) = made.export.recompute(published).of("different")

    assert (figure.subject, figure.figure) == (made.world.pairing, "minutes")
    assert (figure.published, figure.again) == (truly + 60, truly)
    asked = made.export.explain(
        made.world.pairing, "minutes", viewer=AUDITOR, as_known=published["position"]
    )
    assert figure.explanation is not None
    assert figure.explanation.events == asked.events
    assert figure.explanation.value == truly


def test_rows_that_were_left_out_or_added_are_found(made: Made) -> None:
    less, more = (made.published("status", viewer=AUDITOR) for _ in range(2))
    gone = less["pairings"].pop(0)
    more["participants"].append(
        {**more["participants"][0], "who": {**more["participants"][0]["who"], "participant": "x"}}
    )

    (lacking,) = made.export.recompute(less).of("different")
    (added,) = made.export.recompute(more).of("different")

    assert (lacking.subject, lacking.why) == (gone["pairing"], "nothing like this was published")
    assert (added.subject, added.why) == ("x", "the log tells nothing like this at that moment")


def test_a_figure_that_nothing_here_tells_is_not_passed_over(made: Made) -> None:
    published = made.published("status", viewer=AUDITOR)
    published["numbers"]["graduates"] = 12

    found = made.export.recompute(published)

    (figure,) = found.of("unknown")
    assert (figure.figure, figure.published) == ("numbers.graduates", 12)
    assert "tells no such figure" in str(figure.why)
    assert (found.holds, found.is_whole) == (True, False)


def test_the_order_of_rows_and_members_does_not_matter(made: Made) -> None:
    published = made.published("status", viewer=AUDITOR)
    published["pairings"].reverse()
    published["participants"].reverse()
    sorted_text = json.dumps(published, sort_keys=True)

    assert verdicts(made.export.recompute(sorted_text)) == {"equal"}


def test_all_figures_are_explained_when_that_is_asked_for(made: Made) -> None:
    published = made.published("attention", viewer=AUDITOR, as_of=EARLIER)

    found = made.export.recompute(published, why=True)

    told = {f.subject: f.explanation for f in found.figures if f.explanation is not None}
    assert told.keys() >= {n["subject"] for n in published["needs"]}
    assert all(explanation.holds for explanation in told.values())


def test_a_report_may_be_told_at_any_hour_of_its_day() -> None:
    """Which meeting comes next depends on the hour, which no report says."""
    clock = Clock()
    with engine(clock=clock) as log:
        world = World(log)
        pairing = world.pair()
        for hours in (1, 3):
            starts_at = NOON + timedelta(hours=hours)
            world.do(mc.ScheduleMeeting(pairing_id=pairing, starts_at=starts_at, minutes=30))
        told = []
        for hour in (0, 2, 4):
            clock.now = NOON + timedelta(hours=hour)
            told.append(mc.plain(log.status(viewer=AUDITOR)))
        wrong = json.loads(json.dumps(told[0]))
        wrong["pairings"][0]["next_meeting"] = "2026-11-23T22:00:00Z"

        holds = [log.recompute(report).holds for report in (*told, wrong)]

    assert len({str(report) for report in told}) == 3
    assert holds == [True, True, True, False]


def test_a_member_is_named_beside_their_report(made: Made) -> None:
    member = mc.Viewer.member(made.world.persons[made.world.mentee_id])
    published = made.published("status", viewer=member)

    with pytest.raises(Invalid, match="their id beside the report"):
        made.export.recompute(published)
    found = made.export.recompute(published, viewer=member)

    assert found.holds


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.pop("day"), "day: is missing"),
        (lambda r: r.update(position="7"), "position: is '7'"),
        (lambda r: r.update(position=10**6), "the log ends at"),
        (lambda r: r.update(position=True), "position: is True"),
        (lambda r: r.update(viewer="boss"), "viewer: is 'boss'"),
        (lambda r: r.update(as_of="yesterday"), "as_of: is 'yesterday'"),
        (lambda r: r.update(program="program:" + "0" * 32), "no program"),
        (lambda r: r.update(cohorts=None), "cohorts: is None"),
        (lambda r: r.pop("pairings"), "no answer whose figures"),
        (lambda r: r.clear(), "no answer whose figures"),
    ],
)
def test_what_is_no_report_of_this_log_is_refused(
    made: Made, change: Callable[[Any], Any], said: str
) -> None:
    published = made.published("status", viewer=AUDITOR)
    change(published)

    with pytest.raises(Invalid, match=said):
        made.export.recompute(published)


@pytest.mark.parametrize("said", [[{}], [[]], [None], {}, None, 10**400, [["a", 1], {}]], ids=str)
def test_whatever_stands_in_place_of_a_list_is_different(made: Made, said: Any) -> None:
    published = made.published("status", viewer=AUDITOR)
    row = next(r for r in published["pairings"] if r["pairing"] == made.world.pairing)
    row["modalities"] = said

    found = made.export.recompute(published)

    assert row["modalities"] != []
    assert found.of("different")


@pytest.mark.parametrize("text", ["", "[]", "7", '{"a": 1, "a": 2}', '{"a": NaN}', "{" * 9_000])
def test_what_is_no_json_object_is_refused(made: Made, text: str) -> None:
    with pytest.raises(Invalid, match="this report cannot be worked out again"):
        made.export.recompute(text)
