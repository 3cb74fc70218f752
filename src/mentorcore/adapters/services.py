"""What the core does with a survey service's answers before it believes them.

An adapter that talks to a service is held to the same limits as one that reads files. Its errors
come out without their causes, since those may quote requests, and without any secret.
"""

import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import attrs

from mentorcore.adapters.accounts import WatchedAccount
from mentorcore.adapters.guard import BrokenContract, ContractGuard, checked_form
from mentorcore.adapters.records import is_text
from mentorcore.adapters.sources import Limits
from mentorcore.adapters.spec import (
    Account,
    Cursor,
    Form,
    Item,
    Notice,
    Options,
    Response,
    Unreadable,
)
from mentorcore.errors import AdapterError, MentorcoreError, SourceUnreadable

__all__ = ["LONGEST_CURSOR", "ServiceConnection"]

T = TypeVar("T")

LONGEST_CURSOR = 64_000
"""Characters of the longest cursor that is kept."""


class ServiceConnection:
    """The way to one account of a service, through its adapter.

    Args:
        service: The adapter; a `Service`.
        account: The account.
        limits: How far the adapter may go.
        clock: Seconds that only ever grow.
    """

    def __init__(
        self, service: Any, account: Account, limits: Limits, clock: Callable[[], float]
    ) -> None:
        self._service = service
        self._account = WatchedAccount(account)
        self._limits, self._clock = limits, clock

    def check(self, options: Options) -> tuple[Notice, ...]:
        """What is wrong with credentials and access; nothing when all is well.

        Raises:
            AdapterError: The adapter failed or broke its contract.
            SourceUnreadable: The service cannot be asked.
        """

        def ask() -> tuple[Notice, ...]:
            found = self._service.check(self._account, options)
            if not isinstance(found, tuple | list) or any(type(n) is not Notice for n in found):
                raise BrokenContract("its check answers with something else than notices")
            guard = ContractGuard(self._limits, self._clock)
            return tuple(self._clean(guard.check(notice)) for notice in found)

        return self._asked(ask)

    def outline(self, options: Options) -> Form:
        """The questions of the form.

        Raises:
            AdapterError: The adapter failed or broke its contract.
            SourceUnreadable: The service cannot be read.
        """
        return self._asked(lambda: checked_form(self._service.outline(self._account, options)))

    def fetch(self, options: Options, since: str | None) -> Iterator[Item | Cursor]:
        """Every response since a cursor, or all, and what is wrong; the next cursor comes last.

        Raises:
            AdapterError: The adapter failed, broke its contract, or passed a limit.
            SourceUnreadable: The service cannot be read.
        """
        failure: MentorcoreError | None = None
        items: Any = None
        try:
            items = iter(self._service.fetch(self._account, options, since))
            yield from self._watched(items)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code ran here
            failure = self._failure(error)
        finally:
            with suppress(Exception):  # a stranger's clean-up must not hide what happened
                if isinstance(items, Generator):
                    items.close()
        if failure is not None:
            raise failure  # here, where no cause with a secret in it is tied to it

    def _watched(self, items: Iterator[object]) -> Iterator[Item | Cursor]:
        last: list[Cursor] = []
        size = 0
        for item in ContractGuard(self._limits, self._clock).watch(
            self._before_cursor(items, last)
        ):
            if type(item) is Response:
                size += sum(len(text) for answer in item.answers for text in answer.raw)
                if size > self._limits.bytes:
                    raise BrokenContract(
                        f"it yielded more than the {self._limits.bytes:,} bytes that may be read"
                    )
            yield self._clean(item)
        yield from last

    def _before_cursor(self, items: Iterator[object], last: list[Cursor]) -> Iterator[object]:
        """Everything before the cursor, which ends the reading."""
        began = self._clock()
        for item in items:
            if last:
                raise BrokenContract(
                    f"it yielded a {type(item).__name__} behind its cursor, which has to be last"
                )
            if type(item) is Cursor:
                if self._clock() - began > self._limits.seconds:
                    raise BrokenContract(
                        f"it took more than {self._limits.seconds:g} s for its cursor"
                    )
                last.append(self._checked(item))
            else:
                yield item
            began = self._clock()

    def _checked(self, cursor: Cursor) -> Cursor:
        """A cursor that can be kept.

        Raises:
            BrokenContract: It cannot.
        """
        value = cursor.value
        if type(value) is not str or not value or not is_text(value):
            raise BrokenContract("its cursor is no text")
        if len(value) > LONGEST_CURSOR:
            raise BrokenContract(f"its cursor has {len(value):,} characters")
        if self._account.hidden(value) != value:
            raise BrokenContract("its cursor holds a secret")
        return cursor

    def _clean(self, item: Any) -> Any:
        """A record without secrets in what is said about it."""
        hidden = self._account.hidden
        if type(item) is Unreadable and hidden(item.why) != item.why:
            return attrs.evolve(item, why=hidden(item.why))
        if type(item) is Notice and hidden(item.message) != item.message:
            return attrs.evolve(item, message=hidden(item.message))
        return item

    def _asked(self, ask: Callable[[], T]) -> T:
        failure: MentorcoreError
        try:
            return ask()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code ran here
            failure = self._failure(error)
        raise failure  # here, where no cause with a secret in it is tied to it

    def _failure(self, error: BaseException) -> MentorcoreError:
        """The same error without what led to it, and without secrets."""
        hidden, told = self._account.hidden, MentorcoreError()
        if isinstance(error, SourceUnreadable):
            told = SourceUnreadable(hidden(error.message), file=hidden(error.file), line=error.line)
        else:
            reason = str(error)
            if not isinstance(error, BrokenContract):
                reason = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
            told = AdapterError(
                hidden(reason), adapter=self._service.name, source=self._account.name
            )
        frames = "".join(traceback.format_tb(error.__traceback__))
        told.add_note(hidden(f"It arose here:\n{frames}").rstrip())
        return told
