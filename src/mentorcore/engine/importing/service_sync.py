"""A form of a survey service is imported: all of it once, and later what is new or changed."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from mentorcore.adapters.registry import Registry
from mentorcore.adapters.spec import Account
from mentorcore.engine.commands.unit_of_work import CommandContext
from mentorcore.engine.importing.import_run import ImportRun, Progress
from mentorcore.engine.importing.import_transaction import Transactions
from mentorcore.engine.importing.reading.feeds import ServiceFeed
from mentorcore.engine.indexes.form_scopes import FormScopes
from mentorcore.engine.indexes.sync_cursors import SyncCursor
from mentorcore.intake.mappings.mapping import FormMapping
from mentorcore.intake.report import Report
from mentorcore.log.sealing.keys import Keys

__all__ = ["synced"]


def synced(
    desk: CommandContext,
    keys: Keys,
    transactions: Transactions,
    ids: Callable[[str], str],
    *,
    registry: Registry,
    adapter: str,
    account: Account,
    mapping: FormMapping,
    full: bool,
    progress: Progress | None,
    **how: Any,
) -> Report:
    """The account of one sync; see `Engine.sync`, and `ImportRun` for what else is passed on."""
    form = FormScopes(desk.store, keys, mapping.form).of(transactions.program)
    bookmark = SyncCursor(desk.store, keys, adapter, account, form, full=full)
    told = progress or (lambda _count: None)
    feed = ServiceFeed(registry, adapter, account, mapping, since=bookmark.since, progress=told)
    with closing(feed):
        bookmark.put(feed.cursor)
        taking = ImportRun(
            desk, keys, transactions, ids,
            feed=feed, mapping=mapping, bookmark=bookmark, progress=progress, **how,
        )  # fmt: skip
        return taking.take()
