"""A form of the service is synced into a program's log, from the first page to the last edit."""

import copy
import json
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mentorcore
import pytest
from forms_server import FormsServer, error

from mentorcore_google_forms import GoogleForms

TOKEN = "ya29.an-access-token-that-nobody-may-see"
US = mentorcore.Actor("us", "coordinator", "system")

FORM: dict[str, Any] = {
    "formId": "F1",
    "info": {"title": "Sign up"},
    "settings": {"emailCollectionType": "VERIFIED"},
    "items": [
        {
            "itemId": "1",
            "title": "Your name",
            "questionItem": {"question": {"questionId": "0000000a", "textQuestion": {}}},
        },
        {
            "itemId": "2",
            "title": "You are",
            "questionItem": {
                "question": {
                    "questionId": "0000000b",
                    "choiceQuestion": {
                        "type": "RADIO",
                        "options": [{"value": "a mentor"}, {"value": "a new teacher"}],
                    },
                }
            },
        },
        {
            "itemId": "3",
            "title": "Mentees",
            "questionItem": {"question": {"questionId": "0000000c", "textQuestion": {}}},
        },
    ],
}
MAPPING = """
form = "sign-up"
kind = "enrolment"

[fields]
name = "Your name"
email = "respondentEmail"
role = "You are"
places = "Mentees"

[values.role]
"a mentor" = "mentor"
"a new teacher" = "mentee"

[defaults]
since = "submitted"
"""


def response(number: int, at: str, name: str, role: str = "a mentor") -> dict[str, Any]:
    told = {"0000000a": name, "0000000b": role}
    return {
        "responseId": f"resp-{number}",
        "createTime": at,
        "lastSubmittedTime": at,
        "respondentEmail": f"p{number}@example.org",
        "answers": {
            question: {"questionId": question, "textAnswers": {"answers": [{"value": text}]}}
            for question, text in told.items()
        },
    }


@pytest.fixture
def service() -> Iterator[FormsServer]:
    people = [response(n, f"2026-09-0{n}T10:00:00.123Z", f"Person {n}") for n in range(1, 6)]
    with FormsServer(copy.deepcopy(FORM), people) as found:
        yield found


class Program:
    """A log in a file with a program in it, and the form that is synced into it."""

    def __init__(self, service: FormsServer, folder: Path) -> None:
        self.folder = folder
        self.engine = mentorcore.open(
            folder / "program.db", clock=lambda: datetime(2026, 11, 1, tzinfo=UTC)
        )
        plan = mentorcore.read_blueprint(mentorcore.BLUEPRINT_TEMPLATE, "template")
        self.engine.batch(plan.commands(self.engine.new_id), actor=US)
        self.adapters = mentorcore.Registry()
        self.adapters.add(GoogleForms(service.url, pause=lambda _seconds: None))
        self.mapping = mentorcore.read_mapping(MAPPING, "sign-up.toml")

    def sync(self, token: str = TOKEN, **how: Any) -> mentorcore.Report:
        account = mentorcore.ServiceAccount(
            name="sign-up", form="F1", secrets={"credentials": token}
        )
        return self.engine.sync(
            "google-forms", account, self.mapping, actor=US, adapters=self.adapters, **how
        )


@pytest.fixture
def program(service: FormsServer, tmp_path: Path) -> Iterator[Program]:
    made = Program(service, tmp_path)
    with made.engine:
        yield made


def filters(service: FormsServer) -> list[str]:
    return [a.query.get("filter", "") for a in service.asked if a.path.endswith("/responses")]


def test_all_pages_are_taken_and_then_only_what_is_new(service, program) -> None:
    first = program.sync()
    service.responses.append(response(6, "2026-09-20T10:00:00Z", "Person 6", "a new teacher"))
    before = len(filters(service))

    second = program.sync()

    assert first.sentence() == "5 taken."
    # The newest known response lies in the overlap, and is known.
    assert second.sentence() == "1 taken, 1 unchanged."
    assert filters(service)[before:] == ["timestamp >= 2026-09-05T09:00:00.123000Z"]


def test_an_idle_sync_records_nothing(program) -> None:
    program.sync()
    position = program.engine.position

    idle = program.sync()

    assert (idle.sentence(), program.engine.position) == ("1 unchanged.", position)


def test_an_edited_answer_amends_what_it_had_led_to(service, program) -> None:
    program.sync()
    service.responses[1] = response(2, "2026-09-21T10:00:00Z", "Person Two")

    report = program.sync()

    assert report.sentence() == "1 amended, 1 unchanged."
    assert program.engine.find("Person Two", viewer=mentorcore.Viewer.coordinator())


def test_a_deleted_response_shows_when_everything_is_read(service, program) -> None:
    program.sync()
    del service.responses[2]

    partial, full = program.sync(), program.sync(full=True)

    assert partial.missing == []
    assert full.sentence() == "4 unchanged, 1 missing from this export."


def test_a_service_that_fails_between_two_pages_is_read_again_from_the_same_place(
    service, program
) -> None:
    program.sync()
    service.responses += [response(n, f"2026-10-0{n - 5}T10:00:00Z", "P") for n in (6, 7, 8)]
    service.planned.extend([None, None, *[error(503, "UNAVAILABLE")] * 9])
    position = program.engine.position
    with pytest.raises(mentorcore.SourceUnreadable, match="sync again later"):
        program.sync()
    failed_at = program.engine.position
    service.planned.clear()

    report = program.sync()

    assert failed_at == position
    assert report.sentence() == "3 taken, 1 unchanged."


def test_a_dry_run_records_nothing(service, program) -> None:
    position = program.engine.position

    trial = program.sync(dry_run=True)

    assert program.engine.position == position
    assert trial.sentence() == program.sync().sentence() == "5 taken."


def test_the_token_stands_in_no_error_and_nothing_is_stored_in_the_clear(
    service, program, tmp_path
) -> None:
    report = program.sync()
    service.token = "another one"
    with pytest.raises(mentorcore.SourceUnreadable) as refused:
        program.sync()

    shown = "".join(traceback.format_exception(refused.value)) + json.dumps(report.plain())
    program.engine.close()
    stored = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert TOKEN not in shown
    for word in (TOKEN, '"kinds"', "p1@example.org", "Person 1", "resp-1"):
        assert word.encode() not in stored, word


def test_a_mapping_is_proposed_from_the_form(service, program) -> None:
    account = mentorcore.ServiceAccount(name="us", form="F1", secrets={"credentials": TOKEN})

    text = mentorcore.discover_service(
        "google-forms", account, adapters=program.adapters, name="Sign up"
    )

    assert 'form = "sign-up"' in text
    assert '"0000000a": 5 different answers; "Your name"' in text
    assert "coverage" not in text
