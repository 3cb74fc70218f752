"""The responses of a survey from the export API, and where the next reading may begin.

An export is started, asked after until its ``status`` says that it is complete, and downloaded as
a zip archive. An edit in Qualtrics changes no date of a response but that of its last
modification, so that is what a later reading goes by, unless continuation tokens are asked for.
"""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from urllib.parse import quote

import attrs
from mentorcore.adapters.spec import (
    Account,
    Cursor,
    Form,
    Item,
    Notice,
    Options,
    SourceUnreadable,
    Where,
)

from mentorcore_qualtrics.api import Client, ServiceRefused, connect
from mentorcore_qualtrics.definition import questions_of, survey_name
from mentorcore_qualtrics.export import opened
from mentorcore_qualtrics.json_export import read_json

__all__ = ["EXPIRY", "OVERLAP", "PATIENCE", "check", "fetch", "outline"]

OVERLAP = timedelta(minutes=10)
"""How far a reading goes back behind the last one; what it meets again is unchanged."""

EXPIRY = timedelta(days=7)
"""How long a continuation token holds."""

PATIENCE = 3600.0
"""Seconds that an export may take before it counts as stuck."""

SHORTEST, LONGEST, TELL = 1.0, 10.0, 30.0
"""Seconds between two questions after an export, at first and at last; and between reports."""

_GONE = {404, 410}
_CODES = {401: "credentials", 403: "access", 404: "form"}


@attrs.frozen
class _Mark:
    """What a cursor says: the survey, and either until when or by which token it was read."""

    form: str
    at: datetime
    token: str | None = None

    def __str__(self) -> str:
        said = {"form": self.form, "at": _utc(self.at)}
        return json.dumps(said if self.token is None else {**said, "token": self.token})


@attrs.frozen
class _Download:
    """A downloaded file, as a source."""

    name: str
    stream: BinaryIO

    def open(self) -> BinaryIO:
        self.stream.seek(0)
        return self.stream


def check(account: Account, options: Options, pause: Callable[[float], None]) -> tuple[Notice, ...]:
    """What keeps a survey from being read; nothing when all is well."""
    where = Where(account.name)
    try:
        client = connect(account, options, pause)
        client.call("GET", f"/API/v3/surveys/{_id(account)}/response-schema")
        _changes(account, options)
    except ServiceRefused as refused:
        return (Notice(where, refused.message, _CODES.get(refused.status, "service")),)
    except SourceUnreadable as problem:
        return (Notice(where, problem.message, "service"),)
    return ()


def outline(account: Account, options: Options, pause: Callable[[float], None]) -> Form:
    """The questions of a survey.

    Raises:
        SourceUnreadable: The account may not read its definition, or the service fails.
    """
    found = connect(account, options, pause).call("GET", _definition(account))
    if not isinstance(found, dict) or not isinstance(found.get("SurveyElements"), list):
        raise SourceUnreadable(
            "the service sent something else than a survey's definition", file=account.name
        )
    called = options.form or survey_name(found) or account.form
    return Form(called, questions_of(found, options.values))


def fetch(
    account: Account,
    options: Options,
    since: str | None,
    pause: Callable[[float], None],
    inflated: int,
) -> Iterator[Item | Cursor]:
    """The responses of a survey since a cursor, or all, and then the next cursor.

    Raises:
        SourceUnreadable: The service refuses or fails, or what it sends is damaged.
    """
    changes = _changes(account, options)
    client = connect(account, options, pause)
    options = options.declaring(form=options.form or account.form)
    labels, notices = _labels(client, account)
    yield from notices
    now = client.clock or datetime.now(UTC)
    mark, why = _mark(since, account, changes, now)
    if why:
        yield _full(account, why)
    try:
        progress = _start(client, account, _body(changes, mark, now))
    except ServiceRefused as refused:
        if mark is None or mark.token is None or not _is_about_token(refused):
            raise
        yield _full(account, f"the service no longer takes the continuation token ({refused})")
        mark = None
        progress = _start(client, account, _body(changes, None, now))
    if mark is not None:
        message = (
            "only responses that are new or changed since the last reading were asked for; "
            "deleted ones show when all are read"
        )
        yield Notice(Where(account.name), message, "only-changes")
    result = yield from _wait(client, account, progress, pause)
    try:
        download = client.download(_file(account, result))
    except ServiceRefused as refused:
        if refused.status not in _GONE:
            raise
        message = f"the exported file was gone already, so it is exported once more ({refused})"
        yield Notice(Where(account.name), message, "file-gone")
        body = _body(changes, mark, now)
        result = yield from _wait(client, account, _start(client, account, body), pause)
        download = client.download(_file(account, result))
    with closing(download) as stream:
        source = _Download(account.name, stream)
        with opened(source, inflated) as export:
            filled = bool(export.stream.read(1))
            if not export.whole or (filled and export.kind != "json"):
                raise SourceUnreadable(
                    "the service sent something else than an export in an archive",
                    file=account.name,
                )
            if filled:
                yield from read_json(
                    export.stream, account.name, options, account.name, labels, whole=True
                )
    token = result.get("continuationToken")
    if changes == "modified":
        yield Cursor(str(_Mark(account.form, now)))
    elif isinstance(token, str) and token:
        yield Cursor(str(_Mark(account.form, now, token)))
    else:
        message = "the service gave no continuation token, so the next reading begins anew"
        yield Notice(Where(account.name), message, "no-cursor")


