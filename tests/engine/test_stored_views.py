"""No answer about what the log knew comes from what is stored beside it, whoever altered that."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engine.world import World, engine, mc
from practices.observation.world import Observing, lived

from mentorcore.engine.engine import Engine
from mentorcore.projections.plain import plain

SEES = mc.Viewer.coordinator()
CHANGES = (
    "DELETE FROM view_row",
    "DELETE FROM view_row WHERE stream LIKE 'program:%'",
    "UPDATE view_row SET grp = 'x'",
    "UPDATE view_row SET data = x'00'",
    "UPDATE tracking SET notification_id = 1000 WHERE application_name LIKE '%@%'",
)


def told(opened: Engine, seen: Observing, known: int) -> list[Any]:
    """What each question answers about what the log knew."""
    program, person = seen.world.program, seen.persons[0]
    asked: Any = {"viewer": SEES, "as_known": known}
    moments = mc.Moment(as_known=known - 8), mc.Moment(as_known=known)
    answers = [
        *opened.programs(as_known=known),
        opened.status(**asked),
        opened.attention(**asked),
        opened.view("observation.matrix", **asked),
        opened.history(seen.round, **asked),
        opened.history(seen.peers[0], **asked),
        *opened.figures(person, **asked),
        opened.explain(person, "pairings", **asked),
        opened.explain(seen.world.cohort, "enrolled", **asked),
        opened.explain(seen.round, "conducted", **asked),
        opened.diff(*moments, viewer=SEES),
        opened.diff(*moments, program=program, viewer=SEES),
        *opened.find("Somebody", **asked),
    ]
    return [plain(answer) for answer in answers]


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_log_knew_is_told_whatever_was_altered_beside_it(
    change: str, tmp_path: Path
) -> None:
    path = tmp_path / "program.db"
    with engine(str(path)) as opened:
        seen = lived(opened)
        opened.status(viewer=SEES)
        opened.view("observation.matrix", viewer=SEES)
        known = opened.position
        before = told(opened, seen, known)
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute(change).rowcount > 0

    with engine(str(path), start=10**6) as again:
        assert told(again, seen, known) == before


def test_whose_enrolment_was_taken_back_is_asked_about_as_the_log_knew_them() -> None:
    with engine() as opened:
        world = World(opened)
        mentee = world.mentee()
        person, known = world.persons[mentee], opened.position
        world.ask(mc.RetractRecord(stream=mentee, target=1, cause="entered_in_error"))

        why = opened.explain(person, "since", viewer=SEES, as_known=known)

        assert (why.subject, why.value) == (mentee, date(2026, 8, 17))
        with pytest.raises(mc.Refused, match="nothing is recorded about"):
            opened.explain(person, "since", viewer=SEES)
