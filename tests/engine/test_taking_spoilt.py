"""An export that a spreadsheet spoilt is refused as a whole, and nothing is believed of it."""

from datetime import UTC, datetime, timedelta

import pytest
from engine.harbor import Harbor, edited, harbor, rows_of, written
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.errors import SourceRefused, SourceUnreadable


def refused(it: Harbor, form: str, content: str, *changes: tuple[str, str]) -> str:
    """Why an export is refused, after a look that nothing was recorded."""
    position = it.engine.position
    with pytest.raises(SourceRefused) as refusal:
        it.take(form, content, *changes)
    assert it.engine.position == position
    return str(refusal.value)


def days_first(rows: list[list[str]], column: int) -> None:
    """Write the dates of a column with the day first, as a sheet in another language does."""
    for row in rows[1:]:
        month, day, rest = row[column].split("/", 2)
        row[column] = ".".join([f"{int(day):02}", f"{int(month):02}", rest])


def meetings(*days: str) -> str:
    head, first, *_ = rows_of("meetings")
    rows = [[f"11/{n}/2026 9:00:00", *first[1:3], d, *first[4:]] for n, d in enumerate(days, 4)]
    return written([head, *rows])


MEETINGS = ("10/5/2026", "9/28/2026", "10/12/2026")


def test_a_first_export_that_disproves_the_declared_order_is_not_taken() -> None:
    with harbor() as it:
        it.people()

        said = refused(it, "meetings", meetings("05.10.2026", "28.09.2026", "12.10.2026"))

        assert "in the column 'Date', '28.09.2026' (row 3) cannot be read with the month" in said
        assert it.events("pairing.meeting-held") == []


def test_a_later_export_in_another_order_amends_nothing() -> None:
    with harbor() as it:
        it.people().take("meetings", meetings(*MEETINGS))

        said = refused(it, "meetings", meetings("05.10.2026", "28.09.2026", "12.10.2026"))

        assert 'declare date_order = "dmy"' in said
        assert len(it.events("record.amended")) == 0


def test_the_same_sheet_is_read_once_its_new_order_is_declared() -> None:
    with harbor() as it:
        it.people().take("meetings", meetings(*MEETINGS))

        report = it.take(
            "meetings",
            meetings("05.10.2026", "28.09.2026", "12.10.2026"),
            ("[answers]", '[answers]\ndate_order = "dmy"'),
        )

        held = [e.event.held_on.isoformat() for e in it.events("pairing.meeting-held")]
        assert report.counts.refused == report.counts.taken == 0
        assert held == ["2026-10-05", "2026-09-28", "2026-10-12"]
        amended = {e.event.target_name for e in it.events("record.amended")}
        assert "pairing.meeting-held" not in amended


def test_times_of_sending_that_disprove_the_declared_order_refuse_the_file() -> None:
    with harbor() as it:
        it.people()

        said = refused(it, "goals", edited("goals", lambda rows: days_first(rows, 0)))

        assert "in the column 'Timestamp'" in said
        assert "with the day first" in said


def test_an_order_that_one_export_proved_holds_for_the_next() -> None:
    undeclared = ('date_order = "mdy"', "keys = ['Timestamp']")
    silent = ("timestamp =", "# timestamp =")
    with harbor() as it:
        it.people().take("meetings", meetings(*MEETINGS), undeclared, silent)

        said = refused(
            it, "meetings", meetings("05.10.2026", "28.09.2026", "12.10.2026"), undeclared, silent
        )

        assert "as the dates of an earlier export proved" in said


def test_a_file_that_is_not_believed_can_still_be_caught_as_unreadable() -> None:
    with harbor() as it, pytest.raises(SourceUnreadable):
        it.people().take("goals", edited("goals", lambda rows: days_first(rows, 0)))


GOALS = """Timestamp,E-mail,Goal,Status,Remark
9/22/2026 12:00:00,ben@example.org,Calm starts of lessons,new,
{sent},ben@example.org,Calm starts of lessons,on the way,Better
"""


@pytest.mark.parametrize(
    "sent",
    ["10/5/2569 9:01:12", "10/5/2126 9:01:12", "12/31/2026 9:00:00", "10/5/1447 9:01:12", "1/1/1970 00:00:00"],
)  # fmt: skip
def test_a_time_of_sending_at_which_nobody_can_have_sent_makes_its_row_unreadable(
    sent: str,
) -> None:
    with harbor() as it:
        report = it.people().take("goals", GOALS.format(sent=sent))

        assert report.sentence() == "1 taken, 1 unreadable."
        assert "the time of submission" in report.findings[0].reason
        assert report.findings[0].where.record == 3
        assert it.take("goals", GOALS.format(sent=sent)).sentence() == "1 unchanged, 1 unreadable."


def test_times_of_another_calendar_throughout_are_unreadable_rows() -> None:
    content = GOALS.format(sent="10/5/2569 9:01:12").replace("2026", "2569")
    with harbor() as it:
        report = it.people().take("goals", content)

        assert report.counts.unreadable == 2
        assert "another calendar" in report.findings[0].reason


@given(days=st.integers(-40_000, 400_000))
@settings(max_examples=25, deadline=None)
def test_nothing_is_taken_that_was_sent_ahead_of_the_clock(days: int) -> None:
    with harbor() as it:
        now = it.engine._desk.clock()
        sent = now + timedelta(days=days)
        content = GOALS.format(sent=f"{sent.month}/{sent.day}/{sent.year} 12:00:00")

        report = it.people().take("goals", content)

        possible = datetime(1990, 1, 2, tzinfo=UTC) < sent < now - timedelta(days=1)
        if possible or days > 2:
            assert report.counts.unreadable == (0 if possible else 1)


def test_percentages_where_whole_numbers_are_needed_are_told_once_for_all_rows() -> None:
    with harbor() as it:
        report = it.take("people", edited("people", lambda rows: places(rows, "100%")))

        told = [n.message for n in report.notices if n.code == "percentages"]
        assert len(told) == 1
        assert "such as '100%' in 5 rows" in told[0]
        assert "under [values.places]" in told[0]


def places(rows: list[list[str]], said: str) -> None:
    place = rows[0].index("Mentees")
    for row in rows[1:]:
        row[place] = said
