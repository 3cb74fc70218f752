"""What the log notes about the practices that it holds events of: which package brings them.

A log may be opened where a package is not installed. So the first event of a kind that is not the
core's is recorded together with a note of who brings it. It is a note and not the truth: the
events say themselves of which kind they are.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import sha256

import attrs

from mentorcore.domain.decider import kind_of
from mentorcore.errors import Refused
from mentorcore.log.store import Entry, Store
from mentorcore.practices.practice import PracticeLine
from mentorcore.practices.registry import Practices

__all__ = ["PracticeNote", "PracticeNotes", "form_missing", "practice_lines", "practice_missing"]

KIND = "practice"
PAGE = 5_000


@attrs.frozen
class PracticeNote:
    """Who brings the events of a kind.

    Attributes:
        kind: The kind of stream.
        practice: The name of the practice.
        distribution: The distribution to install; ``None`` where it is not known.
    """

    kind: str
    practice: str
    distribution: str | None = None


def practice_missing(kind: str, note: PracticeNote | None = None) -> Refused:
    """What is said of a stream or command whose rules are not here."""
    practice = None if note is None else note.practice
    distribution = None if note is None else note.distribution
    who = f"the practice {practice!r}, which" if practice else "a practice that"
    bring = f"install {distribution}" if distribution else "install the package that brings it"
    return Refused(
        f"streams of the kind {kind!r} belong to {who} is not here; {bring}",
        "practice_missing",
        kind=kind,
        practice=practice,
        distribution=distribution,
    )


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

    def of(self, kind: str) -> PracticeNote | None:
        """What is noted about a kind."""
        name = _name(kind)
        row = self._store.lookup(KIND, [name]).get(name)
        if row is None or row.body is None:
            return None
        practice, distribution = json.loads(row.body)
        return PracticeNote(kind, practice, distribution)

    def missing(self, kind: str) -> Refused:
        """What is said of a kind whose rules are not here."""
        return practice_missing(kind, self.of(kind))

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
                body = json.dumps([note.practice, note.distribution]).encode()
                found.append(Entry(KIND, _name(kind), "put", None, body))
        return found


def practice_lines(
    practices: Practices, notes: PracticeNotes, store: Store
) -> tuple[PracticeLine, ...]:
    """The practices that are here, those left out, and those that a log holds events of."""
    held = _counted(store)
    lines = [
        PracticeLine(
            name=h.practice.name,
            kinds=h.practice.kinds,
            here=True,
            origin=h.origin,
            events=sum(held[kind] for kind in h.practice.kinds),
            distribution=h.distribution,
        )
        for h in practices.here
    ]
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
    lines += [
        PracticeLine(name=left.name, kinds=(), here=False, origin=left.origin, problem=left.problem)
        for left in practices.left_out
    ]
    return tuple(lines)


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
