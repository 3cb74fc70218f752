"""A file whose ids were changed is refused, and nothing of it is taken a second time."""

import contextlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from engine.harbor import Harbor, Text, harbor
from engine.world import COORDINATOR, mc
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.errors import SourceRefused
from mentorcore.intake.report import Report

MAPPING = """
form = "visits"
kind = "meeting-log"
coverage = "full"
[people]
by = "name"
[source]
keys = ["No"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Day"
minutes = "Minutes"
[defaults]
modality = "in_person"
"""
PART = ('"full"', '"partial"')
DAYS = ("2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12", "2026-10-19")


def sheet(*ids: str, minutes: int = 40, column: str = "No") -> str:
    rows = [
        f'"{said}",Anna Berg,Ben Ode,{day},{minutes + n}'
        for n, (said, day) in enumerate(zip(ids, DAYS, strict=False))
    ]
    return "\n".join([f"{column},Mentor,Mentee,Day,Minutes", *rows, ""])


def take(it: Harbor, content: str, *changes: tuple[str, str]) -> Report:
    text = MAPPING
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    mapping = mc.read_mapping(text, "visits.toml")
    return it.engine.take_in(Text(content), mapping, actor=COORDINATOR)


def refused(it: Harbor, content: str, *changes: tuple[str, str]) -> str:
    position = it.engine.position
    with pytest.raises(SourceRefused) as refusal:
        take(it, content, *changes)
    assert it.engine.position == position
    return str(refusal.value)


LONG = ("145782390112345123", "145782390112345124", "145782390112345125")


@pytest.mark.parametrize("changes", [[], [PART]], ids=["all", "a part"])
@pytest.mark.parametrize(
    ("before", "after", "such"),
    [
        (("000123", "000124"), ("123", "124"), "such as 000123 to 123 (row 2)"),
        (("000123", "000124"), ("123", "124", "125"), "such as 000123 to 123 (row 2)"),
        (("000123", "000124"), ("000123", "124"), "such as 000124 to 124 (row 3)"),
        (("145", "146"), ("145.0", "146.0"), "such as 145 to 145.0 (row 2)"),
        (("145", "146"), ("145,00", "146,00"), "such as 145 to 145,00 (row 2)"),
        (("5123", "5124"), ("5,123", "5,124"), "such as 5123 to 5,123 (row 2)"),
        (("5123", "5124"), ("5 123", "5 124"), "such as 5123 to 5 123 (row 2)"),
        (LONG, ("1.45782E+17",) * 3, "became powers of ten, such as 1.45782E+17 (row 2)"),
        (LONG, ("1,45782E+17",) * 3, "became powers of ten, such as 1,45782E+17 (row 2)"),
        (LONG, ("145782390112345000",) * 3, "were cut to 15 digits"),
        (("3-5", "14-22"), ("Mar-05", "14-22"), "became dates, such as Mar-05 (row 2)"),
        (("3-5", "14-22"), ("05-Mar", "14-22"), "became dates, such as 05-Mar (row 2)"),
        (("3-5", "14-22"), ("2026-03-05", "14-22"), "such as 3-5 to 2026-03-05 (row 2)"),
        (("12E5", "13E5"), ("1.20E+06", "1.30E+06"), "became powers of ten"),
    ],
)
def test_ids_that_a_spreadsheet_changed_refuse_the_file(
    before: tuple[str, ...], after: tuple[str, ...], such: str, changes: list[tuple[str, str]]
) -> None:
    with harbor() as it:
        take(it.people(), sheet(*before), *changes)

        said = refused(it, sheet(*after), *changes)

        assert "the ids in No were changed" in said
        assert such in said
        assert "trust_keys = true" in said


def test_an_id_is_known_again_although_the_answers_were_written_otherwise() -> None:
    with harbor() as it:
        take(it.people(), sheet("0071", "0072"))

        assert "such as 0071 to 71" in refused(it, sheet("71", "72", minutes=50))


def test_answers_that_all_come_again_under_other_ids_refuse_the_file() -> None:
    with harbor() as it:
        take(it.people(), sheet("a-1", "a-2", "a-3"))

        said = refused(it, sheet("x", "y", "z"))

        assert "3 responses that were taken in before would be taken a second time" in said


def test_one_response_more_and_another_one_fewer_is_no_change_of_ids() -> None:
    with harbor() as it:
        take(it.people(), sheet("a-1", "a-2", "a-3"))

        report = take(it, sheet("a-1", "a-2", "a-4", minutes=40).replace(",42", ",55"))

        assert (report.counts.taken, len(report.missing)) == (1, 1)


