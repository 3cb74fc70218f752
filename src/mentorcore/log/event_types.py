"""Which stored name stands for which kind of happening, for ever.

A name never changes and is never given to another class; a class may be renamed or moved freely.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mentorcore.domain.declarations import event_info

__all__ = ["Names", "table"]

Names = Mapping[str, type]
"""Stored name → event class."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*")


def table(classes: Iterable[type]) -> Names:
    """Collect event classes under their stored names.

    Raises:
        TypeError: A class declares no event, its name is not of the form ``pairing.meeting-held``,
            or two classes bear the same name.
    """
    found: dict[str, type] = {}
    for cls in classes:
        if "__event_info__" not in cls.__dict__:
            raise TypeError(f"{cls.__qualname__} is not declared as an event")
        name = event_info(cls).name
        if not _NAME.fullmatch(name):
            raise TypeError(f"{cls.__qualname__}: {name!r} is not a name such as pairing.formed")
        if found.setdefault(name, cls) is not cls:
            raise TypeError(
                f"{cls.__qualname__} and {found[name].__qualname__} both bear the name {name!r}"
            )
    return MappingProxyType(found)
