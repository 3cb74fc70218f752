"""Policy packs in files: read, checked, and begun."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from mentorcore.domain.model import Model
from mentorcore.errors import Invalid, Problem
from mentorcore.policy.other_kinds import ProcessExists
from mentorcore.policy.pack import Pack
from mentorcore.policy.reading.pack_reader import read_pack as pack_of
from mentorcore.policy.reading.pack_reader import unknown_events
from mentorcore.policy.school_rules import counts_school_time
from mentorcore.policy.shipped import shipped_packs
from mentorcore.policy.stated import named_roles, stated_facts
from mentorcore.policy.template import PACK_TEMPLATE
from mentorcore.practices.practice import Practice
from mentorcore.practices.registry import Practices

__all__ = [
    "CheckedPack",
    "check_pack",
    "new_pack",
    "read_pack",
    "read_packs",
]


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
        along = str(file) in (pack.id for pack in shipped_packs())
        expected = "a file in TOML" + ("; a pack that comes along needs none" if along else "")
        problem = Problem(str(file), error.strerror or str(error), expected)
        raise Invalid("a policy pack cannot be read", [problem]) from None
    return pack_of(content, file.name, _names(model))


@attrs.frozen(kw_only=True)
class CheckedPack:
    """A policy pack that can be read, and what its rules ask of a program.

    Attributes:
        pack: The pack.
        unknown: Events that its rules look for and that nobody records here, each with the rule
            that does. They may be those of a practice that is not installed.
        stated: Facts that no record tells, so that somebody has to state them (`StateFact`).
        roles: Roles that its rules are for, which a program that adopts it has to call so.
        documents: The processes that the program has to refer to (`ReferenceDocument`).
        needs_calendar: Whether it counts school time.
    """

    pack: Pack
    unknown: tuple[Problem, ...]
    stated: tuple[str, ...]
    roles: tuple[str, ...]
    documents: tuple[str, ...]
    needs_calendar: bool


def check_pack(
    path: str | os.PathLike[str], *, practices: Practices | Iterable[Practice] = ()
) -> CheckedPack:
    """Read the policy pack of a file, and say what its rules ask of a program.

    Args:
        path: The file.
        practices: As for `open`: their events are known, and may be named by their classes.

    Raises:
        Invalid: As for `read_pack`.
    """
    together = practices if isinstance(practices, Practices) else Practices.of(practices)
    pack = _read(path, together.model)
    return CheckedPack(
        pack=pack,
        unknown=unknown_events(pack, together.model.names),
        stated=stated_facts(pack),
        roles=named_roles(pack),
        documents=tuple(r.process for r in pack.rules if isinstance(r, ProcessExists)),
        needs_calendar=any(map(counts_school_time, pack.rules)),
    )


def new_pack(path: str | os.PathLike[str]) -> Path:
    """Write a policy pack to begin with: it is one as it stands, and explains every kind of rule.

    Args:
        path: The file, such as ``district.toml``.

    Raises:
        Invalid: It is there already, or cannot be written.
    """
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as target:
            target.write(PACK_TEMPLATE)
    except FileExistsError:
        problem = Problem(str(file), "is there already", "a new file")
        raise Invalid("a new policy pack overwrites nothing", [problem]) from None
    except OSError as error:
        problem = Problem(str(file), error.strerror or str(error), "a file that can be written")
        raise Invalid("the policy pack cannot be written", [problem]) from None
    return file


def read_packs(packs: Iterable[Pack | str | os.PathLike[str]], model: Model) -> tuple[Pack, ...]:
    """These packs, those read that are named by their files.

    Raises:
        Invalid: As for `read_pack`; or a single path is given where several are expected.
    """
    if isinstance(packs, str | os.PathLike):
        problem = Problem("packs", "is one path", "a list of packs or paths")
        raise Invalid("the policy packs cannot be told", [problem])
    return tuple(p if isinstance(p, Pack) else _read(p, model) for p in packs)


def _names(model: Model) -> Mapping[str, str]:
    return {event.__name__: name for name, event in model.names.items()}
