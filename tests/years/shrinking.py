"""The smallest year that still differs: without imports, then without rows, then without edits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TypeVar

from years.expected import Cells, rows_of
from years.exports import survey_file, table_of
from years.sheets import HEADS, Export, Year, read

__all__ = ["smallest"]

T = TypeVar("T")


def smallest(year: Year, problem_of: Callable[[Year], str | None], seconds: float) -> Year:
    """The year with as few imports, rows and edits as still differ.

    Args:
        year: A year that differs.
        problem_of: What differs in a year, or ``None``.
        seconds: How long to look; a year that is not quite the smallest is of use as well.
    """
    until = monotonic() + seconds

    def fails(imports: Sequence[Export]) -> bool:
        return monotonic() < until and problem_of(replace(year, imports=list(imports))) is not None

    left = _fewest(year.imports, fails)
    plain = [_plain(export) for export in left]
    left = plain if fails(plain) else left
    keys = sorted({row["Id"] for export in left for row in rows_of(export.content, export.form)})
    kept = _fewest(keys, lambda some: fails([_only(export, some) for export in left]))
    left = [_only(export, kept) for export in left] if len(kept) < len(keys) else left
    while (unedited := next(filter(fails, _unedited(left)), None)) is not None:
        left = unedited
    return replace(year, imports=left)


def _fewest(things: Sequence[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """Some of the things of which none can be left out, in halves first."""
    left, size = list(things), max(1, len(things) // 2)
    while size:
        start = 0
        while start < len(left):
            fewer = left[:start] + left[start + size :]
            if fails(fewer):
                left = fewer
            else:
                start += size
        size //= 2
    return left


def _written(export: Export, rows: list[Cells]) -> Export:
    """An export with other rows, as a plain file."""
    keys = export.keys if export.spoilt else frozenset(row["Id"] for row in rows)
    match export.form:
        case "voices":
            told = [
                [r["Sent"], r["Mentor"][2:-1], r["Mentee"], r["Day"], r["Minutes"]] for r in rows
            ]
            content = table_of(HEADS["voices"], told)
        case "survey":
            content = survey_file([_answered(row) for row in rows])
        case form:
            content = table_of(HEADS[form], [[row[title] for title in HEADS[form]] for row in rows])
    return replace(export, content=content, keys=keys)


def _answered(row: Cells) -> list[str]:
    sent = datetime.strptime(row["Sent"], "%m/%d/%Y %H:%M:%S")  # noqa: DTZ007 - in one zone
    said = row["Mentor"], row["Mentee"], read(row["Day"]).isoformat(), row["Minutes"], row["How"]
    return [row["Id"], f"{sent:%Y-%m-%d %H:%M:%S}", *said]


def _plain(export: Export) -> Export:
    rows = rows_of(export.content, export.form)
    return _written(export, rows) if rows else export


def _only(export: Export, keys: Sequence[str]) -> Export:
    rows = rows_of(export.content, export.form)
    kept = [row for row in rows if row["Id"] in keys]
    return _written(export, kept) if rows and len(kept) < len(rows) else export


def _unedited(imports: Sequence[Export]) -> Iterator[list[Export]]:
    """The imports with one cell of one row as it was in the export before."""
    for n, export in enumerate(imports):
        before = next((e for e in reversed(imports[:n]) if e.form == export.form), None)
        if before is None or export.spoilt or before.spoilt:
            continue
        earlier = {row["Id"]: row for row in rows_of(before.content, before.form)}
        rows = rows_of(export.content, export.form)
        for i, row in enumerate(rows):
            for title, cell in row.items():
                was = earlier.get(row["Id"], row)[title]
                if was != cell:
                    changed = [*rows[:i], row | {title: was}, *rows[i + 1 :]]
                    yield [*imports[:n], _written(export, changed), *imports[n + 1 :]]
