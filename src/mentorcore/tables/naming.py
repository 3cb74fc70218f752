"""What the names of the tables begin with, so that they stand apart from those of the host."""

import re

from mentorcore.errors import Invalid, Problem

__all__ = ["PREFIX", "checked_prefix"]

PREFIX = "mentorcore_"
LONGEST = 24
"""PostgreSQL cuts names behind 63 characters, and those of indexes are the longest."""


def checked_prefix(prefix: str) -> str:
    """The prefix as it is, if names of tables can begin so.

    Raises:
        Invalid: They cannot.
    """
    if type(prefix) is not str or not re.fullmatch(f"[a-z_][a-z0-9_]{{0,{LONGEST - 1}}}", prefix):
        expected = f"small letters, digits and underscores, at most {LONGEST}, such as {PREFIX}"
        problem = Problem("prefix", "no name of a table can begin so", expected)
        raise Invalid("the tables cannot be named", [problem])
    return prefix
