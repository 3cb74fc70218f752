"""Where the last sync of a service's form ended, so that the next one begins there.

The place is kept in the log's index and moves in the transaction that ends a sync, behind all of
its responses. A crash at any moment leaves the old place: the next sync asks for the same
responses again, knows those that were taken, and takes the others. A sync that finds nothing new
records no event, since nothing happened in the program, and its place moves all the same.
"""

from mentorcore.adapters.spec import Account, Notice, Where
from mentorcore.engine.indexes.index import Index, shut
from mentorcore.intake.report import Report
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry, IndexRow, Store

__all__ = ["SyncCursor"]


class SyncCursor:
    """The place of one form of one account.

    Args:
        store: Where the index is.
        keys: Where the key of the index is.
        adapter: The name of the adapter.
        account: The account.
        form: The form's name in its mapping.
        full: Whether to begin anew, whatever the place.

    Attributes:
        since: The cursor at which to begin; ``None`` for everything.
    """

    def __init__(
        self, store: Store, keys: Keys, adapter: str, account: Account, form: str, *, full: bool
    ) -> None:
        self._index = Index(store, keys, "cursor", shut(store, keys))
        self._name = self._index.name(adapter, account.form, form)
        self._found = self._kept()
        self._next: str | None = None
        self.since: str | None = None
        if self._found is not None and not full:
            self.since = self._index.body.read(self._name, self._found)

    def moved(self) -> bool:
        """Whether another sync has ended since this one began."""
        return self._kept() != self._found

    def put(self, cursor: str | None) -> None:
        """Note where the service says that the next reading may begin, if it says so."""
        self._next = cursor

    def settle(self, report: Report) -> None:
        """Hold the place back when there are responses that have to be read again."""
        cut = any(notice.code == "incomplete" for notice in report.notices)
        if report.sound and not cut:
            return
        counts = report.counts
        left = counts.refused + counts.unreadable + counts.ambiguous
        if left:
            what = "1 response was" if left == 1 else f"{left:,} responses were"
            message = f"{what} not taken; the next sync reads all since the last one again"
            report.notices.append(Notice(Where(report.file), message, "cursor-held"))
        self._next = self.since

    def entries(self) -> list[Entry]:
        """The change of the index that ends a sync.

        Nothing when the place stays, or when another sync ended meanwhile: all that both of them
        read is taken, and the other one's place is as good.
        """
        if self.moved() or (self._next is not None and self._next == self.since):
            return []
        if self._next is None:
            return [] if self._found is None else [self._index.drop(self._name)]
        return [self._index.put(self._name, self._next)]

    def _kept(self) -> IndexRow | None:
        return self._index.rows([self._name]).get(self._name)
