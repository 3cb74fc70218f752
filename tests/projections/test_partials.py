"""What is stored of a view changes only together with the view's version."""

import hashlib
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from mentorcore.projections.summary.summary import KINDS, SUMMARY

SHAPES = {
    2: "15ae5b5556423931",
    3: "f78d8cb7a7e87e51",
}
"""By version of the summary, a digest of everything that its stored rows are made of."""


def test_partials_of_another_shape_have_another_version() -> None:
    shape = digest()

    assert SHAPES.get(SUMMARY.version) == shape, (
        "the stored partials look different now: raise SUMMARY.version, so that rows of the old "
        f"shape are dropped, and note the new shape {shape!r} here"
    )
    assert len(set(SHAPES.values())) == len(SHAPES)


def digest() -> str:
    """A digest of the names and types of all members, all the way down.

    What classes are called and where they stand is no part of it, since it is not stored.
    """
    lines = sorted(f"{kind}: {shape(found)}" for kind, found in KINDS.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def shape(hint: Any) -> str:
    """A type as what is stored of it."""
    if attrs.has(hint) or hasattr(hint, "_fields"):
        members = sorted(get_type_hints(hint).items())
        return "{" + ", ".join(f"{name}: {shape(inner)}" for name, inner in members) + "}"
    if getattr(hint, "__module__", "").startswith("mentorcore.projections"):
        return "{" + ", ".join(hint.__slots__) + "}"
    origin = get_origin(hint)
    if origin is None:
        return str(getattr(hint, "__name__", repr(hint)))
    either = origin is Union or origin is UnionType  # one type from Python 3.14 on
    name = "Union" if either else getattr(origin, "__name__", repr(origin))
    return f"{name}[{', '.join(map(shape, get_args(hint)))}]"
