"""Names and addresses as they are compared, and from when until when somebody had them."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

import attrs

__all__ = ["Cell", "Held", "address", "cell", "compared", "folded", "is_address", "words"]

_ANGLED = re.compile(r"([^<>]*)<([^<>\s]+)>")
_ADDED = re.compile(r"([^()]*[^()\s])\s*\(([^()]+)\)")
_BETWEEN = re.compile(r"[\s,.;]+")
_TYPED = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'")
    | dict.fromkeys("\u2010\u2011\u2013", "-")
    | dict.fromkeys("\u200b\u200e\u200f\ufeff\u00ad")
)
"""What word processors put for an apostrophe or a hyphen, and marks that nobody sees."""


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A name, address or statement as it is compared: NFC, single spaces, small letters.

    Apostrophes and hyphens are those of a keyboard.
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(_TYPED)).split()).casefold()


def address(text: str) -> str:
    """An e-mail address without what a spreadsheet or a sentence leaves at its ends."""
    bare = text.strip()
    if bare[:7].casefold() == "mailto:":
        bare = bare[7:].strip()
    return bare.rstrip(".")


def is_address(text: str) -> bool:
    """Whether a text can be nothing but an e-mail address."""
    before, at, behind = address(text).partition("@")
    whole = bool(before and at and behind) and len(address(text).split()) == 1
    return whole and "@" not in behind and not set("<>()").intersection(text)


def compared(scheme: str, value: str) -> str:
    """An identity as it is compared with others of its scheme."""
    return folded(address(value) if scheme == "email" else value)


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in the order of the alphabet; ``Novak, Nora`` has those of Nora Novak."""
    return tuple(sorted(filter(None, _BETWEEN.split(folded(name)))))


@attrs.frozen
class Cell:
    """Whom a cell names: by an address, or by a name with perhaps something that tells which."""

    name: str = ""
    address: str = ""
    addition: str = ""


def cell(text: str) -> Cell:
    """A cell such as ``Maria Garcia``, ``m.garcia@example.org``, or one that says which of two.

    The latter are ``Maria Garcia <m.garcia@example.org>`` and ``Maria Garcia (Harbor High)``.
    """
    said = text.strip()
    if is_address(said):
        return Cell(address=said)
    if (found := _ANGLED.fullmatch(said)) and is_address(found[2]):
        return Cell(found[1].strip(" \"'"), found[2])
    if found := _ADDED.fullmatch(said):
        if is_address(found[2]):
            return Cell(found[1], found[2])
        return Cell(found[1], addition=found[2].strip())
    return Cell(said)


@attrs.frozen
class Held:
    """A name or address that somebody has or had.

    Attributes:
        since: From which day on; ``None`` when nothing tells.
        until: Until before which day; ``None`` while it is had.
        corrected: Whether it was recorded once and something else was put in its place, so that
            it may be met in what others wrote meanwhile.
    """

    text: str
    since: date | None = None
    until: date | None = None
    corrected: bool = False

    def distance(self, day: date | None) -> int:
        """How far it is from being had on a day, or today: 0 for had, 1 for once, 2 for never."""
        if self.corrected:
            return 2
        if day is None:
            return int(self.until is not None)
        begun = self.since is None or self.since <= day
        return int(not (begun and (self.until is None or day < self.until)))
