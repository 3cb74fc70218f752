"""How objects that may hold personal texts are told in a text, such as a line of a log.

Whatever traces or logs a host writes the text of what its functions were given. So no command, no
event and no answer tells a personal value there: the object itself has it, its text does not.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["NOT_SHOWN", "without_text"]

NOT_SHOWN = "[not shown]"
"""What stands in the text of an object in place of a personal value."""


def without_text(value: Any) -> str:
    """The text of a value without the texts in it: what holds none is told as it is.

    For ``attrs.field(repr=without_text)``, where a value may be opened for somebody who may see it.
    """
    match value:
        case str() | bytes() | bytearray():
            return NOT_SHOWN
        case Mapping():
            return f"{{{', '.join(f'{k!r}: {without_text(v)}' for k, v in value.items())}}}"
        case tuple() | list() | set() | frozenset():
            return f"({', '.join(map(without_text, value))}{',' * (len(value) == 1)})"
    return repr(value)
