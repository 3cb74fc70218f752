"""Google Forms as a service: its responses since the last time, or all of them.

Saved answers of the API (JSON) are read as files in the same way. The service names no deleted
responses and does not promise to list edited ones again, so all of them are to be read from time
to time; in between, everything since shortly before the newest one known is enough.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from mentorcore.adapters.spec import (
    CONTRACT,
    Account,
    Confidence,
    Cursor,
    DateProblem,
    Form,
    Item,
    Notice,
    Options,
    Question,
    Response,
    Source,
    SourceUnreadable,
    Where,
)

from mentorcore_google_forms.bodies import (
    Body,
    Reading,
    form_of,
    instant,
    is_graded,
    questions_answered,
    questions_of,
)
from mentorcore_google_forms.client import Client, Trouble

__all__ = ["GoogleForms"]

OVERLAP = timedelta(hours=1)
"""How far before the newest known response a sync begins; what comes twice is recognised."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_QUALTRICS = re.compile(rb'"(?:displayedFields|labels)"\s*:')
_RESPONSES = re.compile(rb'"responses"\s*:\s*\[')
_RESPONSE = re.compile(rb'"(?:lastSubmittedTime|createTime)"\s*:')
_FORM = re.compile(rb'"(?:questionItem|questionGroupItem)"\s*:')


class GoogleForms:
    """The adapter for the Forms API, and for its answers saved in files.

    Args:
        endpoint: Where the service is; Google's own address when not given.
        overlap: How far before the newest known response a sync begins.
        pause: Waits so many seconds between two attempts.
    """

    name = "google-forms"
    version = "0.1.0"
    contract = CONTRACT

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        overlap: timedelta = OVERLAP,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint, self._overlap, self._pause = endpoint, overlap, pause

    def sniff(self, head: bytes, filename: str) -> Confidence:  # noqa: ARG002 - a name can be changed
        """Certain of a list of responses, likely of a form's description."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith((b"{", b"[")) or _QUALTRICS.search(head):
            return Confidence.NO
        if b'"responseId"' in head and _RESPONSE.search(head):
            listed = start.startswith(b"[") or _RESPONSES.search(head)
            return Confidence.CERTAIN if listed else Confidence.LIKELY
        if b'"items"' in head and _FORM.search(head):
            return Confidence.LIKELY
        return Confidence.NO

    def describe(self, source: Source, options: Options) -> Form:
        """The questions of a saved form, and whatever else saved responses answer.

        Without responses, nothing has a score yet, so that only what the form asks is told.
        """
        body = _saved(source)
        questions = questions_of(body)
        if "responses" not in body:
            questions = tuple(question for question in questions if not is_graded(question))
        more = questions_answered(_listed(body, source.name), questions)
        return Form(options.form or source.name, (*questions, *more))

    def read(self, source: Source, options: Options) -> Iterator[Item]:
        """The responses of a saved list."""
        body, where = _saved(source), Where(source.name)
        if "items" in body and "responses" not in body:
            raise SourceUnreadable(
                "this describes a form and holds none of its responses; save the answer of "
                "responses.list, or sync the form",
                file=source.name,
            )
        if body.get("nextPageToken"):
            yield Notice(where, "this is one page of several; the others are missing", "part")
        given = _listed(body, source.name)
        if not given:
            yield Notice(where, "there are no responses in this file", "no-responses")
        reading = Reading(self.name, options.form, source.name, questions_of(body))
        for number, response in enumerate(given, 1):
            yield from reading.items(response, number)

    def check(self, account: Account, options: Options) -> tuple[Notice, ...]:
        """Whether the credentials are accepted, and may read the form and its responses."""
        where, found = Where(account.name), []
        try:
            with closing(Client(account, self._base(options), self._pause)) as client:
                for ask in (client.form, lambda: next(client.pages(size=1))):
                    try:
                        ask()
                    except Trouble as trouble:
                        found.append(Notice(where, str(trouble), trouble.code))
                        if trouble.code != "access":
                            break
        except Trouble as trouble:
            found.append(Notice(where, str(trouble), trouble.code))
        return tuple(found)

    def outline(self, account: Account, options: Options) -> Form:
        """The questions of the form as it is now.

        Raises:
            SourceUnreadable: The service cannot be read.
        """
        with self._connected(account, options) as client:
            return form_of(client.form(), options.form or account.form)

    def fetch(
        self, account: Account, options: Options, since: str | None
    ) -> Iterator[Item | Cursor]:
        """Every response since a cursor, or all; the next cursor comes last.

        Raises:
            SourceUnreadable: The service cannot be read, or the cursor is none of this form.
        """
        before = _Progress.read(since, account)
        with self._connected(account, options) as client:
            questions = questions_of(client.form())
            yield from _changed(before, questions, account)
            reading = Reading(account.name, options.form or account.form, account.name, questions)
            progress = _Progress(account.form, before.mark, {q.key: q.kind for q in questions})
            start = None if before.mark is None else _rfc3339(before.mark - self._overlap)
            taken = _Taken()
            number = 0
            for page in client.pages(start):
                for body in _listed(page, account.name):
                    number += 1
                    if taken.again(body):
                        continue
                    for item in reading.items(body, number):
                        if isinstance(item, Response):
                            progress = progress.up_to(item.submitted_at)
                        yield item
        if taken.held_back:
            message = "responses were edited while they were listed; the next sync takes the edits"
            yield Notice(Where(account.name), message, "edited-meanwhile")
            progress = progress.not_past(min(taken.held_back))
        yield Cursor(progress.text())

    @contextmanager
    def _connected(self, account: Account, options: Options) -> Iterator[Client]:
        """A connection whose troubles are the contract's error."""
        try:
            with closing(Client(account, self._base(options), self._pause)) as client:
                yield client
        except Trouble as trouble:
            raise SourceUnreadable(str(trouble), file=account.name) from trouble

    def _base(self, options: Options) -> str | None:
        """Where the service is, if that was said; never in the clear over a network.

        Raises:
            Trouble: It is no address to which a secret may be sent.
        """
        base = options.more.get("base_url", "").rstrip("/") or self._endpoint
        parts = urlsplit(base or "https://google")
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not (safe and parts.hostname):
            raise Trouble(
                "refused", f"base_url is {base!r}; it must begin with https:// and name a host"
            )
        return base


