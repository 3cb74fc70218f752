"""The export API is asked patiently, believed carefully, and never told on."""

import json
import traceback
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from mentorcore.adapters.spec import Cursor, Item, Notice, Options, SourceUnreadable
from qualtrics_made import CAP, Made, answered, fixture, messages, notices, responses, zipped
from qualtrics_server import NOW, TOKEN, Play, problem, serving

from mentorcore_qualtrics import Qualtrics
from mentorcore_qualtrics.api import TRIES


class Account:
    """A survey with its token."""

    def __init__(self, token: str = TOKEN, form: str = "SV_made 1") -> None:
        self.name, self.form, self._token = "our survey", form, token

    def secret(self, name: str) -> str:
        assert name == "token"
        return self._token


class Sync:
    """Readings of one account, with the pauses that were made."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.paused: list[float] = []
        self.adapter = Qualtrics(inflated=CAP, pause=self.paused.append)

    def options(self, **more: str) -> Options:
        return Options(values="codes", more={"base_url": self.play.base, **more})

    def read(
        self, since: str | None = None, account: Account | None = None, **more: str
    ) -> list[Item | Cursor]:
        return list(self.adapter.fetch(account or Account(), self.options(**more), since))

    def check(self, account: Account | None = None, **more: str) -> tuple[Notice, ...]:
        return self.adapter.check(account or Account(), self.options(**more))

    def refusal(self, account: Account | None = None, **more: str) -> str:
        with pytest.raises(SourceUnreadable) as refused:
            self.read(account=account, **more)
        shown = "".join(traceback.format_exception(refused.value))
        assert TOKEN not in shown
        return str(refused.value)


@pytest.fixture
def sync() -> Iterator[Sync]:
    with serving() as play:
        yield Sync(play)


def cursor(items: list[Item | Cursor]) -> str:
    assert isinstance(items[-1], Cursor)
    assert sum(isinstance(item, Cursor) for item in items) == 1
    return items[-1].value


def starts(play: Play) -> list[Any]:
    return [body for method, _, body in play.seen if method == "POST"]


def test_a_survey_is_exported_polled_and_read(sync: Sync) -> None:
    items = sync.read()

    read = responses(items)
    assert [r.key for r in read] == [(f"R_json{n:011d}",) for n in (1, 2, 3)]
    assert {r.form for r in read} == {"SV_made 1"}
    assert {r.source for r in read} == {"our survey"}
    assert {r.where.file for r in read} == {"our survey"}
    assert answered(read[0])["QID2"] == ("4",)
    assert sync.paused == [1.0, 1.5]
    assert [path for _, path, _ in sync.play.seen][1:] == [
        "/API/v3/surveys/SV_made%201/export-responses",
        *["/API/v3/surveys/SV_made%201/export-responses/ES_made%2F1"] * 3,
        "/API/v3/surveys/SV_made%201/export-responses/file-1/file",
    ]
    assert all(h.get("X-Api-Token", h.get("X-API-TOKEN")) == TOKEN for h in sync.play.headers)


def test_questions_have_the_texts_of_the_definition(sync: Sync) -> None:
    labels = {a.question: a.label for a in responses(sync.read())[0].answers}

    assert labels["QID2"] == "How did it go?"
    assert labels["cohort"] == "cohort"


def test_without_the_right_to_the_definition_ids_stand_for_texts(sync: Sync) -> None:
    sync.play.definition = problem(403, "not yours")

    items = sync.read()

    assert "not yours" in messages(items, "no-labels")[0]
    assert len(responses(items)) == 3


def test_a_later_reading_asks_for_what_was_modified_since(sync: Sync) -> None:
    since = cursor(sync.read())
    sync.play.date = NOW + timedelta(days=3)
    sync.play.records[0]["values"]["QID2"] = 1
    sync.play.modified[0] = "2026-03-21T00:00:00Z"
    later = sync.read(since)

    first, second = starts(sync.play)
    assert first == {
        "format": "ndjson", "compress": True, "sortByLastModifiedDate": True,
        "endDate": "2026-03-20T12:00:00Z",
    }  # fmt: skip
    assert second["startDate"] == "2026-03-20T11:50:00Z"
    assert second["endDate"] == "2026-03-23T12:00:00Z"
    assert [(r.key, answered(r)["QID2"]) for r in responses(later)] == [
        (("R_json00000000001",), ("1",))
    ]
    assert "only-changes" in notices(later)


def test_what_happens_at_the_exclusive_end_comes_with_the_next_reading(sync: Sync) -> None:
    sync.play.modified[2] = "2026-03-20T12:00:00Z"

    first = sync.read()
    sync.play.date = NOW + timedelta(minutes=1)
    second = sync.read(cursor(first))

    assert len(responses(first)) == 2
    assert [r.key for r in responses(second)] == [("R_json00000000003",)]


def test_nothing_new_is_an_empty_reading_with_a_cursor(sync: Sync) -> None:
    since = cursor(sync.read())
    sync.play.date = NOW + timedelta(days=30)

    items = sync.read(since)

    assert not responses(items)
    assert cursor(items) != since


def test_continuation_tokens_are_used_when_that_is_declared(sync: Sync) -> None:
    since = cursor(sync.read(changes="continuation"))
    sync.play.records.append({**sync.play.records[1], "responseId": "R_new"})
    later = sync.read(since, changes="continuation")

    first, second = starts(sync.play)
    assert first == {"format": "ndjson", "compress": True, "allowContinuation": True}
    assert second["continuationToken"] == "token-1"
    assert [r.key for r in responses(later)] == [("R_new",)]
    assert cursor(later) != since


def test_a_continuation_token_of_seven_days_is_not_even_tried(sync: Sync) -> None:
    since = cursor(sync.read(changes="continuation"))
    sync.play.date = NOW + timedelta(days=7)

    items = sync.read(since, changes="continuation")

    assert "is 7 days old" in messages(items, "full-export")[0]
    assert "continuationToken" not in starts(sync.play)[-1]
    assert len(responses(items)) == 3


def test_a_token_that_the_service_no_longer_takes_leads_to_a_full_export(sync: Sync) -> None:
    since = cursor(sync.read(changes="continuation"))
    sync.play.tokens.clear()

    items = sync.read(since, changes="continuation")

    assert "has expired" in messages(items, "full-export")[0]
    assert len(responses(items)) == 3
    assert cursor(items)


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ("garbage", "cannot be understood"),
        ("[]", "cannot be understood"),
        ('{"form": "SV_made 1", "at": "2026-03-01T00:00:00"}', "cannot be understood"),
        ('{"form": "SV_other", "at": "2026-03-01T00:00:00Z"}', "of another survey"),
        ('{"form": "SV_made 1", "at": "2026-03-01T00:00:00Z", "token": "t"}', "another kind"),
    ],
)
def test_a_cursor_that_does_not_fit_leads_to_a_full_export(
    sync: Sync, since: str, why: str
) -> None:
    items = sync.read(since)

    assert why in messages(items, "full-export")[0]
    assert len(responses(items)) == 3
    assert "startDate" not in starts(sync.play)[0]


def test_a_full_percentage_with_status_failed_is_failed(sync: Sync) -> None:
    sync.play.progress[-1] = {"percentComplete": 100.0, "status": "failed", "fileId": "file-1"}

    assert "the export failed at 100.0 %" in sync.refusal()


def test_an_export_that_never_ends_is_given_up(sync: Sync) -> None:
    sync.play.progress = [{"percentComplete": 7.0, "status": "inProgress"}]

    assert "was not complete after" in sync.refusal()
    assert sum(sync.paused) < 3700
    assert max(sync.paused) == 10.0


def test_a_slow_export_is_reported_on_while_it_lasts(sync: Sync) -> None:
    sync.play.progress[:1] = [{"percentComplete": 40.0, "status": "inProgress"}] * 12

    items = sync.read()

    assert "40.0 %" in messages(items, "progress")[0]
    assert len(responses(items)) == 3


def test_a_busy_service_is_asked_again_after_the_time_it_names(sync: Sync) -> None:
    sync.play.failures = [problem(429, "slow down"), problem(503, "maintenance")]
    sync.play.more_headers = {"Retry-After": "7"}

    items = sync.read()

    assert len(responses(items)) == 3
    assert sync.paused[:2] == [7.0, 7.0]


def test_a_service_that_asks_for_an_hour_is_not_waited_for_so_long(sync: Sync) -> None:
    sync.play.failures = [problem(429, "slow down")]
    sync.play.more_headers = {"Retry-After": "3600"}

    sync.read()

    assert sync.paused[0] == 60.0


def test_retries_are_bounded_and_the_last_error_is_quoted(sync: Sync) -> None:
    sync.play.failures = [problem(500, "made up trouble", "OOPS_7")] * 99

    said = sync.refusal()

    assert "status 500, OOPS_7, request req-1" in said
    assert "made up trouble" in said
    assert f"given up after {TRIES} tries" in said
    assert len(sync.play.seen) == TRIES
    assert sync.paused == [1.0, 2.0, 4.0, 8.0]


def test_the_old_shape_of_errors_is_understood(sync: Sync) -> None:
    meta = {"status": "Bad Request", "errorMessage": "old words", "internalErrorCode": "E42"}
    sync.play.failures = [(400, {"meta": meta, "result": None})]

    assert "status 400, E42): old words" in sync.refusal()


def test_a_wrong_token_is_refused_at_once_and_not_repeated(sync: Sync) -> None:
    wrong = Account(token="another-made-up-token")

    with pytest.raises(SourceUnreadable) as refused:
        sync.read(account=wrong)

    assert "the service does not accept the token (status 401" in str(refused.value)
    assert "Bad token (token)" in str(refused.value)
    assert "another-made-up-token" not in "".join(traceback.format_exception(refused.value))
    assert len(sync.play.seen) == 1
    assert not sync.paused


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "naïve", "tab\ttab"])
def test_a_malformed_token_is_refused_without_being_shown(sync: Sync, token: str) -> None:
    with pytest.raises(SourceUnreadable, match="holds characters that no token has") as refused:
        sync.read(account=Account(token=token))

    assert not token or token not in "".join(traceback.format_exception(refused.value))
    assert not sync.play.seen


def test_a_redirect_is_not_followed_with_the_token(sync: Sync) -> None:
    with serving() as elsewhere:
        sync.play.failures = [(302, {})]
        sync.play.more_headers = {"Location": f"{elsewhere.base}/API/v3/steal"}

        said = sync.refusal()

        assert "status 302" in said
        assert not elsewhere.seen


def test_the_token_travels_over_https_or_not_at_all(sync: Sync) -> None:
    for base in ("http://example.org", "ftp://127.0.0.1", "file:///etc/passwd"):
        with pytest.raises(SourceUnreadable, match="must begin with https://"):
            sync.read(base_url=base)
    with pytest.raises(SourceUnreadable, match="declare the data centre"):
        list(sync.adapter.fetch(Account(), Options(), None))
    with pytest.raises(SourceUnreadable, match="declare the data centre"):
        list(sync.adapter.fetch(Account(), Options(more={"datacenter": "evil.org/"}), None))


def test_a_download_that_breaks_off_is_tried_again(sync: Sync) -> None:
    sync.play.short = 2

    items = sync.read()

    assert len(responses(items)) == 3


def test_a_file_whose_id_no_longer_holds_is_exported_once_more(sync: Sync) -> None:
    sync.play.gone = 1

    items = sync.read()

    assert len(responses(items)) == 3
    assert "exported once more" in messages(items, "file-gone")[0]
    assert len(starts(sync.play)) == 2


def test_a_file_that_is_never_there_is_given_up(sync: Sync) -> None:
    sync.play.gone = 9

    assert "does not know the survey or the export" in sync.refusal()
    assert len(starts(sync.play)) == 2


def test_a_download_that_keeps_breaking_off_gives_nothing(sync: Sync) -> None:
    sync.play.short = 99

    assert "IncompleteRead" in sync.refusal()


@pytest.mark.parametrize("cut", [1, 30, 200, -1])
def test_a_damaged_download_gives_no_response_and_no_cursor(sync: Sync, cut: int) -> None:
    sync.play.file = zipped(("a.ndjson", fixture("responses.ndjson")))[:cut]
    given: list[Item | Cursor] = []

    with pytest.raises(SourceUnreadable):
        given.extend(sync.adapter.fetch(Account(), sync.options(), None))

    assert not responses(given)
    assert not any(isinstance(item, Cursor) for item in given)


def test_something_else_than_an_export_is_refused(sync: Sync) -> None:
    sync.play.file = fixture("responses.ndjson")
    assert "something else than an export in an archive" in sync.refusal()

    sync.play.file = zipped(("a.csv", fixture("modern.csv")))
    assert "something else than an export in an archive" in sync.refusal()


def test_an_answer_that_is_not_json_is_refused(sync: Sync) -> None:
    sync.play.failures = [(200, b"<html>log in</html>")]

    assert "something that is not JSON" in sync.refusal()


def test_a_service_that_is_not_there_is_given_up(sync: Sync) -> None:
    with serving() as gone:
        base = gone.base

    assert "the service cannot be reached" in sync.refusal(base_url=base)
    assert len(sync.paused) == TRIES - 1


def test_a_check_says_what_is_wrong(sync: Sync) -> None:
    assert sync.check() == ()
    assert [n.code for n in sync.check(Account(token="wrong"))] == ["credentials"]
    sync.play.failures = [problem(403, "no"), problem(404, "no"), problem(400, "no")]
    assert [n.code for _ in range(3) for n in sync.check()] == ["access", "form", "service"]
    assert [n.code for n in sync.check(base_url="http://example.org")] == ["service"]
    assert [n.code for n in sync.check(changes="all")] == ["service"]


def test_a_cursor_holds_no_secret(sync: Sync) -> None:
    assert set(json.loads(cursor(sync.read()))) == {"form", "at"}
    assert TOKEN not in cursor(sync.read(changes="continuation"))


def test_a_reading_that_stops_early_closes_its_download(sync: Sync) -> None:
    reading = sync.adapter.fetch(Account(), sync.options(), None)
    next(reading)

    reading.close()  # type: ignore[attr-defined]  # it is a generator


def test_the_questions_of_a_survey_are_those_of_its_definition(sync: Sync) -> None:
    form = sync.adapter.outline(Account(), sync.options())

    described = sync.adapter.describe(Made(fixture("survey.qsf")), Options(values="codes"))
    assert form == described
    sync.play.definition = problem(403, "not yours")
    with pytest.raises(SourceUnreadable, match="may not read the survey"):
        sync.adapter.outline(Account(), sync.options())
    sync.play.definition = (200, ["odd"])
    with pytest.raises(SourceUnreadable, match="something else than a survey"):
        sync.adapter.outline(Account(), sync.options())
