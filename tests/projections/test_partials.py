"""What is stored of a view changes only together with the view's version."""

import hashlib
from typing import Any, get_args, get_type_hints

import attrs

from mentorcore.projections.summary import KINDS, SUMMARY

SHAPES = {
    1: "1392a49a23b6cae8",
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
    """A digest of the names and types of all members, all the way down."""
    lines: set[str] = set()
    waiting: list[Any] = list(KINDS.values())
    while waiting:
        found = waiting.pop()
        waiting.extend(get_args(found))
        if attrs.has(found) or hasattr(found, "_fields"):
            hints = get_type_hints(found)
            line = f"{found.__name__}: {sorted((n, str(h)) for n, h in hints.items())}"
            if line not in lines:
                lines.add(line)
                waiting.extend(hints.values())
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]
