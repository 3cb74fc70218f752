"""Which program is meant when nobody said which."""

from collections.abc import Sequence

from mentorcore.errors import Refused
from mentorcore.projections.views import ProgramLine

__all__ = ["only_one"]


def only_one(lines: Sequence[ProgramLine]) -> str:
    """The id of the only program of a log.

    Raises:
        Refused: There is none, or there are several.
    """
    if len(lines) == 1:
        return lines[0].program
    if not lines:
        raise Refused("this log holds no program yet", "no_such_program")
    named = "; ".join(f"{line.name}: {line.program}" for line in lines)
    raise Refused(f"this log holds several programs, say which: {named}", "which_program")
