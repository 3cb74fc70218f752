"""What needs a person, as a table: what is the matter, with whom, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import mentorcore
from mentorcore.render.status import headline, named
from mentorcore.render.text import counted, paragraph, table, unknown_lines

__all__ = ["attention_lines", "needs_lines"]


def attention_lines(found: mentorcore.Attention) -> Iterator[str]:
    """All that needs somebody, the most urgent first."""
    yield from headline(found)
    yield ""
    if found.needs:
        yield f"{counted(len(found.needs), 'thing')} to look at, the most urgent first:"
        yield ""
        yield from needs_lines(found.needs)
    else:
        yield "Nothing needs anybody today."
    if found.others is not None:
        yield ""
        yield from paragraph(f"What concerns others is not listed: {found.others.reason}.")
    yield from unknown_lines(found.unknown)


def needs_lines(needs: Sequence[mentorcore.Need]) -> Iterator[str]:
    """One row for each need."""
    rows = [(need.kind.replace("_", " "), named(need.people), _why(need)) for need in needs]
    yield from table(("", "who", "why"), rows, firm=("", "who"), indent="  ")


def _why(need: mentorcore.Need) -> str:
    if not need.text:
        return need.why
    return f"{need.why}: “{need.text}”"
