"""The three layouts of Qualtrics tables are told apart by content, and questions by identity."""

import csv
import io
import json
import random

import pytest
from mentorcore.adapters.spec import Options, SourceUnreadable
from qualtrics_made import (
    Made,
    answered,
    fixture,
    messages,
    notices,
    read,
    registry,
    responses,
    said,
    unreadable,
)

from mentorcore_qualtrics.identity import as_identity, import_id, key_of, plain


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def test_a_modern_export_is_read_by_identity_and_not_by_name() -> None:
    items = read(fixture("modern.csv"), values="labels")

    first = answered(responses(items)[0])
    assert first["QID1_TEXT"] == ("Bo Sample",)
    assert first["QID2"] == ("4 - Very well",)
    assert first["QID3/choiceId=1"] == ("Planning, and time",)
    assert first["QID3/choiceId=3"] == ()
    assert first["QID5_14"] == ("Agree",)
    assert first["QID5_2"] == ("-1",)
    assert first["QID10#2_1"] == ("5",)
    assert first["QID9_FIRST_CLICK"] == ("1.204",)
    assert first["1_QID1219003589_TEXT"] == ("Read the plan\nand answer it",)
    assert first["QID2_DO"] == ("4|1|5",)
    assert first["Status"] == ("active",)
    assert first["SC0"] == ("0.961",)
    assert first["recipientEmail"] == ("ada@example.org",)
    assert responses(items)[0].key == ("R_made000000000001",)
    assert responses(items)[0].source == "qualtrics"


def test_what_people_type_is_kept_as_it_is() -> None:
    second = answered(responses(read(fixture("modern.csv")))[1])

    assert second["QID1_TEXT"] == ("- none -",)
    assert second["QID2_5_TEXT"] == ('We only wrote, "no call"',)
    assert second["QID5_14"] == ("-99",)
    assert second["1_QID1219003589_TEXT"] == ("NA",)
    assert second["2_QID1219003589_TEXT"] == ("=1+1",)


def test_questions_have_texts_without_mark_up_and_hints_of_their_kind() -> None:
    form = registry().describe(Made(fixture("modern.csv")), Options(form="meetings"))

    known = {question.key: question for question in form.questions}
    assert form.name == "meetings"
    assert known["QID1_TEXT"].label == "Before you begin: Who did you meet?"
    kinds = {key: known[key].kind for key in ("QID1_TEXT", "QID2", "QID3/choiceId=2", "SC0")}
    assert kinds == {
        "QID1_TEXT": "text", "QID2": "choice", "QID3/choiceId=2": "choices", "SC0": "number",
    }  # fmt: skip
    assert known["QID9_PAGE_SUBMIT"].kind == "timing"
    assert known["QID2_DO"].kind == "order"
    assert known["Q_RelevantIDLastStartDate"].kind == "time"
    assert "ipAddress" not in known


def test_network_addresses_and_positions_are_left_out_unless_named() -> None:
    plainly = answered(responses(read(fixture("modern.csv")))[0])
    named = answered(responses(read(fixture("modern.csv"), columns=("IPAddress",)))[0])

    assert not {"ipAddress", "locationLatitude", "locationLongitude", "startDate"} & plainly.keys()
    assert named["ipAddress"] == ("192.0.2.7",)
    assert "locationLatitude" not in named


def test_a_column_called_by_its_name_is_found_under_that_name() -> None:
    items = read(fixture("modern.csv"), columns=("Q5_1", "How did it go?"))

    labels = {answer.question: answer.label for answer in responses(items)[0].answers}
    assert labels["QID5_14"] == "Q5_1"
    assert labels["QID2"] == "How did it go?"


def test_a_title_over_several_columns_is_refused_with_their_identities() -> None:
    with pytest.raises(SourceUnreadable) as refused:
        read(fixture("modern.csv"), columns=("${lm://Field/1} - What is next?",))

    assert "'1_QID1219003589_TEXT' or '2_QID1219003589_TEXT'" in str(refused.value)


