"""What a later export lacks is told, recorded where that is certain, and never deleted."""

import pytest
from engine.harbor import Harbor, harbor, rows_of, written
from engine.world import COORDINATOR

SHEET = """Timestamp,E-mail,Goal,Status,Remark
9/22/2026 12:00:00,ben@example.org,Calm starts of lessons,new,
10/20/2026 12:00:00,ben@example.org,Calm starts of lessons,on the way,Better
10/27/2026 12:00:00,ben@example.org,Calm starts of lessons,on the way,Worse
11/3/2026 12:00:00,ben@example.org,Calm starts of lessons,on the way,Done"""
"""As a linked sheet gives it: without a line break at its end."""


def without(*numbers: int, order: int = 1) -> str:
    lines = SHEET.split("\n")
    rows = [line for number, line in enumerate(lines) if number and number not in numbers]
    return "\n".join([lines[0], *rows[::order]])


def recorded(it: Harbor) -> list[int]:
    return [len(e.event.missing) for e in it.events("import.completed")]


def test_whom_and_which_day_a_vanished_response_is_about_is_told() -> None:
    with harbor() as it:
        it.people().take("meetings")

        report = it.take("meetings", written([rows_of("meetings")[n] for n in (0, 2, 3, 8)]))

        told = [(m.people, str(m.day)) for m in report.missing]
        assert (("Anna Berg", "Ben Ode"), "2026-09-21") in told
        assert told == sorted(told, key=lambda one: (one[1], one[0]))
        assert all(
            "about Anna Berg & Ben Ode, 2026-09-21 " in asked.sentence
            for asked in report.questions[:1]
        )


def test_nothing_counts_as_vanished_from_a_part() -> None:
    with harbor() as it:
        it.people().take("goals")

        part = it.take("goals", written(rows_of("goals")[:-1]), ('"full"', '"partial"'))

        assert part.missing == []


def test_a_response_before_the_end_of_a_file_that_may_be_cut_off_is_gone() -> None:
    with harbor() as it:
        it.people().take("goals", SHEET)

        report = it.take("goals", without(2))

        assert [(m.newly, m.certain) for m in report.missing] == [(True, True)]
        assert recorded(it)[-1] == 1


@pytest.mark.parametrize(
    ("sent", "missing"), [("11:59:59", [True]), ("12:00:00", [False]), ("12:00:01", [])]
)
def test_what_was_sent_with_the_last_row_of_a_file_that_may_be_cut_off_is_not_certainly_gone(
    sent: str, missing: list[bool]
) -> None:
    row = f"11/3/2026 {sent},carla@example.org,Calm starts of lessons,new,"
    with harbor() as it:
        it.people().take("goals", f"{SHEET}\n{row}")
        position = it.engine.position

        report = it.take("goals", SHEET)

        assert [m.certain for m in report.missing] == missing
        assert (it.engine.position == position) is (missing != [True])


def test_a_file_that_is_not_in_the_order_of_sending_has_no_end_to_go_by() -> None:
    with harbor() as it:
        it.people().take("goals", SHEET)
        position = it.engine.position

        report = it.take("goals", without(2, order=-1))

        assert [m.certain for m in report.missing] == [False]
        assert it.engine.position == position


def test_a_row_that_cannot_be_read_may_be_the_one_that_is_missing() -> None:
    with harbor() as it:
        it.people().take("goals", SHEET + "\n")
        position = it.engine.position

        damaged = SHEET.replace("10/20/2026 12:00:00", "soon") + "\n"
        one = it.take("goals", damaged)
        at_one = it.engine.position
        lines = damaged.split("\n")
        two = it.take("goals", "\n".join([lines[0], *lines[2:]]))

        assert [m.certain for m in one.missing] == [False]
        assert at_one == position
        assert [m.certain for m in two.missing] == [True, True]


def test_an_export_without_any_response_misses_nothing_and_is_named() -> None:
    with harbor() as it:
        it.people().take("goals")
        position = it.engine.position

        report = it.take("goals", written(rows_of("goals")[:1]))

        assert report.missing == []
        assert [n.code for n in report.notices] == ["no-responses", "empty-export"]
        assert "although 3 were taken in before" in report.notices[-1].message
        assert it.engine.position == position


@pytest.mark.parametrize("lacking", [(4,), (3, 4), (1, 4), (2, 3, 4)])
def test_an_export_without_the_newest_response_is_older_and_misses_nothing(
    lacking: tuple[int, ...],
) -> None:
    with harbor() as it:
        it.people().take("goals", SHEET + "\n")
        position = it.engine.position

        report = it.take("goals", without(*lacking) + "\n")

        assert (report.missing, report.questions) == ([], [])
        assert [n.code for n in report.notices] == ["older-export"]
        assert it.engine.position == position


def test_what_a_newer_export_lacks_stands_and_is_asked_about_until_somebody_answers() -> None:
    with harbor() as it:
        it.people().take("goals", SHEET + "\n")

        report = it.take("goals", without(2) + "\n")
        again = it.take("goals", without(2) + "\n")

        (question,) = report.questions
        assert question.response == report.missing[0].response
        assert [q.response for q in again.questions] == [question.response]
        it.engine.settle(question.response, "take_it", actor=COORDINATOR)
        settled = it.take("goals", without(2) + "\n")
        assert (settled.missing, settled.questions) == ([], [])
        assert it.events("record.retracted") == []
