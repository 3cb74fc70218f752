"""Everything that the registered packs, and the adopting of packs, forbid."""

from mentorcore.domain.model import Guard
from mentorcore.policy.guards.adopting import adopting_guards
from mentorcore.policy.guards.joining import joining_guards
from mentorcore.policy.guards.proposing import proposing_guards
from mentorcore.policy.guards.reliefs import relief_guards
from mentorcore.policy.guards.uses import use_guards
from mentorcore.policy.registry import Packs

__all__ = ["pack_guards"]


def pack_guards(packs: Packs) -> tuple[Guard, ...]:
    """The guards by which a log is kept that these packs are registered with."""
    made = (adopting_guards, relief_guards, use_guards, joining_guards, proposing_guards)
    return tuple(guard for guards in made for guard in guards(packs))
