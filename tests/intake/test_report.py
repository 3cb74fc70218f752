"""An import's account counts every response once and names the rows to look at."""

import json
from datetime import UTC, datetime

from mentorcore.adapters.spec import Notice, Where
from mentorcore.domain.responses import Counts
from mentorcore.intake.report import Finding, Missing, Report


def report() -> Report:
    made = Report("meetings.csv", "meetings", "meeting-log")
    made.count("taken")
    made.count("taken")
    made.count("unchanged")
    made.find("skipped", "a test", Where("meetings.csv", 4, 5))
    made.find("refused", "Minutes: is empty", Where("meetings.csv", 5, 7), "Minutes")
    return made


def test_the_account_in_one_sentence() -> None:
    assert report().sentence() == "2 taken, 1 unchanged, 1 refused, 1 skipped."
    assert Report("f", "x", "feedback").sentence() == "no responses."


def test_missing_responses_are_told_and_counted_apart() -> None:
    made = report()
    made.missing.append(Missing("response:1", datetime(2026, 10, 5, tzinfo=UTC), 2))

    assert made.sentence().endswith("1 skipped, 1 missing from this export.")
    assert made.responses == 5


def test_the_counts_are_those_that_the_log_keeps() -> None:
    assert report().counts == Counts(taken=2, unchanged=1, refused=1, skipped=1)


def test_an_account_is_sound_while_nothing_has_to_be_corrected() -> None:
    made = Report("f", "x", "feedback")
    made.find("skipped", "a test", Where("f"))

    assert made.sound
    assert not report().sound


def test_a_finding_names_file_row_and_line() -> None:
    finding = Finding("refused", "Minutes: is empty", Where("m.csv", 5, 7), "Minutes")

    assert finding.sentence() == "m.csv, row 5 (line 7): refused: Minutes: is empty"


def test_what_has_to_be_corrected_comes_first() -> None:
    assert [f.outcome for f in report().worst_first()] == ["refused", "skipped"]


def test_the_account_is_plain_data_for_programs() -> None:
    made = report()
    made.notices.append(Notice(Where("meetings.csv", 1, 1), "a column is new", "new-column"))
    made.missing.append(Missing("response:1", datetime(2026, 10, 5, tzinfo=UTC), 2))

    plain = json.loads(json.dumps(made.plain()))

    assert plain["counts"]["taken"] == 2
    assert plain["findings"][1] == {
        "outcome": "refused",
        "reason": "Minutes: is empty",
        "column": "Minutes",
        "file": "meetings.csv",
        "record": 5,
        "line": 7,
    }
    assert plain["notices"][0]["code"] == "new-column"
    assert plain["missing"][0]["submitted_at"] == "2026-10-05T00:00:00+00:00"
