"""What a later export lacks is told, recorded where that is certain, and never deleted."""

from engine.harbor import Harbor, harbor, rows_of, written

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


def test_a_response_that_may_be_cut_off_is_told_and_not_recorded() -> None:
    with harbor() as it:
        it.people().take("goals", SHEET)
        position = it.engine.position

        report = it.take("goals", without(3, 4))

        assert [(m.newly, m.certain) for m in report.missing] == [(True, False)] * 2
        assert report.sentence() == "2 unchanged, 2 missing from this export."
        assert it.engine.position == position


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
        two = it.take("goals", "\n".join(damaged.split("\n")[:-2]) + "\n")

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


def test_just_the_newest_responses_are_not_gone_but_not_there_yet() -> None:
    with harbor() as it:
        it.people().take("goals", SHEET + "\n")
        position = it.engine.position

        older = it.take("goals", without(3, 4) + "\n")
        at_older = it.engine.position
        one = it.take("goals", without(4) + "\n")

        assert [m.certain for m in older.missing] == [False, False]
        assert at_older == position
        assert [m.certain for m in one.missing] == [True]
