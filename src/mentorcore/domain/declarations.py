"""What an event class and a command class say about themselves, and nobody else says of them.

Every text in an event is marked: `personal(...)` says that it names or describes people, is sealed
under their keys before it is stored, and who reads it; `public(...)` says that it may stand in the
clear for ever. A class with text that is marked neither way, or that nobody is said to read, cannot
be declared.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, cast, dataclass_transform

import attrs

from mentorcore.domain.checked_init import CheckedInit, unchecked
from mentorcore.domain.common_methods import add_common_methods
from mentorcore.domain.field_types import (
    CODE,
    checks,
    holds_one_id,
    holds_text,
    misdated,
    said,
)
from mentorcore.domain.infos import (
    PERSONAL,
    PUBLIC,
    CommandInfo,
    EventInfo,
    PersonalClass,
    PersonalMark,
)
from mentorcore.domain.type_tree import field_types
from mentorcore.domain.unshown import unshown
from mentorcore.domain.values import Code
from mentorcore.domain.visibility import Readers
from mentorcore.errors import Invalid, Problem

__all__ = [
    "CODE",
    "CommandInfo",
    "EventInfo",
    "PersonalMark",
    "PracticeCommand",
    "command",
    "command_info",
    "event",
    "event_info",
    "evolve",
    "field_readers",
    "fixed_fields",
    "fresh",
    "fresh_kinds",
    "is_event",
    "made_unchecked",
    "personal",
    "personal_fields",
    "public",
    "recorded_as",
    "type_errors",
    "value",
]

T = TypeVar("T")
FRESH = "mentorcore.fresh"
READERS, FIXED = "mentorcore.readers", "mentorcore.fixed"


def personal(
    kind: PersonalClass,
    whose: tuple[int, ...] | None = None,
    *,
    readers: Readers | None = None,
    fixed: bool | None = None,
    **options: Any,
) -> Any:
    """A field that names or describes people; it is stored sealed only.

    Args:
        kind: The class of personal data.
        whose: Indexes into the event's ``subjects``; ``None`` means all of them.
        readers: Who reads it. There is no class of readers to fall back on.
        fixed: Whether it is never amended, as of `public`.
        options: As of `attrs.field`.
    """
    metadata: dict[str, Any] = {PERSONAL: PersonalMark(kind, whose), READERS: readers}
    if fixed is not None:
        metadata[FIXED] = fixed
    return attrs.field(metadata=metadata, **options)


def public(*, readers: Readers | None = None, fixed: bool | None = None, **options: Any) -> Any:
    """A field that may stand in the clear for ever: a code, a zone, a title of a form.

    Args:
        readers: Who reads it; without them everybody who sees the event.
        fixed: Whether it is never amended. A field that holds one id never is, unless said here.
        options: As of `attrs.field`.
    """
    metadata = {PUBLIC: True, READERS: readers} | ({} if fixed is None else {FIXED: fixed})
    return attrs.field(metadata=metadata, **options)


def fresh(kind: str, *, default: None) -> Any:
    """A command's field for an id that the engine supplies when the caller does not.

    The default is stated where it is used, because that is where type checkers look for it.
    """
    return attrs.field(default=default, metadata={FRESH: kind})


def fresh_kinds(command_class: type) -> dict[str, str]:
    """The fields of a command that take a new id, with the kind of id."""
    return {f.name: f.metadata[FRESH] for f in attrs.fields(command_class) if FRESH in f.metadata}


def personal_fields(event_class: Any) -> dict[str, PersonalMark]:
    """The personal fields of an event class with their marks."""
    marks: dict[str, PersonalMark] = event_class.__personal_fields__
    return marks


def field_readers(event_class: Any) -> Mapping[str, Readers]:
    """Who reads the fields of an event class that not everybody reads who sees the event."""
    readers: Mapping[str, Readers] = event_class.__field_readers__
    return readers


def fixed_fields(event_class: Any) -> tuple[str, ...]:
    """The fields of an event or value class that no amendment changes."""
    return _fixed(event_class)


@cache
def _fixed(event_class: Any) -> tuple[str, ...]:
    types = field_types(event_class)
    return tuple(
        f.name
        for f in attrs.fields(event_class)
        if f.metadata.get(FIXED, f.name == "subjects" or holds_one_id(types[f.name]))
    )


def command_info(command_class: type) -> CommandInfo:
    """What *command_class* declared with `command`."""
    info: CommandInfo = command_class.__command_info__  # type: ignore[attr-defined] # put there by `command`
    return info


def is_event(event_class: type) -> bool:
    """Whether a class is declared as an event."""
    return hasattr(event_class, "__event_info__")


def event_info(event_class: type) -> EventInfo:
    """What *event_class* declared with `event`."""
    info: EventInfo = event_class.__event_info__  # type: ignore[attr-defined] # put there by `event`
    return info


def evolve(instance: T, **changes: Any) -> T:
    """*instance* with other values in some fields."""
    made: T = attrs.evolve(cast("Any", instance), **changes)
    return made


_SHARED: dict[tuple[type, type], Callable[[Any], dict[str, Any]]] = {}


def recorded_as(event_class: type[T], command: Any, **more: Any) -> T:
    """The event that says what a command says, in fields of equal name, and *more*."""
    pair = (event_class, type(command))
    shared = _SHARED.get(pair)
    if shared is None:  # every decision comes by here
        asked, told = ({f.name for f in attrs.fields(cast("Any", c))} for c in pair)
        shared = _SHARED[pair] = _reader(sorted(asked & told))
    fields = shared(command)
    fields.update(more)
    return event_class(**fields)


def _reader(names: list[str]) -> Callable[[Any], dict[str, Any]]:
    """What reads these fields of an object."""
    read: Callable[[Any], dict[str, Any]] = eval(  # noqa: S307 - our own text, made of field names
        f"lambda c: {{{', '.join(f'{name!r}: c.{name}' for name in names)}}}"
    )
    return read


def made_unchecked(cls: type[T], **fields: Any) -> T:
    """An instance whose types are not checked: a command rebuilt around sealed values."""
    return cast("T", unchecked(cast("Any", cls))(**fields))


def type_errors(cls: type, fields: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What is wrong with *fields* as fields of *cls*: unknown names and values of other types."""
    good, types = checks(cls), field_types(cls)
    problems = []
    for name, stated in fields.items():
        if name not in good:
            known = ", ".join(good)
            problems.append(Problem(name, f"{cls.__name__} has no such field", f"one of {known}"))
        elif not good[name](stated):
            told = f"this {type(stated).__name__}" if name in unshown(cls) else repr(stated)
            usual = f"{told} does not fit", said(types[name])
            problems.append(Problem(name, *(misdated(stated, types[name]) or usual)))
    return tuple(problems)


