"""Takes every figure and prints them, beside the plain library and the raw database.

    python benchmarks/run.py                    a million events and rows: about half an hour
    python benchmarks/run.py --events 100000    a first impression
    python benchmarks/run.py --only adapters    one part, or several; see PARTS
    python benchmarks/run.py --write            also writes them to docs/benchmarks.md
    python benchmarks/run.py --only status-process everyday everyday-postgres few --beside PYTHON
                                                beside an earlier build, installed elsewhere
    python benchmarks/run.py --only import-growth --beside OTHER/bin/python
                                                how the cost of an import grows, in both builds
    python benchmarks/run.py --growth           the same without another build; exits 1 where a
                                                curve is worse than promised

Needs the extras of the tests (a PostgreSQL server comes with them). Run it on an idle machine and
trust the ratios, which are taken in one run, more than the absolute values. Where the machine is
shared, a second of the processor's time (CPU) says more than one by the clock on the wall.
"""

import argparse
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import exports
import logs
import plain
import receipts as receipting
from growth import Growth
from measuring import apart, cpu_of, median_of, pairs

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from pg_server import PgServer

from mentorcore.log.sealing.keys import MemoryKeys
from mentorcore.log.stores.opening import open_store

DOCS = Path(__file__).parent.parent / "docs" / "benchmarks.md"
THEIRS = 5_000
"""Events for the library's follower, which takes one transaction for each."""

RUNS = 21
"""Pairs of processes, so that the interval of their median is narrow."""

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


def per_second(rate: Sequence[float], what: str = "") -> str:
    """A rate in words, by the wall's clock and by the processor's."""
    wall, cpu = rate
    return f"{wall:,.0f}/s, {cpu:,.0f}/s of CPU{what}"


def adapting(folder: Path, rows: int) -> Iterator[Line]:
    names = {
        "csv": "the CSV adapter",
        "google-forms": "the adapter for Google Forms, CSV",
        "qualtrics": "the adapter for Qualtrics, CSV",
        "qualtrics-ndjson": "the adapter for Qualtrics, NDJSON",
    }
    for kind in exports.present():
        got = apart("reading", str(folder), kind, str(rows), script="intake.py")
        ours, raw = got["ours"], got["raw"]
        yield (
            f"{names[kind]}, alone, 20 columns, {rows:,} rows",
            per_second(ours),
            "",
            per_second(raw, ", json.loads" if "json" in kind else ", csv.reader once"),
            f"{ours[1] / raw[1]:.2f} of raw (goal 20,000/s); {got['memory']:.0f} MiB",
        )


