"""Which program is meant when nobody said which."""

from collections.abc import Sequence

from mentorcore.errors import Refused
from mentorcore.log.storage.store import Store
from mentorcore.projections.views import ProgramLine

__all__ = ["Designed", "only_one"]


class Designed:
    """The programs that were designed, as far as it takes to know whether there is one.

    What was looked at once is not looked at again.

    Args:
        store: The log.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[str, None] = {}
        self._position = 0

    def only(self) -> str | None:
        """The program, if there is just one."""
        tail = self._store.tail()
        for row in self._store.page(self._position, 2, ("program.designed",)):
            self._found[row.stream] = None
        if len(self._found) > 1:
            return None
        self._position = tail
        return next(iter(self._found), None)


def only_one(lines: Sequence[ProgramLine], *, then: bool = False) -> str:
    """The id of the only program of a log.

    Args:
        lines: The programs that it knows, or knew.
        then: Whether they are those of a moment that was asked about.

    Raises:
        Refused: There is none, or there are several.
    """
    if len(lines) == 1:
        return lines[0].program
    if not lines:
        if then:
            raise Refused("this log held no program by then", "no_such_program")
        raise Refused("this log holds no program yet", "no_such_program")
    named = "; ".join(f"{line.name}: {line.program}" for line in lines)
    raise Refused(f"this log holds several programs, say which: {named}", "which_program")
