"""Which tables of time zones are in use: the computer's own come before the package ``tzdata``."""

from __future__ import annotations

import zoneinfo
from importlib import import_module
from pathlib import Path

__all__ = ["zone_tables"]

PROBE = "Europe/London"
"""A zone that all tables have."""


def zone_tables() -> str:
    """The tables that days are counted by, with their version and place: ``2026b, tzdata``."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / PROBE).is_file():
            return f"{_version_in(folder)}, {folder}"
    try:
        found = import_module("tzdata")
    except ImportError:
        return "none; pip install tzdata"
    return f"{found.IANA_VERSION}, the package tzdata"


def _version_in(folder: Path) -> str:
    for name, before in (("+VERSION", ""), ("tzdata.zi", "# version ")):
        try:
            with (folder / name).open(encoding="ascii", errors="replace") as file:
                first = file.readline().strip()
        except OSError:
            continue
        if first.startswith(before) and len(first) > len(before):
            return first.removeprefix(before)
    return "version unknown"
