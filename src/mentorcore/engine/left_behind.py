"""An engine in a process that was forked off after it was opened: whatever is asked is refused.

Its locks may be held for ever there by threads that were not forked along, so that nothing may be
waited for before the refusal comes.
"""

import weakref
from typing import Any

from mentorcore.log.storage.process_guard import ProcessGuard, Watched, watch

__all__ = ["Home"]


class Home(Watched):
    """The process of an engine, which the engine does not leave.

    Args:
        engine: The engine.
        what: What it has open, for messages.
    """

    def __init__(self, engine: object, what: str) -> None:
        self.guard = ProcessGuard(what)
        self._engine = weakref.ref(engine)
        watch(self)

    def in_child(self) -> None:
        """Have every use of the engine refused from now on."""
        engine = self._engine()
        if engine is not None and not isinstance(engine, LeftBehind):
            kind = type(engine)
            engine.__class__ = type(kind.__name__, (LeftBehind, kind), {})


class LeftBehind:
    """What the class of an inherited engine begins with."""

    def __getattribute__(self, name: str) -> Any:
        if name == "close" or (name.startswith("__") and name.endswith("__")):
            return object.__getattribute__(self, name)
        object.__getattribute__(self, "_home").guard.check()
        raise AssertionError("an engine that was left behind is asked in its own process")

    def __repr__(self) -> str:
        return f"<an engine of another process at {id(self):#x}>"

    def __exit__(self, *_: object) -> None:
        """Leave everything to the parent."""

    def close(self) -> None:
        """Leave everything to the parent, whose files and connections they are."""
