"""A log of visits is taken in: into the round it belongs to, with all steps that a row tells."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
import pytest
from engine.world import COORDINATOR, engine, mc
from practices.observation.world import CLOSES, NOTES, OPENED, Observing, opened

from mentorcore.practices.observation import PRACTICE
from mentorcore.practices.observation.events import (
    Cell,
    ObservationConducted,
    ObservationDebriefed,
    ObservationPlanned,
    OpenObservationRound,
)
from mentorcore.practices.observation.forms import VISIT_LOG
from mentorcore.testing.whole_text import whole_text

SEES = mc.Viewer.coordinator()
MAPPING = """
form = "visits"
kind = "observation-log"
[people]
by = "name"
[source]
timestamp = "Timestamp"
zone = "America/Los_Angeles"
date_order = "mdy"
[fields]
observer = "Observer"
observed = "Colleague visited"
on = "Date of the visit"
minutes = "Minutes"
conversation_on = "Conversation before"
focus = "Focus"
notes = "Notes"
debrief_on = "Date of the debrief"
debrief_minutes = "Minutes of the debrief"
shared_by = "Who shared a reflection?"
"""
TITLES = (
    "Timestamp,Observer,Colleague visited,Date of the visit,Minutes,Conversation before,Focus,Notes,"
    "Date of the debrief,Minutes of the debrief,Who shared a reflection?\n"
)
ROW = (
    "9/16/2026 17:00:00,Somebody 0,Somebody 1,9/16/2026,45,9/14/2026,Who speaks,"
    f'"{NOTES}",9/21/2026,20,Somebody 1\n'
)
BARE = "9/17/2026 17:00:00,Somebody 1,Somebody 2,9/17/2026 10:30,40,,,,,,\n"


@attrs.frozen
class Text:
    """An export as its text."""

    content: str
    name: str = "visits.csv"

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content.encode())


@pytest.fixture
def seen() -> Iterator[Observing]:
    with engine() as here:
        yield opened(here)


def take(seen: Observing, rows: str) -> Any:
    mapping = mc.read_mapping(MAPPING, "visits.toml", kinds=PRACTICE.form_kinds)
    source: Any = Text(TITLES + rows)
    return seen.engine.take_in(source, mapping, actor=COORDINATOR)


def steps(seen: Observing) -> list[Any]:
    """What came of a round beyond its opening."""
    return [r.event for r in seen.engine.events(stream=seen.round)][1:]


def refused(report: Any) -> list[tuple[str, str]]:
    return [(f.column, f.reason) for f in report.findings if f.outcome == "refused"]


def test_a_row_records_the_conversation_the_visit_and_the_debrief(seen: Observing) -> None:
    report = take(seen, ROW)

    plan, visit, debrief = steps(seen)
    assert report.counts.taken == 1
    assert (type(plan), type(visit), type(debrief)) == (
        ObservationPlanned,
        ObservationConducted,
        ObservationDebriefed,
    )
    assert (plan.observer, plan.observed) == seen.peers[:2]
    assert (plan.conversation_on, plan.visit_on) == (date(2026, 9, 14), date(2026, 9, 16))
    assert (visit.held_on, visit.held_at, visit.minutes) == (date(2026, 9, 16), None, 45)
    assert (debrief.on, debrief.minutes, debrief.reflections_shared_by) == (
        date(2026, 9, 21),
        20,
        seen.peers[1:2],
    )


def test_a_row_tells_a_time_and_no_debrief(seen: Observing) -> None:
    take(seen, BARE)

    plan, visit = steps(seen)
    assert plan.conversation_on == date(2026, 9, 17)
    assert visit.held_at.isoformat() == "2026-09-17T17:30:00+00:00"
    assert visit.notes is None


def test_a_row_tells_of_the_visit_that_was_planned_for_its_day(seen: Observing) -> None:
    early = seen.plan(conversation_on=OPENED, visit_on=None)
    planned = seen.plan()
    done = seen.plan(conversation_on=OPENED)
    seen.conduct(done, held_on=date(2026, 9, 8))
    seen.plan(conversation_on=date(2026, 9, 30), visit_on=None)

    take(seen, ROW)
    take(seen, ROW.replace("9/16/2026", "9/15/2026"))

    visits = [e.visit_id for e in steps(seen) if type(e) is ObservationConducted]
    assert visits == [done, planned, early]


def test_the_same_export_again_records_nothing(seen: Observing) -> None:
    take(seen, ROW + BARE)
    before = seen.engine.position

    report = take(seen, ROW + BARE)

    assert report.counts.unchanged == 2
    assert seen.engine.position == before


def test_an_edited_row_amends_what_it_led_to(seen: Observing) -> None:
    take(seen, ROW + BARE)

    report = take(seen, ROW.replace(",45,", ",50,").replace("9/21", "9/22") + BARE)

    (row,) = seen.engine.view("observation.matrix", seen.world.program, viewer=SEES).rows
    assert report.counts.amended == 1
    assert [type(e).__name__ for e in steps(seen)[5:]] == ["RecordAmended", "RecordAmended"]
    assert [(v.minutes, v.debriefed_on) for v in row.visits] == [
        (50, date(2026, 9, 22)),
        (40, None),
    ]


def test_a_row_that_no_longer_tells_of_a_debrief_takes_it_back(seen: Observing) -> None:
    take(seen, ROW)

    take(seen, ROW.replace("9/21/2026,20,Somebody 1", ",,"))

    (row,) = seen.engine.view("observation.matrix", seen.world.program, viewer=SEES).rows
    assert [v.state for v in row.visits] == ["conducted"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (ROW.replace(",45,", ",,"), "Minutes", "is empty"),
        (ROW.replace("9/16/2026,45", ",45"), "Date of the visit", "is empty"),
        (ROW.replace("Somebody 1,9", "Nobody,9"), "Colleague visited", "'Nobody'"),
        (
            ROW.replace("9/16/2026,45", "9/1/2026,45"),
            "Date of the visit",
            "no round asks the one to watch the other on this day",
        ),
        (ROW.replace("20,Somebody 1", "20,Nobody"), "Who shared a reflection?", "'Nobody'"),
        (ROW.replace("9/21/2026", "9/15/2026"), "", "the debrief after it"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_in_a_sentence(
    seen: Observing, row: str, column: str, reason: str
) -> None:
    report = take(seen, row)

    found = refused(report)
    assert [c for c, _ in found] == [column]
    assert reason in found[0][1]
    assert steps(seen) == []


def test_a_visit_that_was_recorded_by_hand_is_not_recorded_again(seen: Observing) -> None:
    seen.conduct(seen.plan())

    report = take(seen, ROW)

    assert refused(report) == [
        ("Date of the visit", "Date of the visit: this visit is recorded already")
    ]


def test_of_two_rounds_at_once_none_is_guessed(seen: Observing) -> None:
    asked: Any = {
        "pairing_id": seen.pairing,
        "on": OPENED,
        "matrix": (Cell(observer=seen.peers[0], observed=seen.peers[1]),),
    }
    seen.world.do(OpenObservationRound(**asked, closes_on=date(2026, 9, 10)))
    taken = take(seen, ROW).counts.taken
    seen.world.do(OpenObservationRound(**asked, closes_on=CLOSES))

    report = take(seen, ROW.replace("9/16/2026", "9/17/2026"))

    assert taken == 1
    assert "2 rounds ask the one to watch the other" in refused(report)[0][1]


def test_a_round_that_is_over_takes_no_later_visit(seen: Observing) -> None:
    seen.close(on=date(2026, 9, 10))

    report = take(seen, ROW)

    assert "no round asks" in refused(report)[0][1]


def test_the_kind_is_known_by_its_titles() -> None:
    source: Any = Text(TITLES + ROW + BARE)

    found = mc.discover(source, kinds=PRACTICE.form_kinds)

    assert 'kind = "observation-log"' in found
    assert {
        'observer = "Observer"',
        'observed = "Colleague visited"',
        'on = "Date of the visit"',
        'minutes = "Minutes"',
        'focus = "Focus"',
        'notes = "Notes"',
        'conversation_on = "Conversation before"',
        'debrief_on = "Date of the debrief"',
        'debrief_minutes = "Minutes of the debrief"',
        'shared_by = "Who shared a reflection?"',
    } <= set(found.splitlines())


def test_its_template_is_a_mapping() -> None:
    read = mc.read_mapping(VISIT_LOG.template, "visits.toml", kinds=PRACTICE.form_kinds)

    assert (read.kind, read.fields["observed"]) == ("observation-log", "Colleague visited")


def test_the_raw_notes_of_a_response_are_read_by_whom_the_notes_are_read_by(
    seen: Observing,
) -> None:
    take(seen, ROW)
    (row,) = seen.engine.view("observation.matrix", seen.world.program, viewer=SEES).rows
    figure = f"visits.{row.visits[0].visit}.notes"
    observer, _, third = map(mc.Viewer.member, seen.persons)

    said = {
        name: NOTES in whole_text(seen.engine.explain(seen.round, figure, viewer=viewer))
        for name, viewer in {"observer": observer, "third": third, "coordinator": SEES}.items()
    }

    assert said == {"observer": True, "third": False, "coordinator": False}
