"""How a declared class is made: its fields are set, and what was stated is checked."""

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs

from mentorcore.domain.field_types import checks
from mentorcore.errors import Invalid

__all__ = ["CheckedInit", "unchecked"]

_UNSTATED: Any = object()
_Factory: Any = attrs.Factory


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: given for name, given in fields.items() if given is not _UNSTATED}


class CheckedInit:
    """A class's ``__init__`` that checks what it is given, in as few steps as there can be.

    It is written and compiled when it is first looked up, to make an instance or to be shown: a
    process uses few of the classes that are declared. Then it stands in the class itself.

    Args:
        made: The class. Only what is stated is checked; defaults fit, or the class would be of no
            use.
        malformed: The error for fields that do not fit.
    """

    def __init__(self, made: Any, malformed: Callable[[dict[str, Any]], Invalid]) -> None:
        self._made = made
        self._malformed = malformed

    def __get__(self, instance: object, owner: type) -> Any:
        init = self._made.__init__ = _compiled(self._made, self._malformed)
        return init.__get__(instance, owner)


@cache
def unchecked(made: Any) -> Any:
    """A function that makes an instance of a declared class and does not look at the types.

    It is for what was checked already, as the same type: a command filled with ids, the answers of
    a response that has passed the adapters' border.
    """
    names: dict[str, Any] = {"new": made.__new__, "made": made}
    takes, sets = [], []
    for field in attrs.fields(made):
        name = field.name
        if field.validator or field.converter or isinstance(field.default, _Factory):
            raise TypeError(f"{made.__name__}.{name} is made by more than what is stated")
        names |= {f"set_{name}": getattr(made, name).__set__}
        sets.append(f" set_{name}(o, {name})")
        if field.default is attrs.NOTHING:
            takes.append(name)
        else:
            names[f"usual_{name}"] = field.default
            takes.append(f"{name}=usual_{name}")
    head = f"def make({', '.join(['*', *takes] if takes else [])}):"
    text = "\n".join([head, " o = new(made)", *sets, " return o"])
    exec(compile(text, "<unchecked>", "exec"), names)  # noqa: S102 - our own text, made of field names
    return names["make"]


def _compiled(made: Any, malformed: Callable[[dict[str, Any]], Invalid]) -> Any:
    fields, good = attrs.fields(made), checks(made)
    names: dict[str, Any] = {"malformed": malformed, "stated": _stated, "UNSTATED": _UNSTATED}
    takes, sets, tests = [], [], []
    for field in fields:
        name = field.name
        names |= {f"set_{name}": getattr(made, name).__set__, f"good_{name}": good[name]}
        if field.default is attrs.NOTHING:
            takes.append(name)
            sets.append(f"set_{name}(self, {name})")
            tests.append(f"good_{name}({name})")
        else:
            names[f"usual_{name}"] = field.default
            takes.append(f"{name}=UNSTATED")
            sets.append(f"set_{name}(self, usual_{name} if {name} is UNSTATED else {name})")
            tests.append(f"({name} is UNSTATED or good_{name}({name}))")
    told = ", ".join(f"{field.name!r}: {field.name}" for field in fields)
    if any(f.validator or f.converter or isinstance(f.default, _Factory) for f in fields):
        names["plain"] = made.__attrs_init__
        sets = [f"plain(self, **stated({{{told}}}))"]
    lines = [f"def __init__({', '.join(['self, /', *(['*'] if takes else []), *takes])}):"]
    lines += [f" {line}" for line in sets]
    lines.append(f" if not ({' and '.join(tests or ['True'])}):")
    lines.append(f"  raise malformed(stated({{{told}}}))")
    exec(compile("\n".join(lines), f"<{made.__name__}>", "exec"), names)  # noqa: S102 - our own text, made of field names
    init = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__wrapped__ = made.__attrs_init__  # whose signature has the true defaults
    return init
