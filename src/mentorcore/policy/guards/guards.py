"""Everything that the registered packs, and the adopting of packs, forbid."""

from mentorcore.domain.model import Guard
from mentorcore.policy.guards.adopting import adopting_guards
from mentorcore.policy.registry import Packs

__all__ = ["pack_guards"]


def pack_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guards by which a log is kept that these packs are registered with."""
    return adopting_guards(packs)
