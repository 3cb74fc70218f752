"""Copies of what the log says that stand elsewhere: tables, files, whatever a host made of it.

Each is noted in the index beside the log, so that an erasure of years later knows of it, and each
has a purger: what brings the copy in line once something personal is gone. What does not confirm
stays listed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from mentorcore.domain.model import Model
from mentorcore.errors import Invalid, MentorcoreError, OpenedReadOnly, Problem
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.storage.store import Entry, Store
from mentorcore.projections.views import Views
from mentorcore.tables.naming import PREFIX

if TYPE_CHECKING:
    from mentorcore.tables.copying import TableCopy
    from mentorcore.tables.tables import Tables

__all__ = ["DerivedCopies", "DerivedCopy", "Purged", "Purger"]

KIND = "derived-copy"
"""The kind of its entries in the index."""
LONGEST = 500

Purger = Callable[[str], int]
"""Given a person, brings a copy in line with the log; answers how much of it was changed."""


@attrs.frozen
class DerivedCopy:
    """A copy of what the log says that stands elsewhere.

    Attributes:
        name: What it is called.
        since: When it was noted, UTC.
        is_open: Whether it can be purged from here, now.
    """

    name: str
    since: datetime
    is_open: bool


@attrs.frozen
class Purged:
    """What became of a copy when a person was purged from it.

    Attributes:
        name: Which copy.
        changed: How much of it was changed: rows, files.
        problem: Why it does not confirm; nothing where it does.
    """

    name: str
    changed: int = 0
    problem: str | None = None

    @property
    def confirmed(self) -> bool:
        """Whether the copy is in line with the log."""
        return self.problem is None


class Noted(msgspec.Struct, frozen=True):
    """What the index holds of a copy; ``files`` is the folder of a copy in files."""

    name: str
    since: datetime
    files: str | None = None


class DerivedCopies:
    """The copies of a log that stand elsewhere; `Engine` is one of these."""

    _store: Store
    _codec: Codec
    _model: Model
    _views: Views
    _purgers: dict[str, Purger]

    def now(self) -> datetime:
        """The clock, in UTC."""
        raise NotImplementedError

    def _believed_now(self) -> datetime:
        raise NotImplementedError

    def tables(
        self,
        connection: Any,
        *,
        prefix: str = PREFIX,
        update: bool = True,
        rebuild: bool = False,
    ) -> Tables:
        """Tables of the log in a host's database, brought up to the log's end.

        They are made where there are none, and kept up to date by asking again, here or with
        `Tables.update`: what was recorded since is derived, and written in one transaction with the
        position that the tables are at. A connection that commits by itself commits it at once,
        unless the host has begun a transaction; with any other the host commits. The copy is noted;
        see `derived_copies`.

        Args:
            connection: A connection of psycopg 3 or sqlite3, which stays the host's, or what hands
                out one: ``django.db.connection``, a session or a connection of SQLAlchemy; or the
                path or address of a database, which `Tables.close` gives back.
            prefix: What the names of the tables begin with, for several logs in one database.
            update: Whether to bring them up to date now. Without it nothing is written, so that
                whoever may only read can ask for their state and verify them.
            rebuild: Whether to build them anew beside those that are there, verify them and
                switch; see `Tables.rebuild`.

        Raises:
            Invalid: This is no such connection, or no name of a table can begin so.
            MissingExtra: The address needs a package that is not installed.
            TablesError: The tables there are of another log or layout, or none of ours.
            FollowerStopped: An event of the log cannot be read or folded.
            OpenedReadOnly: The log is open for reading only, and the copy was not noted before.
        """
        from mentorcore.tables.opening import database
        from mentorcore.tables.source import RowSource
        from mentorcore.tables.tables import Tables

        db = database(connection)
        try:
            name = f"tables {prefix} in {db.where or 'memory'}"
            made = Tables(
                RowSource(self._store, self._codec, self._model),
                db,
                self._views,
                self.now,
                prefix=prefix,
                copied=self._copied,
                dropped=lambda: self.forget_derived_copy(name),
            )
            if update or rebuild:
                self._keep(name, made.purge, lasting=bool(made.where))
            if rebuild:
                made.rebuild()
            elif update:
                made.update()
        except BaseException:
            db.close()
            raise
        return made

    def register_derived_copy(self, name: str, purge: Purger) -> None:
        """Note a copy of what the log says that the host keeps: a cache, a search index, a feed.

        Args:
            name: What it is called, the same each time it is registered; no personal text.
            purge: Given the id of a person, brings the copy in line with the log and answers how
                much of it was changed. It raises what it cannot do.

        Raises:
            Invalid: The name is empty or too long.
        """
        self._keep(name, purge, lasting=True)

    def forget_derived_copy(self, name: str) -> None:
        """Note that a copy is gone; nothing happens where there was none."""
        self._purgers.pop(name, None)
        if self._store.lookup(KIND, [_digest(name)]):
            self._store.append([], [Entry(KIND, _digest(name), "drop")], self._believed_now)

    def derived_copies(self) -> tuple[DerivedCopy, ...]:
        """The copies of the log that were noted, by name."""
        return tuple(
            DerivedCopy(noted.name, noted.since, self._purger(noted) is not None)
            for noted in self._noted()
        )

    def purge_derived_copies(self, person: str) -> tuple[Purged, ...]:
        """Bring every copy in line with the log after a person was erased, and hear from each.

        One that is not open here, or cannot be purged, is among the answers with the reason; ask
        again once it is.

        Args:
            person: The person's id.
        """
        return tuple(self._purge(noted, person) for noted in self._noted())

    def _purge(self, noted: Noted, person: str) -> Purged:
        purger = self._purger(noted)
        if purger is None:
            return Purged(noted.name, problem="it is not open here: open or register it first")
        try:
            return Purged(noted.name, purger(person))
        except MentorcoreError as error:
            return Purged(noted.name, problem=str(error))
        except Exception as error:  # noqa: BLE001 - whatever a host's code does, the others go on
            return Purged(noted.name, problem=f"{type(error).__name__}: {error}")

    def _purger(self, noted: Noted) -> Purger | None:
        from mentorcore.tables.copying import delete_copy

        files = noted.files
        if files is not None:
            return lambda _person: delete_copy(files)
        return self._purgers.get(noted.name)

    def _copied(self, made: TableCopy) -> None:
        folder = os.fspath(made.folder)
        from mentorcore.tables.copying import delete_copy

        self._keep(f"files in {folder}", lambda _: delete_copy(folder), lasting=True, files=folder)

    def _keep(self, name: str, purge: Purger, *, lasting: bool, files: str | None = None) -> None:
        if not name or len(name) > LONGEST:
            problem = Problem("name", "is empty or too long", f"1 to {LONGEST} characters")
            raise Invalid("the copy cannot be noted", [problem])
        self._purgers[name] = purge
        if not lasting or self._store.lookup(KIND, [_digest(name)]):
            return
        if self._store.read_only:
            raise OpenedReadOnly(
                f"the copy {name!r} is not noted yet, and this log was opened for reading only: "
                "note it once where the log is recorded in, with register_derived_copy"
            )
        body = msgspec.json.encode(Noted(name, self.now(), files))
        self._store.append([], [Entry(KIND, _digest(name), "put", body=body)], self._believed_now)

    def _noted(self) -> list[Noted]:
        held = self._store.entries(KIND).values()
        found = [msgspec.json.decode(row.body, type=Noted) for row in held if row.body is not None]
        known = {noted.name for noted in found}
        found += [Noted(name, self.now()) for name in self._purgers if name not in known]
        return sorted(found, key=lambda noted: noted.name)


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
