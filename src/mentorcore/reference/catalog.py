"""The catalogue: every event that can stand in a log, with its fields and who may cause it.

Everything in it is read from the declarations of the events themselves, so that it cannot say
anything else than what is stored.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import version
from typing import Any

import attrs

from mentorcore.domain.declarations import EventInfo, PersonalMark, event_info, personal_fields
from mentorcore.domain.field_docs import about, meanings
from mentorcore.domain.model import CORRECTIONS, Model, command_name
from mentorcore.domain.type_tree import Record, TypeTree, field_types
from mentorcore.domain.values import is_correctable
from mentorcore.errors import Invalid, Problem
from mentorcore.log.serialization.json_schema import state_schema
from mentorcore.log.serialization.upcasts import UPCASTS, Upcasts
from mentorcore.practices.registry import Practices
from mentorcore.reference.type_words import type_words

__all__ = ["Catalog", "CatalogEvent", "CatalogField", "catalog", "versions_read"]

ANYBODY = "Whoever may record in this log; no rule asks in which role."
IMPORTERS = f"{ANYBODY} An import or a sync records it for whoever runs it."
NOBODY = "Nobody alone: it is recorded, and corrected, together with its principal."
IMPORTED = frozenset({"import", "response"})


@attrs.frozen
class CatalogField:
    """A field of an event, or of a value inside one.

    Attributes:
        name: Its name, in Python and in the stored JSON.
        meaning: What it says, in a sentence.
        type: What it can hold, in words.
        optional: Whether it may hold nothing; the member is stored all the same, as ``null``.
        personal: The class of personal data, for a value that is stored sealed; ``None`` for one
            that stands in the clear for ever.
        whose: Under whose keys a personal value is sealed, in words.
        fields: The fields of the values that it is made of.
    """

    name: str
    meaning: str
    type: str
    optional: bool
    personal: str | None
    whose: str | None
    fields: "tuple[CatalogField, ...]"


@attrs.frozen
class CatalogEvent:
    """One kind of event.

    Attributes:
        name: The stored name, stable for ever, such as ``pairing.meeting-held``.
        version: The version of its fields that is written today.
        versions: All versions that are read, the oldest first.
        meaning: What happened, in a sentence or two.
        true_at: The fields that say when it was true, tried in this order; empty when it was true
            at the moment it was recorded.
        streams: The kinds of streams in which it stands.
        founding: Whether it founds its stream.
        companion: Whether it only accompanies an event on another stream.
        recorded_with: The events that a companion accompanies.
        caused_by: The commands that lead to it.
        who: Who may cause it.
        fields: Its fields, in the order in which they are stored.
        schema: The JSON Schema (draft 2020-12) of the stored state.
    """

    name: str
    version: int
    versions: tuple[int, ...]
    meaning: str
    true_at: tuple[str, ...]
    streams: tuple[str, ...]
    founding: bool
    companion: bool
    recorded_with: tuple[str, ...]
    caused_by: tuple[str, ...]
    who: str
    fields: tuple[CatalogField, ...]
    schema: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen
class Catalog:
    """Every event that can stand in a log; `mentorcore.plain` makes it plain data.

    Attributes:
        mentorcore: The version of mentorcore that it describes.
        events: Every event, by the order of their names.
    """

    mentorcore: str
    events: tuple[CatalogEvent, ...]

    def event(self, name: str) -> CatalogEvent:
        """The event of a stored name.

        Raises:
            Invalid: There is none of that name.
        """
        known = {event.name: event for event in self.events}
        if name in known:
            return known[name]
        near = get_close_matches(name, known, n=3)
        hint = f"perhaps {', '.join(near)}" if near else "one that `mentorcore catalog` lists"
        raise Invalid("there is no such event", [Problem("", f"{name!r} is unknown", hint)])


def catalog(practices: Practices | None = None) -> Catalog:
    """Every event that this version of mentorcore writes, and what is to be known about it.

    Args:
        practices: The practices that are here; those that come with mentorcore when left out.
    """
    here = practices or Practices.of(())
    names = sorted(here.model.names.items())
    made = (_event(name, cls, here.model, here.upcasts) for name, cls in names)
    return Catalog(version("mentorcore"), tuple(made))


def versions_read(name: str, today: int, upcasts: Upcasts = UPCASTS) -> tuple[int, ...]:
    """The versions of an event that are read: today's, and those from which steps lead to it."""
    oldest = today
    while (name, oldest - 1) in upcasts:
        oldest -= 1
    return tuple(range(oldest, today + 1))


def _event(name: str, cls: type, model: Model, upcasts: Upcasts) -> CatalogEvent:
    info: EventInfo = event_info(cls)
    streams = _streams(cls, model)
    return CatalogEvent(
        name=name,
        version=info.version,
        versions=versions_read(name, info.version, upcasts),
        meaning=about(cls),
        true_at=info.occurred,
        streams=streams,
        founding=info.founding,
        companion=info.companion,
        recorded_with=tuple(event_info(p).name for p in model.recorded_with.get(cls, ())),
        caused_by=tuple(command_name(c) for c in model.caused_by[cls]),
        who=_who(info, streams),
        fields=tuple(_fields(cls)),
        schema=state_schema(cls, model.names),
    )


def _streams(cls: type, model: Model) -> tuple[str, ...]:
    if cls in CORRECTIONS:  # wherever a command can name a record to correct
        return tuple(kind for kind in model.aggregates if is_correctable(kind))
    return tuple(kind for kind, rules in model.aggregates.items() if cls in rules.events)


def _who(info: EventInfo, streams: tuple[str, ...]) -> str:
    if info.companion:
        return NOBODY
    return IMPORTERS if IMPORTED.issuperset(streams) else ANYBODY


def _fields(cls: type) -> Iterator[CatalogField]:
    types = field_types(cls)
    marks: Mapping[str, PersonalMark] = personal_fields(cls)
    for name, meaning in meanings(cls).items():
        mark = marks.get(name)
        yield CatalogField(
            name=name,
            meaning=meaning,
            type=type_words(types[name]),
            optional=types[name].empty,
            personal=None if mark is None else mark.kind,
            whose=None if mark is None else _whose(mark),
            fields=tuple(_inner(types[name])),
        )


def _whose(mark: PersonalMark) -> str:
    if mark.whose is None:
        return "all `subjects`"
    return " and ".join(f"`subjects[{index}]`" for index in mark.whose)


def _inner(tree: TypeTree) -> Iterator[CatalogField]:
    """The fields of the value class that a type is made of, if there is one."""
    if isinstance(tree, Record):
        yield from _fields(tree.hint)
    for part in tree.parts:
        yield from _inner(part)
