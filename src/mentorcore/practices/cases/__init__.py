"""Cases: something needs an answer, and is closed with an outcome; and what officers attest.

What a case says stays with those who handle it. Others see that there is one, or nothing.
"""

from typing import TYPE_CHECKING

from mentorcore.practices.cases.attesting.deciding import ATTESTATION
from mentorcore.practices.cases.attesting.events import (
    AttestationWithdrawn,
    AttestCompliance,
    ComplianceAttested,
    WithdrawAttestation,
)
from mentorcore.practices.cases.attesting.view import ATTESTATIONS
from mentorcore.practices.cases.deciding import AGGREGATE, GUARDS
from mentorcore.practices.cases.events import (
    ActOnCase,
    CaseActedOn,
    CaseClosed,
    CaseEscalated,
    CaseHandlerNamed,
    CaseHandlerReleased,
    CaseOpened,
    CloseCase,
    EscalateCase,
    NameCaseHandler,
    OpenCase,
    OpenCaseFromMismatch,
    OpenCaseFromRelation,
    ReleaseCaseHandler,
)
from mentorcore.practices.cases.view import BOARD
from mentorcore.practices.spec import CONTRACT, Practice

if TYPE_CHECKING:
    from mentorcore.practices.spec import FormKind

__all__ = [
    "PRACTICE",
    "ActOnCase",
    "AttestCompliance",
    "AttestationWithdrawn",
    "CaseActedOn",
    "CaseClosed",
    "CaseEscalated",
    "CaseHandlerNamed",
    "CaseHandlerReleased",
    "CaseOpened",
    "CloseCase",
    "ComplianceAttested",
    "EscalateCase",
    "NameCaseHandler",
    "OpenCase",
    "OpenCaseFromMismatch",
    "OpenCaseFromRelation",
    "ReleaseCaseHandler",
    "WithdrawAttestation",
]


def _forms() -> "tuple[FormKind, ...]":
    from mentorcore.practices.cases.forms import CONCERN_FORM  # noqa: PLC0415 - asked for rarely

    return (CONCERN_FORM,)


PRACTICE = Practice(
    name="cases",
    contract=CONTRACT,
    aggregates=(AGGREGATE, ATTESTATION),
    views=(BOARD, ATTESTATIONS),
    guards=GUARDS,
    forms=_forms,
)
