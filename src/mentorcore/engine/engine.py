"""The engine: asked to do something, it decides, records, and answers; asked a question, it reads.

It holds the only clock and the only source of ids. Everything else is told the time. Its parts for
corrections and exports are imported when they are first asked for: a status needs none of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from mentorcore.audit.bundle.read_only_copy import COPY, refuse_copy, refuse_signing
from mentorcore.cached_property import cached_property
from mentorcore.domain.model import command_name
from mentorcore.engine.asking import deciding
from mentorcore.engine.auditing.beside_the_log import BesideTheLog
from mentorcore.engine.auditing.proofs import LogIntegrity
from mentorcore.engine.carrying.carrying import Carrying
from mentorcore.engine.clock import YEAR, ClockCheck, EngineClock
from mentorcore.engine.commands.command_parsing import command_from, enveloped, filled, listed
from mentorcore.engine.commands.host_desk import HostRequests
from mentorcore.engine.commands.idempotency import Outcome, Requests
from mentorcore.engine.commands.ids import time_ordered
from mentorcore.engine.commands.made_ids import asked_for, filled_together
from mentorcore.engine.commands.practice_notes import PracticeNote, PracticeNotes, practice_lines
from mentorcore.engine.commands.unit_of_work import CommandContext, UnitOfWork
from mentorcore.engine.derived_copies import DerivedCopies, Purger
from mentorcore.engine.importing.imports import Imports
from mentorcore.engine.indexes.identities import IdentityIndex
from mentorcore.engine.indexes.kept_packs import keeping
from mentorcore.engine.left_behind import Home
from mentorcore.engine.queries.only_program import Designed
from mentorcore.engine.queries.queries import Queries
from mentorcore.engine.registered_packs import registered
from mentorcore.engine.within import begun, nothing_proven, routed
from mentorcore.errors import LogAway, LogBusy, MentorcoreError, Refused
from mentorcore.log.recorded import Actor, Envelope, Provenance
from mentorcore.log.sealing.index_check import refuse_other_index
from mentorcore.log.sealing.key_holders import KeyHolders
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.sealing import Sealing
from mentorcore.log.serialization.codec import Codec
from mentorcore.log.serialization.left_out import left_out_of
from mentorcore.log.storage.store import Store
from mentorcore.practices.practice import PracticeLine, distribution_of
from mentorcore.practices.registry import Practices
from mentorcore.projections.views import Views

if TYPE_CHECKING:
    from mentorcore.audit.notes.signing import Signing
    from mentorcore.domain.declarations import PracticeCommand
    from mentorcore.domain.model_types import Command
    from mentorcore.engine.health import Health, HealthCheck

__all__ = ["Engine"]

OF_NO_STORE = (
    *("_practices", "_model", "_clock", "_ids", "_keys", "_sealing", "_codec"),
    *("_home", "_purgers", "_clock_check"),
)
"""What an engine knows of no one store, and what forgets nothing when a transaction is undone."""


@routed
class Engine(EngineClock, Queries, Imports, Carrying, DerivedCopies, BesideTheLog):
    """The system of record of peer-mentoring programs; see `mentorcore.open`.

    Safe to share between threads. Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        *,
        clock: Callable[[], datetime],
        ids: Callable[[], str] | None,
        signing: Signing | None = None,
        practices: Practices | None = None,
        clock_ahead: timedelta | None = YEAR,
    ) -> None:
        self._practices = registered(practices or Practices(), store)
        self._model = model = self._practices.model
        self._clock = clock
        self._clock_check = ClockCheck(store, clock_ahead)
        self._ids = ids or time_ordered(clock)
        self._keys = keys
        self._sealing = Sealing(store.log_id, keys, had_keys=KeyHolders(store, model.names).among)
        self._codec = Codec(
            model.names,
            self._practices.upcasts,
            self._practices.lifts,
            kinds=model.aggregates,
            places=left_out_of(store).places,
        )
        self._stand_on(
            CommandContext(
                store,
                self._codec,
                self._sealing,
                IdentityIndex(store, keys, self._sealing),
                self._believed_now,
                model=model,
                notes=PracticeNotes(store, self._brought_by),
                keeping=keeping(self._practices.packs),
            )
        )
        self._requests = Requests(self._desk, keys, self._lock)
        refuse_other_index(store, keys)
        if (is_copy := bool(store.entries(COPY))) and signing is not None:
            refuse_signing()
        self._integrity = LogIntegrity(store, signing, self.now)
        if is_copy:
            self._desk.before_append = refuse_copy
        self._codec.showing.by = self._views
        self._home = Home(self, store.url)
        self._purgers: dict[str, Purger] = {}

    def _stand_on(self, desk: CommandContext) -> None:
        """Make decisions there, with nothing remembered of any other place."""
        self._desk, self._store, self._notes = desk, desk.store, desk.notes
        self._lock = threading.RLock()
        self._closed = False
        self._designed = Designed(desk.store)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "an engine stays in the process that opened it: hand over the path or address of the "
            "log, and open it where it is used"
        )

    def _guest(self, desk: CommandContext) -> Self:
        """The engine that answers inside a block of `within`; it remembers nothing of its own."""
        guest = object.__new__(type(self))
        for name in OF_NO_STORE:
            setattr(guest, name, getattr(self, name))
        guest._stand_on(desk)
        guest._requests = HostRequests(desk, self._keys, guest._lock)
        guest._integrity = nothing_proven()
        return guest

    @cached_property
    def _views(self) -> Views:  # made when first asked for inside a block
        made = Views
        if left_out_of(self._store):
            from mentorcore.projections.incomplete_views import IncompleteViews

            made = IncompleteViews
        return made(
            self._store,
            self._codec,
            self._sealing.open,
            model=self._model,
            views=self._practices.views,
            missing=self._notes.missing,
            packs=self._practices.packs.of,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except MentorcoreError as problem:
            if error is None:
                raise
            error.add_note(f"closing the log failed as well: {problem}")

    def close(self) -> None:
        """Give back files, keys and connections; once is enough, and twice does no harm.

        What was folded for views is stored if it can be. Whoever is recording finishes first, and
        nobody waits for a server that is away.
        """
        if self._closed:
            return
        self._closed = True
        with ExitStack() as giving_back:
            giving_back.callback(self._keys.close)
            giving_back.callback(self._store.close)
            self._store.patience.hurry()
            with suppress(LogBusy, LogAway):
                giving_back.enter_context(self._store.patience.turn(self._lock))
            with suppress(MentorcoreError):
                self._views.close()
            self._integrity.close()

    @property
    def log_id(self) -> str:
        """The log's random id, 32 hex digits, made once when it was created."""
        return self._store.log_id.hex()

    @property
    def position(self) -> int:
        """The position of the last recorded event, 0 for an empty log."""
        return self._store.tail()

    @cached_property
    def _health(self) -> HealthCheck:
        from mentorcore.engine.health import HealthCheck

        return HealthCheck(self._store, self._views.followed, lambda: self._integrity.refusal)

    def health(self, timeout: float = 2.0) -> Health:
        """Whether the log answers, and how far what follows it has come; raises nothing.

        Args:
            timeout: Seconds after which it is answered in any case.
        """
        return self._health.look(timeout)

    def new_id(self, kind: str) -> str:
        """A new id of a kind, such as ``meeting``, for a command that is prepared beforehand."""
        return f"{kind}:{self._ids()}"

    def practices(self) -> tuple[PracticeLine, ...]:
        """The practices that are here, those left out, and those that the log holds events of.

        The whole log is read for it.
        """
        return practice_lines(self._practices, self._notes, self._store)

    def _brought_by(self, kind: str) -> PracticeNote | None:
        found = self._practices.bringing(kind)
        if found is None:
            return None
        rules = self._model.aggregates[kind]
        commands = tuple(map(command_name, rules.commands))
        return PracticeNote(kind, found.practice.name, distribution_of(found), commands)

    @property
    def commands(self) -> Mapping[str, type]:
        """Every command that can be asked for here, by its name in words, as ``hold-meeting``."""
        return self._model.commands_by_name

    def command(self, name: str, fields: Mapping[str, Any]) -> Any:
        """The command of this name with *fields* as plain data, as they stand in JSON.

        Raises:
            Invalid: No such command, or fields that do not fit; with all problems.
            Refused: It is a command of a practice that is not here (``practice_missing``).
        """
        if name not in self.commands:
            for note in self._notes.every():
                if name in note.commands:
                    raise self._notes.missing(note.kind)
        return command_from(name, fields, self._model)

    def within(self, connection: object) -> AbstractContextManager[Self]:
        """Record in the transaction of a host: when it commits, and not when it rolls back.

        Inside the block this engine, asked by the thread or task that began it, works on the
        host's connection: what is recorded there is seen there at once and by nobody else, and is
        recorded when the host commits. Nothing is committed here. When the host rolls back, whole
        or to a savepoint, it is gone, and nobody remembers it. A command that is refused leaves
        the transaction as it was.

        From the first command on, nobody else can write to the log until the host's transaction
        ends; how long others are waited for is the host's ``lock_timeout`` in PostgreSQL (10 s
        where it has none), and its ``timeout`` in SQLite. Nothing is signed inside; the next
        checkpoint covers what was committed.

        Args:
            connection: A connection of psycopg 3 or of `sqlite3` to the log's own database, in a
                transaction; or what hands out one: ``django.db.connection``, a session or a
                connection of SQLAlchemy.

        Returns:
            A context manager that gives the engine inside, which is what this one becomes there.

        Raises:
            Invalid: The connection leads to another database, is in no transaction or in one
                that failed, or is of a kind that nothing can be recorded with.
        """
        return begun(self, connection, desk=self._desk, lock=self._lock, guest=self._guest)

    def handle(
        self,
        command: Command | PracticeCommand,
        *,
        actor: Actor,
        key: str | None = None,
        correlation: str | None = None,
        causation: str | None = None,
        source: Provenance | None = None,
        asked_by: str | None = None,
    ) -> Outcome:
        """Decide one command and record what follows.

        Args:
            command: One of the commands that `mentorcore` lists, such as `HoldMeeting`.
            actor: Who asks.
            key: An idempotency key: the same key with an equal command returns the first answer
                again, marked as replayed. Ids of what the command makes are no part of it, so that
                a repeat may come with new ones. Keys are kept as keyed digests only.
            correlation: A random id that all parts of one piece of work share.
            causation: The ``stream#version`` of the event that led to this command; left out, it
                is the command's name.
            source: Which response of which form it came from.
            asked_by: Who asked the host that asks here, where that is another than the actor: a
                person's id, or a random id that the host can resolve.

        Raises:
            Refused: The rules do not allow it; nothing was recorded.
            KeyReused: The key was used with another command.
            Conflict: Other writers were faster many times in a row; try again.
            Invalid: This is no command, or actor, correlation, causation or an id hold what may
                not stand in the clear.
            LogBusy, LogAway: Other writers, or a server that is away, made it wait for too long.
            LogError: The log cannot be written to: it was closed, or its disk is full.
            KeyMissing: A key that is needed is not there; an older key file was put back.
        """
        return self.batch(
            (command,),
            actor=actor,
            key=key,
            correlation=correlation,
            causation=causation,
            source=source,
            asked_by=asked_by,
        )

    def batch(
        self,
        commands: Iterable[Command | PracticeCommand],
        *,
        actor: Actor,
        key: str | None = None,
        correlation: str | None = None,
        causation: str | None = None,
        source: Provenance | None = None,
        asked_by: str | None = None,
    ) -> Outcome:
        """Decide several commands, each seeing those before it, and record all or nothing.

        Arguments and errors are those of `handle`; one refusal refuses them all. A command may
        name what an earlier one of the batch makes: ``made(0)`` is the id that the first one gets.
        """
        asked = listed(commands)
        whole = self._whole(asked)
        accompanied = [
            (
                c,
                enveloped(
                    c,
                    actor=actor,
                    correlation=correlation,
                    causation=causation,
                    source=source,
                    asked_by=asked_by,
                ),
            )
            for c in whole
        ]
        body = None if key is None else asked_for(asked, whole)
        return self._answered(self._requests.recorded(self._deciding(accompanied), key, body))

    def check(self, *commands: Command | PracticeCommand) -> Refused | None:
        """Whether commands would be refused now, and why; nothing is recorded.

        Several are decided one after the other, each seeing those before it, as in a batch. What
        is recorded meanwhile may change the answer, so whoever then asks for them can be refused
        all the same.

        Args:
            commands: One or more of the commands that `handle` takes.

        Returns:
            The refusal that `handle` or `batch` would raise; ``None`` if there is none.

        Raises:
            Invalid: As for `handle`.
            KeyMissing: As for `handle`.
        """
        whole = self._whole(commands)
        asking = Actor("check", "check", "system")
        accompanied = [
            (c, enveloped(c, actor=asking, correlation=None, causation=None, source=None))
            for c in whole
        ]
        return self._requests.refusal(self._deciding(accompanied))

    def _whole(self, commands: Sequence[Any]) -> list[Any]:
        """Commands with all their ids."""
        return filled_together(
            commands, lambda c: filled(c, self._ids, self._model, self._notes.missing)
        )

    def _deciding(self, commands: Sequence[tuple[Any, Envelope]]) -> Callable[[UnitOfWork], None]:
        return deciding(commands, self._desk, self._keys, lambda: self._views)
