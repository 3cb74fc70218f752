"""A value as plain data, for JSON: the same members in the same order every time."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any

import attrs
import msgspec

from mentorcore.domain.corrections.events import RecordAmended
from mentorcore.domain.declarations import (
    event_info,
    field_readers,
    is_event,
    personal_fields,
)
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Erased, Sealed, Withheld
from mentorcore.errors import Refused
from mentorcore.log.recorded import LeftOut, Recorded, UnknownHere, shown_by
from mentorcore.projections.access.redactor import (
    Viewer,
    confirm_completion_only,
    confirm_viewer,
)

__all__ = ["BY", "plain"]

BY = ("actor", "on_behalf_of", "source", "asked_by")
"""What of an envelope tells who recorded an event."""

_UNASKED = "nobody said who is asking: give plain() a viewer"
_APART = "it was copied or read apart from its log: read it with engine.events"


def plain(view: Any, *, viewer: Viewer | None = None) -> Any:
    """Dictionaries, lists, texts, numbers, true, false and null only.

    Days become ``2026-10-15``, instants ``2026-10-15T12:00:00Z``, bytes hex digits, a refusal its
    code, reason and facts. What is withheld becomes
    ``{"withheld": kind, "reason": why}`` and what was erased ``{"erased": kind}``.

    A recorded event (of `Engine.events`, `Engine.follow`, `Engine.effective`, an `Answer`) gets
    its ``name`` beside its own members, and its fields under ``event``; what a later amendment
    withholds is withheld in the first recording, too.

    Args:
        view: What an engine answered.
        viewer: Who is asking: personal values of recorded events are opened for who may see them.
            Without a viewer they are all withheld.

    Raises:
        TypeError: It has no plain form.
        FollowerStopped: An event on which it rests who may see it cannot be read.
        Refused: The viewer is of one program, and the event of another (``no_such_subject``); or
            administers a school, and is shown no events (``completion_only``).
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
            return plain(Withheld(view.kind, _UNASKED if viewer is None else _APART))
        case Recorded():
            return _recorded(view, viewer)
        case bytes():
            return view.hex()
        case PurePath():
            return str(view)
        case Refused():
            facts = {name: _fact(fact) for name, fact in view.facts.items()}
            return {"code": view.code, "reason": view.reason, "facts": facts}
        case Mapping():
            return {str(key): plain(value, viewer=viewer) for key, value in view.items()}
        case list() | tuple() | frozenset():
            items = sorted(view, key=str) if isinstance(view, frozenset) else view
            return [plain(item, viewer=viewer) for item in items]
    if is_event(type(view)):
        return plain(_withheld_fields(view, _UNASKED if viewer is None else _APART))
    if attrs.has(type(view)):
        fields = attrs.fields(type(view))
        return {f.name: plain(getattr(view, f.name), viewer=viewer) for f in fields}
    if isinstance(view, msgspec.Struct):
        return {n: plain(getattr(view, n), viewer=viewer) for n in view.__struct_fields__}
    raise TypeError(f"{type(view).__name__} has no plain form")


def _fact(fact: object) -> Any:
    try:
        return plain(fact)
    except TypeError:
        return str(fact)


def _recorded(told: Recorded[Any], viewer: Viewer | None) -> dict[str, Any]:
    reader = shown_by(told)
    if viewer is not None:
        confirm_viewer(viewer)
        confirm_completion_only(viewer, "plain")
    if viewer is not None and reader is not None:
        shown = reader.shown(told, viewer)
    else:
        why = _UNASKED if viewer is None else _APART
        event = told.event
        shown = {
            "event": event
            if isinstance(event, UnknownHere | LeftOut)
            else _withheld_fields(event, why)
        }
        about = CORE_MODEL.names.get(getattr(event, "target_name", ""), type(event))
        author = event_info(about).author if is_event(about) else None
        if author is not None and not _open(about, author):
            # Whoever recorded it could be the one from whom its words come.
            shown |= dict.fromkeys(BY, Withheld("author", why))
    found = {}
    for field in attrs.fields(type(told)):
        value = shown[field.name] if field.name in shown else getattr(told, field.name)
        found[field.name] = plain(value, viewer=viewer)
        if field.name == "version":
            found["name"] = plain(shown.get("name", told.name))
    return found


def _withheld_fields(event: Any, why: str) -> dict[str, Any]:
    """The fields of an event as far as anybody may see them who sees the event."""
    if isinstance(event, RecordAmended):
        target = CORE_MODEL.names.get(event.target_name)
        changes = [
            (name, value if target and _open(target, name) else Withheld(name, why))
            for name, value in event.public_changes
        ]
        hidden = {name: Withheld(_kind(target, name), why) for name in event.personal_names}
        more: dict[str, Any] = {"public_changes": changes, "personal_changes": hidden or None}
    else:
        more = {}
    cls = type(event)
    fields = {f.name: getattr(event, f.name) for f in attrs.fields(cls)}
    return {
        name: value if value is None or _open(cls, name) else Withheld(_kind(cls, name), why)
        for name, value in fields.items()
    } | more


def _open(cls: type, field: str) -> bool:
    readers = field_readers(cls).get(field)
    return readers is None or "auditor" in readers


def _kind(cls: type | None, field: str) -> str:
    mark = None if cls is None else personal_fields(cls).get(field)
    return field if mark is None else mark.kind
