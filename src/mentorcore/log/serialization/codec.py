"""How a happening becomes bytes and comes back: as readable JSON, its personal values sealed.

A stored state is one object: ``_s`` (random bytes, so that a withheld state cannot be guessed from
its digest), ``at`` (the recorded time, at a fixed place), ``v`` (the version of the payload), ``m``
(the envelope) and ``d`` (the event's fields). Two readers read it: a fast one for today's versions,
and a careful one that also lifts older versions and says exactly what is wrong with a malformed
state.
"""

import binascii
import os
import re
from collections.abc import Callable, Collection
from typing import Any, Never, TypeVar

import attrs
import msgspec
from cattrs import BaseValidationError

from mentorcore.domain.aggregate import kind_of
from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.domain.model import CORE_MODEL
from mentorcore.domain.values import Sealed
from mentorcore.errors import Invalid, MalformedEvent, NewerEvent, UnknownEvent
from mentorcore.log.event_types import Names
from mentorcore.log.recorded import Envelope, Recorded, UnknownHere
from mentorcore.log.sealing.sealing import Seal
from mentorcore.log.serialization.amendment_fields import FIELDS, Amending
from mentorcore.log.serialization.careful_reader import converter, problems, tree
from mentorcore.log.serialization.envelopes import Meta, completer, written
from mentorcore.log.serialization.instants import stamped
from mentorcore.log.serialization.upcasts import (
    LIFTS,
    UPCASTS,
    Lifts,
    Upcasts,
    lifted,
    lifted_changes,
    steps_missing,
)
from mentorcore.log.serialization.wire_structs import Cipher, EventWireFormat, event_shape, sealed
from mentorcore.log.storage.store import Draft, Row

__all__ = ["Codec"]

E = TypeVar("E")
_SALT = 12
_TARGET = ("target_name", "target_version")
_MISPLACED = "the recorded time at does not stand at its place"
_BACKSLASH = 92  # as a number: looking for it so takes a fifth of the time
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_BROKEN = (
    *(ValueError, LookupError, TypeError, OverflowError, RecursionError, Invalid),
    *(msgspec.MsgspecError, BaseValidationError),
)
"""What either reader runs into on a malformed state."""


