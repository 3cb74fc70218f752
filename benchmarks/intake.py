"""The figures of taking in: adapters alone, new responses, and the same export again.

Run by `run.py` in processes of their own; by hand: benchmarks/intake.py reading FOLDER csv 1000
"""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import exports
from figures import US, raw_bulk, world
from measuring import peak, rates

import mentorcore as mc
from mentorcore.adapters.csv_file import CsvFile
from mentorcore.adapters.registry import raise_cell_limit
from mentorcore.adapters.sources import FileSource
from mentorcore.adapters.spec import Response
from mentorcore.domain.values import ResponseId
from mentorcore.engine.indexes.known_responses import KnownResponse
from mentorcore.engine.indexes.responses import ResponseIndex
from mentorcore.engine.opening import open_engine

A_PAIRING = 50
"""Meetings of one pairing; a large export has more pairings, not longer ones."""

MAPPING = """
form = "meetings"
kind = "meeting-log"
coverage = "full"
[people]
by = "email"
[source]
keys = ["Id"]
[fields]
mentor = "Mentor"
mentee = "Mentee"
on = "Held at"
minutes = "Minutes"
topics = "Topics"
[defaults]
modality = "in_person"
[answers]
separator = ";"
date_order = "ymd"
"""


def lines_of(path: Path) -> int:
    """What the least reader makes of a text file with a record a line."""
    with path.open("rb") as file:
        return sum(1 for _ in map(json.loads, file))


def rows_of(path: Path) -> int:
    """What the standard library's reader makes of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file, strict=True))


def reading(folder: str, kind: str, rows: str) -> dict[str, Any]:
    """An adapter alone on an export of 20 columns, beside the standard library's reader."""
    number = int(rows)
    path = Path(folder) / f"{kind}.{exports.KINDS[kind][1]}"
    options, adapter = exports.write(kind, path, number), exports.adapter(kind)
    raise_cell_limit()

    def ours() -> int:
        found = sum(type(item) is Response for item in adapter.read(FileSource(path), options))
        assert found == number, found
        return found

    library = lines_of if exports.KINDS[kind][1] == "ndjson" else rows_of
    bare, read = rates(lambda: library(path)), rates(ours)
    path.unlink()
    return {"ours": read, "raw": bare, "memory": peak()}


def meetings(path: Path, number: int, columns: int) -> int:
    """Write meeting logs; answers with how many pairings they are about."""
    pairs = -(-number // A_PAIRING)
    more = range(columns - 6)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        titles = ["Id", "Mentor", "Mentee", "Held at", "Minutes", "Topics"]
        out.writerow([*titles, *(f"Question {n}" for n in more)])
        for n in range(number):
            pair = n % pairs
            held = datetime(2024, 9, 3, 8) + timedelta(days=n // pairs, minutes=n % 7)
            people = [f"mentor{pair}@example.org", f"mentee{pair}@example.org"]
            own = [f"R{n}", *people, held.isoformat(" "), 45, "routines; feedback"]
            out.writerow([*own, *(f"answer {n} to {q}, in words" for q in more)])
    return pairs


def importing(folder: str, rows: str, columns: str) -> dict[str, Any]:
    """New meeting logs from a CSV file, end to end, and the same file again."""
    number, path = int(rows), Path(folder) / "meetings.csv"
    pairs = meetings(path, number, int(columns))
    mapping = mc.read_mapping(MAPPING, "meetings.toml")
    with open_engine(f"{folder}/ours-{rows}-{columns}.db") as engine:
        world(engine, pairs)

        def take() -> int:
            counts = engine.take_in(path, mapping, actor=US).counts
            assert number in {counts.taken, counts.unchanged}, counts
            return number

        before = peak()
        new = rates(take)
        memory, again = peak(), rates(take)
    raw = rates(lambda: raw_bulk(f"{folder}/raw-{rows}-{columns}.db", number * 4))
    return {"new": new, "again": again, "raw": raw, "before": before, "memory": memory}


def unchanged(folder: str, rows: str) -> dict[str, Any]:
    """A long export that was taken in before; the index is filled as its import leaves it."""
    number, path = int(rows), Path(folder) / "long.csv"
    meetings(path, number, 20)
    mapping = mc.read_mapping(MAPPING, "meetings.toml")
    with open_engine(f"{folder}/long.db") as engine:
        world(engine)
        known = ResponseIndex(engine._store, engine._keys, mapping.form, mapping.digest)
        items = CsvFile().read(FileSource(path), mapping.options)
        responses = (item for item in items if isinstance(item, Response))
        for chunk in _chunks(responses, 2_000):
            entries = [
                known.take(r.key, KnownResponse(_stream(r), 0, known.content(r), known.mapping))
                for r in chunk
            ]
            engine._store.append((), entries, engine._desk.clock)

        def take() -> int:
            counts = engine.take_in(path, mapping, actor=US).counts
            assert counts.unchanged == number, counts
            return number

        again = rates(take)
    path.unlink()
    return {"again": again, "memory": peak()}


def _chunks(responses: Iterator[Response], size: int) -> Iterator[Sequence[Response]]:
    while chunk := tuple(islice(responses, size)):
        yield chunk


def _stream(response: Response) -> ResponseId:
    return ResponseId(f"response:{response.where.record:032x}")


FIGURES = {f.__name__: f for f in (reading, importing, unchanged)}

if __name__ == "__main__":
    print(json.dumps(FIGURES[sys.argv[1]](*sys.argv[2:])))