def _changes(account: Account, options: Options) -> str:
    """By what a later reading goes: the date of modification, or continuation tokens."""
    changes = options.more.get("changes", "modified")
    if changes not in {"modified", "continuation"}:
        raise SourceUnreadable(
            f'changes = {changes!r} is declared under more; it is "modified" or "continuation"',
            file=account.name,
        )
    return changes


def _labels(client: Client, account: Account) -> tuple[dict[str, str], tuple[Notice, ...]]:
    """The texts of the questions, where the account may see the survey's definition."""
    try:
        found = client.call("GET", _definition(account))
    except ServiceRefused as refused:
        if refused.status not in {403, 404}:
            raise
        message = f"the questions' texts cannot be read, their ids are shown: {refused.message}"
        return {}, (Notice(Where(account.name), message, "no-labels"),)
    questions = questions_of(found) if isinstance(found, dict) else ()
    return {question.key: question.label for question in questions}, ()


def _mark(
    since: str | None, account: Account, changes: str, now: datetime
) -> tuple[_Mark | None, str]:
    """Where to begin, and why at the very beginning although there was a cursor."""
    if since is None:
        return None, ""
    try:
        said = json.loads(since)
        at = datetime.fromisoformat(said["at"])
        mark = _Mark(str(said["form"]), at, said.get("token"))
        age = now - at
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, "the cursor of the last reading cannot be understood"
    if mark.form != account.form:
        return None, "the cursor of the last reading is of another survey"
    if (mark.token is None) != (changes == "modified"):
        return None, "the last reading went by another kind of change"
    if mark.token is not None and age >= EXPIRY:
        return None, f"the continuation token is {age.days} days old and holds for 7"
    return mark, ""


def _full(account: Account, why: str) -> Notice:
    return Notice(Where(account.name), f"all responses are read again: {why}", "full-export")


def _body(changes: str, mark: _Mark | None, now: datetime) -> dict[str, object]:
    """What is asked for. The end is exclusive, so what happens from now on is for the next time."""
    body: dict[str, object] = {"format": "ndjson", "compress": True}
    if changes == "continuation":
        body["allowContinuation"] = True
        if mark is not None:
            body["continuationToken"] = mark.token
        return body
    body["sortByLastModifiedDate"] = True
    body["endDate"] = _utc(now)
    if mark is not None:
        body["startDate"] = _utc(mark.at - OVERLAP)
    return body


def _start(client: Client, account: Account, body: dict[str, object]) -> str:
    result = client.call("POST", f"/API/v3/surveys/{_id(account)}/export-responses", body)
    progress = result.get("progressId") if isinstance(result, dict) else None
    if not isinstance(progress, str) or not progress:
        raise SourceUnreadable("the service started no export", file=account.name)
    return progress


def _wait(
    client: Client, account: Account, progress: str, pause: Callable[[float], None]
) -> Generator[Notice, None, dict[str, Any]]:
    """Ask after an export until it is complete. Only its status counts, not its percentage."""
    path = f"/API/v3/surveys/{_id(account)}/export-responses/{quote(progress, safe='')}"
    waited, told, wait = 0.0, 0.0, SHORTEST
    while True:
        result = client.call("GET", path)
        result = result if isinstance(result, dict) else {}
        status = str(result.get("status"))
        if status == "complete" and isinstance(result.get("fileId"), str):
            return result
        if status in {"complete", "failed"}:
            at = (
                f" at {result.get('percentComplete')} %"
                if status == "failed"
                else " without a file"
            )
            raise SourceUnreadable(f"the export {status}{at}; try again later", file=account.name)
        if waited >= PATIENCE:
            raise SourceUnreadable(
                f"the export was not complete after {waited:.0f} seconds (status {status[:40]!r}); "
                "try again later",
                file=account.name,
            )
        pause(wait)
        waited += wait
        wait = min(wait * 1.5, LONGEST)
        if waited - told >= TELL:
            told = waited
            message = f"the export is in progress: {result.get('percentComplete')} %"
            yield Notice(Where(account.name), message, "progress")


def _is_about_token(refused: ServiceRefused) -> bool:
    said = f"{refused.message} {refused.code}".casefold()
    return refused.status in {400, 404, 410} and "continuation" in said


def _definition(account: Account) -> str:
    return f"/API/v3/survey-definitions/{_id(account)}?format=qsf"


def _file(account: Account, result: dict[str, Any]) -> str:
    """Where an exported file is; its id holds for some time only."""
    exports = f"/API/v3/surveys/{_id(account)}/export-responses"
    return f"{exports}/{quote(result['fileId'], safe='')}/file"


def _id(account: Account) -> str:
    return quote(account.form, safe="")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
