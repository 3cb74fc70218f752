"""What responses are taken from: a file in the hands of its adapter, or an account of a service.

Both can be read twice. What a service sent is kept meanwhile: in memory as long as it is small,
then in a file without a name that vanishes with the process.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from mentorcore.adapters.accounts import with_settings
from mentorcore.adapters.registry import Registry
from mentorcore.adapters.services import ServiceConnection
from mentorcore.adapters.spec import (
    Account,
    Answer,
    Cursor,
    Form,
    Notice,
    Response,
    Source,
    Unreadable,
    Where,
)
from mentorcore.domain.responses import Coverage
from mentorcore.engine.indexes.responses import IncomingResponse
from mentorcore.errors import MentorcoreError
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.rejects import Corrected, holds_rejects, read_rejects
from mentorcore.log.storage.store import Entry

__all__ = ["Feed", "FileFeed", "ServiceFeed"]

IN_MEMORY = 32 << 20
"""Bytes of a service's responses that are kept in memory."""

OFTEN = 100
FULL, PASSING = "full-export", "progress"
"""Codes of notices: everything was read after all; and one that only concerns the moment."""


class Feed(Protocol):
    """Where responses come from, as often as they are asked for.

    Attributes:
        name: What it is called in messages.
        adapter: The name of the adapter.
        version: The adapter's version.
        corrected: Whether it is a file of refused rows.
        live: Whether it says what is true now, so that it can never be an older copy.
        recognised: Whether its content alone, and nobody, said which adapter reads it.
    """

    name: str
    adapter: str
    version: str
    corrected: bool
    live: bool
    recognised: bool

    @property
    def coverage(self) -> Coverage:
        """Whether it holds all responses."""

    def items(self) -> Iterator[IncomingResponse | Unreadable | Notice]:
        """Everything from the beginning."""

    def describe(self) -> Form:
        """The form's questions; none if they cannot be known."""

    def remembered(self, batch: str | None, position: int) -> Iterator[Entry]:
        """What the index is to remember of a source that was taken in, by an import if any."""


Remember = Callable[[Source, str | None, int], Iterator[Entry]]
"""Answers with what is remembered of a file, the import that took it in, and a position."""


class FileFeed:
    """A file, read by its adapter each time anew.

    Args:
        registry: The adapters.
        source: The file.
        mapping: What was declared about it.
        adapter: The adapter's name, if somebody said which; else the mapping's.
        remember: Says what is remembered of the file once it was taken in; nothing without it.
    """

    live = False

    def __init__(
        self,
        registry: Registry,
        source: Source,
        mapping: FormMapping,
        adapter: str | None = None,
        remember: Remember | None = None,
    ) -> None:
        self._remember = remember
        self._registry, self._source, self._mapping = registry, source, mapping
        self.name = source.name
        self.corrected = holds_rejects(source)
        if self.corrected:
            self.adapter, self.version = "rejects", "1"
            self.recognised = False
        else:
            self.recognised = not (adapter or mapping.adapter)
            chosen = registry.choose(source, adapter or mapping.adapter)
            self.adapter, self.version = chosen.name, str(chosen.version)

    @property
    def coverage(self) -> Coverage:
        """What the mapping declares; refused rows are never all."""
        return "partial" if self.corrected else self._mapping.options.coverage

    def items(self) -> Iterator[IncomingResponse | Unreadable | Notice]:
        """Everything from the beginning."""
        if self.corrected:
            for item in read_rejects(self._source, self._mapping.form):
                if isinstance(item, Corrected):
                    yield IncomingResponse(item.response, bytes.fromhex(item.seen))
                else:
                    yield item
            return
        for line in self._registry.broken() if self.recognised else ():
            message = (
                f"the adapter {line.name!r} was left out ({line.problem}); if it is the one for "
                f"this file, do not go on with {self.adapter!r}"
            )
            yield Notice(Where(self.name), message, "left-out")
        for found in self._registry.read(self._source, self._mapping.options, self.adapter):
            yield IncomingResponse(found) if isinstance(found, Response) else found

    def describe(self) -> Form:
        """The form's questions."""
        return self._registry.describe(self._source, self._mapping.options, self.adapter)

    def remembered(self, batch: str | None, position: int) -> Iterator[Entry]:
        """The entry that tells later that it was this file."""
        return iter(()) if self._remember is None else self._remember(self._source, batch, position)


