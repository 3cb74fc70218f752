"""Moments as the log writes them: always in UTC, with the letter Z, in one spelling only."""

from datetime import UTC, datetime
from functools import lru_cache

__all__ = ["DAY", "instant", "instant_text", "recorded", "stamped"]

_LEAD = b'{"_s":"'
_SALT = 16
_MARK = b'","at":"'
_FROM = len(_LEAD) + _SALT + len(_MARK)
_TO = _FROM + len("2026-11-23T17:40:00.123456Z")

DAY = slice(_FROM - len(_MARK), _FROM + len("2026-11-23"))
"""Where the day of the recorded time stands in a state, from the mark before it on."""

_read = datetime.fromisoformat


def instant(text: str) -> datetime:
    """Read a stored moment, ``2026-11-23T17:40:00Z`` or with six decimals.

    Raises:
        ValueError: It is spelled in any other way, another offset from UTC included.
    """
    # Every third character from the fifth on is a separator, so one slice checks them all.
    if (text[19:] == "Z" and text[4:17:3] == "--T::") or (
        text[26:] == "Z" and text[4:20:3] == "--T::."
    ):
        return _read(text)
    raise ValueError(f"{text!r} is not a moment in UTC such as 2026-11-23T17:40:00Z")


def recorded(text: str, state: bytes) -> datetime:
    """Read the recorded time of a state: always six decimals, and always at its place.

    Raises:
        ValueError: It is spelled in any other way, or stands elsewhere.
    """
    stands, moment = _spelled(text)
    if state[: len(_LEAD)] != _LEAD or state[_FROM - len(_MARK) : _TO + 1] != stands:
        raise ValueError("the recorded time at does not stand at its place")
    return moment


# Events that were recorded together bear the same time, and stand one after the other.
@lru_cache(maxsize=64)
def _spelled(text: str) -> tuple[bytes, datetime]:
    """A recorded time as it stands in a state, from the mark to the quote, and what it says."""
    if text[26:] != "Z" or text[4:20:3] != "--T::.":
        raise ValueError(f"{text!r} is not a recorded time such as 2026-11-23T17:40:00.123456Z")
    return b'%b%b"' % (_MARK, text.encode()), _read(text)


def stamped(state: bytes) -> str | None:
    """The text of the recorded time in a stored state, ``None`` when none stands at its place.

    Salt and time are of fixed lengths and stand first, so that the time is found in the bytes 31
    to 57 and nothing else has to be read for it.
    """
    if state[: len(_LEAD)] != _LEAD or state[_FROM - len(_MARK) : _FROM] != _MARK:
        return None
    text = state[_FROM:_TO]
    return text.decode() if state[_TO : _TO + 1] == b'"' and text.isascii() else None


def instant_text(moment: datetime) -> str:
    """Write a moment; decimals only where there are any."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat()[:-6] + "Z"
