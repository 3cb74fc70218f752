"""A damaged, cut or hostile file is refused in words, and nothing of it is imported."""

import csv
import io
import zipfile

import pytest
from mentorcore.adapters.spec import Confidence, Item, Options, SourceUnreadable
from qualtrics_made import (
    CAP,
    Made,
    fixture,
    forced,
    notices,
    read,
    registry,
    responses,
    said,
    unreadable,
    zipped,
)

from mentorcore_qualtrics import Qualtrics


def rows(name: str = "modern.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO(fixture(name).decode("utf-8-sig"), newline="")))


def written(content: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(content)
    return text.getvalue()


def refusal(content: bytes | str, **declared: object) -> str:
    with pytest.raises(SourceUnreadable) as refused:
        read(content, **declared)
    return str(refused.value)


def test_each_lost_header_row_has_an_error_of_its_own() -> None:
    modern = rows()

    lost = {
        "names": refusal(written(modern[1:])),
        "texts": refusal(written([modern[0], *modern[2:]])),
        "names and texts": refusal(written(modern[2:])),
        "ids": refusal(written([*modern[:2], *modern[3:]])),
        "texts and ids": refusal(written([modern[0], *modern[3:]])),
        "cut": refusal(written(modern[:2])),
    }

    assert "one of the two rows above the ImportIds is lost" in lost["names"]
    assert "one of the two rows above the ImportIds is lost" in lost["texts"]
    assert "the rows with the names and texts of the questions are lost" in lost["names and texts"]
    assert "the third header row, with the ImportIds, is lost" in lost["ids"]
    assert 'read it as a plain table with adapter = "csv"' in lost["texts and ids"]
    assert "the file ends within its header rows" in lost["cut"]


def test_lost_rows_of_the_older_layouts_are_told_apart_too() -> None:
    legacy, between = rows("legacy.csv"), rows("transitional.csv")

    without_names = refusal(written(legacy[1:]))
    with pytest.raises(SourceUnreadable) as without_texts:
        forced(written([legacy[0], *legacy[2:]]))
    without_ids = refusal(written([*between[:2], *between[3:]]))

    assert "V1, V2, ... above this one" in without_names
    assert "the second header row, with ResponseID in it" in str(without_texts.value)
    assert "a header row is lost" in without_ids


def test_a_damaged_import_id_is_not_taken_for_a_column_put_in_by_hand() -> None:
    content = fixture("modern.csv").decode().replace('""QID2""}"', '""QID2""')

    with pytest.raises(SourceUnreadable, match=r"ImportId|quote"):
        read(content)
    assert "is damaged" in refusal(
        written(
            [
                r if i != 2 else [c.replace('"QID2"}', '"QI') for c in r]
                for i, r in enumerate(rows())
            ]
        )
    )


def test_an_export_without_responses_is_read_with_a_notice() -> None:
    items = read(written(rows()[:3]))

    assert not responses(items)
    assert "no-responses" in notices(items)


def test_ids_are_needed_or_other_keys_declared() -> None:
    content = written([[*row[:8], *row[9:]] for row in rows()])

    assert "no column holds the responses' ids" in refusal(content)
    items = read(content, keys=("recipientEmail", "StartDate"))
    assert responses(items)[0].key == ("ada@example.org", "2026-03-02 09:58:00")


def test_rows_that_do_not_fit_are_put_aside_with_their_place() -> None:
    modern = rows()
    modern[4] = modern[4][:20]
    modern[5] = [*modern[5], "too many"]
    modern[6][8] = " "
    modern.append(["Total", "#ERROR!"])

    items = read(written(modern))

    whys = [why for _, why in unreadable(items)]
    assert "this row has 20 cells where the header rows have 38" in whys[0]
    assert "this row has 39 cells" in whys[1]
    assert whys[2] == "the id of the response is empty"
    assert "this row has 2 cells" in whys[-1]
    assert len(responses(items)) == 9


@pytest.mark.parametrize("name", ["anonymised.csv", "transitional.csv", "legacy.csv"])
def test_a_file_cut_anywhere_is_an_error_or_marked_or_ends_with_a_whole_record(name: str) -> None:
    whole = fixture(name)
    expected = said(read(whole, zone="UTC"))

    for cut in range(len(whole)):
        outcome = attempt(whole[:cut])
        if outcome is None:
            continue
        got = said(outcome)
        assert got == expected[: len(got)] or "incomplete" in notices(outcome), cut
        if len(got) < len(expected):
            ends_whole = whole[:cut].endswith(b"\n")
            assert ends_whole or "incomplete" in notices(outcome), cut


def attempt(content: bytes) -> list[Item] | None:
    try:
        return forced(content, zone="UTC")
    except SourceUnreadable:
        return None


@pytest.mark.parametrize("name", ["responses.json", "responses.ndjson"])
def test_json_cut_anywhere_is_an_error_or_marked_or_ends_with_a_whole_record(name: str) -> None:
    whole = fixture(name)
    expected = said(read(whole))

    for cut in range(len(whole)):
        outcome = attempt(whole[:cut])
        if outcome is not None:
            got = said(outcome)
            assert got == expected[: len(got)]
            ends_whole = whole[:cut].endswith(b"\n")
            assert got == expected or ends_whole or "incomplete" in notices(outcome), cut


@pytest.mark.parametrize("name", ["modern.csv", "responses.json", "responses.ndjson"])
def test_an_export_in_an_archive_is_read_as_it_is(name: str) -> None:
    packed = zipped(("Meetings? of: mentors... (2026).csv", fixture(name)))

    assert said(read(packed)) == said(read(fixture(name)))
    assert "incomplete" not in notices(read(zipped(("a.csv", fixture(name).rstrip()))))


def test_an_archive_cut_anywhere_gives_nothing() -> None:
    packed = zipped(("meetings.csv", fixture("anonymised.csv")))

    for cut in range(len(packed)):
        with pytest.raises(SourceUnreadable):
            forced(packed[:cut])


def test_a_flipped_byte_in_an_archive_gives_nothing_or_the_same() -> None:
    packed = zipped(("meetings.csv", fixture("anonymised.csv")))
    expected = said(read(packed))
    refused = 0

    for place in range(len(packed)):
        flipped = bytearray(packed)
        flipped[place] ^= 0x10
        given: list[Item] = []
        source = Made(bytes(flipped))
        try:
            given.extend(registry().read(source, Options(), name="qualtrics"))
        except SourceUnreadable:
            refused += 1
            assert not responses(given), place
        else:
            assert said(given) == expected, place

    assert refused > len(packed) * 0.8


def test_a_bomb_is_stopped_by_what_is_read_and_not_by_what_is_promised() -> None:
    rows_ = fixture("anonymised.csv")
    last = rows_.splitlines(keepends=True)[-1]
    packed = bytearray(zipped(("meetings.csv", rows_ + last * (CAP // len(last)))))
    promised = packed.rindex(b"PK\x01\x02") + 24
    packed[promised : promised + 4] = (1000).to_bytes(4, "little")

    assert len(packed) < CAP / 50
    with pytest.raises(SourceUnreadable):
        forced(bytes(packed))
    with pytest.raises(SourceUnreadable, match="comes to more than"):
        forced(zipped(("meetings.csv", rows_ + last * (CAP // len(last)))))


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ([("a.csv", b"x"), ("b.csv", b"y")], "holds 2 members"),
        ([], "holds 0 members"),
        ([("../../etc/passwd.csv", b"x")], "named with a path"),
        ([("/tmp/a.csv", b"x")], "named with a path"),
        ([("..\\a.csv", b"x")], "named with a path"),
        ([("folder/", b"")], "named with a path"),
        ([("a.zip", zipped(("b.csv", b"x")))], "holds another one"),
    ],
)
def test_an_archive_that_is_no_export_is_refused(
    members: list[tuple[str, bytes]], why: str
) -> None:
    with pytest.raises(SourceUnreadable, match=why):
        forced(zipped(*members))


def test_an_encrypted_or_oddly_packed_archive_is_refused() -> None:
    encrypted = bytearray(zipped(("meetings.csv", fixture("anonymised.csv"))))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(mark) + offset] |= 1
    odd = zipped(("meetings.csv", fixture("anonymised.csv")), method=zipfile.ZIP_BZIP2)

    for packed, why in ((bytes(encrypted), "is encrypted"), (odd, "packed in an unusual way")):
        with pytest.raises(SourceUnreadable, match=why):
            forced(packed)


def test_hostile_text_in_an_archive_is_refused_as_in_a_file() -> None:
    cut = fixture("anonymised.csv")[:-200]

    assert "was cut off" in refusal(zipped(("meetings.csv", cut)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"responseId": "R_1", "values": {}', "not whole JSON"),
        ('{"responseId": "R_1", "values": {}, "labels": {}}\n{"responseId"\n', "not whole JSON"),
        ("[" * 100_000, "not whole JSON|RecursionError"),
        ('{"responses": {"values": 1, "responseId": 1}}', "holds no responses"),
        (b'{"responseId": "R_1", "values": {"a": "\xff"}}', "not UTF-8"),
        ("\n \n", "nothing"),
    ],
)
def test_damaged_json_is_refused(content: str | bytes, why: str) -> None:
    with pytest.raises(SourceUnreadable, match=why):
        forced(content)


def test_an_object_that_is_no_response_is_put_aside() -> None:
    items = forced(
        '{"responses": [1, {"values": 3}, {"values": {"QID1": 1}}, '
        '{"responseId": "R_1", "values": {"endDate": "yesterday"}}, '
        '{"responseId": "R_2", "values": {"endDate": "2026-01-01T00:00:00Z", "QID1": {"a": 1}}}]}'
    )

    assert [why for _, why in unreadable(items)] == [
        "this is no response: it holds no values",
        "this is no response: it holds no values",
        "the id of the response is missing",
        "the time of submission: 'yesterday' is not a time in a form that is known here",
    ]
    assert responses(items)[0].answers[0].raw == ('{"a": "1"}',)


PLAIN = [
    "Timestamp,Name\n2026/03/01 1:00:00 PM GMT+1,Bo\n",
    "Name,Status,Score\nBo,active,1\n",
    "StartDate,EndDate,Name\n2026-01-01,2026-01-02,Bo\n",
    "V1,V2,V3\n1,2,3\n4,5,6\n",
    '{"responses": [{"responseId": "ACYD", "answers": {"5d9f9786": {"questionId": "5d9f9786"}}}]}',
    '{"formId": "1", "items": []}',
    '{"values": [1], "labels": ["a"]}',
    "ImportId,Name\nQID1,Bo\n",
    "{}",
    "",
    "\0\0\0",
]


@pytest.mark.parametrize("content", PLAIN)
def test_what_others_wrote_is_never_claimed(content: str) -> None:
    adapter = Qualtrics()

    assert adapter.sniff(content.encode(), "responses.csv") is Confidence.NO
    assert adapter.sniff(zipped(("responses.csv", content.encode())), "r.zip") in {
        Confidence.NO,
        Confidence.POSSIBLE if not content else Confidence.NO,
    }


def test_a_workbook_is_never_claimed() -> None:
    book = zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"))

    assert Qualtrics().sniff(book, "qualtrics.xlsx") is Confidence.NO


@pytest.mark.parametrize(
    "name",
    [
        "modern.csv", "anonymised.csv", "codes.csv", "excel.csv", "transitional.csv", "legacy.csv",
        "responses.json", "responses.ndjson", "survey.qsf",
    ],
)  # fmt: skip
def test_every_export_is_recognised_whatever_it_is_called(name: str) -> None:
    content = fixture(name)

    assert Qualtrics().sniff(content, "x") is Confidence.CERTAIN
    assert Qualtrics().sniff(zipped(("x", content)), "x.zip") is Confidence.CERTAIN


def test_header_rows_longer_than_what_is_looked_at_leave_it_likely() -> None:
    modern = rows()
    modern[1][20] = "word " * 20_000

    assert Qualtrics().sniff(written(modern).encode()[: 1 << 16], "x") is Confidence.LIKELY
    assert len(responses(read(written(modern)))) == 12


def test_no_stream_is_left_open_and_no_global_limit_is_moved() -> None:
    before = csv.field_size_limit()
    source = Made(zipped(("a.csv", fixture("modern.csv"))))

    list(Qualtrics().read(source, Options()))

    assert all(stream.closed for stream in source.streams)
    assert csv.field_size_limit() == before


def test_a_wrong_word_under_more_is_refused() -> None:
    assert 'it is "split" or "joined"' in refusal(
        fixture("modern.csv"), more={"multi_select": "merged"}
    )


def test_a_header_or_an_id_with_broken_characters_is_refused_in_words() -> None:
    nul = fixture("modern.csv").decode().replace("Who did you meet?", "Who did \0 you meet?")
    half = fixture("modern.csv").decode().replace('""QID2""', '""QID2\\ud800""')

    assert "holds a NUL character" in refusal(nul)
    assert "is damaged" in refusal(half)
    items = forced(
        '{"responseId": "R_1", "values": {"QID\\u0000": 1}}\n'
        '{"responseId": "R_2", "values": {"QID\\ud800": 1}}\n'
        '{"responseId": "R_3", "values": {"QID1_TEXT": "half \\ud800"}}\n'
        '{"responseId": "R_4", "values": {"QID1_TEXT": "whole"}}\n'
    )
    assert [r.key for r in responses(items)] == [("R_3",), ("R_4",)]
    assert len(unreadable(items)) == 2


def test_the_line_that_excel_puts_first_is_seen_through() -> None:
    assert said(read(b"sep=;\r\n" + fixture("excel.csv"))) == said(read(fixture("excel.csv")))


def test_columns_of_the_legacy_layout_may_move() -> None:
    moved = written([[*row[10:21], *row[:10]] for row in rows("legacy.csv")])

    assert said(read(moved, zone="UTC")) == said(read(fixture("legacy.csv"), zone="UTC"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped(), "holds 0 members"),
        (zipped(("a.csv", b"x"), method=zipfile.ZIP_BZIP2), "packed in an unusual way"),
        (zipped(("a.csv", b"")), "the file is empty"),
    ],
)
def test_an_archive_that_cannot_be_looked_into_is_refused_in_its_own_words(
    content: bytes, why: str
) -> None:
    with pytest.raises(SourceUnreadable, match=why):
        list(registry().read(Made(content, "made.zip"), Options()))