def test_the_order_of_columns_and_of_members_of_an_import_id_changes_nothing() -> None:
    rows = table(fixture("modern.csv"))
    order = list(range(len(rows[0])))
    random.Random(7).shuffle(order)
    moved = [[row[i] for i in order] for row in rows]
    moved[2] = [json.dumps(dict(reversed(json.loads(cell).items()))) for cell in moved[2]]

    assert said(read(written(moved))) == said(read(fixture("modern.csv")))


def test_a_change_of_name_and_text_changes_no_identity() -> None:
    rows = table(fixture("modern.csv"))
    rows[0] = [f"renamed {i}" for i in range(len(rows[0]))]
    rows[1] = ["" for _ in rows[1]]

    assert said(read(written(rows))) == said(read(fixture("modern.csv")))


def test_an_anonymised_export_says_the_same_of_what_it_holds() -> None:
    whole = [answered(r) for r in responses(read(fixture("modern.csv")))[:2]]
    part = [answered(r) for r in responses(read(fixture("anonymised.csv")))]

    assert len(part) == 2
    for less, more in zip(part, whole, strict=True):
        assert less.items() <= more.items()
        assert not {"recipientEmail", "ipAddress"} & less.keys()


def test_the_same_responses_are_the_same_in_the_transitional_and_the_legacy_layout() -> None:
    new = responses(read(fixture("transitional.csv"), zone="Europe/Paris"))
    old = responses(read(fixture("legacy.csv"), zone="Europe/Paris"))

    assert [r.key for r in new] == [r.key for r in old]
    assert [r.submitted_at for r in new] == [r.submitted_at for r in old]
    assert [r.lifecycle for r in new] == [r.lifecycle for r in old]
    pairs = [("QID1_TEXT", "Q1"), ("QID2", "Q2"), ("QID2_-2_TEXT", "Q2_-2_TEXT")]
    pairs += [("QID3_1", "Q3_1"), ("QID10#1_1", "Q10_1_1"), ("cohort", "cohort")]
    pairs += [("RO-BR-FL_5", "DO-BR-FL_5"), ("recipientEmail", "recipientEmail")]
    for one, other in zip(new, old, strict=True):
        assert [answered(one)[a] for a, _ in pairs] == [answered(other)[b] for _, b in pairs]


def test_the_phantom_column_of_the_legacy_layout_is_no_question() -> None:
    items = read(fixture("legacy.csv"), zone="UTC", values="labels")

    assert "(untitled)" not in answered(responses(items)[0])
    assert not unreadable(items)
    assert notices(items) == ["values-labels"]


def test_a_cell_that_no_column_is_for_is_not_dropped() -> None:
    content = fixture("legacy.csv").decode("utf-8-sig")
    first = content.splitlines()[2]
    assert first.endswith(",")

    items = read(content.replace(first, f"{first}one too many"), zone="UTC")

    assert "this row has 22 cells where the header rows have 21" in unreadable(items)[0][1]
    assert len(responses(items)) == 2


def test_an_import_id_is_parsed_and_never_evaluated() -> None:
    assert import_id("{'ImportId': 'QID2-1'}") == {"ImportId": "QID2-1"}
    assert import_id('{"ImportId":"QID2","choiceId":"3"}') is not None
    assert import_id("{'ImportId': __import__('os').getcwd()}") is None
    assert import_id("{'ImportId': 5}") is None
    assert import_id('{"choiceId":"3"}') is None
    assert import_id("{'ImportId': " + "(" * 500 + "}") is None


def test_an_identity_is_the_whole_object_but_for_the_zone_of_the_export() -> None:
    whole = {"point": 1, "ImportId": "QID7", "coord": "x", "timeZone": "UTC"}

    assert key_of(as_identity(whole, transitional=False)) == "QID7/coord=x/point=1"
    assert key_of(as_identity({"ImportId": "QID4--2-TEXT"}, transitional=True)) == "QID4_-2_TEXT"
    assert key_of(as_identity({"ImportId": "panel-Mentor-Id"}, transitional=True)) == "Mentor-Id"


