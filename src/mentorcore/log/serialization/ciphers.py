"""A personal value as it is stored: sealed, one member of a JSON object."""

from collections.abc import Callable
from typing import Any

import msgspec

from mentorcore.domain.declarations import PersonalMark
from mentorcore.domain.values import Sealed
from mentorcore.log.sealing.sealing import Seal

__all__ = ["Cipher", "sealed_in"]

encode = msgspec.json.Encoder().encode


class Cipher(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A sealed value as it is stored: ``{"_e": "<base64>"}``."""

    blob: str = msgspec.field(name="_e")


def sealed_in(  # noqa: PLR0917 - called from generated text
    event: Any,
    name: str,
    plain: Callable[[Any, Any], Any],
    mark: PersonalMark,
    stream: str,
    version: int,
    seal: Seal,
) -> Cipher | None:
    """A personal field that holds a value, as it is stored.

    Raises:
        TypeError: It is sealed already; what was sealed for one place in the log opens at no other.
    """
    value = getattr(event, name)
    if isinstance(value, Sealed):
        raise TypeError(
            f"{type(event).__name__}.{name} is sealed already, for {value.stream} version "
            f"{value.version}; a new event takes plain values only"
        )
    told = plain(value, event)
    if told is None:
        return None
    return Cipher(
        seal(
            encode(told),
            stream=stream,
            version=version,
            field=name,
            kind=mark.kind,
            subjects=mark.subjects(event),
        )
    )
