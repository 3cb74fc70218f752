"""A service's adapter is held to its contract and its limits, and tells no secret."""

import base64
import io
import itertools
import json
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from mentorcore.adapters.accounts import ServiceAccount
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.sources import Limits
from mentorcore.adapters.spec import (
    CONTRACT,
    Answer,
    Cursor,
    Form,
    Notice,
    Options,
    Question,
    Response,
    SourceUnreadable,
    Unreadable,
    Where,
)
from mentorcore.errors import AdapterError

SECRET = 'a secret/with "odd" characters+'
HERE = Where("our form")


class Serving:
    """A service that yields what it is given; what is callable is asked with the account."""

    name, version, contract = "serving", "1", CONTRACT

    def __init__(self, *items: Any, check: Any = (), form: Any = None) -> None:
        self.items, self.checked, self.form = items, check, form or Form("f", ())
        self.closed = False

    def check(self, account: Any, options: Options) -> Any:
        return self.checked(account) if callable(self.checked) else self.checked

    def outline(self, account: Any, options: Options) -> Any:
        return self.form(account) if callable(self.form) else self.form

    def fetch(self, account: Any, options: Options, since: str | None) -> Iterator[Any]:
        try:
            for item in self.items:
                yield item(account) if callable(item) else item
        finally:
            self.closed = True


def door(serving: Any, limits: Limits | None = None, clock: Any = None, **secrets: str) -> Any:
    made = Registry(limits, clock) if clock else Registry(limits)
    made.add(serving)
    account = ServiceAccount(name="our form", form="F", secrets=secrets or {"token": SECRET})
    return made.service(serving.name, account)


def fetched(serving: Any, **how: Any) -> list[Any]:
    return list(door(serving, **how).fetch(Options(), None))


def response(text: str = "x") -> Response:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    answers = (Answer("Q", "Q", (text,)),)
    return Response("our form", "f", ("R",), at, "", "UTC", "complete", answers, HERE)


def broken(*items: Any, **how: Any) -> str:
    with pytest.raises(AdapterError) as caught:
        fetched(Serving(*items), **how)
    assert str(caught.value).startswith("adapter 'serving' while reading our form: ")
    return str(caught.value)


def test_what_a_service_yields_comes_out_and_the_cursor_last() -> None:
    items = [Notice(HERE, "n"), response(), Unreadable(HERE, "u"), Cursor("c")]

    assert fetched(Serving(*items)) == items


def test_a_service_without_files_is_one_all_the_same() -> None:
    registry = Registry()
    registry.add(Serving())

    assert registry.listing()[1].abilities == ("service",)


def test_who_reads_files_only_is_no_service_and_the_other_way_round() -> None:
    registry = Registry()
    registry.add(Serving())

    with pytest.raises(AdapterError, match="'csv': reads files only"):
        registry.service("csv", ServiceAccount(name="a", form="f"))
    with pytest.raises(AdapterError, match="'serving': reads a service and no files"):
        registry.read(Lines(), Options(), "serving")
    assert [r.key for r in registry.read(Lines(), Options(keys=("Id",)))] == [("1",), ("2",)]  # type: ignore[union-attr]  # they are responses


class Lines:
    name = "made.csv"

    def open(self) -> Any:
        return io.BytesIO(b"Id,Q\n1,a\n2,b\n")


def test_a_service_that_lacks_a_part_is_put_aside() -> None:
    class Half(Serving):
        outline = None  # type: ignore[assignment]  # that is the point

    class Without:
        name, version, contract = "without", "1", CONTRACT

        def fetch(self) -> None: ...

    with pytest.raises(AdapterError, match="lacks sniff, describe, read"):
        Registry().add(Half())  # type: ignore[arg-type]  # that is the point
    with pytest.raises(AdapterError, match="lacks sniff, describe, read, check, outline"):
        Registry().add(Without())  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ((Cursor("1"), Cursor("2")), "a Cursor behind its cursor"),
        ((Cursor("1"), response()), "a Response behind its cursor"),
        ((Cursor(1),), "its cursor is no text"),  # type: ignore[arg-type]  # that is the point
        ((Cursor(""),), "its cursor is no text"),
        ((Cursor("a\ud800"),), "its cursor is no text"),
        ((Cursor("x" * 64_001),), "its cursor has 64,001 characters"),
        ((Cursor(f"from {SECRET}"),), "its cursor holds a secret"),
        (("a text",), "yielded a str where"),
        ((None,), "yielded a NoneType where"),
    ],
)
def test_a_reading_that_breaks_the_contract_ends_with_the_adapters_name(
    items: tuple[Any, ...], why: str
) -> None:
    ask = (lambda account: account.secret("token") and Notice(HERE, "hello"),)

    assert why in broken(*ask, *items)