def test_two_columns_of_one_identity_are_kept_apart_with_a_notice() -> None:
    rows = [[*row, row[17]] for row in table(fixture("modern.csv"))]

    items = read(written(rows))

    assert answered(responses(items)[0])["QID1_TEXT #2"] == ("Bo Sample",)
    assert "'QID1_TEXT #2'" in messages(items, "duplicate-identity")[0]


def test_a_column_put_in_by_hand_is_kept_with_a_notice() -> None:
    rows = table(fixture("modern.csv"))
    heads = ["Status", "", ""]
    mixed = [[*row[:5], *(heads[i : i + 1] or ["seen"]), *row[5:]] for i, row in enumerate(rows)]

    items = read(written(mixed))

    first = responses(items)[0]
    assert answered(first)["Status"] == ("active",)
    assert answered(first)["Status #2"] == ("seen",)
    assert first.lifecycle == "complete"
    assert len(messages(items, "unknown-column")) == 1


def test_the_row_numbers_of_pandas_are_left_out() -> None:
    rows = table(fixture("modern.csv"))
    numbered = [[str(i - 1) if i else "", *row] for i, row in enumerate(rows)]

    items = read(written(numbered))

    assert "index-column" in notices(items)
    assert said(items) == said(read(fixture("modern.csv")))


def test_split_choices_are_one_answer_when_that_is_declared() -> None:
    items = read(fixture("modern.csv"), values="labels", more={"multi_select": "joined"})

    first, second = responses(items)[:2]
    assert answered(first)["QID3"] == ("Planning, and time", "Feedback")
    assert answered(second)["QID3"] == ("Visits",)
    assert "QID3/choiceId=1" not in answered(first)
    labels = {answer.question: answer.label for answer in first.answers}
    assert labels["QID3"] == "What did you talk about?"
    with pytest.raises(SourceUnreadable, match="does not say which choice"):
        read(fixture("codes.csv"), more={"multi_select": "joined"})


@pytest.mark.parametrize("title", ["QID3", "What did you talk about?"])
def test_split_choices_are_one_answer_where_a_mapping_names_the_question(title: str) -> None:
    items = read(fixture("modern.csv"), values="labels", columns=(title, "QID1_TEXT"))

    first = responses(items)[0]
    assert answered(first)["QID3"] == ("Planning, and time", "Feedback")
    assert answered(first)["QID1_TEXT"] == ("Bo Sample",)
    apart = read(fixture("modern.csv"), columns=(title,), more={"multi_select": "split"})
    assert "QID3" not in answered(responses(apart)[0])
    with pytest.raises(SourceUnreadable, match="does not say which choice"):
        read(fixture("codes.csv"), columns=(title,))


def test_the_column_of_one_choice_stays_one_where_a_mapping_names_it() -> None:
    items = read(fixture("modern.csv"), columns=("QID3/choiceId=1",))

    assert answered(responses(items)[0])["QID3/choiceId=1"] == ("Planning, and time",)


def test_a_label_export_and_a_code_export_are_told_apart() -> None:
    assert "as labels" in messages(read(fixture("modern.csv")), "value-mode")[0]
    assert "as codes" in messages(read(fixture("codes.csv")), "value-mode")[0]
    assert not messages(read(fixture("codes.csv"), values="codes"), "value-mode")
    with pytest.raises(SourceUnreadable, match="writes choices as codes, and labels are declared"):
        read(fixture("codes.csv"), values="labels")
    with pytest.raises(SourceUnreadable, match="writes choices as labels, and codes are declared"):
        read(fixture("modern.csv"), values="codes")


def test_both_kinds_of_export_agree_on_everything_but_choices() -> None:
    labels, codes = read(fixture("modern.csv")), read(fixture("codes.csv"))

    assert [r.key for r in responses(labels)] == [r.key for r in responses(codes)]
    assert [r.lifecycle for r in responses(labels)] == [r.lifecycle for r in responses(codes)]