@pytest.mark.parametrize("changes", [[], [PART]], ids=["all", "a part"])
def test_numbers_of_rows_that_moved_refuse_the_file(changes: list[tuple[str, str]]) -> None:
    first = sheet("1", "2", "3", "4").splitlines()
    above = [first[0], "1,Anna Berg,Ben Ode,2026-09-14,30"]
    above += [f"{n},{line.partition(',')[2]}" for n, line in enumerate(first[1:], 2)]
    with harbor() as it:
        it.people()
        take(it, "\n".join([*first, ""]), *changes)

        said = refused(it, "\n".join([*above, ""]), *changes)

        assert "No numbers the rows and does not tell responses apart" in said
        assert "what stood under 1 stands under 2 now (row 3), and 3 more" in said


@pytest.mark.parametrize("changes", [[], [PART]], ids=["all", "a part"])
def test_a_row_put_in_before_the_last_one_but_one_moves_both(
    changes: list[tuple[str, str]],
) -> None:
    """The one moved to the number of the other, and that one to a number that nobody had."""
    rows = [(day, 40 + n) for n, day in enumerate(DAYS)]
    with harbor() as it:
        it.people()
        take(it, numbered(rows), *changes)

        said = refused(it, numbered([*rows[:3], ("2026-09-14", 30), *rows[3:]]), *changes)

        assert "what stood under 4 stands under 5 now (row 6), and 1 more moved" in said


@given(
    st.permutations([(day, 40 + n) for n, day in enumerate(DAYS)]), st.none() | st.integers(0, 5)
)
@settings(max_examples=20, deadline=None)
def test_rows_that_are_numbered_anew_are_never_amended_into_their_neighbours(
    rows: list[tuple[str, int]], added: int | None
) -> None:
    """INV-96: wherever one was added or moved, the record is as it was, or as the rows say."""
    before = sorted(rows)
    if added is not None:
        rows = [*rows[:added], ("2026-09-14", 30), *rows[added:]]
    with harbor() as it:
        it.people()
        take(it, numbered(before))

        with contextlib.suppress(SourceRefused):
            take(it, numbered(rows))

        status: Any = it.engine.status(viewer=mc.Viewer.coordinator())
        assert status.numbers.minutes in {sum(m for _, m in told) for told in (before, rows)}
        assert len(it.events("record.amended")) <= 1


KEYS = ('keys = ["No"]', 'keys = ["Mentor", "Mentee", "Day"]')


@pytest.mark.parametrize("changes", [[], [PART]], ids=["all", "a part"])
@pytest.mark.parametrize("back", [False, True])
def test_other_keys_take_no_meeting_a_second_time(
    changes: list[tuple[str, str]], *, back: bool
) -> None:
    before, after = [*changes], [*changes, KEYS]
    if back:
        before, after = after, before
    with harbor() as it:
        it.people()
        take(it, sheet("A7", "B3", "K1"), *before)

        said = refused(it, sheet("A7", "B3", "K1"), *after)

        assert "were told apart by" in said
        assert sum(e.event.minutes for e in it.events("pairing.meeting-held")) == 123
        trusted = (after[-1][1], f"{after[-1][1]}\ntrust_keys = true") if KEYS in after else None
        more = (*after, trusted or (KEYS[0], f"{KEYS[0]}\ntrust_keys = true"))
        assert take(it, sheet("A7", "B3", "K1"), *more).counts.taken == 3


def test_a_key_column_with_another_title_tells_the_same_responses() -> None:
    with harbor() as it:
        it.people()
        take(it, sheet("A7", "B3"))

        report = take(it, sheet("A7", "B3", column="Number"), (KEYS[0], 'keys = ["Number"]'))

        assert report.sentence() == "2 unchanged."


def numbered(rows: Sequence[tuple[str, int]]) -> str:
    lines = [f"{n},Anna Berg,Ben Ode,{day},{minutes}" for n, (day, minutes) in enumerate(rows, 1)]
    return "\n".join(["No,Mentor,Mentee,Day,Minutes", *lines, ""])


def test_a_row_that_was_edited_into_the_words_of_another_is_an_edit() -> None:
    with harbor() as it:
        it.people()
        take(it, sheet("1", "2", "3"))

        report = take(it, sheet("1", "2", "3").replace("09-21", "09-22").replace(",40", ",41"))

        assert report.sentence() == "1 amended, 2 unchanged."


def dated(*days: str) -> str:
    rows = [f"a{n},Anna Berg,Ben Ode,{day},{30 + n}" for n, day in enumerate(days)]
    return "\n".join(["No,Mentor,Mentee,Day,Minutes", *rows, ""])


MONTH_FIRST = ("[fields]", '[answers]\ndate_order = "mdy"\n[fields]')


def test_days_that_are_all_turned_refuse_the_file_although_each_can_be_read() -> None:
    with harbor() as it:
        it.people()
        take(it, dated("10/09/2026", "11/10/2026", "10/10/2026"), MONTH_FIRST)

        said = refused(it, dated("09.10.2026", "10.11.2026", "10.10.2026"), MONTH_FIRST)

        assert "what was '10/09/2026' is '09.10.2026' now, and 1 more days" in said
        other = (MONTH_FIRST[0], MONTH_FIRST[1].replace("mdy", "dmy"))
        take(it, dated("09.10.2026", "10.11.2026", "10.10.2026"), other)
        assert it.events("record.amended") == []