class _Progress(NamedTuple):
    """How far a form was read: the newest submission, and the kinds of questions at that time.

    It is kept in the log in the clear, so it tells nothing about single responses.
    """

    form: str
    mark: datetime | None
    kinds: dict[str, str]

    @staticmethod
    def read(text: str | None, account: Account) -> "_Progress":
        """The progress that an earlier cursor tells.

        Raises:
            SourceUnreadable: It is no cursor of this adapter and form.
        """
        if text is None:
            return _Progress(account.form, None, {})
        try:
            told = json.loads(text)
            mark = None if told["mark"] is None else datetime.fromisoformat(told["mark"])
            known = _Progress(told["form"], mark, dict(told["kinds"]))
        except (ValueError, KeyError, TypeError):
            known = _Progress("", None, {})
        if known.form != account.form or (known.mark and known.mark.tzinfo is None):
            raise SourceUnreadable(
                "the place where the last sync ended is not one of this form; sync all of it",
                file=account.name,
            )
        return known

    def text(self) -> str:
        """The cursor that tells this progress."""
        mark = None if self.mark is None else _rfc3339(self.mark)
        return json.dumps({"form": self.form, "mark": mark, "kinds": self.kinds})

    def up_to(self, at: datetime | None) -> "_Progress":
        """The progress with a response submitted at a time."""
        return self if at is None or (self.mark and self.mark >= at) else self._replace(mark=at)

    def not_past(self, at: datetime) -> "_Progress":
        """The progress that leaves what was submitted at a time to be read again."""
        return self._replace(mark=at if self.mark is None else min(self.mark, at))


class _Taken:
    """The responses of one sync, so that one that stands on two pages is taken once.

    Attributes:
        held_back: When responses were submitted that came twice with different contents.
    """

    def __init__(self) -> None:
        self._seen: dict[str, bytes] = {}
        self.held_back: list[datetime] = []

    def again(self, body: object) -> bool:
        """Whether this response was already taken."""
        key = body.get("responseId") if isinstance(body, dict) else None
        if not isinstance(body, dict) or not isinstance(key, str):
            return False
        plain = json.dumps(body, sort_keys=True).encode()
        content = hashlib.blake2b(plain, digest_size=16).digest()
        if key not in self._seen:
            self._seen[key] = content
            return False
        if self._seen[key] != content:
            with suppress(DateProblem):  # a first one without a time is held back by nothing
                at = instant(str(body.get("lastSubmittedTime") or body.get("createTime") or ""))
                self.held_back += [at] if at else []
        return True


def _listed(page: Body, file: str) -> list[object]:
    """The responses of a page, whatever they are; an empty list is left out by the service.

    Raises:
        SourceUnreadable: They are no list.
    """
    found = page.get("responses", [])
    if not isinstance(found, list):
        raise SourceUnreadable("what should be its responses is no list", file=file)
    return found


def _saved(source: Source) -> Body:
    """The JSON object in a file; a response alone, or a list of them, is one with responses.

    Raises:
        SourceUnreadable: It is damaged, or something else.
    """
    with closing(source.open()) as stream:
        content = stream.read()
    line = None
    try:
        body = json.loads(content)
    except json.JSONDecodeError as error:
        body, line = None, error.lineno
    except (ValueError, RecursionError):  # no Unicode, an absurd number, or absurdly deep
        body = None
    if isinstance(body, list) and any("responseId" in r for r in body if isinstance(r, dict)):
        body = {"responses": body}
    elif isinstance(body, dict) and "responseId" in body:
        body = {"responses": [body]}
    if not isinstance(body, dict) or (body and not body.keys() & {"responses", "items", "formId"}):
        raise SourceUnreadable(
            "this is no answer of the Forms API, or it was cut off; save it again",
            file=source.name,
            line=line,
        )
    return body


def _changed(before: _Progress, questions: Sequence[Question], account: Account) -> Iterator[Item]:
    """Which questions have become ones of another kind since the last sync."""
    for question in questions:
        kind = before.kinds.get(question.key, question.kind)
        if kind != question.kind:
            message = (
                f"the question {question.label!r} ({question.key}) asked for {kind} before, and "
                f"asks for {question.kind} now; answers are kept as they were given"
            )
            yield Notice(Where(account.name), message, "kind-changed")


def _rfc3339(at: datetime) -> str:
    """An instant as the service takes it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
