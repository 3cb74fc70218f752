"""Text files of cells, read strictly: a file that is damaged is refused as a whole, in words.

`Table` decides the encoding and the character between cells, then gives out records with their
physical line numbers as often as it is asked to. It keeps one record in memory at a time.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from mentorcore.errors import SourceUnreadable

__all__ = ["HEAD", "Record", "Table"]

HEAD = 64 * 1024
"""How much of a file is looked at to tell what it is, in bytes."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive; export it as CSV, or unpack it first"),
    (b"PK\x05\x06", "a zip archive that holds nothing; export the responses again"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV first"),
    (b"%PDF", "a PDF document; export the responses as CSV"),
)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r"sep=([^\"\r\n])(?:\r\n|\r|\n)", re.IGNORECASE)
_CHUNK = 1 << 17


class Record(NamedTuple):
    """One record: its number and the physical line it begins on, from 1, and its cells."""

    number: int
    line: int
    cells: list[str]


class _Scan(NamedTuple):
    """Whether a file is of an encoding; the line reached; its last character if it has text."""

    fits: bool
    line: int
    cut_character: bool = False
    last: str = ""


def _breaks(text: str, before: str) -> int:
    """How many lines end in *text*, which follows the character *before*."""
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    return ends - 1 if before == "\r" and text.startswith("\n") else ends


