"""What a view of a practice tells, as a table of its rows, and which practices there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import attrs

import mentorcore
from mentorcore.render.history import value_said
from mentorcore.render.status import name_of, named
from mentorcore.render.text import (
    GAP,
    WIDTH,
    counted,
    lacking_lines,
    paragraph,
    table,
    unknown_lines,
    width,
)

__all__ = ["names_in", "practices_lines", "view_lines", "written_lines"]


def names_in(found: mentorcore.Status) -> Mapping[str, str]:
    """What participants, persons and pairings are called, by their ids."""
    names = {p.pairing: named(p.members) for p in found.pairings}
    for participant in found.participants:
        who = participant.who
        names |= {who.participant: name_of(who)} | ({who.person: name_of(who)} if who.name else {})
    return names


def view_lines(found: mentorcore.View, names: Mapping[str, str]) -> Iterator[str]:
    """Its rows, then what they add up to; *names* by id say whom they are about."""
    yield from paragraph(f"{found.name}, as of {found.day:%A, %d %B %Y}")
    yield ""
    if not found.rows:
        yield "No rows."
    for _, rows in groupby(found.rows, type):
        yield from _told(tuple(rows), names)
    if isinstance(found.totals, mentorcore.Withheld):
        yield ""
        yield from paragraph(f"Totals are not shown: {found.totals.reason}.")
    elif found.totals is not None:
        yield ""
        totals = found.totals
        told = [(f.name, getattr(totals, f.name)) for f in attrs.fields(type(totals))]
        yield from table(("", ""), [(_words(name), _cell(v, names)) for name, v in told])
    if found.others is not None:
        yield ""
        yield from paragraph(f"Others are not listed: {found.others.reason}.")
    yield from unknown_lines(found.unknown)
    yield from lacking_lines(found.lacking)


def _told(rows: Sequence[Any], names: Mapping[str, str], indent: str = "") -> Iterator[str]:
    """Rows as a table; where they hold rows themselves, or are too wide for one, one by one."""
    fields = [f.name for f in attrs.fields(type(rows[0]))]
    inside = [f for f in fields if any(_holds_rows(getattr(row, f)) for row in rows)]
    cells = [[_cell(getattr(row, f), names) for f in fields if f not in inside] for row in rows]
    titles = [_words(f) for f in fields if f not in inside]
    needed = [max(map(width, column)) for column in zip(titles, *cells, strict=True)]
    if not inside and len(indent) + sum(needed) + len(GAP) * (len(titles) - 1) <= WIDTH:
        yield from table(titles, cells, indent=indent)
        return
    for row, said in zip(rows, cells, strict=True):
        if row is not rows[0]:
            yield ""
        lines = [(title, cell) for title, cell in zip(titles, said, strict=True) if cell]
        yield from table(("", ""), lines, indent=indent)
        for field in inside:
            if getattr(row, field):
                yield ""
                yield f"{indent}{_words(field)}"
                yield from _told(getattr(row, field), names, f"{indent}  ")


def _holds_rows(value: Any) -> bool:
    """Whether these are rows of their own, and not people, who are told by their names."""
    return isinstance(value, tuple) and any(
        attrs.has(type(item)) and not isinstance(item, mentorcore.Who) for item in value
    )


def _cell(value: Any, names: Mapping[str, str]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case mentorcore.Who():
            return name_of(value)
        case (mentorcore.Who(), *_):
            return named(value)
        case Mapping():
            return ", ".join(f"{_cell(k, names)} {_cell(v, names)}" for k, v in value.items())
        case _:
            return value_said(value, names)


def _words(name: str) -> str:
    return name.replace("_", " ")


def practices_lines(listed: Sequence[mentorcore.PracticeLine], *, held: bool) -> Iterator[str]:
    """Those that are here, those that a log needs, and those that were left out, with the reason.

    Args:
        listed: All of them.
        held: Whether they were counted in a log.
    """
    here = [p for p in listed if p.here]
    if here:
        titles = ("practice", *(("events",) if held else ()), "from", "views")
        rows = [
            (p.name, *((f"{p.events:,}",) if held else ()), p.origin, ", ".join(p.views) or "none")
            for p in here
        ]
        yield from table(titles, rows, firm=("practice",), right=("events",))
    else:
        yield "No practices beside the core are installed."
    if missing := [p for p in listed if not p.here and p.problem is None]:
        yield ""
        yield "Not here, though the log holds events of them:"
        for practice in missing:
            bring = practice.distribution or "the package that brings it"
            kinds, number = ", ".join(practice.kinds), counted(practice.events, "event")
            who = f"{practice.name} ({kinds})" if practice.name else kinds
            yield from paragraph(f"{who}: {number}; install {bring}", "  ")
    if left_out := [p for p in listed if p.problem is not None]:
        yield ""
        yield f"{counted(len(left_out), 'practice')} left out:"
        for practice in left_out:
            origin = f" ({practice.origin})" if practice.origin else ""
            yield from paragraph(f"{practice.name}{origin}: {practice.problem}", "  ")


def written_lines(written: Sequence[str], folder: str) -> Iterator[str]:
    """What was written for a new practice, and what to do with it."""
    yield "A new practice, which keeps the contract as it is:"
    yield from (f"  {path}" for path in written)
    yield "Put events of your own in place of those in events.py, and go on from there:"
    yield f'  cd {folder} && pip install -e ".[test]" && pytest'
