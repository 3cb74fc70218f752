"""Texts that are given for the path of a file and are meant for the address of something else."""

import re

__all__ = ["meant_as_address"]

ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]+://"
    r"|(file|sqlite3?|postgres(ql)?|psql|jdbc|duckdb|mysql|mongodb)(\+\w+)?:"
    r"|:[a-z]+:|(host|hostaddr|port|dbname|user|password|service)\s*=",
    re.IGNORECASE,
)
"""What other libraries take for an address, and what would be no name that anybody gives a file."""


def meant_as_address(path: str) -> str | None:
    """How a path begins that is meant for an address; ``None`` of any other.

    The rest of it is for no message: it may hold a password.
    """
    found = ADDRESS.match(path)
    return None if found is None else found[0]
