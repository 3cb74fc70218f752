"""The catalogue of events, and what came of comparing an older log, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import mentorcore
from mentorcore.render.text import counted, paragraph, table

__all__ = ["catalog_lines", "compat_lines", "event_lines"]


def catalog_lines(catalog: mentorcore.Catalog) -> Iterator[str]:
    """One line an event."""
    rows = [(event.name, event.version, _first(event.meaning)) for event in catalog.events]
    yield from table(("event", "version", "what happened"), rows, firm=("event", "version"))
    yield ""
    yield f"{counted(len(rows), 'event')} of mentorcore {catalog.mentorcore}. One in full:"
    yield "  mentorcore catalog pairing.meeting-held"


def event_lines(event: mentorcore.CatalogEvent) -> Iterator[str]:
    """One event in full."""
    yield f"{event.name}, version {event.version}"
    yield from paragraph(event.meaning.replace("`", ""), "  ")
    yield ""
    when = " or ".join(event.true_at) or "the moment at which it was recorded"
    yield from _told("true at", when)
    yield from _told("stands in", f"streams of kind {', '.join(event.streams)}")
    if event.founding:
        yield from _told("founds", "its stream, and comes before everything else in it")
    if len(event.versions) > 1:
        yield from _told("read", f"in versions {', '.join(map(str, event.versions))}")
    yield from _told("caused by", ", ".join(event.caused_by) or "nobody")
    if event.recorded_with:
        yield from _told("with", ", ".join(event.recorded_with))
    yield from _told("who", event.who)
    yield ""
    yield from _fields(event.fields, "  ")


def _told(title: str, text: str) -> Iterator[str]:
    yield from paragraph(text.replace("`", ""), f"  {title:<10} ", " " * 13)


def _fields(fields: Sequence[mentorcore.CatalogField], indent: str) -> Iterator[str]:
    if not fields:
        yield f"{indent}No fields."
    for field in fields:
        yield from paragraph(f"{field.name}: {_holds(field)}", indent, f"{indent}  ")
        yield from paragraph(field.meaning.replace("`", ""), f"{indent}  ")
        if field.fields:
            yield from _fields(field.fields, f"{indent}    ")


def _holds(field: mentorcore.CatalogField) -> str:
    """What a field holds, and whether it is sealed."""
    kind = field.type.replace("`", "")
    notes = ["or nothing"] if field.optional else []
    if field.personal is not None:
        notes.append(f"sealed ({field.personal}) for {str(field.whose).replace('`', '')}")
    return ", ".join((kind, *notes))


def _first(text: str) -> str:
    """The first sentence, without marks."""
    return text.partition(". ")[0].rstrip(".").replace("`", "")


def compat_lines(found: mentorcore.Compatibility) -> Iterator[str]:
    """Whether everything is read, and what is not."""
    events = sum(held.count or 0 for held in found.held)
    kinds = counted(len({held.name for held in found.held}), "kind") + " of events"
    what = f"{kinds}, {counted(events, 'event')}" if _counts(found) else kinds
    holds = "hold" if found.old.startswith("the schemas in ") else "holds"
    if found.reads_all:
        yield from paragraph(f"Everything is read: {found.old} {holds} {what}.")
        return
    unread = counted(len(found.problems), "thing")
    yield from paragraph(f"Not everything is read: {found.old} {holds} {what}; {unread} to mend.")
    for problem in found.problems:
        yield ""
        where = "" if problem.position is None else f", first at position {problem.position}"
        many = "" if problem.count is None else f", {counted(problem.count, 'event')}"
        yield f"{problem.name}, version {problem.version}{many}{where}"
        yield from paragraph(problem.what, "  ")
        yield from paragraph(problem.remedy, "  ")
    yield ""
    yield "Until then, use the version that wrote it."


def _counts(found: mentorcore.Compatibility) -> bool:
    return any(held.count is not None for held in found.held)
