"""Policy packs that a log is opened with: read from their files, and looked up beside the log."""

import copy
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from mentorcore.domain.model import Model
from mentorcore.engine.indexes.kept_packs import kept_pack
from mentorcore.errors import Invalid, Problem
from mentorcore.log.storage.store import Store
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import read_pack as pack_of
from mentorcore.policy.registry import Packs
from mentorcore.practices.practice import Practice
from mentorcore.practices.registry import Practices, under

__all__ = ["opened_with", "read_pack", "read_packs", "registered"]


def read_pack(
    path: str | os.PathLike[str], *, practices: Practices | Iterable[Practice] = ()
) -> Pack:
    """The policy pack that a file describes.

    Args:
        path: The file.
        practices: As for `open`: their events may be named by their classes.

    Raises:
        Invalid: There is no such file, or with every problem of it, each with its path, its line
            and what would be right.
    """
    together = practices if isinstance(practices, Practices) else Practices.of(practices)
    return _read(path, together.model)


def _read(path: str | os.PathLike[str], model: Model) -> Pack:
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        problem = Problem(str(file), error.strerror or str(error), "a file in TOML")
        raise Invalid("a policy pack cannot be read", [problem]) from None
    return pack_of(content, file.name, _names(model))


def read_packs(packs: Iterable[Pack | str | os.PathLike[str]], model: Model) -> tuple[Pack, ...]:
    """These packs, those read that are named by their files.

    Raises:
        Invalid: As for `read_pack`; or a single path is given where several are expected.
    """
    if isinstance(packs, str | os.PathLike):
        problem = Problem("packs", "is one path", "a list of packs or paths")
        raise Invalid("the policy packs cannot be told", [problem])
    return tuple(p if isinstance(p, Pack) else _read(p, model) for p in packs)


def opened_with(practices: Practices, given: Iterable[Pack]) -> Practices:
    """The same practices with policy packs that somebody gave.

    Raises:
        Invalid: A pack that is given was not read from a file.
    """
    made = copy.copy(practices)
    made.packs = Packs(given)
    return made


def registered(practices: Practices, store: Store) -> Practices:
    """The practices by which a log is kept, with what its policy packs forbid.

    Args:
        practices: The practices, with the packs that were given.
        store: The log, beside which the packs are kept that its programs adopted.
    """
    return under(practices, practices.packs.beside(kept_pack(store, _names(practices.model))))


def _names(model: Model) -> Mapping[str, str]:
    return {event.__name__: name for name, event in model.names.items()}
