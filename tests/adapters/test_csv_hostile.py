"""A damaged file is refused as a whole, in a sentence with file and line; a damaged row alone."""

import os
from pathlib import Path

import pytest
from adapters.made import Made, cells, notices, read, responses, unreadable

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import Item, Options
from mentorcore.errors import SourceUnreadable


def refusal(content: bytes | str, **declared: object) -> str:
    """The sentence with which a file is refused before its first response."""
    source = Made(content)
    reading = Registry().read(source, Options(**declared), name="csv")  # type: ignore[arg-type]  # each test gives the right type
    before: list[Item] = []
    with pytest.raises(SourceUnreadable) as refused:
        before.extend(reading)
    assert not responses(before), "a response came before the refusal"
    assert all(stream.closed for stream in source.streams)
    return str(refused.value)


def test_an_empty_file() -> None:
    assert refusal(b"") == "made.csv: the file is empty; export it again"


def test_a_file_of_white_space() -> None:
    assert refusal(b" \n\t\n") == (
        "made.csv: the file holds nothing but white space; export it again"
    )


def test_a_file_of_empty_cells() -> None:
    assert refusal(b",,\n,,\n") == "made.csv: all cells are empty; export it again"


def test_a_header_row_alone_is_no_error() -> None:
    items = read("Name,Minutes\n")

    assert notices(items) == ["no-responses"]
    assert not responses(items)


def test_a_lost_header_row() -> None:
    assert refusal("2026/03/04 1:02:03 PM CET,Ada\n2026/03/04 1:02:03 PM CET,Ben\n") == (
        "made.csv, line 1: the header row is lost: the first row holds a time where the title of "
        "a column should be; export it again with its titles"
    )
    assert "the header row is lost" in refusal("0,2026-03-04 13:02,Ada\n1,2026-03-04 13:03,Ben\n")


def test_ragged_rows_are_named_and_the_others_go_on() -> None:
    items = read("Name,Minutes,Topic\nAda,45\nBen,30,Marking\nCem,30,a,b\n\nDee\nEva,1,x\n")

    assert cells(items) == [["Ben", "30", "Marking"], ["Eva", "1", "x"]]
    why = (
        "this row has {} where the header row has 3; a separator or a quote is missing or too many"
    )
    assert unreadable(items) == [
        (2, why.format("2 cells")),
        (4, why.format("4 cells")),
        (6, why.format("1 cell")),
    ]


def test_another_encoding_is_refused_with_a_suggestion() -> None:
    sentence = refusal("Name,Town\nAda,Ulm\nBen,Köln\n".encode("cp1252"))

    assert sentence == (
        "made.csv, line 3: this is not UTF-8; save it as UTF-8, or declare its encoding, for "
        'example encoding = "cp1252" (Windows in Western Europe)'
    )


def test_a_declared_encoding_is_used_when_the_file_is_not_utf_8() -> None:
    text = "Name,Town\nBen,Köln\n"

    assert cells(read(text.encode("cp1252"), encoding="cp1252")) == [["Ben", "Köln"]]
    assert cells(read(text.encode(), encoding="cp1252")) == [["Ben", "Köln"]]
    assert cells(read(text.encode("utf-16-be"), encoding="utf-16-be")) == [["Ben", "Köln"]]


def test_a_wrong_declared_encoding_is_refused() -> None:
    shift = "Name\n\u30e1\u30f3\u30bf\u30fc\n".encode("shift_jis")

    assert "line 2: this is not in the encoding ascii" in refusal(shift, encoding="ascii")
    assert "there is no text encoding 'klingon'" in refusal(shift, encoding="klingon")
    assert "there is no text encoding 'hex'" in refusal(shift, encoding="hex")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_settles_the_encoding(encoding: str) -> None:
    items = read('"Name",Town\r\nBen,Köln\r\n'.encode(encoding), encoding="cp1252")

    assert cells(items) == [["Ben", "Köln"]]
    assert responses(items)[0].answers[0].question == "Name"


def test_utf_16_without_its_mark_is_recognised() -> None:
    assert 'declare encoding = "utf-16-le"' in refusal("Name,Town\nA,B\n".encode("utf-16-le"))
    assert 'declare encoding = "utf-16-be"' in refusal("Name,Town\nA,B\n".encode("utf-16-be"))