def importing(folder: Path, rows: int) -> Iterator[Line]:
    memory = {}
    for number, columns in ((rows // 2, 20), (rows, 20), (rows, 6)):
        got = apart("importing", str(folder), str(number), str(columns), script="intake.py")
        if columns == 20:
            memory[number] = got["memory"]
        if number != rows:
            continue
        new, again, raw = got["new"], got["again"], got["raw"]
        yield (
            f"import of {rows:,} new meeting logs of {columns} columns from CSV, end to end",
            per_second(new),
            "",
            f"{per_second([n / 4 for n in raw])}, bare inserts of four rows each",
            f"{new[1] / raw[1] * 4:.2f} of raw (goal 3,000/s)",
        )
        yield (
            f"the same file again, {columns} columns",
            per_second(again),
            "",
            "",
            "(goal 10,000/s)",
        )
    said = ", ".join(f"{found:.0f} MiB at {number:,} rows" for number, found in memory.items())
    yield ("memory of such an import, 20 columns", said, "", "", "(goal: flat, below 150)")


def few(folder: Path, events: int, beside: str | None, number: int) -> Iterator[Line]:
    """Ten new rows into a large log; each build imports into a log that it made itself."""
    pythons = [sys.executable, *([] if beside is None else [beside])]
    places = [folder / f"few-{each}" for each in range(len(pythons))]
    for python, place in zip(pythons, places, strict=True):
        place.mkdir()
        made = apart("make", str(place), str(events), script="few_rows.py", python=python)
    took: list[list[dict[str, float]]] = [
        [
            apart("take", str(place), str(turn), script="few_rows.py", python=python)
            for python, place in zip(pythons, places, strict=True)
        ]
        for turn in range(1, number + 1)
    ]
    for which, what in (("first", "first import of a process"), ("second", "next import in it")):
        times = [[turn[which] for turn in took_by] for took_by in zip(*took, strict=True)]
        shown = [f"{median(found) * 1000:.1f} ms of CPU" for found in times]
        faster = [theirs / ours for ours, *others in zip(*times, strict=True) for theirs in others]
        yield (
            f"ten new rows into a log of {made['events']:,} events, {what}",
            shown[0],
            "",
            f"{shown[1]}, the earlier build" if beside else "",
            f"{median_of(faster)} times as fast, {number} pairs" if beside else f"{number} runs",
        )


def everyday(
    folder: Path, beside: str | None, number: int, server: PgServer | None = None
) -> Iterator[Line]:
    """What a host does all day, beside an earlier build; on a server, without its own work."""
    other, turn = beside or sys.executable, count()

    def taken(python: str) -> Callable[[], Any]:
        def take() -> dict[str, float]:
            place = folder / f"everyday-{next(turn)}"
            place.mkdir()
            try:
                where = () if server is None else (server.url(),)
                return apart("", str(place), *where, script="everyday.py", python=python)
            finally:
                shutil.rmtree(place)

        return take

    took = pairs(taken(sys.executable), taken(other), number)
    for what in took[0][0]:
        ours, theirs = [a[what] for a, _ in took], [b[what] for _, b in took]
        yield (
            what if server is None else f"{what}, PostgreSQL",
            f"{median(ours) * 1000:,.0f} ms of CPU",
            "",
            f"{median(theirs) * 1000:,.0f} ms, the earlier build" if beside else "",
            f"{median_of([a / b for a, b in zip(ours, theirs, strict=True)])} of it, {number} pairs"
            if beside
            else "",
        )


def everyday_on_postgres(folder: Path, beside: str | None, number: int) -> Iterator[Line]:
    """The same on a PostgreSQL server, of whose own work nothing is counted."""
    server = PgServer()
    try:
        yield from everyday(folder, beside, number, server)
    finally:
        server.remove()


def hosting(folder: Path) -> Iterator[Line]:
    """A command in a transaction of the host, beside the same one outside of it."""
    server = PgServer()
    try:
        for name, where in (("SQLite", "sqlite"), ("PostgreSQL", server.url())):
            got = apart(where, str(folder), script="hosting.py")
            ratio = median_of([h / a for a, h in zip(got["alone"], got["hosted"], strict=True)])
            yield (
                f"a meeting in a transaction of the host, {name}",
                f"{median(got['hosted']) * 1e6:,.0f} µs of CPU",
                "",
                f"{median(got['alone']) * 1e6:,.0f} µs, outside of it",
                f"{ratio} of outside, {len(got['alone'])} pairs (goal 1.3)",
            )
    finally:
        server.remove()


def lengthy(folder: Path, rows: int) -> Iterator[Line]:
    got = apart("reading", str(folder), "csv", str(rows), script="intake.py")
    yield (
        f"reading {rows:,} rows of 20 columns",
        per_second(got["ours"]),
        "",
        "",
        f"{got['memory']:.0f} MiB (goal: flat, below 150)",
    )
    got = apart("unchanged", str(folder), str(rows), script="intake.py")
    yield (
        f"{rows:,} unchanged rows of 20 columns again, looked for in all that is held",
        per_second(got["again"]),
        "",
        "",
        f"(goal 10,000/s); {got['memory']:.0f} MiB (goal: flat, below 150)",
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


def showing_status(folder: Path, beside: str | None) -> Iterator[Line]:
    """The command line, started anew each time; each version shows an example of its own."""

    def prepared(python: str, name: str) -> Callable[[], float]:
        cpu_of((python, "-m", "mentorcore", "demo", str(folder / name), "--json"))
        return lambda: cpu_of((python, "-m", "mentorcore", "status", str(folder / name)))

    other = beside or sys.executable
    took = pairs(prepared(sys.executable, "ours"), prepared(other, "other"), RUNS)
    ours, theirs = median_of([a for a, _ in took]), median_of([b for _, b in took])
    ratio = median_of([b / a for a, b in took])
    yield (
        "`mentorcore status` on the example, a process of its own",
        f"{ours.middle * 1000:.0f} ms of CPU",
        "",
        f"{theirs.middle * 1000:.0f} ms, beside" if beside else "",
        f"{ratio.middle:.2f} times as fast ({ratio.low:.2f} to {ratio.high:.2f}, {RUNS} pairs)"
        if beside
        else "",
    )


def scanning(folder: Path, events: int) -> Iterator[Line]:
    log, plain_log = str(folder / "log.db"), str(folder / "plain.db")
    store = open_store(log)
    number = logs.fill(store, MemoryKeys(), events)
    store.close()
    app: Any = plain.application(plain_log)
    plain.fill(app, events)
    app.close()
    yield from reading(log, plain_log, number)


def auditing(folder: Path, events: int) -> Iterator[Line]:
    def audit(figure: str, *words: str) -> dict[str, Any]:
        return apart(figure, *words, script="auditing.py")

    got = audit("appending")
    yield (
        "a durable append of one event, SQLite, beside the sequencer",
        f"{got['background'] * 1000:.2f} ms",
        "",
        f"{got['bare'] * 1000:.2f} ms, without",
        f"{got['background'] / got['bare']:.2f} of without (goal: none to be seen)",
    )
    got = audit("proving", str(folder / "log.db"), str(events))
    number = got["events"]
    yield (
        f"sequencing {number:,} events at once, SQLite",
        f"{got['rate']:,.0f} events/s",
        "",
        "",
        f"{got['bytes']:.1f} bytes an event (goal 50), {got['memory']:.0f} MiB",
    )
    yield (
        f"a tick of one event on {number:,}; with all events counted",
        f"{got['tick'] * 1000:.2f} ms; {got['counting'] * 1000:.2f} ms",
        "",
        "",
        "",
    )
    yield (
        f"a receipt among {number:,} events",
        f"{got['receipt'] * 1000:.2f} ms",
        "",
        "",
        f"{got['hashes']} hashes, {got['size']:,} bytes (goals 2 ms, 1,500 bytes)",
    )
    yield (
        "a consistency proof there",
        f"{got['consistency'] * 1000:.2f} ms",
        "",
        "",
        f"{got['consistency_hashes']} hashes (goal 2 ms)",
    )
    got = audit("growing")
    small, large = got["1000"], got["1000000"]
    yield (
        "one more leaf and the root, on a million leaves",
        f"{large * 1e6:.1f} µs",
        "",
        f"{small * 1e6:.1f} µs, on a thousand",
        f"{large / small:.2f} of a thousand (goal 2)",
    )
    got = audit("notes")
    yield (
        "a checkpoint: signing, and reading with its signature",
        f"{got['sign'] * 1e6:.0f} µs, {got['read'] * 1e6:.0f} µs",
        "",
        "",
        f"{got['bytes']} bytes (goal 256)",
    )
    server = PgServer()
    try:
        got = audit("barrier", server.url())
    finally:
        server.remove()
    yield (
        "the barrier of a tick, PostgreSQL, six writers",
        f"{got['median'] * 1000:.1f} ms, {got['worst'] * 1000:.0f} ms at worst",
        "",
        "",
        f"{got['missed']} of {got['events']:,} events missed (goals 20 and 200 ms, 0)",
    )


def receipts(folder: Path, beside: str | None, number: int) -> Iterator[Line]:
    """What covering an append costs, with and without waiting for the disk, and on a server."""
    server = PgServer()
    try:
        places = {
            receipting.HURRIED: lambda: "",
            receipting.DURABLE: lambda: "durable",
            receipting.POSTGRES: server.url,
        }
        yield from receipting.lines(folder, beside, number, places)
    finally:
        server.remove()


def verifying(folder: Path, events: int, beside: str | None, turns: int) -> Iterator[Line]:
    def took(figure: str, *words: str) -> Any:
        return apart(figure, *words, script="verifying.py")

    memory: dict[str, list[str]] = {"log.db": [], "bundle": []}
    for number in (events // 10, events):
        place = folder / f"verify-{number}"
        place.mkdir()
        took("make", str(place), str(number))
        for name, told in memory.items():
            if number != events:
                got = took("alone", str(place / name))["memory"]
                told.append(f"{got:.0f} MiB at {number:,}")
    log, bundle = str(place / "log.db"), str(place / "bundle")
    hashed = took("hashing", str(events))["rate"]
    scanned, checked = took("scanning", log)["rate"], took("checking", log)["rate"]
    alone, built_in = took("alone", log), took("built_in", log)["rate"]
    yield (
        f"stand-alone verification of {events:,} events, SQLite",
        per_second(alone["rate"]),
        "",
        per_second(hashed, ", the three hashes of each alone"),
        f"{alone['rate'][1] / hashed[1]:.2f} of the hashes (goal 0.25)",
    )
    yield (
        "the same beside reading the rows",
        per_second(alone["rate"]),
        "",
        f"{per_second(scanned, ', bare scan')}; {per_second(checked, ', integrity_check alone')}",
        f"{alone['rate'][1] / scanned[1]:.2f} of the scan (goal 0.2)",
    )
    yield (
        "built-in verification of the same file",
        per_second(built_in),
        "",
        "",
        f"{built_in[1] / alone['rate'][1]:.2f} of the stand-alone",
    )
    for figure, name, log_at in (
        ("alone", "the stand-alone verifier, SQLite", log),
        ("alone", "the stand-alone verifier, a bundle", bundle),
        ("built_in", "the built-in one, SQLite", log),
        ("built_in", "the built-in one, a bundle", bundle),
    ):
        if beside is None:
            break
        ours, theirs = (
            partial(apart, "once", figure, log_at, script="verifying.py", python=python)
            for python in (sys.executable, beside)
        )
        found = pairs(ours, theirs, turns)
        ratio = median_of([mine["cpu"] / other["cpu"] for mine, other in found])
        yield (
            f"{name}, recorded times checked",
            f"{median(mine['cpu'] for mine, _ in found):.2f} s of CPU",
            f"{median(other['cpu'] for _, other in found):.2f} s, the earlier build",
            "",
            f"{ratio} times as long (goal 1.1), {turns} pairs",
        )
    lines = took("alone", bundle)
    yield (
        "stand-alone verification of the same events as a bundle",
        per_second(lines["rate"]),
        "",
        "",
        f"{lines['rate'][1] / alone['rate'][1]:.2f} of SQLite (goal 0.5)",
    )
    wrote = took("exporting", log)
    yield (
        "writing that bundle: a directory, a ZIP",
        f"{per_second(wrote['folder'])}; {per_second(wrote['zip'])}",
        "",
        "",
        f"{wrote['memory']:.0f} MiB (goal: flat)",
    )
    for name, got in (("log.db", alone), ("bundle", lines)):
        said = ", ".join((*memory[name], f"{got['memory']:.0f} MiB at {events:,}"))
        yield (f"memory of it, {name}", said, "", "", "(goal: flat, below 64)")


def complying(folder: Path, beside: str | None, number: int) -> Iterator[Line]:
    """Compliance of a school year, in turns with the status of the same program in another build.

    It makes two logs with 270,000 events first: some minutes.
    """
    pythons = {"ours": sys.executable, "other": beside or sys.executable}
    for name, python in pythons.items():
        (folder / name).mkdir()
        words = ("make", str(folder / name), "2500")
        apart("", *words, script="compliance_year.py", python=python)

    def taking(name: str, question: str) -> Callable[[], float]:
        words = (str(folder / name), question)
        python, script = pythons[name], "compliance_year.py"
        return lambda: float(apart("take", *words, script=script, python=python)["seconds"])

    took = pairs(taking("ours", "compliance"), taking("other", "status"), number)
    ours, theirs = median_of([a for a, _ in took]), median_of([b for _, b in took])
    ratio = median_of([a / b for a, b in took])
    times = f"{ratio.middle:.2f} times that ({ratio.low:.2f} to {ratio.high:.2f}, {number} pairs"
    yield (
        "compliance of 2,500 pairings and a school year, the first question of a process",
        f"{ours.middle:.2f} s of CPU",
        "",
        f"{theirs.middle:.2f} s, `status` {'of the other build' if beside else 'here'}",
        f"{times}; goal: at most 5)",
    )


PARTS: dict[str, Callable[[Path, argparse.Namespace], Iterator[Line]]] = {
    "starting": lambda _, given: starting(),
    "status-process": lambda folder, given: showing_status(folder, given.beside),
    "commands": lambda folder, given: appending(folder),
    "adapters": lambda folder, given: adapting(folder, given.rows * 5),
    "import": lambda folder, given: importing(folder, given.rows),
    "import-growth": lambda folder, given: Growth(folder, given.beside, given.pairs).lines(),
    "everyday": lambda folder, given: everyday(folder, given.beside, given.pairs),
    "everyday-postgres": lambda folder, given: everyday_on_postgres(
        folder, given.beside, given.pairs
    ),
    "compliance": lambda folder, given: complying(folder, given.beside, given.pairs),
    "within": lambda folder, _given: hosting(folder),
    "few": lambda folder, given: few(folder, given.events // 2, given.beside, given.pairs),
    "length": lambda folder, given: lengthy(folder, given.long),
    "reading": lambda folder, given: scanning(folder, given.events),
    "receipts": lambda folder, given: receipts(folder, given.beside, given.pairs),
    "audit": lambda folder, given: auditing(folder, given.events),
    "verify": lambda folder, given: verifying(folder, given.events, given.beside, given.pairs),
    "postgres": lambda folder, given: on_postgres(given.events // 4),
}


def write(part: str, told: Sequence[str]) -> None:
    """Put a part's table in the place of its last one."""
    text = DOCS.read_text(encoding="utf-8")
    begin, end = f"<!-- {part} -->", "<!-- end -->"
    before, found, rest = text.partition(begin)
    if not found:
        raise SystemExit(f"{DOCS} has no place for {part}: put {begin} and {end} there")
    _, _, after = rest.partition(end)
    DOCS.write_text("\n".join([before + begin, *told, end + after]), encoding="utf-8")


def held_to_promises(pairs: int) -> int:
    """How costs grow, held against what is promised; answers with the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        growth = Growth(Path(folder), None, pairs)
        for line in growth.lines():
            print("| " + " | ".join(line) + " |", flush=True)
    for promise in growth.promises:
        verdict = "BROKEN" if promise.broken else "kept"
        print(f"{verdict}: {promise.what}: {promise.found:.2f}, at most {promise.most:.2f}")
    return int(any(promise.broken for promise in growth.promises))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--rows", type=int, default=20_000, help="new responses of an import")
    asked.add_argument("--long", type=int, default=1_000_000, help="rows of a long export")
    asked.add_argument("--beside", metavar="PYTHON", help="the interpreter of an earlier build")
    asked.add_argument("--pairs", type=int, default=11, help="interleaved runs beside it")
    asked.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--growth", action="store_true", help="exit 1 where a curve is too steep")
    given = asked.parse_args()
    if given.growth:
        raise SystemExit(held_to_promises(given.pairs))
    for part in given.only:
        made = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}"
        told = [
            f"Taken on {made}.",
            "",
            "| Work | mentorcore | plain library | limit | ratio |",
            "|---|---:|---:|---:|---|",
        ]
        print("\n".join(told), flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for line in PARTS[part](Path(folder), given):
                told.append("| " + " | ".join(line) + " |")
                print(told[-1], flush=True)
        if given.write:
            write(part, told)


if __name__ == "__main__":
    main()
