"""Each event class has a wire struct: the exact shape of its stored fields, and nothing else is.

msgspec reads an attrs class from JSON, but lets members pass that the class does not have. So
each event class and each value class inside it gets a struct with the same members that refuses
anything else, and a short generated function that builds an object of the class from it.
"""

import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec

from mentorcore.domain.declarations import event_info, personal_fields
from mentorcore.domain.field_types import fits
from mentorcore.domain.values import Code, Sealed
from mentorcore.errors import Invalid
from mentorcore.log.serialization.ciphers import Cipher, sealed_in
from mentorcore.log.serialization.instants import instant, instant_text

__all__ = [
    "EventWireFormat",
    "Special",
    "WireType",
    "builder",
    "event_shape",
    "shape",
    "unsealed",
    "writable_twin",
]

Turn = Callable[[Any], Any]

Whole = Annotated[int, msgspec.Meta(gt=-(2**53), lt=2**53)]
"""Whole numbers that every reader of JSON understands alike."""


@attrs.frozen
class WireType:
    """How values of one type stand in JSON.

    Attributes:
        mirror: The type that msgspec reads and writes.
        read: From what msgspec read to the value; ``None`` when it is the value already.
        write: The way back; ``None`` when the value is written as it is.
        optional: Whether ``None`` may stand there, which neither turn is asked about.
    """

    mirror: Any
    read: Turn | None = None
    write: Turn | None = None
    optional: bool = False

    def reading(self) -> Turn | None:
        """How any value is read, ``None`` included."""
        return _or_none(self.read) if self.optional else self.read

    def writing(self) -> Turn | None:
        """How any value is written, ``None`` included."""
        return _or_none(self.write) if self.optional else self.write

    def expression(self, name: str) -> str:
        """The member *name* of a wire struct ``s`` as source text, read with ``read_<name>``."""
        if self.read is None:
            return f"s.{name}"
        read = f"read_{name}(s.{name})"
        return f"None if s.{name} is None else {read}" if self.optional else read


def _or_none(turn: Turn | None) -> Turn | None:
    return None if turn is None else lambda value: None if value is None else turn(value)


@attrs.frozen
class Special:
    """A field that is not stored after its own annotation, such as the changes of an amendment.

    Attributes:
        mirror: The type that msgspec reads and writes; unused for a personal field.
        read: From what was read, and the whole mirror, to the value; unused for a personal field.
        write: From the value and the event to what is written or sealed; ``None`` for nothing.
    """

    mirror: Any
    read: Callable[[Any, Any], Any]
    write: Callable[[Any, Any], Any]


@attrs.frozen
class EventWireFormat:
    """How one event class is read and written.

    Attributes:
        cls: The class.
        name: Its stored name.
        version: Its version today.
        mirror: The struct of its stored fields.
        build: From wire struct, stream and version to the event, its personal values `Sealed`.
        wire: From event, stream, version and what seals a value to the wire struct. It raises
            ``TypeError`` for a value that is sealed already.
        back: From event, wire struct, stream and version to the event as it will be read back.
        parts: Each field as `build` reads it, as source text, and the names in it.
    """

    cls: type
    name: str
    version: int
    mirror: type[msgspec.Struct]
    build: Callable[[Any, str, int], Any]
    wire: Callable[[Any, str, int, Any], Any]
    back: Callable[[Any, Any, str, int], Any]
    parts: tuple[Mapping[str, str], dict[str, Any]]

    def explain(self, mirror: Any, stream: str, version: int) -> None:
        """Try each field by itself where `build` failed.

        Raises:
            ValueError: A value is of the right type and still none of the field's; with its path.
        """
        values, names = self.parts
        for name, text in values.items():
            try:
                _function(f"def build({_TAKES}):\n return {text}\n", names)(mirror, stream, version)
            except (ValueError, LookupError, Invalid) as error:
                raise ValueError(f"{error} - at `$.{name}`") from error


def writable_twin(cls: type) -> type | None:
    """An open class of the same layout, whose objects become *cls* by changing their class.

    ``None`` when *cls* is not laid out for it, or checks its values itself.
    """
    slots = cls.__dict__.get("__slots__")
    if slots is None or hasattr(cls, "__attrs_post_init__"):
        return None
    if any(f.validator is not None or f.converter is not None for f in attrs.fields(cls)):
        return None
    bases = getattr(cls, "__orig_bases__", cls.__bases__)
    opened = types.new_class(cls.__name__, bases, exec_body=lambda d: d.update(__slots__=slots))
    try:
        opened().__class__ = cls
    except TypeError:
        return None
    return opened


