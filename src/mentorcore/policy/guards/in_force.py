"""Which packs a program goes by on a day, for somebody who began on another."""

from datetime import date

from mentorcore.domain.program import Program
from mentorcore.policy.evaluation.versions import in_force
from mentorcore.policy.guards.missing import registered
from mentorcore.policy.pack import Pack
from mentorcore.policy.registry import Packs

__all__ = ["packs_in_force"]


def packs_in_force(
    packs: Packs, program: Program, on: date, begun: date | None = None
) -> tuple[Pack, ...]:
    """The version of each adopted pack that is in force on a day.

    Args:
        packs: The packs that are registered.
        program: The program.
        on: The day.
        begun: Since when whoever it is about is enrolled: a version for new enrolments leaves
            them under the one before it (INV-59). Nothing where it is about the program itself.

    Raises:
        Refused: One of them is registered nowhere (``pack_missing``).
    """
    return tuple(registered(packs, adopted) for adopted in in_force(program.packs, on, begun))
