"""Plain text that fits a terminal: tables, paragraphs, and names that cannot play tricks on it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

import mentorcore

__all__ = [
    "WIDTH",
    "actor_said",
    "alphabetical",
    "clean",
    "counted",
    "ended",
    "fit",
    "lacking_lines",
    "paragraph",
    "sentence",
    "short",
    "table",
    "unknown_lines",
    "width",
]

WIDTH = 100
"""Columns that every line of text fits into."""

GAP = "  "
LEAST, FLOWING = 6, 24
"""A column that gives way to others keeps this many characters, one that flows as many."""

_ID = re.compile(r"([a-z][a-z0-9-]*):[0-9a-f]{24}([0-9a-f]{8})")


def clean(text: str) -> str:
    """*text* on one line, without characters that steer a terminal or turn its direction.

    Names and answers come from strangers; what they wrote must not move the cursor.
    """
    if text.isascii() and text.isprintable():
        return text
    spaced = " ".join(text.split())
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} else c
        for c in spaced
    )


def width(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(c) for c in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, room: int) -> str:
    """*text*, cut with an ellipsis if it takes more than *room* columns."""
    if width(text) <= room:
        return text
    kept, used = "", 1
    for character in text:
        used += _columns(character)
        if used > room:
            break
        kept += character
    return kept.rstrip() + "…"


def unknown_lines(kinds: Collection[str]) -> Iterator[str]:
    """That the log also holds streams of practices that are not here."""
    if kinds:
        yield ""
        listed = ", ".join(kinds)
        yield from paragraph(
            f"The log also holds {listed}, of practices that are not here; nothing of them is told."
        )


def lacking_lines(lacking: Sequence[mentorcore.Lacking]) -> Iterator[str]:
    """What figures lack because states were left out of the export that they are told from."""
    if not lacking:
        return
    yield ""
    yield from paragraph(
        "NOT WHOLE: states were left out of this export, and these figures are told without the "
        "events that stand behind each:"
    )
    alike: dict[tuple[str, tuple[tuple[str, int], ...]], list[str]] = {}
    for one in lacking:
        alike.setdefault((one.subject, one.events), []).append(one.figure)
    for (subject, events), figures in alike.items():
        named = ", ".join(figures)
        counted_events = ", ".join(f"{number:,} {name}" for name, number in events)
        yield from paragraph(f"{short(subject)}: {named}", "  ", "    ")
        yield from paragraph(f"without {counted_events}", "      ")


_STROKED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i"}
    | {"þ": "th", "æ": "ae", "œ": "oe"}
)
"""Letters that no accent is taken from, as whoever lacks them spells them."""


def alphabetical(name: str) -> tuple[str, str]:
    """Where a name stands in a list: capitals and accents tell apart only what is else equal."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(bare.split()).casefold().translate(_STROKED), name


def short(stream: str) -> str:
    """An id that people can compare at a glance: its kind and its last eight digits."""
    found = _ID.fullmatch(stream)
    return f"{found[1]}:…{found[2]}" if found else stream


def actor_said(
    actor: mentorcore.Actor | mentorcore.Withheld | None, names: Mapping[str, str]
) -> str:
    """Who recorded something: by name where it is known, or that it is not shown."""
    if isinstance(actor, mentorcore.Withheld):
        return str(actor)
    if actor is None:
        return "somebody"
    return names.get(actor.id) or short(actor.id)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 pairing``, ``1,204 pairings``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ended(text: str) -> str:
    """A text with a mark at its end."""
    return text if text[-1:] in {".", "?", "!"} else f"{text}."


def sentence(text: str) -> str:
    """A text with a capital at its beginning and a mark at its end."""
    return ended(f"{text[:1].upper()}{text[1:]}")


def paragraph(text: str, indent: str = "", hanging: str | None = None) -> Iterator[str]:
    """A text in lines that fit.

    Args:
        text: What to say; cleaned on the way.
        indent: What stands before the first line.
        hanging: What stands before the others; blanks as wide as *indent*, if not given.
    """
    rest = " " * width(indent) if hanging is None else hanging
    lines = _wrapped(clean(text), WIDTH - max(width(indent), width(rest)))
    for number, line in enumerate(lines):
        yield f"{rest if number else indent}{line}".rstrip()


def _wrapped(text: str, room: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while width(line) > room:
            head = fit(line, room + 1)[:-1] or line[:1]
            yield head
            line = line[len(head) :]
    yield line


def table(
    titles: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Collection[str] = (),
    firm: Collection[str] = (),
    indent: str = "",
) -> Iterator[str]:
    """A table without lines, in which the last column flows on to further lines.

    So do columns that are never cut, where the last one would have next to no room beside them.

    Args:
        titles: Heads of the columns; none are shown when all are empty.
        rows: Cells; shown as text and cleaned on the way.
        right: Titles of columns that are set flush right.
        firm: Titles of columns that are never cut.
        indent: What stands before every line.
    """
    cells = [[clean(str(c)) for c in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(titles, *cells, strict=True)]
    room = WIDTH - len(indent) - len(GAP) * (len(titles) - 1)
    last = len(titles) - 1
    giving = [i for i, title in enumerate(titles) if title not in firm and i != last]
    whole = [i for i, title in enumerate(titles) if title in firm and i != last]
    flowing = min(widths[last], max(FLOWING, room - sum(widths[:last])))
    while giving and sum(widths[:last]) + flowing > room:
        widest = max(giving, key=lambda i: widths[i])
        if widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    words = [max((width(w) for row in cells for w in row[i].split(" ")), default=0) for i in whole]
    bound = dict(zip(whole, words, strict=True))
    while sum(widths[:last]) + flowing > room:
        wide = [i for i, word in bound.items() if widths[i] > max(FLOWING, word)]
        if not wide:
            break
        widths[max(wide, key=lambda i: widths[i])] -= 1
    widths[last] = max(LEAST, min(widths[last], room - sum(widths[:last])))
    shown = [list(titles), *cells] if any(titles) else cells
    for row in shown:
        flows = [
            [fit(cell, widths[i])]
            if i != last and (titles[i] not in firm or width(cell) <= widths[i])
            else _wrapped(cell, widths[i])
            for i, cell in enumerate(row)
        ]
        for parts in zip_longest(*flows, fillvalue=""):
            set_ = [
                _set(part, widths[i], flush_right=titles[i] in right)
                for i, part in enumerate(parts)
            ]
            yield (indent + GAP.join(set_)).rstrip()


def _set(text: str, room: int, *, flush_right: bool) -> str:
    pad = " " * (room - width(text))
    return pad + text if flush_right else text + pad
