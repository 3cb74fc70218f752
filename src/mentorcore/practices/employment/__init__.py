"""Employment: what became of the work of those who take part, at three levels.

It is told from the events of persons and has no streams of its own.
"""

from typing import TYPE_CHECKING

from mentorcore.practices.employment.view import OUTCOMES
from mentorcore.practices.spec import CONTRACT, Practice

if TYPE_CHECKING:
    from mentorcore.practices.spec import FormKind

__all__ = ["PRACTICE"]


def _forms() -> "tuple[FormKind, ...]":
    from mentorcore.practices.employment.forms import (  # noqa: PLC0415 - asked for rarely
        OUTCOME_LIST,
    )

    return (OUTCOME_LIST,)


PRACTICE = Practice(name="employment", contract=CONTRACT, views=(OUTCOMES,), forms=_forms)
