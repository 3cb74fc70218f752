"""Tables of responses are read the same however they were written, and whatever moved."""

import csv
import io
import random
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from adapters.made import Made, answered, cells, notices, read, responses, unreadable
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import Confidence, Item, Options, Response
from mentorcore.errors import SourceUnreadable

FILES = Path(__file__).parent.parent / "fixtures" / "csv"


def read_file(name: str, **declared: object) -> list[Item]:
    return list(Registry().read(FileSource(FILES / name), Options(**declared)))  # type: ignore[arg-type]  # each test gives the right type


def test_a_forms_download_keeps_its_instants_when_the_zone_label_changes() -> None:
    items = read_file("forms_download.csv", timestamp="Timestamp")

    assert [r.submitted_at for r in responses(items)] == [
        datetime(2026, 3, 27, 15, 5, 9, tzinfo=UTC),
        datetime(2026, 3, 28, 23, 40, tzinfo=UTC),
        datetime(2026, 3, 30, 6, 15, tzinfo=UTC),
    ]
    assert [r.where.line for r in responses(items)] == [2, 3, 5]
    assert [r.where.record for r in responses(items)] == [2, 3, 4]
    assert notices(items) == []


def test_a_sheet_download_needs_its_zone_and_proves_its_order() -> None:
    with pytest.raises(SourceUnreadable) as refused:
        read_file("sheet_download.csv", timestamp="Timestamp", date_order="dmy")
    assert str(refused.value).endswith(
        "line 3: no time can be read in the column 'Timestamp': '03.10.2026 12:28:23' does not "
        "say its time zone; declare it, for example zone = 'Europe/Berlin'"
    )

    items = read_file("sheet_download.csv", timestamp="Timestamp", zone="Europe/Berlin")

    assert [r.submitted_at for r in responses(items)] == [
        datetime(2026, 10, 3, 10, 28, 23, tzinfo=UTC),
        datetime(2026, 10, 4, 7, 5, tzinfo=UTC),
        datetime(2026, 10, 26, 6, 45, 10, tzinfo=UTC),
    ]
    assert responses(items)[0].zone_basis == "declared: Europe/Berlin"
    assert [line for line, _ in unreadable(items)] == [6]
    assert "happened twice in Europe/Berlin" in unreadable(items)[0][1]


def test_a_declared_fold_settles_the_hour_that_happened_twice() -> None:
    items = read_file("sheet_download.csv", timestamp="Timestamp", zone="Europe/Berlin", fold=1)

    assert responses(items)[2].submitted_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert not unreadable(items)


def test_questions_are_known_by_title_and_turn_with_white_space_folded() -> None:
    items = read_file("sheet_download.csv", timestamp="Timestamp", zone="Europe/Berlin")

    first = responses(items)[0]
    assert [(a.question, a.raw) for a in first.answers] == [
        ("Name", ("Ada Example",)),
        ("Goal", ("Plan, then\nteach",)),
        ("Please rate the meeting", ("4",)),
        ("Goal #2", ("Ask for help",)),
    ]
    assert first.answers[2].label == "Please rate\nthe meeting"
    assert responses(items)[1].answers[3].raw == ()


def test_a_running_number_that_pandas_put_in_front_is_left_out() -> None:
    items = read_file("resaved_by_pandas.csv", timestamp="Timestamp", zone="UTC")

    assert [list(answered(r)) for r in responses(items)] == [["Name", "Minutes"]] * 2
    assert notices(items) == ["index-column"]


def test_a_file_saved_again_by_excel_is_read() -> None:
    items = read_file("resaved_by_excel.csv")

    assert cells(items) == [["Ada", "Köln"], ["Ben", "Łódź\tWest"]]
    assert [r.where.line for r in responses(items)] == [3, 4]


def test_empty_rows_are_counted_and_a_footer_is_complained_of() -> None:
    items = read_file("footer.csv")

    assert cells(items) == [["Ada", "45", "Routines"], ["#ERROR!", "", ""]]
    assert notices(items) == ["empty-rows"]
    assert [line for line, _ in unreadable(items)] == [5]


