"""Support: the release time, staff, budgets and stipends of a program, and what of them was used.

It is told from the program's own events and has no streams of its own.
"""

from typing import TYPE_CHECKING

from mentorcore.practices.spec import CONTRACT, Practice
from mentorcore.practices.support.view import UPTAKE

if TYPE_CHECKING:
    from mentorcore.practices.spec import FormKind

__all__ = ["PRACTICE"]


def _forms() -> "tuple[FormKind, ...]":
    from mentorcore.practices.support.forms import (  # noqa: PLC0415 - asked for rarely
        SUPPORT_LIST,
        SUPPORT_LOG,
    )

    return (SUPPORT_LIST, SUPPORT_LOG)


PRACTICE = Practice(name="support", contract=CONTRACT, views=(UPTAKE,), forms=_forms)
