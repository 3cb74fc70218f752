"""The slower reader of stored fields: it names every problem with its place.

It reads what the fast one does not: payloads of older versions after their upcasts. On today's
it is exactly as strict, which a property test shows, so that the fast reader can leave every
doubtful payload to it. It also writes events for exports.
"""

import json
import math
from collections.abc import Callable, Collection
from datetime import date, datetime
from types import UnionType
from typing import Any, Literal, Never, Union, cast, get_args, get_origin

import attrs
import cattrs
import msgspec
from cattrs.gen import make_dict_structure_fn, override

from mentorcore.domain.values import Sealed
from mentorcore.errors import Invalid
from mentorcore.log.serialization.instants import instant, instant_text

__all__ = ["converter", "problems", "stating", "tree"]

Hook = Callable[[Any, Any], Any]


def converter(ready: Collection[str] = ()) -> cattrs.Converter:
    """A new converter; whoever asks for one owns it.

    Args:
        ready: Fields of events that come structured already, such as an amendment's changes.
    """
    made = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    for leaf in (bool, int, float, date):
        made.register_structure_hook(leaf, _leaf)
    made.register_structure_hook(str, _text)
    made.register_structure_hook(datetime, _moment)
    made.register_structure_hook(Sealed, _already_sealed)
    made.register_structure_hook_func(_is(Literal), _choice)
    made.register_structure_hook_factory(_is(tuple), _tuples(made))
    made.register_structure_hook_factory(_is_union, _unions(made))
    made.register_structure_hook_factory(
        lambda t: isinstance(t, type) and attrs.has(t) and t is not Sealed,
        lambda t: _exact(t, made, ready),
    )
    made.register_unstructure_hook(datetime, instant_text)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_unstructure_hook(Sealed, lambda s: {"_e": s.blob})
    return made


def stating() -> cattrs.Converter:
    """A new converter for what people state: defaults may be left out, offsets are as they like.

    Stored bytes are never read with it.
    """
    made = converter()
    made.register_structure_hook(date, _stated_day)
    made.register_structure_hook(datetime, _stated_moment)
    made.register_structure_hook_factory(_is_union, _stated_unions(made))
    made.register_structure_hook_factory(
        lambda t: isinstance(t, type) and attrs.has(t) and t is not Sealed,
        lambda t: _stated(t, made),
    )
    return made


def tree(state: bytes) -> dict[str, Any]:
    """A stored state as plain dictionaries and lists.

    Raises:
        ValueError: It is no JSON, or none that both readers understand alike.
    """
    found = json.loads(state.decode(), parse_constant=_no_number, parse_float=_finite)
    if type(found) is not dict:
        raise ValueError("a state is an object")
    _all_text(found)
    return found


def _all_text(found: Any) -> None:
    """Refuse what JSON can spell and a text of ours cannot be: NUL and half a character."""
    if type(found) is str:
        found.encode()
        if "\0" in found:
            raise ValueError("a text holds a NUL")
    elif type(found) is dict:
        for name, value in found.items():
            _all_text(name)
            _all_text(value)
    elif type(found) is list:
        for value in found:
            _all_text(value)


def _no_number(text: str) -> Never:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


def problems(error: Exception) -> list[str]:
    """What was wrong, each with its path, such as ``expected `int`, got `str` @ $.minutes``."""
    if isinstance(error, cattrs.BaseValidationError):
        return cattrs.transform_error(error, format_exception=_said)
    return [_said(error, None) if isinstance(error, KeyError) else str(error)]


def _said(error: BaseException, _type: type | None) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        return "unknown " + ", ".join(repr(k) for k in sorted(error.extra_fields))
    if isinstance(error, Invalid):
        return "; ".join(map(str, error.problems))
    return str(error)


def _leaf(value: Any, hint: Any) -> Any:
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not (str if hint is date else hint):
        raise ValueError(f"expected {hint.__name__}, got {type(value).__name__}")
    return msgspec.convert(value, hint)


def _text(value: Any, _hint: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"expected text, got {type(value).__name__}")
    return value


def _moment(value: Any, hint: Any) -> datetime:
    return instant(_text(value, hint))