def test_a_response_that_cannot_be_kept_becomes_a_complaint() -> None:
    found = fetched(Serving(response("a" * 1_000_001), response("a\0b")))

    assert [type(item) for item in found] == [Unreadable, Notice, Response]


@pytest.mark.parametrize(
    ("limits", "items", "why"),
    [
        (Limits(rows=2), [response()] * 3, "more than 2 records"),
        (Limits(bytes=100), [response("x" * 60)] * 2, "more than the 100 bytes"),
        (Limits(seconds=5), [response()], "more than 5 s for one record"),
        (Limits(seconds=5), [Cursor("c")], "more than 5 s for its cursor"),
    ],
)
def test_a_reading_ends_past_its_limits(limits: Limits, items: list[Any], why: str) -> None:
    ticks = itertools.count(step=10 if limits.seconds == 5 else 0)

    assert why in broken(*items, limits=limits, clock=lambda: next(ticks))


def test_a_reading_that_is_left_is_closed() -> None:
    serving = Serving(response(), response())
    reading = door(serving).fetch(Options(), None)
    next(reading)

    reading.close()

    assert serving.closed


SPELLINGS = {
    "as it is": SECRET,
    "in Python": repr(SECRET)[1:-1],
    "in JSON": json.dumps(SECRET)[1:-1],
    "in an address": quote(SECRET),
    "in an address, whole": quote(SECRET, safe=""),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
}


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("error", [OSError, SourceUnreadable, SystemExit, ValueError])
@pytest.mark.parametrize("asked", ["check", "outline", "fetch"])
def test_no_error_tells_a_secret(asked: str, error: Any, spelled: Any) -> None:
    def fail(account: Any) -> None:
        assert account.secret("token") == SECRET
        said = f"no access with {spelled}, sorry"
        extra = {"file": said} if error is SourceUnreadable else {}
        raise error(said, **extra) from KeyError(said)

    ask: dict[str, Callable[[], Any]] = {
        "check": lambda: door(Serving(check=fail)).check(Options()),
        "outline": lambda: door(Serving(form=fail)).outline(Options()),
        "fetch": lambda: fetched(Serving(response(), fail)),
    }
    kind = SourceUnreadable if error is SourceUnreadable else AdapterError
    with pytest.raises(kind, match=r"no access with \(secret\), sorry") as caught:
        ask[asked]()

    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert spelled not in shown
    assert SECRET not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "in fail" in shown  # where it arose can still be seen


def test_what_is_said_about_the_source_tells_no_secret() -> None:
    def said(account: Any) -> str:
        return f"the token {account.secret('token')} is old"

    serving = Serving(
        lambda a: Notice(HERE, said(a)),
        lambda a: Unreadable(HERE, said(a)),
        check=lambda a: (Notice(HERE, said(a), "old"),),
    )

    notice, unreadable = fetched(serving)

    assert notice.message == unreadable.why == "the token (secret) is old"
    assert door(serving).check(Options()) == (Notice(HERE, "the token (secret) is old", "old"),)


def test_parts_of_a_secret_are_secret_too() -> None:
    lines = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEF",
        "AASCBKcwggSjAgEAAoIBAQ==",
    ]
    key = json.dumps({"type": "service_account", "private_key": "\n".join(lines)})

    def fail(account: Any) -> None:
        inner = json.loads(account.secret("key"))["private_key"]
        raise ValueError(f"cannot parse {inner!r} near {inner.splitlines()[1]}")

    with pytest.raises(AdapterError) as caught:
        fetched(Serving(fail), key=key)

    shown = "".join(traceback.format_exception(caught.value))
    assert lines[1] not in shown
    assert lines[2] not in shown


def test_a_secret_that_was_not_configured_is_named() -> None:
    with pytest.raises(SourceUnreadable, match="our form: there is no secret 'key'"):
        fetched(Serving(lambda account: account.secret("key")))


def test_an_account_shows_no_secret() -> None:
    account = ServiceAccount(name="a", form="f", secrets={"token": SECRET})

    assert SECRET not in repr(account) + str(account)


@pytest.mark.parametrize("answer", [None, "fine", [response()], ("x",)])
def test_a_check_answers_with_notices(answer: Any) -> None:
    with pytest.raises(AdapterError, match="something else than notices"):
        door(Serving(check=lambda _account: answer)).check(Options())


def test_an_outline_is_a_form() -> None:
    form = Form("f", (Question("a", "A"),))

    assert door(Serving(form=form)).outline(Options()) == form
    with pytest.raises(AdapterError, match="described a form with a dict"):
        door(Serving(form=lambda _account: {})).outline(Options())
