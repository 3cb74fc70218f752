"""A published report beside the log, figure by figure, as text and as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import mentorcore
from mentorcore.render.text import counted, paragraph, sentence, short
from mentorcore.render.why import why_data, why_lines

__all__ = ["recomputed_data", "recomputed_lines"]

VERDICTS = ("different", "unknown", "equal")
TITLES = {
    "different": "Different",
    "unknown": "Cannot be known",
    "equal": "Equal",
}
LONGEST = 60


def recomputed_data(found: mentorcore.Recomputed) -> dict[str, Any]:
    """A comparison as data, with its verdict and how many figures there are of each."""
    data: dict[str, Any] = mentorcore.plain(found)
    for figure, told in zip(data["figures"], found.figures, strict=True):
        events = None if told.explanation is None else told.explanation.events
        figure["lacks"] = dict(told.lacks)
        figure["events"] = mentorcore.plain(events)
        figure["explanation"] = None if events is None else why_data(told.explanation)  # type: ignore[arg-type] # there is one
    counts = {verdict: len(found.of(verdict)) for verdict in VERDICTS}
    return {**data, "holds": found.holds, "is_whole": found.is_whole, **counts}


def recomputed_lines(
    found: mentorcore.Recomputed, *, every: bool = False, why: bool = False
) -> Iterator[str]:
    """What came of it, figures that differ first.

    Args:
        found: The comparison.
        every: Whether the equal figures are listed as well.
        why: Whether explanations are told in full, and not only their events.
    """
    yield from paragraph(_about(found))
    counts = {verdict: len(found.of(verdict)) for verdict in VERDICTS}
    yield from paragraph(
        f"{counted(len(found.figures), 'figure')}: {counts['equal']:,} equal, "
        f"{counts['different']:,} different, {counts['unknown']:,} cannot be known from here."
    )
    for verdict in VERDICTS if every else VERDICTS[:2]:
        if figures := found.of(verdict):
            yield ""
            yield f"{TITLES[verdict]} ({len(figures):,}):"
            yield from _figures(figures, why=why)
    yield ""
    yield from paragraph(_verdict(found))


def _about(found: mentorcore.Recomputed) -> str:
    said = f"{found.report} of {found.name}, for {found.day:%A, %d %B %Y}"
    if found.as_of is not None:
        said += f", only what was true by {found.as_of}"
    if found.as_known is not None:
        said += f", only what was known by {found.as_known}"
    return f"{said}; at position {found.position}, as told to {found.viewer}."


def _verdict(found: mentorcore.Recomputed) -> str:
    if not found.holds:
        return "THE REPORT DIFFERS from what the log says."
    if not found.is_whole:
        return (
            "No figure differs that can be told; some cannot, as contents were left out of the "
            "export or are sealed, or nothing here tells such a figure."
        )
    if found.of("unknown"):
        return "Every figure is equal; names and texts cannot be known from here."
    return "Every figure is equal."


def _figures(figures: Sequence[mentorcore.RecomputedFigure], *, why: bool) -> Iterator[str]:
    """Figures under what they are about."""
    about = None
    for figure in figures:
        if figure.subject != about:
            about = figure.subject
            yield from paragraph(about, "  ")
        yield from paragraph(_said(figure), "    ", "      ")
        if figure.explanation is not None and why:
            for line in why_lines(figure.explanation):
                yield f"      {line}".rstrip()
        elif figure.explanation is not None:
            yield from _events(figure.explanation)


def _events(found: mentorcore.Explanation) -> Iterator[str]:
    """The events that a figure rests on, one a line; what founds a stream goes without saying."""
    facts = [g for g in found.grounds if g.part != "founding"]
    for ground in facts or found.grounds:
        record = ground.record
        effect = f"  [{ground.effect}]" if ground.effect else ""
        at = record.evidence
        where = f"position {at.position:>6}  {record.on}  {record.name}  {short(at.stream)}"
        yield from paragraph(f"{where}#{at.version}{effect}", "      ", "        ")
        for correction in record.all_corrections:
            told = f"{correction.kind} at position {correction.evidence.position}"
            yield from paragraph(told, "        ")


def _said(figure: mentorcore.RecomputedFigure) -> str:
    name = figure.figure or "the whole row"
    published, again = _value(figure.published), _value(figure.again)
    match figure.verdict:
        case "equal":
            return f"{name} = {again}"
        case "unknown":
            lacks = ", ".join(f"{number:,} {event}" for event, number in figure.lacks)
            lacking = f" (left out: {lacks})" if lacks else ""
            return f"{name}: published {published}; {figure.why}{lacking}"
        case _ if figure.why:
            return f"{name}: {sentence(figure.why)} {_both(figure, published, again)}"
        case _:
            return f"{name}: published {published}, the log says {again}"


def _both(figure: mentorcore.RecomputedFigure, published: str, again: str) -> str:
    return f"Published: {published}" if figure.again is None else f"The log says: {again}"


def _value(value: Any) -> str:
    """A value as it stands in the report, cut where it is long."""
    if isinstance(value, dict) and "withheld" in value:
        return f"[{value['withheld']} withheld]"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
