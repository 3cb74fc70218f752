"""Under which name the index keeps a form of each program that has one of that name.

Programs of one log may use the same mapping, and their lists may number their rows alike. What the
first of them took in stands under the name of the form, and that of each other one apart.
"""

from collections.abc import Iterator

from mentorcore.engine.indexes.index import TEXT, Fact, Index, Tables
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.storage.store import Entry

__all__ = ["FormScopes"]


class FormScopes:
    """The programs that have a form of one name.

    Args:
        store: Where the index is.
        keys: Where the key of its digests is.
        form: The form.
    """

    def __init__(self, store: Tables, keys: Keys, form: str) -> None:
        self._form = form
        self._first: Fact[str] = Fact(Index(store, keys, f"first-program:{form}", TEXT))
        self._others: Index[str] = Index(store, keys, f"other-program:{form}", TEXT)

    def of(self, program: str) -> str:
        """The name under which the form of a program stands."""
        return self._form if self._first.get() in {None, program} else self._apart(program)

    def all(self) -> Iterator[str]:
        """The names of all of them."""
        yield self._form
        yield from map(self._apart, self._others.everything().values())

    def remember(self, program: str) -> Iterator[Entry]:
        """The entries that remember that a program has the form."""
        first = self._first.get()
        if first is None:
            yield self._first.put(program)
        elif first != program:
            yield self._others.put(self._others.name(program), program)

    def _apart(self, program: str) -> str:
        return f"{self._form}@{program}"
