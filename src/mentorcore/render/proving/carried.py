"""What a carried record says, and whether it is verified, as lines and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mentorcore

__all__ = ["carried_data", "carried_lines"]


def carried_lines(checked: mentorcore.CheckedRecord) -> Iterator[str]:
    """The record and its standing."""
    record = checked.file.record
    yield f"Record of {record.name}, issued on {record.issued_on} by the log {record.origin}"
    yield ""
    for section in record.sections:
        until = "" if section.until is None else f" until before {section.until}"
        yield f"{section.title} ({section.institution}), {section.part}"
        figures = f"{section.meetings} meetings, {section.minutes} minutes"
        yield f"  since {section.since}{until}; {figures}"
        for done in section.completions:
            yield f"  {done.code} completed on {done.on}"
        if section.units:
            told = ", ".join(f"{count} {unit}" for unit, count in sorted(section.units.items()))
            yield f"  to be credited: {told}"
        if section.origin != record.origin:
            yield f"  known from the log {section.origin}, and told here at second hand"
    yield ""
    if checked.verified:
        yield f"Verified, under a checkpoint over {checked.checkpoint.size:,} events."
    else:
        yield f"Not verified: {checked.unverified}."


def carried_data(checked: mentorcore.CheckedRecord) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "record": checked.file.record.plain,
        "verified": checked.verified,
        "unverified": checked.unverified,
        "checkpoint": {"origin": checked.checkpoint.origin, "size": checked.checkpoint.size},
        "witnesses": [{"name": c.witness, "at": c.at} for c in checked.checkpoint.cosignatures],
    }
