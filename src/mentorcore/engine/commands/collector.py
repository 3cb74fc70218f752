"""The collector of cycles rests while a batch of work makes many objects that stay.

Each of its rounds looks at what was made and finds that all of it is in use; in an import that is
a seventh of the work. It belongs to the whole process, so it rests for one short piece of work at
a time, and goes on between two of them.
"""

import gc
import threading
from types import TracebackType

__all__ = ["CollectorPause"]


class CollectorPause:
    """A piece of work during which nothing looks for cycles.

    Whoever begins the first one stops the collector, and starts it again at its own end. Another
    thread that comes meanwhile neither stops it nor waits for it, so that several which overlap
    never keep it from running for longer than one of them takes. A host that stopped it itself
    finds it stopped.
    """

    __slots__ = ("_mine",)

    _turn = threading.Lock()
    _paused = False

    def __init__(self) -> None:
        self._mine = False

    def __enter__(self) -> None:
        cls = CollectorPause
        with cls._turn:
            if not cls._paused and gc.isenabled():
                cls._paused = self._mine = True
                gc.disable()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._mine:
            self._mine = False
            with CollectorPause._turn:
                CollectorPause._paused = False
                gc.enable()
