"""A view as plain data, for JSON: the same members in the same order every time."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import attrs

from mentorcore.domain.values import Erased, Sealed, Withheld

__all__ = ["plain"]


def plain(view: Any) -> Any:
    """Dictionaries, lists, texts, numbers, true, false and null only.

    Days become ``2026-10-15`` and instants ``2026-10-15T12:00:00Z``. What is withheld becomes
    ``{"withheld": kind, "reason": why}`` and what was erased ``{"erased": kind}``.

    Raises:
        TypeError: Something is sealed still, or has no plain form.
    """
    match view:
        case None | bool() | int() | float() | str():
            return view
        case datetime():
            return view.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return view.isoformat()
        case Withheld():
            return {"withheld": view.kind, "reason": view.reason}
        case Erased():
            return {"erased": view.kind}
        case Sealed():
            raise TypeError("a sealed value is not shown; it has to be opened or withheld first")
        case Mapping():
            return {str(key): plain(value) for key, value in view.items()}
        case list() | tuple():
            return [plain(item) for item in view]
    if attrs.has(type(view)):
        return {f.name: plain(getattr(view, f.name)) for f in attrs.fields(type(view))}
    raise TypeError(f"{type(view).__name__} has no plain form")
