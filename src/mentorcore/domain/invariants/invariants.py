"""Every rule that this version keeps."""

from mentorcore.domain.invariants.invariant import Invariant
from mentorcore.domain.invariants.pairings import PAIRINGS
from mentorcore.domain.invariants.people import PEOPLE
from mentorcore.domain.invariants.programs import PROGRAMS
from mentorcore.domain.invariants.records import RECORDS
from mentorcore.domain.invariants.work import WORK

__all__ = ["INVARIANTS"]

INVARIANTS: tuple[Invariant, ...] = tuple(
    sorted((*PEOPLE, *PAIRINGS, *WORK, *PROGRAMS, *RECORDS), key=lambda rule: rule.number)
)
"""Every rule that this version keeps, by number."""
