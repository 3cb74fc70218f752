"""Whether a log answers at present, and how far what follows it has come."""

import threading
import time
from collections.abc import Callable, Mapping

import attrs

from mentorcore.errors import MentorcoreError
from mentorcore.log.storage.audit_tables import AuditTransaction
from mentorcore.log.storage.store import Store

__all__ = ["Health", "HealthCheck", "ViewLag"]


@attrs.frozen
class ViewLag:
    """How far a view has come.

    Attributes:
        name: The view, with the version of its projection.
        position: The position up to which this engine has folded it.
        stored: The position up to which it is stored beside the log, where others begin with it.
        behind: By how many positions the engine is behind; the next question folds them.
    """

    name: str
    position: int
    stored: int
    behind: int


@attrs.frozen
class Health:
    """What could be found out about a log within the time that was given.

    Attributes:
        reachable: Whether its database answered.
        problem: Why it did not, as a sentence; empty if it did.
        seconds: How long asking took.
        position: The position of the last recorded event, 0 for an empty log.
        views: How far each view has come.
        covered: The position up to which events are covered by a signed checkpoint, 0 for none.
        uncovered: How many positions are behind that.
        refusal: Why no checkpoint is made at present; ``None`` when all is in order, or nothing is
            signed here.
    """

    reachable: bool
    problem: str = ""
    seconds: float = 0.0
    position: int = 0
    views: tuple[ViewLag, ...] = ()
    covered: int = 0
    uncovered: int = 0
    refusal: str | None = None


class HealthCheck:
    """Looks after an open log, and never for longer than is asked for; safe to share by threads.

    A database may keep whoever asks waiting in ways that no time limit of ours ends. So a thread of
    its own asks; one that is still waiting is not joined by another.

    Args:
        store: The log.
        followed: Tells for each view up to which position it is folded.
        refusal: Tells why no checkpoint is made, if that is so.
    """

    def __init__(
        self,
        store: Store,
        followed: Callable[[], Mapping[str, int]],
        refusal: Callable[[], str | None],
    ) -> None:
        self._store = store
        self._followed = followed
        self._refusal = refusal
        self._lock = threading.Lock()
        self._asking: _Asking | None = None

    def look(self, timeout: float) -> Health:
        """What can be found out within *timeout* seconds; raises nothing."""
        began = time.monotonic()
        with self._lock:
            asking = self._asking
            if asking is None or asking.done.is_set():
                asking = self._asking = _Asking()
                words = asking, timeout
                threading.Thread(
                    target=self._ask, args=words, name="mentorcore-health", daemon=True
                ).start()
        asking.done.wait(timeout)
        took = time.monotonic() - began
        found = asking.found
        if found is None:
            problem = f"{self._store.url} did not answer within {timeout:.3g} s"
            found = Health(reachable=False, problem=problem)
        return attrs.evolve(found, seconds=took, refusal=self._refusal())

    def _ask(self, asking: "_Asking", timeout: float) -> None:
        try:
            with self._store.patience.call(timeout):
                asking.found = self._found()
        except MentorcoreError as error:
            asking.found = Health(reachable=False, problem=str(error))
        finally:
            asking.done.set()

    def _found(self) -> Health:
        store = self._store
        position, stored, followed = store.tail(), store.views(), self._followed()
        covered = store.ledger.read(_covered)
        return Health(
            reachable=True,
            position=position,
            views=tuple(
                ViewLag(name, at, stored.get(name, 0), max(0, position - at))
                for name, at in sorted(followed.items())
            ),
            covered=covered,
            uncovered=max(0, position - covered),
        )


@attrs.define(eq=False)
class _Asking:
    """One look, and what it found."""

    done: threading.Event = attrs.Factory(threading.Event)
    found: Health | None = None


def _covered(tables: AuditTransaction) -> int:
    return tables.head().last_position if tables.newest_checkpoint() else 0
