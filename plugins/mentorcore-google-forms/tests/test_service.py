"""The Forms API is read through Google's own client, whatever the service does meanwhile."""

import copy
import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from forms_server import FormsServer, error
from google.oauth2 import credentials
from made import FILES, answered, notices, responses, unreadable
from mentorcore.adapters.spec import Cursor, Options, SourceUnreadable

from mentorcore_google_forms import GoogleForms
from mentorcore_google_forms.client import ATTEMPTS, LONGEST

FORM = json.loads((FILES / "form_get.json").read_text())
RESPONSES = json.loads((FILES / "responses_list.json").read_text())["responses"]
TOKEN = "ya29.an-access-token-that-nobody-may-see"


class Account:
    """A configured form with one secret."""

    name = "check-in"

    def __init__(self, secret: str = TOKEN, form: str = "F1") -> None:
        self.form = form
        self._secret = secret

    def secret(self, name: str) -> str:
        assert name == "credentials"
        return self._secret


@pytest.fixture
def service() -> Iterator[FormsServer]:
    with FormsServer(copy.deepcopy(FORM), copy.deepcopy(RESPONSES)) as found:
        yield found


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def adapter(service, pauses) -> GoogleForms:
    return GoogleForms(service.url, pause=pauses.append)


@pytest.fixture(scope="session")
def key() -> str:
    """The private key of a service account, made for this run."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def service_account(service: FormsServer, key: str) -> str:
    return json.dumps(
        {
            "type": "service_account",
            "client_email": "reader@example.org",
            "private_key": key,
            "private_key_id": "1",
            "token_uri": f"{service.url}/token",
        }
    )


def fetch(
    adapter: GoogleForms, since: str | None = None, account: Account | None = None
) -> list[Any]:
    return list(adapter.fetch(account or Account(), Options(), since))


def lists(service: FormsServer) -> list[dict[str, str]]:
    return [asked.query for asked in service.asked if asked.path.endswith("/responses")]


def response(key: str, at: str, **answers: str) -> dict[str, Any]:
    told = {
        question: {"textAnswers": {"answers": [{"value": text}]}}
        for question, text in answers.items()
    }
    return {"responseId": key, "createTime": at, "lastSubmittedTime": at, "answers": told}


# ---- the form


def test_the_form_is_described_with_grids_choices_and_kinds(adapter) -> None:
    form = adapter.outline(Account(), Options())

    assert [(q.key, q.label, q.kind, q.choices) for q in form.questions] == [
        ("respondentEmail", "Email Address", "email", ()),
        ("totalScore", "Total score", "number", ()),
        ("aaaa0001", "How often do you meet?", "choice", ("Weekly", "Less often")),
        ("aaaa0001 [Score]", "How often do you meet? [Score]", "number", ()),
        ("aaaa0001 [Feedback]", "How often do you meet? [Feedback]", "text", ()),
        ("aaaa0002", "Which days suit you?", "choices", ("Monday, early", "Friday")),
        ("aaaa0003", "How is it going? [Meetings]", "choice", ("well", "badly")),
        ("aaaa0004", "How is it going? [Goals]", "choice", ("well", "badly")),
        ("aaaa0005", "What helps? [At school]", "choices", ("time", "people")),
        ("aaaa0006", "First meeting", "date", ()),
        ("aaaa0007", "How long?", "duration", ()),
        ("aaaa0008", "Your plan", "file", ()),
        ("aaaa0009", "How useful?", "number", ("1", "2", "3", "4", "5")),
        ("aaaa0010", "Anything else?", "text", ()),
        ("aaaa0011", "aaaa0011", "number", ("1", "2", "3")),
    ]


def test_the_version_of_a_form_is_its_content(service, adapter) -> None:
    before = adapter.outline(Account(), Options()).version
    service.form["revisionId"] = "00000008"
    service.form["items"].reverse()

    same = adapter.outline(Account(), Options()).version
    service.form["items"][-3]["questionItem"]["question"]["choiceQuestion"]["options"][0][
        "value"
    ] = "Often"
    other = adapter.outline(Account(), Options()).version

    assert before == same != other


# ---- the answers


def test_every_kind_of_answer_is_kept_as_it_was_given(adapter) -> None:
    items = fetch(adapter)

    late = responses(items)[0]
    assert (late.source, late.form, late.key) == ("check-in", "F1", ("R-late",))
    assert f"{late.submitted_at}" == "2026-03-05 10:00:00.123456+00:00"
    assert late.submitted_raw == "2026-03-05T10:00:00.123456Z"
    assert answered(late) == {
        "respondentEmail": ("pia@example.org",),
        "totalScore": ("2",),
        "aaaa0001": ("Weekly",),
        "aaaa0001 [Score]": ("2",),
        "aaaa0001 [Feedback]": ("Good",),
        "aaaa0002": ("Monday, early", "Friday"),
        "aaaa0003": ("well",),
        "aaaa0004": (),
        "aaaa0005": ("time", "people"),
        "aaaa0006": ("2026-02-03 14:51",),
        "aaaa0007": ("00:45",),
        "aaaa0008": ("file-1", "file-2"),
        "aaaa0009": ("4",),
        "aaaa0010": ('=HYPERLINK("x")',),
        "aaaa0011": (),
    }
    assert [a.hint for a in late.answers] == [
        q.kind for q in adapter.outline(Account(), Options()).questions
    ]


def test_a_response_without_answers_is_a_response(adapter) -> None:
    empty = responses(fetch(adapter))[2]

    assert empty.key == ("R-empty",)
    assert all(answer.raw == () for answer in empty.answers)


def test_an_answer_from_before_a_question_changed_its_kind_is_kept_and_noticed(adapter) -> None:
    items = fetch(adapter)

    early = responses(items)[1]
    date = next(answer for answer in early.answers if answer.question == "aaaa0006")
    assert (date.raw, date.hint) == (("some day in spring",), "text")
    assert notices(items) == ["kind-changed", "question-removed"]


def test_an_answer_to_a_removed_question_is_kept(adapter) -> None:
    early = responses(fetch(adapter))[1]

    assert answered(early)["ffff9999"] == ("to a question that was removed",)


def test_a_question_that_changed_its_kind_since_the_last_sync_is_noticed(service, adapter) -> None:
    service.responses = []
    cursor = fetch(adapter)[-1].value
    service.form["items"][10]["questionItem"]["question"] = {
        "questionId": "aaaa0010",
        "dateQuestion": {},
    }

    items = fetch(adapter, cursor)

    assert notices(items) == ["kind-changed"]
    assert "asked for text before, and asks for date now" in items[0].message
    assert notices(fetch(adapter, items[-1].value)) == []


def test_a_response_without_an_id_or_with_an_odd_time_does_not_stop_the_others(
    service, adapter
) -> None:
    service.responses = [
        {"answers": {}},
        response("R1", "yesterday"),
        response("R2", "2026-03-01T00:00:00Z"),
    ]

    items = fetch(adapter)

    assert [r.key for r in responses(items)] == [("R2",)]
    assert [why for _, why in unreadable(items)] == [
        "the service gave a response without an id",
        "the time of submission: 'yesterday' is not a time in a form that is known here",
    ]


@pytest.mark.parametrize(
    "odd", [None, 7, "x", [], [1], {"textAnswers": 1}, {"textAnswers": {"answers": [3]}}]
)
def test_odd_answers_are_no_answers(service, adapter, odd) -> None:
    service.responses = [{"responseId": "R1", "answers": {"aaaa0010": odd}}]

    items = fetch(adapter)

    assert answered(responses(items)[0])["aaaa0010"] == ()
    assert responses(items)[0].submitted_at is None


# ---- paging and resuming


def test_pages_are_followed_with_the_same_parameters_and_read_unsorted(service, adapter) -> None:
    cursor = fetch(adapter)[-1].value
    service.asked.clear()

    items = fetch(adapter, cursor)

    assert [r.key[0] for r in responses(items)] == ["R-late"]
    service.page = 1
    service.asked.clear()
    far = GoogleForms(service.url, overlap=timedelta(days=30))
    assert [r.key[0] for r in responses(fetch(far, cursor))] == ["R-late", "R-early", "R-empty"]
    assert [query["filter"] for query in lists(service)] == [
        "timestamp >= 2026-02-03T10:00:00.123456Z"
    ] * 3
    assert [query.get("pageToken", "").partition("|")[0] for query in lists(service)] == [
        "",
        "1",
        "2",
    ]


def test_the_mark_is_the_newest_submission_of_all_pages_and_comes_last(service, adapter) -> None:
    items = fetch(adapter)

    assert [type(item) for item in items].index(Cursor) == len(items) - 1
    assert json.loads(items[-1].value)["mark"] == "2026-03-05T10:00:00.123456Z"


def test_no_cursor_is_given_when_a_later_page_fails(service, adapter) -> None:
    service.planned.extend([None, None, error(400, "INVALID_ARGUMENT")])
    seen = []

    with pytest.raises(SourceUnreadable, match="refuses to give the responses"):
        seen.extend(adapter.fetch(Account(), Options(), None))

    assert len(responses(seen)) == 2
    assert not [item for item in seen if isinstance(item, Cursor)]


def test_a_sync_begins_shortly_before_the_newest_response_known(service, adapter) -> None:
    cursor = fetch(adapter)[-1].value
    service.asked.clear()

    fetch(adapter, cursor)

    assert [query["filter"] for query in lists(service)] == [
        "timestamp >= 2026-03-05T09:00:00.123456Z"
    ]


def test_what_arrives_late_within_the_overlap_is_not_lost(service, adapter) -> None:
    cursor = fetch(adapter)[-1].value
    service.responses.append(response("R-slow", "2026-03-05T09:59:59Z"))

    assert [r.key[0] for r in responses(fetch(adapter, cursor))] == ["R-late", "R-slow"]


def test_an_empty_answer_is_an_empty_form(service, adapter) -> None:
    service.responses = []

    items = fetch(adapter)

    assert [type(item) for item in items] == [Cursor]
    assert json.loads(items[0].value)["mark"] is None
    assert lists(service) == [{"alt": "json"}]


def test_an_empty_answer_since_a_mark_keeps_the_mark(service, adapter) -> None:
    cursor = fetch(adapter)[-1].value
    service.responses = []

    assert fetch(adapter, cursor)[-1].value == cursor


def test_a_response_on_two_pages_is_taken_once(service, adapter) -> None:
    service.responses = [*service.responses, copy.deepcopy(service.responses[0])]

    assert [r.key[0] for r in responses(fetch(adapter))] == ["R-late", "R-early", "R-empty"]


def test_a_response_edited_between_two_pages_is_read_again_by_the_next_sync(
    service, adapter
) -> None:
    service.responses = [
        response("R1", "2026-03-01T00:00:00Z", aaaa0010="first"),
        response("R2", "2026-03-09T00:00:00Z"),
        response("R1", "2026-03-02T00:00:00Z", aaaa0010="second"),
    ]

    items = fetch(adapter)
    service.responses.pop(0)
    again = fetch(adapter, items[-1].value)

    assert [r.key[0] for r in responses(items)] == ["R1", "R2"]
    assert notices(items) == ["edited-meanwhile"]
    assert answered(responses(again)[1])["aaaa0010"] == ("second",)
    assert json.loads(again[-1].value)["mark"] == "2026-03-09T00:00:00.000000Z"


def test_reading_everything_again_shows_edits_and_what_is_gone(service, adapter) -> None:
    fetch(adapter)
    service.responses[1]["answers"]["aaaa0010"] = {
        "textAnswers": {"answers": [{"value": "edited"}]}
    }
    del service.responses[2]

    items = responses(fetch(adapter, None))

    assert [r.key[0] for r in items] == ["R-late", "R-early"]
    assert answered(items[1])["aaaa0010"] == ("edited",)
    assert all("filter" not in query for query in lists(service))


@pytest.mark.parametrize(
    "cursor", ["", "x", "[]", "{}", '{"form": "F2", "mark": null, "kinds": {}}']
)
def test_a_cursor_of_something_else_is_refused(service, adapter, cursor) -> None:
    with pytest.raises(SourceUnreadable, match="sync all of it"):
        fetch(adapter, cursor)

    assert service.asked == []


def test_a_cursor_tells_nothing_about_single_responses(adapter) -> None:
    told = fetch(adapter)[-1].value

    assert not any(text in told for text in ("R-late", "R-early", "pia@example.org", "Weekly"))


def test_a_service_that_repeats_a_page_is_not_asked_for_ever(service, adapter) -> None:
    page: tuple[int, dict[str, str], bytes] = 200, {}, b'{"nextPageToken": "same"}'
    service.planned.extend([None, page, page])

    with pytest.raises(SourceUnreadable, match="same page again and again"):
        fetch(adapter)


# ---- trouble


@pytest.mark.parametrize(
    "trouble",
    [
        error(429, "RESOURCE_EXHAUSTED"),
        error(500, "INTERNAL"),
        error(503, "UNAVAILABLE"),
        error(403, "rateLimitExceeded"),
        (200, {"Content-Length": "500"}, b'{"respon'),
    ],
    ids=["429", "500", "503", "403 for the rate", "cut off"],
)
def test_a_passing_trouble_is_waited_out(service, adapter, pauses, trouble) -> None:
    service.planned.extend([None, trouble, trouble])

    items = fetch(adapter)

    assert len(responses(items)) == 3
    assert pauses == [1.0, 2.0]


def test_the_service_says_how_long_to_wait_within_bounds(service, adapter, pauses) -> None:
    service.planned.extend([error(429, "X", Retry_After="7"), error(429, "X", Retry_After="86400")])

    fetch(adapter)

    assert pauses == [7.0, LONGEST]


def test_a_trouble_that_stays_ends_the_sync(service, adapter, pauses) -> None:
    service.planned.extend([error(503, "UNAVAILABLE")] * ATTEMPTS)

    with pytest.raises(SourceUnreadable, match="check-in: the service is overloaded"):
        fetch(adapter)

    assert len(pauses) == ATTEMPTS - 1
    assert len(service.asked) == ATTEMPTS


def test_a_service_that_is_not_there_is_said_to_be(pauses) -> None:
    with FormsServer(FORM, []) as gone:
        url = gone.url

    with pytest.raises(SourceUnreadable, match="cannot be reached \\(ConnectionRefusedError\\)"):
        fetch(GoogleForms(url, pause=pauses.append))

    assert len(pauses) == ATTEMPTS - 1


@pytest.mark.parametrize("page", [b'{"responses": 7}', b'{"responses": {}}'])
def test_responses_that_are_no_list_are_refused(service, adapter, page):
    service.planned.extend([None, (200, {}, page)])

    with pytest.raises(SourceUnreadable, match="no list"):
        fetch(adapter)


def test_a_response_that_is_no_object_is_reported(service, adapter):
    service.planned.extend([None, (200, {}, b'{"responses": [7, null, {"responseId": "R1"}]}')])

    items = fetch(adapter)

    assert [r.key for r in responses(items)] == [("R1",)]
    assert len(unreadable(items)) == 2


def test_something_else_than_json_is_refused(service, adapter) -> None:
    service.planned.append((200, {}, b"<html>Sign in</html>"))

    with pytest.raises(SourceUnreadable, match="is no JSON object"):
        fetch(adapter)


# ---- credentials


def test_a_service_account_gets_a_token_and_uses_it(service, adapter, key) -> None:
    service.token = TOKEN

    items = fetch(adapter, account=Account(service_account(service, key)))

    assert len(responses(items)) == 3
    assert service.tokens_given == 1
    assert {asked.authorization for asked in service.asked} == {f"Bearer {TOKEN}"}


def test_a_token_that_expires_during_a_sync_is_renewed(service, adapter, key) -> None:
    service.token = TOKEN
    service.planned.extend([None, None, error(401, "UNAUTHENTICATED")])

    items = fetch(adapter, account=Account(service_account(service, key)))

    assert len(responses(items)) == 3
    assert service.tokens_given == 2


def test_users_credentials_are_taken_too(service, adapter, monkeypatch) -> None:
    service.token = TOKEN
    monkeypatch.setattr(credentials, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", f"{service.url}/token")
    secret = {
        "type": "authorized_user",
        "client_id": "c",
        "client_secret": "s",
        "refresh_token": "r",
    }

    found = adapter.check(Account(json.dumps(secret)), Options())

    assert found == ()
    assert service.tokens_given == 1


def told(problem: BaseException, caplog: pytest.LogCaptureFixture) -> str:
    """All that a person or a log file might see of a problem."""
    shown = traceback.TracebackException.from_exception(problem, capture_locals=False)
    chain: list[str] = []
    at: BaseException | None = problem
    while at is not None:
        chain += [str(at), repr(at), repr(at.args)]
        at = at.__cause__ or at.__context__
    return "".join([*shown.format(), *chain, caplog.text])


def test_an_expired_token_is_a_clear_error_without_the_secret(service, adapter, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    service.token = "another"

    with pytest.raises(
        SourceUnreadable, match="does not accept the credentials; they have expired"
    ) as refused:
        fetch(adapter)

    assert TOKEN not in told(refused.value, caplog)


def test_a_withdrawn_service_account_is_a_clear_error_without_the_secret(
    service, adapter, key, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    service.revoked = True

    with pytest.raises(SourceUnreadable, match="does not accept the credentials") as refused:
        fetch(adapter, account=Account(service_account(service, key)))

    assert key.splitlines()[1] not in told(refused.value, caplog)


@pytest.mark.parametrize(
    "secret",
    [
        '{"type": "service_account", "private_key": "hidden-in-here"}',
        '{"type": "service_account", "private_key": "hidden-in-here", "client_email": "a", "token_uri": "b"}',
        '{"type": "authorized_user", "refresh_token": "hidden-in-here"}',
        '{"type": "hidden-in-here"}',
        '{"hidden-in-here',
        '{"type": ["hidden-in-here"]}',
    ],
)
def test_a_secret_of_another_kind_is_refused_without_being_shown(
    service, adapter, secret, caplog
) -> None:
    with pytest.raises(SourceUnreadable, match="neither the key of a service account") as refused:
        fetch(adapter, account=Account(secret))

    assert "hidden-in-here" not in told(refused.value, caplog)
    assert service.asked == []


def test_an_account_without_a_secret_is_told_so(adapter) -> None:
    with pytest.raises(SourceUnreadable, match="there is no secret 'credentials'"):
        fetch(adapter, account=Account(" "))


# ---- checking


def test_checking_finds_nothing_when_all_is_well(service, adapter) -> None:
    assert adapter.check(Account(), Options()) == ()
    assert lists(service) == [{"pageSize": "1", "alt": "json"}]


@pytest.mark.parametrize(
    ("closed_to", "what"),
    [
        ({"responses"}, ["the responses"]),
        ({"forms"}, ["the form"]),
        ({"forms", "responses"}, ["the form", "the responses"]),
    ],
)
def test_checking_names_each_right_that_is_missing(service, adapter, closed_to, what) -> None:
    service.closed_to = closed_to

    found = adapter.check(Account(), Options())

    assert [notice.code for notice in found] == ["access"] * len(what)
    assert all(
        f"may not read {right};" in notice.message
        for notice, right in zip(found, what, strict=True)
    )


def test_checking_names_credentials_forms_and_service_that_are_not_there(service, adapter) -> None:
    unknown = adapter.check(Account(form="F9"), Options())
    empty = adapter.check(Account(""), Options())
    service.token = "another"
    expired = adapter.check(Account(), Options())
    service.planned.extend([error(503, "X")] * ATTEMPTS)
    down = adapter.check(Account(), Options())

    assert [n.code for found in (unknown, empty, expired, down) for n in found] == [
        "no-form",
        "credentials",
        "credentials",
        "unavailable",
    ]


def test_without_googles_client_the_extra_is_named(adapter, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "googleapiclient.discovery", None)

    found = adapter.check(Account(), Options())

    assert [notice.code for notice in found] == ["missing"]
    assert "pip install 'mentorcore-google-forms[api]'" in found[0].message


def test_a_reading_that_is_given_up_closes_its_connection(service, adapter) -> None:
    items = adapter.fetch(Account(), Options(), None)

    first = next(items)
    items.close()

    assert first.key == ("R-late",)
    assert len(lists(service)) == 1
