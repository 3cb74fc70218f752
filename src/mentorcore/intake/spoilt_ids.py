"""What a spreadsheet makes of ids: numbers without their zeros, powers of ten, decimals, dates.

Some of that shows in a single cell (``1.45782E+17``), some only in a whole column (eighteen digits
that all end in zeros), and the rest only beside the ids as they were.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product

__all__ = [
    "IdColumn",
    "could_be_cut_from",
    "could_have_been",
    "looks_alike",
    "old_forms",
    "readings",
]

_EXPONENT = re.compile(r"([0-9](?:[.,][0-9]+)?)E\+?([0-9]{1,3})", re.IGNORECASE)
_POWER = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,3}", re.IGNORECASE)
_DECIMAL = re.compile(r"([0-9]+)[.,]0+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*(?:[.,]0+)?")
_MONTH_DAY = re.compile(r"(?:([A-Za-z]{3})[-. ]([0-9]{1,2})|([0-9]{1,2})[-. ]([A-Za-z]{3}))")
_WHOLE_DATE = re.compile(r"([0-9]{1,4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,4})(?:[ T].*)?")
_NUMBERS = re.compile(r"[0-9]+")
_CODE_LIKE_DATE = re.compile(
    r"[0-9]{1,4}[-/.][0-9]{1,4}(?:[-/.][0-9]{1,4})?|[A-Za-z]{3,9}[-. ]?[0-9]{1,4}"
)
_ALIKE = str.maketrans({**dict.fromkeys("\u00a0\u2007\u2009\u202f", " "), "\u2019": "'"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LIKE_A_POWER = re.compile(r"[0-9]+e[0-9]{1,3}")
_SHOWN = 11
"""How many digits of a number a spreadsheet shows before it goes over to powers of ten."""
_KEPT = 15
"""How many digits of a number a spreadsheet keeps."""
_LONGEST = 20
_CHANCE = 3
"""How many last digits have to be zeros before that is no chance any more."""


def readings(text: str) -> set[str]:
    """What an id may say once it is read as a number: itself where it is none."""
    text = text.strip().translate(_ALIKE).removeprefix("'")
    found = set()
    if text.isdecimal():
        found.add(text.lstrip("0") or "0")
    if whole := _DECIMAL.fullmatch(text):
        found.add(whole[1].lstrip("0") or "0")
    if grouped := _THOUSANDS.fullmatch(text):
        digits = re.sub(r"[.,]0{1,2}$", "", text)
        found.add(digits.replace(grouped[1], "").lstrip("0") or "0")
    if power := _EXPONENT.fullmatch(text):
        found.add(f"{power[1].replace(',', '.')}E+{int(power[2])}")
    return found or {text.casefold()}


def old_forms(text: str) -> set[str]:
    """What an id may read as, once a spreadsheet has spoilt it."""
    found = readings(text)
    for said in tuple(found):
        if said.isdecimal() and len(said) > _KEPT:
            rest = len(said) - _KEPT
            found |= {said[:_KEPT] + "0" * rest, f"{round(int(said), -rest)}"}
        long = said.isdecimal() and len(said) > _SHOWN
        if long or "E+" in said or _LIKE_A_POWER.fullmatch(said):
            number = Decimal(said)
            for places in range(_KEPT):
                form = f"{number:.{places}E}"
                mantissa, _, power = form.partition("E+")
                found.add(f"{mantissa}E+{int(power or 0)}")
    return found


def looks_alike(old: str, new: str) -> bool:
    """Whether an id may have become another one, for responses that say the same besides."""
    if old == new:
        return False
    if old_forms(old) & readings(new):
        return True
    if old.isdecimal() and new.isdecimal() and len(old) > _KEPT:
        return int(float(old)) == int(new)
    if _CODE_LIKE_DATE.fullmatch(old.strip()) and _is_date_like(new):
        kept = {int(n) for n in _NUMBERS.findall(new)} | _months(new)
        return bool(kept & ({int(n) for n in _NUMBERS.findall(old)} | _months(old)))
    digits = ["".join(_NUMBERS.findall(text)).lstrip("0") for text in (old, new)]
    return bool(digits[0]) and digits[0] == digits[1]


def could_have_been(new: str) -> Iterator[str]:
    """The ids that a spreadsheet could have made this one of, as far as they can be listed."""
    for said in readings(new):
        if said.isdecimal():
            yield from (said.zfill(width) for width in range(len(said), _LONGEST + 1))
    if whole := _WHOLE_DATE.fullmatch(new.strip()):
        numbers = [int(n) for n in whole.groups()]
        year = max(range(3), key=numbers.__getitem__)
        yield from _pairs(*(n for place, n in enumerate(numbers) if place != year))
    if (found := _month_and_day(new)) is not None:
        month, number = found
        name = _MONTHS[month - 1]
        yield from _pairs(month, number)
        for word, mark, b in product(
            (name, name.upper(), name.title()), ("", "-", " "), (f"{number}", f"{number:02}")
        ):
            yield f"{word}{mark}{b}"


def could_be_cut_from(new: str) -> Iterator[str]:
    """The ids of which a spreadsheet could have kept the first digits; they may be others, too."""
    rest = len(new) - _KEPT
    if 0 < rest <= _CHANCE and new.isdecimal() and not new[_KEPT:].strip("0"):
        yield from (f"{new[:_KEPT]}{digits:0{rest}}" for digits in range(1, 10**rest))


def _pairs(first: int, second: int) -> Iterator[str]:
    """Two numbers with a mark between them, in either order, with and without zeros."""
    for one, two in ((first, second), (second, first)):
        for mark, a, b in product("-/.", (f"{one}", f"{one:02}"), (f"{two}", f"{two:02}")):
            yield f"{a}{mark}{b}"


def _month_and_day(text: str) -> tuple[int, int] | None:
    """The month and the other number of a short date such as ``Mar-05``."""
    found = _MONTH_DAY.fullmatch(text.strip())
    name = (found[1] or found[4]).casefold() if found else ""
    if found is None or name not in _MONTHS:
        return None
    return _MONTHS.index(name) + 1, int(found[2] or found[3])


def _is_date_like(text: str) -> bool:
    return bool(
        re.fullmatch(r"[0-9]{1,4}[-/. ]+(?:[0-9]{1,2}|[^\W\d_]{3,9}\.?)(?:[-/. ].*)?", text.strip())
        or re.fullmatch(r"[^\W\d_]{3,9}\.?[-/. ]+[0-9]{1,4}(?:[-/., ].*)?", text.strip())
    )


def _months(text: str) -> set[int]:
    return {n for n, name in enumerate(_MONTHS, 1) if name in text.casefold()}


class IdColumn:
    """A column of ids, as far as it shows by itself what was done to it."""

    def __init__(self) -> None:
        self._power: tuple[str, int | None] | None = None
        self._date: tuple[str, int | None] | None = None
        self._long: tuple[str, int | None] | None = None
        self._last_digits, self._not_cut = 0, False
        self.decimals, self.grouped, self.filled = 0, 0, 0

    def see(self, text: str, row: int | None) -> None:
        """Take one cell into account."""
        if not text:
            return
        self.filled += 1
        if text.isdecimal():
            if len(text) > _KEPT:
                self._see_long(text, row)
            return
        if text.isalpha() or len(text) > 40:  # noqa: PLR2004 - longer than what was a number
            return
        if self._power is None and ("E+" in text or "e+" in text) and _POWER.fullmatch(text):
            self._power = (text, row)
        elif _DECIMAL.fullmatch(text):
            self.decimals += 1
        elif _THOUSANDS.fullmatch(text.translate(_ALIKE)):
            self.grouped += 1
        elif self._date is None and _month_and_day(text) is not None:
            self._date = (text, row)

    def _see_long(self, text: str, row: int | None) -> None:
        rest = text[_KEPT:]
        self._long = self._long or (text, row)
        self._last_digits += len(rest)
        self._not_cut = self._not_cut or bool(rest.strip("0"))

    def flaw(self) -> tuple[str, str, int | None] | None:
        """What was done to the ids, and a cell that shows it with its row; ``None`` for nothing."""
        if self._power is not None:
            return ("became powers of ten", *self._power)
        if self._long is not None and not self._not_cut and self._last_digits >= _CHANCE:
            return (f"were cut to {_KEPT} digits", *self._long)
        if self._date is not None:
            return ("became dates", *self._date)
        return None