def test_a_file_cut_within_a_character() -> None:
    utf8 = "Name,Town\nBen,Köln\nAda,Mö".encode()[:-1]
    utf16 = "Name,Town\nBen,Ulm\n".encode("utf-16")[:-1]

    assert refusal(utf8) == (
        "made.csv, line 3: the file ends in the middle of a character, so it was cut off; export "
        "it again"
    )
    assert "line 2: the file ends in the middle of a character" in refusal(utf16)
    assert "the middle of a character" in refusal(utf8, encoding="cp1252")


def test_a_nul_in_an_answer_is_marked_and_told_once_for_each_question() -> None:
    items = read("Name,Topic\nAda,a\0b\nBen,Marking\nCem,\0\0\n")

    assert cells(items) == [["Ada", "a\ufffdb"], ["Ben", "Marking"], ["Cem", "\ufffd\ufffd"]]
    assert unreadable(items) == []
    assert notices(items) == ["mended"]


def test_a_nul_in_a_title_refuses_the_file() -> None:
    assert "line 1: the title of column 2 holds a NUL" in refusal("Name,To\0pic\nAda,x\n")


def test_a_quote_that_is_never_closed_is_named_by_the_line_where_it_opens() -> None:
    assert refusal('Name,Topic\nAda,x\nBen,"a ""b""\nc"\nCem,"never\nclosed\nDee,y\n') == (
        "made.csv, line 5: the quoted cell that begins here is never closed; the file was cut "
        "off, or a quote is missing: export it again"
    )


def test_a_doubled_quote_opens_no_cell() -> None:
    assert "made.csv, line 2: the quoted" in refusal('Name,Topic\n"never\n""closed"" here,x\n')


def test_the_first_of_two_quoted_cells_is_named_when_text_follows_it() -> None:
    assert "line 2: text follows" in refusal('Name,Topic\n"one\ntwo"x,"three"\n')


def test_a_line_end_of_two_characters_is_one_wherever_the_file_is_divided() -> None:
    filler = b"x" * ((1 << 17) - len(b"Name\r\n") - 1)
    content = b"Name\r\n" + filler + b"\r\n" + b"K\xf6ln\r\n"

    assert content.index(b"\r\nK") == (1 << 17) - 1
    assert refusal(content).startswith("made.csv, line 3: this is not UTF-8")


def test_text_behind_a_closing_quote() -> None:
    sentence = refusal('Name,Topic\nAda,"one\ntwo"x\nBen,y\n')

    assert sentence == (
        "made.csv, line 2: text follows the closing quote (line 3) of the quoted cell that begins "
        "here; quotes inside a cell must be doubled"
    )


def test_a_missing_closing_quote_is_named_by_the_line_where_it_opens() -> None:
    assert "made.csv, line 2: text follows" in refusal('Name,Topic\n"Ada,x\n"Ben",y\n')


def test_a_cell_of_ten_megabytes_makes_its_row_unreadable() -> None:
    items = read("Name,Topic\nAda," + "x" * 10_000_000 + "\nBen,y\n")

    why = "the answer to 'Topic' has 10,000,000 characters, more than the 1,000,000 that are taken"
    assert unreadable(items) == [(2, why)]
    assert cells(items) == [["Ben", "y"]]


def test_a_cell_beyond_all_measure_refuses_the_file() -> None:
    sentence = refusal('Name,Topic\nBen,y\nAda,"' + "x" * (33 << 20) + '"\n')

    assert sentence.startswith("made.csv, line 3: a cell of this record has more than 33,554,432")


def test_equal_titles_are_noticed_and_kept_apart() -> None:
    items = read("Goal,Name,Goal\nPlan,Ada,Teach\n")

    assert notices(items) == ["duplicate-title"]
    assert [a.question for a in responses(items)[0].answers] == ["Goal", "Name", "Goal #2"]


