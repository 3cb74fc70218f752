"""Exports of 20 columns: plain, and as Google Forms and Qualtrics write them; and who reads them.

The adapters are taken from the folders of the plugins beside this one, installed or not; a
checkout without these folders has no such figures.
"""

import csv
import json
import sys
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from mentorcore.adapters.csv_file import CsvFile
from mentorcore.adapters.spec import Options

PLUGINS = Path(__file__).parent.parent / "plugins"
TOOLS = {
    "google-forms": ("mentorcore_google_forms", "GoogleFormsCsv"),
    "qualtrics": ("mentorcore_qualtrics", "Qualtrics"),
}
KINDS = {
    "csv": ("", "csv"),
    "google-forms": ("google-forms", "csv"),
    "qualtrics": ("qualtrics", "csv"),
    "qualtrics-ndjson": ("qualtrics", "ndjson"),
}
"""Exports by name: the tool whose adapter reads them, none for the core's own, and their format."""

START = datetime(2026, 1, 5, 8)


def present() -> tuple[str, ...]:
    """The exports whose adapters are there."""
    return tuple(kind for kind, (tool, _) in KINDS.items() if not tool or source(tool).is_dir())


def source(tool: str) -> Path:
    return PLUGINS / f"mentorcore-{tool}" / "src"


def adapter(kind: str) -> Any:
    """The adapter for an export."""
    tool, _ = KINDS[kind]
    if not tool:
        return CsvFile()
    module, name = TOOLS[tool]
    sys.path.insert(0, str(source(tool)))
    return getattr(import_module(module), name)()


def write(kind: str, path: Path, rows: int) -> Options:
    """Write an export; answers with what a person would declare about it."""
    writers = {
        "csv": plain,
        "google-forms": google_forms,
        "qualtrics": qualtrics,
        "qualtrics-ndjson": ndjson,
    }
    return writers[kind](path, rows)


def said(row: int, questions: int) -> list[str]:
    return [f"answer {row} to {q}, in words" for q in range(questions)]


def plain(path: Path, rows: int) -> Options:
    """A plain table whose rows have ids."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Id", *(f"Question {n}" for n in range(19))])
        for row in range(rows):
            out.writerow([f"R{row}", *said(row, 19)])
    return Options(form="wide", keys=("Id",))


def google_forms(path: Path, rows: int) -> Options:
    """The form's own download: every cell quoted, a zone in each time, no line break at the end."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="")
        out.writerow(["Timestamp", *(f"Question {n}" for n in range(19))])
        for row in range(rows):
            at = START + timedelta(seconds=row)
            stamp = f"{at:%Y/%m/%d} {at.hour % 12 or 12}:{at:%M:%S %p} GMT-3"
            file.write("\n")
            out.writerow([stamp, *said(row, 19)])
    return Options(form="wide")


def qualtrics(path: Path, rows: int) -> Options:
    """The modern layout: names, texts, and import ids in three header rows."""
    own = {
        "StartDate": '{"ImportId":"startDate","timeZone":"America/Denver"}',
        "EndDate": '{"ImportId":"endDate","timeZone":"America/Denver"}',
        "Status": '{"ImportId":"status"}',
        "Progress": '{"ImportId":"progress"}',
        "Finished": '{"ImportId":"finished"}',
        "RecordedDate": '{"ImportId":"recordedDate","timeZone":"America/Denver"}',
        "ResponseId": '{"ImportId":"_recordId"}',
    }
    numbers = range(1, 14)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*own, *(f"Q{n}" for n in numbers)])
        out.writerow([*own, *(f"Question {n}" for n in numbers)])
        out.writerow([*own.values(), *(f'{{"ImportId":"QID{n}_TEXT"}}' for n in numbers)])
        for row in range(rows):
            began, ended = (f"{START + timedelta(seconds=row + s)}" for s in (0, 118))
            frame = [began, ended, "IP Address", "100", "True", ended, f"R_made{row:012d}"]
            out.writerow([*frame, *said(row, 13)])
    return Options(form="wide", values="labels")


def ndjson(path: Path, rows: int) -> Options:
    """One object a line: values, labels of those that are choices, and what was displayed."""
    shown = [f"QID{n}_TEXT" for n in range(1, 14)]
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in range(rows):
            began, ended = (
                f"{START + timedelta(seconds=row + s):%Y-%m-%dT%H:%M:%SZ}" for s in (0, 118)
            )
            own = {
                "startDate": began,
                "endDate": ended,
                "status": 0,
                "progress": 100,
                "finished": 1,
                "recordedDate": ended,
                "_recordId": f"R_made{row:012d}",
            }
            response = {
                "responseId": own["_recordId"],
                "values": {**own, **dict(zip(shown, said(row, 13), strict=True))},
                "labels": {"status": "IP Address", "finished": "True"},
                "displayedFields": shown,
                "displayedValues": {},
            }
            file.write(json.dumps(response) + "\n")
    return Options(form="wide", values="codes")
