"""What tables in a database hold, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import mentorcore
from mentorcore.render.text import alphabetical, clean, counted, fit, paragraph, short, width

__all__ = ["counted_lines", "different_lines", "hours_lines", "names_of"]

NAME = 32
"""How much room a name takes at most."""


def counted_lines(
    prefix: str, state: mentorcore.TableState, counts: Mapping[str, int]
) -> Iterator[str]:
    """How many rows each table has, and up to where they tell the log."""
    room = max(len(prefix) + len(name) for name in counts)
    for name, count in counts.items():
        yield f"{prefix}{name:{room - len(prefix)}}  {count:>9,}"
    yield f"They are at position {state.position:,} of the log."


def different_lines(found: Sequence[mentorcore.TableDifference]) -> Iterator[str]:
    """Where tables differ from the log, or that they do not."""
    if not found:
        yield "The tables are as the log has it, and their figures are those of the status."
        return
    yield f"{counted(len(found), 'difference')}; --rebuild puts the tables right:"
    for difference in found:
        yield from paragraph(str(difference), "  ", "    ")


def hours_lines(
    months: Sequence[mentorcore.MentorMonth], names: Mapping[str, str]
) -> Iterator[str]:
    """The hours of each mentor, month by month, people as they are listed."""
    if not months:
        yield "No meeting of a mentor counts until that day."
        return
    called = {m.person: clean(names.get(m.person) or short(m.person)) for m in months}
    for month in sorted(months, key=lambda m: (m.month, alphabetical(called[m.person]))):
        name = fit(called[month.person], NAME)
        blanks = " " * (NAME - width(name))
        yield f"{month.month}  {name}{blanks}  {month.minutes:>6,} min  {month.hours:>8.2f} h"


def names_of(engine: mentorcore.Engine) -> dict[str, str]:
    """The names of everybody who takes part in a program, for the coordinator."""
    boss = mentorcore.Viewer.coordinator()
    told = (engine.status(line.program, viewer=boss) for line in engine.programs())
    found = (row.who for status in told for row in status.participants)
    return {who.person: who.name for who in found if isinstance(who.name, str)}
