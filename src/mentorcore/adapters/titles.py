"""Which column is which question, when titles repeat, move and carry stray white space.

A spreadsheet's columns have no ids. A question is known by its title, and by its turn among equal
titles: ``Goal``, ``Goal #2``. Moving columns about changes nothing.
"""

import difflib
import unicodedata
from collections import Counter
from collections.abc import Sequence

from mentorcore.errors import SourceUnreadable

__all__ = ["find_column", "no_such_column", "normal_title", "question_keys"]

UNTITLED = "(untitled)"


def normal_title(title: str) -> str:
    """A title as it is compared: composed characters, single spaces, upper and lower case kept."""
    return " ".join(unicodedata.normalize("NFC", title).split())


def question_keys(titles: Sequence[str]) -> tuple[str, ...]:
    """The identity of each column: its title, with ``#2`` and so on for equal titles.

    Should another column be titled ``Goal #2`` itself, the second ``Goal`` becomes ``Goal ##2``.
    """
    plain = [normal_title(title) or UNTITLED for title in titles]
    taken = frozenset(plain)
    turn: Counter[str] = Counter()
    keys = []
    for title in plain:
        turn[title] += 1
        marks = "#"
        while turn[title] > 1 and f"{title} {marks}{turn[title]}" in taken:
            marks += "#"
        keys.append(title if turn[title] == 1 else f"{title} {marks}{turn[title]}")
    return tuple(keys)


def find_column(titles: Sequence[str], wanted: str, *, file: str, line: int) -> int | None:
    """The index of the column that a person means by *wanted*; ``None`` if there is none.

    Raises:
        SourceUnreadable: Several columns have that title, and no turn is given.
    """
    wanted = normal_title(wanted)
    keys = question_keys(titles)
    plain = [normal_title(title) or UNTITLED for title in titles]
    same = [i for i, title in enumerate(plain) if title == wanted]
    if len(same) > 1:
        columns = ", ".join(str(i + 1) for i in same[:-1]) + f" and {same[-1] + 1}"
        raise SourceUnreadable(
            f"the title {wanted!r} stands over columns {columns}; say which one is meant: "
            f"{wanted + ' #1'!r} or {keys[same[1]]!r}",
            file=file,
            line=line,
        )
    if wanted in keys:
        return keys.index(wanted)
    if wanted.endswith(" #1") and wanted[:-3] in keys:
        return keys.index(wanted[:-3])
    return None


def no_such_column(titles: Sequence[str], wanted: str, what: str) -> str:
    """A sentence about a column that is needed and not there, with the nearest title."""
    folded = {key.casefold(): key for key in question_keys(titles)}
    near = difflib.get_close_matches(normal_title(wanted).casefold(), folded, n=1)
    hint = f"; did you mean {folded[near[0]]!r}?" if near else ""
    return f"there is no column {wanted!r}, which is declared as {what}{hint}"
