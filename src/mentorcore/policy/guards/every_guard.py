"""Everything that the registered packs, and the adopting of packs, forbid, by command."""

from collections.abc import Mapping

from mentorcore.domain.model import Guard
from mentorcore.policy.guards.adopting import adopting_guards
from mentorcore.policy.guards.joining import joining_guards
from mentorcore.policy.guards.proposing import proposing_guards
from mentorcore.policy.guards.reliefs import relief_guards
from mentorcore.policy.guards.uses import use_guards
from mentorcore.policy.registry import Packs

__all__ = ["every_guard"]


def every_guard(packs: Packs) -> Mapping[type, tuple[Guard, ...]]:
    """The guards by which a log is kept that these packs are registered with, by command."""
    made = (adopting_guards, relief_guards, use_guards, joining_guards, proposing_guards)
    found: dict[type, tuple[Guard, ...]] = {}
    for guards in made:
        for guard in guards(packs):
            found[guard.command] = (*found.get(guard.command, ()), guard)
    return found