def test_a_separator_at_the_end_of_every_line_makes_no_column() -> None:
    items = read_file("trailing_column.csv")

    assert [list(answered(r)) for r in responses(items)] == [["V1", "V2", "V3"]] * 2


def test_one_empty_cell_too_many_in_every_row_is_no_damage() -> None:
    assert cells(read("A,B\n1,2,\n3,4,\n")) == [["1", "2"], ["3", "4"]]
    assert cells(read("A,B\n1,2,,,\n3,4,,,\n")) == [["1", "2"], ["3", "4"]]
    assert cells(read("A,B,\n1,2\n3,4,\n")) == [["1", "2"], ["3", "4"]]
    assert len(unreadable(read("A,B\nDoe, Ada,\n"))) == 1


def test_a_first_column_without_title_that_does_not_number_the_rows_is_kept() -> None:
    items = read(",A\n1,x\ntwo,y\n")

    assert [answered(r)["(untitled)"] for r in responses(items)] == [("1",), ("two",)]
    assert notices(items) == []


def test_a_time_is_proven_by_the_rows_of_the_usual_width() -> None:
    rows = "soon,Ada,\n2026-01-02T10:00Z,Ben\n2026-01-02T11:00Z,Cem\n"

    items = read(f"When,Name,\n{rows}", timestamp="When")

    assert cells(items) == [["Ben"], ["Cem"]]
    assert [line for line, _ in unreadable(items)] == [2]


def test_a_column_without_title_that_holds_answers_is_kept() -> None:
    items = read("A,,\n1,,x\n2,,\n")

    assert answered(responses(items)[0]) == {"A": ("1",), "(untitled)": (), "(untitled) #2": ("x",)}


def test_a_response_is_known_by_its_declared_key() -> None:
    file = "record,event,Name\n7, first  visit ,Ada\n7,second,Ada\n,,Ben\n8,,Cem\n"

    items = read(file, keys=("record", "event"))

    assert [r.key for r in responses(items)] == [("7", "first visit"), ("7", "second"), ("8", "")]
    assert unreadable(items) == [(4, "the key ('record', 'event') is empty")]


def test_without_a_key_it_is_known_by_the_instant_and_the_respondent() -> None:
    file = (
        "When,E-mail,Name\n2026-01-02T10:00:00+01:00,ADA@example.org ,Ada\n"
        "2026-01-02T09:00:00Z,ben@example.org,Ben\n"
    )

    both = responses(read(file, timestamp="When", respondent="E-mail"))
    alone = responses(read(file, timestamp="When"))

    assert [r.key for r in both] == [
        ("2026-01-02T09:00:00+00:00", "ada@example.org"),
        ("2026-01-02T09:00:00+00:00", "ben@example.org"),
    ]
    assert alone[0].key == alone[1].key == ("2026-01-02T09:00:00+00:00",)
    assert [r.key for r in responses(read(file))] == [(), ()]


def test_whoever_answered_before_addresses_were_collected_stays_the_same() -> None:
    before = "When,Name\n2026-01-02T09:00:00Z,Ada\n"
    since = "When,Name,E-mail\n2026-01-02T09:00:00Z,Ada,\n2026-01-03T09:00:00Z,Ben,b@example.org\n"

    (ada,) = responses(read(before, timestamp="When"))
    again, ben = responses(read(since, timestamp="When", respondent="E-mail"))

    assert again.key == ada.key
    assert ben.key == ("2026-01-03T09:00:00+00:00", "b@example.org")


def test_the_time_of_submission_is_no_answer_and_its_text_is_kept() -> None:
    (response,) = responses(read("When,Name\n2026-01-02T10:00:00+01:00,Ada\n", timestamp="When"))

    assert list(answered(response)) == ["Name"]
    assert response.submitted_raw == "2026-01-02T10:00:00+01:00"