class ServiceFeed:
    """What a service had to say once; it is asked when the feed is made. Close it.

    Args:
        registry: The adapters.
        adapter: The name of the one that talks to the service.
        account: The account.
        mapping: What was declared about the form.
        since: The cursor behind which the service is read; ``None`` for everything.
        progress: Told now and then how many responses have come.

    Attributes:
        cursor: Where the next reading may begin, if the service says so.

    Raises:
        AdapterError: The adapter failed or is not there.
        SourceUnreadable: The service cannot be read.
    """

    corrected = False
    live = True
    recognised = False

    def __init__(
        self,
        registry: Registry,
        adapter: str,
        account: Account,
        mapping: FormMapping,
        *,
        since: str | None,
        progress: Callable[[int], None],
    ) -> None:
        self._options = with_settings(mapping.options, account)
        self._door: ServiceConnection = registry.service(adapter, account)
        self.name, self.adapter = account.name, adapter
        self.version = str(registry.get(adapter).version)
        self.cursor: str | None = None
        self._whole = since is None
        self._kept = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed in close
        try:
            self._keep(since, progress)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Forget what the service sent."""
        self._kept.close()

    @property
    def coverage(self) -> Coverage:
        """Whether everything was read."""
        return "full" if self._whole else "partial"

    def items(self) -> Iterator[IncomingResponse | Unreadable | Notice]:
        """Everything from the beginning."""
        self._kept.seek(0)
        for line in self._kept:
            found = _unpacked(json.loads(line))
            yield IncomingResponse(found) if isinstance(found, Response) else found

    def describe(self) -> Form:
        """The form's questions; none if the account may not see them."""
        try:
            return self._door.outline(self._options)
        except MentorcoreError:
            return Form(self.name, ())  # reading worked, and that is what counts

    def remembered(self, batch: str | None, position: int) -> Iterator[Entry]:  # noqa: ARG002
        """Nothing: there is no file."""
        return iter(())

    def _keep(self, since: str | None, progress: Callable[[int], None]) -> None:
        count = 0
        for item in self._door.fetch(self._options, since):
            if isinstance(item, Cursor):
                self.cursor = item.value
                continue
            if isinstance(item, Notice):
                self._whole = self._whole or item.code == FULL
                if item.code == PASSING:
                    progress(count)
                    continue
            self._kept.write(json.dumps(_packed(item)).encode() + b"\n")
            count += 1
            if count % OFTEN == 0:
                progress(count)


def _packed(item: Response | Unreadable | Notice) -> list[object]:
    where = [item.where.file, item.where.record, item.where.line]
    if isinstance(item, Unreadable):
        return ["u", where, item.why]
    if isinstance(item, Notice):
        return ["n", where, item.message, item.code]
    at = None if item.submitted_at is None else item.submitted_at.isoformat()
    answers = [[a.question, a.label, a.raw, a.hint] for a in item.answers]
    head = [item.source, item.form, item.key, at, item.submitted_raw, item.zone_basis]
    return ["r", where, *head, item.lifecycle, answers, item.replaces]


def _unpacked(packed: Any) -> Response | Unreadable | Notice:
    kind, place, *rest = packed
    where = Where(*place)
    if kind == "u":
        return Unreadable(where, *rest)
    if kind == "n":
        return Notice(where, *rest)
    source, form, key, at, raw, basis, lifecycle, answers, replaces = rest
    same = sys.intern  # titles come again with every response
    return Response(
        source=source,
        form=form,
        key=tuple(key),
        submitted_at=None if at is None else datetime.fromisoformat(at),
        submitted_raw=raw,
        zone_basis=basis,
        lifecycle=lifecycle,
        answers=tuple([Answer(same(q), same(n), tuple(r), h) for q, n, r, h in answers]),
        where=where,
        replaces=tuple(replaces),
    )
