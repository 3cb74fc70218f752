"""Checks of an adapter that talks to a service, against a server that its author wrote."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import pytest

from mentorcore.adapters.services import ServiceConnection
from mentorcore.adapters.sources import Limits
from mentorcore.adapters.spec import Cursor, Item, Options, SourceUnreadable
from mentorcore.errors import AdapterError
from mentorcore.testing.adapter_reading import ContractBase, facts, responses
from mentorcore.testing.adapter_watching import MadeAccount, hurried, shut_in

__all__ = ["ServiceChecks"]

CALLS = 40
"""Up to how many connections a reading is broken off behind each of them."""


@attrs.frozen
class _Fetched:
    """What came of a reading through a service."""

    items: tuple[Item, ...]
    cursor: str | None
    refusal: SourceUnreadable | None


class ServiceChecks(ContractBase):
    """Everything comes, and nobody goes on behind what never came."""

    def test_a_service_is_read_to_its_end(self) -> None:
        """All of it, twice alike, to questions that its outline has, and with no failure."""
        with self._served() as options:
            first, again = self._fetched(options), self._fetched(options)
            form = self._door().outline(options)
        for fetched in (first, again):
            assert fetched.refusal is None, f"the service cannot be read: {fetched.refusal}"
        assert responses(first.items), "the server of `serving` gives no response"
        assert facts(again.items) == facts(first.items), "two readings of one service differ"
        known = {question.key for question in form.questions}
        strange = {a.question for r in responses(first.items) for a in r.answers} - known
        assert not strange, f"answers to questions that the outline does not have: {strange}"

    def test_a_service_goes_on_from_its_cursor(self) -> None:
        """It understands its own cursor, and what comes behind it is what it said before."""
        with self._served() as options:
            first = self._fetched(options)
            if first.cursor is None:
                pytest.skip("the adapter gives no cursor")
            later = self._fetched(options, first.cursor)
        assert later.refusal is None, f"its own cursor cannot be read from: {later.refusal}"
        made = facts(later.items) - facts(first.items)
        assert not made, f"from its cursor on, a response says something else: {next(iter(made))}"

    def test_a_service_that_breaks_off_gives_no_cursor(self) -> None:
        """Behind each connection in turn, no further one comes about."""
        with self._served() as options:
            whole = facts(self._fetched(options).items)
        for calls in range(CALLS):
            with self._served() as options:
                fetched = self._fetched(options, calls=calls)
            missing = (whole - facts(fetched.items)).total()
            assert not missing or fetched.cursor is None, (
                f"broken off behind {calls} connections, {missing} of {whole.total()} responses "
                "never came, and yet there is a cursor; the next sync would leave them out for good"
            )
            assert not missing or fetched.refusal, (
                f"broken off behind {calls} connections, {missing} of {whole.total()} responses "
                "never came, and nothing was said; raise SourceUnreadable"
            )
            if fetched.refusal is None:
                return

    @contextmanager
    def _served(self) -> Iterator[Options]:
        if not self._is_service:
            pytest.skip("the adapter does not talk to a service")
        served = self.serving()
        if served is None:
            pytest.skip("override serving with a server of your own to check the service")
        with served as options:
            yield options

    def _door(self) -> ServiceConnection:
        return ServiceConnection(
            self.adapter, MadeAccount(secrets=self.secrets), Limits(), time.monotonic
        )

    def _fetched(
        self, options: Options, since: str | None = None, calls: int | None = None
    ) -> _Fetched:
        """Read the service as the core would.

        Raises:
            AssertionError: The adapter crashed, or yielded what the contract does not know.
        """
        items: list[Item] = []
        cursor = refusal = None
        try:
            with shut_in(loopback=True, calls=calls), hurried():
                for item in self._door().fetch(options, since):
                    if isinstance(item, Cursor):
                        cursor = item.value
                    else:
                        items.append(item)
        except SourceUnreadable as error:
            refusal = error
        except AdapterError as error:
            raise AssertionError(
                f"{error}; what keeps a service from being read is told with SourceUnreadable"
            ) from None
        return _Fetched(tuple(items), cursor, refusal)
