"""Whether a survey service can be read, as sentences and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import mentorcore
from mentorcore.render.text import ended, paragraph

__all__ = ["checked_data", "checked_lines"]


def checked_lines(name: str, found: Sequence[mentorcore.Notice]) -> Iterator[str]:
    """What is wrong with an account, or that nothing is."""
    if not found:
        yield f"{name}: credentials and access are right."
    for notice in found:
        yield from paragraph(ended(f"{notice.where}: {notice.message}"))


def checked_data(name: str, found: Sequence[mentorcore.Notice]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "account": name,
        "right": not found,
        "problems": [{"message": n.message, "code": n.code} for n in found],
    }
