"""Moments as the log writes them: always in UTC, with the letter Z, in one spelling only."""

from datetime import UTC, datetime

__all__ = ["instant", "instant_text"]

_SECONDS, _MICROSECONDS = len("2026-11-23T17:40:00Z"), len("2026-11-23T17:40:00.123456Z")


def instant(text: str) -> datetime:
    """Read a stored moment, ``2026-11-23T17:40:00Z`` or with six decimals.

    Raises:
        ValueError: It is spelled in any other way, another offset from UTC included.
    """
    size = len(text)
    # Every third character from the fifth on is a separator, so one slice checks them all.
    if size == _MICROSECONDS:
        good = text[4:20:3] == "--T::." and text[26] == "Z"
    else:
        good = size == _SECONDS and text[4:17:3] == "--T::" and text[19] == "Z"
    if not good:
        raise ValueError(f"{text!r} is not a moment in UTC such as 2026-11-23T17:40:00Z")
    return datetime.fromisoformat(text)


def instant_text(moment: datetime) -> str:
    """Write a moment; decimals only where there are any."""
    return moment.astimezone(UTC).isoformat()[:-6] + "Z"
