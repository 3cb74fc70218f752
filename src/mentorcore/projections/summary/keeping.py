"""Who is in on a case, as it stands now: those who handle it, and whoever it comes from."""

from mentorcore.domain.aggregate import Keepers, fold, kind_of
from mentorcore.domain.effective import VersionedEvent
from mentorcore.domain.model import Model
from mentorcore.log.storage.store import Store
from mentorcore.projections.folding.event_reader import Reader

__all__ = ["Keeping"]


class Keeping:
    """Tells who is in on the streams of confidential kinds.

    Whatever moment is asked about, it is told as it is now: who was let go reads nothing any more,
    and who handles a case reads all of it.

    Args:
        store: The log.
        read: What reads its events.
        model: The rules that the log is kept by.
    """

    def __init__(self, store: Store, read: Reader, model: Model) -> None:
        self._store = store
        self._read = read
        self._model = model

    def of(self, stream: str) -> Keepers:
        """Who is in on a stream; nobody, where there is none of a confidential kind."""
        rules = self._model.aggregates.get(kind_of(stream))
        if rules is None or rules.keepers is None:
            return Keepers()
        told = (self._read(row) for row in self._store.stream(stream))
        placed = [VersionedEvent(r.version, r.recorded_at, r.event) for r in told]
        return rules.keepers(fold(rules, placed))
