"""What kind of export a file is, by its content, and its bytes ready to be read."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Literal

import attrs
from mentorcore.adapters.spec import Confidence, Source, SourceUnreadable, normal_title

from mentorcore_qualtrics.archive import INFLATED, is_zip, member, peek
from mentorcore_qualtrics.heading import looks_lost
from mentorcore_qualtrics.identity import is_import_id

__all__ = ["Export", "Kind", "confidence", "kind_of", "opened"]

Kind = Literal["table", "json", "definition"]

HEAD = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IDS_FIRST = re.compile(r"\{\s*['\"]{1,2}ImportId")
_SEPARATOR_LINE = re.compile(r"\Asep=[^\"\r\n](?:\r\n|\r|\n)", re.IGNORECASE)  # Excel's own
_NAMED = (".csv", ".tsv", ".json", ".ndjson", ".qsf")


@attrs.frozen
class Export:
    """An opened export.

    Attributes:
        name: What it is called in messages.
        kind: What it is.
        stream: Its content.
        whole: Whether an archive proves that nothing of it is missing.
    """

    name: str
    kind: Kind
    stream: BinaryIO
    whole: bool = False


@contextmanager
def opened(source: Source, limit: int = INFLATED) -> Iterator[Export]:
    """Open an export, inside its zip archive if it comes in one.

    Args:
        source: The file.
        limit: How many bytes an archive's content may come to.

    Raises:
        SourceUnreadable: It is empty, or an archive that cannot be read.
    """
    with source.open() as raw:
        head = raw.read(HEAD)
        raw.seek(0)
        if not head:
            raise SourceUnreadable("the file is empty; export it again", file=source.name)
        if not is_zip(head):
            yield Export(source.name, kind_of(head), raw)
            return
        with member(raw, source.name, limit) as stream:
            head = stream.read(HEAD)
            stream.seek(0)
            if is_zip(head):
                raise SourceUnreadable(
                    "this zip archive holds another one; unpack it", file=source.name
                )
            yield Export(source.name, kind_of(head), stream, whole=True)


def _start(head: bytes) -> str:
    """The text of a file's start, as far as it is text."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore")
    zeros = (head[::2].count(0), head[1::2].count(0))
    if max(zeros) * 3 > len(head):  # UTF-16 that has lost its mark; reading asks for its encoding
        return head.decode("utf-16-le" if zeros[1] > zeros[0] else "utf-16-be", "ignore")
    return head.decode("utf-8", "replace")


def kind_of(head: bytes) -> Kind:
    """What the start of a file says that it is."""
    start = _start(head).lstrip()
    if start[:1] not in {"{", "["} or _IDS_FIRST.match(start):
        return "table"
    return "definition" if re.search(r'"SurveyE(ntry|lements)"\s*:', start) else "json"


def confidence(head: bytes) -> Confidence:
    """How likely a file is an export of Qualtrics, from its start."""
    if is_zip(head):
        name, inside = peek(head)
        if inside:
            return confidence(inside)
        # An archive that cannot be looked into is refused in better words here than by nobody.
        empty = head.startswith(b"PK\x05\x06")
        return Confidence.POSSIBLE if empty or name.lower().endswith(_NAMED) else Confidence.NO
    start = _start(head)
    kind = kind_of(head)
    if kind == "definition":
        return Confidence.CERTAIN
    return _json(start) if kind == "json" else _table(start)


def _json(start: str) -> Confidence:
    """Responses of Qualtrics have an id and ``values``, and mostly ``labels`` beside them."""
    said = {
        name
        for name in ("responseId", "_recordId", "values", "labels", "displayedFields")
        if re.search(rf'"{name}"\s*:', start)
    }
    if "values" not in said:
        empty = re.match(r'\s*\{\s*"responses"\s*:\s*\[\s*\]\s*\}\s*$', start)
        return Confidence.POSSIBLE if empty else Confidence.NO
    if said & {"responseId", "_recordId"}:
        return Confidence.CERTAIN if said & {"labels", "displayedFields"} else Confidence.LIKELY
    return Confidence.NO


def _table(start: str) -> Confidence:
    """ImportIds are proof; its names of columns without them are a damaged export."""
    best, start = Confidence.NO, _SEPARATOR_LINE.sub("", start)
    for delimiter in ",;\t":
        records = list(_records(start, delimiter))
        if any(is_import_id(cell) for record in records for cell in record):
            return Confidence.CERTAIN
        names = list(map(normal_title, records[0])) if records else []
        if {"V1", "V2"} <= set(names) and len(records) > 1:
            below = set(map(normal_title, records[1]))
            if {"ResponseID", "ResponseSet"} <= below:
                return Confidence.CERTAIN
        if looks_lost(names):
            best = Confidence.LIKELY
    return best


def _records(start: str, delimiter: str) -> Iterator[list[str]]:
    """The first three filled records of a text that may end anywhere."""
    found = 0
    try:
        for record in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter):
            if any(map(str.strip, record)):
                yield record
                found += 1
            if found == 3:  # noqa: PLR2004 - header rows
                return
    except csv.Error:
        return
