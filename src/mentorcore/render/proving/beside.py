"""What stands beside the events of a log, held against them: as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import mentorcore
from mentorcore.render.text import clean, counted, paragraph

__all__ = [
    "mapping_data",
    "mapping_lines",
    "rebuilt_views_data",
    "rebuilt_views_lines",
    "view_data",
    "view_lines",
]

SHOWN = 20
"""How many differences are told one by one; data has them all."""


def view_lines(found: Sequence[mentorcore.StoredViewDifference]) -> Iterator[str]:
    """Whether stored views are what the events lead to; else what differs, the first one first."""
    if not found:
        yield "views: as the events say"
        return
    yield f"views: {counted(len(found), 'difference')} from the events"
    for one in found[:SHOWN]:
        where = clean(one.view) if one.stream is None else f"{clean(one.view)}, {clean(one.stream)}"
        in_what = f" (in {', '.join(one.members)})" if any(one.members) else ""
        yield from paragraph(f"{where}: {clean(one.about)}{in_what}", "  ")
    if len(found) > SHOWN:
        yield f"  and {len(found) - SHOWN:,} more; --json tells them all"
    yield from paragraph(
        "No checkpoint covers views, and no export holds them; what is asked with --as-known was "
        "never answered from them. Keep a copy as evidence; mentorcore rebuild makes them anew."
    )


def view_data(found: Sequence[mentorcore.StoredViewDifference]) -> Any:
    """The same as data."""
    return mentorcore.plain(tuple(found))


def mapping_lines(found: Sequence[mentorcore.MappingDifference]) -> Iterator[str]:
    """Whether the texts of mappings are those that imports name; else which are not."""
    wrong = [one for one in found if one.is_kept]
    if not wrong:
        yield "mappings: the texts that are kept are those that imports name"
    else:
        yield f"mappings: {counted(len(wrong), 'text')} not as imports name them"
    for one in (*wrong, *(one for one in found if not one.is_kept)):
        by = f", of the form {clean(one.form)} (position {one.position})" if one.position else ""
        yield from paragraph(f"{one.digest[:16]}{by}: {clean(one.about)}", "  ")


def mapping_data(found: Sequence[mentorcore.MappingDifference]) -> Any:
    """The same as data."""
    return mentorcore.plain(tuple(found))


def rebuilt_views_lines(made: Sequence[mentorcore.RebuiltView]) -> Iterator[str]:
    """Which views were made anew."""
    for view in made:
        if view.position:
            yield f"{clean(view.name)} is folded anew, up to position {view.position:,}."
        else:
            yield f"{clean(view.name)}: there is nothing to store."


def rebuilt_views_data(made: Sequence[mentorcore.RebuiltView]) -> Any:
    """The same as data."""
    return mentorcore.plain(tuple(made))
