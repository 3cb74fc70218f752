"""How a program of tests adopts a policy pack that comes along."""

from typing import Any

import attrs
from engine.world import TODAY, mc

from mentorcore.policy.shipped import shipped_packs

__all__ = ["adopting"]


def adopting(w: Any, pack_id: str = "us-ca-teacher-induction", **other: Any) -> Any:
    """The command by which it does."""
    pack = next(pack for pack in shipped_packs() if pack.id == pack_id)
    asked = mc.AdoptPolicyPack(
        program_id=w.program,
        pack_id=pack.id,
        version=pack.version,
        digest=pack.digest,
        effective_from=TODAY,
    )
    return attrs.evolve(asked, **other)
