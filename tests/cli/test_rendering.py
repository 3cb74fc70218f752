"""Each answer has a text and a plain form, rare ones too."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mentorcore as mc
from mentorcore.adapters.spec import Notice, Where
from mentorcore.cli.arguments import Usage
from mentorcore.cli.fields import stated
from mentorcore.domain.model import CORE_MODEL
from mentorcore.intake.report import Missing, Question
from mentorcore.render.adapters import adapters_lines
from mentorcore.render.commands import command_lines
from mentorcore.render.errors import error_data, error_lines
from mentorcore.render.imports import report_lines

# ------------------------------------------------------------------------------------ errors

ERRORS: list[tuple[Exception, str, dict[str, object]]] = [
    (mc.Refused("no place", "no_free_place", load=2), "refused", {"facts": {"load": 2}}),
    (mc.Refused("no", "no", since=date(2026, 1, 2)), "refused", {"facts": {"since": "2026-01-02"}}),
    (mc.Refused("no", "no", odd={1}), "refused", {"facts": {"odd": "{1}"}}),
    (mc.SourceRefused("is odd", file="a.csv"), "source-refused", {"line": None}),
    (mc.SourceUnreadable("is cut", file="a.csv", line=3), "source-unreadable", {"line": 3}),
    (mc.AdapterError("broke", adapter="x"), "adapter-error", {"adapter": "x"}),
    (mc.FollowerStopped("odd", view="status", position=9), "follower-stopped", {"position": 9}),
    (mc.MissingExtra("PostgreSQL", "postgres"), "missing-extra", {"extra": "postgres"}),
    (mc.Conflict("somebody was faster"), "conflict", {}),
    (FileNotFoundError(2, "No such file or directory", "x"), "file-not-found-error", {}),
    (ValueError(), "value-error", {"message": "ValueError"}),
]


@pytest.mark.parametrize(("error", "kind", "known"), ERRORS, ids=[k for _, k, _ in ERRORS])
def test_an_error_says_what_it_knows(error: Exception, kind: str, known: dict[str, object]) -> None:
    data = json.loads(json.dumps(error_data(error)))["error"]
    lines = list(error_lines(error))

    assert data["kind"] == kind
    assert known.items() <= data.items()
    assert lines
    assert lines[-1].endswith(".")


def test_problems_are_listed_one_by_one() -> None:
    error = mc.Invalid("the blueprint needs correction", [mc.Problem("goals", "are missing")])

    assert list(error_lines(error)) == ["the blueprint needs correction:", "  - goals: are missing"]


def test_an_input_without_single_problems_is_a_sentence() -> None:
    assert list(error_lines(mc.Invalid("this is no command", []))) == ["this is no command."]


# ---------------------------------------------------------------------------------- adapters


def test_adapters_that_were_left_out_are_named_with_the_reason() -> None:
    listed = (
        mc.Listed("csv", "1", "built in", ("files",)),
        mc.Listed("odd", "", "mentorcore-odd 0.1", problem="it has no hook"),
        mc.Listed("gone", "", "", problem="it is not installed"),
    )

    told = "\n".join(adapters_lines(listed))

    assert "2 adapters left out" in told
    assert "odd (mentorcore-odd 0.1): it has no hook" in told
    assert "gone: it is not installed" in told


# ------------------------------------------------------------------------------------ import


def test_an_account_tells_notices_missing_rows_and_long_lists() -> None:
    report = mc.Report("m.csv", "meetings", "meeting-log")
    for line in range(40):
        report.find("refused", f"reason {line}", Where("m.csv", line, line))
    report.notices.append(Notice(Where("m.csv", 1, 1), "a column is new"))
    report.missing += [Missing("response:1"), Missing("response:2")]

    told = "\n".join(report_lines(report))

    assert "note: m.csv, row 1: a column is new" in told
    assert "37 more rows like these" in told
    assert "2 responses of earlier exports are not in this one. Nothing was deleted." in told


def test_rows_that_are_refused_for_one_reason_are_told_together() -> None:
    report = mc.Report("m.csv", "meetings", "meeting-log")
    for line in range(2, 42):
        report.find("refused", "Role: 'boss' is no role", Where("m.csv", line, line))
    report.find("refused", "Day: is empty", Where("m.csv", 50, 50))

    told = list(report_lines(report))

    assert [line.strip() for line in told[2:]] == [
        "row 2   refused  Role: 'boss' is no role",
        "row 3   refused  the same",
        "row 4   refused  the same",
        "…                and 37 more rows like these",
        "row 50  refused  Day: is empty",
        "Nothing new was recorded.",
    ]


def test_many_reasons_end_with_how_many_rows_are_left() -> None:
    report = mc.Report("m.csv", "meetings", "meeting-log")
    for n in range(40):
        said = "".join(chr(ord("a") + int(digit)) for digit in str(n))
        report.find("refused", f"reason {said}", Where("m.csv", n + 2, n + 2))

    assert "10 more rows; --json lists all." in "\n".join(report_lines(report))


def test_who_and_which_day_is_missing_is_told() -> None:
    names, sent = ("Ada Byron", "Lin Wu"), datetime(2026, 10, 2, 16, 5, tzinfo=UTC)
    gone = Missing("response:1", sent, 1, names, date(2026, 10, 1))
    report = mc.Report("m.csv", "meetings", "meeting-log", missing=[gone])

    told = "\n".join(report_lines(report))

    assert "  2026-10-01  Ada Byron & Lin Wu  sent 2026-10-02 16:05 UTC" in told
    assert report.plain()["missing"][0]["people"] == ["Ada Byron", "Lin Wu"]
    assert report.plain()["missing"][0]["day"] == "2026-10-01"


def test_what_has_to_be_settled_is_told_with_the_commands_to_type() -> None:
    response, other = f"response:{1:032x}", f"response:{2:032x}"
    asked = Question(response, "an edit?", ("is_edit_of", "are_two"), Where("m.csv", 3, 4), other)
    report = mc.Report("m.csv", "meetings", "meeting-log", questions=[asked])

    told = "\n".join(report_lines(report, "my program"))
    report.dry_run, report.questions = True, [attrs.evolve(asked, open=False)]
    dry = "\n".join(report_lines(report))

    assert "question: m.csv, row 3 (line 4): an edit?" in told
    assert f"mentorcore settle 'my program' {response} is_edit_of {other}\n" in told
    assert "mentorcore settle" not in dry
    assert "Import it, and the command that answers this is told." in dry


def test_rows_are_listed_with_what_they_lead_to() -> None:
    report = mc.Report("m.csv", "meetings", "meeting-log", rows=[])
    report.lead("taken", Where("m.csv", 3, 3), leads_to=["Ada & Lin: started", "Ada: enrolled"])
    report.lead("refused", Where("m.csv", 4, 4), "Day: is empty")

    told = list(report_lines(report))

    assert "  row 3  taken    Ada & Lin: started" in told
    assert "                  Ada: enrolled" in told
    assert "  row 4  refused  Day: is empty" in told


def test_what_is_asked_about_a_row_is_not_told_twice() -> None:
    where, why = Where("m.csv", 4, 4), "an edit?"
    asked = Question(f"response:{1:032x}", why, ("take_it", "leave_it"), where)
    findings = [mc.Finding("refused", why, where), mc.Finding("refused", "no such day", where)]
    report = mc.Report("m.csv", "meetings", "meeting-log", findings, questions=[asked])

    told = "\n".join(report_lines(report))

    assert told.count("an edit?") == 1
    assert "no such day" in told


def test_one_missing_response_is_one() -> None:
    report = mc.Report("m.csv", "meetings", "meeting-log", missing=[Missing("response:1")])

    assert "1 response of earlier exports is not in this one." in "\n".join(report_lines(report))


# ------------------------------------------------------------------------------------ fields

HOLD, FORM = mc.HoldMeeting, mc.FormPairing
NAMES = st.text("abc =.#", min_size=1)
DAYS = st.dates().map(date.isoformat)


@given(st.lists(st.fixed_dictionaries({"name": NAMES}, optional={"since": DAYS, "until": DAYS})))
def test_things_with_parts_are_typed_one_part_at_a_time(terms: list[dict[str, str]]) -> None:
    parts = ("name", "since", "until")  # what each has comes first, and begins it
    words = [f"terms.{part}={term[part]}" for term in terms for part in parts if part in term]

    said = stated(mc.SetAcademicCalendar, words)

    assert said.get("terms", []) == terms


@pytest.mark.parametrize(
    ("command", "words", "data"),
    [
        (HOLD, ["minutes=45", "pairing_id=p"], {"minutes": 45, "pairing_id": "p"}),
        (HOLD, ["minutes=long"], {"minutes": "long"}),
        (HOLD, ["topics=Art"], {"topics": ["Art"]}),
        (HOLD, ["topics=Art", "topics=Music", "topics=x"], {"topics": ["Art", "Music", "x"]}),
        (HOLD, ['topics=["Art, and more"]'], {"topics": ["Art, and more"]}),
        (HOLD, ["unknown=1"], {"unknown": "1"}),
        (mc.RegisterPerson, ["name=a=b"], {"name": "a=b"}),
        (mc.RegisterPerson, ['contact={"email": "a@b"}'], {"contact": {"email": "a@b"}}),
        (mc.RegisterPerson, ["contact.email=a@b"], {"contact": {"email": "a@b"}}),
        (mc.RegisterPerson, ["name={curly"], {"name": "{curly"}),
        (mc.EndPairing, ["closing_conversation=yes"], {"closing_conversation": True}),
        (mc.EndPairing, ["closing_conversation=maybe"], {"closing_conversation": "maybe"}),
        (mc.EndPairing, ["initiated_by=program"], {"initiated_by": "program"}),
        (FORM, ["members.role=mentor"], {"members": [{"role": "mentor"}]}),
        (
            FORM,
            ["members.role=mentor", "members.primary=yes", "members.role=mentee"],
            {"members": [{"role": "mentor", "primary": True}, {"role": "mentee"}]},
        ),
        (FORM, ['members=[{"role": "mentor"}]'], {"members": [{"role": "mentor"}]}),
        (mc.AmendRecord, ["changes.minutes=60"], {"changes": {"minutes": "60"}}),
        (mc.AmendRecord, ["changes.held_on=2026-01-02"], {"changes": {"held_on": "2026-01-02"}}),
    ],
    ids=str,
)
def test_what_is_typed_becomes_data(
    command: type, words: list[str], data: dict[str, object]
) -> None:
    assert stated(command, words) == data


@pytest.mark.parametrize(
    "words", [["minutes"], ["=1"], ["topics=[1"], ["contact=x", "contact.email=y"]], ids=str
)
def test_what_makes_no_sense_is_refused(words: list[str]) -> None:
    with pytest.raises(Usage):
        stated(HOLD, words)


def test_a_list_is_typed_whole_or_part_by_part() -> None:
    with pytest.raises(Usage, match="members"):
        stated(FORM, ["members=[]", "members.role=mentor"])


@pytest.mark.parametrize("name", CORE_MODEL.commands_by_name)
def test_every_command_explains_itself(name: str) -> None:
    lines = list(command_lines(name, CORE_MODEL.commands_by_name[name]))

    assert len(lines) > 1
    assert not any("<" in line or "typing" in line for line in lines)
    assert max(map(len, lines)) <= 100
