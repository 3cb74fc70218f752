"""Which packs a program goes by on a day, for somebody who began on another."""

from collections.abc import Iterable
from datetime import date

from mentorcore.domain.program import Program
from mentorcore.domain.requirements.adoption import AdoptedPack
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
    return tuple(registered(packs, adopted) for adopted in _in_force(program.packs, on, begun))


def _in_force(
    adopted: Iterable[AdoptedPack], on: date, begun: date | None
) -> Iterable[AdoptedPack]:
    found: dict[str, AdoptedPack] = {}
    for one in sorted(adopted, key=lambda a: a.effective_from):
        earlier = begun is not None and begun < one.effective_from
        if one.effective_from <= on and not (one.applies_to == "new_enrolments" and earlier):
            found[one.pack_id] = one
    return found.values()
