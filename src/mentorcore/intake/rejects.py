"""Refused rows are written to a file that can be corrected and taken in again.

The file is CSV in UTF-8, with the original columns, the reason, and a last column by which each
row is known again; it must stay as it is. A cell that a spreadsheet would take for a formula gets
an apostrophe in front, which is taken off again when the file is read, so that what was answered
stays as it was, to the letter.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, TextIO

import attrs

from mentorcore.adapters.records import is_text
from mentorcore.adapters.registry import raise_cell_limit
from mentorcore.adapters.spec import Answer, Record, Response, Source, Table, Unreadable, Where
from mentorcore.errors import Refused, SourceUnreadable
from mentorcore.personal_text import without_text

__all__ = ["REASON", "ROW", "Corrected", "Reject", "holds_rejects", "read_rejects", "write_rejects"]

REASON, ROW = "Refused because", "Refused row"
"""The titles of the two columns added to the original ones."""

_FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")
_HEAD = 1 << 20


@attrs.frozen
class Reject:
    """A refused response.

    Attributes:
        response: As it was read.
        reason: Why it was refused.
        seen: The content by which the source will show it again, as hex digits of a digest.
        refusal: The refusal of the domain behind it, if it was one.
    """

    response: Response
    reason: str = attrs.field(repr=without_text)
    seen: str
    refusal: Refused | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Corrected:
    """A row of a rejects file, whatever was changed in it; ``seen`` is that of the `Reject`."""

    response: Response
    seen: str


def write_rejects(file: TextIO, rejects: Sequence[Reject]) -> None:
    """Write refused rows to a file that was opened with ``newline=""`` and ``utf-8-sig``.

    The columns are those of all rows, in the order of their first appearance.
    """
    questions = dict.fromkeys(a.question for r in rejects for a in r.response.answers)
    writer = csv.writer(file)
    writer.writerow([*map(_safe, questions), REASON, ROW])
    for reject in rejects:
        cells: dict[str, str] = {}
        several = []
        for answer in reject.response.answers:
            if len(answer.raw) > 1:
                several.append(answer.question)
                cells[answer.question] = json.dumps(answer.raw, ensure_ascii=False)
            else:
                cells[answer.question] = _safe("".join(answer.raw))
        row = [cells.get(question, "") for question in questions]
        writer.writerow([*row, _safe(reject.reason), _identity(reject, several)])


def holds_rejects(source: Source) -> bool:
    """Whether a source is a file of refused rows."""
    with closing(source.open()) as stream:
        if ROW not in stream.read(_HEAD).decode("utf-8", "replace"):
            return False
    try:
        with closing(source.open()) as stream:
            header = next(Table(source.name, stream).records(), None)
    except SourceUnreadable:
        return False
    return header is not None and ROW in header.cells


def read_rejects(source: Source, form: str) -> Iterator[Corrected | Unreadable]:
    """The rows of a file of refused rows, corrected or not.

    Args:
        source: The file.
        form: The form that it has to belong to.

    Raises:
        SourceUnreadable: The file is damaged, or belongs to another form.
    """
    raise_cell_limit()
    with closing(source.open()) as stream:
        table = Table(source.name, stream)
        for _ in table.records():
            pass  # the whole file is sound before its first row is taken
        records = table.records()
        header = next(records)
        titles = [_raw(title) for title in header.cells]
        for record in records:
            if any(cell.strip() for cell in record.cells):
                yield _row(source.name, titles, record, form)


def _row(file: str, titles: list[str], record: Record, form: str) -> Corrected | Unreadable:
    where = Where(file, record.number, record.line)
    if len(record.cells) != len(titles):
        return Unreadable(where, f"this row has {len(record.cells)} cells, not {len(titles)}")
    cells = dict(zip(titles, record.cells, strict=True))
    known = _known(cells[ROW])
    if known is None:
        return Unreadable(
            where,
            f"the cell under {ROW!r} was changed; it says which response this is. Take the row "
            "from the original file of refused rows again",
        )
    if known["form"] != form:
        raise SourceUnreadable(
            f"these rows belong to the form {known['form']!r}, not to {form!r}; choose its mapping",
            file=file,
            line=record.line,
        )
    answers = []
    for title, cell in cells.items():
        if title in {REASON, ROW}:
            continue
        raw = _several(cell) if title in known["several"] else None
        if raw is None:
            raw = (_raw(cell),) if cell else ()
        if not is_text("".join((title, *raw))):
            return Unreadable(
                where,
                f"the cell under {title!r} holds a NUL or half of a character; write it anew",
            )
        answers.append(Answer(title, title, raw))
    response = Response(
        source=known["source"],
        form=form,
        key=tuple(known["key"]),
        submitted_at=None if known["at"] is None else datetime.fromisoformat(known["at"]),
        submitted_raw=known["raw"],
        zone_basis=known["basis"],
        lifecycle=known["lifecycle"],
        answers=tuple(answers),
        where=where,
    )
    return Corrected(response, known["seen"])


def _identity(reject: Reject, several: list[str]) -> str:
    response = reject.response
    at = None if response.submitted_at is None else response.submitted_at.isoformat()
    known = {
        "form": response.form,
        "key": response.key,
        "at": at,
        "raw": response.submitted_raw,
        "basis": response.zone_basis,
        "lifecycle": response.lifecycle,
        "source": response.source,
        "seen": reject.seen,
        "several": several,
    }
    return json.dumps(known, ensure_ascii=False)


def _known(cell: str) -> dict[str, Any] | None:
    try:
        known = json.loads(cell)
    except ValueError:
        return None
    texts = ("form", "raw", "basis", "lifecycle", "source", "seen")
    if not isinstance(known, dict) or not all(isinstance(known.get(t), str) for t in texts):
        return None
    lists = (known.get("key"), known.get("several"))
    if not all(isinstance(v, list) and all(isinstance(t, str) for t in v) for v in lists):
        return None
    try:
        at = None if known.get("at") is None else datetime.fromisoformat(str(known["at"]))
    except ValueError:
        return None
    if at is not None and at.tzinfo is None:
        return None
    return {**known, "at": known.get("at")}


def _several(cell: str) -> tuple[str, ...] | None:
    """The texts of an answer that had several; ``None`` when somebody rewrote the cell."""
    try:
        texts = json.loads(cell)
    except ValueError:
        return None
    if isinstance(texts, list) and all(isinstance(t, str) for t in texts):
        return tuple(texts)
    return None


def _needs_care(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula, apostrophes in front aside."""
    bare = cell.lstrip("'")
    return bare[:1] in _FORMULA and bool(bare) and not _NUMBER.fullmatch(bare)


def _safe(cell: str) -> str:
    return f"'{cell}" if _needs_care(cell) else cell


def _raw(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _needs_care(cell[1:]) else cell
