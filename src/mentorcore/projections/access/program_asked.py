"""Which program a viewer asks about."""

from mentorcore.errors import Refused
from mentorcore.projections.access.redactor import Viewer

__all__ = ["program_asked"]


def program_asked(viewer: Viewer, program: str | None) -> str | None:
    """The program that is asked about: that of the viewer, where it is of one.

    Raises:
        Refused: Another program was named; it is answered like one that is not there.
    """
    if viewer.program is None:
        return program
    if program not in (None, viewer.program):
        raise Refused(f"there is no program {program}", "no_such_program")
    return viewer.program
