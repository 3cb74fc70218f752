"""Which rows of a practice's view, and which of its needs, somebody is shown."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import attrs

from mentorcore.projections.access.redactor import METADATA, Redactor
from mentorcore.projections.summary.program_snapshot import ProgramSnapshot

__all__ = ["is_shown"]


def is_shown(at: ProgramSnapshot, seer: Redactor, shown: Any) -> bool:
    """Whether the viewer is shown a row or a need: members, what names them or is their case."""
    if seer.may(METADATA):
        return True
    mine = seer.mine
    about = getattr(shown, "subject", None) or getattr(shown, _first(shown.__class__), None)
    if isinstance(about, str) and seer.keeps(about):
        return True
    return _names(shown, {*mine, *(s for s, p in at.participants.items() if p.person_id in mine)})


@cache
def _first(shown: Any) -> str:
    """The member that says what a row is about."""
    return str(attrs.fields(shown)[0].name)


def _names(value: Any, ids: Collection[Any]) -> bool:
    if isinstance(value, str):
        return value in ids
    if isinstance(value, Mapping):
        return any(_names(v, ids) for pair in value.items() for v in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return any(_names(v, ids) for v in value)
    if attrs.has(type(value)):
        return any(_names(getattr(value, f.name), ids) for f in attrs.fields(type(value)))
    return False
