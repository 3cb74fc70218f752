"""The converters, each with its hooks by type. Whoever needs one asks for it here and owns it.

Stored bytes are read by `wire_structs`; a converter has them as dictionaries first. What people
state is read with every problem at its place, and exports are written, by the same hooks.
`cattrs` is imported when a converter is first asked for: most of what is read needs none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, cast, get_args, get_origin

import attrs
import msgspec

from mentorcore.domain.values import Sealed
from mentorcore.errors import Invalid
from mentorcore.log.serialization.instants import instant_text
from mentorcore.personal_text import without_text

if TYPE_CHECKING:
    import cattrs

__all__ = ["exporting", "problems", "stating", "wiring"]

Hook = Callable[[Any, Any], Any]


def wiring() -> cattrs.Converter:
    """A new converter from dictionaries to wire structs, as strict as the reading of their bytes.

    It refuses with a path: ``Expected `int`, got `str` - at `$.minutes` ``.
    """
    from cattrs.preconf.msgspec import make_converter  # noqa: PLC0415

    return make_converter()


def exporting() -> cattrs.Converter:
    """A new converter from events and values to plain data; personal values stay sealed."""
    import cattrs  # noqa: PLC0415

    made = cattrs.Converter()
    made.register_unstructure_hook(datetime, instant_text)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_unstructure_hook(Sealed, lambda s: {"_e": s.blob})
    return made


def stating() -> cattrs.Converter:
    """A new converter for what people state: defaults may be left out, offsets are as they like.

    It tells all problems at once. Stored bytes are never read with it.
    """
    import cattrs  # noqa: PLC0415

    made = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    for leaf in (bool, int, float):
        made.register_structure_hook(leaf, _leaf)
    made.register_structure_hook(str, _text)
    made.register_structure_hook(date, _day)
    made.register_structure_hook(datetime, _moment)
    made.register_structure_hook(Sealed, _already_sealed)
    made.register_structure_hook_func(_of(Literal), _choice)
    made.register_structure_hook_factory(_of(tuple), _tuples(made))
    made.register_structure_hook_factory(_of(Union, UnionType), _unions(made))
    made.register_structure_hook_factory(
        lambda t: isinstance(t, type) and attrs.has(t) and t is not Sealed,
        lambda t: _stated(t, made),
    )
    return made


def problems(error: Exception) -> list[str]:
    """What was wrong, each with its path, such as ``expected `int`, got `str` @ $.minutes``."""
    import cattrs  # noqa: PLC0415

    if isinstance(error, cattrs.BaseValidationError):
        return cattrs.transform_error(error, format_exception=_said)
    return [_said(error, None) if isinstance(error, KeyError) else str(error)]


def _of(*origins: Any) -> Callable[[Any], bool]:
    return lambda hint: get_origin(hint) in origins


def _said(error: BaseException, _type: type | None) -> str:
    import cattrs  # noqa: PLC0415

    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        return "unknown " + ", ".join(repr(k) for k in sorted(error.extra_fields))
    if isinstance(error, Invalid):
        return "; ".join(map(str, error.problems))
    return str(error)


_WORDS = {int: "a whole number", float: "a number", bool: "yes or no (true or false)"}


def _leaf(value: Any, hint: Any) -> Any:
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not hint:
        raise ValueError(f"{value!r} is not {_WORDS[hint]}")
    return msgspec.convert(value, hint)


def _text(value: Any, _hint: Any) -> str:
    if type(value) is not str:
        # A text in it is not repeated: where a text is asked for, it may be somebody's.
        raise ValueError(f"{without_text(value)} is not a text")
    return value


def _day(value: Any, hint: Any) -> date:
    try:
        return date.fromisoformat(_text(value, hint))
    except ValueError:
        raise ValueError(f"{value!r} is no day such as 2026-10-01") from None


def _moment(value: Any, hint: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, hint))
    except ValueError:
        raise ValueError(f"{value!r} is no moment such as 2026-10-01T15:00-08:00") from None
    if moment.utcoffset() is None:
        raise ValueError(f"{value} needs its offset from UTC, such as {value}-08:00")
    return moment


def _already_sealed(value: Any, _hint: Any) -> Sealed:
    if not isinstance(value, Sealed):
        raise ValueError('expected a sealed value, {"_e": "..."}')  # noqa: TRY004 - told as a problem
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
                raise ValueError("this is not a list")
            kinds = (args[0],) * len(value) if open_ended else args
            if len(kinds) != len(value):
                raise ValueError(f"expected {len(kinds)} items, got {len(value)}")
            return tuple(made.structure(v, k) for v, k in zip(value, kinds, strict=True))

        return structure

    return factory


def _unions(made: cattrs.Converter) -> Callable[[Any], Hook]:
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
    from cattrs.gen import make_dict_structure_fn  # noqa: PLC0415

    structure: Hook = make_dict_structure_fn(cls, made, _cattrs_forbid_extra_keys=True)

    def stated(value: Any, hint: Any) -> Any:
        if type(value) is not dict:
            names = ", ".join(f.name for f in attrs.fields(cast("Any", cls)))
            raise ValueError(f"expected an object with {names}")
        return structure(value, hint)

    return stated
