"""Closing: what became of each pairing of a cohort that was closed.

It is told from the events of pairings and has no streams of its own.
"""

from mentorcore.practices.closing.view import PAIRINGS
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = ["PRACTICE"]

PRACTICE = Practice(name="closing", contract=CONTRACT, views=(PAIRINGS,))
