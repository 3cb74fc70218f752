"""How an event class declares its name, its time and whose text it holds.

Every text in an event is marked: `personal(...)` says that it names or describes people and is
sealed under their keys before it is stored; `public(...)` says that it may stand in the clear for
ever. A class with text that is marked neither way cannot be declared (AUDIT section 8.1).
"""

from collections.abc import Callable, Mapping
from typing import (
    Any,
    Literal,
    NewType,
    TypeVar,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from mentorcore.domain.fitting import CODE, Check, fits, fits_command, said
from mentorcore.domain.values import Code
from mentorcore.errors import Invalid, Problem

__all__ = [
    "CODE",
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
_UNSTATED: Any = object()
_Factory: Any = attrs.Factory
PERSONAL, PUBLIC, FRESH = "mentorcore.personal", "mentorcore.public", "mentorcore.fresh"
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
        anonymous: Whether it is recorded without saying who recorded it and what led to it.
    """

    name: Code
    version: int
    occurred: tuple[str, ...]
    founding: bool
    companion: bool
    order_free: bool = False
    anonymous: bool = False


def personal(kind: PersonalClass, whose: tuple[int, ...] | None = None, **options: Any) -> Any:
    """A field that names or describes people; it is stored sealed only."""
    return attrs.field(metadata={PERSONAL: PersonalMark(kind, whose)}, **options)


def public(**options: Any) -> Any:
    """A text field that may stand in the clear for ever: a code, a zone, a title of a form."""
    return attrs.field(metadata={PUBLIC: True}, **options)


def fresh(kind: str, *, default: None) -> Any:
    """A command's field for an id that the engine supplies when the caller does not.

    The default is stated where it is used, because that is where type checkers look for it.
    """
    return attrs.field(default=default, metadata={FRESH: kind})


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
    info: EventInfo = event_class.__event_info__  # type: ignore[attr-defined] # put there by `event`
    return info


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
    checks = _checks(cls)
    problems = []
    for name, stated in fields.items():
        if name not in checks:
            known = ", ".join(checks)
            problems.append(Problem(name, f"{cls.__name__} has no such field", f"one of {known}"))
        elif not checks[name][0](stated):
            problems.append(Problem(name, f"{stated!r} does not fit", said(checks[name][1])))
    return tuple(problems)


def _checks(cls: Any) -> Mapping[str, tuple[Check, Any]]:
    """Each field's check and type."""
    found: Mapping[str, tuple[Check, Any]] = cls.__attrs_checks__
    return found


def _holds_text(hint: Any) -> bool:
    """Whether a value of this type can hold free text."""
    if hint is str or hint is Any:
        return True
    if isinstance(hint, NewType) or get_origin(hint) is Literal:
        return False
    if attrs.has(hint) and "__texts_marked__" not in hint.__dict__:
        return True
    return any(_holds_text(a) for a in get_args(hint))


def _declare(cls: type[T], what: str, check: Callable[[Any], Check] = fits) -> type[T]:
    made = attrs.define(cls, frozen=True, slots=True, kw_only=True, weakref_slot=False)
    hints = get_type_hints(made)
    good = {f.name: check(hints[f.name]) for f in attrs.fields(cast("Any", made))}
    plain_init: Any = made.__init__

    def malformed(stated: dict[str, Any]) -> Invalid:
        return Invalid(f"{what} {cls.__name__} is malformed", misfits(made, _stated(stated)))

    __init__ = _checked_init(made, good, malformed)
    __init__.__wrapped__ = plain_init  # for `unchecked`
    made.__init__ = __init__  # type: ignore[method-assign] # the same, and then the checks
    made.__attrs_checks__ = {n: (good[n], hints[n]) for n in good}  # type: ignore[attr-defined] # for `misfits`
    return made


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: given for name, given in fields.items() if given is not _UNSTATED}


def _checked_init(
    made: Any, good: Mapping[str, Check], malformed: Callable[[dict[str, Any]], Invalid]
) -> Any:
    """A class's ``__init__`` that checks what it is given, in as few steps as there can be.

    Only what was stated is checked; defaults fit, or the class would be of no use.
    """
    fields = attrs.fields(made)
    names: dict[str, Any] = {"malformed": malformed, "stated": _stated, "UNSTATED": _UNSTATED}
    takes, sets, checks = [], [], []
    for field in fields:
        name = field.name
        names |= {f"set_{name}": getattr(made, name).__set__, f"good_{name}": good[name]}
        if field.default is attrs.NOTHING:
            takes.append(name)
            sets.append(f"set_{name}(self, {name})")
            checks.append(f"good_{name}({name})")
        else:
            names[f"usual_{name}"] = field.default
            takes.append(f"{name}=UNSTATED")
            sets.append(f"set_{name}(self, usual_{name} if {name} is UNSTATED else {name})")
            checks.append(f"({name} is UNSTATED or good_{name}({name}))")
    told = ", ".join(f"{field.name!r}: {field.name}" for field in fields)
    if any(f.validator or f.converter or isinstance(f.default, _Factory) for f in fields):
        names["plain"] = made.__init__
        sets = [f"plain(self, **stated({{{told}}}))"]
    lines = [f"def __init__({', '.join(['self, /', *(['*'] if takes else []), *takes])}):"]
    lines += [f" {line}" for line in sets]
    lines += [f" if not ({' and '.join(checks or ['True'])}):", f"  raise malformed({{{told}}})"]
    exec(compile("\n".join(lines), f"<{made.__name__}>", "exec"), names)  # noqa: S102 - our own text, made of field names
    init = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


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
    anonymous: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Declare an event class: its stored name, its version and when its fact was true.

    Raises:
        TypeError: A text field is marked neither personal nor public, a class with personal
            fields has no ``subjects``, or an anonymous one has some.
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
        if anonymous and "subjects" in names:
            raise TypeError(f"{cls.__name__} is anonymous and names people")
        if missing := set(when) - names:
            raise TypeError(f"{cls.__name__} says it occurred at unknown fields {missing}")
        made.__event_info__ = EventInfo(  # type: ignore[attr-defined]
            Code(name), version, when, founding, companion, order_free, anonymous
        )
        return made

    return declare


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(attrs.field, fresh)
)
def command(cls: type[T]) -> type[T]:
    """Declare a command: frozen, keyword-only, its types checked when it is made."""
    return _declare(cls, "command", fits_command)
