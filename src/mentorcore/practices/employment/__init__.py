"""Employment: what became of the work of those who take part, at three levels.

It is told from the events of persons and has no streams of its own.
"""

from mentorcore.practices.employment.view import OUTCOMES
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = ["PRACTICE"]

PRACTICE = Practice(name="employment", contract=CONTRACT, views=(OUTCOMES,))
