"""How a program of tests adopts a policy pack that comes along."""

from typing import Any

import attrs
from engine.world import TODAY, mc

from mentorcore.policy.shipped import shipped_packs

__all__ = ["DISTRICT", "adopting"]

DISTRICT = """
[pack]
id = "district"
version = "1"
title = "What our district asks for"
jurisdiction = "US-CA-LAGOON"
authority = "School board"
citation = "Board policy 4131"
effective_from = 2026-07-01
reviewed_on = 2026-08-01
notice = "Made up for these tests."

[[rule]]
id = "D-1"
kind = "deadline"
title = "Paired within two weeks"
citation = "4131, 2"
mark = "P"
anchor = "ParticipantEnrolled"
limit = 14
satisfied_by = "PairingFormed"
"""
"""A pack of a district with one rule."""


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
