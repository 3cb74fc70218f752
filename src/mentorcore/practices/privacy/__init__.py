"""Privacy: what people let be made of what is theirs, and take back whenever they want."""

from mentorcore.practices.privacy.deciding import AGGREGATE
from mentorcore.practices.privacy.events import (
    ConsentGiven,
    ConsentWithdrawn,
    GiveConsent,
    WithdrawConsent,
)
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = ["PRACTICE", "ConsentGiven", "ConsentWithdrawn", "GiveConsent", "WithdrawConsent"]

PRACTICE = Practice(name="privacy", contract=CONTRACT, aggregates=(AGGREGATE,))