def test_a_row_without_its_time_is_unreadable_unless_a_key_is_declared() -> None:
    file = "Id,When,Name\n1,2026-01-02T10:00Z,Ada\n2,,Ben\n3,soon,Cem\n"

    without_key = read(file, timestamp="When")
    with_key = read(file, timestamp="When", keys=("Id",))

    assert unreadable(without_key) == [
        (3, "the time of submission ('When') is empty"),
        (
            4,
            "the time of submission: 'soon' is not a time in a form that is known here",
        ),
    ]
    assert [(r.key, r.submitted_at is None) for r in responses(with_key)] == [
        (("1",), False),
        (("2",), True),
    ]


def test_an_order_that_is_neither_declared_nor_proven_refuses_the_file() -> None:
    file = "When,Name\n03/04/2026 10:00,Ada\n05/06/2026 10:00,Ben\n"

    with pytest.raises(SourceUnreadable) as refused:
        read(file, timestamp="When", zone="UTC")

    assert str(refused.value) == (
        "made.csv, line 2: in the column 'When', '03/04/2026 10:00' (row 2) can be read with the "
        'day or with the month first, and no other value settles it; add date_order = "dmy" '
        '(day first) or date_order = "mdy" (month first)'
    )
    assert responses(read(file, timestamp="When", zone="UTC", date_order="mdy"))[
        0
    ].submitted_at == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_proof_at_the_end_of_the_column_holds_for_its_beginning() -> None:
    file = "When,Name\n03/04/2026 10:00,Ada\n05/16/2026 10:00,Ben\n"

    first, _ = responses(read(file, timestamp="When", zone="UTC"))

    assert first.submitted_at == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_dates_without_a_time_are_no_times_of_submission() -> None:
    file = "When,Name\n2026-03-04,Ada\n"

    with pytest.raises(SourceUnreadable, match=r"has no time of day; .* dates_as_times = true"):
        read(file, timestamp="When", zone="UTC")
    (response,) = responses(read(file, timestamp="When", zone="UTC", dates_as_times=True))
    assert response.submitted_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_a_column_of_times_that_is_empty_or_has_no_such_zone_refuses_the_file() -> None:
    with pytest.raises(SourceUnreadable, match="the column 'When' is empty in every row"):
        read("When,Name\n,Ada\n", timestamp="When")
    with pytest.raises(SourceUnreadable, match="there is no time zone 'Berlin'"):
        read("When,Name\n2026-03-04 10:00,Ada\n", timestamp="When", zone="Berlin")


def test_the_form_is_described_by_its_questions() -> None:
    registry, source = Registry(), Made("When,Name,Goal,Goal\n2026-01-02T10:00Z,Ada,x,y\n")

    form = registry.describe(source, Options(form="weekly", timestamp="When"))
    later = registry.describe(Made("Goal,Goal,Name,When\n"), Options(form="w", timestamp="When"))
    other = registry.describe(Made("Goal,Goal,Name,Age,When\n"), Options(timestamp="When"))

    assert form.name == "weekly"
    assert [q.key for q in form.questions] == ["Name", "Goal", "Goal #2"]
    assert form.version == later.version != other.version


def test_any_text_may_be_a_table_but_others_come_first() -> None:
    csv_file = Registry().get("csv")

    assert csv_file.sniff(b"Name,Age\nAda,33\n", "x.txt") == Confidence.POSSIBLE
    assert csv_file.sniff(b'{"responses": []}', "x.json") == Confidence.NO
    assert csv_file.sniff(b"PK\x03\x04", "x.zip") == Confidence.NO
    assert csv_file.sniff(b"PK\x03\x04", "x.CSV") == Confidence.POSSIBLE


TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8)
ROWS = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(TEXT, min_size=width, max_size=width).filter(lambda row: any(map(str.strip, row))),
        min_size=0,
        max_size=6,
    )
)


def written(rows: list[list[str]], **dialect: object) -> str:
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)  # type: ignore[arg-type]  # the strategies give dialects only
    return out.getvalue()


