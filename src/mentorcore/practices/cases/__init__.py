"""Cases: something needs an answer, and is closed with an outcome.

What a case says stays with those who handle it. Others see that there is one, or nothing.
"""

from mentorcore.practices.cases.deciding import AGGREGATE
from mentorcore.practices.cases.events import CaseClosed, CaseOpened, CloseCase, OpenCase
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = [
    "PRACTICE",
    "CaseClosed",
    "CaseOpened",
    "CloseCase",
    "OpenCase",
]

PRACTICE = Practice(
    name="cases",
    contract=CONTRACT,
    aggregates=(AGGREGATE,),
)