class Table:
    """A file of cells.

    Args:
        name: What the file is called in messages.
        stream: A seekable binary stream; the caller closes it.
        encoding: For files without a byte-order mark that are not UTF-8.
        delimiter: The character between cells; decided from the first 64 kB when not given.

    Attributes:
        encoding: The encoding found.
        delimiter: The character between cells.
        ends_with_line_break: Whether the last line is a whole line.
        ends_with_quote: Whether the last character is a quote, so that the last cell is closed.

    Raises:
        SourceUnreadable: The file is no text, has another encoding, is empty, or its delimiter
            cannot be told.
    """

    def __init__(
        self,
        name: str,
        stream: BinaryIO,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        self.name = name
        self._stream = stream
        stream.seek(0)
        head = stream.read(HEAD)
        if not head:
            raise self._no("the file is empty; export it again")
        self.encoding, last = self._decide_encoding(head, encoding)
        self.ends_with_line_break = last in {"\r", "\n"}
        self.ends_with_quote = last == '"'
        start = self._text(HEAD)
        separator = _SEPARATOR_LINE.match(start)
        self._skip = 1 if separator else 0
        start = start[separator.end() :] if separator else start
        if delimiter is not None:
            self.delimiter = self._declared(delimiter)
        elif separator:
            self.delimiter = separator[1]
        else:
            self.delimiter = self._decide_delimiter(start)

    def records(self) -> Iterator[Record]:
        """Every record from the beginning; blank lines are records without cells.

        One reading at a time: a second call starts over.

        Raises:
            SourceUnreadable: A quoted cell is not closed, or text follows its closing quote.
        """
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, self.encoding, newline="")
        try:
            for _ in range(self._skip):
                text.readline()
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            line, number = self._skip + 1, 0
            try:
                for cells in reader:
                    number += 1
                    yield Record(number, line, cells)
                    line = reader.line_num + self._skip + 1
            except csv.Error as error:
                raise self._damage(line, reader.line_num + self._skip, str(error)) from error
        finally:
            if not self._stream.closed:  # when the caller stopped early, it may be
                text.detach()

    def _no(self, message: str, line: int | None = None) -> SourceUnreadable:
        return SourceUnreadable(message, file=self.name, line=line)

    def _decide_encoding(self, head: bytes, declared: str | None) -> tuple[str, str]:
        """The encoding that the whole file proves to be in, and the last character."""
        for start, what in _NOT_TEXT:
            if head.startswith(start):
                raise self._no(f"this is not a text file but {what}")
        if _WEB_PAGE.match(head):
            raise self._no("this is a web page, perhaps a log-in page saved in place of the export")
        tried = next((found for mark, found in _BOMS if head.startswith(mark)), None)
        if tried is None:
            tried = declared if declared and self._is_wide(declared) else "utf-8"
        if declared is None and tried == "utf-8" and head.count(0) * 5 > len(head):
            order = "le" if head[1:2] == b"\0" else "be"
            raise self._no(
                "every other byte is zero, as in UTF-16 without its byte-order mark; "
                f'declare encoding = "utf-16-{order}"'
            )
        scan = self._scan(tried)
        if not scan.fits and tried == "utf-8" and declared and not scan.cut_character:
            tried, scan = declared, self._scan(declared)
        if scan.fits:
            if not scan.last:
                raise self._no("the file holds nothing but white space; export it again")
            return tried, scan.last
        if scan.cut_character:
            raise self._no(
                "the file ends in the middle of a character, so it was cut off; export it again",
                scan.line,
            )
        if tried != "utf-8":
            raise self._no(f"this is not in the encoding {tried} that it should have", scan.line)
        raise self._no(
            "this is not UTF-8; save it as UTF-8, or declare its encoding, for example "
            'encoding = "cp1252" (Windows in Western Europe)',
            scan.line,
        )

    def _is_wide(self, encoding: str) -> bool:
        """Whether an encoding is none that extends ASCII, so that trying UTF-8 proves nothing."""
        try:
            return "\n".encode(encoding) != b"\n"
        except (LookupError, UnicodeError, TypeError):  # unknown, or not for text
            raise self._no(f"there is no text encoding {encoding!r}") from None

    def _scan(self, encoding: str) -> _Scan:
        """Decode the file to its end, or to where it cannot be decoded."""
        decoder = codecs.getincrementaldecoder(encoding)()
        self._stream.seek(0)
        line, foreign, filled, last = 1, False, False, ""
        while True:
            data = self._stream.read(_CHUNK)
            try:
                text = decoder.decode(data, not data)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(error.encoding, "ignore")
                at_end = not data and (foreign or not good.isascii() or encoding != "utf-8")
                return _Scan(fits=False, line=line + _breaks(good, last), cut_character=at_end)
            foreign = foreign or not text.isascii()
            filled = filled or bool(text.strip())
            line += _breaks(text, last)
            last = text[-1:] or last
            if not data:
                return _Scan(fits=True, line=line, last=last if filled else "")

    def _text(self, size: int) -> str:
        self._stream.seek(0)
        wrapper = io.TextIOWrapper(self._stream, self.encoding, newline="")
        try:
            return wrapper.read(size)
        finally:
            wrapper.detach()

    def _declared(self, delimiter: str) -> str:
        delimiter = "\t" if delimiter in {"tab", "\\t"} else delimiter
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise self._no(f"{delimiter!r} cannot stand between cells; declare one character")
        return delimiter

    def _decide_delimiter(self, start: str) -> str:
        """The character that gives the most cells in records as wide as the first one."""
        widths = {mark: _widths(start, mark) for mark in DELIMITERS}
        possible = {mark: found for mark, found in widths.items() if found and found[0] > 1}
        if not possible:
            return ","  # a single column
        scores = {
            mark: found[0] * found.count(found[0])
            for mark, found in possible.items()
            if len(found) == 1 or found.count(found[0]) > 1
        } or dict.fromkeys(possible, 0)
        best = [mark for mark, score in scores.items() if score == max(scores.values())]
        if len(best) > 1:
            names = " or ".join(DELIMITERS[mark] for mark in best)
            raise self._no(
                f"the cells may be separated by {names}; declare it, for example delimiter = "
                f'"{best[0]}"'
            )
        return best[0]

    def _damage(self, line: int, reached: int, error: str) -> SourceUnreadable:
        """What the reader's complaint about the record that begins on *line* means."""
        if "limit" in error:
            return self._no(
                f"a cell of this record has more than {csv.field_size_limit():,} characters; "
                "probably a quote is never closed",
                line,
            )
        opened = self._open_quote(line, reached)
        if "end of data" in error:
            return self._no(
                "the quoted cell that begins here is never closed; the file was cut off, or a "
                "quote is missing: export it again",
                opened,
            )
        return self._no(
            f"text follows the closing quote (line {reached}) of the quoted cell that begins "
            "here; quotes inside a cell must be doubled",
            opened,
        )

    def _open_quote(self, line: int, reached: int) -> int:
        """The line on which the last quoted cell between two lines begins."""
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, self.encoding, newline="")
        at, fresh, quoted, closed = line, True, False, False
        try:
            for number, content in enumerate(text, 1):
                if number < line:
                    continue
                for char in content:
                    ends = char == self.delimiter or char in "\r\n"
                    if quoted:
                        quoted, closed = char != '"', char == '"'
                    elif char == '"' and (fresh or closed):
                        at = number if fresh else at
                        quoted, closed = True, False
                    elif closed and not ends:
                        return at
                    else:
                        closed = False
                    fresh = ends and not quoted
                if number == reached and not quoted:
                    break
        finally:
            text.detach()
        return at


def _widths(start: str, delimiter: str) -> list[int]:
    """The widths of the filled records at the start of a file, as far as they can be read."""
    found: list[int] = []
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter, strict=True)
    try:
        found.extend(len(cells) for cells in reader if any(cells))
    except csv.Error:
        return found  # the start ends within a cell, or this is not the delimiter
    return found[:-1] if len(start) >= HEAD and len(found) > 1 else found
