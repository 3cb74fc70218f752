"""How a declared class is made: its fields are set, and what was stated is checked."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from mentorcore.domain.fitting import Check
from mentorcore.errors import Invalid

__all__ = ["checked_init"]

_UNSTATED: Any = object()
_Factory: Any = attrs.Factory


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: given for name, given in fields.items() if given is not _UNSTATED}


def checked_init(
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
    lines.append(f" if not ({' and '.join(checks or ['True'])}):")
    lines.append(f"  raise malformed(stated({{{told}}}))")
    exec(compile("\n".join(lines), f"<{made.__name__}>", "exec"), names)  # noqa: S102 - our own text, made of field names
    init = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init
