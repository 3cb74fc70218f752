"""Answers of the API that somebody saved are read from files like any export."""

import json

import pytest
from made import FILES, Made, answered, fixture, notices, read, registry, responses
from mentorcore.adapters.spec import Options, SourceUnreadable

WHOLE = (FILES / "responses_list.json").read_bytes()


def test_a_saved_list_gives_its_responses() -> None:
    items = read(fixture("responses_list.json"), form="check-in")

    assert [r.key[0] for r in responses(items)] == ["R-late", "R-early", "R-empty"]
    assert responses(items)[0].form == "check-in"
    assert answered(responses(items)[0])["aaaa0002"] == ("Monday, early", "Friday")
    assert answered(responses(items)[0])["aaaa0008"] == ("file-1", "file-2")
    assert answered(responses(items)[0])["respondentEmail"] == ("pia@example.org",)
    assert answered(responses(items)[0])["totalScore"] == ("2",)
    assert notices(items) == []


def test_a_list_saved_with_its_form_has_titles() -> None:
    form = json.loads((FILES / "form_get.json").read_bytes())
    both = json.dumps({**form, **json.loads(WHOLE)})

    items = read(Made(both), "google-forms")

    assert responses(items)[0].answers[2].label == "How often do you meet?"


def test_a_saved_form_is_described_but_holds_no_responses() -> None:
    form = registry().describe(fixture("form_get.json"), Options())

    assert len(form.questions) == 12
    assert not any("core" in q.key for q in form.questions)  # nothing has a score yet
    with pytest.raises(SourceUnreadable, match="holds none of its responses"):
        read(fixture("form_get.json"))


def test_a_saved_list_is_described_by_what_it_answers() -> None:
    form = registry().describe(fixture("responses_list.json"), Options())

    keys = [q.key for q in form.questions]
    assert keys[:2] == ["aaaa0001", "aaaa0002"]
    assert keys[-4:] == [
        "respondentEmail",
        "totalScore",
        "aaaa0001 [Feedback]",
        "aaaa0001 [Score]",
    ]


def test_a_form_saved_with_its_responses_is_described_with_what_was_removed_from_it() -> None:
    form = json.loads((FILES / "form_get.json").read_bytes())
    asked = [item for item in form["items"] if item.get("title") != "How often do you meet?"]
    both = json.dumps({**form, "items": asked, **json.loads(WHOLE)})

    told = registry().describe(Made(both), Options(), "google-forms")

    assert [q.key for q in told.questions if q.key.startswith("aaaa0001")] == [
        "aaaa0001",
        "aaaa0001 [Feedback]",
        "aaaa0001 [Score]",
    ]


def test_responses_saved_without_their_envelope_are_read_too() -> None:
    given = json.loads(WHOLE)["responses"]

    several = read(Made(json.dumps(given)))
    alone = read(Made(json.dumps(given[0])))

    assert [r.key[0] for r in responses(several)] == ["R-late", "R-early", "R-empty"]
    assert [r.key[0] for r in responses(alone)] == ["R-late"]


def test_one_page_of_several_is_marked_incomplete() -> None:
    page = json.dumps({**json.loads(WHOLE), "nextPageToken": "more"})

    assert notices(read(Made(page))) == ["part"]


@pytest.mark.parametrize("content", ["{}", '{"responses": []}'])
def test_no_responses_are_a_success(content) -> None:
    assert notices(read(Made(content), "google-forms")) == ["no-responses"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "7",
        '"x"',
        '{"responses": 7}',
        '{"other": 1}',
        "[" * 100_000,
        '{"responses": [1' + "0" * 5000 + "]}",
        b"\xff\xfe{",
    ],
)
def test_something_else_is_refused(content) -> None:
    with pytest.raises(SourceUnreadable):
        read(Made(content), "google-forms")


def test_a_list_cut_anywhere_is_refused() -> None:
    for end in range(1, len(WHOLE.rstrip())):
        with pytest.raises(SourceUnreadable, match="cut off"):
            read(Made(WHOLE[:end]), "google-forms")
