"""The files that were imported: by their SHA-256 under the key of the index, never in the log.

A digest of a file with people in it, or its name, would stand in the log for ever. Here it goes
with the index and its key, and answers whether a file that somebody holds was taken in.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Any

import attrs

from mentorcore.adapters.spec import Source
from mentorcore.engine.indexes.index import Fact, Index, Tables, shut
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry
from mentorcore.personal_text import without_text

__all__ = ["FileIndex", "ImportedFile", "sha256_of"]

PIECE = 1 << 20

BARREN = 64
"""How many files are remembered in which nothing was new; such imports leave no event."""


@attrs.frozen
class ImportedFile:
    """A file that was imported to its end.

    Attributes:
        name: Its name, without folders.
        sha256: The SHA-256 of its bytes, in hex.
        form: The form that it was read as.
        program: The program that it was imported for.
        batch: The import; ``None`` where nothing of it was new, so that nothing was recorded.
        imported_at: When that was, in UTC.
        position: Where the log stood then.
    """

    name: str = attrs.field(repr=without_text)
    sha256: str
    form: str
    program: str
    batch: str | None
    imported_at: datetime
    position: int


class FileIndex:
    """Remembers imported files.

    Args:
        store: Where the index is.
        keys: Where its key is.
        now: The clock.
    """

    def __init__(self, store: Tables, keys: Keys, now: Callable[[], datetime]) -> None:
        self._index = Index(store, keys, "imported-file", shut(store, keys))
        self._barren = Fact(Index(store, keys, "barren-file", shut(store, keys)))
        self._now = now

    def remember(
        self, source: Source, *, form: str, program: str, batch: str | None, position: int
    ) -> Iterator[Entry]:
        """The entry for a file that was read to its end, by the import if it recorded something.

        Of files in which nothing was new the last ones are remembered.
        """
        file = ImportedFile(
            name=PurePath(source.name).name,
            sha256=sha256_of(source),
            form=form,
            program=program,
            batch=batch,
            imported_at=self._now(),
            position=position,
        )
        if batch is not None:
            name = self._index.name(file.sha256, form, program, batch)
            yield self._index.put(name, json.dumps(_plain(file)))
            return
        if _content(file) not in map(_content, self.every()):
            kept = (*self._barren_ones(), file)[-BARREN:]
            yield self._barren.put(json.dumps([_plain(f) for f in kept]))

    def every(self) -> list[ImportedFile]:
        """Every file that was imported, in the order in which that was.

        A file that was taken in is not told again as one that held nothing new.
        """
        told = [_read(json.loads(text)) for text in self._index.everything().values() if text]
        taken = set(map(_content, told))
        found = [*told, *(f for f in self._barren_ones() if _content(f) not in taken)]
        return sorted(found, key=lambda file: (file.position, file.imported_at, file.name))

    def _barren_ones(self) -> list[ImportedFile]:
        return list(map(_read, json.loads(self._barren.get() or "[]")))


def _content(file: ImportedFile) -> tuple[str, str, str]:
    return file.sha256, file.form, file.program


def _plain(file: ImportedFile) -> dict[str, Any]:
    return {**attrs.asdict(file), "imported_at": file.imported_at.isoformat()}


def _read(told: dict[str, Any]) -> ImportedFile:
    return ImportedFile(**{**told, "imported_at": datetime.fromisoformat(told["imported_at"])})


def sha256_of(source: Source) -> str:
    """The SHA-256 of a source's bytes, in hex.

    Raises:
        SourceUnreadable: It cannot be read.
    """
    found = hashlib.sha256()
    with source.open() as stream:
        while piece := stream.read(PIECE):
            found.update(piece)
    return found.hexdigest()