def _function(source: str, names: dict[str, Any]) -> Any:
    scope = dict(names)
    exec(compile(source, "<wire>", "exec"), scope)  # noqa: S102 - our own text, made of field names
    return scope["build"]


def builder(cls: type, takes: str, values: Mapping[str, str], names: dict[str, Any]) -> Any:
    """A function ``build(takes)`` that makes a *cls* of these expressions.

    Filling the slots of an open class and then closing it takes a third of the time that a frozen
    class needs, and what the wire struct took needs no second check. Here, and nowhere else, a
    finished object changes its class: with constructors a replay is no longer twice as fast as
    the library's. A class that checks its values itself, or is laid out otherwise, is called.
    """
    opened = writable_twin(cls)
    if opened is None:
        arguments = ", ".join(f"{name}={value}" for name, value in values.items())
        return _function(f"def build({takes}):\n return cls({arguments})\n", {**names, "cls": cls})
    lines = "".join(f" o.{name} = {value}\n" for name, value in values.items())
    source = f"def build({takes}):\n o = new()\n{lines} o.__class__ = cls\n return o\n"
    return _function(source, {**names, "cls": cls, "new": opened})


_TAKES = "s, stream, version"
_sealed: Callable[[str, str, int, str, str, tuple[str, ...]], Sealed] = builder(
    Sealed,
    "blob, stream, version, field, kind, subjects",
    {f.name: f.name if f.name != "part" else "None" for f in attrs.fields(Sealed)},
    {},
)
_is_code = fits(Code)


def _code(text: str) -> str:
    """A word from a list."""
    if not _is_code(text):
        raise ValueError(f"{text!r} is not a word from a list")
    return text


_VALUES: dict[type, WireType] = {}
_SCALARS = {
    str: WireType(str),
    bool: WireType(bool),
    int: WireType(Whole),
    float: WireType(float),
    date: WireType(date),
    datetime: WireType(str, instant, instant_text),
    Code: WireType(str, _code),
    type(None): WireType(None),
}


def shape(hint: Any) -> WireType:
    """How values of the annotated type *hint* stand in JSON.

    Raises:
        TypeError: Values of this type cannot be told apart again once they are JSON.
    """
    if isinstance(hint, type | NewType) and hint in _SCALARS:
        return _SCALARS[hint]
    if hint is None:
        return _SCALARS[type(None)]
    if isinstance(hint, NewType):
        return shape(hint.__supertype__)
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return WireType(hint)
    if origin is tuple:
        return _tuple(args)
    if origin in (Union, types.UnionType):
        return _union(args)
    if isinstance(hint, type) and attrs.has(hint) and hint is not Sealed:
        return _value(hint)
    raise TypeError(f"{hint!r} is no type that can be stored in an event")


def _tuple(args: tuple[Any, ...]) -> WireType:
    if len(args) == 2 and args[1] is ...:  # noqa: PLR2004 - tuple[item, ...]
        item = shape(args[0])
        read, write = item.reading(), item.writing()
        return WireType(
            tuple[item.mirror, ...],  # type: ignore[name-defined] # built from values
            None if read is None else lambda values: tuple(map(read, values)),
            None if write is None else lambda values: tuple(map(write, values)),
        )
    items = tuple(shape(a) for a in args)

    def each(turns: tuple[Turn | None, ...]) -> Turn | None:
        if not any(turns):
            return None
        return lambda values: tuple(
            v if turn is None else turn(v) for turn, v in zip(turns, values, strict=True)
        )

    return WireType(
        tuple[tuple(i.mirror for i in items)],  # type: ignore[misc] # built from values
        each(tuple(i.reading() for i in items)),
        each(tuple(i.writing() for i in items)),
    )


def _union(args: tuple[Any, ...]) -> WireType:
    some = tuple(shape(a) for a in args if a is not type(None))
    none = (None,) if type(None) in args else ()
    mirror: Any = Union[(*(s.mirror for s in some), *none)]
    if len(some) == 1:
        return WireType(mirror, some[0].read, some[0].write, optional=bool(none))
    if any(s.read or s.write for s in some):
        raise TypeError(f"values of {args} cannot be told apart once they are JSON")
    return WireType(mirror)


def _struct(name: str, members: Mapping[str, Any]) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        name, list(members.items()), kw_only=True, forbid_unknown_fields=True, gc=False
    )


