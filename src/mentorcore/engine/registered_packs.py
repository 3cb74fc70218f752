"""The policy packs that a log is opened with, and those that are kept beside it."""

import copy
import os
from collections.abc import Iterable

from mentorcore.engine.indexes.kept_packs import kept_pack
from mentorcore.log.storage.store import Store
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs
from mentorcore.practices.registry import Practices, under

__all__ = ["opened_with", "registered"]


def opened_with(practices: Practices, packs: Iterable[Pack | str | os.PathLike[str]]) -> Practices:
    """The same practices with policy packs that somebody gave, or that their files describe.

    Raises:
        Invalid: A pack needs correction or was not read from a file, or a single path is given
            where several are expected.
    """
    given = tuple(packs) if not isinstance(packs, str | os.PathLike) else packs
    if not given:
        return practices
    from mentorcore.engine.pack_files import read_packs  # noqa: PLC0415 - few logs are given any

    made = copy.copy(practices)
    made.packs = Packs(read_packs(given, practices.model))
    return made


def registered(practices: Practices, store: Store) -> Practices:
    """The practices by which a log is kept, with what its policy packs forbid.

    Args:
        practices: The practices, with the packs that were given.
        store: The log, beside which the packs are kept that its programs adopted.
    """
    return under(practices, practices.packs.beside(kept_pack(store, practices.model.names)))
