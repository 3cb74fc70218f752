"""Takes every figure and prints the table, beside the plain library and the raw database.

    python benchmarks/run.py                    a million events: about a quarter of an hour
    python benchmarks/run.py --events 100000    a first impression
    python benchmarks/run.py --write            also writes docs/benchmarks.md

Needs the extras of the tests (a PostgreSQL server comes with them). Run it on an idle machine and
trust the ratios, which are taken in one run, more than the absolute values.
"""

import argparse
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import exports
import logs
import plain
from measuring import apart

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from pg_server import PgServer

from mentorcore.log.keys import MemoryKeys
from mentorcore.log.opening import open_store

DOCS = Path(__file__).parent.parent / "docs" / "benchmarks.md"
THEIRS = 5_000
"""Events for the library's follower, which takes one transaction for each."""

Line = tuple[str, str, str, str, str]


def appending(folder: Path) -> Iterator[Line]:
    got = apart("append", str(folder))
    one, three, library, raw = got["one"], got["three"], got["library"], got["raw"]
    yield (
        "a command of one stream, SQLite, durable",
        f"{one:,.0f}/s",
        f"{library:,.0f}/s, the library's aggregate",
        f"{raw:,.0f}/s, bare inserts",
        f"{one / library:.1f} times the library, {one / raw:.2f} of raw (goals 1.5 and 0.4)",
    )
    yield (
        "a meeting with its two companions, SQLite, durable",
        f"{three:,.0f}/s",
        "",
        f"{raw:,.0f}/s, bare inserts",
        f"{three / raw:.2f} of raw (goal 0.25)",
    )


def importing(folder: Path, rows: int) -> Iterator[Line]:
    got = apart("importing", str(folder), str(rows))
    yield (
        "import of new meeting logs from CSV, end to end",
        f"{got['new']:,.0f} responses/s",
        "",
        f"{got['raw']:,.0f}/s, bare inserts of four rows each",
        f"{got['new'] / got['raw']:.2f} of raw (goal 3,000/s)",
    )
    yield ("the same file again", f"{got['again']:,.0f} responses/s", "", "", "(goal 10,000/s)")
    yield (
        f"memory of an import of {rows:,} rows",
        f"{got['memory']:.0f} MiB",
        "",
        "",
        "(goal 150)",
    )
    got = apart("reading", str(folder), str(rows * 2))
    yield (
        "the CSV adapter alone, 20 columns, two passes",
        f"{got['ours']:,.0f} responses/s",
        "",
        f"{got['raw']:,.0f}/s, csv.reader once",
        f"{got['ours'] / got['raw']:.2f} of raw (goal 20,000/s)",
    )
    for tool in exports.present():
        got = apart("plugin", str(folder), tool, str(rows * 5))
        yield (
            f"the adapter for {tool} alone, CSV, 20 columns",
            f"{got['ours']:,.0f} responses/s",
            "",
            f"{got['raw']:,.0f}/s, csv.reader once",
            f"{got['ours'] / got['raw']:.2f} of raw, {got['memory']:.0f} MiB",
        )


def reading(log: str, plain_log: str, events: int) -> Iterator[Line]:
    got = apart("replay", log, plain_log)
    yield (
        f"replay of {events:,} sealed events, decoded, SQLite",
        f"{got['ours']:,.0f}/s",
        f"{got['library']:,.0f}/s, its default mapper",
        f"{got['raw']:,.0f}/s, bare scan",
        f"{got['ours'] / got['library']:.1f} times the library (goal 2)",
    )
    yield ("memory of that replay", f"{got['memory']:.0f} MiB", "", "", "(goal 150)")
    got = apart("catch_up", log, plain_log, str(THEIRS))
    yield (
        "catch-up of the status view, SQLite",
        f"{got['ours']:,.0f}/s",
        f"{got['library']:,.0f}/s, its follower",
        "",
        f"{got['ours'] / got['library']:.0f} times the library (goal 25)",
    )
    yield ("memory of that catch-up", f"{got['memory']:.0f} MiB", "", "", "(goal 150)")
    got = apart("persisted", log)
    yield (
        f"open and status of one program of {got['pairings']} pairings, stored view",
        f"{got['seconds']:.2f} s",
        "",
        "",
        "(goal 0.3 s)",
    )


def on_postgres(events: int) -> Iterator[Line]:
    server = PgServer()
    try:
        url = server.url()
        store = open_store(url)
        number = logs.fill(store, MemoryKeys(), events)
        store.close()
        parts = urlsplit(url)
        where = {
            "POSTGRES_DBNAME": "postgres",
            "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": "none",
        }
        app: Any = plain.on_postgres(where)
        plain.fill(app, THEIRS, page=500)
        app.close()
        import json

        got = apart("catch_up", url, json.dumps(where), str(THEIRS))
        yield (
            f"catch-up of the status view over {number:,} events, PostgreSQL",
            f"{got['ours']:,.0f}/s",
            f"{got['library']:,.0f}/s, its follower",
            "",
            f"{got['ours'] / got['library']:.0f} times the library (goal 25)",
        )
    finally:
        server.remove()


def starting() -> Iterator[Line]:
    got = apart("starting")
    yield (
        "import mentorcore",
        f"{got['ours'] * 1000:.0f} ms",
        f"{got['packages'] * 1000:.0f} ms, the packages alone",
        "",
        "(goal 150 ms)",
    )
    yield ("import and open a log in memory", f"{got['used'] * 1000:.0f} ms", "", "", "")


def lines(events: int, rows: int) -> Iterator[Line]:
    yield from starting()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a").mkdir()
        yield from appending(folder / "a")
        (folder / "b").mkdir()
        yield from importing(folder / "b", rows)
        log, plain_log = str(folder / "log.db"), str(folder / "plain.db")
        store = open_store(log)
        number = logs.fill(store, MemoryKeys(), events)
        store.close()
        app: Any = plain.application(plain_log)
        plain.fill(app, events)
        app.close()
        yield from reading(log, plain_log, number)
    yield from on_postgres(events // 4)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    table = [
        "| Work | mentorcore | plain library | limit | ratio |",
        "|---|---:|---:|---:|---|",
    ]
    print("\n".join(table), flush=True)
    for line in lines(given.events, given.rows):
        table.append("| " + " | ".join(line) + " |")
        print(table[-1], flush=True)
    if given.write:
        text = DOCS.read_text(encoding="utf-8")
        begin, end = "<!-- table -->", "<!-- end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        made = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}"
        told = f"{begin}\nTaken on {made}, {given.events:,} events.\n\n" + "\n".join(table)
        DOCS.write_text(f"{before}{told}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
