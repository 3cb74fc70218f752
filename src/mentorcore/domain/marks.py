"""How an event class declares its name, its time and whose text it holds.

Every text in an event is marked: `personal(...)` says that it names or describes people and is
sealed under their keys before it is stored; `public(...)` says that it may stand in the clear for
ever. A class with text that is marked neither way cannot be declared (AUDIT section 8.1).
"""

import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import (
    Any,
    Literal,
    NewType,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from mentorcore.domain.values import Code
from mentorcore.errors import Invalid, Problem

__all__ = [
    "EventInfo",
    "PersonalMark",
    "changed",
    "command",
    "event",
    "event_info",
    "fresh",
    "fresh_kinds",
    "misfits",
    "personal",
    "personal_fields",
    "public",
    "unchecked",
    "value",
]

T = TypeVar("T")
PERSONAL, PUBLIC, FRESH = "mentorcore.personal", "mentorcore.public", "mentorcore.fresh"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]{0,63}")
PersonalClass = Literal["identity", "contact", "feedback", "wellbeing", "free_text"]


@attrs.frozen
class PersonalMark:
    """Whose a marked value is, and of which kind.

    Attributes:
        kind: The class of personal data; it is part of the sealing context (AUDIT 8.2).
        whose: Indexes into the event's ``subjects``; ``None`` means all of them.
    """

    kind: PersonalClass
    whose: tuple[int, ...] | None = None

    def subjects(self, event: Any) -> tuple[str, ...]:
        """The ids of the people under whose keys this value of *event* is sealed."""
        everybody: tuple[str, ...] = event.subjects
        if self.whose is None:
            return everybody
        return tuple(everybody[i] for i in self.whose)


@attrs.frozen
class EventInfo:
    """What an event class declares about itself.

    Attributes:
        name: The stored name, stable for ever, such as ``pairing.meeting-held``.
        version: The version of the payload, counted from 1.
        occurred: The fields that say when the fact was true, tried in this order; empty for
            facts that were true when they were recorded.
        founding: Whether the event founds its stream and precedes everything in it.
        companion: Whether it only ever accompanies a principal event on another stream.
        order_free: Whether folding it gives the same state at whatever place in its stream (after
            the founding event), so that a late one needs no new fold.
    """

    name: Code
    version: int
    occurred: tuple[str, ...]
    founding: bool
    companion: bool
    order_free: bool = False


def personal(kind: PersonalClass, whose: tuple[int, ...] | None = None, **options: Any) -> Any:
    """A field that names or describes people; it is stored sealed only."""
    return attrs.field(metadata={PERSONAL: PersonalMark(kind, whose)}, **options)


def public(**options: Any) -> Any:
    """A text field that may stand in the clear for ever: a code, a zone, a title of a form."""
    return attrs.field(metadata={PUBLIC: True}, **options)


def fresh(kind: str) -> Any:
    """A command's field for an id that the engine supplies when the caller does not."""
    return attrs.field(default=None, metadata={FRESH: kind})


def fresh_kinds(command_class: type) -> dict[str, str]:
    """The fields of a command that take a new id, with the kind of id."""
    return {f.name: f.metadata[FRESH] for f in attrs.fields(command_class) if FRESH in f.metadata}


_PERSONAL_FIELDS: dict[type, dict[str, PersonalMark]] = {}


def personal_fields(event_class: type) -> dict[str, PersonalMark]:
    """The personal fields of an event class with their marks."""
    found = _PERSONAL_FIELDS.get(event_class)
    if found is None:
        found = _PERSONAL_FIELDS[event_class] = {
            f.name: f.metadata[PERSONAL]
            for f in attrs.fields(event_class)
            if PERSONAL in f.metadata
        }
    return found


def event_info(event_class: type) -> EventInfo:
    """What *event_class* declared with `event`."""
    return cast("EventInfo", event_class.__dict__["__event_info__"])


Check = Callable[[Any], bool]


def _check(hint: Any) -> Check:
    """A predicate that tells whether a value is of the type *hint*, without coercion."""
    if hint is Any:
        return lambda _v: True
    if hint is Code:
        return lambda v: type(v) is str and bool(CODE.fullmatch(v))
    if isinstance(hint, NewType):
        return _check(hint.__supertype__)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        checks = tuple(_check(a) for a in args)
        return lambda v: any(c(v) for c in checks)
    if origin is Literal:
        allowed = frozenset(args)
        return lambda v: isinstance(v, str) and v in allowed
    if origin is tuple:
        if args[-1] is ...:
            item = _check(args[0])
            return lambda v: type(v) is tuple and all(item(i) for i in v)
        items = tuple(_check(a) for a in args)
        return lambda v: (
            type(v) is tuple
            and len(v) == len(items)
            and all(c(i) for c, i in zip(items, v, strict=True))
        )
    if origin is Mapping:
        return lambda v: isinstance(v, Mapping)
    if hint in (None, type(None)):
        return lambda v: v is None
    if hint is int:
        return lambda v: type(v) is int and -(2**53) < v < 2**53
    if hint is date:
        return lambda v: type(v) is date
    if hint is datetime:
        return lambda v: isinstance(v, datetime) and v.utcoffset() is not None
    if hint is str:
        return lambda v: type(v) is str and _is_text(v)
    return lambda v, t=hint: isinstance(v, t)  # type: ignore[misc]


