"""How declared classes are compared, hashed and shown: one function for all of them.

attrs would write and compile these for each class at every start. The fields decide all of it, so
one function that asks the class for them says the same.
"""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import attrs

from mentorcore.domain.values import Sealed
from mentorcore.personal_text import NOT_SHOWN

__all__ = ["add_common_methods"]


def add_common_methods(made: Any) -> None:
    """Give an attrs class equality, a hash and a text by its fields.

    The class says with ``__unshown__`` which of them its text tells no value of.
    """
    names = [f.name for f in attrs.fields(made)]
    made.__field_values__ = staticmethod(attrgetter(*names) if names else _none)
    made.__eq__, made.__hash__, made.__repr__ = _equal, _hashed, _shown
    made.__rich_repr__ = _parts_shown  # rich reads the fields themselves, past any repr


def _none(_instance: object) -> tuple[()]:
    return ()


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__field_values__(self) == self.__field_values__(other)


def _hashed(self: Any) -> int:
    return hash((self.__class__, self.__field_values__(self)))


def _shown(self: Any) -> str:
    told = ", ".join(f"{name}={part!r}" for name, part in _parts_shown(self))
    return f"{type(self).__qualname__}({told})"


def _parts_shown(self: Any) -> Iterator[tuple[str, Any]]:
    """The fields as they may stand in a text; see `mentorcore.personal_text`."""
    kept = self.__unshown__(type(self))
    for field in attrs.fields(type(self)):
        value = getattr(self, field.name)
        hides = field.name in kept and value is not None and not isinstance(value, Sealed)
        yield field.name, _NOT_SHOWN if hides else value


class _NotShown:
    def __repr__(self) -> str:
        return NOT_SHOWN


_NOT_SHOWN = _NotShown()
