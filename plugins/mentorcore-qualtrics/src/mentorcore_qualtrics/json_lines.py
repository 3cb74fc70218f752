"""The objects of a JSON or NDJSON export, one by one, each with the line on which it stands.

An export is read line by line where every line is an object. Lines are read by msgspec; what it
does not take (`NaN`, halves of characters) by the standard library, which is slower and patient.
"""

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeVar

import msgspec
from mentorcore.adapters.spec import SourceUnreadable

__all__ = ["Entry", "Said", "Told", "ends_well", "entries", "texts"]


class Told(msgspec.Struct):
    """What is used of an object; the names are those of the export."""

    values: dict[str, Any]
    responseId: Any = None  # noqa: N815
    labels: Any = None
    displayedFields: Any = None  # noqa: N815


class Frame(msgspec.Struct):
    """What a first look needs of the values."""

    status: Any = None
    endDate: Any = None  # noqa: N815
    recordedDate: Any = None  # noqa: N815

    def dates(self) -> dict[str, Any]:
        """The dates, by their names."""
        return {"endDate": self.endDate, "recordedDate": self.recordedDate}


class Said(msgspec.Struct):
    """What a first look needs of an object."""

    values: Frame


Kind = TypeVar("Kind", Told, Said)
Entry = tuple[int, int, Kind | None]
"""Number and line of an object, from 1, and what it holds; ``None`` if it is no response."""

_QUICK = msgspec.json.Decoder(float_hook=str)
_PATIENT = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def entries(stream: BinaryIO, name: str, wanted: type[Kind]) -> Iterator[Entry[Kind]]:
    """The objects of an export, each line by itself where every line is one.

    Raises:
        SourceUnreadable: It is damaged, cut off, or holds nothing.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="\n")
    quick = msgspec.json.Decoder(wanted, float_hook=str).decode
    line, filled = 0, 0
    found: Kind | None
    try:
        for line, content in enumerate(text, 1):
            if filled:
                try:
                    found = quick(content)
                except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
                    if not content.strip():
                        continue
                    found = _told(_patiently(content, name, line), wanted)
                filled += 1
                yield filled, line, found
            elif content.strip():
                first = _first(content)
                if not isinstance(first, dict) or "responses" in first:
                    yield from _whole(text, content, name, line, wanted)
                    return
                filled = 1
                yield 1, line, _told(first, wanted)
    except UnicodeDecodeError as error:
        raise SourceUnreadable(
            "this is not UTF-8, in which JSON is exported; it is damaged or was cut off",
            file=name,
            line=line + 1,
        ) from error
    finally:
        if not stream.closed:
            text.detach()
    if not filled:
        raise SourceUnreadable("the file holds nothing; export it again", file=name)


def _first(content: str) -> Any:
    """The object on the first line; ``None`` if it is part of something longer."""
    try:
        return _decoded(content)
    except (ValueError, RecursionError):
        return None


def _patiently(content: str, name: str, line: int) -> Any:
    try:
        return _decoded(content)
    except (ValueError, RecursionError) as error:
        raise _cut(name, line, error) from error


def _decoded(content: str) -> Any:
    """What a text of JSON holds, by the quick reader if it can be."""
    try:
        return _QUICK.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return _PATIENT.decode(content)


def _whole(
    text: io.TextIOWrapper, start: str, name: str, line: int, wanted: type[Kind]
) -> Iterator[Entry[Kind]]:
    """The objects of an export that is one value as a whole."""
    try:
        found = _decoded(start + text.read())
    except (ValueError, RecursionError) as error:
        raise _cut(name, line + getattr(error, "lineno", 1) - 1, error) from error
    objects = found.get("responses", [found]) if isinstance(found, dict) else found
    if not isinstance(objects, list):
        raise SourceUnreadable("the JSON holds no responses", file=name)
    for number, one in enumerate(objects, 1):
        yield number, line, _told(one, wanted)


def _told(found: Any, wanted: type[Kind]) -> Kind | None:
    """What is used of an object that was read as a whole."""
    values = found.get("values") if isinstance(found, dict) else None
    if not isinstance(values, dict):
        return None
    if wanted is Told:
        return Told(
            values, found.get("responseId"), found.get("labels"), found.get("displayedFields")
        )
    frame = Frame(values.get("status"), values.get("endDate"), values.get("recordedDate"))
    return Said(frame)  # type: ignore[return-value]  # as above


def _cut(name: str, line: int, error: Exception) -> SourceUnreadable:
    said = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
    return SourceUnreadable(
        f"this is not whole JSON ({said}); the file was cut off or changed: export it again",
        file=name,
        line=line,
    )


def ends_well(stream: BinaryIO) -> bool:
    """Whether the file ends as a whole line, or as the end of a list of all responses."""
    stream.seek(0)
    last, first = b"", b""
    while data := stream.read(1 << 17):
        first = first or data[:256].lstrip(b"\xef\xbb\xbf \r\n\t")
        last = (last + data)[-16:]
    wrapped = first.startswith(b"[") or b'"responses"' in first
    return wrapped or last.endswith((b"\n", b"\r"))


def texts(value: Any) -> tuple[str, ...]:
    """A value as texts; what is no text itself as the JSON of it."""
    if type(value) is str:
        return (value,) if value else ()
    if value is None:
        return ()
    if type(value) is int:
        return (str(value),)
    if isinstance(value, list):
        return tuple([text for part in value for text in texts(part)])
    return (json.dumps(_numbers_as_texts(value), ensure_ascii=False, sort_keys=True),)


def _numbers_as_texts(value: Any) -> Any:
    """Numbers as they were delivered, whichever way the line was read."""
    if isinstance(value, dict):
        return {key: _numbers_as_texts(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_numbers_as_texts(part) for part in value]
    return str(value) if type(value) is int else value
