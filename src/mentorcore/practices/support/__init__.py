"""Support: the release time, staff, budgets and stipends of a program, and what of them was used.

It is told from the program's own events and has no streams of its own.
"""

from mentorcore.practices.spec import CONTRACT, Practice
from mentorcore.practices.support.view import UPTAKE

__all__ = ["PRACTICE"]

PRACTICE = Practice(name="support", contract=CONTRACT, views=(UPTAKE,))
