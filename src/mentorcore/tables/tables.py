"""Tables in a host's database that follow the log: filled, brought up to date, built anew."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import TracebackType
from typing import Self

from mentorcore.errors import TablesError
from mentorcore.projections.access.redactor import AUDITOR, Viewer
from mentorcore.projections.views import Views
from mentorcore.tables.checking import TableDifference, differences
from mentorcore.tables.copying import TableCopy, copy_tables
from mentorcore.tables.database import Database
from mentorcore.tables.held_tables import HeldTables, TableState
from mentorcore.tables.layout import LAYOUT, MEMBERS, PAIRINGS, PARTICIPANTS, SETTINGS, TABLES
from mentorcore.tables.mentor_hours import MentorMonth, mentor_hours_sql
from mentorcore.tables.naming import checked_prefix
from mentorcore.tables.source import RowSource

__all__ = ["Tables"]


class Tables:
    """Tables of a log in a host's database; see `Engine.tables`.

    Whatever changes them does so in one transaction with the position that they are at. A
    connection that commits by itself (``autocommit``) commits it at once, unless the host has begun
    a transaction; with any other the host commits, as after every statement of its own. Errors of
    the host's database pass through as its driver raises them; nothing is half done then.

    Args:
        source: The log as rows.
        db: The host's database.
        views: The figures that the tables are held against.
        now: The clock.
        prefix: What the names of the tables begin with.
        copied: What notes that tables were copied to files.
        dropped: What notes that they are gone.
    """

    def __init__(
        self,
        source: RowSource,
        db: Database,
        views: Views,
        now: Callable[[], datetime],
        *,
        prefix: str,
        copied: Callable[[TableCopy], None],
        dropped: Callable[[], None],
    ) -> None:
        self._source = source
        self._db = db
        self._views = views
        self._now = now
        self._copied = copied
        self._dropped = dropped
        self._tables = HeldTables(db, checked_prefix(prefix))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back where it is our own; the host's stays as it is."""
        self._db.close()

    @property
    def prefix(self) -> str:
        """What the names of the tables begin with."""
        return self._tables.prefix

    @property
    def where(self) -> str:
        """Where the database is, without a password; empty where it does not last."""
        return self._db.where

    def state(self) -> TableState | None:
        """Up to where the tables tell the log; ``None`` where there are none yet.

        Raises:
            TablesError: Something else stands where the tables are to stand.
        """
        with self._db.transaction("read"):
            return self._tables.state()

    def update(self) -> int:
        """Bring the tables up to the end of the log; answers the position that they are at.

        They are made where there are none. Streams on which nothing was recorded stay untouched.

        Raises:
            TablesError: They are of another log or layout, or the log ends before them.
            FollowerStopped: An event of the log cannot be read or folded; the tables stay as they
                are.
        """
        with self._alone():
            if not self._tables.are_there():
                self._tables.create()
                self._tables.put_state(self._at(0))
            return self._followed(self._there())

    def rebuild(self) -> int:
        """Build the tables anew beside those that are there, verify them, and switch.

        Until the end everybody is shown the old ones, and where anything fails they stay. The
        tables themselves stay as well, with the host's views on them and the rights to them; only
        those of another layout are dropped and made again.

        Raises:
            TablesError: What was built is not what the log says, or something else stands where
                the tables are to stand.
            FollowerStopped: An event of the log cannot be read or folded.
        """
        with self._db.transaction("aside"):
            position = self._source.tail()
            beside = HeldTables(self._db, f"{self.prefix}beside_", aside=True)
            beside.create()
            for _, rows in self._source.derived(self._source.changed(0, position), position):
                beside.fill(rows)
            found = tuple(self._differences(beside, position))
            if found:
                more = f", and {len(found) - 1} more" if len(found) > 1 else ""
                raise TablesError(
                    "the tables that were built anew differ from the log, and the old ones stay: "
                    f"{found[0]}{more}"
                )
            self._db.lock(self.prefix)
            if not (self._tables.are_there() and self._tables.are_as_declared()):
                self._tables.create()
            self._tables.put_state(self._at(position))
            self._tables.take_over(beside)
            return self._follow(position)

    def verify(self) -> tuple[TableDifference, ...]:
        """How the tables differ from the log at the position that they are at; nothing if not.

        Every row is derived again and compared, and the figures are held against the status.

        Raises:
            TablesError: There are none, or they are of another log or layout.
            FollowerStopped: An event of the log cannot be read or folded.
        """
        with self._steady():
            return tuple(self._differences(self._tables, self._there().position))

    def counts(self) -> dict[str, int]:
        """How many rows each table has, by its name without the prefix.

        Raises:
            TablesError: There are none, or they are of another log or layout.
        """
        with self._steady():
            self._there()
            return {table.name: self._tables.count(table) for table in TABLES}

    def mentor_hours(self, day: date) -> tuple[MentorMonth, ...]:
        """The hours of each mentor in each month as of a day, for payroll.

        Args:
            day: The meetings until that day count, by the settings in force on it.
        """
        with self._db.transaction("read"):
            rows = list(self._db.rows(self.mentor_hours_sql(day)))
        return tuple(MentorMonth(str(p), str(w), str(m), int(str(n))) for p, w, m, n, _ in rows)

    def mentor_hours_sql(self, day: date) -> str:
        """The query behind `mentor_hours`, for other programs.

        It is understood by PostgreSQL, SQLite and DuckDB alike.
        """
        return mentor_hours_sql(day, prefix=self.prefix)

    def copy(self, folder: str | os.PathLike[str], *, viewer: Viewer = AUDITOR) -> TableCopy:
        """Write the tables as files of comma-separated values, for pandas, DuckDB and the like.

        All of them are as of one position, which stands in ``tables.json`` with what each column
        says. Columns that the viewer may not see are left out.

        Args:
            folder: Where to; files of an earlier copy are replaced.
            viewer: For whom: the coordinator or an auditor.

        Raises:
            Invalid: The viewer is a member, who is shown their own figures only, or of one program,
                while the tables tell of all.
            Refused: The viewer administers a school, and is shown what was completed
                (``completion_only``).
            TablesError: There are no tables, or the folder holds something else.
        """
        with self._steady():
            made = copy_tables(self._tables, self._there(), folder, viewer)
        self._copied(made)
        return made

    def purge(self, person: str) -> int:
        """Derive everything about a person anew, after an erasure; answers how many rows changed.

        What is sealed never stood here. What is derived of the log as it is now replaces what was
        derived before.

        Raises:
            TablesError: The tables are of another log or layout.
        """
        with self._alone():
            if not self._tables.are_there():
                return 0
            position = self._followed(self._there())
            look = self._tables.look
            enrolled = look(PARTICIPANTS, "participant_id", "person_id", person)
            streams = dict.fromkeys([person, *enrolled])
            for participant in enrolled:
                joined = look(MEMBERS, "pairing_id", "participant_id", participant)
                streams |= dict.fromkeys(joined)
            derived = self._source.derived(streams, position)
            return sum(self._tables.take(names, rows) for names, rows in derived)

    def drop(self) -> None:
        """Drop the tables; the log stays, and they can be made again at any time.

        The copy is forgotten, unless the host has still to commit: see `Engine.derived_copies`.

        Raises:
            TablesError: Something else stands in their place.
        """
        with self._alone():
            if self._tables.are_there():
                self._tables.drop()
        if self._db.is_settled:
            self._dropped()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._db.transaction("write"):
            self._db.lock(self.prefix)
            yield

    @contextmanager
    def _steady(self) -> Iterator[None]:
        """What is read inside is of one moment."""
        with self._db.transaction("read"):
            if not self._db.shows_one_moment:
                self._db.lock(self.prefix)
            yield

    def _there(self) -> TableState:
        """The state of tables that belong to this log and layout.

        Raises:
            TablesError: There are none, or they don't.
        """
        state = self._tables.state()
        named = f"the tables {self.prefix}... in {self.where or 'memory'}"
        if state is None:
            raise TablesError(f"{named} are not there yet")
        if state.log_id != self._source.log_id:
            raise TablesError(
                f"{named} are of the log {state.log_id} and not of {self._source.log_id}: give "
                "another prefix, or rebuild them for this log"
            )
        if state.layout != LAYOUT or not self._tables.are_as_declared():
            raise TablesError(
                f"{named} are not of layout {LAYOUT}, which this version of mentorcore fills: "
                "rebuild them"
            )
        return state

    def _at(self, position: int) -> TableState:
        at = self._source.recorded_at(position)
        return TableState(self._source.log_id, LAYOUT, position, at)

    def _followed(self, state: TableState) -> int:
        """Change what was recorded since a state; the new position."""
        at = self._at(state.position)
        if None not in (at.recorded_at, state.recorded_at) and at != state:
            raise TablesError(
                f"the tables {self.prefix}... are at position {state.position}, recorded at "
                f"{state.recorded_at}, and what stands there in the log is of {at.recorded_at}: an "
                "older copy of the log was put back, and more was recorded since; rebuild them"
            )
        return self._follow(state.position)

    def _follow(self, after: int) -> int:
        """Change what was recorded behind a position; the new one."""
        position = self._source.tail()
        if position < after:
            raise TablesError(
                f"the tables {self.prefix}... are at position {after} and the log ends at "
                f"{position}: an older copy of the log was put back; rebuild them"
            )
        streams = self._source.changed(after, position)
        if position != after:
            # First, so that a host whose transaction reads an older moment is told by this row.
            self._tables.put_state(self._at(position))
        programs = [s for s in streams if s.startswith("program:")]
        for names, rows in self._source.derived(programs, position):
            before = {*self._tables.stored(SETTINGS, names).values()}
            now = {held for _, held in self._tables.keyed(SETTINGS, rows).values()}
            self._tables.take(names, rows)
            for program in {str(row[0]) for row in before ^ now}:
                # What counts of a meeting depends on the settings of its program.
                pairings = self._tables.look(PAIRINGS, "pairing_id", "program_id", program)
                streams |= dict.fromkeys(pairings)
        others = [s for s in streams if s not in programs]
        for names, rows in self._source.derived(others, position):
            self._tables.take(names, rows)
        return position

    def _differences(self, tables: HeldTables, position: int) -> Iterator[TableDifference]:
        return differences(tables, self._source, self._views, position, self._now())