@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_a_table_written_in_any_dialect_reads_back_the_same(
    rows: list[list[str]], delimiter: str, end: str, quoting: int, encoding: str
) -> None:
    titles = [f"Title {i}" for i in range(len(rows[0]) if rows else 2)]
    if any("\r" in cell or "\n" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # the writer leaves a stray line end without quotes
    text = written([titles, *rows], delimiter=delimiter, lineterminator=end, quoting=quoting)

    items = read(text.encode(encoding), delimiter=delimiter)

    assert cells(items) == rows
    assert not unreadable(items)


@given(rows=ROWS.filter(bool), delimiter=st.sampled_from(",;\t|"))
def test_the_separator_is_found_or_asked_for_and_never_wrong(
    rows: list[list[str]], delimiter: str
) -> None:
    assume(len(rows[0]) > 1)
    assume(not any("\r" in cell for row in rows for cell in row))
    titles = [f"Title {i}" for i in range(len(rows[0]))]

    items = read(written([titles, *rows], delimiter=delimiter))

    assert cells(items) == rows


@given(rows=ROWS.filter(bool), seed=st.integers(0, 1000))
def test_moving_rows_and_columns_changes_no_identity(rows: list[list[str]], seed: int) -> None:
    order = random.Random(seed)
    width = len(rows[0])
    titles = [order.choice(["Goal", "Name", "Note é", "Note e\u0301"]) for _ in range(width)]
    columns = sorted(range(width), key=lambda i: order.random() if titles.count(titles[i]) else i)
    # columns with equal titles keep their turn: only their order tells them apart
    columns = stable(columns, titles)
    moved = [[row[i] for i in columns] for row in order.sample(rows, len(rows))]

    before = responses(read(written([titles, *rows]), delimiter=","))
    after = responses(read(written([[titles[i] for i in columns], *moved]), delimiter=","))

    def canon(found: list[Response]) -> list[list[tuple[str, tuple[str, ...]]]]:
        return sorted(sorted(answered(r).items()) for r in found)

    assert canon(before) == canon(after)


def stable(columns: list[int], titles: list[str]) -> list[int]:
    """The same order of titles, with equal ones in their first order."""
    equal: dict[str, list[int]] = {}
    for i in sorted(columns):
        equal.setdefault(titles[i].replace("e\u0301", "é"), []).append(i)
    return [equal[titles[i].replace("e\u0301", "é")].pop(0) for i in columns]


@pytest.mark.parametrize(
    "name", ["forms_download.csv", "sheet_download.csv", "resaved_by_excel.csv"]
)
def test_a_file_cut_at_any_byte_is_refused_or_gives_a_marked_prefix(name: str) -> None:
    content = (FILES / name).read_bytes()
    whole = cells(read(content, delimiter="\t" if "excel" in name else ","))

    for end in range(len(content)):
        try:
            items = read(content[:end], delimiter="\t" if "excel" in name else ",")
        except SourceUnreadable:
            continue
        found = cells(items)
        if "incomplete" in notices(items):
            found = found[:-1]
        elif not unreadable(items) and found:
            assert content[:end].rstrip(b"\0")[-1:] in b'"\r\n'
        assert found == whole[: len(found)]


def test_a_file_that_grows_between_the_two_passes_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    path.write_text("Goal,Goal\nPlan,Teach\n")
    reading = Registry().read(FileSource(path), Options())
    assert notices([next(reading)]) == ["duplicate-title"]

    with path.open("a") as file:
        file.write("Mark,Ask\n")

    with pytest.raises(SourceUnreadable, match="the file was changed while it was read"):
        list(reading)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        items = read(content)
    except SourceUnreadable:
        return

    assert items


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("When,Name,Topic\n")
        for i in range(6_000):
            file.write(f"2026-01-02T10:00:00Z,Person {i},Topic {i} of many and a little text\n")

    tracemalloc.start()
    count = sum(1 for _ in Registry().read(FileSource(path), Options(timestamp="When")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 6_000
    assert peak < 2_000_000