def test_equal_titles_are_an_error_where_one_of_them_is_needed() -> None:
    file = "Goal,Name,Goal,Id,Id\nPlan,Ada,Teach,1,2\n"

    assert refusal(file, columns=("Name", "Goal")) == (
        "made.csv, line 1: the title 'Goal' stands over columns 1 and 3; say which one is meant: "
        "'Goal #1' or 'Goal #2'"
    )
    assert "the title 'Id' stands over columns 4 and 5" in refusal(file, keys=("Id",))
    assert responses(read(file, columns=("Goal #2",), keys=("Id #2",)))[0].key == ("2",)
    assert responses(read(file, columns=("Goal #1",), keys=("Id #1",)))[0].key == ("1",)


def test_a_column_that_is_not_there_is_named_with_the_nearest_title() -> None:
    assert refusal("Name,Minutes\nAda,1\n", keys=("minuts",)) == (
        "made.csv, line 1: there is no column 'minuts', which is declared as a key; did you mean "
        "'Minutes'?"
    )
    assert refusal("Name\nAda\n", timestamp="Zeitstempel").endswith("as the time of submission")


def test_a_file_cut_within_a_record() -> None:
    assert refusal("Name,Minutes,Topic\nAda,45,x\nBen,3") == (
        "made.csv, line 3: the file ends within this record, which has 2 of 3 cells and no line "
        "break; it was cut off: export it again"
    )
    assert "line 3: the file ends within" in refusal("A,B,C\n1,2,3\n,")


def test_a_file_that_may_be_cut_within_its_last_cell_says_so() -> None:
    open_end = read("Name,Topic\nAda,x\nBen,Mark")
    closed = read('"Name","Topic"\n"Ada","x"\n"Ben","Mark"')

    assert notices(open_end) == ["incomplete"]
    assert notices(closed) == []
    assert cells(open_end)[1] == ["Ben", "Mark"]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_kind_of_line_end_counts_as_one_line(end: str) -> None:
    items = read(f'Name,Topic{end}Ada,"a{end}b"{end}Ben,x,{end}Cem,y{end}')

    assert cells(items) == [["Ada", f"a{end}b"], ["Cem", "y"]]
    assert [line for line, _ in unreadable(items)] == [4]


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"this is a folder; name the export inside it"):
        Registry().choose(FileSource(tmp_path))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable) as refused:
        Registry().choose(FileSource(tmp_path / "none.csv"))

    assert str(refused.value) == (
        f"{tmp_path / 'none.csv'}: there is no such file; check the name and the folder"
    )


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "private.csv"
    path.write_text("Name\nAda\n")
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o755)
        os.seteuid(65534)

    try:
        with pytest.raises(SourceUnreadable, match="you are not allowed to read this file"):
            Registry().choose(FileSource(path))
    finally:
        if root:
            os.seteuid(0)


def test_what_is_no_ordinary_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)

    with pytest.raises(SourceUnreadable, match="this is not an ordinary file"):
        FileSource(pipe).open()
    with pytest.raises(SourceUnreadable, match="cannot be opened"):
        FileSource(Path("a\0b")).open()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04rest", "an Excel workbook or a zip archive"),
        (b"\xd0\xcf\x11\xe0rest", "an old Excel workbook"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\n<!DOCTYPE html><html>", "a web page, perhaps a log-in page"),
    ],
)
def test_what_is_no_table_at_all_is_named(content: bytes, what: str) -> None:
    assert what in refusal(content)


def test_a_separator_that_cannot_be_told_must_be_declared() -> None:
    file = "Name, first;Age\nDoe, Ada;33\n"

    assert "separated by comma or semicolon; declare it" in refusal(file)
    assert cells(read(file, delimiter=";")) == [["Doe, Ada", "33"]]
    assert "cannot stand between cells" in refusal(file, delimiter=";;")


def test_a_record_that_goes_beyond_the_start_of_the_file_does_not_hide_its_separator() -> None:
    long = "x" * 70_000

    items = read(f"A,B,C;D\n1,{long},3\n4,5,6\n")

    assert cells(items) == [["1", long, "3"], ["4", "5", "6"]]


def test_text_that_looks_like_a_formula_is_kept_as_it_is() -> None:
    items = read('Name,Topic\n"=HYPERLINK(1)","+1"\n-----,@x\n"- a",\tb\n')

    assert cells(items) == [["=HYPERLINK(1)", "+1"], ["-----", "@x"], ["- a", "\tb"]]
