"""On which streams it stands what people carry between institutions, told by what it is about."""

import hashlib

__all__ = ["brought_stream", "origin_stream"]

DIGITS = 32


def origin_stream(origin: str) -> str:
    """The stream of what is known of another log, by its name."""
    return f"origin:{_digest('origin', origin)}"


def brought_stream(origin: str, owner: str) -> str:
    """The stream of all records that one owner brings here of one log.

    Args:
        origin: The name of the log.
        owner: The id of the person in that log.
    """
    return f"brought:{_digest('brought', origin, owner)}"


def _digest(*told: str) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:DIGITS]