def _stated_day(value: Any, hint: Any) -> date:
    try:
        return date.fromisoformat(_text(value, hint))
    except ValueError:
        raise ValueError(f"{value!r} is no day such as 2026-10-01") from None


def _stated_moment(value: Any, hint: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, hint))
    except ValueError:
        raise ValueError(f"{value!r} is no moment such as 2026-10-01T15:00-08:00") from None
    if moment.utcoffset() is None:
        raise ValueError(f"{value} needs its offset from UTC, such as {value}-08:00")
    return moment


def _stated_unions(made: cattrs.Converter) -> Callable[[Any], Hook]:
    def factory(hint: Any) -> Hook:
        kinds = tuple(a for a in get_args(hint) if a not in (type(None), Sealed))

        def structure(value: Any, _hint: Any) -> Any:
            if value is None and type(None) in get_args(hint):
                return None
            # Several kinds are kinds of text; the class itself looks at which of them it is.
            return made.structure(value, kinds[0] if len(kinds) == 1 else str)

        return structure

    return factory


def _stated(cls: type, made: cattrs.Converter) -> Hook:
    structure: Hook = make_dict_structure_fn(cls, made, _cattrs_forbid_extra_keys=True)

    def stated(value: Any, hint: Any) -> Any:
        if type(value) is not dict:
            names = ", ".join(f.name for f in attrs.fields(cast("Any", cls)))
            raise ValueError(f"expected an object with {names}")
        return structure(value, hint)

    return stated


def _already_sealed(value: Any, _hint: Any) -> Sealed:
    if not isinstance(value, Sealed):
        raise ValueError('expected a sealed value, {"_e": "..."}')  # noqa: TRY004 - about bytes
    return value


def _choice(value: Any, hint: Any) -> Any:
    if type(value) is not str or value not in get_args(hint):
        raise ValueError(f"{value!r} is none of {', '.join(get_args(hint))}")
    return value


def _tuples(made: cattrs.Converter) -> Callable[[Any], Hook]:
    def factory(hint: Any) -> Hook:
        args = get_args(hint)
        open_ended = args[-1:] == (...,)

        def structure(value: Any, _hint: Any) -> tuple[Any, ...]:
            if type(value) is not list:
                raise ValueError(f"expected a list, got {type(value).__name__}")
            kinds = (args[0],) * len(value) if open_ended else args
            if len(kinds) != len(value):
                raise ValueError(f"expected {len(kinds)} items, got {len(value)}")
            return tuple(made.structure(v, k) for v, k in zip(value, kinds, strict=True))

        return structure

    return factory


def _is(origin: Any) -> Callable[[Any], bool]:
    return lambda hint: get_origin(hint) is origin


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def _unions(made: cattrs.Converter) -> Callable[[Any], Hook]:
    def factory(hint: Any) -> Hook:
        args = get_args(hint)
        kinds = tuple(a for a in args if a is not type(None))

        def structure(value: Any, _hint: Any) -> Any:
            if value is None and type(None) in args:
                return None
            if Sealed in kinds:
                return _already_sealed(value, Sealed)
            if len(kinds) == 1:
                return made.structure(value, kinds[0])
            return msgspec.convert(value, Union[kinds])  # noqa: UP007 - built from values

        return structure

    return factory


def _exact(cls: type, made: cattrs.Converter, ready: Collection[str]) -> Hook:
    """Structure *cls* from exactly its fields; a default is for makers, never for readers."""
    names = [f.name for f in attrs.fields(cls)]
    as_it_is = override(struct_hook=lambda value, _hint: value)
    overridden: Any = {name: as_it_is for name in names if name in ready}
    structure: Hook = make_dict_structure_fn(
        cls, made, _cattrs_forbid_extra_keys=True, **overridden
    )

    def exact(value: Any, hint: Any) -> Any:
        if type(value) is not dict:
            raise ValueError(f"expected an object with {', '.join(names)}")
        if absent := [name for name in names if name not in value]:
            raise ValueError(f"{', '.join(map(repr, absent))} missing")
        return structure(value, hint)

    return exact