def changed(instance: T, **changes: Any) -> T:
    """*instance* with other values in some fields."""
    made: T = attrs.evolve(cast("Any", instance), **changes)
    return made


def unchecked(cls: type[T], **fields: Any) -> T:
    """An instance whose types are not checked: a command rebuilt around sealed values."""
    made = cls.__new__(cls)
    plain_init: Any = cls.__init__
    plain_init.__wrapped__(made, **fields)
    return made


def misfits(cls: type, fields: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What is wrong with *fields* as fields of *cls*: unknown names and values of other types."""
    checks = {name: (good, hint) for name, good, hint in cls.__attrs_checks__}  # type: ignore[attr-defined]
    problems = []
    for name, stated in fields.items():
        if name not in checks:
            known = ", ".join(checks)
            problems.append(Problem(name, f"{cls.__name__} has no such field", f"one of {known}"))
        elif not checks[name][0](stated):
            problems.append(Problem(name, f"{stated!r} does not fit", _plain(checks[name][1])))
    return tuple(problems)


def _is_text(text: str) -> bool:
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _plain(hint: Any) -> str:
    text = getattr(hint, "__name__", None) if not get_args(hint) else None
    return text or str(hint).replace("typing.", "").replace("mentorcore.domain.", "")


def _holds_text(hint: Any) -> bool:
    """Whether a value of this type can hold free text."""
    if hint is str or hint is Any:
        return True
    if isinstance(hint, NewType) or get_origin(hint) is Literal:
        return False
    if attrs.has(hint) and "__texts_marked__" not in hint.__dict__:
        return True
    return any(_holds_text(a) for a in get_args(hint))


def _declare(cls: type[T], what: str) -> type[T]:
    made = attrs.define(cls, frozen=True, slots=True, kw_only=True, weakref_slot=False)
    hints = get_type_hints(made)
    checks = tuple(
        (f.name, _check(hints[f.name]), hints[f.name]) for f in attrs.fields(cast("Any", made))
    )
    label = f"{what} {cls.__name__}"

    def confirm(self: Any) -> None:
        for name, good, _hint in checks:
            if not good(getattr(self, name)):
                break
        else:
            return
        raise Invalid(
            f"{label} is malformed",
            (
                Problem(name, f"{getattr(self, name)!r} does not fit", _plain(hint))
                for name, good, hint in checks
                if not good(getattr(self, name))
            ),
        )

    made.__attrs_checks__ = checks  # type: ignore[attr-defined]
    plain_init = made.__init__

    def __init__(self: Any, /, **fields: Any) -> None:  # noqa: N807 - it replaces attrs' own
        plain_init(self, **fields)
        confirm(self)

    __init__.__wrapped__ = plain_init  # type: ignore[attr-defined]
    made.__init__ = __init__  # type: ignore[assignment]
    return made


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def value(cls: type[T]) -> type[T]:
    """Declare a value object: frozen, keyword-only, its types checked when it is made.

    Text inside a value takes the mark of the field that holds the value, unless each text field
    of the value says `public()` itself.
    """
    made = _declare(cls, "value")
    hints = get_type_hints(made)
    if all(
        PUBLIC in f.metadata or not _holds_text(hints[f.name])
        for f in attrs.fields(cast("Any", made))
    ):
        made.__texts_marked__ = True  # type: ignore[attr-defined]
    return made


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, personal, public)
)
def event(
    name: str,
    *,
    version: int = 1,
    occurred: str | tuple[str, ...] = (),
    founding: bool = False,
    companion: bool = False,
    order_free: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Declare an event class: its stored name, its version and when its fact was true.

    Raises:
        TypeError: A text field is marked neither personal nor public, or a class with personal
            fields has no ``subjects``.
    """
    when = (occurred,) if isinstance(occurred, str) else occurred

    def declare(cls: type[T]) -> type[T]:
        made = _declare(cls, "event")
        hints = get_type_hints(made)
        fields = attrs.fields(cast("Any", made))
        for field in fields:
            marked = PERSONAL in field.metadata or PUBLIC in field.metadata
            if not marked and _holds_text(hints[field.name]):
                raise TypeError(
                    f"{cls.__name__}.{field.name} holds text that is marked neither personal() "
                    "nor public(): say whose it is before it can be stored"
                )
        names = {f.name for f in fields}
        if any(PERSONAL in f.metadata for f in fields) and "subjects" not in names:
            raise TypeError(f"{cls.__name__} has personal fields and no subjects")
        if missing := set(when) - names:
            raise TypeError(f"{cls.__name__} says it occurred at unknown fields {missing}")
        made.__event_info__ = EventInfo(  # type: ignore[attr-defined]
            Code(name), version, when, founding, companion, order_free
        )
        return made

    return declare


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, fresh)
)
def command(cls: type[T]) -> type[T]:
    """Declare a command: frozen, keyword-only, its types checked when it is made."""
    return _declare(cls, "command")
