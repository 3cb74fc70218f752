"""Privacy: what people let be made of what is theirs, and take back whenever they want."""

from typing import TYPE_CHECKING

from mentorcore.practices.privacy.deciding import AGGREGATE
from mentorcore.practices.privacy.events import (
    ConsentGiven,
    ConsentWithdrawn,
    GiveConsent,
    WithdrawConsent,
)
from mentorcore.practices.spec import CONTRACT, Practice

if TYPE_CHECKING:
    from mentorcore.practices.spec import FormKind

__all__ = ["PRACTICE", "ConsentGiven", "ConsentWithdrawn", "GiveConsent", "WithdrawConsent"]


def _forms() -> "tuple[FormKind, ...]":
    from mentorcore.practices.privacy.forms import CONSENT_FORM  # noqa: PLC0415 - asked for rarely

    return (CONSENT_FORM,)


PRACTICE = Practice(name="privacy", contract=CONTRACT, aggregates=(AGGREGATE,), forms=_forms)
