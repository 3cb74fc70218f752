"""What the log notes about the practices that it holds events of: which package brings them.

A log may be opened where a package is not installed. So the first event of a kind that is not the
core's is recorded together with a note of who brings it. It is a note and not the truth: the
events say themselves of which kind they are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

import attrs
import msgspec

from mentorcore.domain.aggregate import kind_of
from mentorcore.errors import Refused, practice_missing
from mentorcore.log.storage.store import Entry, IndexRow, Store
from mentorcore.practices.practice import PracticeLine
from mentorcore.practices.registry import Practices

__all__ = ["PracticeNote", "PracticeNotes", "form_missing", "practice_lines"]

KIND = "practice"
PAGE = 5_000


@attrs.frozen
class PracticeNote:
    """Who brings the events of a kind.

    Attributes:
        kind: The kind of stream.
        practice: The name of the practice.
        distribution: The distribution to install; ``None`` where it is not known.
        commands: The commands that are decided by its rules, by their names in words.
    """

    kind: str
    practice: str
    distribution: str | None = None
    commands: tuple[str, ...] = ()


def form_missing(kind: str) -> Refused:
    """What is said of a form of a kind that is not here."""
    return Refused(
        f"forms of the kind {kind!r} belong to a practice that is not here; open the log with it",
        "practice_missing",
        kind=kind,
        practice=None,
        distribution=None,
    )


class PracticeNotes:
    """The notes of a log.

    Args:
        store: Where the index is.
        brought_by: Who brings the events of a kind that is not the core's; ``None`` for one that
            is.
    """

    def __init__(
        self, store: Store, brought_by: Callable[[str], PracticeNote | None] = lambda _kind: None
    ) -> None:
        self._store = store
        self._brought_by = brought_by
        self._noted: set[str] = set()

    def beside(self, store: Store) -> "PracticeNotes":
        """The notes as another store shows them."""
        return PracticeNotes(store, self._brought_by)

    def of(self, kind: str) -> PracticeNote | None:
        """What is noted about a kind."""
        name = _name(kind)
        row = self._store.lookup(KIND, [name]).get(name)
        return None if row is None else _read(row)

    def missing(self, kind: str) -> Refused:
        """What is said of a kind whose rules are not here."""
        note = self.of(kind)
        return (
            practice_missing(kind)
            if note is None
            else practice_missing(kind, note.practice, note.distribution)
        )

    def bringing(self, practice: str) -> PracticeNote | None:
        """What is noted about a kind of this practice, if anything is."""
        return next((note for note in self.every() if note.practice == practice), None)

    def every(self) -> Iterator[PracticeNote]:
        """All that is noted."""
        return map(_read, self._store.entries(KIND).values())

    def is_here(self, kind: str) -> bool:
        """Whether the practice of a kind is here."""
        return self._brought_by(kind) is not None

    def entries(self, kinds: Iterable[str]) -> list[Entry]:
        """The notes to record together with events of these kinds."""
        found = []
        for kind in dict.fromkeys(kinds):
            if kind in self._noted:
                continue
            note = self._brought_by(kind)
            if note is None or note == self.of(kind):
                self._noted.add(kind)
            else:
                body = msgspec.json.encode(note)
                found.append(Entry(KIND, _name(kind), "put", None, body))
        return found


def _read(row: IndexRow) -> PracticeNote:
    return msgspec.json.decode(row.body or b"", type=PracticeNote)


def practice_lines(
    practices: Practices, notes: PracticeNotes, store: Store
) -> tuple[PracticeLine, ...]:
    """The practices that are here, those left out, and those that a log holds events of."""
    held = _counted(store)
    listed = practices.listing()
    lines = [attrs.evolve(p, events=sum(held[k] for k in p.kinds)) for p in listed if p.here]
    missing: dict[tuple[str, str | None], list[str]] = {}
    for kind in sorted(held.keys() - practices.model.aggregates):
        note = notes.of(kind) or PracticeNote(kind, "")
        missing.setdefault((note.practice, note.distribution), []).append(kind)
    for (name, distribution), kinds in sorted(missing.items(), key=str):
        events = sum(held[kind] for kind in kinds)
        lines.append(
            PracticeLine(
                name=name, kinds=tuple(kinds), here=False, events=events, distribution=distribution
            )
        )
    return (*lines, *(line for line in listed if not line.here))


def _counted(store: Store) -> Counter[str]:
    """How many events a log holds of each kind of stream."""
    held: Counter[str] = Counter()
    after = 0
    while page := store.page(after, PAGE):
        held.update(kind_of(row.stream) for row in page)
        after = page[-1].position
    return held


def _name(kind: str) -> bytes:
    # No digest with a key: the kind stands in the clear in the name of every stream.
    return sha256(kind.encode()).digest()
