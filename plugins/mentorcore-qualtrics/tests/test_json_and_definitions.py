"""JSON, NDJSON and survey definitions say more than tables do, and it is all kept apart."""

import json
from datetime import UTC, datetime

import pytest
from mentorcore.adapters.spec import DateProblem, Options, SourceUnreadable, parse_instant
from qualtrics_made import Made, answered, fixture, messages, read, registry, responses, said

from mentorcore_qualtrics.times import Clock


def test_json_and_ndjson_say_the_same() -> None:
    one, other = read(fixture("responses.json")), read(fixture("responses.ndjson"))

    assert said(one) == said(other)
    assert [r.lifecycle for r in responses(one)] == ["complete", "preview", "auto-closed"]
    assert responses(one)[0].submitted_at == datetime(2026, 3, 2, 17, 0, 5, tzinfo=UTC)
    assert [r.where.line for r in responses(other)] == [1, 2, 3]


def test_numbers_and_lists_keep_the_text_in_which_they_came() -> None:
    content = fixture("responses.ndjson").decode().replace('"SC0": 0.5', '"SC0": 0.50')

    first = answered(responses(read(content))[0])

    assert first["QID2"] == ("4",)
    assert first["QID3"] == ("1", "2")
    assert first["SC0"] == ("0.50",)
    assert first["QID3_DO"] == ("2", "1", "3")


def test_labels_are_taken_when_they_are_declared() -> None:
    first = answered(responses(read(fixture("responses.ndjson"), values="labels"))[0])

    assert first["QID2"] == ("4 - Very well",)
    assert first["QID3"] == ("Planning, and time", "Feedback")
    assert first["QID1_TEXT"] == ("Bo Sample",)
    assert messages(read(fixture("responses.ndjson")), "value-mode")
    assert not messages(read(fixture("responses.ndjson"), values="codes"), "value-mode")


def test_shown_and_skipped_is_not_the_same_as_never_shown() -> None:
    first, second, _ = (answered(r) for r in responses(read(fixture("responses.json"))))

    assert first["QID5_14"] == ()
    assert "QID5_14" not in second
    assert "QID1_TEXT" not in second


def test_the_id_is_found_where_either_place_holds_it() -> None:
    content = (
        fixture("responses.ndjson").decode().replace('"responseId": "R_json00000000001", ', "")
    )

    assert [r.key for r in responses(read(content))] == [
        ("R_json00000000001",), ("R_json00000000002",), ("R_json00000000003",),
    ]  # fmt: skip


def test_the_order_of_keys_changes_nothing() -> None:
    turned = [
        json.dumps(dict(reversed(json.loads(line).items())))
        for line in fixture("responses.ndjson").decode().splitlines()
    ]

    assert said(read("\n".join(turned) + "\n")) == said(read(fixture("responses.ndjson")))


def test_one_response_over_many_lines_is_read() -> None:
    first = json.loads(fixture("responses.ndjson").splitlines()[0])

    assert len(responses(read(json.dumps(first, indent=2) + "\n"))) == 1


def test_metadata_is_given_out_by_name_only() -> None:
    plainly = answered(responses(read(fixture("responses.json")))[0])
    named = answered(responses(read(fixture("responses.json"), columns=("StartDate",)))[0])

    assert "startDate" not in plainly
    assert named["startDate"] == ("2026-03-02T16:58:00Z",)


def test_a_time_of_submission_that_no_response_holds_is_refused() -> None:
    with pytest.raises(SourceUnreadable, match="no response holds 'enddate'"):
        read(fixture("responses.json"), timestamp="enddate")
    recorded = responses(read(fixture("responses.json"), timestamp="RecordedDate"))[0]
    assert recorded.submitted_raw == "2026-03-02T17:00:05.123Z"


def test_a_retake_is_linked_in_json_too() -> None:
    items = read(fixture("responses.ndjson"))

    assert "R_json00000000099" in messages(items, "retake")[0]
    assert [r.replaces for r in responses(items)] == [(), (), ("R_json00000000099",)]


def test_a_definition_tells_kinds_choices_and_codes() -> None:
    source = Made(fixture("survey.qsf"), "survey.qsf")
    labels = {q.key: q for q in registry().describe(source, Options()).questions}
    codes = {q.key: q for q in registry().describe(source, Options(values="codes")).questions}

    assert registry().describe(source, Options()).name == "Meetings of mentors"
    assert labels["QID2"].choices == ("4 - Very well", "1 - Badly", "Other")
    assert codes["QID2"].choices == ("40", "10", "-1")
    assert codes["QID3"].choices == ("1", "2", "3")
    assert labels["QID2_5_TEXT"].label == "How did it go? - Other - Text"
    assert labels["QID1_TEXT"].label == "Who did you meet?"
    assert labels["QID5_14"].choices == ("Disagree", "Agree")
    kinds = ["QID1_TEXT", "QID2", "QID3", "QID4", "QID6_1_2", "QID7_11", "QID9_CLICK_COUNT"]
    assert [labels[key].kind for key in kinds] == [
        "text", "choice", "choices", "number", "text", "number", "timing",
    ]  # fmt: skip
    assert labels["QID10#2_1"].label == "Before and after - After - Confidence"
    assert labels["QID11"].kind == "display"


