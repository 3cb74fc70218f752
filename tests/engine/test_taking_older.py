"""An older export that comes after a newer one adds nothing and takes nothing back."""

import csv
import io

from engine.harbor import FILES, Text, edited, harbor, written
from engine.world import COORDINATOR, folded, mc

FIRST = (FILES / "meetings.csv").read_text()


def later() -> str:
    """The export after an author changed minutes to 75 and one more meeting was logged."""

    def change(rows: list[list[str]]) -> None:
        rows[1][5] = "75"

    return edited("meetings", change)


def shortened(rows: int) -> str:
    return written(list(csv.reader(io.StringIO(FIRST, newline="")))[:rows])


def test_the_first_export_after_the_edited_one_appends_nothing() -> None:
    with harbor() as it:
        it.people().take("meetings")
        it.take("meetings", later())
        held = it.events("pairing.meeting-held")[0]
        before = it.engine.position

        report = it.take("meetings", FIRST)

        assert it.engine.position == before
        assert (report.counts.amended, report.counts.taken) == (0, 0)
        assert [n.code for n in report.notices] == ["older-export"]
        assert any("changed it since" in finding.reason for finding in report.findings)
        state = folded(it.engine, held.stream)
        assert state.facts.meetings[held.event.meeting_id].held.minutes == 75


def test_both_exports_in_turn_never_append_again() -> None:
    with harbor() as it:
        it.people().take("meetings")
        it.take("meetings", later())
        before = it.engine.position

        for content in (FIRST, later(), FIRST, FIRST, later()):
            it.take("meetings", content)

        assert it.engine.position == before


def test_what_is_missing_from_an_older_export_is_not_called_missing() -> None:
    with harbor() as it:
        it.people().take("meetings")
        it.take("meetings", later())
        shorter = shortened(-1)

        report = it.take("meetings", shorter)

        assert report.missing == []


def test_a_reading_that_was_there_before_records_nothing_as_vanished_again() -> None:
    with harbor() as it:
        it.people().take("meetings")
        shorter = shortened(3)
        it.take("meetings", shorter)
        it.take("meetings", FIRST)
        before = it.engine.position

        it.take("meetings", shorter)

        assert it.engine.position == before


SENT = """
form = "visits"
kind = "meeting-log"
coverage = "full"
[people]
by = "email"
mentee = "name"
[source]
keys = ["Id"]
timestamp = "Sent"
zone = "UTC"
date_order = "ymd"
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
"""


def visit(sent: str, minutes: int) -> Text:
    row = f"v1,{sent},anna@example.org,Ben Ode,2026-09-21,{minutes}"
    return Text(f"Id,Sent,Mentor,Mentee,Day,Minutes\n{row}\n")


def test_an_answer_that_was_sent_again_later_is_amended_back() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT, "visits.toml")
        exports = (
            visit("2026-09-21 17:00:00", 45),
            visit("2026-09-22 08:00:00", 75),
            visit("2026-09-23 08:00:00", 45),
        )

        reports = [it.engine.take_in(e, mapping, actor=COORDINATOR) for e in exports]

        assert [r.counts.amended for r in reports] == [0, 1, 1]
        held = it.events("pairing.meeting-held")[0]
        state = folded(it.engine, held.stream)
        assert state.facts.meetings[held.event.meeting_id].held.minutes == 45
