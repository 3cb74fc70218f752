"""Exports of 20 columns as Google Forms and Qualtrics write them, and who reads them.

The adapters are taken from the folders of the plugins beside this one, installed or not; a
checkout without these folders has no such figures.
"""

import csv
import sys
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from mentorcore.adapters.spec import Options

PLUGINS = Path(__file__).parent.parent / "plugins"
TOOLS = {
    "google-forms": ("mentorcore_google_forms", "GoogleFormsCsv"),
    "qualtrics": ("mentorcore_qualtrics", "Qualtrics"),
}
START = datetime(2026, 1, 5, 8)


def present() -> tuple[str, ...]:
    """The tools whose adapters are there."""
    return tuple(tool for tool in TOOLS if source(tool).is_dir())


def source(tool: str) -> Path:
    return PLUGINS / f"mentorcore-{tool}" / "src"


def adapter(tool: str) -> Any:
    """A tool's adapter for tables."""
    module, name = TOOLS[tool]
    sys.path.insert(0, str(source(tool)))
    return getattr(import_module(module), name)()


def write(tool: str, path: Path, rows: int) -> Options:
    """Write an export; answers with what a person would declare about it."""
    return {"google-forms": google_forms, "qualtrics": qualtrics}[tool](path, rows)


def said(row: int, questions: int) -> list[str]:
    return [f"answer {row} to {q}, in words" for q in range(questions)]


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
