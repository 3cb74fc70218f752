"""Whether a table is from Google Forms, which of its two downloads it is, and what stands where.

The form's own download quotes every cell and writes times with the year first and a zone; the
linked sheet quotes what it must, and writes times as its language does, without a zone.
"""

import codecs
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from mentorcore.adapters.spec import (
    Confidence,
    Options,
    Record,
    SourceUnreadable,
    Table,
    cells_filled,
    find_column,
    looks_like_a_stamp,
    no_such_column,
    normal_title,
    question_keys,
)

from mentorcore_google_forms.headings import find_email, find_stamp, is_local, leads

__all__ = ["SEPARATORS", "Download", "Found", "confidence", "recognise", "start_of"]

Download = Literal["form", "sheet"]
"""Where the download was made: in the form itself, or in the sheet linked to it."""

SEPARATORS: dict[Download, str] = {"form": ";", "sheet": ", "}
"""What joins the choices of a checkbox question."""

LOOKED_AT = 50
"""How many filled rows tell what a table is."""

_FORM = re.compile(
    r"\d{4}/\d\d/\d\d \d{1,2}:\d\d:\d\d\s(?:.+?\s(?!m\.$)\S+|(?:GMT|UTC)[+-]\d\S*|[A-Z]{3,5})"
)
_ISO = re.compile(r"\d{4}-\d\d?-\d\d?[T\s].*")
_DAY_ALONE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})")
_SECONDS = re.compile(r"\d([:.])\d\d\1\d\d")
_IMPORT_ID = re.compile(r"\{\s*[\"']ImportId[\"']\s*:")


class Found(NamedTuple):
    """What was recognised: which download, and where its own columns stand.

    Attributes:
        download: Where it was made.
        options: What was declared, with the titles of the time and the address.
        place: Where the time of submission stands, from 0.
        by_content: Whether no title, but only the content tells which column is the time.
        rough: Whether the times have no seconds, which Google always writes.
    """

    download: Download
    options: Options
    place: int | None = None
    by_content: bool = False
    rough: bool = False


def start_of(head: bytes) -> bytes:
    """The whole lines at the start of a file, as UTF-8, whatever its encoding is."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return head.decode(encoding, "replace").replace("\0", "").encode()
    return head.decode("utf-8", "replace").encode()


def confidence(head: bytes) -> Confidence:
    """How sure it is that a table comes from Google Forms, from its beginning.

    A known title over plain dates is not enough: any table may have a column "Timestamp".
    """
    try:
        table = Table("head", io.BytesIO(start_of(head)))
        rows = list(islice(_filled(table), LOOKED_AT))
    except SourceUnreadable:
        return Confidence.NO
    if not rows or any(_IMPORT_ID.match(cell) for row in rows[:4] for cell in row.cells):
        return Confidence.NO
    titles, place = rows[0].cells, find_stamp(rows[0].cells)
    if place is None:
        first = [row.cells[0] for row in rows[1:]]
        everywhere = len(first) > 1 and all(map(_FORM.fullmatch, first))
        return Confidence.LIKELY if everywhere else Confidence.NO
    stamps = [row.cells[place].strip() for row in rows[1:] if len(row.cells) > place]
    stamps = [stamp for stamp in stamps if stamp]
    form = sum(1 for stamp in stamps if _FORM.fullmatch(stamp))
    sheet = sum(map(_of_sheet, stamps))  # which those of the form's own download are, too
    asking = is_local(titles[place]) or _asks(titles, place)
    if not leads(titles, place):
        moved = stamps and (form == len(stamps) or (asking and sheet == len(stamps)))
        return Confidence.LIKELY if moved else Confidence.NO
    if form * 2 >= len(stamps) and stamps:
        return Confidence.CERTAIN
    if sheet * 2 >= len(stamps) and stamps:
        return Confidence.LIKELY
    return Confidence.LIKELY if asking and (not stamps or _times(stamps)) else Confidence.NO


def _of_sheet(stamp: str) -> bool:
    """Whether a time is written as spreadsheets write it, and few other tools do."""
    if _ISO.fullmatch(stamp):
        return False
    return looks_like_a_stamp(stamp) or _DAY_ALONE.fullmatch(stamp) is not None


def _times(stamps: list[str]) -> bool:
    """Whether texts may be times in a form that is not known here, rather than words."""
    return sum(
        1 for stamp in stamps if stamp[:1].isdigit() or looks_like_a_stamp(stamp)
    ) * 2 >= len(stamps)


def recognise(table: Table, options: Options) -> Found:
    """Which download a table is, with its own columns declared.

    Raises:
        SourceUnreadable: Nothing tells which column holds the time of submission.
    """
    rows = islice(_filled(table), LOOKED_AT)
    header = next(rows, None)
    if header is None:
        return Found("sheet", options)  # the survey of the table refuses it
    titles, filled = header.cells, list(rows)
    place, by_content = _stamp(table, header, filled, options)
    if place is None:
        return Found("sheet", options)
    known = options.declaring(timestamp=_name(titles, place))
    if options.respondent is None and (email := find_email(titles, place)) is not None:
        known = known.declaring(respondent=_name(titles, email))
    stamps = [row.cells[place].strip() for row in filled if len(row.cells) > place]
    of_form = sum(1 for stamp in stamps if _FORM.fullmatch(stamp))
    download: Download = "form" if of_form * 2 > len([s for s in stamps if s]) else "sheet"
    clocks = [stamp for stamp in stamps if looks_like_a_stamp(stamp)]
    rough = bool(clocks) and not any(map(_SECONDS.search, clocks))
    return Found(download, known, place, by_content, rough)


def _name(titles: list[str], place: int) -> str:
    """How a column is asked for, even if its title stands over others too."""
    key = question_keys(titles)[place]
    same = [title for title in titles if normal_title(title) == key]
    return f"{key} #1" if len(same) > 1 else key


def _stamp(
    table: Table, header: Record, filled: list[Record], options: Options
) -> tuple[int | None, bool]:
    """The place of the time of submission, and whether only its content tells."""
    titles = header.cells
    if options.timestamp is not None:
        place = find_column(titles, options.timestamp, file=table.name, line=header.line)
        if place is None:
            message = no_such_column(titles, options.timestamp, "the time of submission")
            raise SourceUnreadable(message, file=table.name, line=header.line)
        return place, False
    place = find_stamp(titles)
    if place is not None:
        return place, False
    if any(map(looks_like_a_stamp, titles[:2])):
        return None, False  # the header row is lost; the survey of the table says so
    first = [row.cells[0].strip() for row in filled]
    if first and all(map(_FORM.fullmatch, first)):
        return 0, True
    raise SourceUnreadable(
        "no column has a title that Google Forms gives to the time of submission; declare it, "
        f"for example timestamp = {titles[0]!r}",
        file=table.name,
        line=header.line,
    )


def _filled(table: Table) -> Iterator[Record]:
    """The records that say something, as far as the table can be read."""
    got = False
    try:
        for record in table.records():
            if cells_filled(record.cells):
                got = True
                yield record
    except SourceUnreadable:
        if not got:
            raise


def _asks(titles: list[str], place: int) -> bool:
    """Whether the other titles are questions, as a form's are more often than not."""
    others = [t.strip() for i, t in enumerate(titles) if i != place and t.strip()]
    questions = sum(1 for title in others if " " in title or title.endswith("?"))
    return bool(others) and questions * 2 >= len(others)
