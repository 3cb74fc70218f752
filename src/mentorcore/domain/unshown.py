"""Which fields of a declared class no text of an instance tells a value of."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from mentorcore.domain.field_types import holds_text
from mentorcore.domain.infos import PERSONAL, PUBLIC
from mentorcore.domain.type_tree import OneOf, TypeTree, field_types

__all__ = ["unshown"]


@cache
def unshown(declared: Any) -> frozenset[str]:
    """The fields of an event, command or value class of which no text of an instance tells a value.

    Those that are personal, or become so in an event that the command leads to; and texts that are
    marked neither way there. A word of a fixed list is none.
    """
    info = declared.__dict__.get("__command_info__")
    told = [attrs.fields_dict(cls) for cls in (declared, *(info.events if info else ()))]
    return frozenset(
        name
        for name, tree in field_types(declared).items()
        if _may_be_personal(tree, [fields[name].metadata for fields in told if name in fields])
    )


def _may_be_personal(tree: TypeTree, marks: list[Mapping[Any, Any]]) -> bool:
    if all(isinstance(one, OneOf) for one in tree.alternatives):
        return False
    if any(PERSONAL in metadata for metadata in marks):
        return True
    return holds_text(tree) and not any(PUBLIC in metadata for metadata in marks)
