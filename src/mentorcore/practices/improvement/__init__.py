"""Improvement: what a program changes because of what it found, and what came of it.

It is told from the program's own events and has no streams of its own.
"""

from mentorcore.practices.improvement.view import ACTIONS
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = ["PRACTICE"]

PRACTICE = Practice(name="improvement", contract=CONTRACT, views=(ACTIONS,))