class _Outer(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A state with its fields left unread."""

    salt: str = msgspec.field(name="_s")
    at: str
    version: int = msgspec.field(name="v")
    meta: Meta = msgspec.field(name="m")
    fields: msgspec.Raw = msgspec.field(name="d")


_encode = msgspec.json.Encoder().encode


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
    """

    def __init__(
        self,
        names: Names = CORE_MODEL.names,
        upcasts: Upcasts = UPCASTS,
        lifts: Lifts = LIFTS,
        random: Callable[[int], bytes] = os.urandom,
        *,
        kinds: Collection[str] = CORE_MODEL.aggregates.keys(),
    ) -> None:
        self._kinds = kinds
        self._names = names
        self._upcasts = upcasts
        self._lifts = lifts
        self._random = random
        self._amending = Amending(names)
        self._converter = converter(ready=FIELDS)
        self._forms: dict[str, _Form] = {}
        self._swift: dict[str, Callable[[Row], Recorded[Any]]] = {}
        self._by_class: dict[type, _Form] = {}
        self._complete = completer()
        self._outer = msgspec.json.Decoder(_Outer)

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
        fields: dict[str, Any] = {}
        for name, write in shape.clear.items():
            value = getattr(event, name)
            fields[name] = value if write is None else write(value, event)
        for name, mark in personal_fields(shape.cls).items():
            value = getattr(event, name)
            if isinstance(value, Sealed):
                raise TypeError(
                    f"{shape.cls.__name__}.{name} is sealed already, for {value.stream} version "
                    f"{value.version}; a new event takes plain values only"
                )
            plain = None if value is None else shape.plain[name](value, event)
            fields[name] = (
                None
                if plain is None
                else Cipher(
                    seal(
                        _encode(plain),
                        stream=stream,
                        version=version,
                        field=name,
                        kind=mark.kind,
                        subjects=mark.subjects(event),
                    )
                )
            )
        mirror = shape.mirror(**fields)
        salt = binascii.b2a_base64(self._random(_SALT), newline=False)
        head = b'{"_s":"%b","at":"' % salt
        tail = b'","v":%d,"m":%b,"d":%b}' % (
            shape.version,
            written(envelope, nth),
            _encode(mirror),
        )
        draft = Draft(stream, version, shape.name, head, tail)
        return draft, shape.build(mirror, stream, version)

    def recorded(self, row: Row) -> Recorded[Any]:
        """Read one stored event.

        Raises:
            UnknownEvent: Its name is not known here, although the kind of its stream is.
            NewerEvent: Its payload is of a later version than this program knows.
            MalformedEvent: Its bytes are not what its name and version promise.
        """
        try:
            read = self._swift.get(row[3]) or self.swift(row[3])
            return read(row)
        except _BROKEN:
            return self.careful(row)

    def swift(self, name: str) -> Callable[[Row], Recorded[Any]]:
        """The fast reader of the events of one name, in today's version only.

        What it raises says no more than that the careful reader must look.
        """
        form = self._form(name)
        decode, build, today = form.decode, form.shape.build, form.shape.version
        complete, anonymous = self._complete, form.anonymous
        # Corrections stand on streams of every kind, also of one that is unknown here.
        anywhere = name.partition(".")[0] not in self._kinds

        def read(row: Row) -> Recorded[Any]:
            position, stream, version, _name, state = row
            if anywhere and kind_of(stream) not in self._kinds:
                return self._around(row, UnknownHere(name))
            if _BACKSLASH in state and _NUL.search(state):
                raise ValueError("a text holds a NUL")
            found = decode(state)
            if found.v != today:
                raise ValueError("it is of another version")
            if stamped(state) != found.at:
                raise ValueError(_MISPLACED)
            if (found.m.by is msgspec.UNSET) is not anonymous:
                raise ValueError(_whose(anonymous))
            event = build(found.d, stream, version)
            return complete(event, position, stream, version, found.at, found.m)

        return read

    def careful(self, row: Row) -> Recorded[Any]:
        """The careful reader: any version up to today's, and errors that say what to do."""
        name = row.name
        if {kind_of(row.stream), name.partition(".")[0]}.isdisjoint(self._kinds):
            return self._around(row, UnknownHere(name))
        if name not in self._names:
            raise UnknownEvent(
                f"{_place(row)}: events named {name!r} are unknown here. Update mentorcore, or "
                "install the package that brings this event"
            )
        form = self._form(name)
        today = form.shape.version
        try:
            outer = tree(row.state)
            if outer.keys() != {"_s", "at", "v", "m", "d"}:
                raise ValueError(f"a state has _s, at, v, m and d, and this one {sorted(outer)}")
            salt, at, version, fields = outer["_s"], outer["at"], outer["v"], outer["d"]
            if type(salt) is not str or type(version) is not int or version < 1:
                raise ValueError("the salt _s or the version v is malformed")
            if version > today:
                raise NewerEvent(
                    f"{_place(row)} was written by a newer mentorcore, as version {version}; "
                    f"this one reads up to version {today}. Update mentorcore"
                )
            if type(fields) is not dict:
                raise ValueError("d is not an object")
            event = self._structured(form, row, version, fields)
            if type(at) is not str:
                raise ValueError("the recorded time at is malformed")
            meta = msgspec.convert(outer["m"], Meta)
            if (meta.by is msgspec.UNSET) is not form.anonymous:
                raise ValueError(f"an event of this name is recorded {_whose(form.anonymous)}")
            found = self._complete(event, row.position, row.stream, row.version, at, meta)
            if at != stamped(row.state):
                raise ValueError(_MISPLACED)
        except _BROKEN as error:
            _malformed(row, error)
        else:
            return found

    def envelope(self, row: Row) -> Recorded[str]:
        """Read everything but the fields; the stored name stands in the event's place.

        It reads events of any name and version.

        Raises:
            MalformedEvent: The state is not one of ours.
        """
        return self._around(row, row.name)

    def _around(self, row: Row, event: Any) -> Recorded[Any]:
        try:
            outer = self._outer.decode(row.state)
            if outer.at != stamped(row.state):
                raise ValueError(_MISPLACED)
            place = (row.position, row.stream, row.version)
            return self._complete(event, *place, outer.at, outer.meta)
        except _BROKEN as error:
            _malformed(row, error)

    def unstructured(self, event: Any) -> dict[str, Any]:
        """An event's fields as JSON values, for exports; personal values stay sealed."""
        fields: dict[str, Any] = self._converter.unstructure(event)
        return fields

    def _structured(self, form: _Form, row: Row, version: int, fields: dict[str, Any]) -> Any:
        """The event in these stored fields, lifted to today's version."""
        shape = form.shape
        if version < shape.version:
            if form.upcasts_missing:
                raise ValueError(f"no step leads on from version {form.upcasts_missing[0]}")
            fields = {name: _carried(name, value) for name, value in fields.items()}
            fields = lifted(shape.name, version, shape.version, fields, self._upcasts)
        ready = dict(fields)
        marks = personal_fields(shape.cls)
        if marks:
            subjects = self._converter.structure(ready.get("subjects"), tuple[str, ...])
        for name, mark in marks.items():
            value = ready.get(name)
            if value is None:
                continue
            if not isinstance(value, dict) or value.keys() != {"_e"}:
                raise ValueError(f'{name} is not a sealed value, {{"_e": "..."}}')
            blob = self._converter.structure(value["_e"], str)
            whose = subjects if mark.whose is None else tuple(subjects[i] for i in mark.whose)
            field = value.field if isinstance(value, _Carried) else name
            ready[name] = sealed(blob, row.stream, row.version, field, mark.kind, whose)
        if ready.keys() >= FIELDS and self._amending.special(shape.cls):
            self._lift_changes(row, ready)
        return self._converter.structure(ready, shape.cls)

    def _lift_changes(self, row: Row, ready: dict[str, Any]) -> None:
        """Put the changes of an amendment in today's fields of the record that they change."""
        changes, name, version = (ready.get(f) for f in ("public_changes", *_TARGET))
        if type(changes) is not dict or type(name) is not str or type(version) is not int:
            raise ValueError("public_changes is not an object of the fields of a target's version")
        today = self._amending.version(name)
        if version > today:
            raise NewerEvent(
                f"{_place(row)} amends {name} in version {version} of its fields, written by a "
                f"newer mentorcore; this one reads up to version {today}. Update mentorcore"
            )
        if 0 < version < today:
            changes = lifted_changes(name, version, today, changes, self._lifts)
            sealed_in, names = ready["personal_changes"], ready["personal_names"]
            if type(sealed_in) is Sealed:
                told = {n: attrs.evolve(sealed_in, part=n) for n in names}
                told = lifted_changes(name, version, today, told, self._lifts)
                ready["personal_names"], ready["personal_changes"] = [*told], tuple(told.items())
            version = today
        ready["public_changes"] = self._amending.read(name, version, changes)

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
            self._swift[name] = self.swift(name)
        return form

    def _form_of(self, cls: type) -> _Form:
        form = self._by_class.get(cls)
        if form is None:
            name = event_info(cls).name if "__event_info__" in cls.__dict__ else None
            if name is None or self._names.get(name) is not cls:
                raise TypeError(f"{cls.__qualname__} is not among the events of this log")
            form = self._form(name)
        return form


class _Carried(dict[str, Any]):
    """A sealed value on its way through upcasts; it remembers the field it was sealed in."""

    field: str


def _carried(field: str, value: Any) -> Any:
    if type(value) is dict and value.keys() == {"_e"}:
        value = _Carried(value)
        value.field = field
    return value


def _whose(anonymous: bool) -> str:
    return "without an actor" if anonymous else "by somebody: its envelope names an actor"


def _place(row: Row) -> str:
    return f"position {row.position} ({row.name}, {row.stream} version {row.version})"


def _malformed(row: Row, error: Exception) -> Never:
    said = "; ".join(problems(error))
    raise MalformedEvent(
        f"{_place(row)} is not what its name promises: {said}. The stored bytes were damaged or "
        "altered; compare the log with a checkpoint or a backup"
    ) from error
