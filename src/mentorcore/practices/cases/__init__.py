"""Cases: something needs an answer, and is closed with an outcome.

What a case says stays with those who handle it. Others see that there is one, or nothing.
"""

from typing import TYPE_CHECKING

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
    "CaseActedOn",
    "CaseClosed",
    "CaseEscalated",
    "CaseHandlerNamed",
    "CaseHandlerReleased",
    "CaseOpened",
    "CloseCase",
    "EscalateCase",
    "NameCaseHandler",
    "OpenCase",
    "OpenCaseFromMismatch",
    "OpenCaseFromRelation",
    "ReleaseCaseHandler",
]


def _forms() -> "tuple[FormKind, ...]":
    from mentorcore.practices.cases.forms import CONCERN_FORM  # noqa: PLC0415 - asked for rarely

    return (CONCERN_FORM,)


PRACTICE = Practice(
    name="cases",
    contract=CONTRACT,
    aggregates=(AGGREGATE,),
    views=(BOARD,),
    guards=GUARDS,
    forms=_forms,
)