def _value(cls: type) -> WireType:
    found = _VALUES.get(cls)
    if found is not None:
        return found
    hints = get_type_hints(cls)
    inner = {f.name: shape(hints[f.name]) for f in attrs.fields(cls)}
    mirror = _struct(cls.__name__, {name: s.mirror for name, s in inner.items()})
    read = builder(
        cls,
        "s",
        {n: s.expression(n) for n, s in inner.items()},
        {f"read_{n}": s.read for n, s in inner.items()},
    )

    turns = {f"write_{n}": turn for n, s in inner.items() if (turn := s.writing()) is not None}
    write: Turn | None = None
    if turns:  # else msgspec writes the value as it would write its mirror
        told = (f"{n}=write_{n}(s.{n})" if f"write_{n}" in turns else f"{n}=s.{n}" for n in inner)
        source = f"def build(s):\n return mirror({', '.join(told)})\n"
        write = _function(source, {**turns, "mirror": mirror})
    _VALUES[cls] = WireType(mirror, read, write)
    return _VALUES[cls]


_SAME = frozenset({None, _code})
"""How values are read that are the same before they are written; the second one only looks."""


def unsealed(hint: Any) -> tuple[Any, bool]:
    """A personal field's type without `Sealed` and ``None``, and whether ``None`` is allowed."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    args = get_args(hint)
    rest = tuple(a for a in args if a is not Sealed and a is not type(None))
    return Union[rest], type(None) in args  # noqa: UP007 - built from values


def event_shape(cls: type, special: Mapping[str, Special]) -> EventWireFormat:
    """How an event class is read and written; *special* fields go their own way.

    Raises:
        TypeError: A field is of a type that cannot be stored.
    """
    info, marks, hints = event_info(cls), personal_fields(cls), get_type_hints(cls)
    members: dict[str, Any] = {}
    values: dict[str, str] = {}
    names: dict[str, Any] = {"sealed": _sealed, "UTC": UTC}
    writes: dict[str, str] = {}
    tools: dict[str, Any] = {"sealing": sealed_in}
    kept: dict[str, str] = {}
    utc: list[str] = []
    for field in attrs.fields(cls):
        name, own = field.name, special.get(field.name)
        if name in marks:
            hint, optional = unsealed(hints[name])
            mark = marks[name]
            people = (
                "s.subjects"
                if mark.whose is None
                else "(" + "".join(f"s.subjects[{i}], " for i in mark.whose) + ")"
            )
            made = f"sealed(s.{name}.blob, stream, version, {name!r}, {mark.kind!r}, {people})"
            members[name] = Cipher | None if optional else Cipher
            values[name] = f"None if s.{name} is None else {made}" if optional else made
            tools[f"plain_{name}"] = _alone(shape(hint).writing()) if own is None else own.write
            tools[f"mark_{name}"] = mark
            writes[name] = (
                f"None if e.{name} is None else "
                f"sealing(e, {name!r}, plain_{name}, mark_{name}, stream, version, seal)"
            )
        elif own is not None:
            members[name] = own.mirror
            values[name], names[f"read_{name}"] = f"read_{name}(s.{name}, s)", own.read
            writes[name], tools[f"write_{name}"] = f"write_{name}(e.{name}, e)", own.write
        else:
            inner = shape(hints[name])
            members[name] = inner.mirror
            values[name], names[f"read_{name}"] = inner.expression(name), inner.read
            write = inner.writing()
            writes[name] = f"e.{name}" if write is None else f"write_{name}(e.{name})"
            tools[f"write_{name}"] = write
            if inner.read in _SAME:
                kept[name] = f"e.{name}"
            elif inner.read is instant:
                as_it_is = f"e.{name} is None or (e.{name}.tzinfo is UTC and not e.{name}.fold)"
                kept[name] = f"e.{name} if {as_it_is} else {values[name]}"
                utc.append(f"({as_it_is})")
    mirror = _struct(cls.__name__, members)
    told = ", ".join(f"{name}={text}" for name, text in writes.items())
    back = builder(cls, f"e, {_TAKES}", {**values, **kept}, names)
    if kept.keys() == values.keys():  # it is itself what will be read back, in its own words
        same = " and ".join(utc) or "True"
        source = f"def build(e, {_TAKES}):\n return e if {same} else copy(e, {_TAKES})\n"
        back = _function(source, {"copy": back, "UTC": UTC})
    return EventWireFormat(
        cls,
        info.name,
        info.version,
        mirror,
        builder(cls, _TAKES, values, names),
        _function(
            f"def build(e, stream, version, seal):\n return mirror({told})\n",
            {**tools, "mirror": mirror},
        ),
        back,
        (values, names),
    )


def _alone(write: Turn | None) -> Callable[[Any, Any], Any]:
    """A turn that does not look at the rest of the event."""
    if write is None:
        return lambda value, _event: value
    return lambda value, _event: write(value)