def test_a_text_loses_its_mark_up_but_not_its_comparisons() -> None:
    assert plain("<b>a</b>&nbsp;&lt; b<br/>\n c < d <style>p {}</style>") == "a < b c < d"


def test_a_utf_16_export_with_tabs_is_read_like_the_csv() -> None:
    tabs = written(table(fixture("modern.csv")), "\t")

    assert said(read(tabs.encode("utf-16"))) == said(read(fixture("modern.csv")))


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_that_lost_its_mark_is_ours_and_asks_for_its_encoding(order: str) -> None:
    content = fixture("modern.csv").decode().encode(f"utf-16-{order}")

    with pytest.raises(SourceUnreadable, match=f'declare encoding = "utf-16-{order}"'):
        read(content)
    assert len(responses(read(content, encoding=f"utf-16-{order}", fold=0))) == 13


def test_a_row_of_empty_cells_above_the_header_rows_is_passed_over() -> None:
    content = b",,,\r\n\r\n" + fixture("modern.csv")

    assert said(read(content)) == said(read(fixture("modern.csv")))


def test_the_row_numbers_of_pandas_are_no_question() -> None:
    rows = table(fixture("anonymised.csv"))
    numbered = [[str(n - 1), *row] for n, row in enumerate(rows)]
    for title in ("", "Unnamed: 0"):
        numbered[0][0] = title

        items = read(written(numbered))

        assert said(items) == said(read(written(rows)))
        assert "index-column" in notices(items)


def test_columns_with_one_identity_keep_it_when_they_are_moved_about() -> None:
    rows = table(fixture("anonymised.csv"))
    places = [rows[0].index(name) for name in ("Q3_1", "Q3_2")]
    for place in places:
        rows[2][place] = '{"ImportId":"QID3"}'
    moved = [[row[i] for i in reversed(range(len(row)))] for row in rows]

    items = read(written(rows))

    assert answered(responses(items)[0])["QID3 #2"] == ("Feedback",)
    assert said(read(written(moved))) == said(items)
    assert (
        "that with the name 'Q3_2' is kept as 'QID3 #2'" in messages(items, "duplicate-identity")[0]
    )


def test_header_rows_longer_than_what_is_looked_at_are_recognised_by_their_names() -> None:
    rows = table(fixture("anonymised.csv"))
    wide = [
        [*row, *(f"{text} {n}" for n in range(900))]
        for row, text in zip(rows[:2], ("more", "a text that is rather long " * 5), strict=True)
    ]
    third = [*rows[2], *(f'{{"ImportId":"more{n}"}}' for n in range(900))]
    content = written([*wide, third, *([*row, *[""] * 900] for row in rows[3:])])

    assert len(responses(read(content))) == 2


def test_columns_of_labels_stand_for_those_of_codes_when_labels_are_declared() -> None:
    rows = table(fixture("codes.csv"))
    place = rows[2].index('{"ImportId":"QID2"}')
    for row, text in zip(
        rows, ["Q2", "How?", '{"ImportId":"QID2","isLabelsColumn":true}'], strict=False
    ):
        row.insert(place + 1, text)
    for row in rows[3:]:
        row.insert(place + 1, f"Label {row[place]}")
    both = written(rows)

    labels, codes = (read(both, values=values) for values in ("labels", "codes"))

    assert answered(responses(labels)[0])["QID2"] == ("Label 4",)
    assert "QID2/isLabelsColumn=true" not in answered(responses(labels)[0])
    assert answered(responses(codes)[0])["QID2"] == ("4",)
    assert answered(responses(codes)[0])["QID2/isLabelsColumn=true"] == ("Label 4",)
    assert "values-labels" in notices(labels)
    with pytest.raises(SourceUnreadable, match="choices as codes, and labels are declared"):
        read(fixture("codes.csv"), values="labels")
