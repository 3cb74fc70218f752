"""How a happening becomes bytes and comes back: as readable JSON, its personal values sealed.

A stored state is one object: ``_s`` (random bytes, so that a withheld state cannot be guessed from
its digest), ``at`` (the recorded time, at a fixed place), ``v`` (the version of the payload), ``m``
(the envelope) and ``d`` (the fields, in the exact shape of the wire struct). A state of today's
version is read from its bytes. One of an older version, or one that cannot be read so, is taken
apart first: its fields are lifted and go through the same wire struct, which says what is wrong.
"""

import binascii
import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import attrs
import msgspec

from mentorcore.cached_property import cached_property
from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.domain.model import CORE_MODEL
from mentorcore.errors import Invalid, MalformedEvent, NewerEvent, UnknownEvent
from mentorcore.log.event_types import Names
from mentorcore.log.recorded import (
    Envelope,
    LeftOut,
    Recorded,
    Showing,
    UnknownHere,
    read_by,
)
from mentorcore.log.sealing.randomness import random_bytes
from mentorcore.log.sealing.sealing import Seal
from mentorcore.log.serialization.amendment_fields import Amending, place_of, whereabouts
from mentorcore.log.serialization.converter import exporting, problems, wiring
from mentorcore.log.serialization.envelopes import Meta, completer, written
from mentorcore.log.serialization.left_out import NOTHING, Place
from mentorcore.log.serialization.upcasts import (
    LIFTS,
    UPCASTS,
    Lifts,
    Upcasts,
    lifted,
    steps_missing,
)
from mentorcore.log.serialization.wire_structs import EventWireFormat, event_shape
from mentorcore.log.storage.store import Draft, Row

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["Codec"]

E = TypeVar("E")
_SALT = 12
_BACKSLASH = 92  # as a number: looking for it so takes a fifth of the time
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_BROKEN = (
    *(ValueError, LookupError, TypeError, OverflowError, RecursionError, Invalid),
    msgspec.MsgspecError,
)
"""What reading runs into on a malformed state."""


