"""The words that stand beside a clock time: morning or afternoon, and the label of a time zone.

Tools write both in the language of whoever exported, so a file in one language can hold the words
of another. What is not in these tables is refused, or declared.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta, timezone
from functools import lru_cache
from typing import Literal

__all__ = ["CHANGED_LABELS", "ZONE_LABELS", "half_of_day", "leads_in", "offset_of", "rest_of_clock"]

Half = Literal["am", "pm"]

ZONE_LABELS: Mapping[str, int] = {
    **dict.fromkeys(("Z", "UTC", "GMT", "WET", "WEZ"), 0),
    **dict.fromkeys(("CET", "MEZ", "WEST", "WESZ"), 1),
    **dict.fromkeys(("CEST", "MESZ", "EET", "OEZ", "SAST"), 2),
    **dict.fromkeys(("EEST", "OESZ", "MSK"), 3),
    **dict.fromkeys(("JST", "KST"), 9),
    **dict.fromkeys(("AEST",), 10),
    **dict.fromkeys(("AEDT",), 11),
    **dict.fromkeys(("NZST",), 12),
    **dict.fromkeys(("NZDT",), 13),
    "ADT": -3,
    **dict.fromkeys(("AST", "EDT"), -4),
    **dict.fromkeys(("EST", "CDT"), -5),
    **dict.fromkeys(("CST", "MDT"), -6),
    **dict.fromkeys(("MST", "PDT"), -7),
    **dict.fromkeys(("PST", "AKDT"), -8),
    "AKST": -9,
    "HST": -10,
}
"""Hours east of UTC that a zone label means unless declared otherwise.

A label is in it when it was seen in real exports, or has one meaning everywhere.
"""

CHANGED_LABELS: Mapping[str, tuple[date, date, str]] = {
    "MSK": (date(2011, 3, 27), date(2014, 10, 26), "Europe/Moscow"),
}
"""Labels that meant something else on the days from one to another, and the zone that says what."""

_MORNING = (
    "am öö vorm fm dop dopoledne de ap vm fh sa pg pd πμ дп преподне претпладне prepodne "
    "проб prijepodne priešpiet priekšp priekšpusdienā 午前 上午 오전 ก่อนเที่ยง ص قظ לפנהצ"
)
_AFTERNOON = (
    "pm ös nachm em odp odpoledne pop du ip nm eh ch ptg md μμ пп поподне попладне popodne "
    "слоб poslijepodne popiet pēcp pēcpusdienā 午後 下午 오후 หลังเที่ยง م بظ אחהצ"
)
_HALVES: Mapping[str, Half] = {
    **dict.fromkeys(_MORNING.split(), "am"),
    **dict.fromkeys(_AFTERNOON.split(), "pm"),
}
"""Words for morning and afternoon without their dots, spaces and quotes, in small letters."""

_LEADS_IN = frozenset({"klo", "kl"})
"""Words that say no more than "at" between a date and its time."""

_OFFSET = re.compile(r"(?:GMT|UTC)?([+\-\u2212])([0-9]{1,2})(?::?([0-9]{2}))?")
_ORNAMENT = re.compile("[\\s.\"'\u05f3\u05f4\u200e\u200f]+")


@lru_cache(maxsize=256)
def half_of_day(word: str) -> Half | None:
    """Whether a word says morning or afternoon; ``None`` when it says neither."""
    return _HALVES.get(_bare(word))


def leads_in(word: str) -> bool:
    """Whether a word between a date and its time means nothing of its own."""
    return _bare(word) in _LEADS_IN


def _bare(word: str) -> str:
    return _ORNAMENT.sub("", unicodedata.normalize("NFC", word)).casefold()


@lru_cache(maxsize=256)
def rest_of_clock(rest: str) -> tuple[Half | None, str]:
    """What follows a clock time: which half of the day it is in, and the zone's label."""
    words = unicodedata.normalize("NFC", rest).split()
    for count in range(len(words), 0, -1):
        half = half_of_day("".join(words[:count]))
        if half is not None:
            return half, " ".join(words[count:])
    return None, " ".join(words)


@lru_cache(maxsize=256)
def offset_of(label: str) -> timezone | None:
    """The zone that a label such as ``GMT-3`` or ``+05:30`` says by itself, if it does."""
    found = _OFFSET.fullmatch("".join(label.split()))
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if ahead >= timedelta(hours=24) or int(found[3] or 0) >= 60:  # noqa: PLR2004 - a clock
        return None
    return timezone(ahead if found[1] == "+" else -ahead)