def _declare(cls: type[T], what: str) -> type[T]:
    options: dict[str, Any] = {"frozen": True, "kw_only": True, "weakref_slot": False}
    made: Any = attrs.define(cls, init=False, eq=False, repr=False, **options)
    add_common_methods(made)
    made.__unshown__ = staticmethod(unshown)

    def malformed(stated: dict[str, Any]) -> Invalid:
        return Invalid(f"{what} {cls.__name__} is malformed", type_errors(made, stated))

    made.__init__ = CheckedInit(made, malformed)
    fields = attrs.fields(made)
    made.__personal_fields__ = {f.name: m for f in fields if (m := f.metadata.get(PERSONAL))}
    made.__field_readers__ = {
        f.name: r for f in fields if (r := f.metadata.get(READERS)) is not None
    }
    return cast("type[T]", made)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field,))
def value(cls: type[T]) -> type[T]:
    """Declare a value object: frozen, keyword-only, its types checked when it is made.

    Text inside a value takes the mark of the field that holds the value, unless each text field
    of the value says `public()` itself.
    """
    made: Any = _declare(cls, "value")
    types = field_types(made)
    if all(PUBLIC in f.metadata or not holds_text(types[f.name]) for f in attrs.fields(made)):
        made.__texts_marked__ = True
    return cast("type[T]", made)


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, personal, public)
)
def event(
    name: str,
    *,
    version: int = 1,
    occurred: str | tuple[str, ...] = (),
    founding: bool = False,
    transition: bool = False,
    once: bool = False,
    foremost: bool = False,
    order_free: bool = False,
    companion: bool = False,
    by_amendment: bool = False,
    rests_on: tuple[type, str] | None = None,
    refers_to: tuple[type, str] | None = None,
    author: str | None = None,
    case: str | None = None,
    follow: tuple[str, ...] = (),
    at_latest: str = "",
    anonymous: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Declare an event class; see `EventInfo`.

    Raises:
        TypeError: It leaves open whose a text is or who reads it, or names fields it has not.
    """
    when = (occurred,) if isinstance(occurred, str) else occurred

    def declare(cls: type[T]) -> type[T]:
        made = _declare(cls, "event")
        _check_texts(made, anonymous=anonymous)
        fields = {f.name: f for f in attrs.fields(cast("Any", made))}
        if missing := set(when) - fields.keys():
            raise TypeError(f"{cls.__name__} says it occurred at unknown fields {missing}")
        own = [(made, name) for name in (author, case) if name]
        for of in filter(None, (rests_on, refers_to, *own)):
            for where in (made, of[0]):
                if of[1] not in {f.name for f in attrs.fields(where)}:
                    raise TypeError(
                        f"{cls.__name__} speaks of {of[1]!r}, which {where.__name__} has not"
                    )
        made.__event_info__ = EventInfo(  # type: ignore[attr-defined]
            name=Code(name),
            version=version,
            occurred=when,
            founding=founding,
            companion=companion,
            order_free=order_free,
            transition=transition or founding,
            once=once or founding,
            foremost=foremost or founding,
            rests_on=rests_on,
            refers_to=refers_to,
            author=author,
            case=case,
            follow=(*when, *follow),
            at_latest=at_latest,
            by_amendment=by_amendment,
            anonymous=anonymous,
        )
        return made

    return declare


def _check_texts(made: Any, *, anonymous: bool) -> None:
    """Refuse an event class that leaves open whose a text is, or who reads it."""
    types = field_types(made)
    fields = attrs.fields(made)
    for field in fields:
        marked = PERSONAL in field.metadata or PUBLIC in field.metadata
        if not marked and holds_text(types[field.name]):
            raise TypeError(
                f"{made.__name__}.{field.name} holds text that is marked neither personal() "
                "nor public(): say whose it is before it can be stored"
            )
        if PERSONAL in field.metadata and field.metadata[READERS] is None:
            raise TypeError(
                f"{made.__name__}.{field.name} is personal and nobody is said to read it: give it "
                "readers, such as personal(..., readers=WORK)"
            )
    names_people = any(f.name == "subjects" for f in fields)
    if any(PERSONAL in f.metadata for f in fields) and not names_people:
        raise TypeError(f"{made.__name__} has personal fields and no subjects")
    if anonymous and names_people:
        raise TypeError(f"{made.__name__} is anonymous and names people")


class PracticeCommand:
    """What type checkers know the commands of practices by: ``class PayStipend(PracticeCommand)``.

    `Engine.handle` takes them, and any other declared command as well; a checker refuses those.
    """

    __slots__ = ()


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, fresh)
)
def command(
    *, leads_to: type | None = None, also: tuple[type, ...] = ()
) -> Callable[[type[T]], type[T]]:
    """Declare a command: frozen, keyword-only, its types checked when made; see `CommandInfo`."""

    def declare(cls: type[T]) -> type[T]:
        made = _declare(cls, "command")
        made.__command_info__ = CommandInfo(leads_to, also)  # type: ignore[attr-defined]
        return made

    return declare
