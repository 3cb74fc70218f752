"""Tables as files of comma-separated values: for pandas, DuckDB, a spreadsheet."""

import csv
import json
import os
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs

from mentorcore.domain.visibility import READERS
from mentorcore.errors import Invalid, Problem, TablesError
from mentorcore.projections.access.redactor import Viewer, confirm_completion_only
from mentorcore.tables.columns import SQL_TYPES, Column
from mentorcore.tables.database import Database
from mentorcore.tables.held_tables import HeldTables, TableState
from mentorcore.tables.layout import TABLES

__all__ = ["TableCopy", "copy_tables", "delete_copy"]

MANIFEST = "tables.json"
OURS = frozenset({MANIFEST, *(f"{table.name}.csv" for table in TABLES)})
"""The files of a copy."""


@attrs.frozen
class TableCopy:
    """Tables that were written as files.

    Attributes:
        folder: Where.
        position: The position of the log that all of them are at.
        rows: By table, how many rows there are.
    """

    folder: Path
    position: int
    rows: dict[str, int]


def delete_copy(folder: str | os.PathLike[str]) -> int:
    """Delete the files of a copy; answers how many there were.

    They can be written again at any time. What else is in the folder stays.
    """
    found = [path for name in sorted(OURS) if (path := Path(folder) / name).exists()]
    for path in found:
        path.unlink()
    return len(found)


def copy_tables(
    tables: HeldTables, state: TableState, folder: str | os.PathLike[str], viewer: Viewer
) -> TableCopy:
    """Write the tables; see `Tables.copy`.

    Raises:
        Invalid: The viewer is a member, or of one program alone.
        Refused: The viewer administers a school (``completion_only``).
        TablesError: The folder holds something else.
    """
    confirm_completion_only(viewer, "tables")
    if viewer.program is not None:
        problem = Problem("viewer", "is of one program, and the tables tell of all", "one of none")
        raise Invalid("the tables cannot be copied for this viewer", [problem])
    if viewer.kind == "member":
        problem = Problem(
            "viewer", "is a member, who is shown the own figures only", "coordinator or auditor"
        )
        raise Invalid("the tables cannot be copied for this viewer", [problem])
    place = Path(folder).absolute()
    others = _others(place)
    if others:
        raise TablesError(f"{place} holds {others[0]}, which is no copy of tables: name another")
    place.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    declared: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as beside:
        for table in TABLES:
            shown = [c for c in table.columns if viewer.kind in READERS[c.visibility]]
            if not shown:
                continue
            query = (
                f"select {', '.join(c.name for c in shown)} from {tables.name(table)} "
                f"order by {', '.join(table.key)}"
            )
            path = Path(beside) / f"{table.name}.csv"
            rows[table.name] = _write(path, shown, tables.db, query)
            declared[table.name] = {
                "about": table.about,
                "key": table.key,
                "columns": [{**attrs.asdict(c), "sql": SQL_TYPES[c.kind]} for c in shown],
            }
        about = {
            "log_id": state.log_id,
            "layout": state.layout,
            "position": state.position,
            "tables": declared,
        }
        (Path(beside) / MANIFEST).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        for name in (*(f"{table}.csv" for table in rows), MANIFEST):
            (Path(beside) / name).replace(place / name)
    return TableCopy(place, state.position, rows)


def _others(place: Path) -> list[str]:
    if not place.exists():
        return []
    if not place.is_dir():
        return ["a file of that name"]
    return sorted(path.name for path in place.iterdir() if path.name not in OURS)


def _write(path: Path, shown: list[Column], db: Database, query: str) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([c.name for c in shown])
        for count, row in enumerate(db.rows(query), 1):  # noqa: B007 - the last one is the count
            out.writerow([_text(c, v) for c, v in zip(shown, row, strict=True)])
    return count


def _text(column: Column, value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _ if column.kind == "boolean":
            return "true" if value else "false"
    return str(value)
