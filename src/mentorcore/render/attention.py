"""What needs a person, as a table: what is the matter, with whom, and why."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import mentorcore
from mentorcore.render.status import headline, named
from mentorcore.render.text import counted, lacking_lines, paragraph, table, unknown_lines

__all__ = ["attention_lines", "needs_lines", "settling_lines"]


def attention_lines(found: mentorcore.Attention, log: str = "LOG") -> Iterator[str]:
    """All that needs somebody, the most urgent first.

    Args:
        found: What was found.
        log: Where the events are, for the commands that settle something.
    """
    yield from headline(found)
    yield ""
    if found.needs:
        yield f"{counted(len(found.needs), 'thing')} to look at, the most urgent first:"
        yield ""
        yield from needs_lines(found.needs, log)
    else:
        yield "Nothing needs anybody today."
    if found.others is not None:
        yield ""
        yield from paragraph(f"What concerns others is not listed: {found.others.reason}.")
    yield from unknown_lines(found.unknown)
    yield from lacking_lines(found.lacking)


def needs_lines(needs: Sequence[mentorcore.Need], log: str = "LOG") -> Iterator[str]:
    """One row for each need."""
    rows = [(need.kind.replace("_", " "), _whom(need), _why(need)) for need in needs]
    yield from table(("", "who", "why"), rows, firm=("", "who"), indent="  ")
    yield from settling_lines(needs, log)


def _whom(need: mentorcore.Need) -> str:
    return named(need.people) or ("the program" if need.subject.startswith("program:") else "")


def settling_lines(needs: Sequence[mentorcore.Need], log: str = "LOG") -> Iterator[str]:
    """Of what may be recorded twice, both records and the two commands of which one settles it."""
    record = f"mentorcore record {shlex.quote(log)}"
    doubted = [need for need in needs if need.kind == "probable_duplicate" and need.records]
    if doubted:
        yield ""
        yield "What may be recorded twice, and the two ways to settle it:"
    for need in doubted:
        first, *others = (f"{e.stream}#{e.version}" for e in need.records)
        yield f"  {named(need.people)}, {need.since}: {first} and {', '.join(others)}"
        for other in others:
            yield "    the later one repeats the first:"
            yield f"      {record} retract-record target={other} cause=duplicate \\"
            yield f"        duplicate_of={first}"
        yield "    both are real:"
        yield f"      {record} rule-out-duplicates pairing_id={need.subject} \\"
        yield f"        on={need.since}"


def _why(need: mentorcore.Need) -> str:
    if not need.text:
        return need.why
    return f"{need.why}: “{need.text}”"
