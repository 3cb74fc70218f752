"""How declared classes are compared, hashed and shown: one function for all of them.

attrs would write and compile these for each class at every start. The fields decide all of it, so
one function that asks the class for them says the same.
"""

from operator import attrgetter
from typing import Any

import attrs

__all__ = ["add_common_methods"]


def add_common_methods(made: Any) -> None:
    """Give an attrs class equality, a hash and a text by its fields."""
    names = [f.name for f in attrs.fields(made)]
    made.__field_values__ = staticmethod(attrgetter(*names) if names else _none)
    made.__eq__, made.__hash__, made.__repr__ = _equal, _hashed, _shown


def _none(_instance: object) -> tuple[()]:
    return ()


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__field_values__(self) == self.__field_values__(other)


def _hashed(self: Any) -> int:
    return hash((self.__class__, self.__field_values__(self)))


def _shown(self: Any) -> str:
    told = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in attrs.fields(type(self)))
    return f"{type(self).__qualname__}({told})"
