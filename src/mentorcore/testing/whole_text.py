"""The text of a value with everything in it, to compare it and to look for what may not be there.

The text that a value tells of itself leaves out what is personal: equal texts would prove little.
"""

from collections.abc import Mapping
from typing import Any

import attrs

__all__ = ["whole_text"]


def whole_text(value: Any) -> str:
    """A text of the value and of all in it, equal for equal values of equal types."""
    if attrs.has(type(value)):
        names = [field.name for field in attrs.fields(type(value))]
    else:
        names = list(getattr(value, "__struct_fields__", ()))  # of a msgspec.Struct
    if names:
        inside = ", ".join(f"{name}={whole_text(getattr(value, name))}" for name in names)
        return f"{type(value).__qualname__}({inside})"
    match value:
        case Mapping():
            inside = ", ".join(f"{whole_text(k)}: {whole_text(v)}" for k, v in value.items())
            return f"{type(value).__qualname__}{{{inside}}}"
        case tuple() | list():
            return f"{type(value).__qualname__}({', '.join(map(whole_text, value))})"
        case set() | frozenset():
            return f"{type(value).__qualname__}({', '.join(sorted(map(whole_text, value)))})"
    return repr(value)
