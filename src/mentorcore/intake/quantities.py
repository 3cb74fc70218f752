"""Numbers, durations and yes-or-no as people type them; what can be read in two ways is refused."""

import re
from functools import lru_cache

from mentorcore.intake.mappings.mapping import Durations, FormMapping, NumberMarks, spoken

__all__ = [
    "Unclear",
    "choices_in",
    "duration",
    "percentage",
    "read_number",
    "whole_number",
    "yes_or_no",
]

_WHOLE = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]0+)?")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-9]{2})(?::([0-9]{2}))?")
_BARE = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,4}))?")
_UNITS = re.compile(
    r"(?:([0-9]{1,3})(?:[.,]([0-9]{1,4}))?\s*(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?))?"
    r"\s*(?:and|und|et|y|,)?\s*"
    r"(?:([0-9]{1,4})\s*(m|mins?\.?|minutes?|minuten?|minutos?|['\u2032])?)?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*(?![0-9])")
"""What may be a number with a mark between its thousands, whatever its digits."""
_ALIKE = str.maketrans({**dict.fromkeys("\u00a0\u2007\u2009\u202f", " "), "\u2019": "'"})
"""Spaces and apostrophes that spreadsheets put between thousands, as the usual ones."""

UNMARKED = NumberMarks()
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_HOUR = 60


class Unclear(ValueError):  # noqa: N818 - an answer about a cell, not a failure
    """A text does not say one value; the message says why, to follow the text itself."""


def whole_number(text: str, marks: NumberMarks = UNMARKED) -> int:
    """A whole number such as ``4``, or ``4.0`` as spreadsheets write it.

    Args:
        text: The cell.
        marks: What was declared to stand within numbers.

    Raises:
        Unclear: It is none, or a mark in it can be understood in two ways.
    """
    found = _WHOLE.fullmatch(_unmarked(text, marks))
    if found is None:
        raise Unclear(
            "is a percentage, where a whole number is needed; declare what it means under [values]"
            if text.rstrip().endswith("%")
            else "is not a whole number"
        )
    return int(found[1])


def percentage(text: str, marks: NumberMarks = UNMARKED) -> int:
    """A whole number of percent, such as ``80``, ``80%`` or ``80.0 %``.

    Raises:
        Unclear: It is none; or it has no sign and is 1 at most, as a share of one would be.
    """
    number = text.strip().removesuffix("%")
    plain = _WHOLE.fullmatch(_unmarked(number, marks))
    if plain is None:
        raise Unclear(
            "is no whole number of percent, such as 80 or 80%; declare what it means under [values]"
        )
    found = int(plain[1])
    if found == 1 and number == text.strip():
        raise Unclear("may be a share of one or one percent; declare what it means under [values]")
    return found


def read_number(text: str, holds: str, mapping: FormMapping) -> int:
    """The number that a cell says, by what its field holds and by what the mapping declares.

    Raises:
        Unclear: It says none.
    """
    marks = mapping.number_marks
    if holds == "minutes":
        return duration(text, mapping.durations, marks)
    return percentage(text, marks) if holds == "percent" else whole_number(text, marks)


def _unmarked(text: str, marks: NumberMarks) -> str:
    """The text with its numbers as they are without marks: no thousands, a point for decimals.

    Raises:
        Unclear: A mark may stand between thousands or before decimals, and neither is declared.
    """
    text = text.strip().translate(_ALIKE)
    if text.isdecimal():
        return text
    for found in _THOUSANDS.finditer(text):
        mark = found[1]
        if mark not in {marks.thousands, marks.decimal}:
            raise Unclear(
                f"has a mark that may stand between thousands or before decimals; declare it under "
                f'[answers]: thousands = "{mark}"'
                + (f', or decimal = "{mark}"' if mark in ",." else "")
            )
    if marks.thousands:
        text = _THOUSANDS.sub(
            lambda n: n[0].replace(n[1], "") if n[1] == marks.thousands else n[0], text
        )
        if re.search(rf"[0-9]{re.escape(marks.thousands)}[0-9]", text):
            raise Unclear(f"has a {marks.thousands!r} that does not stand between thousands")
    if marks.decimal:
        other = "," if marks.decimal == "." else "."
        if re.search(rf"[0-9]{re.escape(other)}[0-9]", text):
            raise Unclear(f"has a {other!r} where {marks.decimal!r} is declared for decimals")
    return text


def yes_or_no(text: str) -> bool:
    """Yes or no, true or false, 1 or 0.

    Raises:
        Unclear: It is neither; a table of values can say what it means.
    """
    word = spoken(text)
    if word in _YES or word in _NO:
        return word in _YES
    raise Unclear("is neither yes nor no; declare what it means under [values]")


@lru_cache(maxsize=1024)
def duration(text: str, bare: Durations = "minutes", marks: NumberMarks = UNMARKED) -> int:
    """Minutes, from ``45``, ``45 min``, ``0:45:00``, ``1:15``, ``1h 15`` or ``1.5 h``.

    ``1:15`` is an hour and a quarter; seconds are left aside.

    Args:
        text: The cell.
        bare: What a number without a unit counts.
        marks: What was declared to stand within numbers.

    Raises:
        Unclear: It says no duration, or none in whole minutes, or a mark in it can be understood
            in two ways.
    """
    text = _unmarked(text, marks)
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if minutes >= _HOUR or seconds >= _HOUR:
            raise Unclear("is not a duration: an hour has 60 minutes")
        return hours * _HOUR + minutes
    if found := _BARE.fullmatch(text):
        number, fraction = found.groups()
        return _minutes(number, fraction, _HOUR if bare == "hours" else 1)
    found = _UNITS.fullmatch(text)
    if found is None or not (found[1] or found[4]):
        raise Unclear("is not a duration such as 45 min, 0:45 or 1 h 15")
    minutes = _minutes(found[1] or "0", found[2], _HOUR) + int(found[3] or 0)
    if found[1] and found[3] and int(found[3]) >= _HOUR:
        raise Unclear("is not a duration: an hour has 60 minutes")
    return minutes


def _minutes(number: str, fraction: str | None, unit: int) -> int:
    total = int(number) * unit
    if fraction:
        part = int(fraction) * unit
        if part % 10 ** len(fraction):
            raise Unclear("is not a duration in whole minutes")
        total += part // 10 ** len(fraction)
    return total


def choices_in(text: str, separator: str | None, known: frozenset[str]) -> tuple[str, ...]:
    """The choices that one cell joins; the whole text when no separator is declared.

    A choice may contain the separator itself, so the declared choices are tried first, the
    longest before the others.

    Args:
        text: The cell.
        separator: What joins choices.
        known: The declared choices, as `spoken` writes them.
    """
    if separator is None:
        return (text.strip(),) if text.strip() else ()
    parts = text.split(separator)
    found: list[str] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            joined = separator.join(parts[start:end])
            if end == start + 1 or spoken(joined) in known:
                found.append(joined.strip())
                start = end
                break
    return tuple(choice for choice in found if choice)