def test_a_day_that_was_typed_in_wrongly_is_put_right() -> None:
    with harbor() as it:
        it.people()
        take(it, dated("09/10/2026", "09/11/2026", "10/12/2026"), MONTH_FIRST)

        report = take(it, dated("10/09/2026", "11/09/2026", "10/12/2026"), MONTH_FIRST)

        assert report.sentence() == "2 amended, 1 unchanged."


def test_ids_that_are_declared_to_be_new_are_taken() -> None:
    with harbor() as it:
        take(it.people(), sheet("0071", "0072"))

        report = take(
            it, sheet("71", "72", minutes=50), ("[source]", "[source]\ntrust_keys = true")
        )

        assert report.counts.taken == 2


def test_an_earlier_file_that_was_the_spoilt_one_is_told_as_such() -> None:
    with harbor() as it:
        take(it.people(), sheet("71", "72"))

        assert "take its import back (reverse-import)" in refused(it, sheet("0071", "0072"))


def test_a_first_file_with_one_id_in_all_rows_is_not_taken() -> None:
    with harbor() as it:
        said = refused(it.people(), sheet("7", "7", "7"))

        assert "No should tell responses apart, and holds 7 in each of 3 rows" in said


def test_one_response_that_stands_in_a_file_twice_is_still_one() -> None:
    row = sheet("7").splitlines()
    with harbor() as it:
        report = take(it.people(), "\n".join([*row, row[1], ""]))

        assert report.counts.taken == 1


def test_ids_written_as_decimals_from_the_start_are_taken_with_a_word() -> None:
    with harbor() as it:
        report = take(it.people(), sheet("71.0", "72.0"))

        assert report.counts.taken == 2
        assert [n.code for n in report.notices] == ["odd-keys"]


def test_times_of_sending_that_lost_their_seconds_refuse_the_file() -> None:
    timed = ('keys = ["No"]', 'timestamp = "Sent"\nzone = "America/Los_Angeles"')
    before = sheet("2026-10-20 08:01:12", "2026-10-20 08:01:40", column="Sent")
    after = sheet("2026-10-20 08:01", "2026-10-20 08:01", column="Sent")
    for changes in ([timed], [timed, PART]):
        with harbor() as it:
            take(it.people(), before, *changes)

            assert "the times of sending were changed, such as 2026" in refused(it, after, *changes)


def test_a_persons_number_that_lost_its_zeros_gives_nobody_another_one() -> None:
    numbers = ('form = "visits"\nkind = "meeting-log"', 'form = "staff"\nkind = "enrolment"')
    people = [
        numbers,
        ('mentor = "Mentor"\nmentee = "Mentee"\non = "Day"\nminutes = "Minutes"', 'name = "Name"\nexternal_id = "Staff no"'),
        ('modality = "in_person"', 'role = "mentee"\nsince = 2026-09-01'),
    ]  # fmt: skip
    with harbor() as it:
        take(it, "No,Name,Staff no\na,Uma Eden,00451\nb,Vic Ford,00452\n", *people)

        said = refused(it, "No,Name,Staff no\na,Uma Eden,451\nb,Vic Ford,452\n", *people)

        assert "the ids in Staff no were changed, such as 00451 to 451 (row 2)" in said


def zeros_lost(number: int) -> tuple[str, str]:
    return f"{number:08}", str(number)


def a_power(number: int) -> tuple[str, str]:
    return str(number * 10**9 + 1), f"{Decimal(number * 10**9 + 1):.5E}"


def decimals(number: int) -> tuple[str, str]:
    return str(number), f"{number}.0"


def separated(number: int) -> tuple[str, str]:
    return str(number), f"{number:,}"


def cut(number: int) -> tuple[str, str]:
    text = f"{number}98765432101234"[:18].ljust(18, "7")
    return text, text[:15] + "000"


@given(
    numbers=st.lists(st.integers(1_000, 999_999), min_size=1, max_size=4, unique=True),
    spoil=st.sampled_from([zeros_lost, a_power, decimals, separated, cut]),
    healthy=st.integers(0, 3),
    full=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_no_meeting_is_counted_twice_whatever_a_spreadsheet_did_to_its_id(
    numbers: list[int],
    spoil: Callable[[int], tuple[str, str]],
    healthy: int,
    full: bool,
) -> None:
    pairs = [spoil(number) for number in numbers]
    some = [old if n < healthy else new for n, (old, new) in enumerate(pairs)]
    changes = [] if full else [PART]
    with harbor() as it:
        take(it.people(), sheet(*(old for old, _ in pairs)), *changes)

        with contextlib.suppress(SourceRefused):
            take(it, sheet(*some), *changes)

        assert len(it.events("pairing.meeting-held")) == len(pairs)
