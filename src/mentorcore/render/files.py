"""Whether a file was imported, as lines and as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import mentorcore
from mentorcore.render.text import counted, paragraph

__all__ = ["file_data", "file_lines"]


def file_lines(found: mentorcore.CheckedFile) -> Iterator[str]:
    """What the log knows of a file."""
    yield from paragraph(f"{found.file}, SHA-256 {found.sha256}")
    for told in found.imports:
        yield from paragraph(f"Just these bytes were imported {_import(told)}.", "  ")
        if told.batch in found.taken_back:
            yield from paragraph("That import was taken back since.", "    ")
    if not found.imports:
        yield from paragraph("No file with this content was imported.", "  ")
    for told in found.namesakes:
        yield from paragraph(
            f"A file {told.name} with another content was imported {_import(told)}; its SHA-256 is "
            f"{told.sha256}.",
            "  ",
        )
    if not found.imports and found.unknown:
        yield from paragraph(
            f"Of {counted(found.unknown, 'import')} no file is known: they read a service, were "
            "broken off, or were made by a version that remembered no files.",
            "  ",
        )


def _import(told: mentorcore.ImportedFile) -> str:
    when = f"on {told.imported_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    by = "nothing in it was new" if told.batch is None else f"by {told.batch}"
    return f"{when} as the form {told.form} ({told.name}; {by}; the log was at {told.position})"


def file_data(found: mentorcore.CheckedFile) -> dict[str, Any]:
    """The same as data."""
    data: dict[str, Any] = mentorcore.plain(found)
    return {"known": found.is_known, **data}
