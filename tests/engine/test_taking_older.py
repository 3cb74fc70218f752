"""An older export that comes after a newer one adds nothing and takes nothing back."""

import csv
import io
from itertools import permutations

import pytest
from engine.harbor import FILES, Harbor, Text, edited, harbor, written
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


def test_an_older_export_is_no_source_for_a_row_that_a_newer_one_words_otherwise() -> None:
    def misspelt(rows: list[list[str]]) -> None:
        rows[1][2], rows[1][5] = "Nobody Ode", "75"

    with harbor() as it:
        it.people().take("meetings", edited("meetings", misspelt))
        before = it.engine.position

        report = it.take("meetings", shortened(3))

        assert it.engine.position == before
        assert report.counts.skipped == 1
        assert report.findings[0].reason.startswith("a newer export, imported before this one")
        assert report.questions == []


def test_an_export_stays_older_when_another_import_is_taken_back() -> None:
    with harbor() as it:
        it.people().take("meetings", shortened(3))
        it.take("meetings", shortened(4))
        last = it.take("meetings", later())
        it.engine.handle(mc.ReverseImport(batch_id=last.batch), actor=COORDINATOR)
        before = it.engine.position

        report = it.take("meetings", shortened(3))

        assert it.engine.position == before
        assert report.missing == []
        assert [n.code for n in report.notices] == ["older-export"]


def test_the_export_before_the_one_that_was_taken_back_is_the_newest_again() -> None:
    with harbor() as it:
        it.people().take("meetings", shortened(4))
        last = it.take("meetings", later())
        it.engine.handle(mc.ReverseImport(batch_id=last.batch), actor=COORDINATOR)

        report = it.take("meetings", edited_shortly("50"))

        assert report.counts.amended == 1
        assert it.take("meetings", later()).counts.amended == 1


def edited_shortly(minutes: str) -> str:
    """The short export after somebody changed the minutes of its first row."""
    rows = list(csv.reader(io.StringIO(FIRST, newline="")))[:4]
    rows[1][5] = minutes
    return written(rows)


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


MORE = "v2,2026-09-22 17:00:00,anna@example.org,Ben Ode,2026-09-22,30\n"


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


@pytest.mark.parametrize("coverage", ["full", "partial"])
def test_an_answer_that_was_sent_again_as_it_had_been_outlives_the_one_between(
    coverage: str,
) -> None:
    """INV-96: also where nobody saw the one between until then, and newer ones are there."""
    mapping = mc.read_mapping(SENT.replace("full", coverage), "visits.toml")
    exports = [
        Text(
            visit(f"2026-09-{day} 17:00:00", minutes).content + MORE.replace("09-22 17", "09-27 17")
        )
        for day, minutes in ((21, 45), (23, 75), (25, 45))
    ]
    ends = set()
    for order in permutations(exports):
        with harbor() as it:
            it.people()

            for export in (*order, *order):
                it.engine.take_in(export, mapping, actor=COORDINATOR)

            ends.add(tuple(minutes_of(it)))
    assert ends == {(45, 30)}


def test_an_answer_that_was_only_sent_again_appends_nothing() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT, "visits.toml")
        it.engine.take_in(visit("2026-09-21 17:00:00", 45), mapping, actor=COORDINATOR)
        position = it.engine.position

        report = it.engine.take_in(visit("2026-09-23 17:00:00", 45), mapping, actor=COORDINATOR)

        assert report.sentence() == "1 unchanged."
        assert it.engine.position == position


def test_an_answer_that_was_changed_back_without_a_later_time_counts_in_a_new_export() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT, "visits.toml")
        first, second = visit("2026-09-21 17:00:00", 45), visit("2026-09-21 17:00:00", 75)
        back = Text(first.content + MORE)
        for export in (first, second):
            it.engine.take_in(export, mapping, actor=COORDINATOR)

        report = it.engine.take_in(back, mapping, actor=COORDINATOR)
        position = it.engine.position
        again = [
            it.engine.take_in(e, mapping, actor=COORDINATOR) for e in (second, back, first, second)
        ]

        assert report.sentence() == "1 taken, 1 amended."
        assert minutes_of(it) == [45, 30]
        assert it.engine.position == position
        assert [r.counts.amended for r in again] == [0, 0, 0, 0]


def test_a_full_export_that_lacks_the_newest_response_is_older_whatever_it_says() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT, "visits.toml")
        newer = Text(visit("2026-09-21 17:00:00", 75).content + MORE)
        it.engine.take_in(newer, mapping, actor=COORDINATOR)
        position = it.engine.position

        report = it.engine.take_in(visit("2026-09-21 17:00:00", 45), mapping, actor=COORDINATOR)

        assert it.engine.position == position
        assert [n.code for n in report.notices] == ["older-export"]
        assert minutes_of(it) == [75, 30]


def test_a_time_that_is_still_to_come_makes_no_later_export_older() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT, "visits.toml")
        slip = MORE.replace("2026-09-22 17", "2062-09-22 17")
        for export in (
            Text(visit("2026-09-21 17:00:00", 45).content + slip),
            Text(visit("2026-09-21 17:00:00", 75).content + MORE.replace(",30", ",40")),
        ):
            it.engine.take_in(export, mapping, actor=COORDINATOR)

        assert minutes_of(it) == [75, 40]


def test_an_answer_that_was_sent_earlier_than_the_one_held_changes_nothing() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT.replace("full", "partial"), "visits.toml")
        it.engine.take_in(visit("2026-09-22 08:00:00", 75), mapping, actor=COORDINATOR)
        position = it.engine.position

        report = it.engine.take_in(visit("2026-09-21 17:00:00", 45), mapping, actor=COORDINATOR)

        assert it.engine.position == position
        assert [n.code for n in report.notices] == ["older-export"]


def test_an_edit_in_a_part_counts_although_newer_responses_are_not_in_it() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT.replace("full", "partial"), "visits.toml")
        for export in (
            visit("2026-09-21 17:00:00", 45),
            Text(visit("2026-09-21 17:00:00", 45).content.partition("\n")[0] + "\n" + MORE),
            visit("2026-09-21 17:00:00", 75),
            visit("2026-09-21 17:00:00", 60),
        ):
            it.engine.take_in(export, mapping, actor=COORDINATOR)

        assert minutes_of(it) == [60, 30]


def test_a_part_that_may_be_cut_off_takes_no_edit_back() -> None:
    with harbor() as it:
        it.people()
        mapping = mc.read_mapping(SENT.replace("full", "partial"), "visits.toml")
        first, second = visit("2026-09-21 17:00:00", 45), visit("2026-09-21 17:00:00", 75)
        for export in (Text(first.content + MORE), second):
            it.engine.take_in(export, mapping, actor=COORDINATOR)
        position = it.engine.position

        cut = Text(first.content.rstrip("\n"))
        report = it.engine.take_in(cut, mapping, actor=COORDINATOR)

        assert it.engine.position == position
        assert [n.code for n in report.notices] == ["incomplete", "older-export"]


def minutes_of(it: Harbor) -> list[int]:
    held = it.events("pairing.meeting-held")
    state = folded(it.engine, held[0].stream)
    return [state.facts.meetings[e.event.meeting_id].held.minutes for e in held]