class _Outer(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A state with its fields left unread."""

    salt: str = msgspec.field(name="_s")
    at: str
    version: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(name="v")
    meta: Meta = msgspec.field(name="m")
    fields: msgspec.Raw = msgspec.field(name="d")


_encode = msgspec.json.Encoder().encode
_members = msgspec.json.Decoder(dict[str, Any]).decode


@attrs.frozen
class _Form:
    """An event class, ready to be read and written."""

    shape: EventWireFormat
    decode: Callable[[bytes], Any]
    upcasts_missing: list[int]
    anonymous: bool


class Codec:
    """Turns events into stored states and back.

    Args:
        names: The events that may stand in the log.
        upcasts: The steps from older payloads to today's.
        lifts: What those steps do to single fields, which amendments hold.
        random: Where the salt of a state comes from.
        kinds: The kinds of streams that are known; events on a stream of another kind are read as
            `UnknownHere`.
        places: By position, where the events stand whose states were left out of an export; they
            are read as `LeftOut`.

    Attributes:
        showing: Who shows what is read to viewers.
    """

    def __init__(
        self,
        names: Names = CORE_MODEL.names,
        upcasts: Upcasts = UPCASTS,
        lifts: Lifts = LIFTS,
        random: Callable[[int], bytes] = random_bytes,
        *,
        kinds: Collection[str] = CORE_MODEL.aggregates.keys(),
        places: Mapping[int, Place] = NOTHING.places,
    ) -> None:
        self._kinds = kinds
        self._names = names
        self._upcasts = upcasts
        self._lifts = lifts
        self._random = random
        self._amending = Amending(names)
        self._forms: dict[str, _Form] = {}
        self._readers: dict[str, Callable[[Row], Recorded[Any]]] = {}
        self._by_class: dict[type, _Form] = {}
        self.showing = Showing()
        self._places = places
        self._complete = completer(self.showing)
        self._outer = msgspec.json.Decoder(_Outer)

    # Reading what is sound and of today needs no converter, and so no import of one.

    @cached_property
    def _wires(self) -> "Converter":
        return wiring()

    @cached_property
    def _exports(self) -> "Converter":
        return exporting()

    def draft(
        self,
        stream: str,
        version: int,
        event: E,
        envelope: Envelope,
        seal: Seal,
        *,
        nth: int = 0,
    ) -> tuple[Draft, E]:
        """The event ready to be stored, and the event as it will be read back.

        Args:
            stream: The stream that takes it.
            version: The version it will have there; it is part of every sealed value.
            event: The decided event, its personal values in plain.
            envelope: What accompanies it.
            seal: What seals personal values, `Sealing.seal`.
            nth: Its place among the events that are recorded together, counted from 0.

        Raises:
            TypeError: The class is not registered, a personal value is sealed already (what was
                sealed for one place in the log opens at no other), or the envelope has no actor
                and the event is not anonymous, or the other way round.
            Refused: A person whose key is needed was erased.
        """
        form = self._form_of(type(event))
        shape = form.shape
        if form.anonymous != (envelope.actor is None):
            raise TypeError(f"{shape.name} is recorded {_whose(form.anonymous)}")
        mirror = shape.wire(event, stream, version, seal)
        salt = binascii.b2a_base64(self._random(_SALT), newline=False)
        head = b'{"_s":"%b","at":"' % salt
        tail = b'","v":%d,"m":%b,"d":%b}' % (
            shape.version,
            written(envelope, nth),
            _encode(mirror),
        )
        draft = Draft(stream, version, shape.name, head, tail)
        return draft, shape.back(event, mirror, stream, version)

    def recorded(self, row: Row) -> Recorded[Any]:
        """Read one stored event.

        Raises:
            UnknownEvent: Its name is not known here, although the kind of its stream is.
            NewerEvent: Its payload is of a later version than this program knows.
            MalformedEvent: Its bytes are not what its name and version promise.
        """
        try:
            read = self._readers.get(row[3]) or self.reader(row[3])
            return read(row)
        except _BROKEN:
            return self._placed(row, LeftOut(row.name)) or self.taken_apart(row)

    def reader(self, name: str) -> Callable[[Row], Recorded[Any]]:
        """What reads the events of one name in today's version, from their bytes.

        What it raises says no more than that the state is to be taken apart.
        """
        form = self._form(name)
        decode, build, today = form.decode, form.shape.build, form.shape.version
        complete, anonymous = self._complete, form.anonymous
        # Corrections stand on streams of every kind, also of one that is unknown here.
        anywhere = name.partition(".")[0] not in self._kinds

        def read(row: Row) -> Recorded[Any]:
            _position, stream, version, _name, state = row
            if anywhere and kind_of(stream) not in self._kinds:
                return self._around(row, lambda _outer: UnknownHere(name))
            if _BACKSLASH in state and _NUL.search(state):
                raise ValueError("a text holds a NUL")
            found = decode(state)
            if found.v != today:
                raise ValueError("it is of another version")
            if (found.m.by is msgspec.UNSET) is not anonymous:
                raise ValueError(_whose(anonymous))
            event = build(found.d, stream, version)
            return complete(event, row, found.at, found.m)

        return read

    def taken_apart(self, row: Row) -> Recorded[Any]:
        """Read a state member by member: any version up to today's, and errors with their path."""
        name = row.name
        if {kind_of(row.stream), name.partition(".")[0]}.isdisjoint(self._kinds):
            return self._around(row, lambda _outer: UnknownHere(name))
        if name not in self._names:
            raise UnknownEvent(
                f"{place_of(row)}: events named {name!r} are unknown here; a newer version wrote "
                "them. Update mentorcore, or the package of the practice that they belong to",
                **whereabouts(row),
            )
        form = self._form(name)
        return self._around(row, lambda outer: self._lifted(form, row, outer))

    def envelope(self, row: Row) -> Recorded[str]:
        """Read everything but the fields; the stored name stands in the event's place.

        It reads events of any name and version.

        Raises:
            MalformedEvent: The state is not one of ours.
        """
        return self._placed(row, row.name) or self._around(row, lambda _outer: row.name)

    def _placed(self, row: Row, event: Any) -> Recorded[Any] | None:
        """An event without a state, which was left out of an export; nothing for any other."""
        place = None if row.state else self._places.get(row.position)
        if place is None:
            return None
        position, stream, version = row[:3]
        found = Recorded(position, stream, version, event, place.at, None, nth=place.nth)
        return read_by(found, self.showing)

    def _around(self, row: Row, event_of: Callable[[_Outer], Any]) -> Recorded[Any]:
        try:
            outer = self._outer.decode(row.state)
            return self._complete(event_of(outer), row, outer.at, outer.meta)
        except _BROKEN as error:
            raise MalformedEvent(
                f"{place_of(row)} is not what its name promises: {'; '.join(problems(error))}. The "
                "stored bytes were damaged or altered; compare the log with a checkpoint or a "
                "backup",
                **whereabouts(row),
            ) from error

    def unstructured(self, event: Any) -> dict[str, Any]:
        """An event's fields as JSON values, for exports; personal values stay sealed."""
        fields: dict[str, Any] = self._exports.unstructure(event)
        return fields

    def _lifted(self, form: _Form, row: Row, outer: _Outer) -> Any:
        """The event in these stored fields, lifted to today's version."""
        shape, version = form.shape, outer.version
        if version > shape.version:
            raise NewerEvent(
                f"{place_of(row)} was written by a newer mentorcore, as version {version}; "
                f"this one reads up to version {shape.version}. Update mentorcore",
                **whereabouts(row),
            )
        if _NUL.search(row.state):
            raise ValueError("a text holds a NUL")
        if (outer.meta.by is msgspec.UNSET) is not form.anonymous:
            raise ValueError(f"an event of this name is recorded {_whose(form.anonymous)}")
        fields, sealed_in = _members(outer.fields), {}
        if version < shape.version:
            if form.upcasts_missing:
                raise ValueError(f"no step leads on from version {form.upcasts_missing[0]}")
            sealed_in = {blob: name for name, value in fields.items() if (blob := _blob(value))}
            fields = lifted(shape.name, version, shape.version, fields, self._upcasts)
        as_told = None
        if self._amending.special(shape.cls):
            fields, as_told = self._amending.lift(fields, self._lifts, row)
        mirror = self._wires.structure(fields, shape.mirror)
        try:
            event = shape.build(mirror, row.stream, row.version)
        except _BROKEN:
            shape.explain(mirror, row.stream, row.version)
            raise
        for name in personal_fields(shape.cls) if sealed_in else ():
            # A sealed value opens only under the name of the field that it was sealed in.
            text = getattr(event, name)
            if text is not None:
                text = attrs.evolve(text, field=sealed_in.get(text.blob, name))
                event = attrs.evolve(event, **{name: text})
        return event if as_told is None else as_told(event)

    def _form(self, name: str) -> _Form:
        form = self._forms.get(name)
        if form is None:
            cls = self._names[name]
            shape = event_shape(cls, self._amending.special(cls))
            state = msgspec.defstruct(
                "State",
                [
                    ("salt", str, msgspec.field(name="_s")),
                    ("at", str),
                    ("v", int),
                    ("m", Meta),
                    ("d", shape.mirror),
                ],
                forbid_unknown_fields=True,
                gc=False,
            )
            missing = steps_missing(name, shape.version, self._upcasts)
            decode = msgspec.json.Decoder(state).decode
            form = _Form(shape, decode, missing, event_info(cls).anonymous)
            self._forms[name] = self._by_class[cls] = form
            self._readers[name] = self.reader(name)
        return form

    def _form_of(self, cls: type) -> _Form:
        form = self._by_class.get(cls)
        if form is None:
            name = event_info(cls).name if "__event_info__" in cls.__dict__ else None
            if name is None or self._names.get(name) is not cls:
                raise TypeError(f"{cls.__qualname__} is not among the events of this log")
            form = self._form(name)
        return form


def _blob(value: Any) -> str | None:
    """What is sealed in a stored field, if it holds a sealed value."""
    found = value.get("_e") if type(value) is dict and len(value) == 1 else None
    return found if type(found) is str else None


def _whose(anonymous: bool) -> str:
    return "without an actor" if anonymous else "by somebody: its envelope names an actor"
