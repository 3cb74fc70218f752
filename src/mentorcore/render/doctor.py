"""A diagnosis, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mentorcore
from mentorcore.render.text import paragraph

__all__ = ["diagnosis_data", "diagnosis_lines"]


def diagnosis_lines(found: mentorcore.Diagnosis) -> Iterator[str]:
    """Each line with how it stands, and what to do below it; what it comes to at the end."""
    wide = max(len(line.about) for line in found.lines)
    for line in found.lines:
        lead = f"{line.standing:<6}  {line.about:<{wide}}  "
        first, *rest = paragraph(line.says, " " * len(lead))
        yield lead + first.strip()
        yield from rest
        if line.remedy:
            yield from paragraph(f"-> {line.remedy}", " " * len(lead))
    yield ""
    looks = sum(line.standing == "look" for line in found.lines)
    yield (
        "All is in order."
        if found.in_order
        else f"{len(found.broken)} broken, {looks} worth a look."
    )


def diagnosis_data(found: mentorcore.Diagnosis) -> dict[str, Any]:
    """The same as plain data."""
    return {"in_order": found.in_order, "lines": mentorcore.plain(found.lines)}
