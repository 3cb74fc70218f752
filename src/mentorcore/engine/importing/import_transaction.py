"""What an import decided is recorded in the log.

Some hundred responses are one transaction; it is decided again whenever another writer was faster.
"""

from collections.abc import Callable
from typing import TypeVar

from mentorcore.engine.commands.idempotency import Requests
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.engine.importing.import_directory import ImportDirectory, Shelf
from mentorcore.engine.importing.session_directory import SessionDirectory
from mentorcore.engine.indexes.index import Tables

__all__ = ["Transactions"]

T = TypeVar("T")


class Transactions:
    """Where the decisions of an import go: into the log.

    Args:
        desk: Where they are made.
        requests: Makes them again until they are recorded.
        shelf: Where the directories of programs are.
        program: The program of the import.

    Attributes:
        program: The program of the import.
        lasting: Whether anything stays.
        tables: The index beside the log, as a decision sees it.
    """

    lasting = True

    def __init__(
        self, desk: CommandContext, requests: Requests, shelf: Shelf, program: str
    ) -> None:
        self._desk, self._requests = desk, requests
        self.tables: Tables = desk.store
        self._shelf, self.program = shelf, program
        self._gathered: ImportDirectory | None = None
        self._people: tuple[UnitOfWork, SessionDirectory] | None = None

    def record(self, decide: Callable[[UnitOfWork], T]) -> tuple[T, int]:
        """What a decision came to, and the number of its events.

        Args:
            decide: Decides in the session it is given; it may be called several times.

        Raises:
            Refused: It was refused as a whole, and nothing of it is recorded.
            Conflict: Other writers were faster many times in a row.
        """
        decided: list[T] = []
        try:
            events = self._requests.recorded(lambda session: decided.append(decide(session))).events
        finally:
            self._people = None  # nothing else holds what the session decided
        if events and self._gathered is not None:
            self._gathered.recorded(events[0].position, events[-1].position)
        return decided[-1], len(events)

    def people(self, session: UnitOfWork) -> SessionDirectory:
        """Who is known, as a session sees it; the directory is looked for when first needed."""
        if self._gathered is None:
            self._gathered = self._shelf.take(self.program)
        if self._people is None or self._people[0] is not session:
            self._people = session, SessionDirectory(self._gathered, session, self._desk)
        return self._people[1]

    def overtaken(self) -> bool:
        """Whether the log grew while a decision was made, so that it may not hold."""
        return self._desk.streams.moved

    def done(self) -> None:
        """Keep for the next import what was found out about people."""
        if self._gathered is not None:
            self._shelf.put(self._gathered)
