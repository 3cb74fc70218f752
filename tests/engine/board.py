"""A survey service in this process: responses are pinned to a board, changed and taken off."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from mentorcore.adapters.accounts import ServiceAccount
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import (
    CONTRACT,
    Account,
    Answer,
    Cursor,
    Form,
    Item,
    Notice,
    Options,
    Question,
    Response,
    SourceUnreadable,
    Where,
)

TOKEN = "board-token-that-nobody-may-see"
SENT = datetime(2026, 9, 1, 16, tzinfo=UTC)


class Board:
    """The service and its adapter in one; it reads no files.

    Attributes:
        since: The cursors it was asked with.
        extra: Further items before the cursor.
        forgetful: Whether it takes no cursor any more and reads everything again.
    """

    name = "board"
    version = "1"
    contract = CONTRACT

    def __init__(self) -> None:
        self.pinned: dict[str, tuple[int, dict[str, str]]] = {}
        self.first: dict[str, int] = {}
        self.outlined = 0
        self.changes = 0
        self.since: list[str | None] = []
        self.extra: list[Item] = []
        self.forgetful = False
        self.failing = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def pin(self, key: str, **answers: str) -> None:
        self.changes += 1
        self.first.setdefault(key, self.changes)  # an edit moves no time of sending
        self.pinned[key] = (self.changes, answers)

    def person(self, key: str, name: str = "", role: str = "a mentor") -> None:
        mail = f"{key}@example.org"
        self.pin(
            key, **{"E-mail": mail, "Name": name or f"Person {key}", "I am": role, "Mentees": ""}
        )

    def take_off(self, key: str) -> None:
        self.changes += 1
        del self.pinned[key]

    def check(self, account: Account, options: Options) -> tuple[Notice, ...]:
        if account.secret("token") == TOKEN:
            return ()
        return (
            Notice(Where(account.name), f"{account.secret('token')} is refused", "credentials"),
        )

    def outline(self, account: Account, options: Options) -> Form:
        self._admit(account)
        self.outlined += 1
        titles = dict.fromkeys(t for _, answers in self.pinned.values() for t in answers)
        return Form("Our board", tuple(Question(t, t) for t in titles))

    def fetch(
        self, account: Account, options: Options, since: str | None
    ) -> Iterator[Item | Cursor]:
        self._admit(account)
        self.since.append(since)
        if since is not None and self.forgetful:
            yield Notice(Where(account.name), "the cursor is forgotten", "full-export")
            since = None
        begin = int(since or 0)
        for number, (key, (changed, answers)) in enumerate(list(self.pinned.items()), 1):
            if number == self.failing:
                raise OSError(f"the line went dead, with {account.secret('token')}")
            if changed > begin:
                yield Response(
                    source=account.name,
                    form=options.form,
                    key=(key,),
                    submitted_at=SENT + timedelta(minutes=self.first[key]),
                    submitted_raw="",
                    zone_basis="offset in the text",
                    lifecycle="complete",
                    answers=tuple(Answer(t, t, (v,) if v else ()) for t, v in answers.items()),
                    where=Where(account.name, number),
                )
        yield from self.extra
        self.meanwhile()
        yield Cursor(str(self.changes))

    def _admit(self, account: Account) -> None:
        if account.secret("token") != TOKEN:
            raise SourceUnreadable(f"not with {account.secret('token')}", file=account.name)


def account(token: str = TOKEN, **changes: Any) -> ServiceAccount:
    return ServiceAccount(
        **{"name": "our board", "form": "B1", "secrets": {"token": token}} | changes
    )


def registry(*adapters: Any) -> Registry:
    made = Registry()
    for adapter in adapters:
        made.add(adapter)
    return made
