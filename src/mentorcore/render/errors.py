"""Errors as sentences for people, and as one object for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import mentorcore
from mentorcore.render.text import ended, paragraph

__all__ = ["error_data", "error_lines"]


def error_lines(error: BaseException) -> Iterator[str]:
    """What went wrong, as sentences that fit a terminal."""
    match error:
        case mentorcore.Invalid():
            what = ended(error.what)
            yield from paragraph(what.rstrip(".") + ":" if error.problems else what)
            for problem in error.problems:
                yield from paragraph(str(problem), "  - ")
        case mentorcore.Refused():
            yield from paragraph(ended(f"Refused: {error.reason}"))
        case _:
            yield from paragraph(ended(_said(error)))
    for note in getattr(error, "__notes__", ()):  # what to do about it here
        yield from paragraph(note)


def error_data(error: BaseException) -> dict[str, Any]:
    """What went wrong: ``{"error": {"kind", "message", …}}``, with what the error knows besides."""
    data: dict[str, Any] = {"kind": _kind(error), "message": _said(error)}
    match error:
        case mentorcore.Refused():
            data |= {"code": error.code, "facts": {k: _fact(v) for k, v in error.facts.items()}}
        case mentorcore.Invalid():
            data["message"] = error.what
            data["problems"] = mentorcore.plain(error.problems)
        case mentorcore.SourceUnreadable():
            data |= {"file": error.file, "line": error.line}
        case mentorcore.AdapterError():
            data |= {"adapter": error.adapter, "source": error.source}
        case mentorcore.FollowerStopped():
            data |= {"view": error.view, **_where(error)}
        case mentorcore.EventError() | mentorcore.UnfitRow() | mentorcore.EventsDiffer():
            data |= _where(error)
        case mentorcore.MissingExtra():
            data["extra"] = error.extra
        case _:
            pass
    return {"error": data}


def _where(
    error: mentorcore.FollowerStopped
    | mentorcore.EventError
    | mentorcore.UnfitRow
    | mentorcore.EventsDiffer,
) -> dict[str, Any]:
    """Where the event stands that an error is about, as far as that is known."""
    place = {name: getattr(error, name) for name in ("position", "stream", "version", "name")}
    return {name: found for name, found in place.items() if found is not None}


def _kind(error: BaseException) -> str:
    """The error's class in words: ``source-unreadable``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()


def _said(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {(error.strerror or str(error)).lower()}"
    return str(error) or type(error).__name__


def _fact(fact: object) -> Any:
    try:
        return mentorcore.plain(fact)
    except TypeError:
        return str(fact)
