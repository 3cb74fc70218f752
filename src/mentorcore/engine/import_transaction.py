"""What an import decided is recorded in the log; a dry run decides the same and records nothing.

Some hundred responses are one transaction. In the log it is decided again whenever another writer
was faster; a dry run decides everything on top of what it has decided before.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from mentorcore.engine.gathering import Gathered, Shelf
from mentorcore.engine.requests import Requests
from mentorcore.engine.session import Desk, Session
from mentorcore.engine.session_directory import SessionDirectory

__all__ = ["DryRun", "InTheLog", "Transactions"]

T = TypeVar("T")


class Transactions(Protocol):
    """Where an import's decisions go.

    Attributes:
        lasting: Whether anything stays.
    """

    lasting: bool

    def record(self, decide: Callable[[Session], T]) -> tuple[T, int]:
        """What a decision came to, and the number of its events.

        Args:
            decide: Decides in the session it is given; it may be called several times.

        Raises:
            Refused: It was refused as a whole, and nothing of it is recorded.
            Conflict: Other writers were faster many times in a row.
        """

    def people(self, session: Session) -> SessionDirectory:
        """Who is known, as a session sees it."""

    def overtaken(self) -> bool:
        """Whether the log grew while a decision was made, so that it may not hold."""

    def done(self) -> None:
        """Keep for the next import what was found out about people."""


class InTheLog:
    """Decisions that are recorded.

    Args:
        desk: Where they are made.
        requests: Makes them again until they are recorded.
        shelf: Where the directories of programs are.
        program: The program of the import.
    """

    lasting = True

    def __init__(self, desk: Desk, requests: Requests, shelf: Shelf, program: str) -> None:
        self._desk, self._requests = desk, requests
        self._shelf, self._program = shelf, program
        self._gathered: Gathered | None = None
        self._seen: tuple[Session, SessionDirectory] | None = None

    def record(self, decide: Callable[[Session], T]) -> tuple[T, int]:
        """See `Transactions.record`."""
        decided: list[T] = []

        def work(session: Session) -> None:
            decided.append(decide(session))

        events = self._requests.recorded(work).events
        if events and self._gathered is not None:
            self._gathered.recorded(events[0].position, events[-1].position)
        return decided[-1], len(events)

    def people(self, session: Session) -> SessionDirectory:
        """See `Transactions.people`; the directory is looked for when it is first needed."""
        if self._gathered is None:
            self._gathered = self._shelf.take(self._program)
        if self._seen is None or self._seen[0] is not session:
            self._seen = session, SessionDirectory(self._gathered, session, self._desk)
        return self._seen[1]

    def overtaken(self) -> bool:
        """See `Transactions.overtaken`."""
        return self._desk.streams.moved

    def done(self) -> None:
        """See `Transactions.done`."""
        if self._gathered is not None:
            self._shelf.put(self._gathered)


class DryRun:
    """Decisions of which nothing stays; all of them are held in memory.

    Args:
        desk: Where they are made.
        shelf: Where the directories of programs are.
        program: The program of the import.
    """

    lasting = False

    def __init__(self, desk: Desk, shelf: Shelf, program: str) -> None:
        self._desk, self._session = desk, desk.session()
        self._shelf, self._program = shelf, program
        self._seen: SessionDirectory | None = None

    def record(self, decide: Callable[[Session], T]) -> tuple[T, int]:
        """See `Transactions.record`."""
        before = len(self._session.decided)
        decided = decide(self._session)
        return decided, len(self._session.decided) - before

    def people(self, session: Session) -> SessionDirectory:
        """See `Transactions.people`."""
        if self._seen is None:
            self._seen = SessionDirectory(self._shelf.take(self._program), session, self._desk)
        return self._seen

    def overtaken(self) -> bool:
        """Never: what it decides is held against one look at the log."""
        return False

    def done(self) -> None:
        """Forget everything."""