def test_the_identities_of_a_definition_are_those_of_an_export() -> None:
    defined = registry().describe(Made(fixture("survey.qsf")), Options()).questions
    exported = registry().describe(Made(fixture("modern.csv")), Options()).questions

    ids = {question.key for question in exported}
    assert {"QID1_TEXT", "QID2", "QID2_5_TEXT", "QID5_14", "QID10#1_1"} <= ids
    assert {"QID1_TEXT", "QID2", "QID2_5_TEXT", "QID5_14", "QID10#1_1"} <= {q.key for q in defined}


def test_a_definition_with_an_odd_part_tells_the_rest() -> None:
    definition = json.loads(fixture("survey.qsf"))
    (side_by_side,) = (
        element["Payload"]
        for element in definition["SurveyElements"]
        if element["Element"] == "SQ" and element["Payload"]["QuestionType"] == "SBS"
    )
    side_by_side["AdditionalQuestions"]["1"] = None

    told = registry().describe(Made(json.dumps(definition)), Options())

    keys = {question.key for question in told.questions}
    assert "QID2" in keys
    assert not any("#1_" in key for key in keys)
    assert any("#2_" in key for key in keys)


def test_a_definition_holds_no_responses() -> None:
    with pytest.raises(SourceUnreadable, match="the definition of a survey and holds no responses"):
        read(fixture("survey.qsf"))


def test_every_cut_of_a_definition_is_refused() -> None:
    whole = fixture("survey.qsf").rstrip()

    for cut in range(1, len(whole), 7):
        with pytest.raises(SourceUnreadable):
            registry().describe(Made(whole[:cut]), Options(), name="qualtrics")


def test_json_is_described_by_what_was_shown_and_answered() -> None:
    form = registry().describe(Made(fixture("responses.ndjson")), Options())

    kinds = {question.key: question.kind for question in form.questions}
    assert kinds["QID2"] == "choice"
    assert kinds["QID3"] == "choices"
    assert kinds["QID5_14"] == "number"
    assert kinds["QID3_DO"] == "order"
    assert "endDate" not in kinds


def line(values: str, labels: str = "{}") -> str:
    """An object between two others, on a line of its own."""
    other = '{"responseId": "R_0", "values": {"endDate": "2026-03-02T17:00:05Z"}, "labels": {}}'
    one = f'"values": {{"endDate": "2026-03-02T17:00:05Z", {values}}}, "labels": {labels}'
    return f'{other}\n{{"responseId": "R_1", {one}}}\n{other}\n'


@pytest.mark.parametrize("odd", ["", ', "QID9": NaN'])
def test_every_line_says_the_same_whichever_reader_takes_it(odd: str) -> None:
    values = (
        '"QID1": 1, "QID2": 123456789012345678901234567890, "QID3": 1e3, "QID4": 0.10, '
        '"QID5": true, "QID6": {"b": 2, "a": [1.50, null]}, "QID7": null, "QID8": [1, "2", ["x"]]'
    )

    told = answered(responses(read(line(values + odd)))[1])

    assert told["QID1"] == ("1",)
    assert told["QID2"] == ("123456789012345678901234567890",)
    assert told["QID3"] == ("1e3",)
    assert told["QID4"] == ("0.10",)
    assert told["QID5"] == ("true",)
    assert told["QID6"] == ('{"a": ["1.50", null], "b": "2"}',)
    assert told["QID7"] == ()
    assert told["QID8"] == ("1", "2", "x")


def test_an_answer_that_came_before_is_not_taken_for_another_that_python_calls_equal() -> None:
    content = line('"QID1": 1') + line('"QID1": true') + line('"QID1": "1"') + line('"QID1": 0')

    told = [answered(r).get("QID1") for r in responses(read(content))]

    assert [raw for raw in told if raw] == [("1",), ("true",), ("1",), ("0",)]


def test_a_status_that_only_a_label_says_is_a_status() -> None:
    items = read(line('"QID1": 1', '{"status": "Survey Preview"}'))

    assert responses(items)[1].lifecycle == "preview"


def test_an_export_that_says_no_status_is_told() -> None:
    assert messages(read(line('"QID1": 1')), "no-status")
    assert not messages(read(line('"status": 0')), "no-status")


def test_a_time_with_a_z_is_read_as_every_time_is() -> None:
    clock = Clock.of(None, Options())
    for text in ("2026-03-02T17:00:05Z", "2026-03-02T17:00:05.123Z"):
        assert clock.instant(text) == tuple(parse_instant(text, None, None))
    with pytest.raises(DateProblem):
        clock.instant("2026-03-02T27:00:05Z")


def test_a_question_that_was_of_another_kind_is_told_and_its_answers_are_kept() -> None:
    content = line('"QID2": 4, "QID3": ["1"]') + line('"QID2": ["4", "5"], "QID3": ["2"]')

    wrapped = json.dumps({"responses": [json.loads(one) for one in content.splitlines()]})
    for values, export in (("codes", content), ("labels", content), ("codes", wrapped)):
        items = read(export, values=values)

        (said_of_it,) = messages(items, "kind-changed")
        assert "some answers to 'QID2' (QID2) are one choice and some a list" in said_of_it
        assert [a["QID2"] for r in responses(items) if "QID2" in (a := answered(r))] == [
            ("4",), ("4", "5"),
        ]  # fmt: skip
