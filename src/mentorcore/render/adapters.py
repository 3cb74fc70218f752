"""The adapters that are there, and those that were left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import mentorcore
from mentorcore.render.text import counted, paragraph, table

__all__ = ["adapters_data", "adapters_lines", "written_lines"]


def adapters_lines(listed: Sequence[mentorcore.Listed]) -> Iterator[str]:
    """What can be read, then what was left out and why."""
    there = [a for a in listed if a.problem is None]
    out = [a for a in listed if a.problem is not None]
    rows = [(a.name, a.version, ", ".join(a.abilities), a.origin) for a in there]
    yield from table(("adapter", "version", "reads", "from"), rows, firm=("adapter",))
    if out:
        yield ""
        yield f"{counted(len(out), 'adapter')} left out:"
        for adapter in out:
            origin = f" ({adapter.origin})" if adapter.origin else ""
            yield from paragraph(f"{adapter.name}{origin}: {adapter.problem}", "  ")


def written_lines(written: Sequence[str], folder: str) -> Iterator[str]:
    """What was written for a new adapter, and what to do with it."""
    yield "A new adapter, which keeps the contract as it is:"
    yield from (f"  {path}" for path in written)
    yield "Put an export of your tool in place of tests/sample.csv, and go on from there:"
    yield f'  cd {folder} && pip install -e ".[test]" && pytest'


def adapters_data(listed: Sequence[mentorcore.Listed]) -> dict[str, Any]:
    """The same as data."""
    return {"adapters": mentorcore.plain(listed)}
