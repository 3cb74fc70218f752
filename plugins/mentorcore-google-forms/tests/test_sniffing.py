"""Adapters claim what is theirs, with as much certainty as the content gives, and nothing else."""

import pytest
from made import FILES, Made, fixture, registry, zipped
from mentorcore.adapters.spec import Confidence

from mentorcore_google_forms import GoogleForms, GoogleFormsCsv

QUALTRICS = {
    "modern": 'StartDate,Q1\nStart Date,"How, then?"\n"{""ImportId"":""startDate"",""timeZone"":""UTC""}","{""ImportId"":""QID1""}"\n2026-01-02 10:00:00,4\n',
    "transitional": "Timestamp,Q1\n{'ImportId': 'ts'},{'ImportId': 'QID1'}\n2026/01/02 1:00:00 PM CET,4\n2026/01/02 1:00:00 PM CET,4\n",
    "legacy": "V1,V2,V3\nResponseID,ResponseSet,Name\nR_1,Default,Pat\n",
}


@pytest.mark.parametrize(
    ("name", "sure"),
    [
        ("form_de.csv", Confidence.CERTAIN),
        ("form_tr.csv", Confidence.CERTAIN),
        ("form_es.csv", Confidence.CERTAIN),
        ("form_bom.csv", Confidence.CERTAIN),
        ("form_quiz.csv", Confidence.CERTAIN),
        ("pandas.csv", Confidence.CERTAIN),
        ("sheet_de.csv", Confidence.LIKELY),
        ("sheet_it.csv", Confidence.LIKELY),
        ("sheet_es_quiz.csv", Confidence.LIKELY),
        ("sheet_footer.csv", Confidence.LIKELY),
        ("script.csv", Confidence.LIKELY),
        ("time_lost.csv", Confidence.LIKELY),
        ("header_only.csv", Confidence.LIKELY),
        ("plain.csv", Confidence.NO),
        ("header_lost.csv", Confidence.NO),
        ("responses_list.json", Confidence.NO),
    ],
)
def test_a_table_is_claimed_as_far_as_its_content_tells(name, sure) -> None:
    assert GoogleFormsCsv().sniff((FILES / name).read_bytes(), "x.csv") == sure


@pytest.mark.parametrize("layout", QUALTRICS)
def test_the_layouts_of_qualtrics_are_not_claimed(layout) -> None:
    assert GoogleFormsCsv().sniff(QUALTRICS[layout].encode(), "x.csv") == Confidence.NO


@pytest.mark.parametrize(
    "content",
    [
        "Timestamp,Name\n2026-01-02 10:00:00,Oda\n",
        "Timestamp,value\n1767348000,4\n",
        "timestamp,x\n",
        "id,Timestamp\n7,30.01.2026 13:00:00\n",
        "Name,Goal\nPat,Listen\n",
        '"a\nb',
        "\0\1\2",
        "",
    ],
)
def test_other_tables_are_not_claimed(content) -> None:
    assert GoogleFormsCsv().sniff(content.encode(), "Timestamp.csv") == Confidence.NO


def test_a_few_stamps_among_other_texts_claim_nothing() -> None:
    content = "Timestamp,x\n2026/01/02 1:00:00 PM CET,1\nsoon,2\nlater,3\n"

    assert GoogleFormsCsv().sniff(content.encode(), "") == Confidence.NO


def test_a_moved_column_with_the_forms_own_times_is_likely() -> None:
    content = "id,Timestamp\n7,2026/01/02 1:00:00 PM CET\n"

    assert GoogleFormsCsv().sniff(content.encode(), "") == Confidence.LIKELY


@pytest.mark.parametrize(
    "content",
    [
        "Wie geht es?,Zeitstempel\n7,30.01.2026 13:00:00\n",
        "How are you?,Timestamp\n7,30.01.2026 13:00:00\n",
        "How are you?,Timestamp\n7,1/30/2026 13:00:00\nfine,1/31/2026 9:00:00\n",
    ],
)
def test_a_moved_column_with_the_times_of_a_sheet_beside_questions_is_likely(content) -> None:
    assert GoogleFormsCsv().sniff(content.encode(), "") == Confidence.LIKELY


def test_a_download_in_an_unknown_language_is_likely() -> None:
    content = (
        '"Ajaline märk","Hei"\n"2026/01/02 1:00:00 PM CET","a"\n"2026/01/02 1:00:00 PM CET","b"'
    )

    assert GoogleFormsCsv().sniff(content.encode(), "") == Confidence.LIKELY


def test_a_head_cut_in_a_character_or_a_cell_still_tells() -> None:
    head = fixture("form_tr.csv").content

    for end in range(head.index(b"\n", head.index(b"\n") + 1), len(head)):
        assert GoogleFormsCsv().sniff(head[:end], "") == Confidence.CERTAIN


def test_a_table_saved_as_utf_16_is_recognised() -> None:
    content = fixture("form_de.csv").content.decode().encode("utf-16")

    assert GoogleFormsCsv().sniff(content, "") == Confidence.CERTAIN


def test_an_archived_table_is_recognised_by_what_is_in_it() -> None:
    form, plain = fixture("form_de.csv").content, fixture("plain.csv").content

    assert GoogleFormsCsv().sniff(zipped(("Form.csv", form)), "") == Confidence.CERTAIN
    assert GoogleFormsCsv().sniff(zipped(("Form.csv", plain)), "") == Confidence.NO
    assert GoogleFormsCsv().sniff(zipped(("[Content_Types].xml", form)), "") == Confidence.NO
    assert GoogleFormsCsv().sniff(b"PK\x03\x04", "") == Confidence.NO


@pytest.mark.parametrize(
    ("content", "sure"),
    [
        ((FILES / "responses_list.json").read_text(), Confidence.CERTAIN),
        ((FILES / "form_get.json").read_text(), Confidence.LIKELY),
        (
            '{"responseId": "R_1", "values": {"QID1": 2}, "labels": {}, "displayedFields": []}',
            Confidence.NO,
        ),
        ('{"responses": [{"responseId": "R_1", "values": {}, "labels": {}}]}', Confidence.NO),
        ("{}", Confidence.NO),
        ("Name,Goal\n", Confidence.NO),
    ],
)
def test_answers_of_the_api_are_known_by_their_keys(content, sure) -> None:
    assert GoogleForms().sniff(content.encode(), "x.json") == sure


@pytest.mark.parametrize(
    ("name", "adapter"),
    [
        ("form_de.csv", "google-forms-csv"),
        ("sheet_de.csv", "google-forms-csv"),
        ("header_only.csv", "google-forms-csv"),
        ("plain.csv", "csv"),
        ("responses_list.json", "google-forms"),
        ("form_get.json", "google-forms"),
    ],
)
def test_no_fixture_is_a_tie(name, adapter) -> None:
    assert registry().choose(Made((FILES / name).read_bytes(), name)).name == adapter
